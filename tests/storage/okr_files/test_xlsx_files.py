"""XLSX workbooks: values as people see them, merged and hidden cells, and files that only look like one."""

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest

from storage.okr_files import xlsx_files
from storage.okr_files.schema import Problem
from storage.okr_files.table_headings import MOST_ROWS, NO_ROWS, TOO_MANY, no_heading
from storage.okr_files.tables import read_table
from storage.okr_files.xlsx_files import Workbook, read_xlsx

HEADING = ["Objective", "Key result", "Start", "Target", "Due"]


def workbook(fill: Callable[[Any], None], *, heading: bool = True) -> bytes:
    """A workbook with one sheet, `OKRs`, as `fill` makes it."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "OKRs"
    if heading:
        sheet.append(HEADING)
    fill(sheet)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read(data: bytes) -> Workbook:
    found = read_xlsx(data)
    assert not isinstance(found, Problem), found
    return found


def key_results(data: bytes) -> list[tuple[str, dict[str, str]]]:
    book = read(data)
    drafts = [read_table(one.rows, "okrs", one.heading).draft for one in book.sheets]
    return [(kr.title, dict(kr.fields)) for draft in drafts for kr in draft.key_results]


def problem(data: bytes) -> str:
    found = read_xlsx(data)
    assert isinstance(found, Problem)
    return found.sentence


def packed(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def test_values_are_read_as_people_see_them() -> None:
    def fill(sheet: Any) -> None:
        sheet.append(["Win", "Rate", 0.07, 0.31, date(2026, 12, 31)])
        sheet.append([None, "MRR", 30000, 60000.5, datetime(2026, 12, 31)])  # noqa: DTZ001 - a cell has no zone
        sheet.append([None, "Share", 0.1 + 0.2, 3.0, "31.12.2026"])
        for place, style in {"C2": "0%", "D2": "0.0%", "C3": '"$"#,##0', "D3": "[$$-409]#,##0.00"}.items():
            sheet[place].number_format = style

    due = {"due": "2026-12-31"}
    assert key_results(workbook(fill)) == [
        ("Rate", {"from": "7%", "to": "31%", **due}),
        ("MRR", {"from": "$30000", "to": "$60000.5", **due}),
        ("Share", {"from": "0.3", "to": "3", **due}),
    ]


def test_merged_cells_count_for_all_their_rows() -> None:
    def fill(sheet: Any) -> None:
        sheet.append(["Win", "A", 1, 2])
        sheet.append([None, "B", 1, 2])
        sheet.append([None, None, "and more"])
        sheet.append(["Grow", "C", 1, 2])
        sheet.merge_cells("A2:A4")
        sheet.merge_cells("B3:B4")

    (sheet,) = read(workbook(fill)).sheets
    draft = read_table(sheet.rows, "okrs", sheet.heading).draft

    assert [(one.title, [kr.title for kr in one.key_results]) for one in draft.objectives] == [
        ("Win", ["A", "B"]),
        ("Grow", ["C"]),
    ]
    assert [one.line for one in draft.unread] == [4]


def test_a_formula_counts_as_its_stored_value_and_is_told_where_it_has_none() -> None:
    data = workbook(lambda sheet: sheet.append(["Win", "NPS", "=1+1", 50]))
    told = read(data)

    assert [(one.line, one.text, one.why) for one in told.notes] == [(2, "OKRs!C2", xlsx_files.NO_VALUE)]
    assert key_results(data) == [("NPS", {"to": "50"})]

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = "xl/worksheets/sheet1.xml"
    parts[name] = parts[name].replace(b"<v />", b"<v>2</v>").replace(b"<v></v>", b"<v>2</v>")
    assert key_results(packed(parts)) == [("NPS", {"from": "2", "to": "50"})]
    assert read(packed(parts)).notes == ()


def test_hidden_rows_and_sheets_are_told_and_not_taken() -> None:
    def fill(sheet: Any) -> None:
        sheet.append(["Win", "A", 1, 2])
        sheet.append([None, "Secret", 1, 2])
        sheet.row_dimensions[3].hidden = True
        for title, state in (("Old", "hidden"), ("Notes", "visible")):
            other = sheet.parent.create_sheet(title)
            other.append(HEADING if state == "hidden" else ["hello"])
            other.append(["Win", "Older"])
            other.sheet_state = state

    data = workbook(fill)

    assert [title for title, _fields in key_results(data)] == ["A"]
    assert [(one.line, one.text, one.why) for one in read(data).notes] == [
        (3, "Secret · 1 · 2", xlsx_files.HIDDEN_ROW),
        (1, "Old", xlsx_files.HIDDEN_SHEET),
        (1, "Notes", xlsx_files.OTHER_SHEET),
    ]


def test_every_sheet_with_a_known_heading_is_read() -> None:
    def fill(sheet: Any) -> None:
        sheet.append(["Win", "A"])
        other = sheet.parent.create_sheet("中国")
        other.append(["公司目标表"])
        other.append(["目标", "关键结果", "目标值"])
        other.append(["成为首选", "复购率", "30%"])

    data = workbook(fill)

    assert key_results(data) == [("A", {}), ("复购率", {"to": "30%"})]
    assert [(one.name, one.heading.row.line) for one in read(data).sheets] == [("OKRs", 1), ("中国", 2)]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"Objective,Key result\nWin,NPS\n", xlsx_files.NOT_XLSX),
        (b"", xlsx_files.NOT_XLSX),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), xlsx_files.PROTECTED),
        (b"PK\x03\x04" + bytes(100), xlsx_files.DAMAGED),
        (packed({"hello.txt": b"hello"}), xlsx_files.NOT_XLSX),
        (packed({"[Content_Types].xml": b"<a/>", "xl/workbook.xml": b"<a/>"}), xlsx_files.DAMAGED),
        (packed({"[Content_Types].xml": b"<!DOCTYPE a><a/>", "xl/workbook.xml": b"<a/>"}), xlsx_files.DAMAGED),
        (
            packed({"[Content_Types].xml": b"<a/>", "xl/worksheets/sheet1.xml": bytes(xlsx_files.MOST_SHEET + 1)}),
            xlsx_files.TOO_LARGE,
        ),
        (
            packed({"[Content_Types].xml": b"<a/>", "xl/media/a.png": bytes(xlsx_files.MOST_UNPACKED + 1)}),
            xlsx_files.TOO_LARGE,
        ),
        (workbook(lambda sheet: None), NO_ROWS),
        (workbook(lambda sheet: None, heading=False), no_heading()),
        (workbook(lambda sheet: sheet.append(["a", "b"]), heading=False), no_heading()),
    ],
)
def test_what_is_no_workbook_of_okrs_is_said_in_one_sentence(data: bytes, sentence: str) -> None:
    assert problem(data) == sentence


def test_half_a_workbook_is_damaged() -> None:
    data = workbook(lambda sheet: sheet.append(["Win", "NPS"]))

    assert problem(data[: len(data) // 2]) == xlsx_files.DAMAGED


def test_too_many_rows_are_refused() -> None:
    def fill(sheet: Any) -> None:
        for number in range(MOST_ROWS + 1):
            sheet.append(["Win", f"Key {number}"])

    assert problem(workbook(fill)) == TOO_MANY


def test_a_value_far_below_does_not_make_the_sheet_endless() -> None:
    def fill(sheet: Any) -> None:
        sheet.append(["Win", "NPS"])
        sheet["A1000000"] = "far away"

    assert key_results(workbook(fill)) == [("NPS", {})]
