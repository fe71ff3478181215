"""Bands and the status rule (spec/03 §6.3, §6.5)."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.okr.model import (
    Band,
    Bands,
    Commitment,
    Current,
    Judgement,
    KeyResult,
    ScoreMode,
    Source,
    Status,
    StatusReason,
    Tag,
    Thresholds,
)
from bot.okr.status import (
    StatusFacts,
    StatusVerdict,
    band_of_confidence,
    band_of_heading,
    band_of_self_score,
    has_fallen_back,
    is_reason,
    note_length,
    owner_band,
    status_of,
    tags_of,
)
from tests.okr.krs import binary, day, dec, maybe, moving, stepped

STRETCH, COMMITTED = Commitment.STRETCH, Commitment.COMMITTED
AHEAD, ON_TRACK, AT_RISK, OFF_TRACK = Band
REASON = "two deals worth 9k close Friday"


@pytest.mark.parametrize(
    ("commitment", "heading", "band"),
    [
        (STRETCH, "1.00", AHEAD),
        (STRETCH, "0.99", ON_TRACK),
        (STRETCH, "0.60", ON_TRACK),
        (STRETCH, "0.59", AT_RISK),
        (STRETCH, "0.40", AT_RISK),
        (STRETCH, "0.39", OFF_TRACK),
        (STRETCH, "-1", OFF_TRACK),
        (COMMITTED, "1.10", AHEAD),
        (COMMITTED, "1.09", ON_TRACK),
        (COMMITTED, "0.95", ON_TRACK),
        (COMMITTED, "0.94", AT_RISK),
        (COMMITTED, "0.75", AT_RISK),
        (COMMITTED, "0.74", OFF_TRACK),
    ],
)
def test_a_lower_edge_of_a_heading_belongs_to_the_better_band(commitment: Commitment, heading: str, band: Band) -> None:
    assert band_of_heading(commitment, dec(heading)) is band


def test_an_edge_missed_by_a_rounding_error_is_reached() -> None:
    assert band_of_heading(STRETCH, Decimal("0.5999999999")) is ON_TRACK
    assert band_of_heading(STRETCH, Decimal("0.59999999")) is AT_RISK


@pytest.mark.parametrize(
    ("commitment", "self_score", "band"),
    [
        (STRETCH, "1.0", AHEAD),
        (STRETCH, "0.9", AHEAD),
        (STRETCH, "0.89", ON_TRACK),
        (STRETCH, "0.6", ON_TRACK),
        (STRETCH, "0.5", AT_RISK),
        (STRETCH, "0.4", AT_RISK),
        (STRETCH, "0.3", OFF_TRACK),
        (COMMITTED, "1.0", ON_TRACK),
        (COMMITTED, "0.95", ON_TRACK),
        (COMMITTED, "0.9", AT_RISK),
        (COMMITTED, "0.75", AT_RISK),
        (COMMITTED, "0.7", OFF_TRACK),
    ],
)
def test_the_band_of_a_self_score(commitment: Commitment, self_score: str, band: Band) -> None:
    assert band_of_self_score(commitment, dec(self_score)) is band


@pytest.mark.parametrize(
    ("commitment", "fraction", "bands"),
    [
        pytest.param(
            STRETCH, "0.84", [OFF_TRACK] * 3 + [AT_RISK] * 2 + [ON_TRACK] * 4 + [AHEAD] * 2, id="stretch before 0.85"
        ),
        pytest.param(
            STRETCH, "0.85", [OFF_TRACK] * 3 + [AT_RISK] * 4 + [ON_TRACK] * 2 + [AHEAD] * 2, id="stretch from 0.85"
        ),
        pytest.param(COMMITTED, "0.2", [OFF_TRACK] * 7 + [AT_RISK] * 2 + [ON_TRACK] * 2, id="committed early"),
        pytest.param(COMMITTED, "0.9", [OFF_TRACK] * 7 + [AT_RISK] * 2 + [ON_TRACK] * 2, id="committed late"),
    ],
)
def test_the_band_of_a_likelihood_from_0_to_10(commitment: Commitment, fraction: str, bands: list[Band]) -> None:
    assert [band_of_confidence(commitment, Decimal(n), dec(fraction)) for n in range(11)] == bands


def test_a_workspace_tunes_headings_and_self_scores_together() -> None:
    strict = Thresholds(stretch=Bands(Decimal("1.2"), Decimal("0.7"), Decimal("0.5")))
    assert band_of_heading(STRETCH, dec("1.1"), strict) is ON_TRACK
    assert band_of_self_score(STRETCH, dec("0.65"), strict) is AT_RISK
    assert band_of_self_score(STRETCH, dec("0.95"), strict) is AHEAD


def test_a_self_score_is_not_ahead_before_it_is_on_track() -> None:
    steep = Thresholds(stretch=Bands(Decimal("1.2"), Decimal("0.95"), Decimal("0.5")))
    assert band_of_self_score(STRETCH, dec("0.92"), steep) is AT_RISK
    assert band_of_self_score(STRETCH, dec("0.95"), steep) is AHEAD


# The owner's band

KR = moving("20", "40")


@pytest.mark.parametrize(
    ("judgement", "band"),
    [(Judgement.STATUS, OFF_TRACK), (Judgement.SELF_SCORE, ON_TRACK), (Judgement.CONFIDENCE, AHEAD), (None, None)],
)
def test_the_owners_band_follows_what_judged_last(judgement: Judgement | None, band: Band | None) -> None:
    current = Current(
        status_said=OFF_TRACK,
        self_score=dec("0.7"),
        self_score_on=day(42),
        confidence=dec(9),
        band_from=judgement,
        band_on=day(42),
    )
    assert owner_band(KR, current) is band


def test_a_likelihood_is_measured_by_the_time_at_which_it_was_said() -> None:
    current = Current(confidence=dec(6), band_from=Judgement.CONFIDENCE, band_on=day(70), updated_on=day(85))
    assert owner_band(binary(), current) is ON_TRACK
    assert owner_band(binary(), replace(current, band_on=day(80))) is AT_RISK


def self_scored(figure: str, on: int) -> Current:
    return Current(self_score=dec(figure), self_score_on=day(on), band_from=Judgement.SELF_SCORE, band_on=day(on))


@pytest.mark.parametrize(
    ("kr", "figure", "on", "forecast", "progress"),
    [
        pytest.param(KR, "0.40", 42, AT_RISK, ON_TRACK, id="0.40 said at f 0.462 is 0.87"),
        pytest.param(KR, "0.10", 42, OFF_TRACK, OFF_TRACK, id="0.10 at f 0.462 is 0.22"),
        pytest.param(KR, "0.45", 42, AT_RISK, AHEAD, id="0.45 at f 0.462 is 0.98"),
        pytest.param(KR, "0.10", 7, OFF_TRACK, None, id="too early to divide"),
        pytest.param(stepped("1", "1"), "0.40", 42, AT_RISK, None, id="no pace to divide by"),
    ],
)
def test_in_progress_mode_a_self_score_is_divided_by_the_pace(
    kr: KeyResult, figure: str, on: int, forecast: Band, progress: Band | None
) -> None:
    current = self_scored(figure, on)
    assert owner_band(kr, current) is forecast
    assert owner_band(kr, current, score_mode=ScoreMode.PROGRESS) is progress


# A reason


@pytest.mark.parametrize(
    ("note", "reason"),
    [
        pytest.param(None, False, id="none"),
        pytest.param("", False, id="empty"),
        pytest.param("123456789", False, id="9 characters"),
        pytest.param("1234567890", True, id="10 characters"),
        pytest.param("   a       b   ", False, id="blanks do not count"),
        pytest.param("两个大单", False, id="4 汉字"),
        pytest.param("两个大单周", True, id="5 汉字"),
        pytest.param("两单 OK", False, id="2 汉字 and 3 characters"),
        pytest.param("两单周五签 OK", True, id="mixed, long enough"),
    ],
)
def test_a_note_of_ten_characters_or_five_hanzi_is_a_reason(note: str | None, reason: bool) -> None:
    assert is_reason(note) is reason


def test_a_hanzi_weighs_two_characters() -> None:
    assert note_length("法务 ok") == 7


# The rule


def facts(**changes: object) -> StatusFacts:
    return replace(StatusFacts(), **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given_facts", "status", "reason"),
    [
        pytest.param(facts(), Status.NO_SIGNAL, StatusReason.NO_DATA, id="neither band"),
        pytest.param(facts(early=True), Status.NO_SIGNAL, StatusReason.TOO_EARLY, id="neither band, early"),
        pytest.param(facts(data=ON_TRACK), Status.ON_TRACK, StatusReason.DATA_ONLY, id="data on track alone"),
        pytest.param(facts(owner=AHEAD), Status.AHEAD, StatusReason.OWNER_ONLY, id="owner ahead alone"),
        pytest.param(
            facts(data=AT_RISK, owner=ON_TRACK),
            Status.AT_RISK,
            StatusReason.OWNER_WITHOUT_REASON,
            id="rosier owner, no note",
        ),
        pytest.param(
            facts(data=AT_RISK, owner=ON_TRACK, note="trust me"),
            Status.AT_RISK,
            StatusReason.OWNER_WITHOUT_REASON,
            id="rosier owner, a note too short",
        ),
        pytest.param(
            facts(data=AT_RISK, owner=ON_TRACK, note=REASON),
            Status.ON_TRACK,
            StatusReason.OWNER_HAS_REASON,
            id="rosier owner with a reason",
        ),
        pytest.param(
            facts(data=AHEAD, owner=AT_RISK),
            Status.AT_RISK,
            StatusReason.OWNER_MORE_CAUTIOUS,
            id="gloomier owner",
        ),
        pytest.param(facts(data=ON_TRACK, owner=ON_TRACK), Status.ON_TRACK, StatusReason.AGREE, id="both agree"),
        pytest.param(
            facts(data=ON_TRACK, owner=ON_TRACK, blocked=True), Status.AT_RISK, StatusReason.BLOCKED, id="blocked"
        ),
        pytest.param(facts(data=AHEAD, fell_back=True), Status.AT_RISK, StatusReason.FELL_BACK, id="fell back"),
        pytest.param(
            facts(data=OFF_TRACK, owner=ON_TRACK, note=REASON, below_start=True),
            Status.AT_RISK,
            StatusReason.BELOW_START,
            id="below the start, hopeful owner",
        ),
        pytest.param(
            facts(data=OFF_TRACK, blocked=True), Status.OFF_TRACK, StatusReason.DATA_ONLY, id="red and blocked"
        ),
        pytest.param(
            facts(data=AT_RISK, fell_back=True), Status.AT_RISK, StatusReason.DATA_ONLY, id="yellow and fell back"
        ),
        pytest.param(facts(blocked=True), Status.NO_SIGNAL, StatusReason.NO_DATA, id="blocked, nothing known"),
        pytest.param(facts(reached=True, data=AHEAD), Status.DONE, StatusReason.REACHED, id="reached"),
        pytest.param(
            facts(reached=True, past_due=True, committed=True),
            Status.DONE,
            StatusReason.REACHED,
            id="reached, then due",
        ),
        pytest.param(
            facts(reached=True, blocked=True), Status.DONE, StatusReason.REACHED, id="reached although blocked"
        ),
        pytest.param(
            facts(past_due=True, committed=True, data=ON_TRACK),
            Status.MISSED,
            StatusReason.PAST_DUE,
            id="committed past due",
        ),
        pytest.param(facts(past_due=True, data=AHEAD), Status.TO_SCORE, StatusReason.PAST_DUE, id="stretch past due"),
    ],
)
def test_the_status_rule(given_facts: StatusFacts, status: Status, reason: StatusReason) -> None:
    verdict = status_of(given_facts)
    assert (verdict.status, verdict.reason) == (status, reason)


def test_a_cap_remembers_the_colour_it_took_back() -> None:
    verdict = status_of(facts(data=ON_TRACK, owner=AHEAD, blocked=True))
    assert verdict == StatusVerdict(Status.AT_RISK, StatusReason.BLOCKED, capped_from=ON_TRACK, needs_reason=True)


@pytest.mark.parametrize(
    ("before", "score", "fell"),
    [
        ("0.50", "0.40", True),
        ("0.50", "0.41", False),
        ("0.50", "0.60", False),
        (None, "0.4", False),
        ("1", None, False),
    ],
)
def test_a_fall_of_a_tenth_is_falling_back(before: str | None, score: str | None, fell: bool) -> None:
    assert has_fallen_back(maybe(before), maybe(score)) is fell


def test_tags_stand_in_a_fixed_order() -> None:
    every = tags_of(
        binary(source=Source.AUTO), blocked=True, stale=True, stalled=True, fell_back=True, owner_differs=True
    )
    assert every == (
        Tag.BLOCKED,
        Tag.STALE,
        Tag.STALLED,
        Tag.FELL_BACK,
        Tag.OWNER_DIFFERS,
        Tag.AUTOMATED,
        Tag.BINARY,
    )
    assert tags_of(KR, blocked=False, stale=False, stalled=False, fell_back=False, owner_differs=False) == ()


bands = st.none() | st.sampled_from(Band)
any_facts = st.builds(
    StatusFacts,
    data=bands,
    owner=bands,
    note=st.none() | st.sampled_from(["short", REASON]),
    blocked=st.booleans(),
    fell_back=st.booleans(),
    below_start=st.booleans(),
    reached=st.booleans(),
    past_due=st.booleans(),
    committed=st.booleans(),
    early=st.booleans(),
    dark=st.booleans(),
)


@settings(max_examples=150)
@given(any_facts)
def test_a_dark_key_result_has_no_colour_whatever_the_last_one_was(some: StatusFacts) -> None:
    verdict = status_of(replace(some, dark=True))
    assert (verdict.status, verdict.reason) == (Status.NO_SIGNAL, StatusReason.DARK)


@settings(max_examples=150)
@given(any_facts, st.sampled_from(Band), st.sampled_from(Band))
def test_a_gloomier_owner_is_always_believed(some: StatusFacts, data: Band, owner: Band) -> None:
    if owner.rank <= data.rank:
        data, owner = owner, data
    open_kr = replace(some, data=data, owner=owner, reached=False, past_due=False, dark=False)
    status = status_of(open_kr).status
    assert Band(status.value).rank >= owner.rank
    assert not status_of(open_kr).needs_reason


@settings(max_examples=150)
@given(any_facts, st.sampled_from(Band), st.sampled_from(Band), st.sampled_from([None, "", "short", "四个汉字"]))
def test_a_rosier_owner_without_a_note_never_changes_the_colour(
    some: StatusFacts, data: Band, owner: Band, note: str | None
) -> None:
    if owner.rank >= data.rank:
        return
    with_owner = replace(some, data=data, owner=owner, note=note)
    assert status_of(with_owner).status is status_of(replace(with_owner, owner=None)).status


@settings(max_examples=150)
@given(any_facts)
def test_blocked_fallen_or_below_the_start_is_never_better_than_at_risk(some: StatusFacts) -> None:
    status = status_of(replace(some, reached=False)).status
    if some.blocked or some.fell_back or some.below_start:
        assert status not in (Status.AHEAD, Status.ON_TRACK)
