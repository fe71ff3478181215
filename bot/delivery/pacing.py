"""When the next request may leave: turns at a steady rate, a budget a minute, and the pauses that platforms ask for.

All three are shared by all processes on one database (docs/decisions/0012).
"""

import asyncio

import structlog

from bot.clock import Monotonic
from bot.delivery.lines import Line, Sleep
from bot.delivery.scopes import Real, Scope, bounded_wait
from storage.pacing import channel_scope, installation_scope, pages_scope
from storage.problems import StorageProblem
from storage.session import Database

log = structlog.get_logger()

CHANNEL_RATE = 1.0
"""Messages a second in one channel."""
_MANY = 1000
"""Lines, of which those where nothing happens are then forgotten."""


class Pacer:
    """Hands out turns for an installation, at most `rate` a second, and for each of its channels, one a second.

    A pause holds all turns of its scope back, in all processes: at once in those that ask for a turn, and within
    `lines.WINDOW` where some are taken already. With `rate` 0 there are only pauses. Without a database, and on
    SQLite, where one process sends, nobody else takes turns.
    """

    def __init__(
        self, rate: float, monotonic: Monotonic, sleep: Sleep = asyncio.sleep, db: Database | None = None
    ) -> None:
        self._rate = rate
        self._real = Real(monotonic, db)
        self._sleep = sleep
        self._lines: dict[str, Line] = {}

    async def slot(
        self, installation_id: int, channel: str | None = None, *, urgent: bool = False, ahead: bool = False
    ) -> None:
        """Wait until this installation may send one more, to `channel` if it goes to one. Raises `StorageProblem`.

        Who is urgent (an answer to a person) goes before all others that wait. A pause that begins meanwhile counts.
        Cancelling takes no turn. `ahead`: the request is not ready yet, and asks `leave` when it is.
        """
        if channel is not None:
            await self._channel(installation_id, channel).turn(urgent=urgent)
        await self._installation(installation_id).turn(urgent=urgent, ahead=ahead)

    async def leave(self, installation_id: int) -> None:
        """Wait for the very moment of a turn that was taken ahead: a few hundredths of a second, mostly."""
        await self._installation(installation_id).leave()

    async def pause(self, installation_id: int, seconds: float) -> None:
        """Hold this installation back for `seconds`, an hour at most, in all processes.

        A platform refuses without saying whether a channel or the whole workspace was too fast, so it is the whole.
        A longer pause that runs already stays. Afterwards it goes a little slower for a while. Where the database does
        not take it, this process keeps to it, and nothing is raised.
        """
        await self._installation(installation_id).scope.pause(bounded_wait(seconds))

    async def look(self, installation_id: int) -> None:
        """Learn of a pause that another process was asked for, or this one before it was restarted.

        Raises `StorageProblem`.
        """
        await self._installation(installation_id).scope.look()

    def paused_for(self, installation_id: int) -> float:
        """Seconds until the platform's pause is over, as far as is known here; 0 if there is none."""
        return self._installation(installation_id).scope.paused_for()

    def _installation(self, installation_id: int) -> Line:
        return self._line(installation_scope(installation_id), self._rate)

    def _channel(self, installation_id: int, channel: str) -> Line:
        return self._line(channel_scope(installation_id, channel), min(self._rate, CHANNEL_RATE))

    def _line(self, name: str, permitted: float) -> Line:
        line = self._lines.get(name)
        if line is None:
            if len(self._lines) >= _MANY:
                self._lines = {name: line for name, line in self._lines.items() if not line.is_idle}
            line = self._lines[name] = Line(name, permitted, self._real, self._sleep)
        return line


class Budget:
    """At most so many pages in any minute of real time, per installation; a pause holds all of them back.

    A third of them may be shown at once, the others spread over the minute. Nobody waits for a turn here: what has no
    room is left for later.
    """

    def __init__(self, per_minute: int, monotonic: Monotonic, db: Database | None = None) -> None:
        self._at_once = per_minute // 3
        self._gap = 60.0 / (per_minute - self._at_once)
        self._real = Real(monotonic, db)
        self._scopes: dict[int, Scope] = {}

    def paused(self, installation_id: int) -> bool:
        """Whether the platform asked for a pause that is not over, as far as is known here."""
        return self._scope(installation_id).paused_for() > 0

    def has_room(self, installation_id: int) -> bool:
        """Whether one more is within the minute, as far as is known here: since this process spent last."""
        ahead = self._scope(installation_id).next_at - self._real.monotonic()
        return ahead <= (self._at_once - 1) * self._gap

    async def spend(self, installation_id: int) -> None:
        """One is done now. Where the database does not take it, this process alone counts it."""
        scope = self._scope(installation_id)
        try:
            await scope.take(1, self._gap)
        except StorageProblem as problem:
            log.warning("page not counted", scope=scope.name, problem=str(problem))

    async def pause(self, installation_id: int, seconds: float) -> None:
        """Hold it back for `seconds`, an hour at most, in all processes."""
        await self._scope(installation_id).pause(bounded_wait(seconds))

    def _scope(self, installation_id: int) -> Scope:
        scope = self._scopes.get(installation_id)
        if scope is None:
            scope = self._scopes[installation_id] = Scope(pages_scope(installation_id), self._real)
        return scope
