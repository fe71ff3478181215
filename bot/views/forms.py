"""Forms as they are opened: names and values from a handler, words and figures in the person's language."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlmodel import Session

from bot.cards import format as say
from bot.cards.i18n import Lang
from bot.cards.model import Form
from bot.cards.render import Cards
from bot.okr.model import ScoreMode
from bot.views import (
    adding_forms,
    agreements,
    draft_cards,
    members,
    merging,
    remark_cards,
    setting_up,
    settings,
    starting,
    workspace_settings,
)
from bot.views.person import PersonView, person_view
from bot.views.shapes import Prepare
from storage import models as m

PREPARED: Mapping[str, Prepare] = {
    **adding_forms.FORMS,
    **agreements.FORMS,
    **draft_cards.FORMS,
    **remark_cards.FORMS,
    **members.FORMS,
    **merging.FORMS,
    **setting_up.FORMS,
    **settings.FORMS,
    **starting.FORMS,
    **workspace_settings.FORMS,
}
"""The forms that a room of their own makes ready."""


def render_form(
    session: Session, cards: Cards, person: m.Person, name: str, data: Mapping[str, Any], now: datetime
) -> Form:
    """The form `name`. Figures come as text in `data` and leave as the reader writes them."""
    lang: Lang = person.lang.value
    if name in PREPARED:
        return cards.form(name, lang, **PREPARED[name](session, person, data, now))
    ready = dict(data)
    workspace = session.get_one(m.Workspace, person.workspace_id)
    if "due" in ready:
        ready["due"] = date.fromisoformat(ready["due"])
    if "value" in ready:
        value = ready.pop("value")
        ready["placeholder"] = "" if value is None else say.amount_exact(Decimal(value), ready["unit"], lang)
    match name:
        case "update_form":
            said = ready.pop("self_score", None)
            ready["said"] = "" if said is None else say.self_score(Decimal(said))
            ready["progress"] = workspace.score_mode is ScoreMode.PROGRESS
        case "update_all_form":
            view = person_view(session, person, now)
            ready["rows"] = [{**row, "known": _known(view, row["kr_id"], lang)} for row in ready["rows"]]
        case "next_step_form":
            # A key result of a cycle that is over is no choice, and none is chosen then.
            offered = {one["value"] for one in ready["choices"]}
            ready["chosen"] = ready["chosen"] if ready["chosen"] in offered else ""
            without = ready.pop("without")
            ready["example"] = "" if without is None else _long_day(date.fromisoformat(without), lang)
    return cards.form(name, lang, **ready)


def _long_day(day: date, lang: Lang) -> str:
    """A day as one would type it."""
    return say.day(day, lang) if lang == "zh" else f"{say.weekday(day, lang)}, {say.day(day, lang)}"


def _known(view: PersonView, kr_id: int, lang: Lang) -> str:
    """What is recorded so far, as a hint below the field."""
    one = view.by_id.get(kr_id)
    if one is None:
        return ""
    current = one.state.current
    if current.value is not None and current.measured_on is not None:
        value = say.amount_exact(current.value, one.kr.unit, lang)
        return f"{value} · {say.day(current.measured_on, lang)}"
    return "" if current.confidence is None else say.likelihood(current.confidence)
