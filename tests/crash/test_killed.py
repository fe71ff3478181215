"""Processes killed and frozen at every named point, while platforms fail and people speak; then the books."""

from pathlib import Path

from tests.crash.conductor import AT_RANDOM, Plan, Run
from tests.crash.orders import Fate, Point
from tests.crash.processes import Nursery
from tests.crash.table import as_table
from tests.storage.databases import Kind, new_url

FROZEN = (Point.AFTER_CLAIM, Point.AT_THE_WIRE, Point.BEHIND_THE_FENCE, Point.AFTER_SEND)
"""Where a process that stands still beyond its lease would do the most harm."""
POINTS = (*((point, Fate.KILLED) for point in AT_RANDOM), *((point, Fate.FROZEN) for point in FROZEN))


async def test_nothing_is_lost_and_nothing_is_sent_twice(each_database: Kind, nursery: Nursery, tmp_path: Path) -> None:
    processes = 3 if each_database is Kind.POSTGRESQL else 1
    plan = Plan(seed=20261122, kills=len(POINTS), processes=processes, points=POINTS)

    told = await Run(plan, nursery, new_url(tmp_path), tmp_path).go()

    assert told.balance, as_table([(each_database.value, told)])
    assert told.kills >= len(POINTS)
    assert told.books.received > 0
    assert told.books.replies > 0
