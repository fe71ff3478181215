"""Reads the rows of an XLSX workbook: cached values only, nothing computed, nothing outside the file."""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any
from xml.etree import ElementTree

import openpyxl
from openpyxl.utils import range_boundaries
from openpyxl.utils.exceptions import InvalidFileException

from storage.okr_files.drafts import Unread
from storage.okr_files.scalars import plain
from storage.okr_files.schema import Problem
from storage.okr_files.table_headings import (
    HEADING_WITHIN,
    MOST_COLUMNS,
    MOST_ROWS,
    NO_ROWS,
    TOO_MANY,
    Heading,
    Row,
    find_heading,
    no_heading,
)

MOST_UNPACKED = 100 * 1024 * 1024
MOST_SHEET = 40 * 1024 * 1024
MOST_PARTS = 2_000
MOST_EMPTY = 2_000
"""Empty rows one after the other; a sheet is over where so many follow."""

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"

NOT_XLSX = "This is not a workbook, although it is named so. If it is a table in plain text, name it .csv."
PROTECTED = (
    "The workbook is protected by a password, or is of the old .xls kind; take the password off, or save it as .xlsx."
)
DAMAGED = "The workbook is damaged; open it in your spreadsheet program and save it again."
TOO_LARGE = "Unpacked, the workbook is larger than a list of OKRs ever is; save only the sheet that holds them."
NO_VALUE = "A formula without a stored value; open the file in your spreadsheet program and save it again."
HIDDEN_ROW = "This row is hidden in the sheet, so it is not taken over; show it if it belongs to the OKRs."
HIDDEN_SHEET = "This sheet is hidden, so it is not taken over; show it if it belongs to the OKRs."
OTHER_SHEET = "No row of this sheet names the columns that are needed, so it is not taken over."


_NOT_WHOLE = (
    *(zipfile.BadZipFile, ElementTree.ParseError, OSError, EOFError, KeyError, IndexError),
    *(ValueError, TypeError, AttributeError),
)
"""A workbook is many files that speak of each other; where they do not fit together the library raises these."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet whose heading was recognised."""

    name: str
    rows: tuple[Row, ...]
    heading: Heading


@dataclass(frozen=True, slots=True)
class Workbook:
    """All sheets with OKRs, and what is worth knowing about the rest."""

    sheets: tuple[Sheet, ...]
    notes: tuple[Unread, ...] = ()


@dataclass(slots=True)
class _Layout:
    """What a streamed sheet does not tell with its cells."""

    merged: list[tuple[int, int, int]] = field(default_factory=list)
    """First row, last row, first column; counted from 1."""
    hidden: set[int] = field(default_factory=set)
    formulas: set[str] = field(default_factory=set)
    """The places of formulas without a stored value."""


def read_xlsx(data: bytes) -> Workbook | Problem:
    """Every sheet with a known heading. Formulas count as the values that were stored with them."""
    wrong = _unsafe(data)
    if wrong is not None:
        return Problem(1, "", wrong)
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    except (InvalidFileException, *_NOT_WHOLE):
        return Problem(1, "", DAMAGED)
    try:
        return _sheets(book, data)
    except _NOT_WHOLE:
        return Problem(1, "", DAMAGED)
    finally:
        book.close()


def _unsafe(data: bytes) -> str | None:
    """Why the file must not be unpacked; None where it may. Looks at what the archive declares, unpacks nothing."""
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        return PROTECTED
    if not data.startswith(b"PK"):
        return NOT_XLSX
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if any(one.flag_bits & 1 for one in parts):
                return PROTECTED
            names = {one.filename for one in parts}
            if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
                return NOT_XLSX
            if len(parts) > MOST_PARTS or sum(one.file_size for one in parts) > MOST_UNPACKED:
                return TOO_LARGE
            for one in parts:
                if one.filename.startswith("xl/worksheets/") and one.file_size > MOST_SHEET:
                    return TOO_LARGE
                if one.filename.endswith((".xml", ".rels")):
                    with archive.open(one) as part:
                        if b"<!DOCTYPE" in part.read(1024):
                            return DAMAGED
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, EOFError):
        return DAMAGED
    return None


