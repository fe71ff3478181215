"""When the next request may leave: a slot at a time, a budget a minute, and the pauses that platforms ask for."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence

from bot.clock import Monotonic

Sleep = Callable[[float], Awaitable[None]]


class Pacer:
    """Hands out slots `1/rate` seconds apart per installation, in real time; a pause holds all its slots back."""

    def __init__(self, rate: float, monotonic: Monotonic, sleep: Sleep = asyncio.sleep) -> None:
        self._gap = 1.0 / rate if rate > 0 else 0.0
        self._monotonic = monotonic
        self._sleep = sleep
        self._next: dict[int, float] = {}
        self._paused_until: dict[int, float] = {}

    async def slot(self, installation_id: int, channel: str | None = None) -> None:  # noqa: ARG002 - to come
        """Wait until this installation may send one more. A pause that begins meanwhile counts, too."""
        while True:
            now = self._monotonic()
            free = max(self._next.get(installation_id, now), self._paused_until.get(installation_id, now))
            at = max(now, free)
            self._next[installation_id] = at + self._gap
            if at > now:
                await self._sleep(at - now)
            if self._paused_until.get(installation_id, at) <= at:
                return

    async def pause(self, installation_id: int, seconds: float, channel: str | None = None) -> None:  # noqa: ARG002 - to come
        """Hold everything of this installation back for `seconds`; a longer pause that runs already stays."""
        until = self._monotonic() + seconds
        self._paused_until[installation_id] = max(self._paused_until.get(installation_id, until), until)

    async def look(self, installation_id: int) -> None:
        """Learn what other processes know of this installation's pause."""

    def paused_for(self, installation_id: int) -> float:
        """Seconds until the platform's pause is over; 0 if there is none. The usual gap is no pause."""
        return max(0.0, self._paused_until.get(installation_id, 0.0) - self._monotonic())


class Budget:
    """At most so many of something in any minute of real time, per installation; a pause holds all of it back."""

    def __init__(self, per_minute: int, monotonic: Monotonic) -> None:
        self._per_minute = per_minute
        self._monotonic = monotonic
        self._spent: dict[int, deque[float]] = {}
        self._paused_until: dict[int, float] = {}

    def paused(self, installation_id: int) -> bool:
        """Whether the platform asked for a pause that is not over."""
        return self._paused_until.get(installation_id, float("-inf")) > self._monotonic()

    def has_room(self, installation_id: int) -> bool:
        """Whether one more is within the minute."""
        spent = self._spent.get(installation_id, deque())
        while spent and self._monotonic() - spent[0] >= 60.0:
            spent.popleft()
        return len(spent) < self._per_minute

    async def spend(self, installation_id: int) -> None:
        """One was done now."""
        self._spent.setdefault(installation_id, deque()).append(self._monotonic())

    async def pause(self, installation_id: int, seconds: float) -> None:
        """Hold it back for `seconds`."""
        self._paused_until[installation_id] = self._monotonic() + seconds


class Rests:
    """How long to leave something alone after it went wrong: a little longer each time, in real time."""

    def __init__(self, monotonic: Monotonic, waits: Sequence[float]) -> None:
        self._monotonic = monotonic
        self._waits = waits
        self._tries: dict[int, int] = {}
        self._until: dict[int, float] = {}

    def went_wrong(self, key: int) -> int:
        """Leave `key` alone for the next of the waits (the last one repeats). Returns how often it went wrong."""
        tries = self._tries.get(key, 0) + 1
        self._tries[key] = tries
        self._until[key] = self._monotonic() + self._waits[min(tries, len(self._waits)) - 1]
        return tries

    def rest(self, key: int, seconds: float) -> None:
        """Leave `key` alone for as long as the platform said; that is no try that went wrong."""
        self._until[key] = self._monotonic() + seconds

    def resting(self, key: int) -> bool:
        """Whether `key` is to be left alone for now."""
        return self._until.get(key, float("-inf")) > self._monotonic()

    def forget(self, key: int) -> None:
        """It ended, well or not: begin anew if it ever comes again."""
        self._tries.pop(key, None)
        self._until.pop(key, None)
