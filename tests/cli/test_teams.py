"""`teams status`: what it says of the registration, of where Okra is, and of whom it cannot reach."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import typer
from pydantic import SecretStr

from bot.cli.composing import Connection
from bot.cli.teams import NOT_SENDING, status
from bot.clock import MovableClock
from bot.okr.localtime import instant
from bot.platforms.teams.config import Cloud
from bot.settings import Settings
from storage import models as m
from tests.cli.conftest import Line
from tests.fakes.teams import APP_ID, PASSWORD, TENANT, TeamsFake
from tests.scenarios.running import BEGIN, MADRID, Running, running

MEI, JACK = "mei-object-id", "jack-object-id"
TEAM = "19:growth@thread.tacv2"
CHAT = "19:retro@thread.v2"


def settings_of(okra: Running | None = None, **more: object) -> Settings:
    url = "sqlite:///okra.db" if okra is None else okra.house.db.engine.url.render_as_string(hide_password=False)
    usual: dict[str, object] = {
        "database_url": url,
        "teams_app_id": APP_ID,
        "teams_app_password": SecretStr(PASSWORD),
        "teams_tenant_id": TENANT,
    }
    return Settings(_env_file=None, **(usual | more))  # type: ignore[arg-type, call-arg]


@pytest.fixture
async def teams() -> AsyncIterator[TeamsFake]:
    fake = TeamsFake(MovableClock(instant(BEGIN.date(), BEGIN.time(), MADRID)))
    fake.add_person(MEI, "Mei Tan")
    fake.add_person(JACK, "Jack Moreno")
    fake.add_team(TEAM, "Growth", MEI)
    fake.add_chat(CHAT, MEI)
    await fake.start()
    yield fake
    await fake.stop()


@pytest.fixture
async def okra(tmp_path: Path, teams: TeamsFake) -> AsyncIterator[Running]:
    connection = Connection(m.Platform.TEAMS, TENANT, "the tenant")
    people = {"mei": MEI, "jack": JACK}
    async with running(
        tmp_path, settings_of(), connection, people, {"GRO": TEAM, "TEA": "19:elsewhere@thread.tacv2"}, cloud(teams)
    ) as one:
        teams.app_url = one.url
        yield one


def cloud(teams: TeamsFake) -> Cloud:
    return Cloud(login_url=teams.url, open_id_metadata_url=teams.metadata_url)


async def told(settings: Settings, teams: TeamsFake, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """What the command prints."""
    capsys.readouterr()
    await asyncio.to_thread(status, settings, cloud(teams))
    return capsys.readouterr().out.splitlines()


async def refused(settings: Settings, cloud: Cloud, capsys: pytest.CaptureFixture[str]) -> tuple[list[str], str]:
    """What the command prints and complains of where it gets no token; a script sees that by its exit code."""
    capsys.readouterr()
    with pytest.raises(typer.Exit) as ended:
        await asyncio.to_thread(status, settings, cloud)
    assert ended.value.exit_code == 1
    printed = capsys.readouterr()
    return printed.out.splitlines(), printed.err.strip()


async def test_before_anything_came_it_says_where_teams_must_post_to(
    okra: Running, teams: TeamsFake, capsys: pytest.CaptureFixture[str]
) -> None:
    said = await told(settings_of(okra, base_url="https://okra.example.com/"), teams, capsys)

    assert said[:3] == [f"Registration: {APP_ID}, SingleTenant", "  Token: given", f"  Tenants let in: {TENANT}"]
    assert said[3] == f"Tenant {TENANT}"
    assert said[5] == "  Okra is in: no team and no chat yet; upload the app package and add Okra"
    assert said[6].startswith("  People: 0 of ")
    assert said[-1] == (
        "  Heard last: never; the messaging endpoint of your Azure Bot must be https://okra.example.com/api/messages"
    )


async def test_it_tells_where_okra_is_and_whom_it_reaches(
    okra: Running, teams: TeamsFake, capsys: pytest.CaptureFixture[str]
) -> None:
    await teams.installs(MEI)
    await teams.adds_to(TEAM)
    await teams.mentions("board", CHAT)
    await okra.settled()

    said = await told(settings_of(okra), teams, capsys)

    assert said[4] == "  Okra workspace: TeeBee"
    assert said[5] == "  Okra is in: 1 team with 1 channel, 1 group chat, 1 personal chat"
    assert said[6].startswith("  People: 1 of ")
    assert said[7].startswith("    Not found: Ana Prado, ")
    assert "Mei Tan" not in said[7]
    assert said[7].endswith(
        "; add Okra to a team that they are in, and give them in the OKR file the e-mail address that "
        "they have in Teams"
    )
    assert said[8] == "    Without Okra: Jack Moreno; they add it in Teams, or an admin installs it for everybody"
    assert said[9] == "  Channels: add Okra to the team in Teams that has the channel of TEA"
    assert said[10] == "  Heard last: 12 Nov 2026 09:00"
    assert PASSWORD not in "\n".join(said)


async def test_whoever_took_okra_away_is_named(
    okra: Running, teams: TeamsFake, capsys: pytest.CaptureFixture[str]
) -> None:
    await teams.installs(MEI)
    await teams.uninstalls(MEI)
    await okra.settled()

    said = await told(settings_of(okra), teams, capsys)

    assert "    Without Okra: Jack Moreno, Mei Tan; they add it in Teams, or an admin installs it for everybody" in said


async def test_another_tenant_than_that_of_the_settings_gets_nothing(
    okra: Running, teams: TeamsFake, capsys: pytest.CaptureFixture[str]
) -> None:
    other = "0f2e3d4c-5b6a-4789-8abc-0123456789ab"

    said, _ = await refused(settings_of(okra, teams_tenant_id=other), cloud(teams), capsys)

    assert said[2] == f"  Tenants let in: {other}"
    assert said[-1] == (
        "  State: not let in; nothing is sent there (TEAMS_TENANT_ID and TEAMS_ALLOWED_TENANTS name others)"
    )


async def test_a_wrong_secret_is_named_with_what_to_do(
    okra: Running, teams: TeamsFake, capsys: pytest.CaptureFixture[str]
) -> None:
    said, complaint = await refused(settings_of(okra, teams_app_password=SecretStr("another")), cloud(teams), capsys)

    assert said[1] == (
        "  Token: not given (No token from Microsoft: 401 invalid_client); make a new client secret and put it into "
        "TEAMS_APP_PASSWORD"
    )
    assert f"Tenant {TENANT}" in said
    assert complaint == NOT_SENDING


async def test_a_login_that_cannot_be_reached_is_told_and_the_rest_is_shown(
    okra: Running, capsys: pytest.CaptureFixture[str]
) -> None:
    nowhere = Cloud(login_url="http://127.0.0.1:9")

    said, complaint = await refused(settings_of(okra), nowhere, capsys)

    assert said[1].startswith("  Token: not given (No token from Microsoft: ")
    assert said[1].endswith("; check the network, then ask again")
    assert f"Tenant {TENANT}" in said
    assert complaint == NOT_SENDING


def test_without_teams_it_says_how_to_begin(line: Line) -> None:
    ended = line.run("teams", "status")

    assert ended.code == 2
    assert ended.complaint == "Teams is not set up: TEAMS_APP_ID is not set (docs/teams.md says how to get one)."


def test_in_development_there_is_no_registration(line: Line) -> None:
    line.set(TEAMS_DEVELOPMENT="true", TEAMS_TENANT_ID=TENANT)

    ended = line.run("teams", "status")

    assert ended.code == 0
    assert ended.out.splitlines() == [
        "Registration: none (TEAMS_DEVELOPMENT); nobody is asked who they are, so keep it to this machine.",
        "No tenant is connected yet: import your OKRs, then start Okra (.venv/bin/python app.py serve).",
    ]
