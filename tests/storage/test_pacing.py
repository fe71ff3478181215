"""Pauses in the database: they grow and never shrink, and nothing that cannot be true holds anybody up."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from bot.clock import MovableClock
from storage import models as m
from storage import pacing
from storage.session import Database
from tests.storage.databases import MORNING, new_database

PLACE = pacing.installation_scope(1)


@pytest.fixture
def real() -> MovableClock:
    """The database's clock."""
    return MovableClock(MORNING)


@pytest.fixture
def db(tmp_path: Path, real: MovableClock) -> Iterator[Database]:
    opened = new_database(tmp_path, MovableClock(MORNING), real_clock=real)
    yield opened
    opened.close()


def stands(session: Session, scope: str = PLACE) -> tuple[datetime | None, datetime | None]:
    row = session.exec(select(m.Pace).where(col(m.Pace.scope) == scope)).one()
    return row.next_at, row.paused_until


async def test_a_pause_grows_and_never_shrinks(db: Database, real: MovableClock) -> None:
    for seconds, until in [(40, 40), (10, 40), (90, 90), (10**9, 3600)]:
        await db.write_in_turn(pacing.pause, PLACE, float(seconds))
        assert db.read_now(stands) == (None, MORNING + timedelta(seconds=until))

    real.move_to(MORNING + timedelta(seconds=3000))
    assert db.read_now(pacing.look, (PLACE,))[PLACE].paused_for == 600


async def test_a_pause_that_cannot_be_true_is_over_and_makes_room_for_another(db: Database, real: MovableClock) -> None:
    await db.write_in_turn(pacing.pause, PLACE, 3600.0)
    real.move_to(MORNING - timedelta(days=1))

    assert db.read_now(pacing.look, (PLACE,))[PLACE].paused_for == 0
    await db.write_in_turn(pacing.pause, PLACE, 5.0)
    assert db.read_now(pacing.look, (PLACE,))[PLACE].paused_for == 5


async def test_a_scope_that_nobody_wrote_to_is_free(db: Database) -> None:
    assert db.read_now(pacing.look, (PLACE,)) == {PLACE: pacing.Turns(0.0)}


def test_scopes_are_different_and_fit_their_column() -> None:
    names = ["C1", "x" * 185, "x" * 199, "x" * 200, "x" * 5000, "漢" * 100, "漢" * 300]
    scopes = [pacing.channel_scope(1, name) for name in names] + [pacing.channel_scope(2, "C1"), PLACE]

    assert len(set(scopes)) == len(scopes)
    assert max(map(len, scopes)) <= 200
