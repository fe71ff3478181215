"""When a key result has stopped moving (spec/03 §6.5, tag ↔)."""

from datetime import date, timedelta
from typing import Any

import pytest

from bot.okr.model import Cadence, CheckIn, CheckInKind
from bot.okr.stalled import is_stalled
from tests.okr.krs import NOTHING, a_check_in, binary, dec, moving, ranged, read_at, updated_on

KR = moving("20", "40")
MONDAY = date(2026, 11, 2)
AT_28 = read_at("28", MONDAY)


def weekly(*said: dict[str, Any] | None, every: int = 1) -> list[CheckIn]:
    """One check-in a week (or every so many), None for a week without."""
    return [
        a_check_in(number, MONDAY + timedelta(weeks=number * every), **fields)
        for number, fields in enumerate(said)
        if fields is not None
    ]


@pytest.mark.parametrize(
    ("said", "stalled"),
    [
        pytest.param([{"value": "28"}] * 3, True, id="given three times"),
        pytest.param([{"value": "28"}] * 2, False, id="given twice"),
        pytest.param([{"value": "27"}, {"value": "28"}, {"value": "28"}], False, id="it moved"),
        pytest.param([{"value": "27"}, *[{"value": "28"}] * 3], True, id="it moved before that"),
        pytest.param(
            [{"value": "28"}, *[{"kind": CheckInKind.CONFIRM, "value": "28"}] * 2], True, id="attested by no change"
        ),
        pytest.param([{"value": "28"}, {"self_score": "0.5"}, {"value": "28"}], False, id="a self-score attests none"),
        pytest.param([{"value": "28"}, None, {"value": "28"}, {"value": "28"}], False, id="a week is missing"),
        pytest.param([{"value": "28"}, {"value": "28.0"}, {"value": "28.00"}], True, id="28.0 is 28"),
    ],
)
def test_the_same_value_in_three_weekly_check_ins(said: list[dict[str, Any] | None], stalled: bool) -> None:
    assert is_stalled(KR, AT_28, weekly(*said)) is stalled


def test_the_newest_value_of_a_week_is_that_weeks() -> None:
    rows = weekly(*[{"value": "28"}] * 3)
    assert is_stalled(KR, AT_28, [*rows, a_check_in(8, MONDAY + timedelta(days=2), value="27")]) is False
    assert is_stalled(KR, AT_28, [*rows, a_check_in(8, MONDAY - timedelta(days=2), value="27")]) is True


def test_undone_and_bare_rows_do_not_count() -> None:
    rows = weekly({"value": "28"}, {"value": "28"}, {"value": "28", "undone": True})
    assert not is_stalled(KR, AT_28, rows)


def test_a_reached_key_result_is_not_stalled() -> None:
    assert not is_stalled(KR, read_at("40", MONDAY), weekly(*[{"value": "40"}] * 3))
    assert not is_stalled(binary(), updated_on(MONDAY, done=True), weekly(*[{"confidence": "10"}] * 4))


@pytest.mark.parametrize(("every", "stalled"), [(1, False), (2, True), (3, False)])
def test_a_biweekly_key_result_is_compared_every_second_week(every: int, stalled: bool) -> None:
    kr = moving("20", "40", cadence=Cadence.BIWEEKLY)
    assert is_stalled(kr, AT_28, weekly(*[{"value": "28"}] * 3, every=every)) is stalled


def test_a_different_value_between_two_biweekly_check_ins_is_movement() -> None:
    kr = moving("20", "40", cadence=Cadence.BIWEEKLY)
    rows = weekly(*[{"value": "28"}] * 3, every=2)
    between = a_check_in(9, MONDAY + timedelta(weeks=3), value="27")
    assert not is_stalled(kr, AT_28, [*rows, between])


@pytest.mark.parametrize(("times", "stalled"), [(3, False), (4, True)])
def test_the_same_likelihood_four_times(times: int, stalled: bool) -> None:
    assert is_stalled(binary(), updated_on(MONDAY), weekly(*[{"confidence": "6"}] * times)) is stalled


def test_a_likelihood_that_stays_while_the_number_moves_is_no_stall() -> None:
    said = [{"value": str(value), "confidence": "6"} for value in (25, 26, 27, 28)]
    assert not is_stalled(KR, AT_28, weekly(*said))


def test_a_range_that_is_held_is_doing_what_it_should() -> None:
    kr = ranged("70", "80", "76")
    same = weekly(*[{"value": "76"}] * 3)
    inside = read_at("76", MONDAY, range_since=kr.start, in_range_days=dec(10))
    assert not is_stalled(kr, inside, same)
    outside = read_at("85", MONDAY, range_since=kr.start, in_range_days=dec(10))
    assert is_stalled(kr, outside, weekly(*[{"value": "85"}] * 3))


def test_nothing_said_is_not_stalled() -> None:
    assert not is_stalled(KR, NOTHING, [])
    assert not is_stalled(KR, AT_28, [])
