"""When the next request may leave: one slot at a time per installation, and a shared pause when a platform asks."""

import asyncio
from collections.abc import Awaitable, Callable

from bot.clock import Monotonic

Sleep = Callable[[float], Awaitable[None]]


class Pacer:
    """Hands out slots `1/rate` seconds apart per installation, in real time; a pause holds all its slots back."""

    def __init__(self, rate: float, monotonic: Monotonic, sleep: Sleep = asyncio.sleep) -> None:
        self._gap = 1.0 / rate if rate > 0 else 0.0
        self._monotonic = monotonic
        self._sleep = sleep
        self._next: dict[int, float] = {}

    async def slot(self, installation_id: int) -> None:
        """Wait until this installation may send one more."""
        now = self._monotonic()
        at = max(now, self._next.get(installation_id, now))
        self._next[installation_id] = at + self._gap
        if at > now:
            await self._sleep(at - now)

    def pause(self, installation_id: int, seconds: float) -> None:
        """Hold everything of this installation back for `seconds`."""
        self._next[installation_id] = max(self._next.get(installation_id, 0.0), self._monotonic() + seconds)

    def paused_for(self, installation_id: int) -> float:
        """Seconds until the next slot; 0 if one is free now."""
        return max(0.0, self._next.get(installation_id, 0.0) - self._monotonic())
