"""What planning a large company costs against the bare INSERTs of the same rows, on both databases.

Run as `python -m tests.bench.planning [--check-ins 5000] [--only sqlite|postgresql]`. The table says how long a Monday
takes on which everybody is asked, how much memory it takes, and how long it holds up the event loop and other writers.
"""

import argparse
import asyncio
import gc
import itertools
import logging
import resource
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from bot.cli.logs import configure_logs
from bot.clock import MovableClock
from bot.rituals.planner import plan_due
from storage import models as m
from storage.agendas import due_teams
from storage.generated import write_company
from storage.session import Database, bring_up_to_date
from tests.bench.large import ASKED_AT, FOUNDED, OWNERS, Size, large_company
from tests.bench.table import Aim, Line, Table, Times, Unit
from tests.storage import postgres

IN_MAKE_BENCH = 5_000
BEAT = 0.005
"""Seconds between two looks at whether the event loop is free."""
SAMPLE = 10_000
"""The floor is taken of so many questions at most, so that they fit into memory."""
IDLE_TICKS = 200
PLANNING = Aim(20.0)
NEVER_BLOCKED = Aim(0.05, of_figure=True)
IDLE = Aim(3.0)


@dataclass(slots=True)
class Watched:
    """What was seen beside a piece of work: the longest hold-up of the loop, and of somebody else's write."""

    loop: float = 0.0
    write: float = 0.0


@asynccontextmanager
async def watched(db: Database) -> AsyncIterator[Watched]:
    """Look at the event loop every few milliseconds, and write a little all the time, as a person's answer would."""
    seen = Watched()

    async def beat() -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(BEAT)
            seen.loop = max(seen.loop, time.perf_counter() - before - BEAT)

    async def answer() -> None:
        while True:
            await asyncio.sleep(BEAT)
            before = time.perf_counter()
            await db.write(_touch)
            seen.write = max(seen.write, time.perf_counter() - before)

    tasks = [asyncio.create_task(beat()), asyncio.create_task(answer())]
    try:
        yield seen
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _touch(session: Session) -> None:
    session.execute(sa.update(m.Workspace).values(updated_at=FOUNDED))


async def plan_monday(table: Table, db: Database, clock: MovableClock, what: str, size: Size) -> None:
    """Everybody is due: plan it all, and hold it against the bare INSERTs of the rows that it made."""
    before = {table: _newest(db, table) for table in WRITTEN}
    memory = _memory()
    async with watched(db) as seen:
        with (taken := Times()).taking():
            await plan_due(db, clock.now())
    grown = (_memory() - memory) / 2**20
    assert not db.read_now(due_teams, clock.now())
    floor, rows = db.write_now(_floor, before, size.check_ins)
    each = f"{rows:,} rows; {taken.median / size.check_ins * 1e3:.2f} ms a question"
    questions = f"{what}: {size.check_ins:,} questions"
    table.add(Line(questions, taken.median, floor, "the same rows by Core INSERTs", each, aim=PLANNING))
    other = f"another write waited {seen.write * 1e3:.0f} ms at most"
    table.add(Line(f"{what}: longest hold-up of the loop", seen.loop, None, "", other, aim=NEVER_BLOCKED))
    table.add(Line(f"{what}: memory that it took more", grown, None, "", "at its most", Unit.MEGABYTES))


async def idle(table: Table, db: Database, clock: MovableClock, size: Size) -> None:
    """A tick with nothing due, against a bare indexed SELECT that finds nothing, through the same `db.read`."""
    agenda = m.Row.metadata.tables["agenda"]
    nothing = sa.select(agenda.c.id).where(agenda.c.next_due_at <= sa.bindparam("now")).limit(1)
    now = clock.now()

    def bare(session: Session) -> Sequence[Any]:
        return session.execute(nothing, {"now": now}).all()

    empty, ticks = Times(), Times()
    for _ in range(IDLE_TICKS):
        with empty.taking():
            await db.read(bare)
        with ticks.taking():
            await plan_due(db, now)
    krs = f"idle tick, {size.check_ins * size.krs_each:,} key results"
    table.add(Line(krs, ticks.median, empty.median, "an empty indexed SELECT through db.read", aim=IDLE))


