"""Children as the conductor sees them: forked on order, heard of by lines, killed, frozen and woken."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.crash.orders import Orders

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60.0
"""How long importing Okra may take on a busy machine."""


@dataclass(eq=False)
class Child:
    """One process. `url` is where it listens, once it is ready."""

    pid: int
    url: str | None = None
    refused: str | None = None
    """The sentence with which it refused to start."""
    at: str | None = None
    """The named point that it reached."""
    ended: bool = False
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def is_ready(self) -> bool:
        return self.url is not None and not self.ended

    async def wait(self, until: Callable[["Child"], bool], seconds: float) -> bool:
        """Wait for something about this child, for so many seconds at most. Returns whether it came."""
        try:
            async with asyncio.timeout(seconds):
                while not until(self):
                    self.changed.clear()
                    await self.changed.wait()
        except TimeoutError:
            return False
        return True

    def send(self, number: signal.Signals) -> None:
        """SIGKILL, SIGSTOP, SIGCONT, SIGTERM."""
        if not self.ended:
            os.kill(self.pid, number)

    async def end(self, number: signal.Signals, seconds: float) -> bool:
        """Let it end by a signal. Returns whether it did in time."""
        self.send(number)
        return await self.wait(lambda one: one.ended, seconds)


class Nursery:
    """The process that has Okra imported and forks children. One for all runs: `with Nursery() as nursery`."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._children: dict[int, Child] = {}
        self._forked: asyncio.Queue[Child] = asyncio.Queue()
        self._waiting = b""

    def __enter__(self) -> "Nursery":
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.child"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        process = self._started
        if process.stdin is not None and process.stdout is not None:
            process.stdin.close()
            process.wait(10)
            process.stdout.close()

    @contextmanager
    def heard(self) -> Iterator[None]:
        """Hear of children in the present event loop; those that live at the end are killed."""
        self._forked = asyncio.Queue()
        loop = asyncio.get_running_loop()
        loop.add_reader(self._out, self._read)
        try:
            yield
        finally:
            loop.remove_reader(self._out)
            for child in list(self._children.values()):
                child.send(signal.SIGKILL)

    async def fork(self, orders: Orders) -> Child:
        """Another child. It is forked, not ready yet."""
        assert self._started.stdin is not None
        self._started.stdin.write(orders.as_line().encode() + b"\n")
        self._started.stdin.flush()
        async with asyncio.timeout(START_SECONDS):
            return await self._forked.get()

    @property
    def _started(self) -> subprocess.Popen[bytes]:
        assert self._process is not None, "with Nursery() as nursery"
        return self._process

    @property
    def _out(self) -> int:
        assert self._started.stdout is not None
        return self._started.stdout.fileno()

    def _read(self) -> None:
        read = os.read(self._out, 65536)
        if not read:
            asyncio.get_running_loop().remove_reader(self._out)
            return
        *lines, self._waiting = (self._waiting + read).split(b"\n")
        for line in lines:
            self._hear(json.loads(line))

    def _hear(self, told: dict[str, Any]) -> None:
        if "up" in told:
            return
        if "forked" in told:
            child = self._children.setdefault(told["forked"], Child(told["forked"]))
            self._forked.put_nowait(child)
            return
        child = self._children.setdefault(told["pid"], Child(told["pid"]))  # it may speak before its fork is told of
        for name in ("url", "refused", "at", "ended"):
            if name in told:
                setattr(child, name, told[name])
        if child.ended:
            del self._children[child.pid]
        child.changed.set()
