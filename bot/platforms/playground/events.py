"""`GET /events`: tells an open page that something has changed, and nothing else; the page then looks for itself."""

import asyncio
import json
from contextlib import suppress

from aiohttp import web

from bot.platforms.playground.world import World

STILL_HERE = 15.0
"""Real seconds of silence after which a line shows that the connection lives, and whether the company is another."""
RETRY_MS = 1000


class Events:
    """The open pages. `close` lets them go, so that the server can stop."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._closing = asyncio.Event()

    async def close(self, _: web.Application) -> None:
        """Let everybody go who looks on; their pages come back by themselves."""
        self._closing.set()

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events: `{"age": 1, "revision": 12}`, at once and with each change."""
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream; charset=utf-8"})
        await response.prepare(request)
        await response.write(f"retry: {RETRY_MS}\n\n".encode())
        told: tuple[int, int] | None = None
        with suppress(ConnectionResetError):
            while not self._closing.is_set():
                now = self._world.age, self._world.room.revision
                if now == told:
                    await response.write(b": still here\n\n")
                else:
                    data = json.dumps({"age": now[0], "revision": now[1]})
                    await response.write(f"data: {data}\n\n".encode())
                    told = now
                await self._wait(now[1])
        return response

    async def _wait(self, revision: int) -> None:
        """Until something changes, the server stops, or it has been still for a while."""
        waiting = (
            asyncio.create_task(self._world.room.changes(revision)),
            asyncio.create_task(self._closing.wait()),
        )
        try:
            await asyncio.wait(waiting, timeout=STILL_HERE, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in waiting:
                one.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)
