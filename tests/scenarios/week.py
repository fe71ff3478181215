"""A harness for stories: real database, planner, outbox, intake and cards; people who act; a clock that is moved."""

import atexit
import functools
import shutil
import sqlite3
import tempfile
import traceback
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy.event import listen
from sqlmodel import Session, select

from app import build_house
from bot.cards.model import FieldValue
from bot.cards.plain import plain_form, plain_text
from bot.cli.passing import pass_until
from bot.cli.stage import Stage, enter, on_the_console
from bot.clock import MovableClock
from bot.intake.inbound import Result
from bot.okr.localtime import instant
from bot.platforms.console.buttons import Pressable, pressables
from bot.platforms.console.room import Posted, Room, Spot, Standing
from storage import models as m
from storage import outcomes
from storage.okr_files import OkrFile, Preview, apply, read_okr_file
from storage.session import Database
from tests.storage.databases import Kind, copy_of, held, kept, new_url, present_kind

R = TypeVar("R")

COMPANY = "company.yaml"
ELSEWHERE = "elsewhere.yaml"
BEGIN = datetime.fromisoformat("2026-11-12 09:00")
ZONE = "Europe/Madrid"
BUSY_SECONDS = 0.2
GROWTH = "#growth"
ASKED = datetime.fromisoformat("2026-11-12 10:00")
"""When the question of Growth has gone out."""


@functools.cache
def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="okra-scenarios-"))
    atexit.register(shutil.rmtree, folder)
    return folder


@functools.cache
def _imported(company: str, kind: Kind) -> tuple[str, Preview]:
    """A database of this kind with the company in it, made once; copying it is faster than importing for every test."""
    assert kind is present_kind()
    file = read_okr_file((Path(__file__).parent / company).read_bytes(), company)
    assert isinstance(file, OkrFile), [str(one) for one in file]
    start = instant(BEGIN.date(), BEGIN.time(), ZONE)
    url = kept(new_url(_folder()))
    db = Database(url, MovableClock(start))
    done = db.write_now(apply, on_the_console(file), start)
    db.close()
    return url, done


@dataclass
class _Asked:
    """The company as it stands when the question has just gone out, with all messages that stand there."""

    url: str
    standing: list[Standing]
    posted: list[Posted]


_asked: dict[tuple[str, Kind], _Asked] = {}


