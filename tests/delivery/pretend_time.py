"""Real time that passes by itself when all wait for it, the database's clock along with it, and who waits in it."""

import asyncio
import heapq
import itertools
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlmodel import Session

from bot.clock import MovableClock
from bot.delivery.pacing import Pacer
from storage.session import Database
from tests.storage.databases import MORNING, new_url

P = ParamSpec("P")
R = TypeVar("R")

_QUIET = 25
"""Turns of the event loop without a word from the database, after which all who could go on have gone on."""


class PretendTime:
    """Seconds of one machine, and the database's clock, which goes as fast but may be set."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.set_by = timedelta()
        self._sleeping: list[tuple[float, int, asyncio.Future[None]]] = []
        self._numbers = itertools.count()

    def __call__(self) -> float:
        return self.seconds

    def now(self) -> datetime:
        """The database's clock."""
        return MORNING + self.set_by + timedelta(seconds=self.seconds)

    async def sleep(self, seconds: float) -> None:
        """Wait for pretend seconds."""
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleeping, (self.seconds + seconds, next(self._numbers), woken))
        await woken

    def wake_next(self, until: float) -> bool:
        """Pass on to the moment at which the next one wakes, if that is before `until`."""
        while self._sleeping and self._sleeping[0][2].done():
            heapq.heappop(self._sleeping)
        if not self._sleeping or self._sleeping[0][0] > until:
            self.seconds = max(self.seconds, until)
            return False
        at, _, woken = heapq.heappop(self._sleeping)
        self.seconds = max(self.seconds, at)
        woken.set_result(None)
        return True


class WatchedDatabase(Database):
    """A database that tells whether somebody waits for an answer of it."""

    asked = 0

    async def write_in_turn(self, work: Callable[Concatenate[Session, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        with self._asking():
            return await super().write_in_turn(work, *args, **kwargs)

    async def read(self, work: Callable[Concatenate[Session, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        with self._asking():
            return await super().read(work, *args, **kwargs)

    @contextmanager
    def _asking(self) -> Iterator[None]:
        self.asked += 1
        try:
            yield
        finally:
            self.asked -= 1


@dataclass
class World:
    """One database and any number of processes that share it, in pretend time."""

    folder: Path
    time: PretendTime = field(default_factory=PretendTime)
    db: WatchedDatabase = field(init=False)

    def __post_init__(self) -> None:
        self.db = WatchedDatabase(new_url(self.folder), MovableClock(MORNING), busy_seconds=0.2, real_clock=self.time)

    def pacer(self, rate: float) -> Pacer:
        """Another process, or the same one after a restart."""
        return Pacer(rate, self.time, self.time.sleep, self.db)

    async def run(self, *stories: Coroutine[Any, Any, Any], until: float = float("inf")) -> None:
        """Let pretend time pass until all stories have ended, or up to a moment, when what goes on is ended."""
        tasks = [asyncio.ensure_future(story) for story in stories]
        while not all(task.done() for task in tasks):
            await self._quiet()
            if all(task.done() for task in tasks) or not self.time.wake_next(until):
                break
        for task in tasks:
            task.cancel()
        for ended in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(ended, BaseException) and not isinstance(ended, asyncio.CancelledError):
                raise ended

    async def _quiet(self) -> None:
        """Until nobody can go on without time passing."""
        quiet = 0
        while quiet < _QUIET:
            await asyncio.sleep(0)
            quiet = 0 if self.db.asked else quiet + 1


def most_in(seconds: float, moments: list[float]) -> int:
    """How many of these moments at most lie within one stretch of so many seconds."""
    ordered = sorted(moments)
    most = first = 0
    for last, moment in enumerate(ordered):
        while moment - ordered[first] >= seconds:
            first += 1
        most = max(most, last - first + 1)
    return most


async def keep_asking(ask: Callable[[], Coroutine[Any, Any, None]], time: PretendTime, moments: list[float]) -> None:
    """Take turn after turn, and write down when."""
    while True:
        await ask()
        moments.append(time())
