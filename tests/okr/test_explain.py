"""The arithmetic behind each shown figure (spec/06 §11.6, spec/11 check 20)."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.okr.assess import Assessment, assess
from bot.okr.exact import TOLERANCE, clip
from bot.okr.explain import explain
from bot.okr.explanation import (
    BandLine,
    BaselineScore,
    BinaryScore,
    CountedFrom,
    DividedHeading,
    EnterRangeScore,
    Explanation,
    HeldHeading,
    HeldRangeScore,
    LineScore,
    NoHeading,
    NothingRead,
    OwnerCounts,
    StepsScore,
    WithoutHeading,
)
from bot.okr.history import replay
from bot.okr.model import (
    Band,
    Checkpoint,
    Commitment,
    Current,
    FreshnessState,
    Judgement,
    KeyResult,
    KRType,
    PaceProfile,
    ScoreMode,
    Source,
    Status,
    StatusReason,
    Tag,
)
from bot.okr.shown import rounded, two_decimals
from bot.okr.workdays import WorkCalendar
from tests.okr.krs import (
    DUE,
    NOTHING,
    START,
    a_check_in,
    a_kr,
    a_reading,
    anchored,
    at,
    binary,
    day,
    dec,
    moving,
    ranged,
    read_at,
    stepped,
    updated_on,
)

PLAIN = WorkCalendar()
TODAY = date(2026, 11, 12)
ACTIVATION = moving("20", "40")
REASON = "two deals worth 9k close Friday"


def why(kr: KeyResult, current: Current, today: date = TODAY, **more: Any) -> Explanation:
    return explain(assess(kr, current, PLAIN, today, **more))


def owner_said(current: Current, *, on: date = TODAY, note: str | None = None, **said: Any) -> Current:
    judgement = Judgement.STATUS if "status_said" in said else Judgement.SELF_SCORE
    if "confidence" in said:
        judgement = Judgement.CONFIDENCE
    if "self_score" in said:
        said["self_score_on"] = on
    return replace(current, band_from=judgement, band_on=on, band_note=note, updated_on=on, updated_at=at(on), **said)


def test_the_sample_answer() -> None:
    """KR2 of the specification: 20% → 50%, 28% and a self-score of 0.7 on 30 Oct, asked on 12 Nov."""
    then = date(2026, 10, 30)
    current = owner_said(read_at("28", then), on=then, self_score=dec("0.7"))
    it = why(moving("20", "50"), current)

    assert isinstance(it.score, LineScore)
    assert (it.score.value, it.score.from_value, it.score.to_value) == (dec(28), dec(20), dec(50))
    assert two_decimals(it.score.score) == "0.27"

    assert it.pace is not None
    assert (it.pace.day, it.pace.when_read, it.pace.days, it.pace.all_days) == (then, True, 29, 91)
    assert two_decimals(it.pace.pace) == "0.32"
    assert it.pace.expected_value is not None
    assert rounded(it.pace.expected_value, 1) == dec("29.6")

    assert isinstance(it.heading, DividedHeading)
    assert two_decimals(it.heading.heading) == "0.84"
    assert it.heading.band == BandLine(Band.ON_TRACK, dec("0.60"), below=False)

    assert it.owner is not None
    assert (it.owner.self_score, it.owner.said_on) == (dec("0.7"), then)
    assert (it.owner.counts, it.owner.age, it.owner.valid_until_age) == (OwnerCounts.TOO_OLD, 9, 7)
    assert not it.owner.counts.is_counted

    assert (it.freshness.state, it.freshness.age, it.freshness.stale_from) == (FreshnessState.STALE, 9, 8)
    assert (it.freshness.since, it.freshness.counted_from) == (then, CountedFrom.UPDATE)
    assert (it.verdict.status, it.verdict.reason, it.verdict.tags) == (
        Status.ON_TRACK,
        StatusReason.DATA_ONLY,
        (Tag.STALE,),
    )


# Every figure can be computed again from the line that shows it


def score_again(it: Explanation) -> Decimal | None:
    """The score, from nothing but the figures of its line."""
    match it.score:
        case NothingRead():
            return None
        case LineScore() as line:
            way = (line.value - line.from_value) / (line.to_value - line.from_value)
            return clip(line.from_score + way * (line.to_score - line.from_score))
        case EnterRangeScore() as line:
            return clip(1 - line.distance / line.full_distance)
        case HeldRangeScore() as line:
            if line.strict and line.ever_outside:
                return Decimal(0)
            if line.days_counted == 0:
                return Decimal(line.now_inside)
            return clip(line.days_inside / line.days_counted)
        case StepsScore() as line:
            return Decimal(1) if line.said_done else line.done_weight / line.total_weight
        case BinaryScore() as line:
            return Decimal(line.done)
        case BaselineScore() as line:
            return Decimal(line.value is not None)


def pace_again(it: Explanation) -> Decimal | None:
    """The pace, from nothing but the figures of its line; checkpoints are looked up on the KR."""
    line = it.pace
    if line is None:
        return None
    if line.due_weight is not None and line.total_weight is not None:
        return line.due_weight / line.total_weight
    fraction = Decimal(line.days) / Decimal(line.all_days)
    match line.profile:
        case PaceProfile.LINEAR:
            return fraction
        case PaceProfile.SLOW_START:
            return fraction**2
        case PaceProfile.FAST_START:
            return 1 - (1 - fraction) ** 2
        case PaceProfile.FLAT:
            return Decimal(1)
        case _:
            reached = [point.expected_score for point in it.kr.checkpoints if point.on <= line.day]
            return reached[-1] if reached else Decimal(0)


def heading_again(it: Explanation) -> Decimal | None:
    match it.heading:
        case DividedHeading() as line:
            return line.raw / line.pace
        case HeldHeading() as line:
            if line.strict_and_lost:
                return Decimal(0)
            return line.fraction * line.share + (1 - line.fraction) * line.now_inside
        case NoHeading() as line:
            return line.from_owner


def close(one: Decimal | None, two: Decimal | None) -> bool:
    return one is two if one is None or two is None else abs(one - two) <= TOLERANCE


krs = st.sampled_from(
    [
        ACTIVATION,
        moving("40", "0", pace=PaceProfile.SLOW_START),
        moving("0", "60", pace=PaceProfile.FAST_START, commitment=Commitment.COMMITTED),
        moving(
            "0",
            "60",
            pace=PaceProfile.STEPS,
            checkpoints=(Checkpoint(day(10), dec("0.2")), Checkpoint(day(50), dec(1))),
        ),
        anchored("20", "30", "40", "50"),
        anchored("50", "40", "30", "20", pace=PaceProfile.FLAT),
        ranged("20", "30", "25"),
        ranged("20", "30"),
        ranged("20", "30", "25", strict=True),
        ranged("20", "30", "5"),
        binary(),
        stepped("1", "2", "3"),
        stepped("1", "2", "3", due=(day(10), day(30), DUE)),
        a_kr(KRType.BASELINE),
        moving("20", "40", source=Source.AUTO),
    ]
)
said = st.lists(
    st.fixed_dictionaries(
        {
            "on": st.integers(0, 91),
            "value": st.none() | st.decimals(0, 60, places=1),
            "self_score": st.none() | st.decimals(0, 1, places=1),
            "confidence": st.none() | st.decimals(0, 10, places=0),
            "steps_done": st.none() | st.sampled_from([(), (1,), (1, 3)]),
            "blocked": st.none() | st.booleans(),
            "done": st.none() | st.booleans(),
            "note": st.none() | st.just(REASON),
        }
    ),
    max_size=5,
)


def assessed(kr: KeyResult, rows: list[dict[str, Any]], today: int, mode: ScoreMode) -> Assessment:
    check_ins = [
        a_check_in(number, day(row["on"]), **{name: part for name, part in row.items() if name != "on"})
        for number, row in enumerate(rows, start=1)
    ]
    readings = [a_reading(row.value, row.on, check_in_id=row.id) for row in check_ins if row.value is not None]
    return assess(kr, replay(kr, readings, check_ins), PLAIN, day(today), score_mode=mode)


@settings(max_examples=200, deadline=None)
@given(krs, said, st.integers(0, 100), st.sampled_from(ScoreMode))
def test_each_shown_figure_follows_from_the_line_that_explains_it(
    kr: KeyResult, rows: list[dict[str, Any]], today: int, mode: ScoreMode
) -> None:
    it = assessed(kr, rows, today, mode)
    line = explain(it)
    assert close(score_again(line), it.score)
    assert close(pace_again(line), it.pace_at_reading if it.reading_on is not None else it.pace_today)
    assert close(heading_again(line), it.shown_heading)
    assert (line.verdict.status, line.verdict.reason) == (it.status, it.reason)
    if line.freshness.age is not None and line.freshness.since is not None:
        assert PLAIN.count(line.freshness.since, day(today)) == line.freshness.age


COUNTED = {
    StatusReason.OWNER_ONLY: OwnerCounts.ALONE,
    StatusReason.AGREE: OwnerCounts.AGREES,
    StatusReason.OWNER_MORE_CAUTIOUS: OwnerCounts.MORE_CAUTIOUS,
    StatusReason.OWNER_HAS_REASON: OwnerCounts.HAS_REASON,
    StatusReason.OWNER_WITHOUT_REASON: OwnerCounts.WITHOUT_REASON,
    StatusReason.DARK: OwnerCounts.DARK,
    StatusReason.REACHED: OwnerCounts.DECIDED,
    StatusReason.PAST_DUE: OwnerCounts.DECIDED,
}


@settings(max_examples=150, deadline=None)
@given(krs, said, st.integers(0, 100), st.sampled_from(ScoreMode))
def test_whether_the_owner_counts_agrees_with_the_rule_that_made_the_colour(
    kr: KeyResult, rows: list[dict[str, Any]], today: int, mode: ScoreMode
) -> None:
    it = assessed(kr, rows, today, mode)
    owner = explain(it).owner
    if owner is not None and it.reason in COUNTED:
        assert owner.counts is COUNTED[it.reason]
    if it.reason is StatusReason.DATA_ONLY and owner is not None:
        assert owner.counts in (OwnerCounts.TOO_OLD, OwnerCounts.TOO_EARLY)
    if it.reason in (StatusReason.OWNER_ONLY, StatusReason.AGREE, StatusReason.OWNER_MORE_CAUTIOUS):
        assert owner is not None
        assert owner.band is not None
        assert owner.band.value == it.status.value


# Line by line


def test_an_anchored_score_names_the_piece_it_lies_on() -> None:
    score = why(anchored("40", "50", "60", "80"), read_at("55", TODAY)).score
    assert isinstance(score, LineScore)
    assert score.anchored
    assert (score.from_value, score.from_score) == (dec(50), dec("0.3"))
    assert (score.to_value, score.to_score) == (dec(60), dec("0.7"))


def test_a_held_range_shows_its_days() -> None:
    kr = ranged("70", "80", "76")
    values = ("76", "78", "82", "75", "74", "79")
    readings = [a_reading(value, day(7 * week)) for week, value in enumerate(values, start=1)]
    it = why(kr, replay(kr, readings, []))
    assert isinstance(it.score, HeldRangeScore)
    assert (it.score.days_inside, it.score.days_counted, it.score.now_inside) == (dec(35), dec(42), True)
    assert isinstance(it.heading, HeldHeading)
    assert rounded(it.heading.heading, 3) == dec("0.923")


def test_steps_show_how_many_and_how_much() -> None:
    kr = stepped("0.2", "0.3", "0.2", "0.3", due=(day(10), day(30), day(60), DUE))
    it = why(kr, updated_on(TODAY, steps_done={1: day(9), 2: day(29)}))
    assert it.score == StepsScore(2, 4, dec("0.5"), dec("1.0"), said_done=False, score=dec("0.5"))
    assert it.pace is not None
    assert (it.pace.due_weight, it.pace.total_weight, it.pace.profile) == (dec("0.5"), dec("1.0"), None)


@pytest.mark.parametrize(
    ("kr", "current", "line"),
    [
        pytest.param(binary(), NOTHING, BinaryScore(False, None, dec(0)), id="binary, open"),
        pytest.param(
            binary(), updated_on(TODAY, done=True, done_on=day(9)), BinaryScore(True, day(9), dec(1)), id="binary, done"
        ),
        pytest.param(
            a_kr(KRType.BASELINE), read_at("12", day(9)), BaselineScore(dec(12), day(9), dec(1)), id="baseline, found"
        ),
        pytest.param(a_kr(KRType.BASELINE), NOTHING, BaselineScore(None, None, dec(0)), id="baseline, not found"),
        pytest.param(ACTIVATION, NOTHING, NothingRead(), id="nothing read"),
    ],
)
def test_scores_without_a_sum(kr: KeyResult, current: Current, line: object) -> None:
    assert why(kr, current).score == line


@pytest.mark.parametrize(
    ("heading", "band", "edge", "below"),
    [
        ("1.0", Band.AHEAD, "1.00", False),
        ("0.7", Band.ON_TRACK, "0.60", False),
        ("0.5", Band.AT_RISK, "0.40", False),
        ("0.3", Band.OFF_TRACK, "0.40", True),
    ],
)
def test_a_band_is_named_with_the_edge_it_reaches_or_falls_short_of(
    heading: str, band: Band, edge: str, below: bool
) -> None:
    kr = moving("0", "1", pace=PaceProfile.FLAT)
    line = why(kr, read_at(heading, TODAY)).heading
    assert isinstance(line, DividedHeading)
    assert line.band == BandLine(band, dec(edge), below=below)


@pytest.mark.parametrize(
    ("kr", "current", "today", "reason"),
    [
        pytest.param(ACTIVATION, NOTHING, TODAY, WithoutHeading.NOTHING_READ, id="nothing read"),
        pytest.param(ranged("1", "2"), NOTHING, START, WithoutHeading.NOTHING_READ, id="nothing read of a range"),
        pytest.param(ACTIVATION, read_at("21", day(7)), TODAY, WithoutHeading.TOO_EARLY, id="read too early"),
        pytest.param(binary(), updated_on(TODAY), TODAY, WithoutHeading.BY_TYPE, id="binary"),
        pytest.param(stepped("1"), updated_on(TODAY), TODAY, WithoutHeading.BY_TYPE, id="undated steps"),
    ],
)
def test_why_there_is_no_heading(kr: KeyResult, current: Current, today: date, reason: WithoutHeading) -> None:
    line = why(kr, current, today).heading
    assert isinstance(line, NoHeading)
    assert line.why is reason


def test_without_a_heading_the_self_score_or_the_likelihood_is_shown_instead() -> None:
    line = why(ACTIVATION, owner_said(NOTHING, on=day(7), self_score=dec("0.7")), day(7)).heading
    assert isinstance(line, NoHeading)
    assert (line.from_owner, line.early_pace) == (dec("0.7"), dec("0.15"))
    likely = why(binary(), owner_said(NOTHING, confidence=dec(6))).heading
    assert isinstance(likely, NoHeading)
    assert (likely.from_owner, likely.confidence) == (None, dec(6))


@pytest.mark.parametrize(
    ("said_now", "note", "counts"),
    [
        pytest.param({"self_score": dec("0.3")}, None, OwnerCounts.MORE_CAUTIOUS, id="gloomier"),
        pytest.param({"self_score": dec("0.7")}, None, OwnerCounts.AGREES, id="agrees"),
        pytest.param({"self_score": dec("1.0")}, None, OwnerCounts.WITHOUT_REASON, id="rosier"),
        pytest.param({"self_score": dec("1.0")}, REASON, OwnerCounts.HAS_REASON, id="rosier with a reason"),
        pytest.param({"status_said": Band.AT_RISK}, None, OwnerCounts.MORE_CAUTIOUS, id="a gloomier word"),
        pytest.param({"confidence": dec(7)}, None, OwnerCounts.AGREES, id="a likelihood"),
    ],
)
def test_whether_what_the_owner_said_counts(said_now: dict[str, Any], note: str | None, counts: OwnerCounts) -> None:
    owner = why(ACTIVATION, owner_said(read_at("28", TODAY), note=note, **said_now)).owner
    assert owner is not None
    assert owner.counts is counts
    assert owner.is_reason is (note is not None)
    assert (owner.self_score, owner.status_said, owner.confidence) == (
        said_now.get("self_score"),
        said_now.get("status_said"),
        said_now.get("confidence"),
    )


def test_nobody_judged() -> None:
    assert why(ACTIVATION, read_at("28", TODAY)).owner is None


def test_in_progress_mode_the_division_of_the_self_score_is_shown() -> None:
    current = owner_said(read_at("28", TODAY), self_score=dec("0.40"))
    owner = why(ACTIVATION, current, score_mode=ScoreMode.PROGRESS).owner
    assert owner is not None
    assert owner.pace is not None
    assert owner.landing is not None
    assert (rounded(owner.pace, 3), rounded(owner.landing)) == (dec("0.462"), dec("0.87"))
    assert close(owner.landing, dec("0.40") / owner.pace)
    forecast = why(ACTIVATION, current).owner
    assert forecast is not None
    assert (forecast.pace, forecast.landing) == (None, dec("0.40"))


def test_in_progress_mode_an_early_self_score_cannot_be_divided() -> None:
    current = owner_said(read_at("28", day(7)), on=day(7), self_score=dec("0.40"))
    owner = why(ACTIVATION, current, day(7), score_mode=ScoreMode.PROGRESS).owner
    assert owner is not None
    assert (owner.counts, owner.landing, owner.band) == (OwnerCounts.TOO_EARLY, None, None)


def test_a_cap_shows_the_colour_it_took_back_and_the_score_it_fell_from() -> None:
    verdict = why(ACTIVATION, read_at("29", TODAY, previous_value=dec(31))).verdict
    assert (verdict.reason, verdict.capped_from, verdict.score_before) == (
        StatusReason.FELL_BACK,
        Band.ON_TRACK,
        dec("0.55"),
    )


@pytest.mark.parametrize(
    ("kr", "current", "published", "counted_from", "since"),
    [
        pytest.param(ACTIVATION, read_at("28", day(30)), None, CountedFrom.UPDATE, day(30), id="an update"),
        pytest.param(ACTIVATION, NOTHING, None, CountedFrom.GOING_LIVE, START, id="its start"),
        pytest.param(ACTIVATION, NOTHING, day(5), CountedFrom.GOING_LIVE, day(5), id="its publishing"),
        pytest.param(
            moving("0", "1", source=Source.AUTO), read_at("1", day(30)), None, CountedFrom.READING, day(30), id="a feed"
        ),
    ],
)
def test_from_when_the_age_is_counted(
    kr: KeyResult, current: Current, published: date | None, counted_from: CountedFrom, since: date
) -> None:
    line = why(kr, current, published_on=published).freshness
    assert (line.counted_from, line.since) == (counted_from, since)
    assert line.max_age_days == (3 if kr.is_automated else None)


def test_the_limits_of_a_done_key_result_are_shown_also_when_it_is_dark() -> None:
    current = read_at("40", START + timedelta(days=4))
    line = why(ACTIVATION, current, date(2026, 11, 12))
    assert line.verdict.reason is StatusReason.DARK
    assert (line.freshness.due_from, line.freshness.stale_from, line.freshness.dark_from) == (11, 13, 21)


def test_what_was_said_of_a_done_key_result_is_valid_for_longer() -> None:
    owner = why(ACTIVATION, owner_said(read_at("40", TODAY), self_score=dec(1))).owner
    assert owner is not None
    assert (owner.valid_until_age, owner.counts) == (12, OwnerCounts.DECIDED)


def test_before_the_first_reading_the_pace_is_todays() -> None:
    line = why(ACTIVATION, NOTHING).pace
    assert line is not None
    assert (line.day, line.when_read, line.days) == (TODAY, False, 42)
    assert why(binary(), NOTHING).pace is None
