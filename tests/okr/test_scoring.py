"""Scores of all five types (spec/03 §5)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.okr.exact import TOLERANCE
from bot.okr.history import replay
from bot.okr.model import Anchors, CheckInKind, Current, KeyResult, KRType
from bot.okr.ranges import distance
from bot.okr.scoring import is_reached, previous_score, raw_score, score_of
from bot.okr.shown import rounded
from tests.okr.krs import (
    DUE,
    NOTHING,
    START,
    a_check_in,
    a_kr,
    a_reading,
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

CUSTOMERS = anchored("40", "50", "60", "80")

LINES = [
    pytest.param(moving("0.5", "0.2"), "0.35", "0.500", "0.50", id="refund rate"),
    pytest.param(moving("5", "15"), "12", "0.700", "0.70", id="repeat purchase"),
    pytest.param(moving("10", "25"), "8", "-0.133", "0.00", id="brand awareness"),
    pytest.param(moving("30", "34"), "35", "1.250", "1.00", id="lead conversion"),
    pytest.param(moving("1.5", "1.8"), "1.65", "0.500", "0.50", id="sales per agent"),
    pytest.param(moving("85", "90"), "88.5", "0.700", "0.70", id="value accuracy"),
    pytest.param(moving("5", "2"), "3.5", "0.500", "0.50", id="invoice weeks"),
    pytest.param(moving("400", "200"), "250", "0.750", "0.75", id="phone support"),
    pytest.param(moving("40", "0"), "10", "0.750", "0.75", id="bugs, 10 left"),
    pytest.param(moving("40", "0"), "0", "1.000", "1.00", id="bugs, none left"),
    pytest.param(moving("40", "0"), "46", "-0.150", "0.00", id="bugs, more than at the start"),
    pytest.param(moving("30000", "60000"), "45000", "0.500", "0.50", id="MRR 45k"),
    pytest.param(moving("30000", "60000"), "66000", "1.200", "1.00", id="MRR 66k"),
    pytest.param(moving("-20000", "10000"), "-5000", "0.500", "0.50", id="monthly profit"),
    pytest.param(moving("0", "1000"), "640", "0.640", "0.64", id="run 1000 km"),
    pytest.param(CUSTOMERS, "36", "-0.12", "0.00", id="customers 36"),
    pytest.param(CUSTOMERS, "45", "0.15", "0.15", id="customers 45"),
    pytest.param(CUSTOMERS, "50", "0.30", "0.30", id="customers 50"),
    pytest.param(CUSTOMERS, "55", "0.50", "0.50", id="customers 55"),
    pytest.param(CUSTOMERS, "60", "0.70", "0.70", id="customers 60"),
    pytest.param(CUSTOMERS, "70", "0.85", "0.85", id="customers 70"),
    pytest.param(CUSTOMERS, "80", "1.00", "1.00", id="customers 80"),
    pytest.param(CUSTOMERS, "100", "1.30", "1.00", id="customers 100"),
    pytest.param(anchored("5", "4", "3", "2"), "3.5", "0.500", "0.50", id="weeks, anchored downwards"),
    pytest.param(anchored("5", "4", "3", "2"), "6", "-0.300", "0.00", id="weeks, above the start"),
    pytest.param(anchored("5", "4", "3", "2"), "1", "1.300", "1.00", id="weeks, beyond the last anchor"),
]


@pytest.mark.parametrize(("kr", "value", "raw", "score"), LINES)
def test_increase_and_decrease(kr: KeyResult, value: str, raw: str, score: str) -> None:
    result = score_of(kr, read_at(value, day(42)))
    assert result.raw is not None
    assert result.score is not None
    assert rounded(result.raw, 3) == dec(raw)
    assert rounded(result.score) == dec(score)


@pytest.mark.parametrize(
    ("value", "score"),
    [("58", "0"), ("60", "0"), ("65", "0.5"), ("68", "0.8"), ("70", "1"), ("75", "1"), ("84", "0.6"), ("90", "0")],
)
def test_a_range_to_be_entered(value: str, score: str) -> None:
    assert score_of(ranged("70", "80", "60"), read_at(value, day(42))).score == dec(score)


def test_entering_a_range_keeps_a_raw_score_below_the_start() -> None:
    assert raw_score(ranged("70", "80", "60"), dec("58")) == dec("-0.2")


@pytest.mark.parametrize("kr", [ranged("70", "80", "76"), ranged("70", "80"), binary(), a_kr(KRType.BASELINE)])
def test_one_value_alone_does_not_score_a_held_range_a_milestone_or_a_baseline(kr: KeyResult) -> None:
    assert raw_score(kr, dec("75")) is None


def utilisation(*values: str, kr: KeyResult | None = None) -> Current:
    """What stands after one reading a week, from the end of week 1."""
    readings = [a_reading(value, day(7 * week)) for week, value in enumerate(values, start=1)]
    return replay(kr or ranged("70", "80", "76"), readings, [])


def test_a_held_range_scores_its_time_inside() -> None:
    score = score_of(ranged("70", "80", "76"), utilisation("76", "78", "82", "75", "74", "79")).score
    assert score is not None
    assert rounded(score, 3) == dec("0.833")
    assert abs(score - Decimal(5) / Decimal(6)) < TOLERANCE


@pytest.mark.parametrize(("value", "score"), [("99.95", 1), ("99.65", 0), ("99.4", 0), ("99.9", 1)])
def test_a_held_range_without_a_baseline_is_in_or_out_at_its_single_reading(value: str, score: int) -> None:
    kr = ranged("99.9", None, range_tol="0.5")
    assert score_of(kr, replay(kr, [a_reading(value, day(20))], [])).score == score


def test_without_a_baseline_the_time_starts_at_the_first_reading() -> None:
    kr = ranged("70", "80")
    current = replay(kr, [a_reading("90", day(20)), a_reading("75", day(30)), a_reading("75", day(60))], [])
    assert score_of(kr, current).score == dec("0.75")


def test_with_a_baseline_inside_the_time_before_the_first_reading_counts_as_inside() -> None:
    kr = ranged("70", "80", "76")
    current = replay(kr, [a_reading("90", day(30)), a_reading("90", day(60))], [])
    assert score_of(kr, current).score == dec("0.5")


def test_silence_earns_nothing_in_a_held_range() -> None:
    kr = ranged("70", "80", "76")
    current = replay(kr, [a_reading("90", day(10)), a_reading("75", day(20))], [])
    assert score_of(kr, current).score == dec("0.5")


def test_a_held_range_does_not_count_time_outside_its_term() -> None:
    kr = ranged("70", "80", "76")
    before = a_reading("90", START.replace(month=9))
    within = a_reading("75", day(45))
    after = a_reading("75", date(2027, 3, 1))
    current = replay(kr, [before, within, after], [])
    score = score_of(kr, current).score
    assert score == Decimal(46) / Decimal(91)


def test_a_strict_range_scores_nothing_once_it_was_left() -> None:
    kr = ranged(None, "0", "0", strict=True)
    assert score_of(kr, utilisation("0", "0", kr=kr)).score == 1
    assert score_of(kr, utilisation("0", "1", "0", kr=kr)).score == 0


@pytest.mark.parametrize(("lo", "hi", "value"), [("70", None, "1000"), (None, "80", "-5")])
def test_a_missing_bound_never_hurts(lo: str | None, hi: str | None, value: str) -> None:
    kr = ranged(lo, hi)
    assert score_of(kr, replay(kr, [a_reading(value, day(5))], [])).score == 1


def test_a_milestone_without_steps_is_0_until_done() -> None:
    assert score_of(binary(), NOTHING).score == 0
    assert score_of(binary(), updated_on(day(9), done=True, done_on=day(9))).score == 1


def test_a_milestone_with_steps_scores_the_weight_that_is_done() -> None:
    kr = stepped("0.2", "0.3", "0.2", "0.3")
    current = updated_on(day(9), steps_done={1: day(3), 2: day(9)})
    assert score_of(kr, current).score == dec("0.50")


def test_all_steps_done_is_a_full_score_but_not_yet_done() -> None:
    kr = stepped("1", "1")
    current = updated_on(day(9), steps_done={1: day(3), 2: day(9)})
    assert score_of(kr, current).score == 1
    assert not is_reached(kr, current, day(9))
    assert is_reached(kr, replace(current, done=True), day(9))


def test_done_said_of_a_whole_milestone_counts_all_its_steps() -> None:
    assert score_of(stepped("1", "1"), updated_on(day(9), steps_done={1: day(3)}, done=True)).score == 1


def test_a_step_that_is_no_longer_in_the_plan_counts_nothing() -> None:
    assert score_of(stepped("1", "1"), updated_on(day(9), steps_done={7: day(3)})).score == 0


def test_a_baseline_scores_1_as_soon_as_there_is_a_value() -> None:
    kr = a_kr(KRType.BASELINE)
    assert score_of(kr, NOTHING).score == 0
    assert score_of(kr, read_at("12", day(9))).score == 1
    assert score_of(kr, read_at("0", day(9))).score == 1


@pytest.mark.parametrize("kr", [moving("1", "2"), ranged("1", "2", "0"), ranged("1", "2")])
def test_without_a_reading_a_number_has_no_score(kr: KeyResult) -> None:
    result = score_of(kr, NOTHING)
    assert (result.raw, result.score) == (None, None)


@pytest.mark.parametrize(
    "kr",
    [
        pytest.param(a_kr(baseline="5", target="5"), id="start and target are the same"),
        pytest.param(a_kr(baseline=None, target="5"), id="no start"),
        pytest.param(a_kr(baseline="5"), id="no target"),
        pytest.param(anchored("40", "50", "50", "80"), id="anchors that stand still"),
        pytest.param(anchored("40", "60", "50", "80"), id="anchors that turn back"),
    ],
)
def test_a_draft_that_cannot_be_measured_has_no_score(kr: KeyResult) -> None:
    assert score_of(kr, read_at("45", day(9))).score is None


@pytest.mark.parametrize(
    ("kr", "value", "today", "reached"),
    [
        pytest.param(moving("30", "60"), "60", day(42), True, id="at the target"),
        pytest.param(moving("30", "60"), "59.9", day(42), False, id="just below"),
        pytest.param(moving("40", "0"), "0", day(42), True, id="a decrease at zero"),
        pytest.param(ranged("70", "80", "60"), "75", day(42), False, id="a range inside, before its due date"),
        pytest.param(ranged("70", "80", "60"), "75", DUE, False, id="a range inside, on its due date"),
        pytest.param(ranged("70", "80", "60"), "75", date(2027, 1, 1), True, id="a range inside, after its due date"),
        pytest.param(a_kr(KRType.BASELINE), "12", day(42), True, id="a baseline with a value"),
    ],
)
def test_when_a_key_result_is_reached(kr: KeyResult, value: str, today: date, reached: bool) -> None:
    assert is_reached(kr, read_at(value, day(30)), today) is reached


def test_the_previous_score_of_a_line_is_that_of_the_previous_value() -> None:
    kr = moving("30", "60")
    assert previous_score(kr, read_at("42", day(9), previous_value=dec("45"))) == dec("0.5")
    assert previous_score(kr, read_at("42", day(9))) is None


def test_the_previous_score_of_a_held_range_takes_the_last_stretch_off() -> None:
    kr = ranged("70", "80", "76")
    values = ("76", "78", "82", "75", "74", "79")
    for weeks in range(2, 7):
        before = score_of(kr, utilisation(*values[: weeks - 1])).score
        assert previous_score(kr, utilisation(*values[:weeks])) == before


def test_the_previous_score_of_a_strict_range_knows_when_it_was_first_left() -> None:
    kr = ranged("70", "80", "76", strict=True)
    assert previous_score(kr, utilisation("76", "82", kr=kr)) == 1
    assert previous_score(kr, utilisation("82", "76", kr=kr)) == 0
    assert previous_score(kr, utilisation("82", "76", "82", kr=kr)) == 0


figures = st.decimals(-1000, 1000, places=2)
lines = st.tuples(figures, figures).filter(lambda ends: ends[0] != ends[1]).map(lambda ends: moving(*map(str, ends)))
four = st.lists(figures, min_size=4, max_size=4, unique=True).map(sorted)
anchored_up = four.map(lambda points: anchored(*map(str, points)))
anchored_down = four.map(lambda points: anchored(*map(str, reversed(points))))
bounds = st.lists(figures, min_size=2, max_size=2, unique=True).map(sorted)
ranges = st.builds(lambda ends, start: ranged(str(ends[0]), str(ends[1]), str(start)), bounds, figures)
number_krs = st.one_of(lines, anchored_up, anchored_down, ranges)


@settings(max_examples=150)
@given(number_krs, st.lists(st.tuples(figures, st.integers(0, 120)), min_size=1, max_size=6), st.booleans())
def test_a_score_is_always_between_0_and_1(kr: KeyResult, rows: list[tuple[Decimal, int]], strict: bool) -> None:
    kr = replace(kr, strict=strict)
    current = replay(kr, [a_reading(value, day(when)) for value, when in rows], [])
    result = score_of(kr, current)
    assert result.score is not None
    assert 0 <= result.score <= 1
    assert 0 <= (previous_score(kr, current) or 0) <= 1


@settings(max_examples=150)
@given(st.one_of(lines, anchored_up, anchored_down), figures, figures)
def test_a_better_value_never_lowers_the_raw_score(kr: KeyResult, one: Decimal, two: Decimal) -> None:
    worse, better = sorted((one, two), reverse=kr.type is KRType.DECREASE)
    low, high = raw_score(kr, worse), raw_score(kr, better)
    assert low is not None
    assert high is not None
    assert low <= high + TOLERANCE


@settings(max_examples=100)
@given(ranges, figures, figures)
def test_a_value_nearer_to_the_range_never_lowers_the_score(kr: KeyResult, one: Decimal, two: Decimal) -> None:
    outside = sorted((one, two), key=lambda value: distance(kr, value), reverse=True)
    far, near = (score_of(kr, replay(kr, [a_reading(value, kr.start)], [])).score for value in outside)
    assert far is not None
    assert near is not None
    assert far <= near


@settings(max_examples=100)
@given(
    st.lists(st.sets(st.integers(1, 4)), min_size=2, max_size=2),
    st.lists(st.integers(1, 9), min_size=4, max_size=4),
)
def test_one_more_step_done_never_lowers_the_score(done: list[set[int]], weights: list[int]) -> None:
    kr = stepped(*map(str, weights))
    fewer, more = done[0] & done[1], done[0] | done[1]
    low, high = (score_of(kr, updated_on(START, steps_done=dict.fromkeys(s, START))).score for s in (fewer, more))
    assert low is not None
    assert high is not None
    assert 0 <= low <= high <= 1


@settings(max_examples=100)
@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "kind": st.sampled_from(CheckInKind),
                "value": st.none() | figures,
                "self_score": st.none() | st.decimals(0, 1, places=2),
                "confidence": st.none() | st.decimals(0, 10, places=0),
                "done": st.none() | st.booleans(),
                "steps_done": st.none() | st.lists(st.integers(1, 3)).map(tuple),
            }
        ),
        max_size=5,
    )
)
def test_a_binary_key_result_scores_0_or_1_whatever_is_said(said: list[dict[str, object]]) -> None:
    check_ins = [a_check_in(number, day(number), **fields) for number, fields in enumerate(said, start=1)]
    readings = [a_reading(row.value, row.on, check_in_id=row.id) for row in check_ins if row.value is not None]
    kr = binary()
    assert score_of(kr, replay(kr, readings, check_ins)).score in (0, 1)


def test_the_anchors_are_points_of_the_line() -> None:
    kr = a_kr(baseline="1", anchors=Anchors(dec(2), dec(3), dec(4)))
    assert [raw_score(kr, dec(value)) for value in (1, 2, 3, 4)] == [0, dec("0.3"), dec("0.7"), 1]
