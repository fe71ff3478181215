"""A small company behind its pages, and a browser before them."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.cards.render import Cards
from bot.platforms.playground.server import Pages
from tests.platforms.playground.browsing import Browser, browser_at, served
from tests.platforms.playground.small_world import SmallWorld


@pytest.fixture(scope="session")
def cards() -> Cards:
    """The words, read once."""
    return Cards()


@pytest.fixture
def small(tmp_path: Path, cards: Cards) -> Iterator[SmallWorld]:
    """The company."""
    world = SmallWorld(tmp_path, cards)
    yield world
    world.room.close()


@pytest.fixture
async def url(small: SmallWorld) -> AsyncIterator[str]:
    """Where its pages are."""
    async with served(Pages(small).application()) as url:
        yield url


@pytest.fixture
async def browser(url: str) -> AsyncIterator[Browser]:
    """A browser that looks at them."""
    async with browser_at(url) as browser:
        yield browser
