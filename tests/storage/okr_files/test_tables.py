"""Tables of OKRs: which columns are known, how rows belong together, what is not taken over and why."""

from decimal import Decimal

import pytest

from storage.okr_files import tables
from storage.okr_files.drafts import Draft
from storage.okr_files.table_cells import OTHER_STATUS
from storage.okr_files.table_columns import KNOWN, Column, column_of
from storage.okr_files.table_headings import Row, find_heading
from storage.okr_files.tables import Table, read_table


def table(*lines: str) -> Table:
    """A table from lines with `|` between the cells."""
    rows = [Row(at, tuple(cell.strip() for cell in line.split("|"))) for at, line in enumerate(lines, 1)]
    heading = find_heading(rows)
    assert heading is not None
    return read_table(rows, "okrs", heading)


def draft(*lines: str) -> Draft:
    return table(*lines).draft


def fields(columns: str, cells: str) -> dict[str, str]:
    """The fields of one key result with these cells."""
    (only,) = draft(f"Objective | Key result | {columns}", f"Win | NPS | {cells}").key_results
    return dict(only.fields)


def left(found: Draft) -> list[tuple[int, str, str]]:
    return [(one.line, one.text, one.why) for one in found.unread]


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("Objective", Column.OBJECTIVE),
        (" KEY_RESULT ", Column.KEY_RESULT),
        ("Key Result (KR)", Column.KEY_RESULT),
        ("Owner (e-mail)", Column.E_MAIL),
        ("Owner (name)", Column.OWNER),
        ("Owner e-mail", Column.E_MAIL),
        ("KR Owner*", Column.OWNER),
        ("Start value", Column.FROM),
        ("Baseline", Column.FROM),
        ("Start date", Column.START),
        ("Target (%)", Column.TO),
        ("Goal", Column.TO),
        ("Actual", Column.VALUE),
        ("Deadline", Column.DUE),
        ("目标", Column.OBJECTIVE),
        ("关键结果", Column.KEY_RESULT),
        ("关键结果（KR）", Column.KEY_RESULT),
        ("负责人", Column.OWNER),
        ("起始值", Column.FROM),
        ("目标值", Column.TO),
        ("当前值", Column.VALUE),
        ("截止日期", Column.DUE),
        ("Budget", None),
        ("", None),
        ("x" * 500, None),
    ],
)
def test_headings_are_known_however_they_are_written(heading: str, column: Column | None) -> None:
    assert column_of(heading) is column


def test_every_heading_means_one_column() -> None:
    names = [name.strip() for words in KNOWN.values() for name in words.split("|")]

    assert len(names) == len(set(names))
    assert {column_of(name) for name in names} == set(Column)


def test_an_objective_is_named_only_in_its_first_row() -> None:
    found = draft(
        "Owner | Key result | Objective | Team",
        "Mei | NPS | Win Spain | GRO",
        "Jack | MRR | |",
        " | | |",
        "Ana | Churn | Keep them | ",
        "Ana | More | Win Spain | GRO",
    )

    assert [(one.title, one.team, [kr.title for kr in one.key_results]) for one in found.objectives] == [
        ("Win Spain", "GRO", ["NPS", "MRR", "More"]),
        ("Keep them", "GRO", ["Churn"]),
    ]
    assert found.unread == ()


def test_rows_of_objectives_and_of_key_results_one_below_the_other() -> None:
    found = draft(
        "Type | Title | Owner",
        "Objective | O1: Win Spain | Mei",
        "KR | KR1: NPS from 20 to 50 | Jack",
        "Initiative | Call everybody | Jack",
        "目标 | 成为首选 | 苏安",
        "关键结果 | 复购率 | 苏安",
    )

    assert [(one.title, one.owner, [kr.title for kr in one.key_results]) for one in found.objectives] == [
        ("Win Spain", "Mei", ["NPS from 20 to 50"]),
        ("成为首选", "苏安", ["复购率"]),
    ]
    assert left(found) == [(4, "Initiative · Call everybody · Jack", tables.INITIATIVE)]


def test_numbers_of_rows_say_what_they_are() -> None:
    found = draft("ID | Name | Owner", "O1 | Win Spain | Mei", "KR1.1 | NPS | Jack", "2 | Grow |", "2.1 | MRR |")

    assert [(one.title, len(one.key_results)) for one in found.objectives] == [("Win Spain", 1), ("Grow", 1)]


