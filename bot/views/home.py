"""A person's own page: what waits, what they answer for, their teams' boards, and their ways (spec/08 §13.6)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session

from bot.cards.i18n import N_, Lang
from bot.cards.model import Card
from bot.cards.plain import plain_text
from bot.cards.render import Cards
from bot.okr.localtime import local_day
from bot.okr.model import FreshnessState, KRState, ScoreMode
from bot.views.answers import render_answer
from bot.views.asking import Block
from bot.views.four_square import next_question_and_board, with_cycle
from bot.views.home_teams import my_steps, wins_of, without_cycle
from bot.views.my_krs import MyLine, line_of
from bot.views.person import PersonView, person_view, reply_context
from bot.views.prompt import StandingQuestion, standing_question
from bot.views.questions import ShownQuestion, shown_question
from bot.views.receipt import Receipt, Spoken, tell
from bot.views.setting_up import nobody_yet_card
from bot.views.settings import WEEK
from bot.views.standing_board import boards_on_page
from bot.views.team import KRView
from bot.views.visible import seen_by
from storage import calendars, check_ins, conversations
from storage import models as m
from storage.check_ins import UNDO_WITHIN
from storage.setting_up import has_teams

MOST_LINES = 12
"""So many key results have buttons of their own; with all the rest this stays below what a page may hold."""
MOST_TEAMS = 4
MOST_BOARDS = 12
"""Of further teams there is only a button."""
MOST_QUIET = 4
SAID_FOR = timedelta(minutes=10)
"""For how long a short answer stands at the top."""
GUEST = N_("OKRs are for the people of this company, so there is nothing to show here; ask whoever invited you.")
_NOT_ASKED_HERE = (m.ItemState.NOT_MINE, m.ItemState.HANDED_OVER)
_SILENT = (FreshnessState.STALE, FreshnessState.DARK)


@dataclass(frozen=True, slots=True)
class HomeLine:
    """One key result: its line, and either how to answer, or what was said to it within a day."""

    line: MyLine
    kr_token: str
    block: Block | None = None
    """Its place in the question that stands."""
    receipt: Receipt | None = None
    asks: ShownQuestion | None = None
    """The question back about it that is open."""
    updates: bool = True
    """Something may be said about it at all."""

    @property
    def is_open(self) -> bool:
        """It is asked about, and nobody has answered."""
        return self.block is not None and self.block.state is m.ItemState.OPEN


@dataclass(frozen=True, slots=True)
class _Asks:
    kr_id: int | None
    question: ShownQuestion


@dataclass(frozen=True, slots=True)
class Quiet:
    """A key result of a team one leads of which nothing was heard for a while."""

    label: str
    owner: str
    days: int


@dataclass(frozen=True, slots=True)
class Ways:
    """What a person has set for themselves."""

    ask_day: date | None
    ask_time: str
    away: tuple[date, date] | None
    """The days off that are running or come next."""
    is_away: bool


def home_card(
    session: Session,
    cards: Cards,
    person: m.Person,
    now: datetime,
    *,
    is_guest: bool = False,
    said: Mapping[str, Any] | None = None,
) -> Card:
    """The page as it stands at `now`. `said`: a short answer to what was pressed on it a moment ago.

    However many key results and teams there are it takes the same number of queries, but for the first four boards.
    """
    lang: Lang = person.lang.value
    view = person_view(session, person, now)
    if is_guest and not view.teams:
        return cards.card("notice", lang, text=cards.text(GUEST, lang))
    if not view.teams and not is_guest and not has_teams(session, person.workspace_id):
        return nobody_yet_card(session, cards, person, {}, now)
    question = standing_question(session, cards, view)
    asks = _asks(session, cards, view, question, lang)
    lines = _lines(session, view, question, asks, lang)
    stands_beside = any(one.asks is not None for one in lines[:MOST_LINES])
    teams, quiet = with_cycle(view), _quiet(view)
    boards = boards_on_page(session, [(one, seen_by(one, person)) for one in teams[:MOST_TEAMS]], lang)
    asked_at, board_at = next_question_and_board(session, view)
    cycle, week = _cycle(view)
    return cards.card(
        "home",
        lang,
        said=_said(session, cards, person, said, now),
        cycle=cycle,
        week=week,
        asked_at=asked_at,
        board_at=board_at,
        first_run=not check_ins.has_said_anything(session, person.id),
        teams=len(view.teams),
        owns=bool(view.own),
        waiting=[] if question is None else [one.label for one in question.open],
        all_same=question is not None and question.all_same,
        prompt_token="" if question is None else question.token,
        shown="" if question is None else question.shown,
        asks=None if asks is None or stands_beside else asks.question,
        lines=lines[:MOST_LINES],
        more_lines=[one.line for one in lines[MOST_LINES:]],
        quiet=quiet[:MOST_QUIET],
        quiet_more=len(quiet[MOST_QUIET:]),
        no_cycle=without_cycle(view),
        boards=boards,
        more_teams=[(one.team.name, one.team.key) for one in teams[MOST_TEAMS:MOST_BOARDS]],
        steps=my_steps(session, view),
        adds=_adds(view),
        wins=wins_of(session, view),
        ways=_ways(session, view),
        progress=view.workspace.score_mode is ScoreMode.PROGRESS,
        now=now,
        tz=view.tz,
    )


def _said(session: Session, cards: Cards, person: m.Person, said: Mapping[str, Any] | None, now: datetime) -> str:
    if said is None or now - datetime.fromisoformat(said["at"]) > SAID_FOR:
        return ""
    return plain_text(render_answer(session, cards, person, said["name"], said["data"], now))


def _cycle(view: PersonView) -> tuple[str, tuple[int, int] | None]:
    """The cycle and its week, where all teams share it."""
    cycles = {one.rows.cycle.id: one for one in view.teams if one.rows.cycle is not None}
    if len(cycles) != 1:
        return "", None
    (team,) = cycles.values()
    return ("" if team.rows.cycle is None else team.rows.cycle.name), team.week


# --- key results ----------------------------------------------------------------------------------


def _lines(
    session: Session, view: PersonView, question: StandingQuestion | None, asks: _Asks | None, lang: Lang
) -> list[HomeLine]:
    """What is asked about in the order of the question, then the rest of what this person answers for."""
    blocks = () if question is None else question.blocks
    asked = {one.kr.id: one for one in blocks if one.state not in _NOT_ASKED_HERE}
    by_id = view.by_id
    chosen = [by_id[one] for one in asked]
    chosen += [one for one in view.own if one.row.id not in asked]
    told = _told_lately(session, view, [one for one in chosen if one.row.id not in asked])
    return [_line(view, one, asked.get(one.row.id), told.get(one.row.id), asks, lang) for one in chosen]


def _line(
    view: PersonView, one: KRView, block: Block | None, told: Receipt | None, asks: _Asks | None, lang: Lang
) -> HomeLine:
    receipt = told
    if block is not None and block.receipt is not None and block.receipt.mine:
        receipt = block.receipt
    return HomeLine(
        line_of(view, one, lang),
        one.row.token,
        block,
        receipt,
        asks.question if asks is not None and asks.kr_id == one.row.id else None,
        updates=one.kr.state is KRState.ACTIVE,
    )


def _told_lately(session: Session, view: PersonView, krs: Sequence[KRView]) -> dict[int, Receipt]:
    """What the person said themselves within a day, outside the question."""
    spoken = {}
    for one in krs:
        last = one.recent[-1] if one.recent else None
        if last is not None and last.by_id == view.person.id and view.now - last.at < UNDO_WITHIN:
            spoken[one.row.id] = Spoken(one, (last,), label=view.label(one))
    return dict(zip(spoken, tell(session, list(spoken.values())), strict=True)) if spoken else {}


def _asks(
    session: Session, cards: Cards, view: PersonView, question: StandingQuestion | None, lang: Lang
) -> _Asks | None:
    """The one question back that is open."""
    asked = conversations.current_question(session, view.person.id, view.now)
    if asked is None:
        return None
    about = view.by_id.get(asked.kr_id) if asked.kr_id is not None else None
    still_open = () if question is None else question.open
    context = reply_context(view, [one.kr.id for one in still_open])
    return _Asks(asked.kr_id, shown_question(cards, asked, context, about, lang))


def _quiet(view: PersonView) -> list[Quiet]:
    """What a lead should look at: their teams' key results that have gone quiet and are not their own."""
    found = [
        one
        for one in view.led
        if one.kr.state is KRState.ACTIVE and one.state.freshness.state in _SILENT and not one.owned_by(view.person.id)
    ]
    found.sort(key=lambda one: (-(one.state.freshness.age or 0), one.row.id))
    return [Quiet(view.label(one), one.owner_name or "", one.state.freshness.age or 0) for one in found]


# --- what else ------------------------------------------------------------------------------------


def _adds(view: PersonView) -> str:
    """The team for which this person may add a next step or a win by one tap; empty where there is none, or several."""
    writes = (m.TeamRole.LEAD, m.TeamRole.MEMBER)
    found = [
        one.team.key
        for one in with_cycle(view)
        if one.rows.roles.get(view.person.id) in writes or any(kr.owned_by(view.person.id) for kr in one.key_results)
    ]
    return found[0] if len(found) == 1 else ""


def _ways(session: Session, view: PersonView) -> Ways:
    person = view.person
    today = local_day(view.now, view.tz.key)
    coming = [one for one in calendars.away_of(session, [person.id]).get(person.id, []) if one.last_day >= today]
    away = coming[0] if coming else None
    return Ways(
        ask_day=None if person.check_in_weekday is None else WEEK[person.check_in_weekday][1],
        ask_time="10:00" if person.check_in_time is None else f"{person.check_in_time:%H:%M}",
        away=None if away is None else (away.first_day, away.last_day),
        is_away=away is not None and away.first_day <= today,
    )
