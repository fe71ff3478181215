"""Reads the rows of a CSV file, whatever its delimiter, encoding and line ends are."""

import csv
import io
import re
from dataclasses import dataclass

from storage.okr_files.drafts import Unread
from storage.okr_files.schema import Problem
from storage.okr_files.table_headings import MOST_ROWS, NO_ROWS, TOO_MANY, Heading, Row, find_heading, no_heading

DELIMITERS = ",;\t|"
LONGEST_CELL = 100_000
PEEK = 65_536
MOST_PEEKED = 60

NOT_TEXT = "This is not a text file; save the table as CSV, or import the spreadsheet itself (.xlsx)."
EMPTY = "The file is empty."
AS_WINDOWS = (
    "The file is not UTF-8; it was read as Windows-1252. Look whether its accents are right, else save it as UTF-8."
)
TOO_LONG = (
    f"A cell that ends here has more than {LONGEST_CELL:,} characters; perhaps a quote is opened and never closed."
)

_SEPARATOR = re.compile(r'"?sep=([,;|\t])"?\r?\n?', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class CsvRows:
    """The rows with their line numbers, the heading among them, and what is worth knowing about the file."""

    rows: tuple[Row, ...]
    heading: Heading
    comma_is_likely: bool
    """True where cells are divided by semicolons, as where a comma is the decimal sign."""
    notes: tuple[Unread, ...] = ()


def read_csv(data: bytes) -> CsvRows | Problem:
    """All rows as text. Nothing is executed: a cell that begins with `=` is a text like any other."""
    decoded = decode(data)
    if isinstance(decoded, Problem):
        return decoded
    text, notes = decoded
    first_line = 1
    delimiters = DELIMITERS
    if told := _SEPARATOR.match(text):
        delimiters, text, first_line = told[1], text[told.end() :], 2
    best: tuple[Heading, str] | None = None
    for delimiter in delimiters:
        peeked = _rows(text[:PEEK], delimiter, first_line, MOST_PEEKED)
        heading = find_heading(peeked) if isinstance(peeked, tuple) else None
        if heading is not None and (best is None or len(heading.columns) > len(best[0].columns)):
            best = heading, delimiter
    if best is None:
        return Problem(first_line, "", no_heading())
    rows = _rows(text, best[1], first_line, None)
    if isinstance(rows, Problem):
        return rows
    heading = find_heading(rows)
    if heading is None:
        return Problem(first_line, "", no_heading())
    if not any(cell.strip() for row in rows[heading.index + 1 :] for cell in row.cells):
        return Problem(heading.row.line, "", NO_ROWS)
    return CsvRows(rows, heading, best[1] == ";", notes)


def decode(data: bytes) -> tuple[str, tuple[Unread, ...]] | Problem:
    """The text of a file: UTF-8, UTF-16 with its mark, else Windows-1252 with a note that says so."""
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig")):
        if data.startswith(mark):
            try:
                text = data.decode(encoding)
            except UnicodeDecodeError:
                return Problem(1, "", NOT_TEXT)
            return _unless_odd(text, ())
    if b"\x00" in data:
        return Problem(1, "", NOT_TEXT)
    try:
        return _unless_odd(data.decode("utf-8"), ())
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        begin, end = data.rfind(b"\n", 0, error.start) + 1, data.find(b"\n", error.start)
        shown = data[begin : end if end >= 0 else None][:100].decode("cp1252", "replace").strip()
        try:
            return _unless_odd(data.decode("cp1252"), (Unread(line, shown, AS_WINDOWS),))
        except UnicodeDecodeError:
            return Problem(line, "", "This line is neither UTF-8 nor Windows-1252; save the file as UTF-8.")


def _unless_odd(text: str, notes: tuple[Unread, ...]) -> tuple[str, tuple[Unread, ...]] | Problem:
    if "\x00" in text:
        return Problem(1, "", NOT_TEXT)
    return (text, notes) if text.strip("\ufeff \t\r\n,;") else Problem(1, "", EMPTY)


def _rows(text: str, delimiter: str, first_line: int, most: int | None) -> tuple[Row, ...] | Problem:
    """The rows that hold something, each with the line on which it begins; the first `most` of them."""
    rows: list[Row] = []
    before = csv.field_size_limit(LONGEST_CELL)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        line = first_line
        try:
            for cells in reader:
                if any(cells):
                    rows.append(Row(line, tuple(cells)))
                line = first_line + reader.line_num
                if most is not None and len(rows) >= most:
                    break
                if len(rows) > MOST_ROWS:
                    return Problem(line, "", TOO_MANY)
        except csv.Error:
            return tuple(rows) if most is not None else Problem(first_line + reader.line_num - 1, "", TOO_LONG)
    finally:
        csv.field_size_limit(before)
    return tuple(rows)
