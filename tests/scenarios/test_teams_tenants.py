"""Several tenants talk with one Okra, each known by itself; whoever is of none of them is not heard."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlmodel import Session, select

from bot.cli.composing import Connection
from bot.clock import MovableClock
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


@pytest.fixture
async def okra(tmp_path: Path, teams: TeamsFake) -> AsyncIterator[Running]:
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]
        teams_app_id=APP_ID,
        teams_app_password=SecretStr(PASSWORD),
        teams_app_type="MultiTenant",
        teams_allowed_tenants=f"{TENANT}, {SISTER.upper()}",
    )
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
