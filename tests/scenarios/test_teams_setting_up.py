"""A tenant of Teams in which nothing is set up: whoever brings Okra in, until the first board stands in the channel."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlmodel import select

from app import build_house
from bot.cli.composing import compose
from bot.cli.serve import work
from bot.platforms.teams.config import NO_LIMITS, Cloud
from bot.settings import Settings
from bot.web.server import Server
from storage import models as m
from storage.session import Database
from tests.fakes.teams import APP_ID, PASSWORD, TENANT, Message, TeamsFake
from tests.scenarios.running import MADRID, Running
from tests.scenarios.teams_world import started, teams_time
from tests.storage.databases import new_url

MEI, JACK = "mei-object-id", "jack-object-id"
CHAT = f"a:{MEI}"
GENERAL, BOARD = "19:general@thread.tacv2", "19:board@thread.tacv2"


@pytest.fixture
async def teams() -> AsyncIterator[TeamsFake]:
    """A tenant in which Okra is nowhere yet."""
    fake = TeamsFake(teams_time())
    fake.add_person(MEI, "Mei Tan", installed=False, zone=MADRID)
    fake.add_person(JACK, "Jack Moreno", installed=False, zone=MADRID)
    fake.add_team(GENERAL, "Plants", MEI, JACK, channels={BOARD: "The board"}, has_app=False)
    async with started(fake):
        yield fake


@asynccontextmanager
async def empty(teams: TeamsFake, folder: Path) -> AsyncIterator[Running]:
    """Okra over an empty database."""
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]
        teams_app_id=APP_ID,
        teams_app_password=SecretStr(PASSWORD),
        teams_tenant_id=TENANT,
    )
    cloud = Cloud(login_url=teams.url, open_id_metadata_url=teams.metadata_url, limits=NO_LIMITS)
    clock = teams_time()
    db = Database(new_url(folder), clock)
    house = build_house(db, clock, sends_per_second=0)
    stop = asyncio.Event()
    try:
        async with compose(house, settings, cloud) as composed:
            server = Server(composed.app)
            teams.app_url, teams.clock = await server.start("127.0.0.1", 0), clock
            working = asyncio.create_task(work(house, composed, server, stop))
            try:
                yield Running(house, composed, clock, teams.app_url)
            finally:
                stop.set()
                await working
    finally:
        db.close()


class Mei:
    """Whoever brings Okra in."""

    def __init__(self, okra: Running, teams: TeamsFake) -> None:
        self.okra, self.teams = okra, teams

    def message(self, words: str) -> Message:
        """The newest message that says so."""
        found = [one for one in self.teams.messages(CHAT) if words in one.text]
        assert found, self.teams.texts(CHAT)
        return found[-1]

    async def says(self, text: str) -> None:
        await self.teams.says(text, person=MEI)
        await self.okra.settled()

    async def presses(self, message: Message, title: str, **inputs: str) -> None:
        """Press the button of that title, with what is typed into the form that it stands in."""
        (action, *_) = [one for one in message.actions() if one.get("title") == title]
        ids = {str(one["id"]).rpartition(".")[2]: str(one["id"]) for one in _inputs(message.card)}
        typed = {ids[name]: value for name, value in inputs.items()}
        await self.teams.presses(message, action, typed, person=MEI, conversation=CHAT)
        await self.okra.settled()


def _inputs(card: Any) -> list[dict[str, Any]]:
    return [one for one in card["body"] if str(one.get("type", "")).startswith("Input.")]


async def nobody_looks(_what: str, _where: str, _words: str) -> None:
    """At the message that says these words: a picture may be taken of it."""


async def lives_until_the_first_board(
    okra: Running, teams: TeamsFake, look: Callable[[str, str, str], Awaitable[None]] = nobody_looks
) -> None:
    """From an empty tenant to the first board, as Mei lives it."""
    mei = Mei(okra, teams)
    await teams.installs(MEI)
    await okra.settled()
    hello = mei.message("No team is set up here yet. It takes about five minutes.")
    assert len(teams.texts(CHAT)) == 1
    await teams.adds_to(GENERAL)
    await okra.house.directory.look()

    await mei.presses(hello, "Set up a team")
    await mei.presses(mei.message("Set up a team\n"), "Make a team")
    form = mei.message("New team")
    place = next(one for one in _inputs(form.card) if str(one["id"]).endswith(".place"))
    board = next(one["value"] for one in place["choices"] if "The board" in one["title"])
    await mei.presses(form, "Make a team", name="Plant care", members=JACK, place=board)
    await mei.presses(mei.message("Set up Plant care"), "Set the meeting")
    form = mei.message("When is your team meeting?")
    await mei.presses(form, "Save", meeting_days="4", time="10:00")
    await mei.presses(mei.message("Set up Plant care"), "Start a cycle")
    await mei.presses(mei.message("Start a cycle\n"), "Start")
    await mei.presses(mei.message("Set up Plant care"), "Demo: TeeBee")
    shown = mei.message("Set up Plant care").text
    assert "✓ 1 Team and channel" in shown
    assert "✓ 2 Meeting" in shown
    assert "3 in draft" in shown
    team = okra.house.db.read_now(lambda session: session.exec(select(m.Team)).one())
    assert (team.key, (team.channel_ref or {})["channel"]) == ("PC", BOARD)

    await look("setup", CHAT, "Set up Plant care")

    await mei.presses(mei.message("Set up Plant care"), "Look at the draft and publish")
    await look("draft", CHAT, "draft for")
    await mei.presses(mei.message("draft for"), "Publish")
    form = mei.message("How likely is each one")
    await mei.presses(form, "Publish")
    await okra.at("2026-11-12 10:01")
    await okra.settled()
    assert any("Weekly check-in · Plant care" in text for text in teams.texts(CHAT))
    await okra.at("2026-11-13 09:51")
    await okra.settled()
    assert any("Plant care · OKR board" in text for text in teams.texts(BOARD))
    await look("first-board", BOARD, "OKR board")


async def test_from_an_empty_tenant_to_the_first_board(tmp_path: Path, teams: TeamsFake) -> None:
    async with empty(teams, tmp_path) as okra:
        await lives_until_the_first_board(okra, teams)
