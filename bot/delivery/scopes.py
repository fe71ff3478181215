"""What this process knows of one scope: which turns are its own, and until when nothing may leave.

A scope is a workspace, one of its channels, or its pages. Where several processes send (PostgreSQL), turns are taken
from a row that all of them share; on SQLite one process sends, and counts by itself. Pauses are written down on both,
so that they outlast a restart. All moments are this process's own monotonic seconds: what the database says is
translated once, when it answers.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from sqlmodel import Session

from bot.clock import Monotonic
from storage import pacing
from storage.problems import StorageProblem
from storage.session import Database

log = structlog.get_logger()

LATE = 0.015
"""Seconds: so late a turn may still be used. At 0.98 of a limit no second holds too many while this is below 0.02."""
NO_WAIT = 1.0
"""Seconds: what a platform means that asks for a pause of no length anybody could wait."""
_SAME_PAUSE = 0.5
"""Seconds by which one pause may seem to end later, as the database tells it, and is the same one still."""


def bounded_wait(seconds: float) -> float:
    """A platform's Retry-After as it can be kept: from 0 to an hour; `NO_WAIT` where it is no length at all."""
    is_length = seconds >= 0.0  # which NaN is not
    kept = min(seconds, pacing.LONGEST_PAUSE) if is_length else NO_WAIT
    if kept != seconds:
        log.warning("retry after", said=str(seconds), kept=kept)
    return kept


@dataclass(frozen=True, slots=True)
class Real:
    """Real time in this process, and the database by which all processes agree; None: this one is alone."""

    monotonic: Monotonic
    db: Database | None = None

    @property
    def is_shared(self) -> bool:
        """Whether others may be sending."""
        return self.db is not None and not self.db.is_sqlite


class Scope:
    """Turns and pauses of one scope. `began` is told of each pause, whoever was asked for it."""

    def __init__(self, name: str, real: Real, began: Callable[[], None] = lambda: None) -> None:
        self.name = name
        self._real = real
        self._began = began
        self._own_pause = self._told_pause = -math.inf
        self._is_known = real.db is None
        self.next_at = -math.inf
        """The first moment that nobody had taken when this process heard last."""

    @property
    def paused_until(self) -> float:
        """The end of the last pause."""
        return max(self._own_pause, self._told_pause)

    def paused_for(self) -> float:
        """Seconds until the pause is over; 0 if there is none."""
        return max(0.0, self.paused_until - self._real.monotonic())

    async def take(self, count: int, gap: float) -> float:
        """Take `count` turns, `gap` seconds apart. Returns the moment of the first. Raises `StorageProblem`."""
        if self._real.db is None or not self._real.is_shared:
            now = self._real.monotonic()
            first = self.next_at if self.next_at > now - LATE else now
        else:
            now, turns = await self._real.db.write_in_turn(self._take, count, gap)
            first = now + turns.first_in
            self._heard(now, turns)
        self.next_at = first + count * gap
        return first

    async def pause(self, seconds: float) -> None:
        """Hold this scope back, for all processes.

        Never raises `StorageProblem`: the refusal that led here must be written down whatever becomes of the pause.
        """
        log.info("paused", scope=self.name.partition(":")[0], seconds=round(seconds, 1))
        is_new = self.paused_for() == 0.0
        self._own_pause = max(self._own_pause, self._real.monotonic() + seconds)
        if is_new:
            self._began()
        if self._real.db is not None:
            try:
                await self._real.db.write_in_turn(pacing.pause, self.name, seconds)
            except StorageProblem as problem:  # this process keeps to it all the same
                log.warning("pause not shared", scope=self.name, problem=str(problem))

    async def look(self) -> None:
        """Hear what others did. Raises `StorageProblem`."""
        if self._real.db is None:
            return
        now, turns = await self._real.db.read(self._look)
        if self._real.is_shared:
            self.next_at = now + turns.first_in
        self._heard(now, turns)

    async def get_to_know(self) -> None:
        """Hear once what was there before this process. Raises `StorageProblem`."""
        if not self._is_known:
            await self.look()

    def _heard(self, now: float, turns: pacing.Turns) -> None:
        self._is_known = True
        until = now + turns.paused_for if turns.paused_for else -math.inf
        is_new = self.paused_for() == 0.0 and until > self.paused_until + _SAME_PAUSE
        self._told_pause = until
        if is_new:
            self._began()

    def _take(self, session: Session, count: int, gap: float) -> tuple[float, pacing.Turns]:
        before = self._real.monotonic()
        turns = pacing.take_turns(session, self.name, count, gap)
        return (before + self._real.monotonic()) / 2, turns

    def _look(self, session: Session) -> tuple[float, pacing.Turns]:
        before = self._real.monotonic()
        turns = pacing.look(session, (self.name,))[self.name]
        return (before + self._real.monotonic()) / 2, turns
