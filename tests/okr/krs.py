"""Key results, readings and check-ins for the tests of the domain; the cycle is 1 Oct - 31 Dec 2026."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from bot.okr.model import (
    NOTHING_SAID,
    Anchors,
    CheckIn,
    CheckInKind,
    Current,
    KeyResult,
    KRType,
    Reading,
    Step,
)

START = date(2026, 10, 1)
DUE = date(2026, 12, 31)


def dec(text: str | int) -> Decimal:
    return Decimal(str(text))


def maybe(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def day(number: int) -> date:
    """The cycle's day: 0 is 1 October, 91 is 31 December."""
    return START + timedelta(days=number)


def at(on: date, hour: int = 10) -> datetime:
    return datetime.combine(on, time(hour), UTC)


def a_kr(kind: KRType = KRType.INCREASE, **changes: Any) -> KeyResult:
    """A KR of the cycle; numbers may be given as text."""
    for name in ("baseline", "target", "range_lo", "range_hi", "range_tol", "weight"):
        if isinstance(changes.get(name), str):
            changes[name] = Decimal(changes[name])
    defaults: dict[str, Any] = {
        "id": 2,
        "team_key": "GRO",
        "number": 2,
        "title": "Self-serve renewals",
        "short_title": "Renewals",
        "start": START,
        "due": DUE,
    }
    return KeyResult(type=kind, **(defaults | changes))


def moving(baseline: str, target: str, **changes: Any) -> KeyResult:
    """An increase or a decrease, by its two ends."""
    up = Decimal(target) > Decimal(baseline)
    return a_kr(KRType.INCREASE if up else KRType.DECREASE, baseline=baseline, target=target, **changes)


def anchored(baseline: str, a03: str, a07: str, a10: str, **changes: Any) -> KeyResult:
    up = Decimal(a10) > Decimal(baseline)
    anchors = Anchors(Decimal(a03), Decimal(a07), Decimal(a10))
    kind = KRType.INCREASE if up else KRType.DECREASE
    return a_kr(kind, baseline=baseline, target=a10, anchors=anchors, **changes)


def ranged(lo: str | None, hi: str | None, baseline: str | None = None, **changes: Any) -> KeyResult:
    return a_kr(KRType.RANGE, range_lo=maybe(lo), range_hi=maybe(hi), baseline=maybe(baseline), **changes)


def stepped(*weights: str, due: tuple[date, ...] = (), **changes: Any) -> KeyResult:
    """A milestone whose steps have these weights and, where given, due days."""
    steps = tuple(
        Step(number, f"Step {number}", Decimal(weight), due=due[number - 1] if due else None)
        for number, weight in enumerate(weights, start=1)
    )
    return a_kr(KRType.MILESTONE, steps=steps, **changes)


def binary(**changes: Any) -> KeyResult:
    return a_kr(KRType.MILESTONE, **changes)


def a_reading(value: str | Decimal, on: date, **changes: Any) -> Reading:
    return Reading(value=Decimal(value), at=changes.pop("at", at(on)), on=on, **changes)


def a_check_in(number: int, on: date, **changes: Any) -> CheckIn:
    """A check-in by Mei; figures may be given as text."""
    for name in ("value", "self_score", "confidence"):
        if isinstance(changes.get(name), str):
            changes[name] = Decimal(changes[name])
    defaults: dict[str, Any] = {"by_id": 1, "kr_id": 2, "at": at(on), "kind": CheckInKind.UPDATE}
    return CheckIn(id=number, on=on, **(defaults | changes))


def read_at(value: str, on: date, **changes: Any) -> Current:
    """What stands after one reading on `on` that was also the last update."""
    defaults: dict[str, Any] = {
        "value": Decimal(value),
        "measured_at": at(on),
        "measured_on": on,
        "updated_at": at(on),
        "updated_on": on,
    }
    return Current(**(defaults | changes))


def updated_on(on: date, **changes: Any) -> Current:
    return Current(updated_at=at(on), updated_on=on, **changes)


NOTHING = NOTHING_SAID
