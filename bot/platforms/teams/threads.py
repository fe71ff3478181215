"""Threads of our own for blocking calls to Microsoft: a few, each with a limit, so that nobody else waits for them."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import Any, TypeVar

from bot.delivery.port import NotDelivered

T = TypeVar("T")

AT_ONCE = 8


class Threads:
    """Runs blocking calls. A call that takes too long is left behind and keeps its thread until it ends."""

    def __init__(self, limit: float, at_once: int = AT_ONCE) -> None:
        self._limit = limit
        self._pool = ThreadPoolExecutor(at_once, thread_name_prefix="teams")
        self._free = asyncio.Semaphore(at_once)

    async def run(self, work: Callable[[], T]) -> T:
        """The result of a call.

        Raises what it raises, `NotDelivered` where it never began, and TimeoutError where nobody knows how it ended.
        """
        try:
            async with asyncio.timeout(self._limit):
                await self._free.acquire()
        except TimeoutError as error:
            raise NotDelivered("Too many calls to Teams are under way already.") from error
        loop = asyncio.get_running_loop()

        def done(_: "Future[Any]") -> None:
            with suppress(RuntimeError):  # the loop has ended, and with it everybody who could want a thread
                loop.call_soon_threadsafe(self._free.release)

        running = self._pool.submit(work)
        running.add_done_callback(done)
        async with asyncio.timeout(self._limit):
            return await asyncio.wrap_future(running)

    def close(self) -> None:
        """Begin nothing more; what runs is left to its own limit."""
        self._pool.shutdown(wait=False, cancel_futures=True)
