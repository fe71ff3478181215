"""What is posted to us, as far as it can be told before anything in it is believed."""

import asyncio
import json
from typing import Any

from aiohttp import web

from bot.platforms.teams.config import is_loopback

MOST_BYTES = 1_000_000
"""Teams' messages have up to 100 KB, written out twice (text and HTML) in escaped JSON."""
READ_SECONDS = 10.0

_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP")


class Refused(Exception):
    """A request that is answered with `status` and goes no further."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


def only_from_here(request: web.Request) -> None:
    """Raise `Refused` unless a request comes from this machine itself: neither through a tunnel nor from a web page."""
    host = request.headers.get("Host", "").rpartition("@")[2]
    name = host[: host.find("]") + 1].strip("[]") if host.startswith("[") else host.partition(":")[0]
    if not is_loopback(request.remote) or not is_loopback(name) or any(each in request.headers for each in _FORWARDED):
        raise Refused(403, "Only this machine may post here without authentication.")


async def activity_in(request: web.Request) -> dict[str, Any]:
    """The JSON object that was posted. Raises `Refused`."""
    if request.content_type != "application/json":
        raise Refused(415, "The body is not called JSON.")
    try:
        body = json.loads(await _read(request))
    except (ValueError, RecursionError) as error:
        raise Refused(400, "The body is no JSON.") from error
    if not isinstance(body, dict):
        raise Refused(400, "The body is no activity.")
    return body


async def _read(request: web.Request) -> bytes:
    raw = bytearray()
    try:
        async with asyncio.timeout(READ_SECONDS):
            async for chunk in request.content.iter_any():
                raw += chunk
                if len(raw) > MOST_BYTES:
                    raise Refused(413, f"The body is larger than {MOST_BYTES:,} bytes.")
    except TimeoutError as error:
        raise Refused(408, "The body did not arrive in time.") from error
    return bytes(raw)
