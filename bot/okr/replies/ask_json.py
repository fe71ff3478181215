"""Writes the facts of a question, and what it keeps, as JSON, and reads them back."""

from collections.abc import Mapping
from dataclasses import fields
from decimal import Decimal
from typing import TYPE_CHECKING, TypeVar

from bot.okr.model import Band

if TYPE_CHECKING:
    from bot.okr.replies.types import AskFacts, Segment

T = TypeVar("T", "AskFacts", "Segment")
Json = Mapping[str, object]
_DECIMALS = frozenset(
    [
        "v",
        "last",
        "p",
        "a",
        "b",
        "c",
        "d",
        "sum",
        "target",
        "baseline",
        "pct",
        "score",
        "value",
        "self_score",
        "confidence",
        "baseline_set",
        "computed_from_percent",
    ]
)
_LISTS = frozenset(("labels", "items", "clash"))


def to_json(record: T, empty: T) -> dict[str, object]:
    """The fields that are said, as JSON can hold them: numbers as text, what is empty left out."""
    stored: dict[str, object] = {}
    for part in fields(record):
        value = getattr(record, part.name)
        if value == getattr(empty, part.name) or part.name == "ask":
            continue
        if isinstance(value, Decimal):
            stored[part.name] = str(value)
        elif isinstance(value, tuple):
            stored[part.name] = [str(item) for item in value]
        elif isinstance(value, Band):
            stored[part.name] = value.value
        else:
            stored[part.name] = value
    return stored


def from_json(stored: Json, known: frozenset[str]) -> dict[str, object]:
    """The fields that `to_json` wrote. Raises ValueError on a name that is not among those known."""
    read: dict[str, object] = {}
    for name, value in stored.items():
        if name not in known:
            raise ValueError(f"a stored question has no fact named {name}")
        if name in _DECIMALS:
            read[name] = Decimal(str(value))
        elif name == "numbers" and isinstance(value, list):
            read[name] = tuple(Decimal(str(item)) for item in value)
        elif name in _LISTS and isinstance(value, list):
            read[name] = tuple(str(item) for item in value)
        elif name == "status":
            read[name] = Band(str(value))
        else:
            read[name] = value
    return read
