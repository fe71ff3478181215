"""The parts of an activity, which may be anything at all; what is not there or of another kind is empty."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

_FIRST_YEAR = 2016
"""Nothing was said in Teams before."""


def part(whole: object, name: str) -> Mapping[str, Any]:
    """An object in another."""
    found = whole.get(name) if isinstance(whole, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def text(whole: Mapping[str, Any], name: str) -> str:
    """A text in an object, as it stands there."""
    found = whole.get(name)
    return found if isinstance(found, str) else ""


def instant(value: object) -> datetime | None:
    """Teams' timestamp; one without a zone is UTC. None for one that cannot be."""
    if not isinstance(value, str):
        return None
    try:
        at = datetime.fromisoformat(value)
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return at if at.year >= _FIRST_YEAR else None