def test_key_results_beside_their_objective() -> None:
    found = draft("Objective | KR 1 | KR 2 | KR 3 | Owner", "Win | NPS from 1 to 2 | Launch | | Mei")

    assert [(one.title, one.owner) for one in found.key_results] == [("NPS from 1 to 2", "Mei"), ("Launch", "Mei")]


def test_a_cell_with_a_list_holds_several_key_results() -> None:
    rows = [Row(1, ("Objective", "Key results")), Row(2, ("Win", "1. NPS from 1 to 2\n2) Launch\n- 上线"))]
    heading = find_heading(rows)
    assert heading is not None

    found = read_table(rows, "okrs", heading).draft

    assert [one.title for one in found.key_results] == ["NPS from 1 to 2", "Launch", "上线"]


def test_a_key_result_without_an_objective_is_counted_and_told() -> None:
    found = table("Objective | Key result", " | NPS", "Win | MRR")

    assert left(found.draft) == [(2, "NPS", tables.NO_OBJECTIVE)]
    assert found.missed == 1


def test_what_stands_above_totals_and_repeated_headings() -> None:
    found = draft(
        "Company OKRs 2026 | ",
        "Objective | Key result | Progress",
        "Win | NPS | 20%",
        "Objective | Key result | Progress",
        " | MRR | 40%",
        "Total | | 30%",
        "平均 | | 30%",
    )

    assert [one.title for one in found.key_results] == ["NPS", "MRR"]
    assert left(found) == [
        (1, "Company OKRs 2026", tables.ABOVE),
        (6, "Total · 30%", tables.TOTALS),
        (7, "平均 · 30%", tables.TOTALS),
    ]


def test_unknown_columns_are_told_once() -> None:
    found = draft("Objective | Key result | Budget | Empty | ", "Win | NPS | 5k | | x", " | MRR | 6k | |")

    assert left(found) == [
        (1, "Budget", "'Budget' is no heading that is known here, so the column is not taken over (2 cells)."),
        (1, "E", "Column E has no heading, so it is not taken over (1 cell)."),
    ]


@pytest.mark.parametrize(
    ("columns", "cells", "expected"),
    [
        ("Start | Target | Current", "20 | 50 | 25", {"from": "20", "to": "50", "value": "25"}),
        ("Start | Target", "$30k | $60k", {"from": "$30k", "to": "$60k"}),
        ("Start | Target", "1 250 € | 2 500 €", {"from": "1250€", "to": "2500€"}),
        ("Start | Target", "5 days | 2 days", {"from": "5", "to": "2", "unit": "days"}),
        ("Start | Target | Unit", "5 | 2 | days", {"from": "5", "to": "2", "unit": "days"}),
        ("Start | Target | Unit", "5 | 15 | percent", {"from": "5", "to": "15", "unit": "%"}),
        ("Start | Target | Unit", "5 | 15 | USD", {"from": "5", "to": "15", "unit": "$"}),
        ("Start | Target | Unit", "5 | 15 | number", {"from": "5", "to": "15"}),
        ("Start (%) | Target (%)", "5 | 15%", {"from": "5%", "to": "15%"}),
        ("Start | Target", "(5%) | ≥ 10%", {"from": "-5%", "to": "10%"}),
        ("Start | Target", "1.2万 | 3万", {"from": "1.2万", "to": "3万"}),
        ("Start | Target", "n/a | -", {}),
        ("Type | Start | Target", "Milestone | 0 | 1", {"type": "milestone"}),
        ("Type", "baseline", {"type": "baseline"}),
        ("Type | Start | Target", "Percentage | 5 | 15", {"from": "5", "to": "15", "unit": "%"}),
        ("Type | Start | Target", "Increase | 5 | 15", {"from": "5", "to": "15"}),
        ("Type | Target", "maintain | 90%", {"at_least": "90%"}),
        ("Due | Start date", "2026-12-31 | 1.10.2026", {"due": "2026-12-31", "start": "2026-10-01"}),
        ("Due", "31/12/2026", {"due": "2026-12-31"}),
        ("Due", "12/31/2026", {"due": "2026-12-31"}),
        ("Due", "31 Dec 2026", {"due": "2026-12-31"}),
        ("Due", "December 31, 2026", {"due": "2026-12-31"}),
        ("Due", "Q4 2026", {"due": "2026-12-31"}),
        ("Due", "2026年12月31日", {"due": "2026-12-31"}),
        ("Due", "2026-12-31 00:00:00", {"due": "2026-12-31"}),
        ("Weight | Confidence", "30% | 7/10", {"weight": "30", "confidence": "7"}),
        ("Confidence", "70%", {"confidence": "7"}),
        ("Committed", "yes", {"committed": "yes"}),
        ("Committed", "Aspirational", {"committed": "no"}),
        ("Status", "On Track", {"status": "on_track"}),
        ("Status", "red", {"status": "off_track"}),
        ("Status", "有风险", {"status": "at_risk"}),
        ("Status", "Cancelled", {"state": "dropped", "reason": "Cancelled"}),
        ("Status", "active", {}),
        ("Owner", "Mei, Jack & Ana", {"co_owners": "Jack, Ana"}),
        ("Metric", "survey", {"metric": "survey"}),
    ],
)
def test_cells_become_keys_of_an_okr_file(columns: str, cells: str, expected: dict[str, str]) -> None:
    assert fields(columns, cells) == expected


