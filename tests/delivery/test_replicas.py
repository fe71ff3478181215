"""Several processes on one database: everything is sent once, nobody waits for another's row, and few are undone."""

import asyncio
from collections import Counter

from sqlalchemy import event
from sqlalchemy.engine import ExceptionContext

from storage.session import Database
from tests.delivery.office import Office
from tests.storage.databases import Kind, blocker, url_of


def replica_of(office: Office) -> tuple[Office, Counter[str]]:
    """Another process: a database pool and a pump of its own, on the same platforms. Counts what was undone there."""
    undone: Counter[str] = Counter()
    db = Database(url_of(office.db), office.clock, busy_seconds=5, real_clock=office.time)

    @event.listens_for(db.engine, "handle_error")
    def _count(context: ExceptionContext) -> None:
        undone[str(getattr(context.original_exception, "sqlstate", None))] += 1

    other = Office(db, office.clock, office.time, office.company, office.console, office.playground)
    return other, undone


async def test_three_pumps_send_hundreds_of_messages_once_each(office: Office, each_database: Kind) -> None:
    count = 300
    people = office.crowd(count // 3)
    subjects = office.plan_many(people * 3)
    office.console.on_send = lambda *_: asyncio.sleep(0.002)
    others = [replica_of(office) for _ in range(3 if each_database is Kind.POSTGRESQL else 1)]
    try:
        for _ in range(20):
            await asyncio.gather(*(other.pump.run_once() for other, _ in others))
            if "planned" not in office.states().values():
                break
            office.later(seconds=1)
    finally:
        for other, _ in others:
            other.db.close()

    assert office.states() == dict.fromkeys(subjects, "sent")
    assert len(office.console.keys()) == len(set(office.console.keys())) == len(office.console.attempts) == count
    undone = sum((each for _, each in others), Counter())
    assert undone["40001"] <= count // 5, f"transactions were undone: {undone}"


async def test_a_claim_does_not_wait_for_the_row_of_another_replica(office: Office, each_database: Kind) -> None:
    if each_database is Kind.SQLITE:
        return  # it has one sending process
    first, *others = office.plan_many(office.crowd(5))
    with blocker(url_of(office.db)) as replica:
        replica._say("BEGIN")
        replica._say(f"SELECT 1 FROM delivery WHERE subject = '{first}' FOR UPDATE")  # noqa: S608 - a name of ours

        await asyncio.wait_for(office.pump.run_once(), 10)

        assert {office.state(subject) for subject in others} == {"sent"}
        assert office.state(first) == "planned"
        replica._say("ROLLBACK")
    await office.until_quiet()
    assert office.state(first) == "sent"


async def test_a_pause_that_one_replica_was_asked_for_does_not_lose_the_others_messages(office: Office) -> None:
    """Both write to Mei: one at a time, and in the end each message once."""
    subjects = [office.plan(f"s{number}") for number in range(10)]
    pumps = [office.pump, office.new_pump()]

    for _ in range(30):
        await asyncio.gather(*(pump.run_once() for pump in pumps))
        office.later(seconds=1)

    assert office.states() == dict.fromkeys(subjects, "sent")
    assert len(office.console.keys()) == len(set(office.console.keys())) == 10
