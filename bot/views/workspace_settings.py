"""What holds for everybody, as it stands: three groups with a form each, and what was changed (spec/10 §18)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from bot.cards.i18n import Lang
from bot.cards.model import Card
from bot.cards.render import Cards
from bot.cards.words import join_names
from bot.okr.access import may_set_workspace
from bot.views.rights import actor_of
from bot.views.settings import NAMES, change_lines, value_in_words
from bot.views.shapes import Data, Prepare, View
from storage import models as m
from storage import setting_up, settings

MOST_NAMED = 3


def _shown(session: Session, cards: Cards, person: m.Person, data: Data, _now: datetime) -> Card:
    """All of it in three groups; with a button to each form for admins, and with their names for all others."""
    lang: Lang = person.lang.value
    values = settings.of_workspace(session.get_one(m.Workspace, person.workspace_id))

    def lines(names: tuple[str, ...]) -> list[tuple[str, str]]:
        return [(cards.text(NAMES[one], lang), value_in_words(cards, lang, one, values[one])) for one in names]

    said = data.get("said")
    names = [one.short_name for one in setting_up.admins(session, person.workspace_id)[:MOST_NAMED]]
    return cards.card(
        "workspace_settings",
        lang,
        said="" if said is None else cards.text(said["msgid"], lang, **said.get("params", {})),
        time=lines(settings.OF_TIME),
        scores=lines(settings.OF_SCORES),
        rules=lines(settings.OF_RULES),
        may=may_set_workspace(actor_of(session, person)),
        admins=join_names(names, lang) if names else "",
    )


def _saved(_session: Session, cards: Cards, person: m.Person, data: Data, _now: datetime) -> Card:
    lang: Lang = person.lang.value
    return cards.card("workspace_saved", lang, changes=change_lines(cards, lang, data["changes"]))


def _form(names: tuple[str, ...]) -> Prepare:
    def prepare(session: Session, person: m.Person, _data: Data, _now: datetime) -> dict[str, Any]:
        values = settings.of_workspace(session.get_one(m.Workspace, person.workspace_id))
        return {"token": settings.fingerprint(values, names), **{name: values[name] for name in names}}

    return prepare


ANSWERS: Mapping[str, View] = {"workspace_settings": _shown, "workspace_saved": _saved}
FORMS: Mapping[str, Prepare] = {
    "workspace_time_form": _form(settings.OF_TIME),
    "workspace_scores_form": _form(settings.OF_SCORES),
    "workspace_rules_form": _form(settings.OF_RULES),
}
