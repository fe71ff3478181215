"""Updated of due in one ritual week: who counts, and what counts as an update (spec/03 §8.3)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.okr.model import KeyResult, KRState, KRType
from bot.okr.participation import WeekOfKR, participation
from bot.okr.rollup import Participation
from bot.okr.workdays import StandIn, WorkCalendar

THURSDAY, FRIDAY = date(2026, 11, 12), date(2026, 11, 13)
ASKED = datetime(2026, 11, 12, 9, tzinfo=UTC)
MEETING = datetime(2026, 11, 13, 9, tzinfo=UTC)
KR = KeyResult(
    id=1,
    team_key="GRO",
    number=1,
    title="Enterprise MRR",
    short_title="Enterprise MRR",
    type=KRType.INCREASE,
    start=date(2026, 10, 1),
    due=date(2026, 12, 31),
)
AT_WORK = WorkCalendar()
AWAY = WorkCalendar(away=((date(2026, 11, 9), date(2026, 11, 20)),))
STOOD_IN = replace(AWAY, stand_ins=(StandIn(date(2026, 11, 9), date(2026, 11, 20), AT_WORK),))
BOTH_AWAY = replace(AWAY, stand_ins=(StandIn(date(2026, 11, 9), date(2026, 11, 20), AWAY),))
PAUSED = AT_WORK.with_pauses([(date(2026, 11, 2), date(2026, 11, 30))])


def counted(*weeks: WeekOfKR) -> tuple[int, int]:
    found = participation(weeks, asked_at=ASKED, until=MEETING, first_day=THURSDAY, last_day=FRIDAY)
    return found.updated, found.due


def one(calendar: WorkCalendar = AT_WORK, *updates: datetime, **more: bool) -> WeekOfKR:
    return WeekOfKR(KR, (calendar,), updates, **more)


def of(state: KRState) -> WeekOfKR:
    return replace(one(AT_WORK, ASKED), kr=replace(KR, state=state))


@pytest.mark.parametrize(
    ("week", "expected"),
    [
        (one(), (0, 1)),
        (one(AT_WORK, ASKED), (1, 1)),
        (one(AT_WORK, MEETING), (1, 1)),
        (one(AT_WORK, ASKED - timedelta(seconds=1)), (0, 1)),
        (one(AT_WORK, MEETING + timedelta(seconds=1)), (0, 1)),
        (one(suppressed=True), (1, 1)),
        (one(fed=True), (1, 1)),
        (one(AWAY), (0, 0)),
        (one(AWAY, ASKED), (0, 0)),
        (one(STOOD_IN), (0, 1)),
        (one(STOOD_IN, ASKED), (1, 1)),
        (one(BOTH_AWAY), (0, 0)),
        (one(PAUSED), (0, 0)),
        (one(replace(AT_WORK, off=frozenset({THURSDAY}))), (0, 1)),
        (one(replace(AT_WORK, off=frozenset({THURSDAY, FRIDAY}))), (0, 0)),
        (WeekOfKR(KR, (AWAY, AT_WORK)), (0, 1)),
        (WeekOfKR(KR, ()), (0, 0)),
        (of(KRState.PAUSED), (0, 0)),
        (of(KRState.DROPPED), (0, 0)),
        (of(KRState.CLOSED), (0, 0)),
        (of(KRState.DRAFT), (0, 0)),
    ],
)
def test_what_is_due_and_what_is_updated(week: WeekOfKR, expected: tuple[int, int]) -> None:
    assert counted(week) == expected


def test_a_team_s_key_results_are_added_up() -> None:
    assert counted(one(AT_WORK, ASKED), one(), one(AWAY), one(suppressed=True)) == (2, 3)


def test_a_team_with_nothing_to_ask_has_no_share() -> None:
    assert participation([], asked_at=ASKED, until=MEETING, first_day=THURSDAY, last_day=FRIDAY) == Participation(0, 0)
