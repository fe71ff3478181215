"""Where a key result lands if it goes on like this (spec/03 §6.2)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from bot.okr.heading import data_heading, is_early
from bot.okr.history import replay
from bot.okr.model import Current, KeyResult, KRType, PaceProfile, Thresholds
from bot.okr.shown import rounded, shown_heading
from tests.okr.krs import (
    DUE,
    NOTHING,
    START,
    a_kr,
    a_reading,
    binary,
    day,
    dec,
    moving,
    ranged,
    read_at,
    stepped,
    updated_on,
)

ACTIVATION = moving("20", "40")


@pytest.mark.parametrize(
    ("kr", "value", "week", "heading"),
    [
        pytest.param(ACTIVATION, "28", 6, "0.87", id="activation 28% in week 6"),
        pytest.param(ACTIVATION, "31", 6, "1.19", id="activation 31% in week 6"),
        pytest.param(ACTIVATION, "22", 6, "0.22", id="activation 22% in week 6"),
        pytest.param(ACTIVATION, "24", 3, "0.87", id="activation 24% in week 3"),
        pytest.param(moving("30", "60"), "42.7", 6, "0.92", id="MRR 42.7k in week 6"),
        pytest.param(moving("30", "60"), "34", 2, "0.87", id="MRR 34k in week 2"),
        pytest.param(moving("40", "0"), "46", 6, "-0.33", id="below the start"),
    ],
)
def test_heading_is_raw_divided_by_the_pace_of_the_reading(kr: KeyResult, value: str, week: int, heading: str) -> None:
    result = data_heading(kr, read_at(value, day(7 * week)))
    assert result is not None
    assert rounded(result) == dec(heading)


def test_mrr_at_a_heading_of_0_917_lands_at_57_5_thousand() -> None:
    heading = data_heading(moving("30", "60"), read_at("42.7", day(42)))
    assert heading is not None
    assert rounded(heading, 3) == dec("0.917")
    assert rounded(30 + 30 * heading, 1) == dec("57.5")


@pytest.mark.parametrize(
    ("profile", "first_day"),
    [
        pytest.param(PaceProfile.LINEAR, 14, id="about two weeks on a straight line"),
        pytest.param(PaceProfile.SLOW_START, 36, id="five weeks for a slow start"),
        pytest.param(PaceProfile.FLAT, 0, id="from the first day when flat"),
    ],
)
def test_there_is_no_heading_before_the_pace_is_0_15(profile: PaceProfile, first_day: int) -> None:
    kr = replace(ACTIVATION, pace=profile)
    assert data_heading(kr, read_at("24", day(first_day))) is not None
    if first_day:
        assert data_heading(kr, read_at("24", day(first_day - 1))) is None


def test_a_pace_of_exactly_the_threshold_is_enough() -> None:
    kr = moving("0", "1", due=date(2027, 1, 9))  # 100 days
    assert data_heading(kr, read_at("0.15", day(15))) == 1
    assert is_early(dec("0.149"))
    assert not is_early(dec("0.15"))


def test_a_workspace_without_an_early_rule_still_never_divides_by_zero() -> None:
    at_once = Thresholds(early_pace=Decimal(0))
    assert data_heading(ACTIVATION, read_at("24", START), at_once) is None
    assert data_heading(ACTIVATION, read_at("24", day(1)), at_once) is not None


def test_a_held_range_keeps_its_share_and_holds_what_it_reads_now() -> None:
    kr = ranged("70", "80", "76")
    values = ("76", "78", "82", "75", "74", "79")
    readings = [a_reading(value, day(7 * week)) for week, value in enumerate(values, start=1)]
    heading = data_heading(kr, replay(kr, readings, []))
    assert heading is not None
    assert rounded(heading, 3) == dec("0.923")


def test_a_held_range_that_is_outside_now_keeps_only_its_share() -> None:
    kr = ranged("70", "80", "76", due=date(2027, 1, 9))
    assert data_heading(kr, replay(kr, [a_reading("82", day(40))], [])) == dec("0.4")


def test_a_held_range_has_a_heading_from_its_first_reading() -> None:
    kr = ranged("70", "80")
    assert data_heading(kr, replay(kr, [a_reading("75", START)], [])) == 1


def test_a_strict_range_that_was_left_can_only_land_at_zero() -> None:
    kr = ranged("70", "80", "76", strict=True)
    assert data_heading(kr, replay(kr, [a_reading("82", day(20)), a_reading("75", day(40))], [])) == 0


def test_a_range_to_be_entered_is_divided_by_its_pace() -> None:
    kr = ranged("70", "80", "60", due=date(2027, 1, 9))
    assert data_heading(kr, read_at("64", day(50))) == dec("0.8")


def test_dated_steps_are_divided_by_the_weight_due() -> None:
    kr = stepped("0.2", "0.3", "0.5", due=(day(10), day(20), DUE))
    current = updated_on(day(42), steps_done={1: day(9)})
    assert data_heading(kr, current) == dec("0.4")


@pytest.mark.parametrize(
    ("kr", "current"),
    [
        pytest.param(binary(), updated_on(day(42), confidence=dec(6)), id="binary"),
        pytest.param(stepped("1", "1"), updated_on(day(42), steps_done={1: day(9)}), id="undated steps"),
        pytest.param(a_kr(KRType.BASELINE), read_at("12", day(42)), id="baseline"),
        pytest.param(ACTIVATION, NOTHING, id="nothing read"),
        pytest.param(ranged("70", "80"), NOTHING, id="nothing read of a range"),
    ],
)
def test_where_the_data_has_no_heading(kr: KeyResult, current: Current) -> None:
    assert data_heading(kr, current) is None


def test_headings_of_the_sample_board() -> None:
    """The digest of Thu 12 Nov 2026 and its key results (spec/08 §13.3)."""
    on = date(2026, 11, 12)
    renewals = read_at("28", date(2026, 10, 30))
    rows = [
        (moving("30", "60"), read_at("46", on), "1.00+"),
        (moving("20", "50"), renewals, "0.84"),
        (moving("6.5", "8"), read_at("6.9", on), "0.58"),
        (moving("400", "200"), read_at("372", on), "0.30"),
    ]
    assert [shown_heading(data_heading(kr, current)) for kr, current, _ in rows] == [text for *_, text in rows]
