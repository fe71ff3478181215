"""The database: how a transaction runs, whole, on a thread of its own."""

import asyncio
import functools
import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Concatenate, Literal, ParamSpec, TypeVar

from sqlalchemy.engine import Engine
from sqlmodel import Session

from bot.clock import Clock, real_seconds
from storage.engine import BUSY_SECONDS, FileWatch, make_engine, place_of, sqlite_file
from storage.problems import CannotSave, DatabaseBusy, StorageProblem, WriteConflict, told_plainly
from storage.real_time import REAL_CLOCK
from storage.schema import bring_up_to_date

P = ParamSpec("P")
R = TypeVar("R")

READERS = 4
REMEMBERED_SECONDS = 30.0
"""For so long after something could not be saved it is told that the database saves nothing."""
CONFLICT_TRIES = 12
"""How often a transaction is run before PostgreSQL's conflicts count as a busy database."""
CONFLICT_WAIT = 0.004
MOST_WAIT = 0.25
"""Seconds between two runs: at most the first, doubled from try to try up to the second; about a second in all."""


Level = Literal["SERIALIZABLE", "REPEATABLE READ", "READ COMMITTED"]
"""How far PostgreSQL keeps one transaction from another."""


class Database:
    """Runs functions that take a `Session` first, each in one transaction, whole, on a database thread.

    `await db.write(record_check_in, ...)` commits before it returns; `await db.read(team_facts, ...)` writes nothing.
    SQLite has one writer thread and a few readers of their own; PostgreSQL a small pool for both. `busy_seconds` is how
    long SQLite waits for another program's lock before it gives up with `DatabaseBusy`. `real_clock` stands in for the
    database's own (`storage.real_time`).
    """

    def __init__(
        self, url: str, clock: Clock, *, busy_seconds: float = BUSY_SECONDS, real_clock: Clock | None = None
    ) -> None:
        self._clock = clock
        self._real_clock = real_clock
        self._place = place_of(url)
        self._file = FileWatch(sqlite_file(url))
        self._engine = make_engine(url, busy_seconds=busy_seconds)
        self.is_sqlite = self._engine.dialect.name == "sqlite"
        self._refused: tuple[float, CannotSave] | None = None
        self._writer = ThreadPoolExecutor(1 if self.is_sqlite else READERS, thread_name_prefix="db-write")
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="db-read")

    @property
    def engine(self) -> Engine:
        return self._engine

    def refuses(self) -> str | None:
        """Why something could not be saved just now, in one sentence, though the database may well be read."""
        if self._refused is None or real_seconds() - self._refused[0] > REMEMBERED_SECONDS:
            return None
        return str(self._refused[1])

    async def write(self, work: Callable[Concatenate[Session, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run `work` in a transaction that is on disk when this returns. Raises `StorageProblem`.

        On PostgreSQL `work` is run again if it conflicts with another one, so it must act on its session alone.
        A caller that is cancelled meanwhile does not tear the transaction apart: it still ends whole, either way.
        """
        loop = asyncio.get_running_loop()
        job = functools.partial(self._in_transaction, "SERIALIZABLE", work, *args, **kwargs)
        return await loop.run_in_executor(self._writer, job)

    async def write_own(self, work: Callable[Concatenate[Session, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """`write` for what changes rows that it holds itself (`FOR UPDATE`) and no others that somebody decides by.

        On PostgreSQL it sees one snapshot, and what others write beside it does not undo it: so many processes can
        claim many rows at once, where each `write` would be undone by its neighbours.
        """
        loop = asyncio.get_running_loop()
        job = functools.partial(self._in_transaction, "REPEATABLE READ", work, *args, **kwargs)
        return await loop.run_in_executor(self._writer, job)

    async def write_in_turn(self, work: Callable[Concatenate[Session, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """`write` for one statement, and for what first locks whatever it decides by (`FOR UPDATE`), and then reads it.

        On PostgreSQL it waits for its turn and then goes by what the others left, instead of being undone by them: each
        of its statements sees what was committed before it. So it must not decide by anything that it read before it
        had the lock. So many processes can take turns of one row, and plan beside each other.
        """
        loop = asyncio.get_running_loop()
        job = functools.partial(self._in_transaction, "READ COMMITTED", work, *args, **kwargs)
        return await loop.run_in_executor(self._writer, job)

    async def read(self, work: Callable[Concatenate[Session, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run `work` on a snapshot; whatever it would change is thrown away. Raises `StorageProblem`."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._readers, functools.partial(self._on_snapshot, work, *args, **kwargs))

    def write_now(self, work: Callable[Concatenate[Session, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """`write` for callers that have no event loop (the command line)."""
        return self._in_transaction("SERIALIZABLE", work, *args, **kwargs)

    def read_now(self, work: Callable[Concatenate[Session, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """`read` for callers that have no event loop (the command line)."""
        return self._on_snapshot(work, *args, **kwargs)

    def close(self) -> None:
        """Let running transactions end and close all connections."""
        self._writer.shutdown(wait=True)
        self._readers.shutdown(wait=True)
        self._engine.dispose()

    def _in_transaction(self, level: Level, work: Callable[..., R], *args: Any, **kwargs: Any) -> R:
        for number in range(CONFLICT_TRIES - 1):
            try:
                return self._in_one_transaction(level, work, *args, **kwargs)
            except WriteConflict:
                # Each waits another while, or all would meet again. This thread is the database's own.
                time.sleep(random.uniform(0, min(MOST_WAIT, CONFLICT_WAIT * 2**number)))  # noqa: S311 - no secret
        return self._in_one_transaction(level, work, *args, **kwargs)

    def _in_one_transaction(self, level: Level, work: Callable[..., R], *args: Any, **kwargs: Any) -> R:
        try:
            return self._committed(level, work, *args, **kwargs)
        except CannotSave as problem:
            self._refused = (real_seconds(), problem)
            raise

    def _committed(self, level: Level, work: Callable[..., R], *args: Any, **kwargs: Any) -> R:
        with told_plainly(self._place), self._session() as session:
            if self.is_sqlite:
                # Take the write lock first: one that reads and then writes could otherwise be refused half-way.
                session.connection().exec_driver_sql("BEGIN IMMEDIATE")
            else:
                # SERIALIZABLE is what SQLite's single writer gives: nobody decides by what another one is changing.
                session.connection(execution_options={"isolation_level": level})
            result = work(session, *args, **kwargs)
            self._file.must_be_in_place()
            session.commit()
            return result

    def _on_snapshot(self, work: Callable[..., R], *args: Any, **kwargs: Any) -> R:
        with told_plainly(self._place), self._session() as session:
            if self.is_sqlite:
                session.connection().exec_driver_sql("BEGIN")
            else:
                session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            return work(session, *args, **kwargs)  # closing the session throws away what it changed

    def _session(self) -> Session:
        return Session(
            self._engine, expire_on_commit=False, info={"now": self._clock.now(), REAL_CLOCK: self._real_clock}
        )


__all__ = ["Database", "DatabaseBusy", "StorageProblem", "bring_up_to_date", "make_engine"]
