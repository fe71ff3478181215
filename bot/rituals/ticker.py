"""The alarm clock: a handful of constant jobs that look whether something is due. All truth is in the tables."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.clock import Clock, SystemClock, real_seconds
from bot.where import what_and_where
from storage.problems import StorageProblem

log = structlog.get_logger()

LOOK_SECONDS = 5.0
"""How often it is looked whether somebody set the machine's clock."""
STEP_SECONDS = 2.0
"""A clock that is further off than it was a moment ago was set; a smaller difference is none to APScheduler."""

Job = Callable[[], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Every:
    """A job and how many seconds lie between two runs of it."""

    seconds: float
    name: str
    work: Job


class Ticker:
    """Runs constant jobs; a tick that comes late, twice or not at all does no harm, because every job is idempotent."""

    def __init__(
        self, jobs: tuple[Every, ...], *, wall: Clock | None = None, look_seconds: float = LOOK_SECONDS
    ) -> None:
        self._jobs = jobs
        self._wall = SystemClock() if wall is None else wall
        self._look_seconds = look_seconds
        self._looking: asyncio.TimerHandle | None = None
        self._scheduler = AsyncIOScheduler()
        self._trouble = _Trouble()

    def start(self) -> None:
        """Begin to tick, in the running event loop."""
        for job in self._jobs:
            self._scheduler.add_job(
                _safely,
                "interval",
                args=(job, self._trouble),
                seconds=job.seconds,
                id=job.name,
                coalesce=True,
                misfire_grace_time=None,
                max_instances=1,
            )
        self._scheduler.start()
        self._look_again(self._offset())

    def _offset(self) -> float:
        """How far the machine's clock is from real time; constant as long as nobody sets it."""
        return self._wall.now().timestamp() - real_seconds()

    def _look_again(self, offset: float) -> None:
        self._looking = asyncio.get_running_loop().call_later(self._look_seconds, self._look, offset)

    def _look(self, before: float) -> None:
        """APScheduler goes by the machine's clock: set back by an hour, it would wait for an hour."""
        offset = self._offset()
        if abs(offset - before) > STEP_SECONDS:
            log.warning("clock was set", seconds=round(offset - before))
            for job in self._jobs:
                self._scheduler.modify_job(job.name, next_run_time=self._wall.now())
            self._scheduler.wakeup()
        self._look_again(offset)

    async def stop(self) -> None:
        """Tick no more. A job that still runs is cut off, so let what is being sent come to rest first."""
        if self._looking is None:
            return  # it never began
        self._looking.cancel()
        self._scheduler.shutdown(wait=False)
        await asyncio.sleep(0)  # one turn of the loop, so that what was cut off hears of it before the loop ends


class _Trouble:
    """What is wrong with the database, told once however many jobs meet it, and told again when it is over."""

    def __init__(self) -> None:
        self._met: dict[str, str] = {}
        """The sentence that each job met last."""

    def met(self, job: str, problem: str) -> None:
        """A job could not do its work."""
        if problem not in self._met.values():
            log.warning("tick", job=job, problem=problem)
        self._met[job] = problem

    def worked(self, job: str) -> None:
        """A job did its work."""
        problem = self._met.pop(job, None)
        if problem is not None and problem not in self._met.values():
            log.info("tick", job=job, over=problem)


async def _safely(job: Every, trouble: _Trouble) -> None:
    try:
        await job.work()
    except StorageProblem as problem:
        trouble.met(job.name, str(problem))
        return
    except Exception as error:  # noqa: BLE001 - a mistake of ours in one job ends that run of it, never the clock
        log.error("tick", job=job.name, error=what_and_where(error))
    trouble.worked(job.name)
