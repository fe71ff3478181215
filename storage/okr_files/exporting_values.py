"""The values of an export, and their texts: JSON that is also YAML, exact numbers, moments in UTC."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import StrEnum

from storage.okr_files.scalars import Unreadable, plain, tidy

Value = None | bool | int | Decimal | str | Sequence["Value"] | Mapping[str, "Value"]
Doc = dict[str, Value]
"""Keys of docs/okr-file.md and what stands behind them."""
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
STEP = "  "


def moment(at: datetime) -> str:
    """`2026-11-05T10:08:00Z`, with fractions of a second where there are any."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def clock(at: time) -> str:
    """`09:30`."""
    return f"{at:%H:%M}"


def weekdays(numbers: Sequence[int]) -> list[Value]:
    """`[mon, tue]`."""
    return [WEEKDAYS[one] for one in numbers]


def doc(**values: object) -> Doc:
    """A mapping of what is there: None and what is empty are left out. A trailing `_` is for words of Python."""
    found: Doc = {}
    for key, value in values.items():
        read = value_of(value)
        if read is not None and read != "" and read != [] and read != {}:
            found[key.removesuffix("_")] = read
    return found


def value_of(value: object) -> Value:
    """A column's value as a file writes it."""
    match value:
        case None | bool() | int() | Decimal():
            return value
        case StrEnum():
            return value.value
        case datetime():
            return moment(value)
        case date():
            return value.isoformat()
        case time():
            return clock(value)
        case str():
            return tidy(value)
        case list() | tuple():
            return [one for one in map(value_of, value) if one != ""]
        case dict():
            return value
    raise TypeError(f"An export has no way to write {type(value).__name__}.")


def unless(value: object, usual: object) -> object:
    """The value, or None where it is the one that counts when a file says nothing."""
    return None if value == usual else value


def if_readable(text: str | None, read: object) -> str | None:
    """A text that an import would take; what came from elsewhere (a platform's zone, an odd e-mail) may not be."""
    if text is None or not callable(read):
        return None
    try:
        read(text)
    except Unreadable:
        return None
    return text


def to_json(value: Value, indent: str = "") -> str:
    """JSON with one entry a line, so that people can read it and a problem has a line; numbers are exact."""
    if isinstance(value, Mapping) and not _is_flat(value):
        inner = indent + STEP
        pairs = (f"{inner}{json.dumps(key, ensure_ascii=False)}: {to_json(one, inner)}" for key, one in value.items())
        return "{\n" + ",\n".join(pairs) + f"\n{indent}}}"
    if isinstance(value, Sequence) and not isinstance(value, str) and not _is_flat(value):
        inner = indent + STEP
        return "[\n" + ",\n".join(f"{inner}{to_json(one, inner)}" for one in value) + f"\n{indent}]"
    return _on_one_line(value)


def _is_flat(value: Value) -> bool:
    """A list of plain values, or a mapping of plain values and such lists."""
    if isinstance(value, Mapping):
        return all(not isinstance(one, Mapping) and _is_flat(one) for one in value.values())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return all(isinstance(one, str) or not isinstance(one, Mapping | Sequence) for one in value)
    return True


def _on_one_line(value: Value) -> str:
    match value:
        case Decimal():
            return plain(value)
        case str() | bool() | int() | None:
            return json.dumps(value, ensure_ascii=False)
        case Mapping():
            pairs = (f"{json.dumps(key, ensure_ascii=False)}: {_on_one_line(one)}" for key, one in value.items())
            return "{" + ", ".join(pairs) + "}"
    return "[" + ", ".join(map(_on_one_line, value)) + "]"
