"""Order, folding, limits and the lines of Improve: what a digest says of its figures (spec/08 §13.2)."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.okr.assess import Assessment, assess
from bot.okr.digest_improve import Agreement, Difference, Health, Lack, difference_of, improve_of, told_first
from bot.okr.digesting import (
    CUTS,
    HANZI,
    LINES,
    LINES_TWO,
    WORDS,
    Before,
    Size,
    Trend,
    all_well,
    brief,
    fits,
    fold,
    has_changed,
    is_on_board,
    newly_ahead,
    rows_of,
    short_of,
    size_of,
    trend_of,
)
from bot.okr.freshness import Freshness
from bot.okr.model import Commitment, Current, FreshnessState, KRState, Status, Tag
from bot.okr.rollup import StatusCount
from bot.okr.workdays import WorkCalendar
from tests.okr.krs import a_check_in, binary, day, dec, moving, read_at

TODAY = day(42)


def standing(number: int, status: Status = Status.ON_TRACK, **changes: Any) -> Assessment:
    """A key result that was read today, with whatever the test is about put in its place."""
    kr_changes = changes.pop("kr", {})
    kr = moving("0", "100", id=number, number=number, **kr_changes)
    state = assess(kr, read_at(changes.pop("value", "30"), TODAY), WorkCalendar(), TODAY)
    return replace(state, status=status, **changes)


def numbers(states: Any) -> list[int]:
    return [one.kr.number for one in states]


# --- the board --------------------------------------------------------------------------------


def test_rows_keep_their_order_while_there_is_room() -> None:
    states = [standing(number, Status.OFF_TRACK if number == 4 else Status.ON_TRACK) for number in range(1, 6)]

    rows = rows_of(states, 5)

    assert numbers(rows.shown) == [1, 2, 3, 4, 5]
    assert rows.folded == ()


def test_on_track_key_results_fold_first_and_are_told_in_words() -> None:
    states = [standing(1), standing(2, Status.AHEAD), standing(3), standing(4, Status.OFF_TRACK)]
    states += [standing(5, Status.AT_RISK), standing(6)]

    rows = rows_of(states, 5)

    assert numbers(rows.shown) == [1, 2, 4, 5]
    assert rows.folded == (StatusCount(Status.ON_TRACK, 2),)
    assert rows.only_on_track


def test_folded_colours_are_told_worst_first() -> None:
    states = [standing(number, Status.OFF_TRACK) for number in range(1, 7)] + [standing(7)]

    rows = rows_of(states, 5)

    assert numbers(rows.shown) == [1, 2, 3, 4]
    assert rows.folded == (StatusCount(Status.OFF_TRACK, 2), StatusCount(Status.ON_TRACK, 1))
    assert not rows.only_on_track


def test_statuses_of_one_colour_are_counted_together() -> None:
    states = [standing(1, Status.MISSED), standing(2, Status.OFF_TRACK), standing(3, Status.TO_SCORE)]
    states.append(standing(4, Status.NO_SIGNAL))

    assert fold(states) == (StatusCount(Status.OFF_TRACK, 2), StatusCount(Status.NO_SIGNAL, 2))


def test_what_has_not_changed_folds_whatever_its_colour() -> None:
    states = [standing(1, Status.OFF_TRACK), standing(2)]

    rows = rows_of(states, 5, folded={1})

    assert numbers(rows.shown) == [2]
    assert rows.folded == (StatusCount(Status.OFF_TRACK, 1),)


@given(st.lists(st.sampled_from(Status), max_size=12), st.integers(1, 7), st.sets(st.integers(1, 12)))
def test_no_row_is_lost_and_the_lines_are_kept(statuses: list[Status], lines: int, unchanged: set[int]) -> None:
    states = [standing_cheap(number, status) for number, status in enumerate(statuses, 1)]

    rows = rows_of(states, lines, folded=unchanged)

    assert len(rows.shown) + (1 if rows.folded else 0) <= lines
    assert len(rows.shown) + sum(one.count for one in rows.folded) == len(states)


_ONE = standing(1)


def standing_cheap(number: int, status: Status) -> Assessment:
    return replace(_ONE, kr=replace(_ONE.kr, id=number, number=number), status=status)


@pytest.mark.parametrize(
    ("state", "shown"),
    [(KRState.ACTIVE, True), (KRState.CLOSED, True), (KRState.PAUSED, False), (KRState.DROPPED, False)],
)
def test_paused_and_dropped_key_results_are_not_in_the_digest(state: KRState, shown: bool) -> None:
    assert is_on_board(standing(1, kr={"state": state})) is shown


@pytest.mark.parametrize(
    ("old", "new", "trend"),
    [
        ("0.26", "0.27", Trend.UP),
        ("0.28", "0.27", Trend.DOWN),
        ("0.266", "0.274", Trend.SAME),  # both are shown as 0.27
        (None, "0.27", None),
    ],
)
def test_a_trend_compares_what_people_see(old: str | None, new: str, trend: Trend | None) -> None:
    before = Before(Status.ON_TRACK, score=None if old is None else Decimal(old))

    assert trend_of(standing(1, score=Decimal(new)), before) is trend


def test_a_key_result_that_is_new_has_no_trend() -> None:
    assert trend_of(standing(1), None) is None


def test_the_trend_of_a_yes_or_no_is_that_of_its_likelihood() -> None:
    state = assess(binary(id=5), Current(confidence=dec(6), band_on=TODAY), WorkCalendar(), TODAY)

    assert trend_of(state, Before(Status.ON_TRACK, score=dec(0), confidence=dec(5))) is Trend.UP


def test_a_row_has_changed_if_anything_it_shows_differs() -> None:
    state = standing(1, value="30")
    before = Before(state.status, state.score, None, dec(30), state.tags)

    assert not has_changed(state, before)
    assert has_changed(state, None)
    assert has_changed(state, replace(before, value=dec(29)))
    assert has_changed(replace(state, tags=(Tag.BLOCKED,)), before)


# --- ahead and short --------------------------------------------------------------------------


def test_ahead_tells_what_the_last_digest_did_not_show_done_first() -> None:
    states = [standing(1, Status.AHEAD), standing(2, Status.AHEAD), standing(3, Status.DONE), standing(4)]

    new = newly_ahead(states, {1: Before(Status.AHEAD), 3: Before(Status.AHEAD)})

    assert numbers(new) == [3, 2]


def test_short_is_red_first_then_committed_then_the_gap_then_the_number() -> None:
    committed = {"commitment": Commitment.COMMITTED}
    states = [
        standing(1, Status.AT_RISK, value="10"),
        standing(2, Status.OFF_TRACK, value="20"),
        standing(3, Status.AT_RISK, kr=committed),
        standing(4, Status.OFF_TRACK, value="10"),
        standing(5, Status.MISSED, kr=committed, value="40"),
        standing(6, Status.OFF_TRACK, value="10"),
        standing(7),
    ]

    assert numbers(short_of(states)) == [5, 4, 6, 2, 3, 1]


def test_a_key_result_without_a_gap_comes_last_of_its_colour() -> None:
    unmeasured = standing(1, Status.OFF_TRACK, pace_at_reading=None)

    assert numbers(short_of([unmeasured, standing(2, Status.OFF_TRACK, value="60")])) == [2, 1]


@given(st.permutations([(n, status) for n in range(1, 4) for status in (Status.OFF_TRACK, Status.AT_RISK)]))
def test_the_order_does_not_depend_on_the_order_it_came_in(pairs: list[tuple[int, Status]]) -> None:
    states = [standing_cheap(number + 3 * (status is Status.AT_RISK), status) for number, status in pairs]

    assert numbers(short_of(states)) == [1, 2, 3, 4, 5, 6]


# --- improve ----------------------------------------------------------------------------------


def quiet(number: int, age: int, state: FreshnessState = FreshnessState.STALE) -> Assessment:
    return standing(number, freshness=Freshness(state, age, TODAY - timedelta(days=age)))


def test_improve_goes_from_silence_to_advice() -> None:
    states = [
        quiet(1, 8),
        quiet(2, 14, FreshnessState.DARK),
        quiet(3, 4, FreshnessState.FEED_QUIET),
        standing(4, number_age=11),
        standing(5, tags=(Tag.STALLED,)),
        standing(6),
    ]

    lines = improve_of(
        states,
        objectives=2,
        health=[Health("Team health", red=False), Health("Customer satisfaction", red=True)],
        agreements=[Agreement("Support", "KR4", TODAY, 6), Agreement("Sales", None, TODAY, 9)],
        differences={6: Difference(dec("0.4"), dec("0.7"))},
    )

    assert [(one.lack, one.state.kr.number if one.state else None) for one in lines] == [
        (Lack.NO_UPDATE, 2),
        (Lack.NO_UPDATE, 1),
        (Lack.FEED_QUIET, 3),
        (Lack.OLD_NUMBER, 4),
        (Lack.STALLED, 5),
        (Lack.HEALTH, None),
        (Lack.HEALTH, None),
        (Lack.AGREEMENT, None),
        (Lack.AGREEMENT, None),
        (Lack.TWO_OBJECTIVES, None),
        (Lack.OWNERS_DIFFER, 6),
    ]
    assert lines[5].health == Health("Customer satisfaction", red=True)
    assert lines[7].agreement == Agreement("Sales", None, TODAY, 9)


def test_a_key_result_is_told_once() -> None:
    assert [one.lack for one in improve_of([replace(quiet(1, 8), number_age=12, tags=(Tag.STALLED,))])] == [
        Lack.NO_UPDATE
    ]


def test_an_agreement_is_told_after_more_than_five_working_days() -> None:
    def lacks(days: int) -> list[Lack]:
        return [one.lack for one in improve_of([standing(1)], agreements=[Agreement("Support", "KR1", TODAY, days)])]

    assert lacks(5) == []
    assert lacks(6) == [Lack.AGREEMENT]


def test_only_deliveries_are_told() -> None:
    milestone = assess(binary(id=1), Current(), WorkCalendar(), TODAY)
    resting = replace(standing(2), kr=replace(standing(2).kr, state=KRState.CLOSED))

    assert Lack.ONLY_MILESTONES in [one.lack for one in improve_of([milestone, resting])]
    assert Lack.ONLY_MILESTONES not in [one.lack for one in improve_of([milestone, standing(2)])]
    assert improve_of([]) == ()


def test_silence_is_told_to_the_owner_before_the_team() -> None:
    first_morning = quiet(1, 8)

    assert not told_first(first_morning, before_ten=True)
    assert told_first(first_morning, before_ten=False)
    assert told_first(quiet(1, 9), before_ten=True)
    assert improve_of([first_morning], untold={1}) == ()


@pytest.mark.parametrize(
    ("said", "difference"),
    [
        ([(1, "0.4", None), (2, "0.7", None)], Difference(dec("0.4"), dec("0.7"))),
        ([(1, "0.5", None), (2, "0.7", None)], Difference(dec("0.5"), dec("0.7"))),
        ([(1, "0.6", None), (2, "0.7", None)], None),
        ([(1, "0.2", None), (1, "0.7", None), (2, "0.7", None)], None),  # changed their mind
        ([(1, "0.4", None), (9, "0.7", None)], None),  # 9 owns nothing here
        ([(1, None, "4"), (2, None, "7")], Difference(dec(4), dec(7), likelihood=True)),
        ([(1, None, "5"), (2, None, "7")], None),
    ],
)
def test_owners_differ_by_a_fifth_or_by_three_in_ten(said: list[Any], difference: Difference | None) -> None:
    rows = [
        a_check_in(number, TODAY, by_id=by, self_score=score, confidence=sure)
        for number, (by, score, sure) in enumerate(said, 1)
    ]

    assert difference_of(rows, {1, 2}) == difference


# --- limits -----------------------------------------------------------------------------------


def test_words_and_hanzi_are_counted_apart() -> None:
    assert size_of("🔵 KR1 · $46k / 电话 支持量\n☐ done") == Size(lines=2, words=3, hanzi=5)


def test_limits_are_reached_but_not_passed() -> None:
    assert fits("\n".join(["x"] * LINES), objectives=1)
    assert not fits("\n".join(["x"] * (LINES + 1)), objectives=1)
    assert fits("\n".join(["x"] * LINES_TWO), objectives=2)
    assert not fits("\n".join(["x"] * (LINES_TWO + 1)), objectives=2)
    assert fits("x " * WORDS, objectives=1)
    assert not fits("x " * (WORDS + 1), objectives=1)
    assert fits("字" * HANZI, objectives=1)
    assert not fits("字" * (HANZI + 1), objectives=1)


def test_things_are_left_out_in_the_order_of_the_specification() -> None:
    first = [(cut.notes, cut.question, cut.ahead, cut.short, cut.improve) for cut in CUTS[:8]]

    assert first == [
        (140, True, 2, 3, 2),
        (60, True, 2, 3, 2),
        (60, False, 2, 3, 2),
        (60, False, 0, 3, 2),
        (60, False, 0, 2, 2),
        (60, False, 0, 2, 1),
        (0, False, 0, 2, 1),
        (0, False, 0, 2, 0),
    ]
    assert all(cut.text is None and cut.title is None for cut in CUTS[:8]), "titles are touched last"


def test_a_title_of_tiny_words_is_cut_by_words() -> None:
    assert brief("a b c d e f g h", 15) == "a b c…"
    assert brief("System satisfaction", 15) == "System satisfaction"
    assert brief("a b c d", None) == "a b c d"


def test_silence_is_not_told_as_good_news() -> None:
    well = standing(1, Status.ON_TRACK, value="60")

    assert all_well([well])
    assert not all_well([well, standing(2, Status.NO_SIGNAL)])
    assert not all_well([well, standing(2, Status.OFF_TRACK, value="10")])
    assert not all_well([])
