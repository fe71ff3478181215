"""From key results to their objective (spec/03 §8.1-8.3)."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.okr.assess import Assessment, assess
from bot.okr.exact import TOLERANCE
from bot.okr.model import Commitment, Judgement, KRState, Status
from bot.okr.rollup import (
    ColouredPart,
    KRWeek,
    Participation,
    ParticipationWord,
    StatusCount,
    assess_objective,
    average_share,
    count_by_status,
    needs_a_hint,
    objective_heading,
    objective_score,
    objective_status,
    participation_of,
    participation_word,
    rolled_up_value,
)
from bot.okr.shown import rounded
from bot.okr.workdays import WorkCalendar
from tests.okr.krs import NOTHING, binary, day, dec, moving, read_at, updated_on

TODAY = day(42)
DONE, AHEAD, ON_TRACK, AT_RISK, OFF_TRACK, MISSED, TO_SCORE, UNKNOWN = Status


def scoring(raw: str | None, **changes: Any) -> Assessment:
    """A number KR from 0 to 1 with this raw score, read today; None for one that was never read."""
    kr = moving("0", "1", **changes)
    current = NOTHING if raw is None else read_at(raw, TODAY)
    return assess(kr, current, WorkCalendar(), TODAY)


def test_the_score_of_an_objective_leaves_dropped_ones_out_and_counts_unread_ones_0() -> None:
    parts = [scoring("0.5"), scoring("1.4"), scoring(None), scoring("0.9", state=KRState.DROPPED)]
    assert objective_score(parts) == dec("0.5")


def test_the_score_of_an_objective_is_weighted() -> None:
    parts = [scoring("0.5", weight="2"), scoring("0.8", weight="1"), scoring("-0.3", weight="1")]
    assert objective_score(parts) == dec("0.45")


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"state": KRState.PAUSED}, id="paused"),
        pytest.param({"state": KRState.DROPPED}, id="dropped"),
        pytest.param({"state": KRState.DRAFT}, id="draft"),
        pytest.param({"parent_kr_id": 7}, id="sprint"),
    ],
)
def test_what_never_enters_an_objective(changes: dict[str, Any]) -> None:
    kept, left_out = scoring("0.5"), scoring("0.1", **changes)
    assert assess_objective([kept, left_out]) == assess_objective([kept])


def test_reopening_a_dropped_key_result_brings_its_score_back() -> None:
    parts = [scoring("0.5"), scoring("0.1", state=KRState.DROPPED)]
    reopened = [parts[0], replace(parts[1], kr=replace(parts[1].kr, state=KRState.ACTIVE))]
    assert (objective_score(parts), objective_score(reopened)) == (dec("0.5"), dec("0.3"))


def test_done_and_closed_key_results_stay_in_the_average() -> None:
    assert objective_score([scoring("1"), scoring("0.5", state=KRState.CLOSED)]) == dec("0.75")


def test_an_objective_without_key_results_has_no_score() -> None:
    it = assess_objective([])
    assert (it.score, it.heading, it.status, it.counts) == (None, None, UNKNOWN, ())


def test_the_heading_of_an_objective_clips_headings_and_takes_likelihoods() -> None:
    likely = assess(binary(), updated_on(TODAY, confidence=dec(6)), WorkCalendar(), TODAY)
    done = assess(binary(), updated_on(TODAY, done=True), WorkCalendar(), TODAY)
    silent = assess(binary(), NOTHING, WorkCalendar(), TODAY)
    assert objective_heading([scoring("0.9"), likely]) == dec("0.8")
    assert objective_heading([scoring("-0.9"), done]) == dec("0.5")
    assert objective_heading([scoring("0.9"), silent, scoring(None)]) == 1
    assert objective_heading([silent]) is None


def test_a_heading_that_the_owner_gave_counts_like_any_other() -> None:
    current = updated_on(
        TODAY, self_score=dec("0.7"), self_score_on=TODAY, band_from=Judgement.SELF_SCORE, band_on=TODAY
    )
    assert objective_heading([assess(moving("0", "1"), current, WorkCalendar(), TODAY)]) == dec("0.7")


def test_the_sample_objective() -> None:
    """Scores 0.53, 0.27, 0.27, 0.14 make 0.30 and one of each colour (spec/08 §13.3)."""
    rows = [("30", "60", "46"), ("20", "50", "28"), ("6.5", "8", "6.9"), ("400", "200", "372")]
    on = [day(42), day(29), day(42), day(42)]
    parts = [
        assess(moving(start, target), read_at(value, when), WorkCalendar(), TODAY)
        for (start, target, value), when in zip(rows, on, strict=True)
    ]
    it = assess_objective(parts)
    assert it.score is not None
    assert rounded(it.score) == dec("0.30")
    assert it.counts == tuple(StatusCount(status, 1) for status in (AHEAD, ON_TRACK, AT_RISK, OFF_TRACK))
    assert it.status is AT_RISK


@pytest.mark.parametrize(
    ("statuses", "status"),
    [
        pytest.param([ON_TRACK, ON_TRACK, AT_RISK], AT_RISK, id="a third at risk"),
        pytest.param([ON_TRACK, ON_TRACK, ON_TRACK, AT_RISK], ON_TRACK, id="a quarter at risk"),
        pytest.param([ON_TRACK, ON_TRACK, OFF_TRACK], AT_RISK, id="one off track"),
        pytest.param([OFF_TRACK, OFF_TRACK, ON_TRACK, AHEAD], OFF_TRACK, id="half off track"),
        pytest.param([AHEAD, DONE, ON_TRACK], AHEAD, id="most ahead or done"),
        pytest.param([UNKNOWN, ON_TRACK], ON_TRACK, id="unknown ones do not count"),
        pytest.param([DONE, DONE], DONE, id="all done"),
        pytest.param([DONE, ON_TRACK], AHEAD, id="half done"),
        pytest.param([AHEAD, AHEAD, AHEAD, AT_RISK], ON_TRACK, id="ahead but for one at risk"),
        pytest.param([UNKNOWN, UNKNOWN], UNKNOWN, id="nothing known"),
        pytest.param([], UNKNOWN, id="no key results"),
        pytest.param([MISSED, ON_TRACK], OFF_TRACK, id="missed weighs as off track"),
        pytest.param([TO_SCORE, ON_TRACK], ON_TRACK, id="to score is no colour"),
    ],
)
def test_the_status_of_an_objective(statuses: list[Status], status: Status) -> None:
    assert objective_status(ColouredPart(one) for one in statuses) is status


def test_one_committed_key_result_at_risk_is_enough() -> None:
    parts = [*[ColouredPart(ON_TRACK)] * 3, ColouredPart(AT_RISK, commitment=Commitment.COMMITTED)]
    assert objective_status(parts) is AT_RISK


def test_the_status_of_an_objective_is_weighted() -> None:
    assert objective_status([ColouredPart(OFF_TRACK, dec(2)), ColouredPart(AHEAD), ColouredPart(AHEAD)]) is OFF_TRACK
    assert objective_status([ColouredPart(OFF_TRACK), ColouredPart(AHEAD, dec(2))]) is AT_RISK


@settings(max_examples=100)
@given(st.lists(st.sampled_from(Status), min_size=1, max_size=6), st.integers(0, 5))
def test_a_worse_part_never_improves_an_objective(statuses: list[Status], which: int) -> None:
    order = [DONE, AHEAD, ON_TRACK, AT_RISK, OFF_TRACK]
    known = [status for status in statuses if status in order]
    if not known:
        return
    worse = list(known)
    place = which % len(known)
    worse[place] = OFF_TRACK
    before = objective_status(ColouredPart(status) for status in known)
    after = objective_status(ColouredPart(status) for status in worse)
    assert order.index(after) >= order.index(before)


def test_counts_leave_out_what_nobody_has() -> None:
    parts = [scoring("0.9"), scoring("0.9"), scoring("0.1"), scoring("0.1", state=KRState.DROPPED)]
    assert count_by_status(parts) == (StatusCount(AHEAD, 2), StatusCount(OFF_TRACK, 1))


def test_a_parent_takes_the_weighted_mean_of_its_childrens_scores() -> None:
    assert rolled_up_value([(dec("0.4"), dec(1)), (dec("0.8"), dec(3))]) == dec("0.7")
    assert rolled_up_value([]) is None


@settings(max_examples=100)
@given(st.lists(st.tuples(st.decimals(-1, 2, places=2), st.integers(1, 9)), min_size=1, max_size=6))
def test_an_objective_scores_between_its_parts(rows: list[tuple[Any, int]]) -> None:
    parts = [scoring(str(raw), weight=str(weight)) for raw, weight in rows]
    scores = [part.score for part in parts if part.score is not None]
    score = objective_score(parts)
    assert score is not None
    assert min(scores) - TOLERANCE <= score <= max(scores) + TOLERANCE


# Participation


def test_due_are_active_key_results_with_someone_at_work() -> None:
    kr = moving("0", "1")
    rows = [
        *[KRWeek(kr, updated=True)] * 6,
        KRWeek(kr, suppressed=True),
        KRWeek(kr),
        KRWeek(kr, at_work=False, updated=True),
        KRWeek(replace(kr, state=KRState.PAUSED), updated=True),
    ]
    assert participation_of(rows) == Participation(7, 8)


@pytest.mark.parametrize(
    ("updated", "word"),
    [
        (49, ParticipationWord.LOW),
        (50, ParticipationWord.TYPICAL),
        (69, ParticipationWord.TYPICAL),
        (70, ParticipationWord.FAIR),
        (79, ParticipationWord.FAIR),
        (80, ParticipationWord.GOOD),
        (100, ParticipationWord.GOOD),
    ],
)
def test_the_four_week_average_is_a_word(updated: int, word: ParticipationWord) -> None:
    assert participation_word([Participation(updated, 100)]) is word


def test_only_the_last_four_weeks_count_and_idle_ones_do_not() -> None:
    weeks = [Participation(0, 8), Participation(8, 8), Participation(8, 8), Participation(0, 0), Participation(2, 4)]
    assert average_share(weeks) == dec("0.9")
    assert participation_word([Participation(0, 0)]) is None
    assert participation_word([]) is None


@pytest.mark.parametrize(
    ("updated", "hint"),
    [
        pytest.param([6, 6, 6], True, id="three weeks below"),
        pytest.param([6, 6], False, id="two weeks"),
        pytest.param([6, 7, 6], False, id="one week at 70%"),
        pytest.param([9, 6, 6, 6], True, id="good before that"),
        pytest.param([6, 6, 6, 9], False, id="good again"),
    ],
)
def test_three_weeks_below_70_percent_ask_what_would_help(updated: list[int], hint: bool) -> None:
    assert needs_a_hint([Participation(count, 10) for count in updated]) is hint
