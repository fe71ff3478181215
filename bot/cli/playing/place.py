"""A company that is entered: Okra at work in it, on a clock that stands still until it is moved."""

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import event

from bot.cli.house import House
from bot.cli.passing import step
from bot.cli.playing.folder import Came, CompanyFolder, Kept
from bot.cli.stage import Cast, cast_of, fill, profiles
from bot.cli.types import BuildHouse
from bot.clock import Clock, MovableClock
from bot.delivery.timing import Timing
from bot.platforms.playground.platform import PlaygroundPlatform
from bot.platforms.playground.room import PlaygroundRoom
from bot.rituals.ticker import Ticker
from storage import models as m
from storage.problems import StorageProblem
from storage.session import Database

AT_ONCE = Timing(grace=0.0)
"""What a killed process had in hand stands in the room or never will: there is no network in which it could be late."""


@dataclass
class Place:
    """One company with its room, its clock and its house."""

    folder: CompanyFolder
    kept: Kept
    db: Database
    clock: MovableClock
    room: PlaygroundRoom
    house: House
    platform: PlaygroundPlatform
    cast: Cast
    _ticker: Ticker | None = None
    _sender: "asyncio.Task[None] | None" = None

    async def begin(self) -> None:
        """Look after what a killed process left, live the rest of the moment in which it was killed, and go on."""
        came = self.folder.came()
        self.clock.move_to(came.going_to or came.now)
        await self.house.start()
        await self.house.pump.reconcile()
        await self.house.tick()
        self.folder.keep_moment(Came(self.clock.now()))
        self._ticker = self.house.ticker()
        self._ticker.start()
        self._sender = asyncio.create_task(self.house.send_when_woken(), name="send when woken")

    async def step(self, limit: datetime) -> bool:
        """Live the next moment at which anything is due, `limit` at the latest; False where time has come there.

        What was done is never ahead of what is written down, nor behind it: a moment that was begun is lived once more.
        """
        before = self.clock.now()
        went = await step(
            self.house, self.clock, limit, going_to=lambda moment: self.folder.keep_moment(Came(before, moment))
        )
        if went:
            self.folder.keep_moment(Came(self.clock.now()))
            self.room.touch()
        return went

    async def end(self) -> None:
        """Come to rest. The room can be looked at until it is closed."""
        try:
            await self.house.rest()
        except StorageProblem:  # what was being sent is seen to at the next start
            pass
        finally:
            if self._ticker is not None:
                await self._ticker.stop()
            if self._sender is not None:
                self._sender.cancel()
                await asyncio.gather(self._sender, return_exceptions=True)
            await asyncio.to_thread(self.db.close)


def database(url: str, clock: Clock) -> Database:
    """A playground's database. What was committed outlives a kill; a power cut may take the last moments, each whole.

    A week is passed in seconds: waiting for the disk at each of its steps would make it a minute.
    """
    db = Database(url, clock)
    event.listen(db.engine, "connect", _need_not_wait)
    return db


def _need_not_wait(connection: sqlite3.Connection, _record: object) -> None:
    with closing(connection.cursor()) as cursor:
        cursor.execute("PRAGMA synchronous=NORMAL")


def open_place(build_house: BuildHouse, folder: CompanyFolder) -> Place:
    """The company of a folder, not yet at work. Raises `CommandProblem`, `StorageProblem` and `JournalProblem`."""
    kept, came = folder.kept(), folder.came()
    clock = MovableClock(came.now)
    db = database(folder.url, clock)
    try:
        cast = db.read_now(cast_of, m.Platform.PLAYGROUND)
        known = db.read_now(profiles, m.Platform.PLAYGROUND)
        room = PlaygroundRoom(clock, folder.room)
    except BaseException:
        db.close()
        raise
    fill(room, known, cast)
    house = build_house(db, clock, sends_per_second=0, timing=AT_ONCE)
    platform = PlaygroundPlatform(
        room,
        accept=house.intake.accept,
        clock=clock,
        installation=cast.installation,
        installation_id=cast.installation_id,
    )
    house.ports[m.Platform.PLAYGROUND.value] = platform.port
    return Place(folder, kept, db, clock, room, house, platform, cast)
