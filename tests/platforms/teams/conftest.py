"""Okra's Teams edge on a real server beside the fake Teams, with an `accept` that a test can script."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from aiohttp import web

from bot.cards.model import Card, Run, Text
from bot.clock import MovableClock
from bot.delivery.port import Address
from bot.intake.inbound import Inbound, Nothing, Result
from bot.platforms.teams.app import TeamsPlatform
from bot.platforms.teams.config import Cloud, TeamsConfig
from bot.platforms.teams.inbound import SeenPerson
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
    people: dict[str, SeenPerson] = field(default_factory=dict)
    channels: dict[str, SeenPerson] = field(default_factory=dict)

    async def accept(self, inbound: Inbound) -> Result:
        self.heard.append(inbound)
        if self.error is not None:
            raise self.error
        self.recorded.setdefault(inbound.key, inbound)
        return self.result

    async def seen(self, person: SeenPerson) -> None:
        (self.people if person.is_personal else self.channels)[
            person.person if person.is_personal else person.channel
        ] = person

    async def personal_chat(self, person: str) -> Address | None:
        known = self.people.get(person)
        return None if known is None else Address(1, person, is_person=True, ref=known.ref)


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
    cloud = Cloud(login_url=teams.url, open_id_metadata_url=teams.metadata_url)
    return TeamsConfig(APP_ID, PASSWORD, TENANT, cloud=cloud, timeout=1.0)


@pytest.fixture
async def platform(
    teams: TeamsFake, config: TeamsConfig, app: App, clock: MovableClock
) -> AsyncIterator[TeamsPlatform]:
    platform = TeamsPlatform(
        config, accept=app.accept, seen=app.seen, personal_chat=app.personal_chat, clock=clock, host="bot.example.com"
    )
    web_app = web.Application()
    web_app.add_routes(platform.routes())
    server = Server(web_app)
    await server.start()
    teams.app_url = server.url
    yield platform
    await platform.close()
    await server.stop()
