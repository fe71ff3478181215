"""A file's objectives and key results are known again by their titles. All people are pretend."""

from decimal import Decimal

import pytest

from storage.okr_files.drafting_known import NO_MEASURE, Known, KnownKeyResult, KnownMeasure, KnownObjective, Place
from storage.okr_files.drafting_matching import MOST_COMPARED, Written, WrittenObjective, folded, numbered

HERE = Place("GRO", None, "2026 Q4")
UP = KnownMeasure(Decimal(20), Decimal(50))
KNOWN = Known(
    (KnownObjective(HERE, 1, "Win Spain", "mei"), KnownObjective(HERE, 2, "Grow", "jack")),
    (
        KnownKeyResult(HERE, 1, 1, "NPS from 20 to 50", "mei", UP),
        KnownKeyResult(HERE, 2, 1, "Launch the app", "jack"),
        KnownKeyResult(HERE, 3, 2, "Churn", "mei", KnownMeasure(high=Decimal(1))),
        KnownKeyResult(HERE, 4, 2, "Phase 2 is done", "jack"),
    ),
)


def numbers(*objectives: WrittenObjective, known: Known = KNOWN) -> tuple[list[int], list[list[int]]]:
    found = numbered(objectives, known)
    return found.objectives, found.key_results


def win(*krs: Written, title: str = "Win Spain", owner: str | None = None) -> WrittenObjective:
    return WrittenObjective(title, owner, krs)


def test_where_nothing_stands_numbers_follow_the_file() -> None:
    found = numbers(win(Written("A"), Written("B")), win(Written("A"), title="Grow"), known=Known())

    assert found == ([1, 2], [[1, 2], [3]])


def test_numbers_stay_in_whatever_order_and_new_ones_come_after_the_last() -> None:
    grow = win(Written("Phase 2 is done"), Written("Brand new"), Written("Churn"), title="Grow")

    found = numbers(grow, win(title="Third"), win(Written("Launch the app"), Written("NPS from 20 to 50")))

    assert found == ([2, 3, 1], [[4, 5, 3], [], [2, 1]])


@pytest.mark.parametrize("title", ["win  SPAIN", "Ｗｉｎ Spain", "Win Spain."])
def test_case_width_and_blanks_make_no_other_title(title: str) -> None:
    assert folded(title) == folded("Win Spain")


def test_numbers_make_another_title() -> None:
    assert folded("NPS from 20 to 50") != folded("NPS from 20 to 60")
    assert folded("1.5 days") != folded("15 days")


def test_a_number_that_changed_is_the_same_key_result() -> None:
    moved = KnownMeasure(Decimal(20), Decimal(60))

    assert numbers(win(Written("NPS from 20 to 60", None, moved)))[1] == [[1]]


def test_of_something_done_or_not_done_a_number_is_part_of_the_name() -> None:
    assert numbers(win(Written("Phase 3 is done", "jack"), title="Grow"))[1] == [[5]]


@pytest.mark.parametrize(
    ("written", "number"),
    [
        (Written("Launch the apps", "jack"), 2),
        (Written("Launch the new app in Spain", "jack"), 2),
        (Written("Launch the apps", "mei"), 5),
        (Written("Launch the apps"), 5),
        (Written("Open a shop", "jack"), 5),
        (Written("NPS of guests, from 20 to 50", None, UP), 1),
        (Written("NPS of guests, from 20 to 50", "ana"), 5),
        (Written("Chrun", "mei", KnownMeasure(high=Decimal(1))), 5),
    ],
)
def test_a_close_title_needs_the_same_owner_or_measure(written: Written, number: int) -> None:
    objective = win(written) if written.title != "Chrun" else win(written, title="Grow")

    assert numbers(objective)[1] == [[number]]


def test_a_key_result_that_moved_to_another_objective_keeps_its_number() -> None:
    assert numbers(win(Written("Churn")), win(title="Grow")) == ([1, 2], [[3], []])


def test_of_one_title_in_two_objectives_each_keeps_its_own() -> None:
    known = Known(KNOWN.objectives, (*KNOWN.key_results, KnownKeyResult(HERE, 5, 1, "Churn")))

    assert numbers(win(Written("Churn"), title="Grow"), win(Written("Churn")), known=known)[1] == [[3], [5]]
    assert numbers(win(Written("Churn")), win(Written("Churn"), title="Grow"), known=known)[1] == [[5], [3]]


def test_an_objective_is_known_by_its_key_results() -> None:
    renamed = win(Written("NPS from 20 to 50"), Written("Launch the app"), title="Be loved in Iberia")

    assert numbers(renamed) == ([1], [[1, 2]])


def test_an_objective_in_other_words_needs_its_owner() -> None:
    assert numbers(win(title="Win Spain and Italy", owner="mei"))[0] == [1]
    assert numbers(win(title="Win Spain and Italy", owner="jack"))[0] == [3]


def test_what_is_over_is_known_by_its_very_title_only_and_nobody_misses_it() -> None:
    over = KnownKeyResult(HERE, 5, 1, "Hire a chef", "mei", NO_MEASURE, is_over=True)
    known = Known(KNOWN.objectives, (*KNOWN.key_results, over))

    assert numbers(win(Written("Hire a chef", "mei")), known=known)[1] == [[5]]
    assert numbers(win(Written("Hire a chefs", "mei")), known=known)[1] == [[6]]
    assert over not in numbered([win()], known).left.key_results


def test_what_the_file_does_not_say_is_left() -> None:
    found = numbered([win(Written("Launch the app"))], KNOWN)

    assert found.is_known
    assert [one.number for one in found.left.objectives] == [2]
    assert [one.number for one in found.left.key_results] == [1, 3, 4]


def test_a_long_list_of_others_is_not_compared_letter_by_letter() -> None:
    many = range(1, MOST_COMPARED + 2)
    known = Known(
        KNOWN.objectives[:1],
        tuple(KnownKeyResult(HERE, one, 1, f"Key result with the name {one:04}a", "mei") for one in many),
    )
    written = win(*(Written(f"Key result with the name {one:04}ab", "mei") for one in many))

    assert numbers(written, known=known)[1][0][0] == MOST_COMPARED + 2
