"""The playground's server: what people do on a page reaches Okra once, and what comes of it stands there."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.cards.render import Cards
from bot.platforms.playground.server import Pages
from tests.platforms.playground.browsing import Browser, browser_at, served
from tests.platforms.playground.small_world import SmallWorld

ANA = "/as/ana/dm"
GROWTH = "/as/ana/channel/growth"


@pytest.fixture(scope="module")
def cards() -> Cards:
    return Cards()


@pytest.fixture
def world(tmp_path: Path, cards: Cards) -> SmallWorld:
    return SmallWorld(tmp_path, cards)


@pytest.fixture
async def browser(world: SmallWorld) -> AsyncIterator[Browser]:
    async with served(Pages(world).application()) as url, browser_at(url) as browser:
        yield browser


async def test_the_front_page_leads_to_somebodys_conversation(browser: Browser, world: SmallWorld) -> None:
    world.ask()

    page = await browser.get("/")

    assert (page.status, page.path) == (200, ANA)
    assert "Weekly check-in KR1 · Where will it land?" in page.text


async def test_a_reply_is_heard_and_answered(browser: Browser, world: SmallWorld) -> None:
    page = await browser.says(ANA, "45k\r\nblocked on legal")

    assert (page.status, page.path) == (200, ANA)
    assert [one.what.text for one in world.heard] == ["45k\nblocked on legal"]  # type: ignore[union-attr]
    assert "Noted: 45k" in page.text
