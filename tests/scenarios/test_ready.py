"""A load balancer is told by `/readyz` whom to send requests, and that this one is about to go."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import sqlalchemy as sa

from bot.cli import readiness
from bot.cli.readiness import STOPPING, TOO_OLD, Readiness
from storage.session import Database
from tests.fakes.http import Broken
from tests.fakes.slack import SlackFake
from tests.fakes.teams import TeamsFake
from tests.scenarios import slack_world, teams_world
from tests.scenarios.running import Running
from tests.storage.databases import Kind


async def ready(okra: Running) -> tuple[int, dict[str, Any]]:
    async with aiohttp.ClientSession() as session, session.get(f"{okra.url}/readyz") as answer:
        return answer.status, await answer.json()


async def health(okra: Running) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(f"{okra.url}/healthz") as answer:
        return answer.status, await answer.text()


def say(okra: Running, statement: str) -> None:
    okra.house.db.write_now(lambda session: session.execute(sa.text(statement)))


@pytest.fixture
async def on_slack(tmp_path: Path, each_database: Kind) -> AsyncIterator[Running]:
    del each_database
    slack = SlackFake(slack_world.slack_time())
    await slack.start()
    async with slack_world.behind(slack, tmp_path, {"mei": "U0MEI"}) as okra:
        yield okra
    await slack.stop()


@pytest.fixture
async def on_teams(tmp_path: Path) -> AsyncIterator[tuple[TeamsFake, Running]]:
    teams = TeamsFake(teams_world.teams_time())
    async with teams_world.started(teams), teams_world.behind(teams, tmp_path, {}, {}) as okra:
        yield teams, okra


async def test_all_is_well_with_slack(on_slack: Running) -> None:
    assert await ready(on_slack) == (
        200,
        {"ready": True, "database": "reachable", "schema": "current", "slack": "connected"},
    )


async def test_an_older_schema_is_not_ready_and_a_newer_one_is(on_slack: Running) -> None:
    say(on_slack, "UPDATE alembic_version SET version_num = '0001'")
    status, told = await ready(on_slack)
    assert (status, told["schema"], told["problem"]) == (503, "older", TOO_OLD)

    say(on_slack, "UPDATE alembic_version SET version_num = '9999'")
    status, told = await ready(on_slack)
    assert (status, told["schema"], told["ready"]) == (200, "newer", True)


async def test_teams_is_looked_at_too(on_teams: tuple[TeamsFake, Running]) -> None:
    teams, okra = on_teams
    teams.token_trouble = Broken(500)

    status, told = await ready(okra)
    assert (status, told["teams"], told["ready"]) == (503, "disconnected", False)
    assert told["problem"].startswith("Microsoft gives no token for Teams (")

    teams.token_trouble = None
    assert (await ready(okra))[1] == {
        "ready": True,
        "database": "reachable",
        "schema": "current",
        "teams": "connected",
    }


async def test_a_watchdog_hears_of_teams_too(on_teams: tuple[TeamsFake, Running]) -> None:
    teams, okra = on_teams
    teams.token_trouble = Broken(500)

    status, told = await health(okra)
    assert status == 503
    assert "Microsoft gives no token for Teams (" in told

    teams.token_trouble = None
    assert await health(okra) == (200, "ok")


async def test_while_it_stops_it_says_so_and_goes_when_that_was_heard(on_slack: Running) -> None:
    assert (await ready(on_slack))[0] == 200
    stopping = asyncio.create_task(on_slack.composed.readiness.stop())
    await asyncio.sleep(0)
    assert not stopping.done()

    assert await ready(on_slack) == (503, {"ready": False, "process": "stopping", "problem": STOPPING})

    await asyncio.wait_for(stopping, 1)


async def nothing_wrong() -> str | None:
    return None


async def never() -> str | None:
    await asyncio.Event().wait()
    return None


async def test_a_stop_waits_for_nobody_who_never_asked(on_slack: Running) -> None:
    await asyncio.wait_for(Readiness(on_slack.house.db, {}).stop(), 1)


async def test_a_stop_does_not_wait_forever(on_slack: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "HEARD_WITHIN", 0.01)
    asked = Readiness(on_slack.house.db, {"slack": nothing_wrong})
    assert (await asked.look()).problem is None

    await asyncio.wait_for(asked.stop(), 1)


async def test_a_platform_that_hangs_is_not_connected(on_slack: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "PATIENCE", 0.01)

    found = await Readiness(on_slack.house.db, {"teams": never}).look()

    assert (found.parts["teams"], found.problem) == ("disconnected", "Teams did not answer within 0 seconds.")


async def test_a_database_that_is_away_is_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / "okra.db"
    file.write_bytes(b"no database any more" * 1000)
    db = Database(f"sqlite:///{file}", teams_world.teams_time())
    try:
        found = await Readiness(db, {"slack": nothing_wrong}).look()
    finally:
        db.close()

    assert found.parts == {"database": "unreachable"}
    assert found.problem is not None
    assert found.problem.endswith(".")
