"""Several tenants talk with one Okra, each known by itself; whoever is of none of them is not heard."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlmodel import Session, select

from bot.cli.composing import Connection, compose
from bot.clock import MovableClock
from bot.delivery.news import ChatNews
from bot.okr.localtime import instant
from bot.platforms.teams.config import NO_LIMITS, Cloud
from bot.settings import Settings
from storage import models as m
from tests.fakes.teams import APP_ID, PASSWORD, TENANT, Answer, TeamsFake
from tests.scenarios.running import BEGIN, MADRID, Running, running

MEI = "mei-object-id"
SISTER = "bbbbbbbb-0000-0000-0000-0000000sister"


@pytest.fixture
async def teams() -> AsyncIterator[TeamsFake]:
    fake = TeamsFake(MovableClock(instant(BEGIN.date(), BEGIN.time(), MADRID)))
    fake.add_person(MEI, "Mei Tan")
    await fake.start()
    yield fake
    await fake.stop()


def of(*tenants: str) -> Settings:
    """Settings that let these tenants in."""
    return Settings(
        _env_file=None,  # type: ignore[call-arg]
        teams_app_id=APP_ID,
        teams_app_password=SecretStr(PASSWORD),
        teams_app_type="MultiTenant",
        teams_allowed_tenants=", ".join(tenants),
    )


@pytest.fixture
async def okra(tmp_path: Path, teams: TeamsFake) -> AsyncIterator[Running]:
    settings = of(TENANT, SISTER.upper())
    # The pretend login serves one tenant; here that stands for the one where all bots of many tenants are.
    cloud = Cloud(teams.url, open_id_metadata_url=teams.metadata_url, bots_tenant=TENANT, limits=NO_LIMITS)
    connection = Connection(m.Platform.TEAMS, TENANT, "the tenant")
    async with running(tmp_path, settings, connection, {"mei": MEI}, {}, cloud) as one:
        teams.app_url = one.url
        yield one


async def says(teams: TeamsFake, text: str, tenant: str) -> Answer:
    """Mei's namesake in some tenant writes to the bot."""
    body = teams.activity(text=text)
    body["conversation"]["tenantId"] = tenant
    body["channelData"] = {"tenant": {"id": tenant}}
    return await teams.post(body)


async def test_people_are_known_by_their_tenant(okra: Running, teams: TeamsFake) -> None:
    assert (await says(teams, "KR1 46k", TENANT)).status == 200
    await okra.settled()
    assert "$44k → $46k" in teams.texts(f"a:{MEI}")[-1]

    assert (await says(teams, "KR1 99k", SISTER)).status == 200
    await okra.settled()
    assert "I don't know you yet" in teams.texts(f"a:{MEI}")[-1]

    assert (await says(teams, "KR1 99k", "cccccccc-0000-0000-0000-00000000other")).status == 403
    await okra.settled()
    assert [format(row.value, "f") for row in okra.said_of("GRO-1") if row.value is not None] == ["46000"]


async def test_every_tenant_belongs_to_the_workspace(okra: Running) -> None:
    def rows(session: Session) -> list[m.Installation]:
        return list(session.exec(select(m.Installation).order_by(m.Installation.external_id)))

    found = okra.house.db.read_now(rows)

    assert [row.external_id for row in found] == [TENANT, SISTER]
    assert len({row.workspace_id for row in found}) == 1


async def test_a_tenant_that_is_let_in_no_more_is_sent_nothing_until_it_is_again(
    okra: Running, teams: TeamsFake
) -> None:
    await says(teams, "hello", TENANT)
    await okra.settled()
    before = len(teams.texts(f"a:{MEI}"))

    async with compose(okra.house, of(SISTER)):  # Okra is started with other settings
        await okra.at("2026-11-12 10:00")
        await okra.house.directory.hear(chat_in(teams))  # what was on its way when that happened
        await okra.settled()
    assert len(teams.texts(f"a:{MEI}")) == before

    cloud = Cloud(teams.url, open_id_metadata_url=teams.metadata_url, bots_tenant=TENANT, limits=NO_LIMITS)
    async with compose(okra.house, of(TENANT, SISTER), cloud):
        await okra.at("2026-11-12 10:10")
        await okra.settled()
    assert len(teams.texts(f"a:{MEI}")) > before
    assert any("Weekly check-in" in text for text in teams.texts(f"a:{MEI}"))


def chat_in(teams: TeamsFake) -> ChatNews:
    ref = {"service_url": teams.service_url, "conversation_id": f"a:{MEI}", "tenant_id": TENANT}
    return ChatNews("teams", TENANT, f"a:{MEI}", m.ChatKind.PERSONAL, ref, person=MEI)