@pytest.mark.parametrize(
    ("column", "cell", "why"),
    [
        ("Target", "lots", "'lots' is not a number."),
        ("Target", "#REF!", "'#REF!' is not a number."),
        ("Due", "soon", "'soon' is not a day; write it as 2026-12-31."),
        ("Due", "2026-02-30", "'2026-02-30' is not a day; write it as 2026-12-31."),
        ("Due", "03/04/2026", "'03/04/2026' may be two days; write it as 2026-04-03 or 2026-03-04."),
        ("Weight", "0", "'0' must be above 0."),
        ("Score", "170%", "'170%' is not a score; scores go from 0 to 1, or from 0% to 100%."),
        ("Score", "7", "'7' may be a share of 10 or of 100; write 0.7 or 70%."),
        ("Status", "weird", OTHER_STATUS),
        ("Committed", "perhaps", "'perhaps' does not say whether it is committed; write yes or no."),
        ("Unit", "a very long unit", "It has 16 characters; at most 12 fit."),
    ],
)
def test_a_cell_that_cannot_be_read_is_told_with_its_reason(column: str, cell: str, why: str) -> None:
    found = draft(f"Objective | Key result | {column}", f"Win | NPS | {cell}")

    assert left(found) == [(2, cell, why)]
    assert [one.title for one in found.key_results] == ["NPS"]


@pytest.mark.parametrize(
    ("cells", "scores"),
    [
        (("0.7", "0.35"), ("0.7", "0.35")),
        (("70%", "7/10"), ("0.7", "0.7")),
        (("70", "5"), ("0.7", "0.05")),
        (("1", "0"), ("1", "0")),
    ],
)
def test_a_column_of_scores_is_read_as_a_whole(cells: tuple[str, str], scores: tuple[str, str]) -> None:
    found = draft("Objective | Key result | Progress", f"Win | A | {cells[0]}", f" | B | {cells[1]}")

    assert [one.score for one in found.key_results] == [Decimal(one) for one in scores]


def test_one_day_of_a_column_tells_how_the_others_are_written() -> None:
    found = draft("Objective | Key result | Due", "Win | A | 03/04/2026", " | B | 31/12/2026")

    assert [one.fields["due"] for one in found.key_results] == ["2026-04-03", "2026-12-31"]


def test_done_milestones_and_statuses_are_ticked() -> None:
    found = draft(
        "Objective | Key result | Type | Current | Status",
        "Win | Launch | binary | 1 |",
        " | Ship | binary | 0 |",
        " | Write | | | Done",
    )

    assert [one.done for one in found.key_results] == [True, None, True]


def test_an_owner_with_an_address_is_named_by_both() -> None:
    (only,) = draft("Objective | Key result | Owner | Owner e-mail", "Win | A | Mei | mei@example.org").key_results

    assert only.owner == "Mei <mei@example.org>"


def test_what_an_objective_has_reached_is_told_and_not_taken() -> None:
    found = draft("Objective | Key result | Owner | Progress", "Win | | Mei | 40%", " | NPS | Jack | 20%")

    assert (found.objectives[0].owner, found.key_results[0].owner) == ("Mei", "Jack")
    assert left(found) == [(2, "40%", tables.OF_OBJECTIVE)]


def test_a_type_against_the_numbers_is_told() -> None:
    found = draft("Objective | Key result | Type | Start | Target", "Win | A | Increase | 9 | 4")

    assert [one.text for one in found.unread] == ["Increase"]
    assert found.key_results[0].fields == {"from": "9", "to": "4"}


def test_invisible_characters_do_not_stand_in_the_way() -> None:
    (only,) = draft("Objective | Key result", "Win\u202e | N\u0007PS\ufeff").key_results

    assert only.title == "NPS"
