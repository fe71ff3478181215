"""Automatic wins: what the figures tell, against how they stood at the last message (spec/07 §12.8)."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from bot.okr.assess import assess
from bot.okr.history import replay
from bot.okr.model import CheckIn, CheckInKind, KeyResult, KRState, KRType, Reading
from bot.okr.wins import AutomaticWin, KRSince, WinKind, automatic_wins
from bot.okr.workdays import WorkCalendar
from tests.okr.krs import a_check_in, a_kr, a_reading, at, binary, moving, ranged, stepped

LAST_FRIDAY = date(2026, 11, 6)
SINCE = at(LAST_FRIDAY, 14)
EARLIER = date(2026, 10, 30)
MONDAY = date(2026, 11, 9)
TODAY = date(2026, 11, 13)


def since(
    kr: KeyResult, *, readings: tuple[Reading, ...] = (), check_ins: tuple[CheckIn, ...] = (), moment: datetime = SINCE
) -> tuple[AutomaticWin, ...]:
    """The wins of a key result, from all that was read and said about it."""
    current = replay(kr, readings, check_ins)
    before = [row.value for row in sorted(readings, key=lambda row: row.at) if row.at <= moment]
    state = assess(kr, current, WorkCalendar(), TODAY)
    return automatic_wins(KRSince(state, moment, WorkCalendar(), before[-1] if before else None, check_ins))


def passed(*values: tuple[str, date], kr: KeyResult | None = None) -> list[Decimal | None]:
    """The lines that a key result passed; 20% → 50% unless another is given."""
    readings = tuple(a_reading(value, on, id=number) for number, (value, on) in enumerate(values, start=1))
    return [win.line for win in since(kr or moving("20", "50"), readings=readings) if win.kind is WinKind.PASSED]


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        ("28", "29", "0.3"),
        ("28", "28.9", None),
        ("29", "40", None),
        ("40", "41", "0.7"),
        ("28", "41", "0.7"),
        ("41", "50", "1"),
        ("49", "60", "1"),
        ("50", "60", None),
        ("42", "40", None),
        ("18", "29", "0.3"),
    ],
)
def test_the_highest_line_that_was_reached_from_below_is_told(before: str, after: str, line: str | None) -> None:
    assert passed((before, EARLIER), (after, MONDAY)) == ([] if line is None else [Decimal(line)])


def test_a_decrease_passes_its_lines_downwards() -> None:
    assert passed(("330", EARLIER), ("250", MONDAY), kr=moving("400", "200")) == [Decimal("0.7")]


def test_without_an_earlier_number_it_began_at_its_start() -> None:
    assert passed(("30", MONDAY)) == [Decimal("0.3")]


def test_what_was_read_before_is_told_once() -> None:
    assert passed(("41", EARLIER)) == []


def test_up_and_down_again_is_no_win() -> None:
    assert passed(("40", EARLIER), ("45", MONDAY), ("39", date(2026, 11, 11))) == []


def test_a_range_that_is_entered_may_be_a_win_and_one_that_is_held_is_not() -> None:
    entered = ranged("70", "80", "60")
    assert passed(("62", EARLIER), ("67", MONDAY), kr=entered) == [Decimal("0.7")]
    assert passed(("76", EARLIER), ("77", MONDAY), kr=ranged("70", "80", "76")) == []


def test_steps_pass_lines_too() -> None:
    kr = stepped("1", "1", "1", "1")
    told = (a_check_in(1, EARLIER, steps_done=(1,)), a_check_in(2, MONDAY, steps_done=(1, 2, 3)))
    assert [win.line for win in since(kr, check_ins=told)] == [Decimal("0.7")]
    assert since(kr, check_ins=told[:1]) == ()
    assert [win.line for win in since(kr, check_ins=told[1:])] == [Decimal("0.7")]


def test_a_milestone_that_is_done_is_told_once_and_nothing_beside_it() -> None:
    rows = (a_check_in(1, EARLIER, confidence="5", blocked=True), a_check_in(2, MONDAY, confidence="10", done=True))
    assert [win.kind for win in since(binary(), check_ins=rows)] == [WinKind.DONE]
    assert since(binary(), check_ins=(a_check_in(1, EARLIER, done=True), a_check_in(2, MONDAY, done=True))) == ()


def test_a_baseline_that_was_found_is_done() -> None:
    kr = a_kr(KRType.BASELINE)
    assert [win.kind for win in since(kr, readings=(a_reading("12", MONDAY),))] == [WinKind.DONE]
    assert since(kr, readings=(a_reading("12", EARLIER), a_reading("13", MONDAY, id=1))) == ()


@pytest.mark.parametrize(("before", "after", "told"), [("6", "8", True), ("6", "7.5", False), ("8", "6", False)])
def test_a_likelihood_that_rose_by_two_or_more_is_told(before: str, after: str, told: bool) -> None:
    rows = (a_check_in(1, EARLIER, confidence=before), a_check_in(2, MONDAY, confidence=after))
    found = since(binary(), check_ins=rows)
    assert [(win.kind, win.before, win.after) for win in found] == (
        [(WinKind.SURER, Decimal(before), Decimal(after))] if told else []
    )


def test_a_first_likelihood_is_no_rise_and_one_of_last_week_no_news() -> None:
    assert since(binary(), check_ins=(a_check_in(1, MONDAY, confidence="9"),)) == ()
    old = (a_check_in(1, date(2026, 10, 23), confidence="4"), a_check_in(2, EARLIER, confidence="8"))
    assert since(binary(), check_ins=old) == ()


@pytest.mark.parametrize(("blocked_on", "days"), [(date(2026, 11, 2), 5), (EARLIER, 6), (date(2026, 11, 3), None)])
def test_unblocked_after_a_working_week_is_told(blocked_on: date, days: int | None) -> None:
    rows = (a_check_in(1, blocked_on, blocked=True), a_check_in(2, MONDAY, blocked=False))
    found = since(moving("20", "50"), check_ins=rows)
    assert [(win.kind, win.days) for win in found] == ([] if days is None else [(WinKind.UNBLOCKED, days)])


def test_a_key_result_that_is_blocked_again_is_no_win() -> None:
    rows = (
        a_check_in(1, EARLIER, blocked=True),
        a_check_in(2, MONDAY, blocked=False),
        a_check_in(3, date(2026, 11, 11), blocked=True),
    )
    assert since(moving("20", "50"), check_ins=rows) == ()


def test_what_is_confirmed_changes_nothing() -> None:
    rows = (a_check_in(1, EARLIER, value="41"), a_check_in(2, MONDAY, kind=CheckInKind.CONFIRM, value="41"))
    readings = (a_reading("41", EARLIER), a_reading("41", MONDAY, id=1))
    assert since(moving("20", "50"), readings=readings, check_ins=rows) == ()


@pytest.mark.parametrize("state", [KRState.PAUSED, KRState.DROPPED, KRState.DRAFT])
def test_what_is_not_in_force_has_no_wins(state: KRState) -> None:
    assert passed(("28", EARLIER), ("50", MONDAY), kr=moving("20", "50", state=state)) == []