def _sheets(book: Any, data: bytes) -> Workbook | Problem:
    sheets: list[Sheet] = []
    notes: list[Unread] = []
    below_nothing = False
    for worksheet in book.worksheets:
        peeked = list(_rows(worksheet, most=HEADING_WITHIN * 2))
        if not peeked:
            continue
        if find_heading(peeked) is None:
            notes.append(Unread(peeked[0].line, worksheet.title, OTHER_SHEET))
            continue
        if worksheet.sheet_state != "visible":
            notes.append(Unread(peeked[0].line, worksheet.title, HIDDEN_SHEET))
            continue
        rows = list(_rows(worksheet, most=MOST_ROWS + 1))
        if len(rows) > MOST_ROWS:
            return Problem(rows[-1].line, worksheet.title, TOO_MANY)
        layout = _layout(data, worksheet)
        shown = _merged(rows, layout)
        heading = find_heading(shown)
        if heading is None:
            notes.append(Unread(rows[0].line, worksheet.title, OTHER_SHEET))
            continue
        notes += _without_value(layout, worksheet.title)
        kept = []
        for row in shown:
            if row.line in layout.hidden and row.line > heading.row.line:
                notes.append(Unread(row.line, " · ".join(one for one in row.cells if one)[:200], HIDDEN_ROW))
            else:
                kept.append(row)
        again = find_heading(kept)
        if again is None or again.index == len(kept) - 1:
            below_nothing = True
            continue
        sheets.append(Sheet(worksheet.title, tuple(kept), again))
    if not sheets:
        return Problem(1, "", NO_ROWS if below_nothing else no_heading())
    return Workbook(tuple(sheets), tuple(notes))


def _rows(worksheet: Any, most: int) -> Iterator[Row]:
    """The rows that hold something, as text; an end to sheets that claim a million empty ones."""
    empty = found = 0
    worksheet.reset_dimensions()
    for cells in worksheet.iter_rows(max_col=MOST_COLUMNS):
        texts, line = [], 0
        for cell in cells:
            line = line or getattr(cell, "row", 0) or 0
            texts.append(_text(cell))
        while texts and not texts[-1]:
            texts.pop()
        if not texts:
            empty += 1
            if empty > MOST_EMPTY:
                return
            continue
        empty = 0
        found += 1
        yield Row(line, tuple(texts))
        if found >= most:
            return


def _text(cell: Any) -> str:
    """A value as people see it: `31%`, `$46000`, `2026-12-31`."""
    value, style = cell.value, str(getattr(cell, "number_format", "") or "")
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case int() | float():
            return _number(Decimal(repr(value)), style)
        case datetime():
            return value.date().isoformat() if value.time() == time(0) else f"{value:%Y-%m-%d %H:%M}"
        case date():
            return value.isoformat()
        case time() | timedelta():
            return str(value)
    return str(value)


def _number(value: Decimal, style: str) -> str:
    if not value.is_finite():
        return ""
    bare = re.sub(r'"[^"]*"|\\.', "", style)
    if "%" in bare:
        return f"{plain(round(value * 100, 8))}%"
    sign = re.search(r"[$€£¥￥]", re.sub(r"\[\$([^\]-]*)[^\]]*\]", r"\1", style.replace('"', "")))
    # A number that was computed ends in 0.30000000000000004; nobody wrote more than twelve digits.
    text = plain(Decimal(f"{value:.12g}")) if value else "0"
    return f"{sign[0].replace('￥', '¥')}{text}" if sign else text


def _layout(data: bytes, worksheet: Any) -> _Layout:
    """Merged cells, hidden rows, and formulas without a stored value, from one walk through the sheet."""
    found = _Layout()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open(worksheet._worksheet_path) as part:
        # The archive's declared sizes bound what is read, and a document type was refused before.
        for _event, element in ElementTree.iterparse(part):  # noqa: S314 - see the line above
            name = element.tag.removeprefix(_MAIN).removeprefix(_STRICT)
            if name == "c":
                values = {child.tag.rpartition("}")[2]: child.text for child in element}
                if "f" in values and not values.get("v") and element.get("t") != "str":
                    found.formulas.add(element.get("r", ""))
                element.clear()
            elif name == "row":
                if element.get("hidden") in ("1", "true"):
                    found.hidden.add(int(element.get("r", "0")))
                element.clear()
            elif name == "mergeCell" and len(found.merged) < MOST_ROWS:
                left, top, _right, bottom = range_boundaries(element.get("ref", "A1:A1"))
                if left is not None and top is not None and bottom is not None and bottom > top:
                    found.merged.append((top, min(bottom, top + MOST_ROWS), left))
    return found


def _merged(rows: list[Row], layout: _Layout) -> list[Row]:
    """The rows with what merged cells further up say of them, too."""
    by_line = {row.line: row for row in rows}
    for first, last, column in layout.merged:
        above = by_line.get(first)
        text = above.cells[column - 1] if above is not None and column <= len(above.cells) else ""
        if not text:
            continue
        for line in range(first + 1, last + 1):
            row = by_line.get(line)
            if row is None:
                continue
            cells = [*row.cells, *[""] * (column - len(row.cells))]
            if not cells[column - 1]:
                cells[column - 1] = text
                by_line[line] = Row(line, tuple(cells), row.merged | {column - 1})
    return [by_line[row.line] for row in rows]


def _without_value(layout: _Layout, sheet: str) -> Iterator[Unread]:
    places = [(int(re.sub(r"\D", "", place) or "0"), place) for place in islice(layout.formulas, MOST_ROWS)]
    for line, place in sorted(places):
        yield Unread(line, f"{sheet}!{place}", NO_VALUE)
