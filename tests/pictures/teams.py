"""Pictures of Okra in Microsoft Teams, taken of the pretend Teams."""

import asyncio
import tempfile
from datetime import time
from pathlib import Path

from pydantic import SecretStr

from bot.cli.composing import Connection
from bot.clock import MovableClock
from bot.okr.localtime import instant
from bot.platforms.teams.config import Cloud
from bot.settings import Settings
from storage import models as m
from tests.fakes.teams import APP_ID, PASSWORD, TENANT, Message, TeamsFake
from tests.fakes.teams.look import page
from tests.pictures.camera import picture
from tests.scenarios.running import BEGIN, MADRID, Running, running
from tests.scenarios.teams_world import started, teams_time
from tests.scenarios.test_teams_setting_up import BOARD, CHAT, GENERAL, JACK, MEI, empty, lives_until_the_first_board
from tools.published import NotFetched, fetch

ROOT = Path(__file__).resolve().parents[2]
PEOPLE = {"mei": "Mei Tan", "jack": "Jack Moreno", "ana": "Ana Prado", "li": "Li Chen"}
CHANNEL = "19:growth@thread.tacv2"
WIDTH, HEIGHT = 760, 2400


async def take(folder: Path) -> None:
    """Live the week until the board, and take a picture of what people see."""
    try:
        library = fetch(ROOT, "adaptivecards") / "package" / "dist" / "adaptivecards.min.js"
    except NotFetched as problem:
        raise SystemExit(str(problem)) from problem
    clock = MovableClock(instant(BEGIN.date(), BEGIN.time(), MADRID))
    teams = TeamsFake(clock)
    for handle, name in PEOPLE.items():
        teams.add_person(handle, name, zone=MADRID)
    teams.add_team(CHANNEL, "Growth", *PEOPLE)
    await teams.start()
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]
        teams_app_id=APP_ID,
        teams_app_password=SecretStr(PASSWORD),
        teams_tenant_id=TENANT,
    )
    connection = Connection(m.Platform.TEAMS, TENANT, "Pretend")
    cloud = Cloud(login_url=teams.url, open_id_metadata_url=teams.metadata_url)
    people = {handle: handle for handle in PEOPLE}
    with tempfile.TemporaryDirectory() as data:
        async with running(Path(data), settings, connection, people, {"GRO": CHANNEL}, cloud) as okra:
            teams.app_url = okra.url
            await _Album(teams, okra, clock, folder, library.read_text(encoding="utf-8")).fill()
    await teams.stop()
    await _new_team(folder, library.read_text(encoding="utf-8"))


async def _new_team(folder: Path, library: str) -> None:
    """A tenant in which a team is set up, until its first board."""
    clock = teams_time()
    teams = TeamsFake(clock)
    for person, name in ((MEI, "Mei Tan"), (JACK, "Jack Moreno")):
        teams.add_person(person, name, installed=False, zone=MADRID)
    teams.add_team(GENERAL, "Plants", MEI, JACK, channels={BOARD: "The board"}, has_app=False)
    with tempfile.TemporaryDirectory() as data:
        async with started(teams), empty(teams, Path(data)) as okra:
            album = _Album(teams, okra, clock, folder, library)

            async def look(what: str, where: str, words: str) -> None:
                newest_first = reversed(teams.conversations[where].history)
                last = next(number for number, one in enumerate(newest_first, 1) if words in one.text)
                title = "Okra · Chat" if where == CHAT else "Plants › The board"
                await album.keep(where, title, f"teams-{what}.png", last=last)

            await lives_until_the_first_board(okra, teams, look)


class _Album:
    """The week, and where its pictures go."""

    def __init__(self, teams: TeamsFake, okra: Running, clock: MovableClock, folder: Path, library: str) -> None:
        self._teams = teams
        self._okra = okra
        self._clock = clock
        self._folder = folder
        self._library = library

    async def fill(self) -> None:
        """Take every picture."""
        teams, okra = self._teams, self._okra
        for person in PEOPLE:
            await teams.installs(person)
        await teams.adds_to(CHANNEL, person="mei")
        await teams.says("lang zh", person="li")
        await okra.settled()
        self._clock.move_to(instant(BEGIN.date(), time(10, 0), MADRID))
        await okra.at("2026-11-12 10:00")
        await self._of_person("mei", "teams-question.png", last=1)
        await self._of_person("li", "teams-dm-zh.png", last=1)
        await self._of_person("jack", "teams-form.png", last=1, opened="Update…")

        asked = self._asked("mei")
        await teams.presses(asked, asked.button("0.7"), person="mei")
        await okra.settled()
        await teams.says("KR1 46k, closed one of three pilots", person="mei")
        await okra.settled()
        await self._of_person("mei", "teams-dm.png", last=3)

        await teams.says("board", person="mei")
        await okra.settled()
        await self._of_person("mei", "teams-board.png", last=2)

        await okra.at("2026-11-13 09:50")
        await self.keep(CHANNEL, "Growth › General", "teams-digest.png", last=1)

    def _asked(self, person: str) -> Message:
        return next(one for one in reversed(self._teams.messages(f"a:{person}")) if "Weekly check-in" in one.text)

    async def _of_person(self, person: str, file: str, *, last: int, opened: str = "") -> None:
        await self.keep(f"a:{person}", "Okra · Chat", file, last=last, seen_by=person, opened=opened)

    async def keep(
        self, conversation: str, title: str, file: str, *, last: int, seen_by: str = "", opened: str = ""
    ) -> None:
        """A picture of the last messages of a conversation."""
        history = self._teams.conversations[conversation].history
        shown = page(
            self._teams,
            conversation,
            title,
            self._library,
            seen_by=seen_by,
            last=last,
            opened={history[-last].id: opened},
        )
        with tempfile.TemporaryDirectory() as folder:
            written = Path(folder) / "page.html"
            await asyncio.to_thread(written.write_text, shown, encoding="utf-8")
            await picture(written.as_uri(), self._folder / file, WIDTH, HEIGHT, cut=True)