class Week:
    """A week of the company. Times are those of Madrid unless another zone is named."""

    def __init__(self, folder: Path, company: str = COMPANY) -> None:
        self._home = (company, present_kind())
        self._folder = folder
        template, self._preview = _imported(*self._home)
        self.url = copy_of(template, folder)
        self.clock = MovableClock(instant(BEGIN.date(), BEGIN.time(), ZONE))
        self.posted: list[Posted] = []
        self.room = Room(self.clock, self._hear)
        self.logged: list[MutableMapping[str, Any]] = []
        self._expected: set[str] = set()
        self._untouched = True
        self.stage = self._enter()

    def _hear(self, event: object) -> None:
        if isinstance(event, Posted):
            self.posted.append(event)

    def _enter(self) -> Stage:
        db = Database(self.url, self.clock, busy_seconds=BUSY_SECONDS)
        if db.is_sqlite:
            listen(db.engine, "connect", _fast)
            db.engine.dispose()
        return enter(build_house, self.url, db, self.clock, self.room, self._preview)

    async def _go_to_asked(self) -> None:
        """Where nothing was touched, the first hour is the same for every test: it is lived once and copied."""
        self._untouched = False
        moment = instant(ASKED.date(), ASKED.time(), ZONE)
        if self._home not in _asked:
            await pass_until(self.stage.house, self.clock, moment)
            self.stage.close()
            standing = [replace(one) for one in self.room.standing]
            _asked[self._home] = _Asked(kept(copy_of(self.url, _folder())), standing, list(self.posted))
        else:
            asked = _asked[self._home]
            self.stage.close()
            self.url = copy_of(asked.url, self._folder)
            self.room.standing = [replace(one) for one in asked.standing]
            self.posted[:] = asked.posted
            for _ in asked.standing:
                self.room.next_id("m")  # so that new messages get new names
            self.clock.move_to(moment)
        self.stage = self._enter()

    # --- time -------------------------------------------------------------------------------------------

    async def at(self, moment: str, zone: str = ZONE) -> None:
        """Let time pass until then; what is due on the way happens."""
        wall = datetime.fromisoformat(moment)
        wanted = instant(wall.date(), wall.time(), zone)
        if self._untouched and wanted >= instant(ASKED.date(), ASKED.time(), ZONE):
            await self._go_to_asked()
        await pass_until(self.stage.house, self.clock, wanted)

    async def minutes(self, number: int) -> None:
        """Let some minutes pass."""
        await pass_until(self.stage.house, self.clock, self.clock.now() + timedelta(minutes=number))

    def clock_goes_back(self, *, minutes: int) -> None:
        """Someone sets the machine's clock back."""
        self.clock.move_to(self.clock.now() - timedelta(minutes=minutes))

    async def restarts(self, moment: str | None = None) -> None:
        """Okra ends and starts again; with `moment`, it was down until then."""
        self._untouched = False
        self.stage.close()
        if moment is not None:
            wall = datetime.fromisoformat(moment)
            self.clock.move_to(instant(wall.date(), wall.time(), ZONE))
        self.stage = self._enter()
        await self.stage.house.start()
        await self.stage.acts()

    def leaves(self, name: str) -> None:
        """Somebody's account on the console is gone."""
        self._untouched = False
        del self.room.people[name]

    # --- people and channels ------------------------------------------------------------------------------

    def person(self, name: str) -> "Pretend":
        """Somebody of the company."""
        return Pretend(self, name)

    def channel(self, name: str = GROWTH) -> "Place":
        """A channel."""
        return Place(self, Spot(name, is_person=False))

    # --- the database -------------------------------------------------------------------------------------

    def change(self, work: Callable[[Session], R]) -> R:
        """Change something as an administrator would, and let everything be planned anew."""

        self._untouched = False

        def changed(session: Session) -> R:
            result = work(session)
            for agenda in session.exec(select(m.Agenda)):
                agenda.next_due_at = self.clock.now()
                session.add(agenda)
            return result

        return self.stage.db.write_now(changed)

    def look(self, work: Callable[[Session], R]) -> R:
        """Read something."""
        return self.stage.db.read_now(work)

    def not_sent(self) -> set[tuple[str, str]]:
        """(kind, reason) of everything that was decided against."""
        start = instant(BEGIN.date(), BEGIN.time(), ZONE)
        return {(one.kind, one.reason) for one in self.look(lambda session: outcomes.not_sent(session, start))}

    def said_of(self, key_result: str) -> list[m.CheckIn]:
        """What was recorded about `GRO-2` since the week began, in order; what was taken back is left out."""
        team, _, number = key_result.partition("-")
        start = instant(BEGIN.date(), BEGIN.time(), ZONE)

        def rows(session: Session) -> list[m.CheckIn]:
            found = session.exec(
                select(m.CheckIn)
                .join(m.KeyResult)
                .join(m.Team)
                .where(m.Team.key == team, m.KeyResult.number == int(number), m.CheckIn.at >= start)
                .order_by(m.CheckIn.id)  # type: ignore[arg-type]  # the column, not its value
            ).all()
            return [row for row in found if row.undone_at is None]

        return self.look(rows)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Another program holds the database."""
        with held(self.url):
            yield

    # --- the end --------------------------------------------------------------------------------------------

    def expect(self, *trouble: str) -> None:
        """Trouble that the story tells of: `failed`, `unknown`, `inbox`, `error`."""
        self._expected.update(trouble)

    def end(self) -> None:
        """Nothing may be left in doubt, and nothing may have gone wrong that the story did not tell of."""
        in_doubt = [(row.kind, row.subject, row.state.value, row.reason) for row in self.look(outcomes.in_doubt)]
        broken = [(row.key, row.state.value, row.problem) for row in self.look(outcomes.broken_inbox)]
        errors = [_told(entry) for entry in self.logged if entry["log_level"] in ("error", "critical")]
        self.stage.close()
        assert "error" in self._expected or not errors, "\n".join(errors)
        assert "inbox" in self._expected or not broken, broken
        assert not [one for one in in_doubt if one[2] not in self._expected], in_doubt


def _fast(connection: sqlite3.Connection, _record: object) -> None:
    """A test's file need not outlive a power cut."""
    connection.execute("PRAGMA synchronous=OFF")


