"""Whose turn it is to be handled: one at a time, and in a rush what is said is stored before anything is answered."""

import asyncio
import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

RUSH = 4
"""So many who came while one was handled are a rush: a company that was asked all at once."""
QUIET_SECONDS = 0.01
"""It is over when nobody came for so long."""
LONGEST_REST = 0.05
"""Seconds between two that are handled while it lasts: who was first is not kept waiting until all have spoken."""


class Turns:
    """One turn at a time, first come, first served.

    Two at once would gain nothing: one processor composes them, and on PostgreSQL they would conflict and be tried
    again. Nor would they gain beside a rush: what is to be stored waits for them, and a platform waits for that.
    """

    def __init__(self) -> None:
        self._free = asyncio.Lock()
        self._came = 0
        """How many, since the last turn began."""
        self._came_at = self._ended_at = -math.inf

    def somebody_came(self) -> None:
        """Something more is to be stored."""
        self._came += 1
        self._came_at = _now()

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for it."""
        async with self._free:
            if self._came >= RUSH:
                await self._rest()
            self._came = 0
            try:
                yield
            finally:
                self._ended_at = _now()

    async def _rest(self) -> None:
        while (until := min(self._came_at + QUIET_SECONDS, self._ended_at + LONGEST_REST)) > (now := _now()):
            left = until - now
            await asyncio.sleep(left)


def _now() -> float:
    return asyncio.get_running_loop().time()
