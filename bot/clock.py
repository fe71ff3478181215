"""The one place that tells what time it is."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Business time: what is due, what week it is. The demo and the tests move it."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class MovableClock:
    """A clock that stands still until it is moved: for the demo, the playground and tests."""

    def __init__(self, start: datetime) -> None:
        self._now = _aware(start)

    def now(self) -> datetime:
        return self._now

    def move_to(self, moment: datetime) -> None:
        """Set the clock, forwards or backwards."""
        self._now = _aware(moment)


Monotonic = Callable[[], float]
"""Real seconds for leases, pacing and time-outs; never moved with the business clock."""

_REAL = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def real_seconds() -> float:
    """Real seconds that also pass while the machine sleeps, where the system counts them."""
    return time.clock_gettime(_REAL)


def wall_seconds() -> float:
    """Seconds by the machine's own clock: somebody may set it; one that was paused sets it right afterwards."""
    return time.time()


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("A clock needs a moment with a time zone.")
    return moment.astimezone(UTC)
