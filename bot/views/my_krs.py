"""`/okr`: what I answer for, a line each, and what stands beside it (spec/06 §11.6)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlmodel import Session

from bot.cards.i18n import Lang
from bot.cards.model import Card
from bot.cards.render import Cards
from bot.okr.model import FreshnessState, KRState, Status, Tag
from bot.views.board_rows import Row, row_of
from bot.views.four_square import four_square
from bot.views.person import PersonView, person_view, reply_context
from bot.views.prompt import still_asked
from bot.views.questions import shown_question
from bot.views.starting import no_cycle_card
from bot.views.team import KRView
from storage import agendas, conversations
from storage import models as m

_A_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class MyLine:
    """One key result of mine: the figures of its board line, and what its owner wants to know besides."""

    row: Row
    value: str
    """`$46k → $60k`: where it is and where it is to go."""
    confidence_before: Decimal | None
    stale_days: int | None
    updated: date | None
    updated_this_week: bool
    due: date
    over: bool
    """Its day was before today, and it is not done."""
    binary: bool
    blocked: bool
    paused: bool
    paused_until: date | None


def my_krs_card(session: Session, cards: Cards, person: m.Person, now: datetime) -> Card:
    """The person's key results over all teams, and the question that waits for them.

    A hint how to begin where they own none; where none of their teams has a cycle, that.
    """
    view = person_view(session, person, now)
    if view.teams and all(team.rows.cycle is None for team in view.teams):
        led = [team for team in view.teams if team.rows.lead_id == person.id]
        return no_cycle_card(session, cards, person, {"team": (led or view.teams)[0].team.id}, now)
    lang: Lang = person.lang.value
    owning = [team for team in view.teams if any(one.row.team_id == team.team.id for one in view.own)]
    cycle = owning[0].rows.cycle if len({team.rows.cycle.id for team in owning if team.rows.cycle}) == 1 else None
    return cards.card(
        "my_krs",
        lang,
        cycle=cycle.name if cycle is not None else "",
        week=owning[0].week if cycle is not None else None,
        lines=[line_of(view, one, lang) for one in view.own],
        question=_question(session, cards, view, lang),
        square=four_square(session, view),
        team=(owning or view.teams)[0].team.key if len(owning or view.teams) == 1 else "",
        teams=len(view.teams),
    )


def line_of(view: PersonView, one: KRView, lang: Lang) -> MyLine:
    """The line of one key result, for this person."""
    kr, state = one.kr, one.state
    row = row_of(one, lang, label=view.label(one), trend=None)
    quiet = state.freshness.state in (FreshnessState.STALE, FreshnessState.DARK)
    updated = state.current.updated_on
    return MyLine(
        row=row,
        value=row.value if kr.is_binary else row.value.replace(" / ", " → "),
        confidence_before=state.current.previous_confidence if kr.is_binary else None,
        stale_days=state.freshness.age if quiet else None,
        updated=updated,
        updated_this_week=updated is not None and one.today - updated < _A_WEEK,
        due=kr.due,
        over=kr.due < one.today and state.status is not Status.DONE,
        binary=kr.is_binary,
        blocked=Tag.BLOCKED in state.tags,
        paused=kr.state is KRState.PAUSED,
        paused_until=one.row.paused_until,
    )


def _question(session: Session, cards: Cards, view: PersonView, lang: Lang) -> str:
    """The one question that is open; whatever is typed next may answer it."""
    asked = conversations.current_question(session, view.person.id, view.now)
    if asked is None:
        return ""
    prompt = agendas.newest_prompt(session, view.person.id)
    items = [] if prompt is None else still_asked(view, agendas.items_of(session, prompt.id))
    about = view.by_id.get(asked.kr_id) if asked.kr_id is not None else None
    context = reply_context(view, [item.kr_id for item in items])
    return shown_question(cards, asked, context, about, lang).text
