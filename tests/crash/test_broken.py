"""The harness finds what is broken on purpose: a message sent twice, and a message that was marked and never sent."""

from pathlib import Path

from tests.crash.company import Company
from tests.crash.conductor import Plan, Run, Told
from tests.crash.orders import Fate, Point, Variant
from tests.crash.processes import Nursery
from tests.crash.table import as_table
from tests.storage.databases import Kind, new_url

ON_SLACK = Company(1, 2)


async def _run(variant: Variant, point: Point, nursery: Nursery, folder: Path) -> Told:
    plan = Plan(
        seed=1,
        kills=3,
        company=ON_SLACK,
        variants=(variant,),
        points=((point, Fate.KILLED),) * 3,
        at_random=False,
        faults=0.0,
    )
    return await Run(plan, nursery, new_url(folder), folder).go()


async def test_send_then_mark_is_found_out(each_database: Kind, nursery: Nursery, tmp_path: Path) -> None:
    told = await _run(Variant.SEND_THEN_MARK, Point.AFTER_SEND, nursery, tmp_path)

    assert told.books.duplicates > 0, as_table([(each_database.value, told)])
    assert told.books.lost == 0
    assert not told.balance


async def test_mark_then_send_is_found_out(each_database: Kind, nursery: Nursery, tmp_path: Path) -> None:
    told = await _run(Variant.MARK_THEN_SEND, Point.AT_THE_WIRE, nursery, tmp_path)

    assert told.books.lost > 0, as_table([(each_database.value, told)])
    assert told.books.duplicates == 0
    assert not told.balance


async def test_the_same_kills_break_nothing_where_nothing_is_broken(
    each_database: Kind, nursery: Nursery, tmp_path: Path
) -> None:
    told = await _run(Variant.NONE, Point.AFTER_SEND, nursery, tmp_path)

    assert told.balance, as_table([(each_database.value, told)])
