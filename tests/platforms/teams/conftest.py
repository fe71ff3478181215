"""Okra's Teams edge on a real server beside the fake Teams, with an `accept` that a test can script."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from aiohttp import web

from bot.cards.model import Card, Run, Text
from bot.clock import MovableClock
from bot.delivery.news import ChatNews, News
from bot.delivery.port import Address
from bot.intake.inbound import Inbound, Nothing, Result
from bot.platforms.teams.app import TeamsPlatform
from bot.platforms.teams.config import NO_LIMITS, Cloud, TeamsConfig
from bot.platforms.teams.places import Roster, Tenant
from tests.fakes.http import Server
from tests.fakes.teams import APP_ID, PASSWORD, TENANT, TeamsFake

NOW = datetime(2026, 11, 12, 9, 0, tzinfo=UTC)
MEI = "mei-object-id"
JACK = "jack-object-id"
SALES = "19:sales@thread.tacv2"


def card(text: str) -> Card:
    return Card((Text(((Run(text),),)),))


@dataclass
class App:
    """A tiny app behind the edge: remembers what came in and who was seen, and answers with `result`."""

    result: Result = field(default_factory=Nothing)
    error: Exception | None = None
    heard: list[Inbound] = field(default_factory=list)
    recorded: dict[str, Inbound] = field(default_factory=dict)
    news: list[News] = field(default_factory=list)
    is_deaf: bool = False
    was_told: asyncio.Event = field(default_factory=asyncio.Event)
    may_store: asyncio.Event = field(default_factory=asyncio.Event)
    may_answer: asyncio.Event = field(default_factory=asyncio.Event)
    slept: list[float] = field(default_factory=list)
    """For how long the edge waited to say something again."""

    def __post_init__(self) -> None:
        self.may_store.set()
        self.may_answer.set()

    async def accept(self, inbound: Inbound, stored_now: Callable[[], None] = lambda: None, /) -> Result:
        self.heard.append(inbound)
        self.was_told.set()
        await self.may_store.wait()
        if self.error is not None:
            raise self.error
        self.recorded.setdefault(inbound.key, inbound)
        stored_now()
        await self.may_answer.wait()
        return self.result

    async def hear(self, news: News) -> None:
        if self.is_deaf:
            raise RuntimeError("the database is gone")
        self.news.append(news)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await asyncio.sleep(0)

    def chats(self) -> dict[str, ChatNews]:
        """The newest news of each chat."""
        return {one.chat: one for one in self.news if isinstance(one, ChatNews)}

    async def chat_of(self, tenant: str, person: str) -> Address | None:
        mine = [one for one in self.chats().values() if one.person == person and one.is_open]
        return Address(1, person, is_person=True, ref=mine[0].ref) if mine else None

    async def tenant(self, installation_id: int) -> Tenant | None:
        known = [one for one in self.news if isinstance(one, ChatNews)]
        if not known:
            return None
        ref = known[-1].ref
        return Tenant(ref["tenant_id"], ref["service_url"], ref["bot_id"])

    async def name_of(self, installation_id: int, conversation: str) -> str:
        return next((one.name for one in reversed(list(self.chats().values())) if one.chat == conversation), "")

    async def team_of(self, installation_id: int, conversation: str) -> str:
        return next((one.parent or one.chat for one in self.chats().values() if one.chat == conversation), "")

    async def rosters(self, installation_id: int) -> list[Roster]:
        return [Roster(one.chat, one.ref) for one in self.chats().values() if one.is_open and not one.person]


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(NOW)


@pytest.fixture
def app() -> App:
    return App()


@pytest.fixture
async def teams(clock: MovableClock) -> AsyncIterator[TeamsFake]:
    fake = TeamsFake(clock)
    fake.add_person(MEI, "Mei Lin")
    fake.add_person(JACK, "Jack Ode", userRole="guest")
    fake.add_conversation(SALES, MEI, JACK)
    await fake.start()
    yield fake
    await fake.stop()


@pytest.fixture
def config(teams: TeamsFake) -> TeamsConfig:
    cloud = Cloud(login_url=teams.url, open_id_metadata_url=teams.metadata_url, limits=NO_LIMITS)
    return TeamsConfig(APP_ID, PASSWORD, TENANT, cloud=cloud, timeout=1.0)


@pytest.fixture
async def platform(
    teams: TeamsFake, config: TeamsConfig, app: App, clock: MovableClock
) -> AsyncIterator[TeamsPlatform]:
    platform = TeamsPlatform(
        config, accept=app.accept, hear=app.hear, places=app, clock=clock, host="bot.example.com", sleep=app.sleep
    )
    web_app = web.Application()
    web_app.add_routes(platform.routes())
    server = Server(web_app)
    await server.start()
    teams.app_url = server.url
    yield platform
    await platform.close()
    await server.stop()
