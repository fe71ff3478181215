"""From append-only rows to what counts now (spec/02 §4.6-4.7, spec/11 check 13)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.okr.history import History, NeedsReplay, advance, fold_check_in, fold_reading, replay
from bot.okr.model import (
    NOTHING_SAID,
    Band,
    CheckIn,
    CheckInKind,
    Current,
    Judgement,
    KeyResult,
    Reading,
    ReadingSource,
    Source,
)
from bot.okr.scoring import score_of
from tests.okr.krs import a_check_in, a_reading, at, binary, day, dec, moving, ranged, stepped

MRR = moving("30", "60")


def told(*rows: CheckIn, kr: KeyResult = MRR) -> Current:
    """What stands after these check-ins and the readings they were copied into."""
    return replay(kr, readings_of(rows), rows)


def readings_of(rows: Sequence[CheckIn]) -> list[Reading]:
    return [
        Reading(row.value, row.at, row.on, id=100 + row.id, check_in_id=row.id) for row in rows if row.value is not None
    ]


# Values


def test_a_reading_is_the_newest_value_and_keeps_the_one_before() -> None:
    current = replay(MRR, [a_reading("41", day(7)), a_reading("45", day(14))], [])
    assert (current.value, current.measured_on, current.measured_at) == (dec(45), day(14), at(day(14)))
    assert (current.previous_value, current.previous_measured_on) == (dec(41), day(7))


def test_a_reading_counts_as_an_update_on_its_day() -> None:
    current = replay(MRR, [a_reading("41", day(7), source=ReadingSource.IMPORT)], [])
    assert (current.updated_on, current.updated_at) == (day(7), at(day(7)))


def test_a_check_in_stored_after_a_newer_feed_reading_does_not_age_the_key_result() -> None:
    feed = a_reading("41", day(14), source=ReadingSource.AUTO)
    answer = a_check_in(1, day(13), self_score="0.7")
    current = fold_check_in(MRR, fold_reading(MRR, NOTHING_SAID, feed), answer)
    assert current.updated_on == day(14)
    assert current == replay(MRR, [feed], [answer])


def test_the_value_of_a_check_in_is_taken_from_its_reading_alone() -> None:
    assert fold_check_in(MRR, NOTHING_SAID, a_check_in(1, day(7), value="41")).value is None


def test_no_change_attests_the_value_on_its_own_day() -> None:
    current = told(a_check_in(1, day(7), value="41"), a_check_in(2, day(14), kind=CheckInKind.CONFIRM, value="41"))
    assert (current.value, current.measured_on, current.previous_value) == (dec(41), day(14), dec(41))


def test_an_older_reading_is_not_folded_but_replayed() -> None:
    newest, older = a_reading("45", day(14)), a_reading("41", day(7))
    current = fold_reading(MRR, NOTHING_SAID, newest)
    with pytest.raises(NeedsReplay):
        fold_reading(MRR, current, older)
    result = advance(MRR, current, readings=[older], history=lambda: History([newest, older]))
    assert (result.value, result.measured_on) == (dec(45), day(14))
    assert (result.previous_value, result.previous_measured_on) == (dec(41), day(7))


def test_an_older_reading_of_a_range_changes_its_time_inside() -> None:
    kr = ranged("70", "80", "76")
    newest, older = a_reading("75", day(40)), a_reading("90", day(20))
    current = replay(kr, [newest], [])
    assert score_of(kr, current).score == 1
    result = advance(kr, current, readings=[older], history=lambda: History([newest, older]))
    assert score_of(kr, result).score == dec("0.5")


def test_rows_that_follow_are_folded_without_loading_the_history() -> None:
    def never() -> History:
        raise AssertionError("the history was loaded")

    row = a_check_in(1, day(7), value="41", self_score="0.7")
    current = advance(MRR, NOTHING_SAID, readings=readings_of([row]), check_ins=[row], history=never)
    assert current == told(row)


def test_days_never_run_backwards_for_an_owner_who_moved_zones() -> None:
    kr = ranged("70", "80", "76")
    first = a_reading("75", day(20), at=at(day(20), 1))
    second = a_reading("75", day(19), at=at(day(20), 2))
    assert replay(kr, [first, second], []).measured_on == day(20)


# The owner's judgement


@pytest.mark.parametrize(
    ("said", "judgement"),
    [
        pytest.param(
            {"status_said": Band.AT_RISK, "self_score": "0.7", "confidence": "8"}, Judgement.STATUS, id="status word"
        ),
        pytest.param({"self_score": "0.7", "confidence": "8"}, Judgement.SELF_SCORE, id="self-score"),
        pytest.param({"confidence": "8"}, Judgement.CONFIDENCE, id="likelihood"),
        pytest.param({"value": "41"}, None, id="a value judges nothing"),
        pytest.param({"blocked": True}, None, id="blocked judges nothing"),
    ],
)
def test_the_first_of_status_word_self_score_and_likelihood_judges(
    said: dict[str, Any], judgement: Judgement | None
) -> None:
    current = told(a_check_in(1, day(7), note="two deals close Friday", **said))
    assert current.band_from is judgement
    assert current.band_check_in_id == (1 if judgement else None)
    assert current.band_note == ("two deals close Friday" if judgement else None)


def test_the_newest_judging_check_in_gives_the_band_and_others_leave_it() -> None:
    current = told(
        a_check_in(1, day(7), status_said=Band.AHEAD, note="a long enough reason"),
        a_check_in(2, day(14), self_score="0.5"),
        a_check_in(3, day(21), value="44", note="only a number"),
    )
    assert (current.band_from, current.band_on, current.band_note) == (Judgement.SELF_SCORE, day(14), None)
    assert current.status_said is None
    assert (current.note, current.note_on) == ("only a number", day(21))


def test_each_field_keeps_its_newest_figure() -> None:
    current = told(
        a_check_in(1, day(7), self_score="0.7", confidence="5"),
        a_check_in(2, day(14), confidence="6"),
    )
    assert (current.self_score, current.self_score_on) == (dec("0.7"), day(7))
    assert (current.confidence, current.previous_confidence) == (dec(6), dec(5))
    assert current.band_from is Judgement.CONFIDENCE


@pytest.mark.parametrize(
    "copied",
    [
        pytest.param({}, id="nothing copied"),
        pytest.param({"value": "41", "self_score": "0.7"}, id="value and self-score copied"),
    ],
)
def test_no_change_repeats_the_judgement_without_its_note(copied: dict[str, Any]) -> None:
    current = told(
        a_check_in(1, day(7), value="41", self_score="0.7", note="two deals close Friday"),
        a_check_in(2, day(14), kind=CheckInKind.CONFIRM, **copied),
    )
    assert (current.band_from, current.band_on, current.band_note) == (Judgement.SELF_SCORE, day(14), None)
    assert current.self_score == dec("0.7")
    assert current.note == "two deals close Friday"


def test_no_change_with_a_reason_of_its_own_keeps_that_reason() -> None:
    current = told(
        a_check_in(1, day(7), self_score="0.7"),
        a_check_in(2, day(14), kind=CheckInKind.CONFIRM, self_score="0.7", note="both deals are signed"),
    )
    assert current.band_note == "both deals are signed"


def test_no_change_after_a_status_word_says_the_word_again() -> None:
    current = told(
        a_check_in(1, day(7), self_score="0.7"),
        a_check_in(2, day(14), status_said=Band.AT_RISK),
        a_check_in(3, day(21), kind=CheckInKind.CONFIRM, value="41", self_score="0.7"),
    )
    assert (current.status_said, current.band_from, current.band_on) == (Band.AT_RISK, Judgement.STATUS, day(21))


def test_still_31_attests_the_number_and_judges_nothing() -> None:
    current = told(
        a_check_in(1, day(7), self_score="0.7"),
        a_check_in(2, day(14), kind=CheckInKind.CONFIRM, value="31"),
    )
    assert (current.band_on, current.updated_on, current.value) == (day(7), day(14), dec(31))


def test_agreeing_to_a_proposal_is_a_new_judgement() -> None:
    current = told(
        a_check_in(1, day(7), status_said=Band.OFF_TRACK, self_score="0.3"),
        a_check_in(2, day(14), kind=CheckInKind.CONFIRM, self_score="0.8"),
    )
    assert (current.band_from, current.status_said, current.self_score) == (Judgement.SELF_SCORE, None, dec("0.8"))


# Blocked, done, steps


def test_blocked_stays_until_someone_says_otherwise() -> None:
    rows = [
        a_check_in(1, day(7), blocked=True, blocker="legal", help_wanted="a front-end day"),
        a_check_in(2, day(14), value="44"),
        a_check_in(3, day(21), blocked=True, blocker="the new order form"),
    ]
    current = told(*rows)
    assert (current.blocked, current.blocked_since, current.blocker) == (True, at(day(7)), "the new order form")
    assert current.help_wanted == "a front-end day"
    freed = told(*rows, a_check_in(4, day(28), blocked=False))
    assert (freed.blocked, freed.blocked_since, freed.blocker, freed.help_wanted) == (False, None, None, None)


def test_blocked_again_starts_a_new_clock() -> None:
    said = (True, False, True)
    current = told(*(a_check_in(n, day(7 * n), blocked=blocked) for n, blocked in enumerate(said, start=1)))
    assert current.blocked_since == at(day(21))


def test_done_unblocks_and_not_done_takes_it_back() -> None:
    done = [a_check_in(1, day(7), blocked=True, blocker="legal"), a_check_in(2, day(14), done=True)]
    current = told(*done, kr=binary())
    assert (current.done, current.done_on, current.blocked, current.blocker) == (True, day(14), False, None)
    confirmed = told(*done, a_check_in(3, day(21), kind=CheckInKind.CONFIRM, done=True), kr=binary())
    assert confirmed.done_on == day(14)
    back = told(*done, a_check_in(3, day(21), done=False), kr=binary())
    assert (back.done, back.done_on) == (False, None)


def test_the_newest_list_of_steps_replaces_the_last_and_keeps_their_days() -> None:
    current = told(
        a_check_in(1, day(7), steps_done=(1, 2)), a_check_in(2, day(14), steps_done=(3, 1)), kr=stepped("1", "1", "1")
    )
    assert dict(current.steps_done) == {1: day(7), 3: day(14)}


# What does not count


@pytest.mark.parametrize(
    ("fields", "resets"),
    [
        pytest.param({"value": "41"}, True, id="a value"),
        pytest.param({"self_score": "0.7"}, True, id="a self-score"),
        pytest.param({"confidence": "7"}, True, id="a likelihood"),
        pytest.param({"status_said": Band.ON_TRACK}, True, id="a status word"),
        pytest.param({"blocked": True}, True, id="blocked"),
        pytest.param({"blocked": False}, True, id="unblocked"),
        pytest.param({"steps_done": ()}, True, id="steps"),
        pytest.param({"done": True}, True, id="done"),
        pytest.param({"kind": CheckInKind.CONFIRM}, True, id="no change"),
        pytest.param({"kind": CheckInKind.FINAL, "value": "41"}, True, id="a final value"),
        pytest.param({"kind": CheckInKind.SKIP}, False, id="skip"),
        pytest.param({"note": "busy with a fair"}, False, id="a bare note"),
        pytest.param({"help_wanted": "a designer"}, False, id="a bare call for help"),
    ],
)
def test_what_resets_the_clock(fields: dict[str, Any], resets: bool) -> None:
    current = told(a_check_in(1, day(7), self_score="0.5"), a_check_in(2, day(14), **fields))
    assert current.updated_on == (day(14) if resets else day(7))
    assert current.last_check_in_id == 2


def test_a_skip_changes_nothing_but_which_row_was_last() -> None:
    before = told(a_check_in(1, day(7), value="41", self_score="0.7", note="fine so far"))
    skip = a_check_in(2, day(14), kind=CheckInKind.SKIP, note="on holiday", blocked=True, done=True)
    after = fold_check_in(MRR, before, skip)
    assert replace(after, last_check_in_id=1, last_check_in_at=before.last_check_in_at) == before


def test_a_machine_reports_facts_and_judges_nothing() -> None:
    kr = binary(source=Source.AUTO)
    current = told(a_check_in(1, day(7), kind=CheckInKind.AUTO, done=True, confidence="9"), kr=kr)
    assert current.done
    assert (current.band_from, current.confidence, current.updated_on) == (None, None, None)


def test_an_undone_check_in_and_its_reading_leave_no_trace() -> None:
    kept = a_check_in(1, day(7), value="41", self_score="0.7")
    gone = a_check_in(2, day(14), value="450", self_score="1", blocked=True, undone=True)
    assert replay(MRR, readings_of([kept, gone]), [kept, gone]) == told(kept)
    assert fold_check_in(MRR, told(kept), gone) == told(kept)


def test_a_correction_replaces_the_row_it_names() -> None:
    wrong = a_check_in(1, day(7), value="450", self_score="0.9")
    right = a_check_in(2, day(7), at=at(day(7), 11), value="45", supersedes_id=1)
    current = told(wrong, right)
    assert (current.value, current.previous_value, current.self_score) == (dec(45), None, None)


def test_undoing_a_correction_brings_the_corrected_row_back() -> None:
    wrong = a_check_in(1, day(7), value="45", self_score="0.7")
    correction = a_check_in(2, day(8), value="46", self_score="0.8", supersedes_id=1, undone=True)
    assert told(wrong, correction) == told(wrong)


def test_a_correction_of_a_correction_keeps_the_first_row_out() -> None:
    rows = [
        a_check_in(1, day(7), self_score="0.9", blocked=True),
        a_check_in(2, day(8), self_score="0.8", supersedes_id=1),
        a_check_in(3, day(9), self_score="0.7", supersedes_id=2),
    ]
    current = told(*rows)
    assert (current.self_score, current.blocked) == (dec("0.7"), False)


def test_a_correction_is_not_folded_but_replayed() -> None:
    wrong, right = a_check_in(1, day(7), self_score="0.9"), a_check_in(2, day(8), confidence="6", supersedes_id=1)
    before = told(wrong)
    with pytest.raises(NeedsReplay):
        fold_check_in(MRR, before, right)
    after = advance(MRR, before, check_ins=[right], history=lambda: History([], [wrong, right]))
    assert (after.self_score, after.confidence) == (None, dec(6))


def test_at_the_same_instant_the_larger_id_is_newer() -> None:
    one, two = a_check_in(1, day(7), self_score="0.3"), a_check_in(2, day(7), self_score="0.7")
    assert told(two, one).self_score == dec("0.7")
    with pytest.raises(NeedsReplay):
        fold_check_in(MRR, told(two), one)


# Folding is replaying

rows = st.lists(
    st.fixed_dictionaries(
        {
            "hours": st.integers(0, 30 * 24),
            "kind": st.sampled_from(
                [CheckInKind.UPDATE, CheckInKind.UPDATE, CheckInKind.CONFIRM, CheckInKind.SKIP, CheckInKind.AUTO]
            ),
            "value": st.none() | st.sampled_from(["60", "72", "75", "90"]),
            "self_score": st.none() | st.sampled_from(["0.3", "0.7"]),
            "confidence": st.none() | st.sampled_from(["3", "8"]),
            "status_said": st.none() | st.sampled_from(Band),
            "done": st.none() | st.booleans(),
            "steps_done": st.none() | st.sampled_from([(), (1,), (1, 2)]),
            "blocked": st.none() | st.booleans(),
            "blocker": st.none() | st.just("legal"),
            "note": st.none() | st.sampled_from(["short", "two deals close Friday"]),
            "corrects": st.none() | st.integers(1, 8),
            "undone": st.booleans(),
        }
    ),
    max_size=8,
)
krs = st.sampled_from([MRR, ranged("70", "80", "76"), ranged("70", "80"), ranged("70", "80", strict=True), binary()])


def written(said: list[dict[str, Any]], *, with_marks: bool) -> list[CheckIn]:
    """Check-ins in the order in which they were stored; their times may lie in any order."""
    result = []
    for number, fields in enumerate(said, start=1):
        values = dict(fields)
        when = at(day(0)) + timedelta(hours=values.pop("hours"))
        corrects, undone = values.pop("corrects"), values.pop("undone")
        marks: dict[str, Any] = {}
        if with_marks:
            marks = {"undone": undone, "supersedes_id": corrects if corrects and corrects < number else None}
        result.append(a_check_in(number, when.date(), at=when, **values, **marks))
    return result


@settings(max_examples=120, deadline=None)
@given(krs, rows)
def test_folding_one_by_one_gives_what_replaying_gives(kr: KeyResult, said: list[dict[str, Any]]) -> None:
    check_ins = sorted(written(said, with_marks=False), key=lambda row: (row.at, row.id))
    current = NOTHING_SAID
    for row in check_ins:
        for reading in readings_of([row]):
            current = fold_reading(kr, current, reading)
        current = fold_check_in(kr, current, row)
    assert current == replay(kr, readings_of(check_ins), check_ins)


@settings(max_examples=120, deadline=None)
@given(krs, rows)
def test_advancing_in_any_order_with_corrections_gives_what_replaying_gives(
    kr: KeyResult, said: list[dict[str, Any]]
) -> None:
    check_ins = [replace(row, undone=False) for row in written(said, with_marks=True)]
    current = NOTHING_SAID
    for number, row in enumerate(check_ins, start=1):
        stored = check_ins[:number]

        def load(stored: list[CheckIn] = stored) -> History:
            return History(readings_of(stored), stored)

        current = advance(kr, current, readings=readings_of([row]), check_ins=[row], history=load)
        assert current == replay(kr, readings_of(stored), stored)


@settings(max_examples=80, deadline=None)
@given(krs, rows, st.randoms(use_true_random=False))
def test_the_order_in_which_rows_are_loaded_does_not_matter(
    kr: KeyResult, said: list[dict[str, Any]], random: Any
) -> None:
    check_ins = written(said, with_marks=True)
    readings = readings_of(check_ins)
    expected = replay(kr, readings, check_ins)
    random.shuffle(check_ins)
    random.shuffle(readings)
    assert replay(kr, readings, check_ins) == expected


@settings(max_examples=80, deadline=None)
@given(krs, rows, rows)
def test_undoing_a_row_restores_exactly_what_stood_before_it(
    kr: KeyResult, said: list[dict[str, Any]], more: list[dict[str, Any]]
) -> None:
    before = written(said, with_marks=True)
    last = written([*said, *more[:1]], with_marks=False)[len(before) :]
    after = [*before, *(replace(row, undone=True) for row in last)]
    assert replay(kr, readings_of(after), after) == replay(kr, readings_of(before), before)
