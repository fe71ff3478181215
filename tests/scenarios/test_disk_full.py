"""The disk is full: who says something hears it once, a load balancer hears it, and with room all is well again."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from storage import session
from tests.fakes.slack import SlackFake
from tests.fakes.teams import TeamsFake
from tests.scenarios import slack_world, teams_world
from tests.scenarios.running import MADRID, Running
from tests.scenarios.slack_world import slack_time
from tests.scenarios.teams_world import teams_time
from tests.scenarios.test_teams_week import chat
from tests.storage.away import disk_full

# A server says it by a code of its own (53100), which is read in the same place.
pytestmark = pytest.mark.sqlite_only

FULL = "The disk is full, so nothing can be saved; make room and try again."
NOTHING = "I could not save that just now. Nothing was recorded; please try again."
LONG = "KR1 46k, " + "and nobody knows why " * 400
ASKED = "2026-11-12 10:00"
MEI = "mei-object-id"


@pytest.fixture
async def slack() -> AsyncIterator[SlackFake]:
    fake = SlackFake(slack_time())
    fake.add_person("U1MEI", "Mei Tan", tz=MADRID)
    async with slack_world.started(fake, ("U1MEI",)):
        yield fake


@pytest.fixture
async def on_slack(tmp_path: Path, slack: SlackFake) -> AsyncIterator[Running]:
    async with slack_world.behind(slack, tmp_path, {"mei": "U1MEI"}) as okra:
        await okra.at(ASKED)
        yield okra


@pytest.fixture
async def teams() -> AsyncIterator[TeamsFake]:
    fake = TeamsFake(teams_time())
    fake.add_person(MEI, "Mei Tan", installed=False, zone=MADRID)
    async with teams_world.started(fake):
        yield fake


@pytest.fixture
async def on_teams(tmp_path: Path, teams: TeamsFake) -> AsyncIterator[Running]:
    async with teams_world.behind(teams, tmp_path, {"mei": MEI}, {}) as okra:
        await teams.installs(MEI)
        await okra.settled()
        await okra.at(ASKED)
        yield okra


async def ready(okra: Running) -> tuple[int, dict[str, Any]]:
    async with aiohttp.ClientSession() as http, http.get(f"{okra.url}/readyz") as answer:
        return answer.status, await answer.json()


async def test_a_command_is_answered_once_and_readyz_tells_until_there_is_room(
    on_slack: Running, slack: SlackFake, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (await ready(on_slack))[0] == 200

    with disk_full(on_slack.house.db):
        answer = await slack.command(LONG, user="U1MEI", channel="D1MEI")
        await on_slack._drained()
        assert str([answer.text, slack.responses, slack.ephemeral]).count(NOTHING) == 1
        status, told = await ready(on_slack)
        assert (status, told["ready"], told["database"], told["problem"]) == (503, False, "saves nothing", FULL)

    await slack.command("KR1 46k", user="U1MEI", channel="D1MEI")
    await on_slack.settled()
    assert [row.value for row in on_slack.said_of("GRO-1")] == [46_000]
    monkeypatch.setattr(session, "REMEMBERED_SECONDS", -1.0)  # half a minute later
    assert (await ready(on_slack))[0] == 200


async def test_words_in_teams_are_answered_once_and_count_when_they_are_said_again(
    on_teams: Running, teams: TeamsFake
) -> None:
    with disk_full(on_teams.house.db):
        assert (await teams.says(LONG, person=MEI)).status == 200
        assert [text for text in teams.texts(chat(MEI)) if text == NOTHING] == [NOTHING]
        assert (await ready(on_teams))[1]["problem"] == FULL
    assert on_teams.said_of("GRO-1") == []

    await teams.says(LONG, person=MEI)
    await on_teams.settled()

    assert [row.value for row in on_teams.said_of("GRO-1")] == [46_000]
    assert teams.texts(chat(MEI)).count(NOTHING) == 1
