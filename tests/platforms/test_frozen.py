"""A real process that is stopped (SIGSTOP) as its message is about to leave, and goes on when it is too late."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.clock import MovableClock, real_seconds
from tests.fakes.slack import TOKEN, SlackFake
from tests.fakes.teams import APP_ID, PASSWORD, TENANT, TeamsFake

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 12, 9, 0, tzinfo=UTC)
CHAT = "a:mei"


@pytest.fixture
async def slack() -> AsyncIterator[SlackFake]:
    fake = SlackFake(MovableClock(NOW))
    fake.add_person("U1MEI", "Mei Lin")
    await fake.start()
    yield fake
    await fake.stop()


@pytest.fixture
async def teams() -> AsyncIterator[TeamsFake]:
    fake = TeamsFake(MovableClock(NOW))
    fake.add_person("mei", "Mei Lin")
    await fake.start()
    yield fake
    await fake.stop()


async def frozen_until_too_late(*arguments: str) -> str:
    """Run the child, leave it frozen until its fence has passed, let it go on. Returns what it ends with."""
    # Not by the loop's own ways, which do not tell that a child stopped.
    child = subprocess.Popen(  # noqa: ASYNC220, S603 - a child of our own, with arguments of our own
        [sys.executable, "-m", "tests.platforms.frozen", *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        _, status = await asyncio.to_thread(os.waitpid, child.pid, os.WUNTRACED)
        assert os.WIFSTOPPED(status), "it ended without being frozen"
        assert child.stdout is not None
        until = json.loads(child.stdout.readline())["until"]
        while real_seconds() < until:  # noqa: ASYNC110 - it is the child's real time that must pass
            await asyncio.sleep(0.01)
        child.send_signal(signal.SIGCONT)
        said, _ = await asyncio.to_thread(child.communicate, timeout=60)
        assert child.returncode == 0
        return str(json.loads(said)["error"])
    finally:
        child.kill()
        await asyncio.to_thread(child.wait)


async def test_a_message_to_slack_is_not_sent_by_a_process_that_was_frozen(slack: SlackFake) -> None:
    assert await frozen_until_too_late("slack", slack.api_url, TOKEN, "U1MEI") == "FencePassed"
    assert slack.texts("D1MEI") == ["in time"]
    assert len(slack.called("chat.postMessage")) == 1


async def test_nor_is_one_to_teams(teams: TeamsFake) -> None:
    arguments = (teams.url, teams.service_url, CHAT, APP_ID, PASSWORD, TENANT)
    assert await frozen_until_too_late("teams", *arguments) == "FencePassed"
    assert teams.texts(CHAT) == ["in time"]
    assert len(teams.called("POST")) == 1
