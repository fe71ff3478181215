"""What kind of file somebody gives, and what it says: an OKR file, an export, or a table or text to be drafted from."""

import csv
import io
import re
import zipfile
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import PurePath

from storage.okr_files import csv_files
from storage.okr_files.csv_files import read_csv
from storage.okr_files.drafting import draft_file
from storage.okr_files.drafting_frame import Frame, find_person
from storage.okr_files.drafts import Draft, DraftKeyResult, DraftObjective, Unread
from storage.okr_files.markdown_files import missed_key_results, read_markdown
from storage.okr_files.reading import read_okr_file
from storage.okr_files.reading_export import is_export_csv, read_export_csv
from storage.okr_files.schema import OkrFile, Problem
from storage.okr_files.tables import read_table

MOST_BYTES = 20 * 1024 * 1024
TOO_LARGE = "The file is larger than 20 MB; a list of OKRs holds text, and far less of it."
NOT_KNOWN = "This is no file that Okra reads; it reads .yaml, .json, .csv, .xlsx and .md (docs/import.md)."

_BY_SUFFIX = {
    **dict.fromkeys((".yaml", ".yml", ".json"), "okr_file"),
    **dict.fromkeys((".csv", ".tsv", ".tab"), "csv"),
    **dict.fromkeys((".xlsx", ".xlsm", ".xls", ".xltx"), "xlsx"),
    **dict.fromkeys((".md", ".markdown", ".mdown"), "markdown"),
}
_OKR_FILE = re.compile(
    rb"\s*(?:\xef\xbb\xbf)?\s*(?:\{|(?:#[^\n]*\n\s*)*(?:okra|workspace|people|teams|cycles|objectives)\s*:)"
)
_NAMED = re.compile(r"(.*\S)\s*<([^<>\s]+@[^<>\s]+)>")


class SourceKind(StrEnum):
    """How a file is written."""

    OKR_FILE = "okr_file"
    CSV = "csv"
    XLSX = "xlsx"
    MARKDOWN = "markdown"


@dataclass(frozen=True, slots=True)
class Found:
    """A draft, and how many objectives and key results its source holds, those that could not be drafted included."""

    draft: Draft
    objectives: int
    key_results: int
    exact: bool = False
    """The numbers in its `fields` have a decimal point, whatever sign stood in the source."""


def kind_of(data: bytes, name: str) -> SourceKind | None:
    """By the name's suffix, else by what the file holds; None where nobody could know."""
    suffix = PurePath(name).suffix.casefold()
    if suffix in _BY_SUFFIX:
        return SourceKind(_BY_SUFFIX[suffix])
    if data.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
        return SourceKind.XLSX
    if _OKR_FILE.match(data[:4096]):
        return SourceKind.OKR_FILE
    if not isinstance(read_csv(data), Problem):
        return SourceKind.CSV
    return SourceKind.MARKDOWN if suffix in ("", ".txt") and b"\x00" not in data else None


def read_source(data: bytes, name: str, *, comma_is_likely: bool = False) -> OkrFile | Found | list[Problem]:
    """An OKR file, as it is or from an export; of anything else a draft, which `with_frame` turns into one.

    `name` is what people call the file. Problems come by line, and nothing is used where there are any.
    `comma_is_likely` is for a CSV table whose numbers tell of neither decimal sign.
    """
    if len(data) > MOST_BYTES:
        return [Problem(1, "", TOO_LARGE)]
    match kind_of(data, name):
        case SourceKind.OKR_FILE:
            return read_okr_file(data, name)
        case SourceKind.CSV:
            return _csv(data, name, comma_is_likely=comma_is_likely)
        case SourceKind.XLSX:
            return _xlsx(data, name)
        case SourceKind.MARKDOWN:
            draft = read_markdown(data, name)
            return draft if isinstance(draft, list) else _found(draft, missed_key_results(draft))
    return [Problem(1, "", NOT_KNOWN)]


def unpacked_size(data: bytes) -> int:
    """How many bytes of text a workbook declares to hold; 0 for what is none."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return sum(one.file_size for one in archive.infolist() if one.filename.endswith(".xml"))
    except (zipfile.BadZipFile, OSError, ValueError):
        return 0


def with_frame(found: Found, frame: Frame) -> OkrFile | list[Problem]:
    """The OKR file that a draft means in a workspace."""
    return draft_file(_with_known_owners(found.draft, frame), frame)


def _csv(data: bytes, name: str, *, comma_is_likely: bool) -> OkrFile | Found | list[Problem]:
    decoded = csv_files.decode(data)
    if isinstance(decoded, Problem):
        return [decoded]
    text = decoded[0].removeprefix("\ufeff")
    if is_export_csv(next(csv.reader([text[:200].partition("\n")[0]]), [])):
        return read_export_csv(text, name)
    rows = read_csv(data)
    if isinstance(rows, Problem):
        return [rows]
    comma = rows.comma_is_likely or comma_is_likely
    table = read_table(rows.rows, name, rows.heading, comma_is_likely=comma)
    return replace(_found(_and(table.draft, rows.notes), table.missed), exact=True)


def _xlsx(data: bytes, name: str) -> Found | list[Problem]:
    from storage.okr_files.xlsx_files import read_xlsx

    book = read_xlsx(data)
    if isinstance(book, Problem):
        return [book]
    tables = [read_table(one.rows, name, one.heading) for one in book.sheets]
    objectives: tuple[DraftObjective, ...] = ()
    unread = book.notes
    for sheet, table in zip(book.sheets, tables, strict=True):
        objectives += table.draft.objectives
        # A line number alone says nothing where there are several sheets.
        place = f"{sheet.name}: " if len(book.sheets) > 1 else ""
        unread += tuple(replace(one, text=f"{place}{one.text}") for one in table.draft.unread)
    found = _found(_and(Draft(name, objectives), unread), sum(one.missed for one in tables))
    return replace(found, exact=True)


def _and(draft: Draft, unread: tuple[Unread, ...]) -> Draft:
    return replace(draft, unread=tuple(sorted((*unread, *draft.unread), key=lambda one: one.line)))


def _found(draft: Draft, missed: int = 0) -> Found:
    return Found(draft, len(draft.objectives), len(draft.key_results) + missed)


def _with_known_owners(draft: Draft, frame: Frame) -> Draft:
    """`Mei <mei@example.org>` names her twice: by whichever of the two she is known here."""

    def known(owner: str | None) -> str | None:
        named = _NAMED.fullmatch(owner) if owner else None
        if named is None:
            return owner
        found = find_person(frame.people, named[2]) or find_person(frame.people, named[1])
        return found.handle if found is not None else owner

    def kr(one: DraftKeyResult) -> DraftKeyResult:
        return replace(one, owner=known(one.owner))

    objectives = (
        replace(one, owner=known(one.owner), key_results=tuple(kr(each) for each in one.key_results))
        for one in draft.objectives
    )
    return replace(draft, objectives=tuple(objectives))
