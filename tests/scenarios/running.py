"""Okra as `serve` composes it: the real app over a real server on a free port, beside a pretend platform."""

import asyncio
import atexit
import functools
import shutil
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlmodel import Session, col, select

from app import build_house
from bot.cli.composing import Composed, Connection, compose
from bot.cli.house import House
from bot.cli.import_file import read_file, write
from bot.cli.serve import work
from bot.clock import MovableClock
from bot.okr.localtime import instant
from bot.platforms.teams.config import Cloud
from bot.settings import Settings
from bot.web.server import Server
from storage import models as m
from storage.okr_files import OkrFile
from storage.okr_files.schema import AddressEntry, PersonEntry
from storage.session import Database
from tests.storage.databases import Kind, copy_of, kept, new_url, present_kind

TEEBEE = Path(__file__).resolve().parents[2] / "examples" / "teebee.yaml"
MADRID = "Europe/Madrid"
BEGIN = datetime.fromisoformat("2026-11-12 09:00")


@dataclass
class Running:
    """Okra at work, and the clock in our hands."""

    house: House
    composed: Composed
    clock: MovableClock
    url: str

    async def at(self, moment: str) -> None:
        """It is then, in Madrid; what is due is done."""
        wall = datetime.fromisoformat(moment)
        self.clock.move_to(instant(wall.date(), wall.time(), MADRID))
        await self.house.tick()

    async def settled(self) -> None:
        """Everything that follows from what was said has happened, also where the database was too busy at first."""
        await self._drained()
        await self.house.intake.replay()
        while await self.house.pump.run_once():
            await self._drained()

    async def _drained(self) -> None:
        """What goes on after an acknowledgement is done, however slow the machine is."""
        for platform in (self.composed.slack, self.composed.teams):
            if platform is not None:
                await platform._after.drain(60)

    def said_of(self, key_result: str) -> list[m.CheckIn]:
        """What was recorded about `GRO-1` since Okra runs, in order."""
        team, _, number = key_result.partition("-")
        start = instant(BEGIN.date(), BEGIN.time(), MADRID)

        def rows(session: Session) -> list[m.CheckIn]:
            statement = select(m.CheckIn).join(m.KeyResult).join(m.Team).order_by(col(m.CheckIn.id))
            statement = statement.where(m.Team.key == team, m.KeyResult.number == int(number), m.CheckIn.at >= start)
            return list(session.exec(statement))

        return self.house.db.read_now(rows)


def moved_to(file: OkrFile, platform: m.Platform, people: Mapping[str, str], channels: Mapping[str, str]) -> OkrFile:
    """The company with these people and channels on a platform, and nobody else anywhere."""

    def person(entry: PersonEntry) -> PersonEntry:
        if entry.handle not in people:
            return replace(entry, addresses=())
        return replace(
            entry, addresses=(AddressEntry(line=entry.line, platform=platform, external_id=people[entry.handle]),)
        )

    teams = [
        replace(
            team,
            channel=AddressEntry(line=team.line, platform=platform, external_id=channels[team.key])
            if team.key in channels
            else None,
        )
        for team in file.teams
    ]
    return replace(file, people=tuple(person(one) for one in file.people), teams=tuple(teams))


_People = tuple[tuple[str, str], ...]


@functools.cache
def _imported(kind: Kind, connection: Connection, people: _People, channels: _People) -> str:
    """A database of this kind with TeeBee in it; copying it is faster than importing for every test."""
    assert kind is present_kind()
    folder = Path(tempfile.mkdtemp(prefix="okra-running-"))
    atexit.register(shutil.rmtree, folder)
    start = instant(BEGIN.date(), BEGIN.time(), MADRID)
    url = kept(new_url(folder))
    db = Database(url, MovableClock(start))
    file = moved_to(read_file(TEEBEE), connection.platform, dict(people), dict(channels))
    db.write_now(write, file, (connection,), start)
    db.close()
    return url


@asynccontextmanager
async def running(
    folder: Path,
    settings: Settings,
    connection: Connection,
    people: Mapping[str, str],
    channels: Mapping[str, str],
    cloud: Cloud | None = None,
) -> AsyncIterator[Running]:
    """Serve TeeBee with its people on the platform of `connection`; ends as `serve` ends."""
    clock = MovableClock(instant(BEGIN.date(), BEGIN.time(), MADRID))
    template = _imported(present_kind(), connection, tuple(people.items()), tuple(channels.items()))
    db = Database(copy_of(template, folder), clock)
    house = build_house(db, clock, sends_per_second=0)
    stop = asyncio.Event()
    try:
        async with compose(house, settings, cloud) as composed:
            server = Server(composed.app)
            url = await server.start("127.0.0.1", 0)
            working = asyncio.create_task(work(house, composed, server, stop))
            try:
                yield Running(house, composed, clock, url)
            finally:
                stop.set()
                await working
    finally:
        db.close()
