"""The pump: takes messages that are due out of the outbox and brings them to people, each once."""

import asyncio
import math
import random
import secrets
from collections.abc import Mapping

import structlog
from sqlmodel import Session

from bot.clock import Clock, Monotonic, wall_seconds
from bot.delivery.backoff import Backoff, Chance
from bot.delivery.kinds import Registry
from bot.delivery.lane import Lane
from bot.delivery.means import Means
from bot.delivery.pacing import Pacer
from bot.delivery.pinning import Pinner
from bot.delivery.port import ChatPort
from bot.delivery.reconciling import Reconciler
from bot.delivery.recovering import Recoverer
from bot.delivery.sending import Sender
from bot.delivery.sweeping import Sweeper
from bot.delivery.timing import Timing
from bot.delivery.updating import Updater
from bot.delivery.work import BATCH
from bot.where import what_and_where
from storage import outbox, ways
from storage.session import Database, StorageProblem

log = structlog.get_logger()

NOT_CONNECTED = "this platform is not connected here"
_NOWHERE = 0
"""Among the installations: messages that can go through none."""
NOWHERE_EVERY = 10.0
"""Real seconds between two looks for those: nobody waits for them, and all that is due is read."""


class Pump:
    """Sends what is due, updates what is outdated, reconciles what is unknown. One per process, any number at once."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        registry: Registry,
        ports: Mapping[str, ChatPort],
        pacer: Pacer,
        monotonic: Monotonic,
        *,
        timing: Timing = Timing(),  # noqa: B008 - it never changes
        chance: Chance = random.random,
        wall: Monotonic = wall_seconds,
    ) -> None:
        owner, backoff = secrets.token_hex(8), Backoff(chance)
        self._means = Means(db, clock, registry, ports, pacer, monotonic, wall, owner, timing, backoff)
        self._sender = Sender(self._means)
        self._updater = Updater(self._means)
        self._recoverer = Recoverer(self._means, self._sender, self._updater)
        self._reconciler = Reconciler(self._means)
        self._sweeper = Sweeper(self._means)
        self._pinner = Pinner(self._means)
        self._lanes: dict[int, Lane] = {}
        self._locks: dict[int, asyncio.Lock] = {}
        self._runs: set[asyncio.Task[int]] = set()
        self._queued: set[int] = set()
        """Installations with a run that is to begin."""
        self._nowhere_at = -math.inf
        """When messages without a way were looked for."""
        self._recovering = asyncio.Lock()
        self._looking = asyncio.Lock()
        self._sweeping = asyncio.Lock()

    async def recover(self) -> int:
        """After a start: what was being sent by a process that is gone becomes `unknown`. Returns how many."""
        return await self._recoverer.after_start()

    async def recover_lapsed(self) -> int:
        """What any process has been sending for longer than it may becomes `unknown`. Returns how many."""
        await self._recover_own()
        return await self._recoverer.lapsed()

    async def run_once(self) -> int:
        """Send everything that is due and show what is newest. Returns how many messages were touched.

        Installations do not wait for each other. Raises `StorageProblem`; whatever was not done stays planned.
        """
        await self._recover_own()
        active = await self._means.db.read(ways.active_installations)
        runs = [self._run(key, active.get(key, "")) for key in (*active, _NOWHERE)]
        touched = await asyncio.gather(*runs, return_exceptions=True)
        for result in touched:
            if isinstance(result, BaseException) and not self._was_cut_off(result):
                raise result
        return sum(result for result in touched if isinstance(result, int))

    async def begin(self) -> None:
        """Let what is due leave, beside everything else. An installation that is at it already looks again.

        Raises `StorageProblem`.
        """
        await self._recover_own()
        active = await self._means.db.read(ways.active_installations)
        for key in (*active, *self._nowhere_in_turn()):
            if key in self._lanes:
                self._lanes[key].wake()
            elif key not in self._queued:
                self._queued.add(key)
                self._run(key, active.get(key, "")).add_done_callback(_tell)

    async def reconcile(self) -> int:
        """Look for messages that left without an answer. Found: sent. Absent for long enough: planned again.

        Returns how many are known now; one on a platform that cannot be looked into stays `unknown`.
        """
        async with self._looking:
            return await self._reconciler.look(await self._means.db.read(ways.active_installations))

    async def sweep(self) -> int:
        """Take away second copies of what was sent again after a doubt. Returns how many there were."""
        async with self._sweeping:
            return await self._sweeper.sweep(await self._means.db.read(ways.active_installations))

    def stop(self) -> None:
        """Take up nothing new, and let what is leaving now leave."""
        self._means.stopping.set()
        for lane in self._lanes.values():
            lane.wake()

    async def rest(self) -> None:
        """Stop; wait for what is leaving, but not for longer than `timing.drain`; then cut it off, and write down which
        of it may have left and which certainly did not. Raises `StorageProblem`.
        """
        self.stop()
        if self._runs:
            await asyncio.wait(tuple(self._runs), timeout=self._means.timing.drain)
        for run in (cut_off := tuple(self._runs)):
            run.cancel()
        if cut_off:
            await asyncio.wait(cut_off)
        await self._recover_own()

    async def _recover_own(self) -> None:
        async with self._recovering:
            await self._recoverer.own()

    # --- one installation -------------------------------------------------------------------------

    def _run(self, installation_id: int, platform: str) -> asyncio.Task[int]:
        run = asyncio.create_task(self._after_the_last(installation_id, platform))
        self._runs.add(run)
        run.add_done_callback(self._runs.discard)
        return run

    async def _after_the_last(self, installation_id: int, platform: str) -> int:
        """One run through an installation at a time, so that its messages keep their order."""
        async with self._locks.setdefault(installation_id, asyncio.Lock()):
            self._queued.discard(installation_id)
            if self._means.stopping.is_set():
                return 0
            if installation_id == _NOWHERE:
                return await self._without_a_way()
            port = self._means.ports.get(platform)
            if port is None:
                return await self._say_not_connected(installation_id)
            return await self._through(installation_id, port)

    async def _through(self, installation_id: int, port: ChatPort) -> int:
        lane = self._lanes[installation_id] = Lane(installation_id, port, self._means, self._sender, self._updater)
        try:
            touched = await lane.run()
        finally:
            del self._lanes[installation_id]
        if not self._means.must_end(installation_id):
            touched += await self._pinner.pin_new(installation_id, port)
        return touched

    def _was_cut_off(self, error: BaseException) -> bool:
        return self._means.stopping.is_set() and isinstance(error, asyncio.CancelledError)

    def _nowhere_in_turn(self) -> tuple[int, ...]:
        if self._means.monotonic() - self._nowhere_at < NOWHERE_EVERY:
            return ()
        return (_NOWHERE,)

    # --- no installation --------------------------------------------------------------------------

    async def _say_not_connected(self, installation_id: int) -> int:
        """Its platform has no way out in this process: what is due stays, and says why."""
        told = await self._means.db.write(outbox.not_connected, installation_id, NOT_CONNECTED, self._means.clock.now())
        if told:
            log.warning("not connected", installation=installation_id, messages=told)
        return 0

    async def _without_a_way(self) -> int:
        """Messages to people and teams that cannot be written to: skipped or failed, each with its reason."""
        self._nowhere_at = self._means.monotonic()
        touched = 0
        after: outbox.Due | None = None
        while not self._means.stopping.is_set():
            dues = await self._means.db.read(self._nowhere, after)
            if not dues:
                break
            after = dues[-1]
            for due in dues:
                touched += (await self._sender.leave_out(due)).changed
        return touched

    def _nowhere(self, session: Session, after: outbox.Due | None) -> list[outbox.Due]:
        return outbox.due_through(session, None, now=self._means.clock.now(), limit=BATCH, after=after)


def _tell(run: asyncio.Task[int]) -> None:
    """Nobody waits for it: what went wrong is for the log, and what was not sent is sent later."""
    error = None if run.cancelled() else run.exception()
    if isinstance(error, StorageProblem):
        log.warning("send", problem=str(error))
    elif error is not None:
        log.error("send", error=what_and_where(error))
