"""`/okr`: what I answer for, a line each (spec/06 §11.6)."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlmodel import Session

from bot.cards.i18n import Lang
from bot.cards.model import Card
from bot.cards.render import Cards
from bot.okr.model import FreshnessState, Status
from bot.views.board_rows import value_of
from bot.views.person import PersonView, person_view
from bot.views.team import KRView
from storage import models as m


@dataclass(frozen=True, slots=True)
class MyLine:
    """One key result of mine."""

    status: Status
    label: str
    title: str
    value: str
    binary: bool
    score: Decimal | None
    heading: Decimal | None
    confidence: Decimal | None
    confidence_before: Decimal | None
    stale_days: int | None
    updated: date | None
    due: date
    paused: bool


def my_krs_card(session: Session, cards: Cards, person: m.Person, now: datetime) -> Card:
    """The person's key results over all teams; a hint how to begin where there are none."""
    view = person_view(session, person, now)
    lang: Lang = person.lang.value
    owning = [team for team in view.teams if any(one.owned_by(person.id) for one in team.key_results)]
    cycle = owning[0].rows.cycle if len({team.rows.cycle.id for team in owning if team.rows.cycle}) == 1 else None
    return cards.card(
        "my_krs",
        lang,
        cycle=cycle.name if cycle is not None else "",
        week=owning[0].week if cycle is not None else None,
        lines=[_line(view, one, lang) for one in view.own],
        team=view.teams[0].team.key if view.teams else "",
    )


def _line(view: PersonView, one: KRView, lang: Lang) -> MyLine:
    kr, state = one.kr, one.state
    quiet = state.freshness.state in (FreshnessState.STALE, FreshnessState.DARK)
    return MyLine(
        status=state.status,
        label=view.label(one),
        title=kr.short_title,
        value=_value(one, lang),
        binary=kr.is_binary,
        score=None if kr.is_binary else state.score,
        heading=None if kr.is_binary else state.shown_heading,
        confidence=state.current.confidence if kr.is_binary else None,
        confidence_before=state.current.previous_confidence if kr.is_binary else None,
        stale_days=state.freshness.age if quiet else None,
        updated=state.current.updated_on,
        due=kr.due,
        paused=kr.state.value == "paused",
    )


def _value(one: KRView, lang: Lang) -> str:
    """`$46k → $60k`: the value and where it is to go."""
    return value_of(one.state, lang).replace(" / ", " → ") if not one.kr.is_binary else value_of(one.state, lang)
