"""What `/okr check` shows: the advice on a team or on one key result, and what was set aside lately (spec/06 §11.1)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.cards.i18n import Lang
from bot.cards.model import Card
from bot.cards.render import Cards
from bot.okr.access import may_add_next_step
from bot.okr.quality import Moment
from bot.views.advice import Told, advice_and_aside, lines_of, text_of
from bot.views.rights import actor_of
from bot.views.shapes import Data, View
from storage import conversations
from storage import models as m

MOST_LINES = 8
MOST_ASIDE = 3
LATELY = timedelta(hours=24)
"""For so long a dismissal can be undone where it was made."""


@dataclass(frozen=True, slots=True)
class AsideLine:
    """What was set aside lately, with the value of the button that brings it back."""

    label: str
    text: str
    value: str


def _advice(session: Session, cards: Cards, person: m.Person, data: Data, now: datetime) -> Card:
    """What is impossible first, eight pieces at most; what is left out is counted."""
    lang: Lang = person.lang.value
    team = session.get_one(m.Team, data["team"])
    row = None if data.get("kr") is None else session.get_one(m.KeyResult, data["kr"])
    told, aside = advice_and_aside(session, team, now, Moment.CHECK, row, now - LATELY)
    writes = _may_write(session, person, team, row)
    return cards.card(
        "advice",
        lang,
        team=team.name,
        label="" if row is None else f"KR{row.number}",
        title="" if row is None else row.short_title,
        lines=lines_of(cards, told[:MOST_LINES], lang, may_write=writes),
        more=max(0, len(told) - MOST_LINES),
        aside=_aside(cards, aside[:MOST_ASIDE], lang) if writes else [],
    )


def _may_write(session: Session, person: m.Person, team: m.Team, row: m.KeyResult | None) -> bool:
    """Who works in the team, and whoever answers for the one key result that is looked at."""
    if may_add_next_step(actor_of(session, person), team.id):
        return True
    return row is not None and any(one.id == row.id for one in conversations.owned_key_results(session, person.id))


def _aside(cards: Cards, told: Sequence[Told], lang: Lang) -> list[AsideLine]:
    return [AsideLine(one.label, text_of(cards, one.check, one.params, lang), one.value) for one in told]


def _advice_aside(_session: Session, cards: Cards, person: m.Person, data: Data, _now: datetime) -> Card:
    """To whoever set advice aside somewhere else than on the list: what it was called, and the way back."""
    return cards.card("advice_aside", person.lang.value, value=data["value"])


def _choose(_session: Session, cards: Cards, person: m.Person, data: Data, _now: datetime) -> Card:
    """A sentence with the buttons that lead on from a piece of advice."""
    lang: Lang = person.lang.value
    choices = [
        {"label": one if isinstance(one, str) else _said(cards, one, lang), "action": action, "value": value}
        for one, action, value in data["choices"]
    ]
    return cards.card("advice_choose", lang, text=_said(cards, data["text"], lang), choices=choices)


def _said(cards: Cards, sentence: Data, lang: Lang) -> str:
    return cards.text(sentence["msgid"], lang, **sentence["params"])


ANSWERS: Mapping[str, View] = {"advice": _advice, "advice_aside": _advice_aside, "advice_choose": _choose}
