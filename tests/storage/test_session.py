"""A transaction: whole or not at all, on disk before it returns, on a thread of its own."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from bot.clock import MovableClock
from storage import models as m
from storage.session import Database
from tests.storage.databases import MORNING, found_company, new_database

IN_CONFIDENCE = "a word in confidence"
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(MORNING)


@pytest.fixture
def db(tmp_path: Path, clock: MovableClock) -> Iterator[Database]:
    opened = new_database(tmp_path, clock)
    yield opened
    opened.close()


def add(session: Session, name: str) -> None:
    session.add(m.Workspace(name=name))
    session.flush()


def names(session: Session) -> list[str]:
    return list(session.exec(select(m.Workspace.name).order_by(m.Workspace.name)))


async def test_what_was_written_is_there_and_what_broke_is_not(db: Database) -> None:
    def half(session: Session) -> None:
        add(session, "half")
        raise LookupError("something else")

    await db.write(add, "whole")
    with pytest.raises(LookupError):
        await db.write(half)

    assert await db.read(names) == ["whole"]
    assert db.read_now(names) == ["whole"]


def twice(session: Session) -> None:
    for _ in range(2):
        add(session, IN_CONFIDENCE)


def half_a_person(session: Session) -> None:
    session.connection().execute(sa.insert(m.Person), {"short_name": IN_CONFIDENCE})


@pytest.mark.parametrize("work", [twice, half_a_person])
async def test_an_error_that_is_logged_holds_nothing_that_people_said(
    db: Database, work: Callable[[Session], None]
) -> None:
    with pytest.raises(IntegrityError) as raised:
        await db.write(work)

    logged = "".join(traceback.format_exception(raised.value))
    assert IN_CONFIDENCE not in logged
    assert "constraint" in logged, "it still says what is wrong"


async def test_what_a_read_changes_is_thrown_away(db: Database) -> None:
    await db.read(add, "never")
    db.read_now(add, "never")

    assert await db.read(names) == []


async def test_many_writers_at_once_wait_for_each_other(db: Database) -> None:
    def add_up(session: Session) -> None:
        found = session.exec(select(m.Workspace)).first()
        assert found is not None
        found.name = str(int(found.name) + 1)

    await db.write(add, "0")
    await asyncio.gather(*(db.write(add_up) for _ in range(40)))

    assert await db.read(names) == ["40"]


async def test_a_read_sees_one_moment(db: Database) -> None:
    """What is written meanwhile, by anyone, does not show half-way through a board."""
    begun, written = threading.Event(), threading.Event()

    def twice(session: Session) -> tuple[list[str], list[str]]:
        first = names(session)
        begun.set()
        assert written.wait(5)
        return first, names(session)

    await db.write(add, "first")
    reading = asyncio.create_task(db.read(twice))
    await asyncio.to_thread(begun.wait, 5)
    await db.write(add, "second")
    written.set()

    assert await reading == (["first"], ["first"])


async def test_a_caller_who_goes_away_does_not_tear_a_transaction_apart(db: Database) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(session: Session) -> None:
        add(session, "one")
        begun.set()
        assert go_on.wait(5)
        add(session, "two")

    writing = asyncio.create_task(db.write(slow))
    await asyncio.to_thread(begun.wait, 5)
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    go_on.set()

    await db.write(add, "three")
    assert await db.read(names) == ["one", "three", "two"]


async def test_the_event_loop_goes_on_while_the_database_works(db: Database) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(session: Session) -> None:
        begun.set()
        assert go_on.wait(5)

    writing = asyncio.create_task(db.write(slow))
    await asyncio.to_thread(begun.wait, 5)
    assert await db.read(names) == [], "readers do not wait for the writer"
    go_on.set()
    await writing


@pytest.mark.sqlite_only
@pytest.mark.parametrize(("pragma", "value"), [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1)])
async def test_every_connection_keeps_the_rules(db: Database, pragma: str, value: object) -> None:
    """`synchronous=2` is FULL: a power cut must not take what was acknowledged."""

    def ask(session: Session) -> object:
        return session.connection().exec_driver_sql(f"PRAGMA {pragma}").scalar()

    connections = [db.engine.connect() for _ in range(3)]
    assert [one.exec_driver_sql(f"PRAGMA {pragma}").scalar() for one in connections] == [value] * 3
    for connection in connections:
        connection.close()
    assert (await db.write(ask), await db.read(ask)) == (value, value)


async def test_a_row_cannot_refer_to_nothing(db: Database) -> None:
    def orphan(session: Session) -> None:
        session.add(m.Team(workspace_id=999, key="GRO", name="Growth"))
        session.flush()

    with pytest.raises(IntegrityError, match=r"(?i)foreign key"):
        await db.write(orphan)


async def test_rows_carry_the_business_time_of_their_writing(db: Database, clock: MovableClock) -> None:
    def rename(session: Session) -> None:
        session.exec(select(m.Workspace)).one().name = "new"

    def times(session: Session) -> tuple[datetime | None, datetime | None]:
        row = session.exec(select(m.Workspace)).one()
        return row.created_at, row.updated_at

    await db.write(add, "old")
    clock.move_to(MORNING + timedelta(days=1))
    await db.write(rename)

    assert await db.read(times) == (MORNING, MORNING + timedelta(days=1))


async def test_instants_are_kept_in_utc_and_naive_ones_refused(db: Database) -> None:
    company = await db.write(found_company)

    def install(session: Session, at: datetime) -> datetime:
        row = session.get_one(m.Installation, company.console)
        row.removed_at = at
        session.flush()
        session.refresh(row)
        assert row.removed_at is not None
        return row.removed_at

    kept = await db.write(install, datetime(2026, 11, 12, 18, 30, tzinfo=timezone(timedelta(hours=8))))
    assert (kept, kept.tzinfo) == (datetime(2026, 11, 12, 10, 30, tzinfo=UTC), UTC)
    with pytest.raises(Exception, match="time zone"):
        await db.write(install, datetime(2026, 11, 12))  # noqa: DTZ001 - the point of the test


def test_what_a_function_returns_can_be_used_after_its_transaction(db: Database) -> None:
    company = db.write_now(found_company)

    team = db.read_now(lambda session: session.get_one(m.Team, company.team))

    assert (team.name, team.channel_ref) == ("Growth", {"channel": "growth"})


DYING = """
import sys, time
from datetime import datetime
from bot.clock import MovableClock
from storage import models as m
from storage.session import Database