WRITTEN = ("ritual_run", "prompt", "prompt_item", "delivery")
"""What planning writes, in an order that foreign keys allow."""


def _newest(db: Database, table: str) -> int:
    newest = sa.select(sa.func.coalesce(sa.func.max(m.Row.metadata.tables[table].c.id), 0))
    return int(db.read_now(lambda session: session.execute(newest).scalar_one()))


def _floor(session: Session, before: dict[str, int], check_ins: int) -> tuple[float, int]:
    """Take away what was planned and put the same rows back by one INSERT for each table; all of it in vain.

    Returns the seconds that the INSERTs take (of a part, where there are many, scaled up), and how many rows all are.
    """
    connection = session.connection()
    part = max(1, -(-check_ins // SAMPLE))
    tables = m.Row.metadata.tables
    rows: dict[str, list[dict[str, Any]]] = {}
    count = 0
    for name in WRITTEN:
        table = tables[name]
        new = table.c.id > before[name]
        count += connection.execute(sa.select(sa.func.count()).select_from(table).where(new)).scalar_one()
        last = connection.execute(sa.select(sa.func.max(table.c.id)).where(new)).scalar_one() or before[name]
        chosen = table.c.id > last - (last - before[name]) // part
        rows[name] = [dict(row._mapping) for row in connection.execute(sa.select(table).where(new, chosen))]
    for name in reversed(WRITTEN):
        table = tables[name]
        if rows[name]:
            ids = [row["id"] for row in rows[name]]
            connection.execute(sa.delete(table).where(table.c.id >= min(ids)))
    with (taken := Times()).taking():
        for name in WRITTEN:
            if rows[name]:
                connection.execute(sa.insert(tables[name]), rows[name])
    session.rollback()
    return taken.median * count / sum(len(one) for one in rows.values()), count


def _memory() -> int:
    """Bytes that this process ever took at once."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def cost_of_planning(table: Table, name: str, new_url: Callable[[], str], check_ins: int) -> None:
    """Everything on one database."""
    size = Size(max(1, check_ins // OWNERS))
    table.section(f"{name}: {size.teams:,} teams of {OWNERS} owners with {size.krs_each} key results each")
    url = new_url()
    bring_up_to_date(url)
    clock = MovableClock(FOUNDED)
    db = Database(url, clock)
    try:
        db.write_now(write_company, large_company(size))
        if not db.is_sqlite:
            with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.exec_driver_sql("ANALYZE")
        clock.move_to(ASKED_AT)
        gc.freeze()  # as `serve` does
        asyncio.run(_mondays(table, db, clock, size))
    finally:
        db.close()


async def _mondays(table: Table, db: Database, clock: MovableClock, size: Size) -> None:
    await plan_monday(table, db, clock, "the first Monday", size)
    clock.move_to(ASKED_AT + timedelta(days=7))
    await plan_monday(table, db, clock, "a week later", size)
    await idle(table, db, clock, size)


def main() -> None:
    """Both databases, one after the other; PostgreSQL only where one can be started."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check-ins", type=int, default=IN_MAKE_BENCH)
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    given = parser.parse_args()
    configure_logs("text", logging.ERROR)
    folder = Path(tempfile.mkdtemp(prefix="okra-bench-"))
    numbers = itertools.count(1)
    table = Table()
    try:
        if given.only != "postgresql":
            cost_of_planning(table, "SQLite", lambda: f"sqlite:///{folder / f'{next(numbers)}.db'}", given.check_ins)
        if given.only != "sqlite":
            cost_of_planning(table, "PostgreSQL (a test server, fsync off)", postgres.bare, given.check_ins)
            postgres.drop_lent()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
