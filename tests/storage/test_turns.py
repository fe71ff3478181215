"""Turns in a PostgreSQL that many processes share: each is one process's own."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from bot.clock import MovableClock
from storage import models as m
from storage import pacing
from storage.session import Database
from tests.storage.databases import MORNING, Kind, new_database, on

PLACE = pacing.installation_scope(1)


@pytest.fixture
def _on_each() -> None:
    """Instead of the one for both databases: with SQLite nobody else takes turns."""


@pytest.fixture
def real() -> MovableClock:
    """The database's clock."""
    return MovableClock(MORNING)


@pytest.fixture
def many(tmp_path: Path, real: MovableClock) -> Iterator[Database]:
    """With patience for all who ask at once."""
    with on(Kind.POSTGRESQL):
        opened = new_database(tmp_path, MovableClock(MORNING), busy_seconds=10, real_clock=real)
        yield opened
        opened.close()


async def test_turns_taken_at_the_same_moment_are_all_different(many: Database) -> None:
    taken = await asyncio.gather(*[many.write_in_turn(pacing.take_turns, PLACE, 2, 0.5) for _ in range(30)])

    assert sorted(turns.first_in for turns in taken) == [float(number) for number in range(30)]
    row = many.read_now(lambda session: session.exec(select(m.Pace).where(col(m.Pace.scope) == PLACE)).one())
    assert row.next_at == MORNING + timedelta(seconds=30)


async def test_a_turn_that_is_further_away_than_a_queue_can_be_long_is_free_now(
    many: Database, real: MovableClock
) -> None:
    await many.write_in_turn(pacing.take_turns, PLACE, 1, 0.5)
    real.move_to(MORNING - timedelta(minutes=2))

    assert (await many.write_in_turn(pacing.look, (PLACE,)))[PLACE].first_in == 0
    assert (await many.write_in_turn(pacing.take_turns, PLACE, 1, 0.5)).first_in == 0
    assert (await many.write_in_turn(pacing.take_turns, PLACE, 1, 0.5)).first_in == 0.5


async def test_whoever_takes_a_turn_hears_of_a_pause(many: Database) -> None:
    await many.write_in_turn(pacing.pause, PLACE, 40)

    assert (await many.write_in_turn(pacing.take_turns, PLACE, 1, 0.5)).paused_for == 40
