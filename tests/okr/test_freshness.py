"""How old what we know is (spec/03 §7)."""

from datetime import date

import pytest

from bot.okr.freshness import Limits, freshness_of, limits_of, number_age_of
from bot.okr.model import Cadence, Current, FreshnessState, KRState, Source, Thresholds
from bot.okr.workdays import MONDAY_TO_FRIDAY, WorkCalendar
from tests.okr.krs import NOTHING, START, a_kr, at, binary, day, moving, read_at, updated_on

PLAIN = WorkCalendar(MONDAY_TO_FRIDAY)
MONDAY = date(2026, 11, 2)
KR = moving("20", "40")
FRESH, OPEN, STALE, DARK, QUIET = FreshnessState


@pytest.mark.parametrize(
    ("today", "age", "state"),
    [
        pytest.param(date(2026, 11, 6), 4, FRESH, id="Fri 6"),
        pytest.param(date(2026, 11, 9), 5, FRESH, id="Mon 9"),
        pytest.param(date(2026, 11, 10), 6, OPEN, id="Tue 10"),
        pytest.param(date(2026, 11, 11), 7, OPEN, id="Wed 11"),
        pytest.param(date(2026, 11, 12), 8, STALE, id="Thu 12"),
        pytest.param(date(2026, 11, 16), 10, STALE, id="Mon 16"),
        pytest.param(date(2026, 11, 17), 11, DARK, id="Tue 17"),
    ],
)
def test_the_age_since_monday_2_november(today: date, age: int, state: FreshnessState) -> None:
    fresh = freshness_of(KR, updated_on(MONDAY), PLAIN, today)
    assert (fresh.age, fresh.state, fresh.updated_on) == (age, state, MONDAY)
    assert fresh.too_old is (state is DARK)


def test_chinas_october_holiday_does_not_age_but_its_make_up_saturday_does() -> None:
    holiday = frozenset(date(2026, 10, number) for number in range(1, 8))
    calendar = WorkCalendar(MONDAY_TO_FRIDAY, off=holiday, make_up=frozenset({date(2026, 10, 10)}))
    kr = moving("20", "40", start=date(2026, 9, 1))
    fresh = freshness_of(kr, updated_on(date(2026, 9, 28)), calendar, date(2026, 10, 12))
    assert (fresh.age, fresh.state) == (6, OPEN)


@pytest.mark.parametrize(
    ("cadence", "states"),
    [
        (Cadence.WEEKLY, {0: FRESH, 5: FRESH, 6: OPEN, 7: OPEN, 8: STALE, 10: STALE, 11: DARK, 40: DARK}),
        (Cadence.BIWEEKLY, {0: FRESH, 10: FRESH, 11: OPEN, 12: OPEN, 13: STALE, 20: STALE, 21: DARK}),
    ],
)
def test_the_states_of_both_cadences(cadence: Cadence, states: dict[int, FreshnessState]) -> None:
    every_day = WorkCalendar(frozenset(range(7)))
    kr = moving("20", "40", cadence=cadence)
    for age, state in states.items():
        assert freshness_of(kr, updated_on(day(9)), every_day, day(9 + age)).state is state


def test_a_done_key_result_has_the_biweekly_limits() -> None:
    every_day = WorkCalendar(frozenset(range(7)))
    assert freshness_of(KR, updated_on(day(9)), every_day, day(29), done=True).state is STALE
    assert freshness_of(KR, updated_on(day(9)), every_day, day(30), done=True).state is DARK


def test_a_workspace_may_tune_grace_and_dark_factor() -> None:
    assert limits_of(Cadence.WEEKLY, thresholds=Thresholds(grace_days=0, dark_factor=3)) == Limits(5, 5, 15)
    assert limits_of(Cadence.WEEKLY, thresholds=Thresholds(grace_days=5)) == Limits(5, 10, 10)
    assert (limits_of(Cadence.WEEKLY).stale_from, limits_of(Cadence.WEEKLY).dark_from) == (8, 11)


