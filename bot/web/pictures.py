"""Pictures of charts behind a link: drawn when they are asked for, for whoever may see them at that moment."""

import asyncio
from hashlib import sha256

from aiohttp import ETag, web

from bot.cards.chart_png import picture
from bot.cards.model import Chart
from bot.clock import Clock
from bot.views.chart_pictures import Asked, chart_of
from bot.views.picture_links import ENDS, PATH, PictureLinks
from storage.problems import StorageProblem
from storage.session import Database

LONGEST = 200
"""Characters of a word in an address that are looked at."""
MOST_WAITING = 20
"""Pictures are drawn one after the other, so that they never hold the threads that others need."""
NOT_HERE = "There is no picture here. Ask for it again with /okr show."
OVER = "This link held for 30 days, and they are over. Ask for the picture again with /okr show."
NOT_NOW = "The picture cannot be drawn just now. Please try again in a few minutes."
_PLAINLY = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
}
_NEVER_KEPT = {**_PLAINLY, "Cache-Control": "no-store"}
_KEPT_SHORTLY = {**_PLAINLY, "Cache-Control": "private, max-age=300"}


class _BusyError(Exception):
    """So many wait already that one more had better come back later."""


class _Easel:
    """One picture at a time, and not too many who wait for theirs."""

    def __init__(self) -> None:
        self._free = asyncio.Lock()
        self._waiting = 0

    async def draw(self, chart: Chart) -> bytes | None:
        """The PNG; None where it came out too big. Raises `_BusyError`."""
        if self._waiting >= MOST_WAITING:
            raise _BusyError
        self._waiting += 1
        try:
            async with self._free:
                return await picture(chart)
        finally:
            self._waiting -= 1


def picture_routes(links: PictureLinks, db: Database, clock: Clock) -> list[web.RouteDef]:
    """`GET /charts/<sealed word>.png`. Whoever guesses hears the same as whoever comes to nothing.

    No cookie is asked for: a platform fetches pictures in a reader's stead, so the address is the permission.
    """
    easel = _Easel()

    async def fetch(request: web.Request) -> web.Response:
        word, now = request.match_info["word"], clock.now()
        opened = links.open(word, now) if len(word) <= LONGEST else None
        if opened is None:
            return _sentence(NOT_HERE, 404)
        if opened.is_over:
            return _sentence(OVER, 410)
        try:
            chart = await db.read(chart_of, Asked.of(opened.text), now)
            if chart is None:
                return _sentence(NOT_HERE, 404)
            tag = ETag(sha256(repr(chart).encode()).hexdigest()[:32])
            if tag in (request.if_none_match or ()):
                return _kept(web.Response(status=304), tag)
            data = await easel.draw(chart)
        except (StorageProblem, _BusyError):
            return _sentence(NOT_NOW, 503)
        return _sentence(NOT_HERE, 404) if data is None else _kept(_image(data), tag)

    return [web.get(f"{PATH}{{word}}{ENDS}", fetch)]


def _image(data: bytes) -> web.Response:
    return web.Response(body=data, content_type="image/png")


def _kept(answer: web.Response, tag: ETag) -> web.Response:
    answer.headers.update(_KEPT_SHORTLY)
    answer.etag = tag
    return answer


def _sentence(text: str, status: int) -> web.Response:
    return web.Response(text=text, status=status, headers=_NEVER_KEPT)
