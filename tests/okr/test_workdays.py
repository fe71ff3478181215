"""Working days of one person (spec/03 §7.1)."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.okr.workdays import MONDAY_TO_FRIDAY, StandIn, WorkCalendar

MON = date(2026, 11, 2)
PLAIN = WorkCalendar(MONDAY_TO_FRIDAY)


@pytest.mark.parametrize(
    ("until", "days"),
    [
        pytest.param(date(2026, 11, 2), 0, id="the same day"),
        pytest.param(date(2026, 11, 6), 4, id="Fri 6"),
        pytest.param(date(2026, 11, 8), 4, id="a weekend adds nothing"),
        pytest.param(date(2026, 11, 9), 5, id="Mon 9"),
        pytest.param(date(2026, 11, 10), 6, id="Tue 10"),
        pytest.param(date(2026, 11, 11), 7, id="Wed 11"),
        pytest.param(date(2026, 11, 12), 8, id="Thu 12"),
        pytest.param(date(2026, 11, 16), 10, id="Mon 16"),
        pytest.param(date(2026, 11, 17), 11, id="Tue 17"),
        pytest.param(date(2026, 10, 30), 0, id="a day before"),
    ],
)
def test_working_days_after_monday_2_november(until: date, days: int) -> None:
    assert PLAIN.count(MON, until) == days


def test_chinas_october_holiday_and_its_make_up_saturday() -> None:
    holiday = frozenset(date(2026, 10, number) for number in range(1, 8))
    calendar = WorkCalendar(MONDAY_TO_FRIDAY, off=holiday, make_up=frozenset({date(2026, 10, 10)}))
    assert calendar.count(date(2026, 9, 28), date(2026, 10, 12)) == 6


@pytest.mark.parametrize(
    "calendar",
    [
        pytest.param(WorkCalendar(MONDAY_TO_FRIDAY, off=frozenset({date(2026, 11, 4)})), id="holiday"),
        pytest.param(WorkCalendar(MONDAY_TO_FRIDAY, away=((date(2026, 11, 4), date(2026, 11, 4)),)), id="away"),
        pytest.param(WorkCalendar(MONDAY_TO_FRIDAY, freeze=((date(2026, 11, 4), date(2026, 11, 4)),)), id="freeze"),
        pytest.param(PLAIN.with_pauses([(date(2026, 11, 4), date(2026, 11, 4))]), id="paused"),
        pytest.param(WorkCalendar(frozenset({0, 1, 3, 4})), id="never works on Wednesdays"),
    ],
)
def test_a_wednesday_that_does_not_count_is_left_out(calendar: WorkCalendar) -> None:
    assert not calendar.is_working(date(2026, 11, 4))
    assert calendar.count(MON, date(2026, 11, 6)) == 3


def test_both_ends_of_a_period_are_included() -> None:
    calendar = WorkCalendar(MONDAY_TO_FRIDAY, away=((date(2026, 11, 3), date(2026, 11, 5)),))
    assert [calendar.is_working(date(2026, 11, number)) for number in range(2, 7)] == [True, False, False, False, True]


def test_a_make_up_day_works_although_a_holiday_list_has_it() -> None:
    both = frozenset({date(2026, 11, 7)})
    assert WorkCalendar(MONDAY_TO_FRIDAY, off=both, make_up=both).is_working(date(2026, 11, 7))


def test_a_make_up_day_inside_an_away_period_does_not_count() -> None:
    saturday = date(2026, 11, 7)
    calendar = WorkCalendar(MONDAY_TO_FRIDAY, make_up=frozenset({saturday}), away=((MON, saturday),))
    assert not calendar.is_working(saturday)


def test_pauses_are_added_to_those_there_are() -> None:
    calendar = PLAIN.with_pauses([(MON, MON)]).with_pauses([(date(2026, 11, 3), date(2026, 11, 3))])
    assert calendar.count(date(2026, 11, 1), date(2026, 11, 4)) == 1


def test_with_a_delegate_the_clock_runs_on_the_delegates_calendar() -> None:
    delegate = WorkCalendar(MONDAY_TO_FRIDAY, off=frozenset({date(2026, 11, 4)}))
    week = (MON, date(2026, 11, 6))
    calendar = WorkCalendar(MONDAY_TO_FRIDAY, away=(week,), stand_ins=(StandIn(*week, delegate),))
    assert calendar.count(date(2026, 11, 1), date(2026, 11, 8)) == 4


def test_a_freeze_binds_the_delegate_too() -> None:
    week = (MON, date(2026, 11, 6))
    calendar = WorkCalendar(MONDAY_TO_FRIDAY, freeze=(week,), stand_ins=(StandIn(*week, PLAIN),))
    assert calendar.count(date(2026, 11, 1), date(2026, 11, 8)) == 0


def test_the_next_and_previous_working_day_jump_the_weekend() -> None:
    assert PLAIN.next_working(date(2026, 11, 6)) == date(2026, 11, 9)
    assert PLAIN.previous_working(date(2026, 11, 9)) == date(2026, 11, 6)
    assert PLAIN.next_working(date(2026, 11, 7)) == date(2026, 11, 9)


def test_who_never_works_has_no_next_or_previous_working_day() -> None:
    never = WorkCalendar(frozenset())
    assert never.next_working(MON) is None
    assert never.previous_working(MON) is None


def test_a_working_day_400_days_off_is_found_and_one_further_is_not() -> None:
    only = MON + timedelta(days=400)
    far = WorkCalendar(frozenset(), make_up=frozenset({only}))
    assert far.next_working(MON) == only
    assert far.next_working(MON - timedelta(days=1)) is None
    assert far.previous_working(only + timedelta(days=400)) == only
    assert far.previous_working(only + timedelta(days=401)) is None


days = st.dates(date(2026, 9, 1), date(2027, 2, 28))
periods = st.lists(st.tuples(days, days).map(lambda ends: (min(ends), max(ends))), max_size=2).map(tuple)
calendars = st.builds(
    WorkCalendar,
    working_days=st.frozensets(st.integers(0, 6)),
    off=st.frozensets(days, max_size=8),
    make_up=st.frozensets(days, max_size=4),
    away=periods,
    freeze=periods,
    paused=periods,
)


def counted_naively(calendar: WorkCalendar, after: date, until: date) -> int:
    total = 0
    day = after
    while day < until:
        day += timedelta(days=1)
        stopped = any(first <= day <= last for first, last in (*calendar.away, *calendar.freeze, *calendar.paused))
        usual = day.weekday() in calendar.working_days and day not in calendar.off
        if not stopped and (usual or day in calendar.make_up):
            total += 1
    return total


@settings(max_examples=100)
@given(calendars, days, days)
def test_the_count_agrees_with_a_naive_one(calendar: WorkCalendar, after: date, until: date) -> None:
    assert calendar.count(after, until) == counted_naively(calendar, after, until)


@settings(max_examples=60)
@given(calendars, days, days, days)
def test_counts_of_neighbouring_spans_add_up(calendar: WorkCalendar, one: date, two: date, three: date) -> None:
    first, middle, last = sorted((one, two, three))
    assert calendar.count(first, last) == calendar.count(first, middle) + calendar.count(middle, last)


@settings(max_examples=60)
@given(calendars, days)
def test_no_working_day_lies_between_a_day_and_the_next_one(calendar: WorkCalendar, day: date) -> None:
    following = calendar.next_working(day)
    if following is not None:
        assert calendar.count(day, following) == 1
        assert calendar.is_working(following)
