"""What the edges of the chat platforms share: the way in, and work that outlives an acknowledgement."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime
from typing import Any, Protocol, TypeVar

from bot.delivery.lines import Sleep
from bot.delivery.port import ChatError, NotDelivered, RateLimited
from bot.intake.inbound import Inbound, Result
from bot.where import what_and_where
from storage.problems import StorageProblem

logger = logging.getLogger(__name__)

T = TypeVar("T")

Accept = Callable[[Inbound], Awaitable[Result]]
"""Stores what came in before it returns; raising means that it could not be stored (design: Intake)."""


class AcceptEarly(Protocol):
    """An `Accept` that also says when it is stored: an edge may acknowledge from then on."""

    def __call__(self, inbound: Inbound, stored_now: Callable[[], None] = ..., /) -> Awaitable[Result]: ...


def for_the_log(error: BaseException) -> str:
    """A sentence of ours as it is; of anything else kind and place, for it may quote what people said, or a token."""
    return str(error) if isinstance(error, ChatError | StorageProblem) else what_and_where(error)


LONGEST_PAUSE = 8.0
"""Seconds that an answer waits for a platform's rate limit; a clean stop waits a little longer than that."""
_SHORTEST_PAUSE = 0.1


async def patiently(attempt: Callable[[], Awaitable[T]]) -> T:
    """Make a call, and once more after a rate limit that is short enough to wait for: it is known not to have worked.

    Raises what the call raises.
    """
    try:
        return await attempt()
    except RateLimited as error:
        if error.retry_after > LONGEST_PAUSE:
            raise
        await asyncio.sleep(error.retry_after)
        return await attempt()


WAIT: Sleep = asyncio.sleep
"""How an answer waits where a test does not say otherwise."""


async def until_delivered(attempt: Callable[[], Awaitable[T]], longest: float, sleep: Sleep = WAIT) -> T:
    """Make a call again and again while it is known not to have worked, for `longest` seconds in all.

    For answers that somebody waits for, and nothing else does. Waits as long as the platform asks, else ever longer.
    Raises what the call raises.
    """
    left, step = longest, 1.0
    while True:
        try:
            return await attempt()
        except (RateLimited, NotDelivered) as error:
            pause = step if error.retry_after is None else max(error.retry_after, _SHORTEST_PAUSE)
            if pause > left:
                raise
        left, step = left - pause, step * 2
        await sleep(pause)


async def answered_soon(
    answering: "asyncio.Task[Any]", stored: asyncio.Event, seconds: float, enough: "asyncio.Future[None] | None" = None
) -> bool:
    """Wait `seconds` for an answer, and longer until at least the question is stored. Returns if the answer is there.

    An acknowledgement has its time; an answer that needs longer goes another way. `enough` ends the seconds earlier.
    """
    if seconds > 0:
        ends = (answering,) if enough is None else (answering, enough)
        await asyncio.wait(ends, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    if not answering.done() and not stored.is_set():
        safe = asyncio.create_task(stored.wait())
        await asyncio.wait((answering, safe), return_when=asyncio.FIRST_COMPLETED)
        safe.cancel()
    return answering.done()


def heard_at(said: datetime | None, now: datetime) -> datetime:
    """When it was said, by the platform's own time; never later than `now`.

    A message that the platform delivers again after an hour was still said an hour ago.
    """
    return now if said is None else min(said, now)


class Afterwards:
    """Tasks that run on after the acknowledgement, known by name so that a clean stop can wait for them."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[Any]] = set()

    def start(self, work: Coroutine[Any, Any, T], what: str) -> "asyncio.Task[T]":
        """Run `work` on its own; an error in it is logged with `what` and goes no further."""
        task = asyncio.create_task(work, name=what)
        self._running.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("After the acknowledgement, %s: %s", task.get_name(), for_the_log(error))

    async def drain(self, seconds: float) -> None:
        """Wait up to `seconds` for what is running, and for what that starts; then cancel the rest and wait for it."""
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        while self._running and (left := until - loop.time()) > 0:
            await asyncio.wait(tuple(self._running), timeout=left)
        for task in (cancelled := tuple(self._running)):
            logger.warning("Stopped before it was done: %s", task.get_name())
            task.cancel()
        if cancelled:
            await asyncio.wait(cancelled)


class AnsweredKeys:
    """Which deliveries this process has answered, so that a second delivery is not answered twice in the chat.

    Bounded; whether something was *recorded* is decided by intake alone.
    """

    def __init__(self, capacity: int = 4096) -> None:
        self._keys: OrderedDict[tuple[str, str], None] = OrderedDict()
        self._capacity = capacity

    def first_time(self, inbound: Inbound) -> bool:
        """Whether this is the first answer to `inbound`; from now on it is not."""
        key = (inbound.installation, inbound.key)
        if key in self._keys:
            self._keys.move_to_end(key)
            return False
        self._keys[key] = None
        if len(self._keys) > self._capacity:
            self._keys.popitem(last=False)
        return True
