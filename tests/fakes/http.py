"""What the fake servers share: how a call can go wrong, and serving on a free port of loopback."""

import asyncio
from dataclasses import dataclass

from aiohttp import web


@dataclass(frozen=True, slots=True)
class TooMany:
    """429, please wait."""

    retry_after: int = 7


@dataclass(frozen=True, slots=True)
class Broken:
    """A 5xx; `stored` says whether the call had its effect all the same."""

    status: int = 500
    stored: bool = False


@dataclass(frozen=True, slots=True)
class Dropped:
    """The connection is cut without an answer; `stored` says whether the call had its effect all the same."""

    stored: bool = True


@dataclass(frozen=True, slots=True)
class Refused:
    """A definite no in the platform's own words: an error code, and a status where the platform uses one."""

    code: str
    status: int = 200


@dataclass(frozen=True, slots=True)
class Slow:
    """The effect at once, the answer only after `seconds` of real time."""

    seconds: float


Trouble = TooMany | Broken | Dropped | Refused | Slow


class Server:
    """An aiohttp application on a free port of 127.0.0.1."""

    def __init__(self, app: web.Application) -> None:
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        self.url = ""

    async def start(self) -> None:
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"

    async def stop(self) -> None:
        await self._runner.cleanup()


def cut(request: web.Request) -> None:
    """Close the connection under the client's hands."""
    if request.transport is not None:
        request.transport.abort()


async def pause(trouble: Trouble | None) -> None:
    """Let a slow answer be slow."""
    if isinstance(trouble, Slow):
        await asyncio.sleep(trouble.seconds)
