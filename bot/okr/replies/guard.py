"""Keeps a defect of the reader from losing a reply (spec/05 §10.1)."""

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def attempt(work: Callable[[], T]) -> tuple[T | None, Exception | None]:
    """What the work gives, or the exception it died of. The one broad except of the house's domain."""
    try:
        return work(), None
    except Exception as defect:  # noqa: BLE001 - spec/05 §10.1: the reader never raises; the caller logs the defect
        return None, defect
