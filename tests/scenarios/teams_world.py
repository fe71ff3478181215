"""A pretend Teams with people of TeeBee in it, and the whole of Okra behind it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot.cli.composing import Connection
from bot.clock import MovableClock
from bot.okr.localtime import instant
from bot.platforms.teams.config import NO_LIMITS, Cloud
from bot.settings import Settings
from storage import models as m
from tests.fakes.teams import APP_ID, PASSWORD, TENANT, Message, TeamsFake
from tests.scenarios.running import BEGIN, MADRID, Running, running

GENERAL = "19:general@thread.tacv2"
BOARD = "19:board@thread.tacv2"
"""Where the boards of Growth go."""


def teams_time() -> MovableClock:
    """The time in Teams, when Okra begins."""
    return MovableClock(instant(BEGIN.date(), BEGIN.time(), MADRID))


@asynccontextmanager
async def started(fake: TeamsFake) -> AsyncIterator[None]:
    """The fake at work."""
    await fake.start()
    try:
        yield
    finally:
        await fake.stop()


@asynccontextmanager
async def behind(
    teams: TeamsFake, folder: Path, people: Mapping[str, str], channels: Mapping[str, str], **more: Any
) -> AsyncIterator[Running]:
    """Okra as `serve` composes it for one tenant, with these people of TeeBee, by their handles, in it.

    `more` are further settings.
    """
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]
        teams_app_id=APP_ID,
        teams_app_password=SecretStr(PASSWORD),
        teams_tenant_id=TENANT,
        **more,
    )
    cloud = Cloud(login_url=teams.url, open_id_metadata_url=teams.metadata_url, limits=NO_LIMITS)
    connection = Connection(m.Platform.TEAMS, TENANT, "the tenant")
    async with running(folder, settings, connection, people, channels, cloud) as one:
        teams.app_url = one.url
        teams.clock = one.clock
        yield one


def unfolded(message: Message, label: str) -> dict[str, Any]:
    """The card that unfolds in a message and whose first field is called so."""
    cards = [each["card"] for each in message.actions() if "card" in each]
    found = [card for card in cards if any(label in str(each.get("label")) for each in card["body"])]
    assert found, f"{label} is not asked for: {[each.get('label') for card in cards for each in card['body']]}"
    return dict(found[0])


def typed(card: Mapping[str, Any], **values: str) -> dict[str, str]:
    """What stands in the fields of a form, by the names that the card gave them."""
    ids = {str(each["id"]).rpartition(".")[2]: str(each["id"]) for each in card["body"] if "id" in each}
    return {ids[name]: value for name, value in values.items()}
