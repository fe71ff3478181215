"""A stop in which something goes wrong: all the rest is stopped all the same, and the log says what it was."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

import app
from bot.cli.composing import Composed
from bot.cli.house import House
from bot.cli.readiness import Readiness
from bot.cli.serve import work
from bot.clock import MovableClock
from bot.rituals.ticker import Every
from bot.web.server import Server, application
from storage.session import Database
from tests.storage.databases import MORNING, new_database


class Unwell(Readiness):
    """A part that cannot be stopped in order."""

    async def stop(self) -> None:
        raise LookupError("a mistake of ours")


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    opened = new_database(tmp_path, MovableClock(MORNING))
    yield opened
    opened.close()


async def well() -> None:
    """Nothing is wrong."""


def served(house: House, readiness: Readiness, *jobs: Every) -> Composed:
    """What is served where no platform is connected."""
    return Composed(application([], well), readiness, jobs)


async def test_what_goes_wrong_while_stopping_leaves_nothing_running(db: Database) -> None:
    house = app.build_house(db, MovableClock(MORNING))
    stop = asyncio.Event()

    async def tick() -> None:
        stop.set()

    composed = served(house, Unwell(db, {}), Every(0.01, "tick", tick))
    server = Server(composed.app)
    url = await server.start("127.0.0.1", 0)

    with capture_logs() as said:
        await asyncio.wait_for(work(house, composed, server, stop), 30)

    assert asyncio.all_tasks() == {asyncio.current_task()}
    (problem,) = [line["error"] for line in said if line["event"] == "stopping" and "error" in line]
    assert "LookupError" in problem
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.ClientConnectorError):
            await session.get(url)


async def test_a_start_that_goes_wrong_leaves_nothing_running_and_says_why(db: Database) -> None:
    house = app.build_house(db, MovableClock(MORNING))
    composed = served(house, Readiness(db, {}))
    server = Server(composed.app)
    await server.start("127.0.0.1", 0)
    db.write_now(lambda session: session.connection().exec_driver_sql("DROP TABLE delivery"))

    with pytest.raises(OperationalError, match="no such table: delivery"):
        await asyncio.wait_for(work(house, composed, server, asyncio.Event()), 30)

    assert asyncio.all_tasks() == {asyncio.current_task()}
