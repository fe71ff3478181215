"""A process that stands still while its message leaves: another sends it meanwhile, and one copy stands in the end."""

import signal
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from storage import models as m
from tests.crash.books import Books, balance
from tests.crash.company import Company, plan_notices
from tests.crash.conductor import READY_SECONDS, REST_SECONDS, Plan, Run
from tests.crash.orders import Fate, Point
from tests.crash.processes import Nursery
from tests.storage.databases import Kind, new_url, on


@pytest.fixture(autouse=True)
def _shared() -> Iterator[None]:
    """Only there do several processes send."""
    with on(Kind.POSTGRESQL):
        yield


def _was_sent_again(session: Session, _now: datetime) -> bool:
    again = select(m.Delivery.id).where(m.Delivery.state == m.DeliveryState.SENT, col(m.Delivery.sweep_at).is_not(None))
    return session.exec(again).first() is not None


async def _frozen_until_another_sent_it(point: Point, nursery: Nursery, folder: Path) -> Books:
    run = Run(Plan(seed=1, kills=0, company=Company(1, 1)), nursery, new_url(folder), folder)
    run._people_the_platforms()

    async def sent_again() -> bool:
        return await run._ask(_was_sent_again)

    async with run.platforms():
        slow = await run._started(run._orders(0, (point, Fate.FROZEN)))
        await run._write(plan_notices, {1: "p1"})
        assert await slow.wait(lambda one: one.at is not None, READY_SECONDS)
        await run._started(run._orders(0, None))
        await run._until("another process sent it", sent_again, REST_SECONDS)
        slow.send(signal.SIGCONT)
        await run._until("second copies were looked for", run._nothing_waits, REST_SECONDS)
        await run._stop()
        books = run.db.read_now(balance, (run.slack.ledger, run.teams.ledger), ())
    assert not [*run.wrong, *books.wrong]
    return books


async def test_what_is_frozen_before_its_fence_never_leaves(nursery: Nursery, tmp_path: Path) -> None:
    books = await _frozen_until_another_sent_it(Point.AT_THE_WIRE, nursery, tmp_path)

    assert books.swept == 0


async def test_what_got_out_all_the_same_is_taken_away_again(nursery: Nursery, tmp_path: Path) -> None:
    books = await _frozen_until_another_sent_it(Point.BEHIND_THE_FENCE, nursery, tmp_path)

    assert books.swept == 1
