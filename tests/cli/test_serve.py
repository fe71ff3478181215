"""`serve` as a process of its own: it says that it is well, and a signal ends it cleanly."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from bot.clock import MovableClock
from tests.cli.conftest import EXAMPLES
from tests.fakes.slack import SECRET, TOKEN, SlackFake
from tests.storage.databases import MORNING

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
async def slack() -> AsyncIterator[SlackFake]:
    fake = SlackFake(MovableClock(MORNING))
    await fake.start()
    yield fake
    await fake.stop()


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


async def process(folder: Path, *arguments: str, **settings: str) -> asyncio.subprocess.Process:
    """A command in a process of its own."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **settings}
    return await asyncio.create_subprocess_exec(
        sys.executable,
        str(ROOT / "app.py"),
        *arguments,
        cwd=folder,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def until_it_serves(running: asyncio.subprocess.Process) -> list[str]:
    """The log up to the line that says where it listens."""
    assert running.stderr is not None
    seen = []
    async with asyncio.timeout(30):
        while line := (await running.stderr.readline()).decode():
            seen.append(line)
            if "serving" in line:
                return seen
    raise AssertionError("".join(seen))


async def test_it_serves_until_it_is_told_to_stop(tmp_path: Path, slack: SlackFake) -> None:
    imported = await process(tmp_path, "import", str(EXAMPLES / "small.yaml"), "--yes")
    assert await imported.wait() == 0
    port = free_port()
    running = await process(
        tmp_path,
        "serve",
        SLACK_BOT_TOKEN=TOKEN,
        SLACK_SIGNING_SECRET=SECRET,
        SLACK_API_URL=slack.api_url,
        PORT=str(port),
        LOG_FORMAT="json",
    )
    try:
        seen = await until_it_serves(running)
        async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/healthz") as answer:
            assert (answer.status, await answer.text()) == (200, "ok")
        slack.app_url = f"http://127.0.0.1:{port}"
        stranger = await slack.command("")
        assert "I don't know you yet" in stranger.text
    finally:
        running.send_signal(signal.SIGTERM)
        out, err = await asyncio.wait_for(running.communicate(), 30)

    assert (running.returncode, out) == (0, b"")
    log = "".join(seen) + err.decode()
    assert '"event": "connected"' in log
    assert "Traceback" not in log
    assert TOKEN not in log
    assert SECRET not in log


async def test_a_port_that_is_taken_is_told_in_one_sentence(tmp_path: Path, slack: SlackFake) -> None:
    taken = slack.api_url.split(":")[2].split("/")[0]
    running = await process(
        tmp_path,
        "serve",
        SLACK_BOT_TOKEN=TOKEN,
        SLACK_SIGNING_SECRET=SECRET,
        SLACK_API_URL=slack.api_url,
        PORT=taken,
    )
    _, err = await asyncio.wait_for(running.communicate(), 60)

    assert running.returncode == 2
    last = err.decode().strip().split("\n")[-1]
    assert last.startswith(f"Okra cannot listen on 127.0.0.1:{taken} (")
    assert last.endswith("choose another HOST or PORT.")
    assert "Traceback" not in err.decode()