def add(session, name):
    session.add(m.Workspace(name=name))
    session.flush()

def killed_in_the_middle(session):
    add(session, "half")
    for number in range(2000):  # more than fits into the page cache's first pages
        session.add(m.AuditEvent(what="x" * 60, at=datetime.fromisoformat(sys.argv[2])))
    session.flush()
    print("in the middle", flush=True)
    sys.stdin.read()

db = Database(sys.argv[1], MovableClock(datetime.fromisoformat(sys.argv[2])))
db.write_now(add, "answered")
print("answered", flush=True)
db.write_now(killed_in_the_middle)
"""


def test_a_kill_leaves_nothing_half_done_and_loses_nothing_that_was_answered(db: Database) -> None:
    url = db.engine.url.render_as_string()
    child = subprocess.Popen(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", DYING, url, MORNING.isoformat()],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": "."},
    )
    assert child.stdout is not None
    assert child.stdin is not None
    assert child.stdout.readline() == b"answered\n"
    assert db.read_now(names) == ["answered"], "it is there before the answer"
    assert child.stdout.readline() == b"in the middle\n"
    child.send_signal(signal.SIGKILL)
    child.wait(10)
    child.stdin.close()
    child.stdout.close()

    assert db.read_now(names) == ["answered"]
    assert db.read_now(lambda session: session.exec(select(m.AuditEvent)).all()) == []
    if db.is_sqlite:
        check = db.read_now(lambda session: session.connection().exec_driver_sql("PRAGMA integrity_check").scalar())
        assert check == "ok"
    db.write_now(add, "later")
    assert db.read_now(names) == ["answered", "later"]
