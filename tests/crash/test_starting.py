"""Several processes that start at once, a migration that is killed half-way, and two versions side by side."""

import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from alembic import command

from storage.schema import alembic_config
from tests.crash.books import balance
from tests.crash.company import Company, plan_notices
from tests.crash.conductor import READY_SECONDS, REST_SECONDS, Plan, Run
from tests.crash.orders import Fate, Orders, Point, Variant
from tests.crash.processes import Child, Nursery
from tests.crash.table import as_table
from tests.storage.databases import Kind, bare_url, new_url, on

BEFORE = "0004"
"""The schema before the leases."""
SMALL = Company(2, 2)


@pytest.fixture
def postgresql() -> Iterator[None]:
    """For what several processes do on one database at a time; on SQLite only one sends."""
    with on(Kind.POSTGRESQL):
        yield


@pytest.fixture
async def old(each_database: Kind, nursery: Nursery, tmp_path: Path) -> AsyncIterator[Run]:
    """A company in a database that the version before wrote, and nobody at work in it."""
    async with written_before(nursery, tmp_path) as run:
        yield run


@pytest.fixture
async def old_and_shared(postgresql: None, nursery: Nursery, tmp_path: Path) -> AsyncIterator[Run]:
    """The same where several processes may run."""
    async with written_before(nursery, tmp_path) as run:
        yield run


@asynccontextmanager
async def written_before(nursery: Nursery, tmp_path: Path) -> AsyncIterator[Run]:
    run = Run(Plan(seed=1, kills=0, company=SMALL), nursery, new_url(tmp_path), tmp_path)
    run._people_the_platforms()
    command.downgrade(alembic_config(run.url), BEFORE)
    async with run.platforms():
        yield run


@pytest.fixture
async def empty(each_database: Kind, nursery: Nursery, tmp_path: Path) -> AsyncIterator[Run]:
    """A database without anything in it."""
    run = Run(Plan(seed=1, kills=0), nursery, bare_url(tmp_path), tmp_path)
    async with run.platforms():
        yield run


async def forked(run: Run, point: Point | None = None, fate: Fate = Fate.FROZEN, nth: int = 1) -> Child:
    """A child that begins to start; nobody waits for it."""
    orders: Orders = run._orders(0, None if point is None else (point, fate), nth)
    child = await run.nursery.fork(orders)
    run._living[child.pid] = child
    return child


async def is_ready(child: Child) -> bool:
    """Whether it came up; the reason why not stands in `refused`."""
    return await child.wait(lambda one: one.url is not None or one.ended, READY_SECONDS) and child.is_ready


async def sends_everything(run: Run) -> None:
    """Whoever runs now sends what is due, each message once."""
    await run._write(plan_notices, dict.fromkeys(range(5), "p1"))
    await run._until("all was sent", run._nothing_waits, REST_SECONDS)
    await run._stop()
    books = run.db.read_now(balance, (run.slack.ledger, run.teams.ledger), ())
    assert not [*run.wrong, *books.wrong]
    assert books.received >= 5


@pytest.mark.parametrize("nth", [1, 3, 5])
async def test_a_migration_that_was_killed_half_way_is_done_at_the_next_start(old: Run, nth: int) -> None:
    killed = await forked(old, Point.IN_MIGRATION, Fate.KILLED, nth)
    assert await killed.wait(lambda one: one.ended, READY_SECONDS)
    assert killed.at is not None

    assert await is_ready(await forked(old)), (old.folder / "children.log").read_text()
    await sends_everything(old)


async def several_at_once(run: Run, kind: Kind) -> None:
    """On PostgreSQL all of them run; on SQLite one does, and the others say why not."""
    children = [await forked(run) for _ in range(3)]
    ready = [await is_ready(child) for child in children]
    told = (run.folder / "children.log").read_text() if (run.folder / "children.log").exists() else ""
    if kind is Kind.POSTGRESQL:
        assert ready == [True] * 3, told
        return
    assert sorted(ready) == [False, False, True], told
    for child in children:
        assert child.is_ready or "already runs on this database" in str(child.refused)


async def test_three_that_start_at_once_on_an_empty_database(each_database: Kind, empty: Run) -> None:
    await several_at_once(empty, each_database)
    await empty._stop()
    assert not empty.wrong


async def test_three_that_start_at_once_on_an_old_database(each_database: Kind, old: Run) -> None:
    await several_at_once(old, each_database)
    await sends_everything(old)


@pytest.mark.parametrize("point", [Point.BEFORE_MIGRATION, Point.IN_MIGRATION])
async def test_a_process_that_stood_still_in_its_migration_runs_all_the_same(old_and_shared: Run, point: Point) -> None:
    old = old_and_shared
    slow = await forked(old, point)
    assert await slow.wait(lambda one: one.at is not None, READY_SECONDS)
    other = await forked(old)
    if point is Point.BEFORE_MIGRATION:
        assert await is_ready(other)

    slow.send(signal.SIGCONT)

    assert await is_ready(slow), slow.refused
    assert await is_ready(other), other.refused
    await sends_everything(old)


async def test_two_versions_at_once_keep_the_promises(postgresql: None, nursery: Nursery, tmp_path: Path) -> None:
    plan = Plan(
        seed=7,
        kills=6,
        processes=2,
        company=Company(1, 2),
        variants=(Variant.OLD_VERSION, Variant.NONE),
        points=(
            (Point.AFTER_SEND, Fate.KILLED),
            (Point.AFTER_CLAIM, Fate.KILLED),
            (Point.AT_THE_WIRE, Fate.FROZEN),
        ),
    )

    told = await Run(plan, nursery, new_url(tmp_path), tmp_path).go()

    assert told.balance, as_table([("two versions", told)])
    assert told.books.received > 0
