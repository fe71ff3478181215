"""The expected score at a date (spec/03 §6.1)."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.okr.exact import TOLERANCE
from bot.okr.model import Checkpoint, KeyResult, KRType, PaceProfile
from bot.okr.pace import (
    expected_score,
    expected_value,
    monthly_step,
    pace_line,
    profile_of,
    reading_day,
    time_fraction,
    weekly_step,
)
from bot.okr.scoring import raw_score
from bot.okr.shown import rounded
from tests.okr.krs import (
    DUE,
    NOTHING,
    START,
    a_kr,
    anchored,
    binary,
    day,
    dec,
    moving,
    ranged,
    read_at,
    stepped,
    updated_on,
)

MRR = moving("30000", "60000")
TWELVE_WEEKS = moving("0", "60", due=START + timedelta(weeks=12))


@pytest.mark.parametrize(("week", "points"), [(0, "0"), (1, "5"), (2, "10"), (4, "20"), (8, "40"), (12, "60")])
def test_a_sixty_point_rise_over_twelve_weeks(week: int, points: str) -> None:
    assert expected_value(TWELVE_WEEKS, START + timedelta(weeks=week)) == dec(points)


def test_over_twelve_weeks_a_week_is_five_points_and_a_month_twenty() -> None:
    assert weekly_step(TWELVE_WEEKS) == 5
    assert monthly_step(TWELVE_WEEKS) == 20


def test_over_a_calendar_quarter_the_weekly_step_is_smaller() -> None:
    step = weekly_step(moving("0", "60"))
    assert step is not None
    assert rounded(step, 1) == dec("4.6")
    assert monthly_step(moving("0", "60")) == 20


def test_the_step_of_a_decrease_goes_down_and_anchors_end_at_the_last() -> None:
    assert weekly_step(moving("400", "309")) == -7
    assert weekly_step(anchored("0", "10", "20", "91")) == 7
    assert weekly_step(binary()) is None


@pytest.mark.parametrize(
    ("on", "fraction", "value"),
    [
        pytest.param(date(2026, 10, 1), "0.000", "30000", id="the first day"),
        pytest.param(date(2026, 10, 15), "0.154", "34615", id="15 Oct"),
        pytest.param(date(2026, 11, 1), "0.341", "40220", id="1 Nov"),
        pytest.param(date(2026, 11, 15), "0.495", "44835", id="15 Nov"),
        pytest.param(date(2026, 12, 1), "0.670", "50110", id="1 Dec"),
        pytest.param(date(2026, 12, 17), "0.846", "55385", id="17 Dec"),
        pytest.param(date(2026, 12, 31), "1.000", "60000", id="the last day"),
        pytest.param(date(2026, 9, 1), "0.000", "30000", id="before the start"),
        pytest.param(date(2027, 2, 1), "1.000", "60000", id="after the due date"),
    ],
)
def test_mrr_over_the_fourth_quarter(on: date, fraction: str, value: str) -> None:
    assert rounded(time_fraction(MRR, on), 3) == dec(fraction)
    expected = expected_value(MRR, on)
    assert expected is not None
    assert rounded(expected, 0) == dec(value)


@pytest.mark.parametrize(
    ("profile", "days", "pace"),
    [
        (PaceProfile.LINEAR, 25, "0.250"),
        (PaceProfile.SLOW_START, 25, "0.063"),
        (PaceProfile.SLOW_START, 50, "0.250"),
        (PaceProfile.SLOW_START, 75, "0.563"),
        (PaceProfile.FAST_START, 25, "0.438"),
        (PaceProfile.FAST_START, 50, "0.750"),
        (PaceProfile.FAST_START, 75, "0.938"),
        (PaceProfile.FLAT, 0, "1.000"),
    ],
)
def test_the_profiles_bend_the_line(profile: PaceProfile, days: int, pace: str) -> None:
    kr = moving("0", "60", due=START + timedelta(days=100), pace=profile)
    expected = expected_score(kr, day(days))
    assert expected is not None
    assert rounded(expected, 3) == dec(pace)


@pytest.mark.parametrize(
    ("days", "pace"),
    [
        pytest.param(9, "0", id="before the first checkpoint"),
        pytest.param(10, "0.2", id="on the first"),
        pytest.param(59, "0.2", id="between"),
        pytest.param(60, "0.7", id="on the second"),
        pytest.param(91, "0.7", id="at the end"),
    ],
)
def test_checkpoints_hold_until_the_next_one(days: int, pace: str) -> None:
    checkpoints = (Checkpoint(day(60), dec("0.7")), Checkpoint(day(10), dec("0.2")))
    kr = moving("0", "60", pace=PaceProfile.STEPS, checkpoints=checkpoints)
    assert expected_score(kr, day(days)) == dec(pace)


def test_a_checkpoint_beyond_the_target_expects_a_value_beyond_it() -> None:
    kr = moving("0", "60", pace=PaceProfile.STEPS, checkpoints=(Checkpoint(day(10), dec("1.1")),))
    assert expected_value(kr, day(10)) == 66


@pytest.mark.parametrize("pace", list(PaceProfile))
def test_the_drawn_line_is_the_expected_value_of_each_of_its_days(pace: PaceProfile) -> None:
    kr = moving("0", "60", pace=pace, checkpoints=(Checkpoint(day(10), dec("0.2")), Checkpoint(day(60), dec("0.7"))))

    line = pace_line(kr)

    assert (line[0][0], line[-1][0]) == (START, DUE)
    assert all(expected_value(kr, on) == value for on, value in line)
    assert [on for on, _ in line] == sorted({on for on, _ in line})


def test_the_drawn_line_jumps_at_a_checkpoint() -> None:
    kr = moving("0", "60", pace=PaceProfile.STEPS, checkpoints=(Checkpoint(day(10), dec("0.2")),))

    line = dict(pace_line(kr))

    assert [line[day(9)], line[day(10)]] == [dec("0"), dec("12")]


@pytest.mark.parametrize("kr", [ranged("70", "80", "76"), binary(), moving("0", "60", due=START)])
def test_where_no_single_value_is_expected_there_is_no_line(kr: KeyResult) -> None:
    assert pace_line(kr) == ()


def test_a_held_range_is_flat_whatever_its_profile_says() -> None:
    kr = ranged("70", "80", "76", pace=PaceProfile.LINEAR)
    assert profile_of(kr) is PaceProfile.FLAT
    assert expected_score(kr, START) == 1
    assert expected_value(kr, START) is None


@pytest.mark.parametrize(("baseline", "value"), [("60", "65"), ("90", "85")])
def test_a_range_to_be_entered_expects_half_the_way_at_half_time(baseline: str, value: str) -> None:
    kr = ranged("70", "80", baseline, due=START + timedelta(days=100))
    assert expected_score(kr, day(50)) == dec("0.5")
    assert expected_value(kr, day(50)) == dec(value)


@pytest.mark.parametrize("kr", [binary(), a_kr(KRType.BASELINE), stepped("1", "1")])
def test_binary_baseline_and_undated_steps_have_no_pace(kr: KeyResult) -> None:
    assert expected_score(kr, day(42)) is None
    assert expected_value(kr, day(42)) is None


@pytest.mark.parametrize(("days", "pace"), [(9, "0"), (10, "0.2"), (49, "0.2"), (50, "0.5"), (90, "0.5"), (91, "1")])
def test_dated_steps_expect_the_weight_due_so_far(days: int, pace: str) -> None:
    kr = stepped("0.2", "0.3", "0.5", due=(day(10), day(50), DUE))
    assert expected_score(kr, day(days)) == dec(pace)


def test_among_dated_steps_one_without_a_date_is_due_with_the_key_result() -> None:
    kr = stepped("1", "1", due=(day(10), DUE))
    undated = replace(kr, steps=(kr.steps[0], replace(kr.steps[1], due=None)))
    assert [expected_score(undated, day(days)) for days in (10, 90, 91)] == [dec("0.5"), dec("0.5"), 1]


@pytest.mark.parametrize(("days", "value"), [(0, "40"), (15, "45"), (30, "50"), (50, "55"), (70, "60"), (85, "70")])
def test_an_anchored_value_is_expected_along_its_anchors(days: int, value: str) -> None:
    kr = anchored("40", "50", "60", "80", due=START + timedelta(days=100))
    assert expected_value(kr, day(days)) == dec(value)


def test_a_key_result_of_no_length_is_at_its_end() -> None:
    kr = moving("0", "1", due=START)
    assert time_fraction(kr, START) == 1
    assert time_fraction(kr, START - timedelta(days=1)) == 0
    assert weekly_step(kr) is None


def test_the_score_was_read_when_the_number_was_measured_or_the_milestone_updated() -> None:
    assert reading_day(MRR, read_at("1", day(3), updated_on=day(9))) == day(3)
    assert reading_day(binary(), updated_on(day(9))) == day(9)
    assert reading_day(MRR, NOTHING) is None


profiles = st.sampled_from([profile for profile in PaceProfile if profile is not PaceProfile.STEPS])


@settings(max_examples=100)
@given(profiles, st.integers(-5, 100), st.integers(0, 100))
def test_pace_never_falls_and_stays_between_0_and_1(profile: PaceProfile, days: int, later: int) -> None:
    kr = moving("0", "60", pace=profile)
    now, then = expected_score(kr, day(days)), expected_score(kr, day(days + later))
    assert now is not None
    assert then is not None
    assert 0 <= now <= then <= 1


@settings(max_examples=100)
@given(
    st.sampled_from([MRR, moving("40", "0"), anchored("40", "50", "60", "80"), anchored("5", "4", "3", "2")]),
    profiles,
    st.integers(0, 91),
)
def test_the_expected_value_scores_exactly_the_pace(kr: KeyResult, profile: PaceProfile, days: int) -> None:
    kr = replace(kr, pace=profile)
    value, pace = expected_value(kr, day(days)), expected_score(kr, day(days))
    assert value is not None
    assert pace is not None
    raw = raw_score(kr, value)
    assert raw is not None
    assert abs(raw - pace) <= TOLERANCE * Decimal(1)