@pytest.mark.parametrize(
    ("current", "published", "counted_from"),
    [
        pytest.param(NOTHING, None, START, id="never updated: from the start"),
        pytest.param(NOTHING, date(2026, 9, 21), START, id="published before the start"),
        pytest.param(NOTHING, date(2026, 10, 12), date(2026, 10, 12), id="published later"),
        pytest.param(updated_on(date(2026, 10, 20)), date(2026, 10, 12), date(2026, 10, 20), id="updated since"),
        pytest.param(updated_on(date(2026, 9, 1)), None, START, id="read long before the start"),
    ],
)
def test_the_clock_starts_when_the_key_result_is_live(
    current: Current, published: date | None, counted_from: date
) -> None:
    fresh = freshness_of(KR, current, PLAIN, date(2026, 11, 2), published_on=published)
    assert fresh.counted_from == counted_from
    assert fresh.age == PLAIN.count(counted_from, date(2026, 11, 2))


def test_a_pause_stops_the_clock() -> None:
    calendar = PLAIN.with_pauses([(date(2026, 11, 4), date(2026, 11, 30))])
    assert freshness_of(KR, updated_on(MONDAY), calendar, date(2026, 12, 1)).age == 2


@pytest.mark.parametrize("state", [KRState.DRAFT, KRState.DROPPED, KRState.CLOSED])
def test_draft_dropped_and_closed_key_results_do_not_age(state: KRState) -> None:
    fresh = freshness_of(moving("20", "40", state=state), updated_on(MONDAY), PLAIN, date(2027, 3, 1))
    assert (fresh.state, fresh.age, fresh.too_old) == (FRESH, None, False)


# Automated

FEED = moving("32", "45", source=Source.AUTO)


@pytest.mark.parametrize(
    ("today", "state", "too_old"),
    [
        pytest.param(date(2026, 11, 5), FRESH, False, id="three working days old"),
        pytest.param(date(2026, 11, 6), QUIET, False, id="four working days old"),
        pytest.param(date(2026, 11, 16), QUIET, False, id="as old as a stale one"),
        pytest.param(date(2026, 11, 17), QUIET, True, id="as old as a dark one"),
    ],
)
def test_a_feed_is_quiet_after_its_own_limit(today: date, state: FreshnessState, too_old: bool) -> None:
    fresh = freshness_of(FEED, read_at("41", MONDAY), PLAIN, today)
    assert (fresh.state, fresh.too_old) == (state, too_old)


def test_a_self_score_does_not_make_a_quiet_feed_speak_but_keeps_its_colour() -> None:
    current = read_at("41", MONDAY, updated_on=date(2026, 11, 16), updated_at=at(date(2026, 11, 16)))
    fresh = freshness_of(FEED, current, PLAIN, date(2026, 11, 17))
    assert (fresh.state, fresh.age, fresh.too_old) == (QUIET, 11, False)


def test_a_feed_that_never_spoke_is_quiet_from_its_start_on() -> None:
    fresh = freshness_of(FEED, NOTHING, PLAIN, date(2026, 10, 7))
    assert (fresh.state, fresh.age) == (QUIET, 4)


# The age of a number


@pytest.mark.parametrize(
    ("today", "age"),
    [
        pytest.param(date(2026, 11, 16), None, id="two cadences old"),
        pytest.param(date(2026, 11, 17), 11, id="older"),
    ],
)
def test_a_number_kept_company_by_self_scores_only_is_old_after_two_cadences(today: date, age: int | None) -> None:
    current = read_at("28", MONDAY, updated_on=date(2026, 11, 13))
    assert number_age_of(KR, current, PLAIN, today) == age


def test_a_number_without_any_later_update_is_not_called_old_too() -> None:
    assert number_age_of(KR, read_at("28", MONDAY), PLAIN, date(2026, 12, 1)) is None


def test_only_numbers_typed_by_people_grow_old() -> None:
    current = read_at("28", MONDAY, updated_on=date(2026, 11, 27))
    assert number_age_of(KR, current, PLAIN, date(2026, 12, 1)) is not None
    assert number_age_of(FEED, current, PLAIN, date(2026, 12, 1)) is None
    assert number_age_of(binary(), current, PLAIN, date(2026, 12, 1)) is None
    assert number_age_of(KR, NOTHING, PLAIN, date(2026, 12, 1)) is None


def test_a_biweekly_number_is_old_after_twenty_working_days() -> None:
    kr = a_kr(cadence=Cadence.BIWEEKLY)
    current = read_at("28", MONDAY, updated_on=date(2026, 11, 27))
    assert number_age_of(kr, current, PLAIN, date(2026, 11, 30)) is None
    assert number_age_of(kr, current, PLAIN, date(2026, 12, 1)) == 21
