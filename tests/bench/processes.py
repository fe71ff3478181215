"""Servers in processes of their own, as they run in a company, which tell what is asked of them over a pipe."""

import asyncio
import multiprocessing
import resource
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from typing import Any

START_SECONDS = 60.0
"""How long a process of its own may take to start, and to end."""
PAGE = resource.getpagesize()

_spawn = multiprocessing.get_context("spawn")


@dataclass(frozen=True, slots=True)
class Served:
    """A server in another process."""

    address: str
    pipe: Pipe

    def ask(self) -> Any:
        """What it has to tell now."""
        self.pipe.send(True)
        return self.pipe.recv()


@contextmanager
def process(serve: Callable[..., None], *given: object) -> Iterator[Served]:
    """A server in a process of its own; it ends when it is told to. `serve` gets the pipe, then `given`."""
    ours, theirs = _spawn.Pipe()
    child = _spawn.Process(target=serve, args=(theirs, *given), daemon=True)
    child.start()
    theirs.close()
    try:
        if not ours.poll(START_SECONDS):
            raise TimeoutError("The server did not start.")
        yield Served(ours.recv(), ours)
        ours.send(False)
        child.join(START_SECONDS)
    finally:
        child.kill()
        child.join()
        child.close()
        ours.close()


async def until_told(pipe: Pipe, answer: Callable[[], Awaitable[object]]) -> None:
    """Tell what there is whenever it is asked for, until nobody asks any more."""
    while await asyncio.to_thread(pipe.recv):
        pipe.send(await answer())


async def processor_seconds() -> float:
    """How long this process has worked."""
    return time.process_time()


def megabytes() -> float:
    """The memory of this process now; where the system does not tell, the most that it ever had."""
    statm = Path("/proc/self/statm")
    if statm.exists():
        return int(statm.read_text(encoding="ascii").split()[1]) * PAGE / 2**20
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (2**20 if sys.platform == "darwin" else 2**10)
