"""A new database for each test, on SQLite or PostgreSQL, and a few pretend people in it."""

import atexit
import functools
import itertools
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from bot.clock import Clock, MovableClock
from storage import models as m
from storage.engine import make_engine, sqlite_file
from storage.session import Database, bring_up_to_date
from tests.storage import postgres

MORNING = datetime(2026, 11, 12, 9, 0, tzinfo=UTC)
"""A Thursday."""


class Kind(StrEnum):
    """On what the present test runs."""

    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"


_kind = Kind.SQLITE
_numbers = itertools.count(1)


@contextmanager
def on(kind: Kind) -> Iterator[None]:
    """New databases are of this kind; on PostgreSQL they are gone afterwards."""
    global _kind
    before, _kind = _kind, kind
    try:
        yield
    finally:
        _kind = before
        postgres.drop_lent()


def present_kind() -> Kind:
    """The kind that new databases have."""
    return _kind


@functools.cache
def _template() -> Path:
    """A file with the newest schema; copying it is faster than migrating for every test."""
    folder = tempfile.mkdtemp(prefix="okra-tests-")
    atexit.register(shutil.rmtree, folder)
    path = Path(folder) / "template.db"
    bring_up_to_date(f"sqlite:///{path}")
    return path


def new_file(folder: Path, name: str = "okra.db") -> str:
    """The URL of a new, empty SQLite database in `folder`."""
    shutil.copy(_template(), folder / name)
    return f"sqlite:///{folder / name}"


def new_url(folder: Path) -> str:
    """The URL of a new, empty database of the present kind; a SQLite file stands in `folder`."""
    return postgres.new() if _kind is Kind.POSTGRESQL else new_file(folder, f"okra-{next(_numbers)}.db")


def bare_url(folder: Path) -> str:
    """The URL of a new database of the present kind, without a schema."""
    return postgres.bare() if _kind is Kind.POSTGRESQL else f"sqlite:///{folder / f'bare-{next(_numbers)}.db'}"


def copy_of(url: str, folder: Path) -> str:
    """The URL of a copy of a database that nobody has open; a SQLite file stands in `folder`."""
    file = sqlite_file(url)
    if file is None:
        return postgres.copy(url)
    copy = folder / f"copy-{next(_numbers)}.db"
    shutil.copy(file, copy)
    return f"sqlite:///{copy}"


def kept(url: str) -> str:
    """The same URL, of a database that other tests copy."""
    return url if sqlite_file(url) is not None else postgres.keep(url)


def new_database(
    folder: Path, clock: MovableClock, *, busy_seconds: float = 0.2, real_clock: Clock | None = None
) -> Database:
    """A new, empty database that does not wait long for another's lock. The test closes it."""
    return Database(new_url(folder), clock, busy_seconds=busy_seconds, real_clock=real_clock)


class Blocker:
    """Another program, which can hold the database so that nobody else writes, and see what is on disk."""

    def __init__(self, url: str) -> None:
        self._engine = make_engine(url)
        self._connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        self._is_file = sqlite_file(url) is not None
        self._holds = False

    def lock(self) -> None:
        """From now on nobody else can write."""
        self._say("BEGIN IMMEDIATE" if self._is_file else "BEGIN")
        self._holds = True
        if not self._is_file:
            tables = ", ".join(f'"{name}"' for name in SQLModel.metadata.tables)
            self._say(f"LOCK TABLE {tables} IN SHARE MODE")

    def unlock(self) -> None:
        """Everybody may write again."""
        if self._holds:
            self._say("ROLLBACK")
        self._holds = False

    def sees(self, query: str) -> list[tuple[Any, ...]]:
        """What another program reads there now."""
        return [tuple(row) for row in self._connection.execute(sa.text(query))]

    def close(self) -> None:
        """Let go, and go."""
        self.unlock()
        self._connection.close()
        self._engine.dispose()

    def _say(self, statement: str) -> None:
        self._connection.exec_driver_sql(statement)


@contextmanager
def blocker(url: str) -> Iterator[Blocker]:
    """Another program, gone at the end."""
    other = Blocker(url)
    try:
        yield other
    finally:
        other.close()


@contextmanager
def held(url: str) -> Iterator[None]:
    """Another program holds the database meanwhile: nobody else can write."""
    with blocker(url) as other:
        other.lock()
        yield


def url_of(db: Database) -> str:
    """Where a database is."""
    return db.engine.url.render_as_string(hide_password=False)


@dataclass(frozen=True, slots=True)
class Company:
    """Keys of a pretend company: Mei and Li are on the console, Ana is there and on the playground as well."""

    workspace: int
    console: int
    playground: int
    mei: int
    li: int
    ana: int
    team: int


def found_company(session: Session) -> Company:
    """Write down a workspace on two platforms, three people and a team with a channel."""
    workspace = m.Workspace(name="Teebee")
    session.add(workspace)
    session.flush()
    installations = [
        m.Installation(workspace_id=workspace.id, platform=platform, external_id=platform.value, installed_at=MORNING)
        for platform in (m.Platform.CONSOLE, m.Platform.PLAYGROUND)
    ]
    session.add_all(installations)
    session.flush()
    console, playground = (installation.id for installation in installations)
    people = {}
    for handle, homes in {"mei": [console], "li": [console], "ana": [console, playground]}.items():
        person = m.Person(
            workspace_id=workspace.id, handle=handle, display_name=handle.title(), short_name=handle.title()
        )
        session.add(person)
        session.flush()
        people[handle] = person.id
        for home in homes:
            session.add(
                m.Address(workspace_id=workspace.id, person_id=person.id, installation_id=home, external_id=handle)
            )
    team = m.Team(
        workspace_id=workspace.id,
        key="GRO",
        name="Growth",
        installation_id=console,
        channel_ref={"channel": "growth"},
    )
    session.add(team)
    session.flush()
    return Company(workspace.id, console, playground, people["mei"], people["li"], people["ana"], team.id)
