"""The database: where it is, how a transaction runs on its own thread, and what can be wrong with it."""

import asyncio
import functools
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import sqlalchemy as sa
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import event
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlmodel import Session

from bot.clock import Clock

P = ParamSpec("P")
R = TypeVar("R")

BUSY_SECONDS = 5
READERS = 4


class StorageProblem(Exception):
    """The database cannot be used as it is; the text is one sentence that says why and what to do."""


class DatabaseBusy(StorageProblem):
    """Another program holds the database locked. Nothing was written; it may be tried again."""


class Database:
    """Runs functions that take a `Session` first, each in one transaction, whole, on a database thread.

    `await db.write(record_check_in, ...)` commits before it returns; `await db.read(team_facts, ...)` writes nothing.
    SQLite has one writer thread and a few readers of their own; PostgreSQL a small pool for both.
    """

    def __init__(self, url: str, clock: Clock) -> None:
        self._clock = clock
        self.is_sqlite = make_url(url).get_backend_name() == "sqlite"
        self._engine = make_engine(url)
        self._writer = ThreadPoolExecutor(1 if self.is_sqlite else READERS, thread_name_prefix="db-write")
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="db-read")

    @property
    def engine(self) -> Engine:
        return self._engine

    async def write(self, work: Callable[Concatenate[Session, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run `work` in a transaction that is on disk when this returns. Raises `StorageProblem`."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._writer, functools.partial(self._in_transaction, work, *args, **kwargs))

    async def read(self, work: Callable[Concatenate[Session, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run `work` on a snapshot; whatever it would change is thrown away. Raises `StorageProblem`."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._readers, functools.partial(self._on_snapshot, work, *args, **kwargs))

    def write_now(self, work: Callable[Concatenate[Session, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """`write` for callers that have no event loop (the command line)."""
        return self._in_transaction(work, *args, **kwargs)

    def read_now(self, work: Callable[Concatenate[Session, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """`read` for callers that have no event loop (the command line)."""
        return self._on_snapshot(work, *args, **kwargs)

    def close(self) -> None:
        """Let running transactions end and close all connections."""
        self._writer.shutdown(wait=True)
        self._readers.shutdown(wait=True)
        self._engine.dispose()

    def _in_transaction(self, work: Callable[..., R], *args: Any, **kwargs: Any) -> R:
        with self._session() as session, _told_plainly():
            if self.is_sqlite:
                # Take the write lock first: one that reads and then writes could otherwise be refused half-way.
                session.connection().exec_driver_sql("BEGIN IMMEDIATE")
            result = work(session, *args, **kwargs)
            session.commit()
            return result

    def _on_snapshot(self, work: Callable[..., R], *args: Any, **kwargs: Any) -> R:
        with self._session() as session, _told_plainly():
            if self.is_sqlite:
                session.connection().exec_driver_sql("BEGIN")
            return work(session, *args, **kwargs)  # closing the session throws away what it changed

    def _session(self) -> Session:
        return Session(self._engine, expire_on_commit=False, info={"now": self._clock.now()})


class _told_plainly:  # noqa: N801 - reads as a sentence where it is used
    """Turns what a driver says about a locked or read-only database into one clear sentence."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, DBAPIError):
            text = str(error.orig)
            if "locked" in text or "busy" in text:
                raise DatabaseBusy(
                    "Another program holds the database locked, so nothing was saved; close it and try again."
                ) from error
            if "readonly" in text or "read-only" in text:
                raise StorageProblem(
                    "The database is read-only, so nothing can be saved; make the file and its folder writable."
                ) from error
            if "disk is full" in text:
                raise StorageProblem("The disk is full, so nothing can be saved; make room and try again.") from error


def make_engine(url: str) -> Engine:
    """An engine with Okra's rules for its database: on SQLite durable commits, WAL and foreign keys."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return sa.create_engine(parsed, pool_pre_ping=True)
    if parsed.database in (None, "", ":memory:"):
        raise StorageProblem("DATABASE_URL must name a SQLite file; a database in memory would lose what people say.")
    engine = sa.create_engine(parsed, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def _set_up(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves; the driver's own way breaks snapshots
        cursor = connection.cursor()
        try:
            cursor.execute("PRAGMA foreign_keys=ON")
            # FULL: a power cut must not take a reply that was acknowledged (NORMAL may, in WAL mode).
            cursor.execute("PRAGMA synchronous=FULL")
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if "readonly" not in str(error) and "locked" not in str(error):
                raise
        finally:
            cursor.close()

    return engine


# --- schema -----------------------------------------------------------------------------------

ROOT = Path(__file__).resolve().parent.parent


def alembic_config(url: str) -> Config:
    """Alembic's configuration for a database of ours."""
    config = Config(str(ROOT / "alembic.ini"))
    config.set_main_option("script_location", str(ROOT / "storage" / "migrations"))
    config.attributes["url"] = url
    return config


def bring_up_to_date(url: str) -> None:
    """Create or migrate the schema. Raises `StorageProblem` for a database that this version cannot use."""
    from alembic import command  # imported here: it costs start-up time and only this function needs it

    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    config = alembic_config(url)
    engine = make_engine(url)
    try:
        with _told_plainly(), engine.connect() as connection:
            present = _revision(connection)
            known = ScriptDirectory.from_config(config)
            if present is not None and present not in {script.revision for script in known.walk_revisions()}:
                raise StorageProblem(
                    "The database was written by a newer version of Okra; start that version, "
                    "or restore a backup made before the upgrade."
                )
            if present == known.get_current_head():
                return
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except sa.exc.DatabaseError as error:
        if isinstance(error, OperationalError) and "unable to open" in str(error.orig):
            raise StorageProblem(
                f"The database file {parsed.database} cannot be opened; check that its folder exists and is writable."
            ) from error
        if "file is not a database" in str(error.orig):
            raise StorageProblem(
                f"{parsed.database} is not a SQLite database; DATABASE_URL must name a database file."
            ) from error
        raise
    finally:
        engine.dispose()


def _revision(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    row = connection.execute(sa.text("SELECT version_num FROM alembic_version")).first()
    return None if row is None else str(row[0])
