"""A line of those who wait to write somewhere: one after another at a steady rate, and whoever is urgent first."""

import asyncio
import math
from collections import deque
from collections.abc import Awaitable, Callable

from bot.delivery.scopes import LATE, Real, Scope

Sleep = Callable[[float], Awaitable[None]]

SHARE = 0.98
"""Of what is permitted, so that what is late by a little is still not too much in any second."""
WINDOW = 0.25
"""Seconds' worth of turns that are taken from the database at once, where others take some, too. What one process does
not use of it is lost, and it hears of a pause so much later."""
LEAD = 0.1
"""Seconds before its turn at which one may begin with what a request needs first (the claim): else each would leave as
much later as its claim took, and too many of them in one second."""
SPARE = 0.004
"""Seconds by which a stretch is longer than it need be: the way to the platform does not take all just as long."""
CUT = 0.93
GROWTH = 0.01
LEAST = 0.1
"""After a pause: so much of the rate before, growing by so much of the permitted rate a second; never below so much."""


LONGEST_WORK = 1.0
"""Seconds after its moment at which a turn that was handed out ahead counts as not needed."""


class Speed:
    """How many a second: a little below what is permitted, less after a refusal, then slowly more again."""

    def __init__(self, permitted: float) -> None:
        self._most = SHARE * permitted
        self._after_cut = self._most
        self._grows_from = 0.0

    def at(self, now: float) -> float:
        """Turns a second, now."""
        return min(self._most, self._after_cut + GROWTH * self._most * max(0.0, now - self._grows_from))

    def cut(self, now: float, until: float) -> None:
        """It was too fast; it grows again when the pause is over."""
        self._after_cut = max(LEAST * self._most, CUT * self.at(now))
        self._grows_from = until


class Line:
    """Hands out the turns of one scope at their moments. `permitted` turns a second; 0: as many as are asked for."""

    def __init__(self, name: str, permitted: float, real: Real, sleep: Sleep) -> None:
        self.scope = Scope(name, real, self._slow_down)
        self._real = real
        self._sleep = sleep
        self._speed = Speed(permitted) if permitted > 0 else None
        self._turns: deque[float] = deque()
        """Moments that were taken and not yet handed out."""
        self._leaving: deque[float] = deque()
        """Moments that were handed out before their time, to requests that have not left."""
        self._left: deque[float] = deque(maxlen=max(1, int(permitted)))
        """When the last of them left: so many as may leave in one stretch."""
        self._stretch = (self._left.maxlen or 1) / permitted + SPARE if permitted > 0 else 0.0
        self._door = asyncio.Lock()
        """Held by the one that leaves next."""
        self._taking: asyncio.Task[None] | None = None
        self._waiting = self._urgent = 0
        self._behind = asyncio.Lock()
        """Held by the first of those who are not urgent: the others wait behind, in their order."""
        self._head = asyncio.Lock()
        """Held by whoever gets the next turn, unless somebody urgent comes."""

    async def turn(self, *, urgent: bool = False, ahead: bool = False) -> None:
        """Wait for a turn; who is urgent gets the very next one. Raises `StorageProblem`; cancelling takes none.

        `ahead`: up to `LEAD` before its time. The request must then wait for the rest, by `leave`.
        """
        self._waiting += 1
        lead = LEAD if ahead else 0.0
        try:
            if urgent:
                await self._urgent_turn(lead)
            else:
                await self._turn(lead)
        finally:
            self._waiting -= 1

    async def leave(self) -> None:
        """Wait for the moment of the first turn that was handed out ahead and not used yet.

        Turns are apart, but what one of them was held up by (a claim, a busy loop) brings it nearer to those behind
        it. So those that left are counted as well, and no stretch of a second ever holds more than is permitted.
        """
        async with self._door:
            while self._leaving and self._leaving[0] < self._real.monotonic() - LONGEST_WORK:
                self._leaving.popleft()
            moment = self._leaving.popleft() if self._leaving else -math.inf
            if len(self._left) == self._left.maxlen:
                moment = max(moment, self._left[0] + self._stretch)
            while (early := moment - self._real.monotonic()) > 0:
                await self._sleep(early)
            self._left.append(self._real.monotonic())

    @property
    def is_idle(self) -> bool:
        """Whether nothing here is worth remembering."""
        now = self._real.monotonic()
        return not self._waiting and self.scope.next_at < now and self.scope.paused_until < now

    async def _turn(self, lead: float) -> None:
        async with self._behind:
            while True:
                async with self._head:
                    await self._next_is_due(lead)
                    if not self._urgent:
                        self._hand_out(lead)
                        return

    async def _urgent_turn(self, lead: float) -> None:
        self._urgent += 1
        try:
            async with self._head:
                await self._next_is_due(lead)
                self._hand_out(lead)
        finally:
            self._urgent -= 1

    def _hand_out(self, lead: float) -> None:
        if self._turns:
            moment = self._turns.popleft()
            if lead:
                self._leaving.append(moment)

    async def _next_is_due(self, lead: float) -> None:
        """Return at the moment of the next turn. What is late by more than a little is not made up for."""
        await self.scope.get_to_know()
        while True:
            now = self._real.monotonic()
            if (held := self.scope.paused_until - now) > 0:
                self._turns.clear()
                await self._sleep(held)
                continue
            if self._speed is None:
                return
            while self._turns and self._turns[0] < now - LATE:
                self._turns.popleft()
            if not self._turns:
                await self._take(self._speed)
                # Whoever waited for just this one gets it, however late the answer was: nobody else has it.
                while len(self._turns) > 1 and self._turns[0] < self._real.monotonic() - LATE:
                    self._turns.popleft()
                if self._turns and self._turns[0] <= self._real.monotonic() and not self.scope.paused_for():
                    return
                continue
            early = self._turns[0] - lead - now
            if early <= 0:
                return
            self._take_ahead(self._speed)
            await self._sleep(early)

    # --- taking turns -----------------------------------------------------------------------------

    async def _take(self, speed: Speed) -> None:
        if not self._real.is_shared:
            self._turns.append(await self.scope.take(1, 1.0 / speed.at(self._real.monotonic())))
            return
        taking = self._taking or self._begin_to_take(speed)
        await asyncio.wait((taking,))  # somebody may be cancelled here, and others go on waiting for the same
        taking.result()

    def _take_ahead(self, speed: Speed) -> None:
        """Ask for more when half of what was taken is used: the database may take longer than a gap to answer."""
        few = int(WINDOW * speed.at(self._real.monotonic())) // 2
        if self._real.is_shared and self._taking is None and len(self._turns) <= few:
            self._begin_to_take(speed)

    def _begin_to_take(self, speed: Speed) -> asyncio.Task[None]:
        rate = speed.at(self._real.monotonic())
        self._taking = asyncio.create_task(self._take_some(max(1, int(WINDOW * rate)), 1.0 / rate))
        self._taking.add_done_callback(self._taken)
        return self._taking

    async def _take_some(self, count: int, gap: float) -> None:
        first = await self.scope.take(count, gap)
        self._turns.extend(first + number * gap for number in range(count))

    def _taken(self, taking: asyncio.Task[None]) -> None:
        self._taking = None
        if not taking.cancelled():
            taking.exception()  # looked at, so that asyncio does not complain; the next one who asks hears it anew

    # --- slower -----------------------------------------------------------------------------------

    def _slow_down(self) -> None:
        if self._speed is not None:
            self._speed.cut(self._real.monotonic(), self.scope.paused_until)
