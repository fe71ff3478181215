"""Reads an export's sheet (CSV) back: rows become the tree that an OKR file is, each with its line in the sheet."""

import csv
import io
from collections.abc import Sequence as Many

from storage.okr_files.exporting_csv import LISTS, NULL, PLACES, RECORD
from storage.okr_files.scalars import did_you_mean
from storage.okr_files.schema import OkrFile, Problem
from storage.okr_files.tree import Mapping, Node, Pair, Report, Scalar, Sequence

LIST_FIELDS = frozenset({"alias"})
"""Fields whose changes hold lists."""
CHANGED = ("old", "new")
NESTED = {"step": "steps", "checkpoint": "checkpoints", "reading": "history", "check_in": "history"}
"""What belongs to a key result, and the list it stands in there."""
RECORDS = ("workspace", "objective", "key_result", "change", *PLACES.values(), *NESTED)
_LISTS_OF = {record: place for place, record in PLACES.items()}


def is_export_csv(header: list[str]) -> bool:
    """True where the first row of a sheet is that of an export: its first column is `record`."""
    return bool(header) and header[0].removeprefix("\ufeff").strip().casefold() == RECORD


def read_export_csv(text: str, name: str) -> OkrFile | list[Problem]:
    """Read a whole sheet, or say of every line that cannot be read why. `name` is what people call it."""
    from storage.okr_files.reading import file_of_tree  # it calls this one

    report = Report()
    root = _tree(text, report)
    if root is None or report.found:
        return report.sorted()
    return file_of_tree(root, report, name)


class _Entry:
    """A mapping that is still being filled."""

    def __init__(self, line: int, pairs: Many[Pair] = ()) -> None:
        self.line = line
        self.pairs = list(pairs)
        self.lists: dict[str, list[_Entry]] = {}

    def node(self) -> Mapping:
        nested = (
            Pair(Scalar(key, self.line), Sequence(tuple(one.node() for one in entries), self.line))
            for key, entries in self.lists.items()
        )
        return Mapping((*self.pairs, *nested), self.line)

    def add(self, key: str, entry: "_Entry") -> None:
        self.lists.setdefault(key, []).append(entry)


class _Row:
    """One row by its columns; blank cells are not there."""

    def __init__(self, line: int, cells: dict[str, str]) -> None:
        self.line = line
        self.cells = cells
        self.record = cells.pop(RECORD, "").strip().casefold()

    def take(self, *columns: str) -> tuple[str, ...]:
        """What stands in these columns, which are used up by it."""
        return tuple(_unescaped(self.cells.pop(one, "")) for one in columns)

    def entry(self) -> _Entry:
        """The columns that are left, as keys."""
        lists = LISTS.union(CHANGED) if self.cells.get("field", "") in LIST_FIELDS else LISTS
        return _Entry(
            self.line,
            [
                Pair(Scalar(key, self.line), _node(value, self.line, as_list=key in lists))
                for key, value in self.cells.items()
            ],
        )


def _tree(text: str, report: Report) -> Mapping | None:
    rows = _rows(text, report)
    root = _Entry(1)
    objectives: dict[tuple[str, ...], _Entry] = {}
    krs: dict[tuple[str, ...], _Entry] = {}
    changes: list[tuple[_Entry, _Entry]] = []
    for row in rows:
        if row.record not in RECORDS:
            hint = did_you_mean(row.record, RECORDS)
            report.add(row.line, RECORD, f"'{row.record[:40]}' is not a record of an export{hint}")
    if report.found:
        return None
    for row in rows:
        if row.record == "workspace":
            (version,) = row.take("okra")
            if version:
                root.pairs.append(Pair(Scalar("okra", row.line), Scalar(version, row.line)))
            root.pairs.append(Pair(Scalar("workspace", row.line), row.entry().node()))
        elif row.record == "objective":
            team, cycle, number = row.take("team", "cycle", "objective")
            place = {"team": team, "cycle": cycle, "number": number}
            entry = objectives[team, cycle, number] = row.entry()
            entry.pairs[:0] = [Pair(Scalar(key, row.line), Scalar(value, row.line)) for key, value in place.items()]
            root.add("objectives", entry)
        elif row.record in _LISTS_OF:
            root.add(_LISTS_OF[row.record], row.entry())
    for row in rows:
        if row.record == "key_result":
            team, cycle, number, label = row.take("team", "cycle", "objective", "key_result")
            above = objectives.get((team, cycle, number))
            if above is None:
                report.add(row.line, "objective", f"There is no objective {number} of {team} in {cycle} in this sheet.")
                continue
            entry = krs[team, cycle, label] = row.entry()
            above.add("key_results", entry)
    for row in sorted(rows, key=_step_order):
        if row.record in NESTED or row.record == "change":
            changes += _nested(row, objectives, krs, report)
    for above, entry in changes:
        above.add("changes", entry)
    return root.node()


def _nested(
    row: _Row, objectives: dict[tuple[str, ...], _Entry], krs: dict[tuple[str, ...], _Entry], report: Report
) -> list[tuple[_Entry, _Entry]]:
    """Put what belongs to a key result there; a change of either is returned, because it stands last."""
    team, cycle, number, label = row.take("team", "cycle", "objective", "key_result")
    above = krs.get((team, cycle, label)) if label else objectives.get((team, cycle, number))
    if above is None:
        what = f"key result {label}" if label else f"objective {number} of {team}"
        report.add(row.line, "key_result", f"There is no {what} in {cycle} in this sheet.")
        return []
    if row.record == "change":
        return [(above, row.entry())]
    if row.record == "step":
        row.take("number")  # the order says it
    above.add(NESTED[row.record], row.entry())
    return []


def _step_order(row: _Row) -> tuple[int, int]:
    """Steps by their number, everything else as it stands: a sheet may have been sorted."""
    number = row.cells.get("number", "") if row.record == "step" else ""
    return (int(number) if number.isascii() and number.isdigit() else 0, row.line)


def _rows(text: str, report: Report) -> list[_Row]:
    body = text.removeprefix("\ufeff")
    first = body.partition("\n")[0]
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=";" if first.count(";") > first.count(",") else ",")
    found: list[_Row] = []
    try:
        header = [one.strip().casefold() for one in next(reader, [])]
        if len(set(header)) < len(header):
            report.add(1, "", "Two columns have the same name; keep one.")
        line = reader.line_num + 1
        for cells in reader:
            if len(cells) > len(header) and any(cells[len(header) :]):
                report.add(line, "", f"This row has {len(cells)} cells, and the first has {len(header)}.")
            filled = {key: value for key, value in zip(header, cells, strict=False) if value.strip() and key}
            if filled:
                found.append(_Row(line, filled))
            line = reader.line_num + 1
    except csv.Error:
        report.add(reader.line_num, "", "This line is not CSV that can be read; check that quotes are closed.")
    return found


def _node(text: str, line: int, *, as_list: bool) -> Node:
    if text == NULL:
        return Scalar(NULL, line)
    if not as_list:
        return Scalar(_unescaped(text), line, quoted=True)
    return Sequence(tuple(Scalar(one, line, quoted=True) for one in _parts(_unescaped(text))), line)


def _parts(text: str) -> list[str]:
    """The values of a list: between them stands a semicolon that no backslash belongs to."""
    parts, word, escaped = [], "", False
    for sign in text:
        if escaped or sign not in "\\;":
            word, escaped = word + sign, False
        elif sign == "\\":
            escaped = True
        else:
            parts.append(word.strip())
            word = ""
    return [*parts, word.strip()]


def _unescaped(text: str) -> str:
    return text.removeprefix("'")
