"""One installation's way out: many messages under way at a time, each behind its turn, none behind a slow one."""

import asyncio
import math
from collections import deque
from collections.abc import Hashable

from sqlmodel import Session

from bot.delivery.means import Means, Step
from bot.delivery.port import ChatPort
from bot.delivery.sending import Sender
from bot.delivery.updating import Updater
from bot.delivery.work import BATCH, Desk, Job, Rank, Seen
from storage import outbox

AT_ONCE = 20
"""Messages of one installation that are under way at a time."""
TRIED = 2.0
"""Real seconds for which a message is not tried again by the same run. The database holds back what rests longer."""


class Lane:
    """One run through all that an installation has to do now.

    The turn (a slot of the pacer) comes before the claim, so nothing waits with a lease; a turn that was not needed is
    kept for the next. What goes to a channel waits for its turn by itself, since the channel may have a long line.
    """

    def __init__(self, installation_id: int, port: ChatPort, means: Means, sender: Sender, updater: Updater) -> None:
        self._id = installation_id
        self._port = port
        self._means = means
        self._sender = sender
        self._updater = updater
        self._desk = Desk(means.registry)
        self._seen = Seen()
        self._queues: dict[Rank, deque[Job]] = {rank: deque() for rank in Rank}
        self._tried: dict[Hashable, float] = {}
        """By message, when its last try ended; for what is queued or under way, that is never yet."""
        self._busy: dict[Hashable, asyncio.Task[None]] = {}
        """By addressee, what is under way."""
        self._waiting: set[asyncio.Task[None]] = set()
        """Those of them that have no turn yet."""
        self._spare = 0
        """Turns that were had and not needed."""
        self._changed = asyncio.Event()
        self._is_woken = True
        self._is_done = False
        self._started = 0
        """Since the last look."""
        self._touched = 0
        self._updates_next = True
        self._problem: BaseException | None = None

    def wake(self) -> None:
        """There may be something new, and somebody may wait for it."""
        self._is_woken = True
        self._changed.set()

    async def run(self) -> int:
        """Do all that there is to do. Returns how many messages were touched. Raises `StorageProblem`.

        Cut off, it cuts off what is under way, and waits for it.
        """
        try:
            await self._means.pacer.look(self._id)
            await self._go_on()
            for task in self._waiting:
                task.cancel()
            while self._busy:
                await self._change()
        finally:
            under_way = tuple(self._busy.values())
            for task in under_way:
                task.cancel()
            await asyncio.gather(*under_way, return_exceptions=True)
        if self._problem is not None:
            raise self._problem
        return self._touched

    async def _go_on(self) -> None:
        while not self._must_end():
            if self._is_woken or self._started >= BATCH:
                await self._look()
            elif len(self._busy) >= AT_ONCE:
                await self._change()
            elif (job := self._next()) is not None:
                if job.channel is not None or await self._turn(job):
                    self._start(job)
                else:
                    self._queues[job.rank].appendleft(job)
            elif not self._seen.is_all:
                await self._look()
            elif self._busy:
                await self._change()
            elif self._is_done:
                return
            else:  # all that was under way has ended: is there anything new since?
                await self._look()

    def _must_end(self) -> bool:
        return self._problem is not None or self._means.must_end(self._id)

    async def _change(self) -> None:
        await self._changed.wait()
        self._changed.clear()

    # --- what is next -----------------------------------------------------------------------------

    async def _look(self) -> None:
        """Read what there is, as far as one look goes."""
        self._is_woken = False
        self._started = 0
        if self._seen.is_all:
            self._seen = Seen()
        was_quiet = not self._busy
        known = sum(map(len, self._queues.values())) + len(self._busy)
        is_new = False
        for job in await self._means.db.read(self._read, known):
            tried = self._tried.get(job.key)
            if self._is_ready(tried) and self._may(job):
                self._tried[job.key] = math.inf
                self._queues[job.rank].append(job)
                is_new = is_new or tried is None  # what was tried already does not keep the run from ending
        self._is_done = was_quiet and not is_new

    def _read(self, session: Session, known: int) -> list[Job]:
        return self._desk.read(session, self._id, self._means.clock.now(), self._seen, known)

    def _is_ready(self, tried: float | None) -> bool:
        return tried is None or self._means.monotonic() - tried >= TRIED

    def _may(self, job: Job) -> bool:
        return isinstance(job.row, outbox.Due) or self._updater.may_update(job.row)

    def _next(self) -> Job | None:
        """The first whose addressee has nothing under way; of the last two ranks, by turns."""
        last = (Rank.OUTDATED, Rank.DUE) if self._updates_next else (Rank.DUE, Rank.OUTDATED)
        for rank in (Rank.ANSWER, Rank.LOOKED_AT, Rank.BOUND, *last):
            queue = self._queues[rank]
            for job in tuple(queue):
                if job.addressee in self._busy:
                    continue
                queue.remove(job)
                if self._may(job):
                    self._updates_next = rank is not Rank.OUTDATED
                    return job
                self._tried.pop(job.key, None)
        return None

    # --- one message ------------------------------------------------------------------------------

    async def _turn(self, job: Job) -> bool:
        """Wait for the turn of this message; False if the lane must end first, or if something may go before it."""
        if self._spare:
            self._spare -= 1
            return True
        turn = asyncio.ensure_future(self._means.pacer.slot(self._id, urgent=job.is_urgent, ahead=True))
        try:
            while not turn.done():
                change = asyncio.ensure_future(self._change())
                await asyncio.wait({turn, change}, return_when=asyncio.FIRST_COMPLETED)
                change.cancel()
                if self._must_end() or (self._is_woken and not turn.done() and not job.is_urgent):
                    return False
            turn.result()
        finally:
            turn.cancel()
        return True

    def _start(self, job: Job) -> None:
        self._started += 1
        task = asyncio.create_task(self._do(job))
        self._busy[job.addressee] = task
        if job.channel is not None:
            self._waiting.add(task)
        task.add_done_callback(lambda done: self._ended(job, done))

    async def _do(self, job: Job) -> None:
        if job.channel is not None:
            await self._means.pacer.slot(self._id, job.channel, urgent=job.is_urgent, ahead=True)
            self._waiting.discard(self._busy[job.addressee])
            if self._must_end():
                return
        step = await self._step(job)
        self._touched += int(step.changed)
        self._spare += int(not step.asked)
        if step.again:
            self._tried.pop(job.key, None)
        else:
            self._tried[job.key] = self._means.monotonic()

    async def _step(self, job: Job) -> Step:
        if isinstance(job.row, outbox.Due):
            return await self._sender.send(job.row, self._id, self._port)
        return await self._updater.update(job.row, self._port)

    def _ended(self, job: Job, task: asyncio.Task[None]) -> None:
        del self._busy[job.addressee]
        self._waiting.discard(task)
        if not task.cancelled() and self._problem is None:
            self._problem = task.exception()
        self._changed.set()
