"""A key result as it stands on a day (spec/03 §6.5, §7; spec/11 checks 9-11, 13, 18)."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.okr.assess import Assessment, assess, gap_value
from bot.okr.history import replay
from bot.okr.model import (
    NOTHING_SAID,
    Band,
    CheckInKind,
    Commitment,
    Current,
    FreshnessState,
    Judgement,
    KeyResult,
    KRType,
    ScoreMode,
    Source,
    Status,
    StatusReason,
    Tag,
)
from bot.okr.shown import rounded, shown_heading, shown_score
from bot.okr.workdays import MONDAY_TO_FRIDAY, WorkCalendar
from tests.okr.krs import (
    DUE,
    NOTHING,
    START,
    a_check_in,
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

PLAIN = WorkCalendar(MONDAY_TO_FRIDAY)
ACTIVATION = moving("20", "40")
REASON = "two deals worth 9k close Friday"


def seen(kr: KeyResult, current: Current, today: date, **more: Any) -> Assessment:
    return assess(kr, current, PLAIN, today, **more)


def self_scored(current: Current, figure: str, on: date, note: str | None = None) -> Current:
    return replace(
        current,
        self_score=dec(figure),
        self_score_on=on,
        band_from=Judgement.SELF_SCORE,
        band_on=on,
        band_note=note,
        updated_on=on,
    )


@pytest.mark.parametrize(
    ("value", "week", "commitment", "score", "heading", "status"),
    [
        pytest.param("28", 6, Commitment.STRETCH, "0.40", "0.87", Status.ON_TRACK, id="week 6 at 28%, stretch"),
        pytest.param("28", 6, Commitment.COMMITTED, "0.40", "0.87", Status.AT_RISK, id="week 6 at 28%, committed"),
        pytest.param("31", 6, Commitment.STRETCH, "0.55", "1.00+", Status.AHEAD, id="week 6 at 31%"),
        pytest.param("22", 6, Commitment.STRETCH, "0.10", "0.22", Status.OFF_TRACK, id="week 6 at 22%"),
        pytest.param("24", 3, Commitment.STRETCH, "0.20", "0.87", Status.ON_TRACK, id="week 3 at 24%"),
        pytest.param("21", 1, Commitment.STRETCH, "0.05", "–", Status.NO_SIGNAL, id="week 1 at 21%"),
    ],
)
def test_activation_from_20_to_40_percent(
    value: str, week: int, commitment: Commitment, score: str, heading: str, status: Status
) -> None:
    today = day(7 * week)
    it = seen(replace(ACTIVATION, commitment=commitment), read_at(value, today), today)
    assert shown_score(it.raw, it.score) == score
    assert shown_heading(it.shown_heading) == heading
    assert it.status is status


def test_in_week_1_it_is_too_early_and_not_a_lack_of_data() -> None:
    assert seen(ACTIVATION, read_at("21", day(7)), day(7)).reason is StatusReason.TOO_EARLY
    assert seen(ACTIVATION, NOTHING, day(14)).reason is StatusReason.NO_DATA
    assert seen(binary(), NOTHING, day(7)).reason is StatusReason.NO_DATA


def test_raw_1_02_is_done() -> None:
    it = seen(moving("0", "100"), read_at("102", day(42)), day(42))
    assert (it.status, it.reason, it.reached) == (Status.DONE, StatusReason.REACHED, True)
    assert shown_score(it.raw, it.score) == "1.00 (102%)"


def test_a_number_leaves_done_again_when_the_value_drops() -> None:
    kr = moving("0", "100")
    readings = [a_reading("102", day(42)), a_reading("97", day(49))]
    it = seen(kr, replay(kr, readings, []), day(49))
    assert it.status is Status.AHEAD


def test_a_committed_key_result_past_due_is_missed_and_a_stretch_one_waits_for_its_score() -> None:
    today = DUE + timedelta(days=1)
    current = read_at("38", DUE)
    assert seen(replace(ACTIVATION, commitment=Commitment.COMMITTED), current, today).status is Status.MISSED
    assert seen(ACTIVATION, current, today).status is Status.TO_SCORE
    assert not seen(ACTIVATION, current, DUE).past_due
    assert seen(ACTIVATION, current, DUE).status is Status.ON_TRACK


def test_old_data_is_compared_with_the_pace_of_its_own_day() -> None:
    it = seen(moving("20", "50"), read_at("28", date(2026, 10, 30)), date(2026, 11, 12))
    assert it.reading_on == date(2026, 10, 30)
    assert it.pace_at_reading == Decimal(29) / Decimal(91)
    assert it.pace_today == Decimal(42) / Decimal(91)
    assert shown_heading(it.heading) == "0.84"


# Owner and data


def owner_says(figure: str, *, note: str | None = None, ago: int = 0, value: str = "28") -> Assessment:
    """Week 6 of activation, read today, with a self-score of some days ago."""
    today = day(42)
    current = self_scored(read_at(value, today), figure, today - timedelta(days=ago), note)
    return seen(ACTIVATION, replace(current, updated_on=today), today)


def test_a_rosier_owner_without_a_note_does_not_change_the_colour_and_is_asked_why() -> None:
    it = owner_says("1.0")
    assert (it.status, it.reason) == (Status.ON_TRACK, StatusReason.OWNER_WITHOUT_REASON)
    assert it.needs_reason
    assert it.tags == (Tag.OWNER_DIFFERS,)


def test_a_rosier_owner_with_a_note_does() -> None:
    it = owner_says("1.0", note=REASON)
    assert (it.status, it.reason, it.needs_reason) == (Status.AHEAD, StatusReason.OWNER_HAS_REASON, False)
    assert it.tags == (Tag.OWNER_DIFFERS,)


def test_a_gloomier_owner_does_always() -> None:
    it = owner_says("0.3")
    assert (it.status, it.reason, it.needs_reason) == (Status.OFF_TRACK, StatusReason.OWNER_MORE_CAUTIOUS, False)


def test_a_done_key_result_does_not_quarrel_with_its_owner() -> None:
    it = seen(ACTIVATION, self_scored(read_at("40", day(42)), "0.3", day(42)), day(42))
    assert (it.status, it.tags) == (Status.DONE, ())


def test_who_agrees_with_the_data_has_no_tag() -> None:
    it = owner_says("0.7")
    assert (it.status, it.reason, it.tags) == (Status.ON_TRACK, StatusReason.AGREE, ())


def test_an_owners_word_counts_up_to_the_due_limit() -> None:
    last, over = owner_says("0.3", ago=9), owner_says("0.3", ago=10)
    assert (last.owner_band_age, last.owner_band_valid, last.status) == (7, True, Status.OFF_TRACK)
    assert (over.owner_band_age, over.owner_band_valid, over.status) == (8, False, Status.ON_TRACK)
    assert over.owner_band is Band.OFF_TRACK
    assert over.tags == ()


def test_a_repeat_counts_as_new_but_carries_no_note_forward() -> None:
    kr = ACTIVATION
    rows = [
        a_check_in(1, day(21), value="23", self_score="0.7", note=REASON),
        a_check_in(2, day(42), kind=CheckInKind.CONFIRM, value="23", self_score="0.7"),
    ]
    readings = [a_reading("23", row.on, check_in_id=row.id) for row in rows]
    first = seen(kr, replay(kr, readings[:1], rows[:1]), day(21))
    repeated = seen(kr, replay(kr, readings, rows), day(42))
    assert (first.status, first.data_band, first.needs_reason) == (Status.ON_TRACK, Band.ON_TRACK, False)
    assert (repeated.status, repeated.data_band) == (Status.OFF_TRACK, Band.OFF_TRACK)
    assert (repeated.owner_band_valid, repeated.needs_reason) == (True, True)


def test_blocked_is_never_better_than_at_risk_and_says_so() -> None:
    current = replace(read_at("28", day(42)), blocked=True)
    it = seen(ACTIVATION, current, day(42))
    assert (it.status, it.reason, it.capped_from) == (Status.AT_RISK, StatusReason.BLOCKED, Band.ON_TRACK)
    assert it.tags == (Tag.BLOCKED,)


def test_a_score_that_fell_a_tenth_is_at_risk() -> None:
    it = seen(ACTIVATION, read_at("29", day(42), previous_value=dec("31")), day(42))
    assert (it.previous_score, it.score) == (dec("0.55"), dec("0.45"))
    assert (it.status, it.reason, it.tags) == (Status.AT_RISK, StatusReason.FELL_BACK, (Tag.FELL_BACK,))
    assert seen(ACTIVATION, read_at("29.1", day(42), previous_value=dec("31")), day(42)).status is Status.ON_TRACK


def test_a_fall_that_the_cap_hides_is_no_fall() -> None:
    it = seen(ACTIVATION, read_at("41", day(42), previous_value=dec("60")), day(42))
    assert (it.status, it.tags) == (Status.DONE, ())


def test_below_the_start_is_never_better_than_at_risk() -> None:
    current = self_scored(read_at("18", day(42)), "0.7", day(42), REASON)
    it = seen(ACTIVATION, current, day(42))
    assert (it.status, it.reason, it.capped_from) == (Status.AT_RISK, StatusReason.BELOW_START, Band.ON_TRACK)
    assert it.score == 0


# Headings that are shown


def test_without_a_heading_from_data_the_owners_self_score_is_shown() -> None:
    it = seen(ACTIVATION, self_scored(NOTHING, "0.7", day(7)), day(7))
    assert (it.heading, it.shown_heading, it.heading_from_owner) == (None, dec("0.7"), True)
    assert (it.status, it.reason) == (Status.ON_TRACK, StatusReason.OWNER_ONLY)


def test_in_progress_mode_a_self_score_is_no_heading() -> None:
    it = seen(ACTIVATION, self_scored(NOTHING, "0.4", day(42)), day(42), score_mode=ScoreMode.PROGRESS)
    assert (it.shown_heading, it.heading_from_owner) == (None, False)
    assert (it.owner_band, it.status) == (Band.ON_TRACK, Status.ON_TRACK)


def test_a_heading_from_data_is_shown_before_the_owners() -> None:
    it = owner_says("0.3")
    assert (it.shown_heading, it.heading_from_owner) == (it.heading, False)


def test_a_binary_key_result_is_tracked_by_its_likelihood() -> None:
    current = updated_on(day(42), confidence=dec(6), band_from=Judgement.CONFIDENCE, band_on=day(42))
    it = seen(binary(), current, day(42))
    assert (it.score, it.shown_heading, it.data_band) == (dec(0), None, None)
    assert (it.status, it.tags) == (Status.ON_TRACK, (Tag.BINARY,))


# Freshness


def test_a_stale_key_result_keeps_its_colour_and_shows_its_age() -> None:
    it = seen(moving("20", "50"), read_at("28", date(2026, 10, 30)), date(2026, 11, 12))
    assert (it.freshness.age, it.freshness.state) == (9, FreshnessState.STALE)
    assert (it.status, it.tags) == (Status.ON_TRACK, (Tag.STALE,))


@pytest.mark.parametrize(
    ("kr", "current"),
    [
        pytest.param(ACTIVATION, read_at("28", day(20)), id="on track"),
        pytest.param(ACTIVATION, read_at("39", day(20)), id="ahead"),
        pytest.param(ACTIVATION, read_at("21", day(20)), id="off track"),
        pytest.param(moving("20", "40", source=Source.AUTO), read_at("39", day(20)), id="a feed long quiet"),
        pytest.param(ACTIVATION, NOTHING, id="never updated"),
    ],
)
def test_a_dark_key_result_has_no_colour(kr: KeyResult, current: Current) -> None:
    it = seen(kr, current, day(42))
    assert (it.status, it.reason) == (Status.NO_SIGNAL, StatusReason.DARK)
    assert Tag.STALE not in it.tags


def test_a_done_key_result_goes_dark_only_after_twenty_working_days() -> None:
    current = read_at("40", date(2026, 10, 5))
    assert seen(ACTIVATION, current, date(2026, 11, 2)).status is Status.DONE
    dark = seen(ACTIVATION, current, date(2026, 11, 3))
    assert (dark.status, dark.reason, dark.reached) == (Status.NO_SIGNAL, StatusReason.DARK, True)


@pytest.mark.parametrize(
    "calendar",
    [
        pytest.param(WorkCalendar(MONDAY_TO_FRIDAY, off=frozenset(day(n) for n in range(22, 60))), id="holidays"),
        pytest.param(WorkCalendar(MONDAY_TO_FRIDAY, away=((day(22), day(60)),)), id="away"),
        pytest.param(WorkCalendar(MONDAY_TO_FRIDAY, freeze=((day(22), day(60)),)), id="freeze"),
        pytest.param(PLAIN.with_pauses([(day(22), day(60))]), id="pause"),
    ],
)
def test_days_that_do_not_count_keep_the_colour(calendar: WorkCalendar) -> None:
    it = assess(ACTIVATION, read_at("28", day(20)), calendar, day(45))
    assert it.freshness.age == 1
    assert it.status is Status.AHEAD
    assert seen(ACTIVATION, read_at("28", day(20)), day(45)).status is Status.NO_SIGNAL


def test_a_key_result_published_late_is_not_dark_on_its_first_day() -> None:
    it = seen(ACTIVATION, NOTHING, day(42), published_on=day(41))
    assert (it.freshness.state, it.reason) == (FreshnessState.FRESH, StatusReason.NO_DATA)


def test_a_number_that_only_self_scores_keep_company_is_called_old() -> None:
    current = self_scored(read_at("28", day(20)), "0.7", day(42))
    it = seen(ACTIVATION, current, day(42))
    assert (it.number_age, it.freshness.state) == (16, FreshnessState.FRESH)


def test_a_stalled_key_result_is_tagged() -> None:
    rows = [a_check_in(n, day(7 * n), value="28") for n in (4, 5, 6)]
    it = seen(ACTIVATION, read_at("28", day(42)), day(42), recent=rows)
    assert it.tags == (Tag.STALLED,)


def test_an_automated_key_result_is_tagged() -> None:
    kr = replace(ACTIVATION, source=Source.AUTO)
    assert seen(kr, read_at("28", day(42)), day(42)).tags == (Tag.AUTOMATED,)


# The gap


@pytest.mark.parametrize(
    ("kr", "value", "on", "gap"),
    [
        pytest.param(moving("400", "200"), "372", day(42), "64", id="64 calls above pace"),
        pytest.param(moving("6.5", "8"), "6.9", day(42), "0.3", id="0.3 below pace"),
        pytest.param(moving("20", "40"), "31", day(42), "-1.8", id="beyond the pace"),
        pytest.param(ranged("70", "80", "76"), "83", day(42), "3", id="out of a held range"),
        pytest.param(ranged("70", "80", "76"), "73", day(42), "0", id="inside a held range"),
        pytest.param(ranged("70", "80", "60"), "62", day(42), "2.6", id="on the way into a range"),
        pytest.param(ranged("70", "80", "90"), "88", day(42), "2.6", id="on the way down into a range"),
    ],
)
def test_the_gap_is_in_the_metrics_unit_and_positive_when_short(kr: KeyResult, value: str, on: date, gap: str) -> None:
    figure = seen(kr, replay(kr, [a_reading(value, on)], []), day(91)).gap_value
    assert figure is not None
    assert rounded(figure, 1 if "." in gap else 0) == dec(gap)


def test_there_is_no_gap_without_a_number() -> None:
    assert gap_value(ACTIVATION, NOTHING) is None
    assert gap_value(binary(), updated_on(day(9))) is None
    assert gap_value(a_kr(KRType.BASELINE), read_at("3", day(9))) is None
    assert gap_value(a_kr(baseline="3"), read_at("3", day(9))) is None
    assert seen(binary(), updated_on(day(9)), day(9)).gap_score is None


def test_the_gap_in_score_orders_the_short_ones() -> None:
    it = seen(ACTIVATION, read_at("22", day(42)), day(42))
    assert it.gap_score is not None
    assert rounded(it.gap_score) == dec("0.36")


@pytest.mark.parametrize(
    ("kr", "value", "inside"), [(ranged("1", "2"), "2", True), (ranged("1", "2"), "3", False), (ACTIVATION, "28", None)]
)
def test_in_or_out_of_range(kr: KeyResult, value: str, inside: bool | None) -> None:
    assert seen(kr, replay(kr, [a_reading(value, day(42))], []), day(42)).in_range is inside


def test_a_held_range_past_due_with_a_full_score_is_done() -> None:
    kr = ranged("70", "80", "76", commitment=Commitment.COMMITTED)
    current = replay(kr, [a_reading("76", DUE)], [])
    assert seen(kr, current, DUE).status is Status.ON_TRACK
    assert seen(kr, current, DUE + timedelta(days=1)).status is Status.DONE
    missed = replay(kr, [a_reading("90", day(70)), a_reading("76", DUE)], [])
    assert seen(kr, missed, DUE + timedelta(days=1)).status is Status.MISSED


def test_a_held_range_whose_share_fell_is_at_risk() -> None:
    kr = ranged("70", "80", "76")
    readings = [a_reading("90", day(35)), a_reading("76", day(42))]
    it = seen(kr, replay(kr, readings, []), day(42))
    assert (it.previous_score, it.tags) == (dec(1), (Tag.FELL_BACK,))
    assert (it.status, it.data_band) == (Status.AT_RISK, Band.ON_TRACK)


# Properties

said = st.lists(
    st.fixed_dictionaries(
        {
            "on": st.integers(0, 91),
            "value": st.none() | st.decimals(10, 50, places=1),
            "self_score": st.none() | st.decimals(0, 1, places=1),
            "confidence": st.none() | st.decimals(0, 10, places=0),
            "status_said": st.none() | st.sampled_from(Band),
            "blocked": st.none() | st.booleans(),
            "done": st.none() | st.booleans(),
            "note": st.none() | st.just(REASON),
        }
    ),
    max_size=5,
)
krs = st.sampled_from(
    [
        ACTIVATION,
        moving("40", "20", commitment=Commitment.COMMITTED),
        ranged("20", "30", "25"),
        ranged("20", "30", "5"),
        binary(),
        stepped("1", "1", due=(day(20), day(60))),
        a_kr(KRType.BASELINE),
        moving("20", "40", source=Source.AUTO),
    ]
)


def after(kr: KeyResult, rows: list[dict[str, Any]]) -> Current:
    check_ins = [
        a_check_in(n, day(row["on"]), **{k: v for k, v in row.items() if k != "on"}) for n, row in enumerate(rows, 1)
    ]
    readings = [a_reading(row.value, row.on, check_in_id=row.id) for row in check_ins if row.value is not None]
    return replay(kr, readings, check_ins)


@settings(max_examples=150, deadline=None)
@given(krs, said, st.integers(0, 120), st.sampled_from(ScoreMode))
def test_no_colour_without_recent_knowledge_and_scores_within_0_and_1(
    kr: KeyResult, rows: list[dict[str, Any]], today: int, mode: ScoreMode
) -> None:
    it = seen(kr, after(kr, rows), day(today), score_mode=mode)
    assert it.score is None or 0 <= it.score <= 1
    if it.freshness.too_old or it.freshness.state is FreshnessState.DARK:
        assert it.status is Status.NO_SIGNAL
    if it.current == NOTHING_SAID:
        assert it.status in (Status.NO_SIGNAL, Status.MISSED, Status.TO_SCORE)
    if kr.is_binary:
        assert it.score in (0, 1)


@settings(max_examples=100, deadline=None)
@given(krs, said, st.integers(0, 91))
def test_a_later_gloomier_word_never_improves_the_colour(kr: KeyResult, rows: list[dict[str, Any]], today: int) -> None:
    colours = (Status.AHEAD, Status.ON_TRACK, Status.AT_RISK, Status.OFF_TRACK)
    before = seen(kr, after(kr, rows), day(today))
    current = replace(
        before.current, status_said=Band.OFF_TRACK, band_from=Judgement.STATUS, band_on=day(today), band_note=None
    )
    gloomy = seen(kr, current, day(today))
    if before.status in colours:
        assert gloomy.status is Status.OFF_TRACK


def test_the_start_of_the_cycle_is_assessed_without_a_reading() -> None:
    it = seen(ACTIVATION, NOTHING, START)
    assert (it.score, it.pace_at_reading, it.pace_today, it.status) == (None, None, dec(0), Status.NO_SIGNAL)
    assert it.reason is StatusReason.TOO_EARLY
