"""What is to come, asked of the company aside: a page waits a moment for it and shows the rest a little later."""

import asyncio
import logging

from aiohttp import web

from bot.cards.i18n import LANGUAGES, Lang
from bot.platforms.playground.world import Coming, World
from bot.where import what_and_where

logger = logging.getLogger(__name__)

Upcoming = tuple[list[Coming], list[Coming]]
NOTHING: Upcoming = ([], [])
PATIENCE = 0.15
"""Real seconds that a page waits."""


class Ahead:
    """Looks ahead for each language once at a time, and remembers what it saw."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._age = world.age
        self._known: dict[Lang, tuple[int, Upcoming]] = {}
        """With the revision of the room that it was seen at."""
        self._looking: dict[Lang, asyncio.Task[None]] = {}

    async def soon(self, lang: Lang) -> tuple[Upcoming | None, bool]:
        """What is to come as far as it is known after a moment, and whether that is the newest."""
        await asyncio.wait((self._look(lang),), timeout=PATIENCE)
        known = self._known.get(lang)
        return (None, False) if known is None else (known[1], known[0] == self._world.room.revision)

    async def now(self, lang: Lang) -> Upcoming:
        """What is to come, however long it takes to find out."""
        if (running := self._looking.get(lang)) is not None:
            await asyncio.wait((running,))  # it may have begun before the last thing happened
        await asyncio.wait((self._look(lang),))
        known = self._known.get(lang)
        return NOTHING if known is None else known[1]

    async def close(self, _: web.Application) -> None:
        """Stop looking."""
        running = [self._looking[lang] for lang in LANGUAGES if lang in self._looking]
        for one in running:
            one.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def _look(self, lang: Lang) -> asyncio.Task[None]:
        if self._age != self._world.age:
            self._age, self._known = self._world.age, {}
        running = self._looking.get(lang)
        if running is None or running.done():
            running = self._looking[lang] = asyncio.create_task(self._see(lang, self._age))
        return running

    async def _see(self, lang: Lang, age: int) -> None:
        revision = self._world.room.revision
        try:
            seen = await self._world.coming(lang)
        except Exception as error:  # noqa: BLE001 - a page without it is better than none
            logger.error("Looking ahead in the playground: %s", what_and_where(error))
            return
        if age == self._age:
            self._known[lang] = revision, seen