def _told(entry: MutableMapping[str, Any]) -> str:
    """A line of the log, with the whole of the error it tells of."""
    error = entry.get("exc_info")
    trace = "".join(traceback.format_exception(error)) if isinstance(error, BaseException) else ""
    return f"{dict(entry)}\n{trace}"


class Place:
    """A conversation and what stands in it."""

    def __init__(self, week: Week, spot: Spot) -> None:
        self.week = week
        self.spot = spot

    def messages(self) -> list[Standing]:
        """What stands there, oldest first."""
        return self.week.room.at(self.spot)

    def texts(self) -> list[str]:
        """The same as text."""
        return [plain_text(one.card) for one in self.messages()]

    def newest(self) -> str:
        """The last message as it stands now."""
        assert self.messages(), f"Nothing stands in {self.spot.id}."
        return self.texts()[-1]

    def sees(self, *words: str) -> None:
        """Some message there holds all of these words."""
        texts = self.texts()
        assert any(all(word in text for word in words) for text in texts), "\n\n".join(["", *texts])

    def sees_nothing_of(self, word: str) -> None:
        """No message there holds this."""
        assert [text for text in self.texts() if word in text] == []

    def count(self) -> int:
        """How many messages were ever posted there."""
        return sum(one.spot == self.spot for one in self.week.posted)

    def headers(self) -> list[str]:
        """The first lines of everything that was ever posted there, in order."""
        return [plain_text(one.card).partition("\n")[0] for one in self.week.posted if one.spot == self.spot]


class Pretend(Place):
    """A person who acts."""

    def __init__(self, week: Week, name: str) -> None:
        super().__init__(week, Spot(name, is_person=True))
        self.name = name

    def messages(self) -> list[Standing]:
        return self.week.room.at(self.spot, self.name)

    async def taps(self, label: str, about: str = "", *, key: str | None = None) -> Result:
        """Press the newest button of that label."""
        self.week._untouched = False
        result = await self.week.stage.console.presses(self.name, label, about, key=key)
        await self.week.stage.acts()
        return result

    async def taps_on(self, message: Standing, button: Pressable, *, key: str | None = None) -> Result:
        """Press a button found earlier."""
        self.week._untouched = False
        result = await self.week.stage.console.presses_on(self.name, message, button, key=key)
        await self.week.stage.acts()
        return result

    async def types(self, text: str, *, channel: str | None = None, key: str | None = None) -> Result:
        """Write to Okra."""
        self.week._untouched = False
        result = await self.week.stage.console.types(self.name, text, channel=channel, key=key)
        await self.week.stage.acts()
        return result

    async def fills_in(self, **values: FieldValue) -> Result:
        """Fill in the form and send it."""
        self.week._untouched = False
        result = await self.week.stage.console.submits(self.name, values)
        await self.week.stage.acts()
        return result

    def finds(self, label: str, about: str = "") -> tuple[Standing, Pressable]:
        """A button to press later."""
        return self.week.stage.console.find(self.name, label, about)

    def offered(self) -> list[str]:
        """The labels of everything that can be pressed on the newest message."""
        return [one.label for one in pressables(self.messages()[-1].card)]

    def form(self) -> str:
        """The form before them, with its sentences."""
        opened = self.week.room.forms[self.name]
        return "\n".join([plain_form(opened.form), *opened.errors.values()])

    def has_form(self) -> bool:
        """Whether a form is open."""
        return self.name in self.week.room.forms
