"""A pretend Slack with people of TeeBee in it, and the whole of Okra behind it."""

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from pydantic import SecretStr

from bot.cli.composing import Connection
from bot.clock import MovableClock
from bot.okr.localtime import instant
from bot.settings import Settings
from storage import models as m
from tests.fakes.slack import APP_TOKEN, SECRET, TEAM, TOKEN, SlackFake
from tests.fakes.slack.wire import Mode
from tests.scenarios.running import BEGIN, MADRID, Running, running

CHANNEL = "C1SALES"
"""Where the boards of Growth go."""


def slack_time() -> MovableClock:
    """The time in Slack, when Okra begins."""
    return MovableClock(instant(BEGIN.date(), BEGIN.time(), MADRID))


@asynccontextmanager
async def started(fake: SlackFake, members: Iterable[str]) -> AsyncIterator[None]:
    """The fake at work, with Growth's channel and who is in it."""
    fake.add_channel(CHANNEL, *members)
    await fake.start()
    try:
        yield
    finally:
        await fake.stop()


@asynccontextmanager
async def behind(
    slack: SlackFake, folder: Path, people: Mapping[str, str], mode: Mode = "http"
) -> AsyncIterator[Running]:
    """Okra as `serve` composes it for one workspace, with these people of TeeBee, by their handles, in it."""
    by_socket = mode == "socket"
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]
        slack_bot_token=SecretStr(TOKEN),
        slack_signing_secret=None if by_socket else SecretStr(SECRET),
        slack_app_token=SecretStr(APP_TOKEN) if by_socket else None,
        slack_api_url=slack.api_url,
    )
    connection = Connection(m.Platform.SLACK, TEAM, "Pretend")
    async with running(folder, settings, connection, people, {"GRO": CHANNEL}) as one:
        slack.app_url = one.url
        yield one


def typed(**values: str) -> dict[str, object]:
    """What stands in the fields of a form, as Slack sends it."""
    return {name: {"value": {"type": "plain_text_input", "value": value}} for name, value in values.items()}
