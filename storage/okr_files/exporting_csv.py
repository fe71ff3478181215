"""An export as a sheet: one record a row, one column a key, nothing that a spreadsheet takes for a formula."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from enum import StrEnum

from storage.okr_files.exporting_values import Doc, Value
from storage.okr_files.scalars import plain

RECORD = "record"
FIRST = (
    *(RECORD, "team", "cycle", "objective", "key_result", "number", "title", "short_title", "at", "by", "field", "old"),
    *("new", "value", "self_score", "confidence", "status", "done", "steps_done", "note", "blocked", "blocker", "help"),
    *("text", "owner", "co_owners", "due", "state", "reason", "type", "from", "to", "anchors", "at_least", "at_most"),
    *("unit", "decimals", "weight", "committed", "start", "pace"),
)
"""The columns that people look for stand first, in this order; the others follow by name."""
LISTS = frozenset({"members", "viewers", "co_owners", "aliases", "anchors", "steps_done"})
"""Columns that hold several values, with `; ` between them."""
BETWEEN = "; "
RISKY = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "'")
NULL = "null"
SINGLE = {"next_steps": "next_step", "wins": "win", "health": "health", "agreements": "agreement"}
PLACES = {"people": "person", "teams": "team", "cycles": "cycle", **SINGLE}
"""Lists of the top level, and the record that each of their entries is."""


class Nothing(StrEnum):
    """What a cell says where there is nothing, and the file says so."""

    IS_THERE = NULL


_Row = dict[str, Value]


def to_csv(whole: Doc) -> bytes:
    """The sheet, UTF-8 with a byte order mark (spreadsheets look for it), lines as RFC 4180 wants them."""
    rows = list(_rows(whole))
    used = {key for row in rows for key in row}
    header = [*(key for key in FIRST if key in used), *sorted(used - set(FIRST))]
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([cell(row.get(key)) for key in header] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def cell(value: Value) -> str:
    """One value as a cell's text. A text that could be taken for a formula gets an apostrophe, as `null` does."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case int() | Decimal():
            return plain(Decimal(value))
        case Nothing():
            return NULL
        case str():
            return f"'{value}" if value.startswith(RISKY) or value == NULL else value
        case Mapping():
            raise TypeError("A cell holds no mapping.")
    return cell(BETWEEN.join(_in_list(one) for one in value))


def _in_list(value: Value) -> str:
    text = value if isinstance(value, str) else cell(value)
    return text.replace("\\", "\\\\").replace(";", "\\;")


def _rows(whole: Doc) -> Iterator[_Row]:
    workspace = whole["workspace"]
    if isinstance(workspace, Mapping):
        yield {RECORD: "workspace", "okra": whole["okra"], **workspace}
    for place in ("people", "teams", "cycles"):
        yield from _entries(whole, place)
    for objective in _list(whole.get("objectives")):
        yield from _objective(objective)
    for place in SINGLE:
        yield from _entries(whole, place)


def _entries(whole: Doc, place: str) -> Iterator[_Row]:
    for one in _list(whole.get(place)):
        yield {RECORD: PLACES[place], **one}


def _objective(objective: Mapping[str, Value]) -> Iterator[_Row]:
    place = {"team": objective["team"], "cycle": objective["cycle"]}
    number = {"objective": objective["number"]}
    own = {key: value for key, value in objective.items() if key not in ("number", "key_results", "changes")}
    yield {RECORD: "objective", **_told(own), **number}
    for change in _list(objective.get("changes")):
        yield {RECORD: "change", **place, **number, **change}
    for kr in _list(objective.get("key_results")):
        yield from _key_result(kr, place, number)


def _key_result(kr: Mapping[str, Value], place: _Row, objective: _Row) -> Iterator[_Row]:
    nested = ("steps", "checkpoints", "history", "changes")
    own = _told({key: value for key, value in kr.items() if key not in nested})
    label = {"key_result": f"{place['team']}-{kr['number']}"}
    yield {RECORD: "key_result", **place, **objective, **label, **own}
    for number, step in enumerate(_list(kr.get("steps")), 1):
        yield {RECORD: "step", **place, **label, "number": number, **step}
    for point in _list(kr.get("checkpoints")):
        yield {RECORD: "checkpoint", **place, **label, **point}
    for one in _list(kr.get("history")):
        yield {RECORD: "check_in" if "id" in one else "reading", **place, **label, **one}
    for change in _list(kr.get("changes")):
        yield {RECORD: "change", **place, **label, **change}


def _told(own: _Row) -> _Row:
    """A key that says that there is none is not the same as a key that is left out."""
    return {key: Nothing.IS_THERE if value is None else value for key, value in own.items()}


def _list(value: Value) -> list[Mapping[str, Value]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, Sequence) else []
