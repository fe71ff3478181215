"""Okra's Slack edge on a real server beside the fake Slack, with an `accept` that a test can script."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from aiohttp import web

from bot.cards.model import Card, Run, Text
from bot.clock import MovableClock
from bot.delivery.news import News
from bot.intake.inbound import Inbound, Nothing, Result
from bot.platforms.slack.app import SlackPlatform
from bot.platforms.slack.grants import OneGrant
from tests.fakes.http import Server
from tests.fakes.slack import APP_TOKEN, SECRET, TOKEN, SlackFake
from tests.fakes.slack.wire import Mode

NOW = datetime(2026, 11, 12, 9, 0, tzinfo=UTC)


def card(text: str) -> Card:
    return Card((Text(((Run(text),),)),))


@dataclass
class Accepting:
    """A tiny intake: remembers what came in and answers with `result`; a key that is known changes nothing."""

    result: Result = field(default_factory=Nothing)
    error: Exception | None = None
    heard: list[Inbound] = field(default_factory=list)
    recorded: dict[str, Inbound] = field(default_factory=dict)
    meeting: asyncio.Barrier | None = None
    """Where given, every `accept` waits for the others there."""

    thinking: asyncio.Event | None = None
    """Where given, what was stored is answered only when it is set."""

    async def __call__(self, inbound: Inbound, stored_now: Callable[[], None] = lambda: None, /) -> Result:
        self.heard.append(inbound)
        if self.meeting is not None:
            async with asyncio.timeout(30):
                await self.meeting.wait()
        if self.error is not None:
            raise self.error
        self.recorded.setdefault(inbound.key, inbound)
        stored_now()
        if self.thinking is not None:
            await self.thinking.wait()
        return self.result


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(NOW)


@pytest.fixture
def accept() -> Accepting:
    return Accepting()


@pytest.fixture
def grants() -> OneGrant:
    """The only workspace; before Slack was asked for its id, as in tests of the edge alone."""
    return OneGrant(TOKEN)


@pytest.fixture
def heard() -> list[News]:
    """What the platform told about its people and channels."""
    return []


@pytest.fixture
def mode() -> Mode:
    """How Slack reaches us; what holds for both is told of both (`test_edge.py`)."""
    return "http"


@pytest.fixture
async def slack(clock: MovableClock, mode: Mode) -> AsyncIterator[SlackFake]:
    fake = SlackFake(clock)
    fake.mode = mode
    fake.add_person("U1MEI", "Mei Lin", tz="Asia/Shanghai", locale="zh-CN")
    fake.add_person("U2JACK", "Jack Ode", is_restricted=True)
    fake.add_channel("C1SALES", "U1MEI", "U2JACK")
    await fake.start()
    yield fake
    await fake.stop()
    assert fake.sockets.faults == []


@pytest.fixture
async def platform(
    slack: SlackFake, accept: Accepting, clock: MovableClock, heard: list[News], grants: OneGrant, mode: Mode
) -> AsyncIterator[SlackPlatform]:
    async def hear(news: News) -> None:
        heard.append(news)

    platform = SlackPlatform(
        signing_secret=SECRET,
        app_token=APP_TOKEN if mode == "socket" else None,
        grants=grants,
        accept=accept,
        hear=hear,
        clock=clock,
        api_url=slack.api_url,
        timeout=1.0,
    )
    async with served(platform, slack):
        yield platform


@asynccontextmanager
async def served(platform: SlackPlatform, slack: SlackFake) -> AsyncIterator[None]:
    """The platform at work on a server of its own, which the fake speaks to."""
    app = web.Application()
    app.add_routes(platform.routes())
    server = Server(app)
    await server.start()
    slack.app_url = server.url
    await platform.start()
    slack.calls.clear()
    try:
        yield
    finally:
        await platform.close()
        await server.stop()


async def hear_nothing(_news: News) -> None:
    """For tests in which nothing is told about people and channels."""
