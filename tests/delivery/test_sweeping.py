"""Second copies are taken away: of what was sent again after a doubt, the one that is recorded stays."""

import asyncio
import itertools
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from bot.delivery.addresses import plain_address
from bot.delivery.kinds import Skip
from bot.delivery.port import Address, ChatError, MessageRef, NotDelivered, OutcomeUnknown, RateLimited, Rejected
from storage import dead_letters
from storage import models as m
from tests.delivery.office import TIMING, Office, open_office
from tests.fakes.port import Accepted, Posted, RecordingPort


class CopiesPort(RecordingPort):
    """A platform that tells of every copy."""

    def __init__(self, office: Office) -> None:
        super().__init__(office.clock)
        self.troubles: list[ChatError] = []
        self.asked: list[datetime] = []

    async def copies(self, address: Address, key: str, since: datetime) -> list[MessageRef]:
        self.asked.append(since)
        if self.troubles:
            raise self.troubles.pop(0)
        return [one.ref for one in self.to(address.external_id) if one.key == key and one.at >= since]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    opened = open_office(tmp_path)
    opened.console = CopiesPort(opened)
    opened.pump = opened.new_pump()
    yield opened
    opened.db.close()


def port(office: Office) -> CopiesPort:
    assert isinstance(office.console, CopiesPort)
    return office.console


async def sent_twice(office: Office) -> Posted:
    """The first copy turned up only after the second was sent. Returns the first."""
    office.plan("now")
    office.console.play(Accepted(OutcomeUnknown("connection lost")))
    await office.until_quiet()
    (late,) = office.console.posted
    office.console.posted = []
    office.later(seconds=TIMING.grace)
    assert await office.pump.reconcile() == 1
    await office.until_quiet()
    office.console.posted.insert(0, late)
    assert (office.state("now"), len(office.console.posted)) == ("sent", 2)
    return late


async def test_the_copy_that_is_not_recorded_is_taken_away(office: Office) -> None:
    await sent_twice(office)

    office.later(seconds=TIMING.sweep - 1)
    assert await office.pump.sweep() == 0
    office.later(seconds=1)
    assert await office.new_pump().sweep() == 1, "any process may sweep"
    assert await office.pump.sweep() == 0

    row = office.row("now")
    assert [posted.ref.message_id for posted in office.console.posted] == [row.message_id]
    assert row.sweep_at is None


async def test_a_copy_of_what_was_left_out_in_the_end_is_taken_away(office: Office) -> None:
    office.plan("now")
    office.console.play(Accepted(OutcomeUnknown("connection lost")))
    await office.until_quiet()
    (late,) = office.console.posted
    office.console.posted = []
    office.later(seconds=TIMING.grace)
    assert await office.pump.reconcile() == 1
    office.verdict = lambda *_: Skip("answered")
    await office.until_quiet()
    assert office.state("now") == "skipped"
    office.console.posted = [late]

    office.later(seconds=TIMING.sweep)
    assert await office.pump.sweep() == 1

    assert office.console.posted == []
    assert office.row("now").sweep_at is None


async def test_what_was_never_in_doubt_is_not_swept(office: Office) -> None:
    office.plan("now")
    office.console.play(NotDelivered("refused"))
    await office.until_quiet()
    await office.until_quiet()
    office.plan("found")
    office.console.play(Accepted(OutcomeUnknown("connection lost")))
    await office.until_quiet()
    await office.pump.reconcile()
    office.later(hours=1)

    assert await office.pump.sweep() == 0
    assert office.states() == {"now": "sent", "found": "sent"}
    assert port(office).asked == []


async def test_what_was_found_while_an_older_copy_may_exist_is_swept_too(office: Office) -> None:
    """In doubt twice: the second copy is found and recorded, and then the first turns up."""
    office.plan("now")
    office.console.play(Accepted(OutcomeUnknown("one")), Accepted(OutcomeUnknown("two")))
    await office.until_quiet()
    (late,) = office.console.posted
    office.console.posted = []
    office.later(seconds=TIMING.grace)
    await office.pump.reconcile()
    await office.until_quiet()
    assert await office.pump.reconcile() == 1
    office.console.posted.append(late)

    office.later(seconds=TIMING.sweep)
    assert await office.pump.sweep() == 1
    assert [posted.ref.message_id for posted in office.console.posted] == [office.row("now").message_id]


async def test_a_platform_that_cannot_tell_of_copies_is_left_alone(office: Office) -> None:
    await sent_twice(office)
    plain = RecordingPort(office.clock)
    plain.posted = office.console.posted
    office.console = plain
    office.pump = office.new_pump()

    office.later(seconds=TIMING.sweep)
    assert await office.pump.sweep() == 0

    assert office.row("now").sweep_at is None
    assert len(plain.posted) == 2


async def test_a_sweep_that_goes_wrong_is_made_again(office: Office) -> None:
    await sent_twice(office)
    port(office).troubles = [OutcomeUnknown("time-out"), RateLimited(30)]
    office.later(seconds=TIMING.sweep)

    assert await office.pump.sweep() == 0
    assert await office.pump.sweep() == 0
    assert len(port(office).asked) == 1, "not at once"
    office.later(seconds=60)
    assert await office.pump.sweep() == 0
    office.later(seconds=36)
    assert await office.pump.sweep() == 1
    assert len(office.console.posted) == 1


async def test_where_somebody_took_the_recorded_one_away_the_other_stays(office: Office) -> None:
    late = await sent_twice(office)
    office.console.posted = [late]

    office.later(seconds=TIMING.sweep)
    assert await office.pump.sweep() == 0
    assert office.console.posted == [late]


@pytest.mark.parametrize("turn", [1, 2], ids=["before it looks", "before it takes away"])
async def test_what_an_operator_sends_again_while_it_is_swept_stays(
    office: Office, turn: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sweeper read it as left out, and waits for its turn; meanwhile the only copy is sent."""
    office.plan("now")
    office.console.play(Accepted(OutcomeUnknown("connection lost")), Rejected("too long"))
    await office.until_quiet()
    (late,) = office.console.posted
    office.console.posted = []
    office.later(seconds=TIMING.grace)
    assert await office.pump.reconcile() == 1
    await office.until_quiet()
    assert office.state("now") == "failed"
    office.later(seconds=TIMING.sweep)
    sender, sweeper = office.pump, office.new_pump()
    if turn == 2:
        office.console.posted = [late]
    turns = itertools.count(1)

    async def slot(*_: object, **__: object) -> None:
        if next(turns) == turn:
            office.console.posted = []  # the reader took the late one away
            ids = [office.row("now").id]
            await office.db.write(dead_letters.retry, ids, now=office.clock.now(), even_if_it_arrived=True)
            await sender.run_once()

    monkeypatch.setattr(sweeper._means.pacer, "slot", slot)
    assert await sweeper.sweep() == 0

    assert [posted.ref.message_id for posted in office.console.posted] == [office.row("now").message_id]
    assert office.state("now") == "sent"


@pytest.mark.parametrize("state", [m.DeliveryState.SENT, m.DeliveryState.FAILED, m.DeliveryState.SKIPPED])
async def test_of_what_was_sent_and_knows_no_copy_any_more_nothing_is_taken_away(
    office: Office, state: m.DeliveryState
) -> None:
    await sent_twice(office)

    def forget(session: Session) -> None:
        row = session.exec(select(m.Delivery)).one()
        row.message, row.state = None, state
        session.add(row)

    office.db.write_now(forget)
    office.later(seconds=TIMING.sweep)
    assert await office.pump.sweep() == 0

    assert len(office.console.posted) == 2
    assert office.row("now").sweep_at is None
    assert port(office).asked == []


async def test_many_that_cannot_be_swept_now_do_not_hold_up_the_others(office: Office) -> None:
    """Their platform is not connected; what comes behind them has its turn all the same."""
    await sent_twice(office)
    subjects = office.plan_many(office.crowd(120))
    elsewhere = plain_address(Address(office.company.playground, "p", is_person=True))

    def doubtful(session: Session) -> None:
        for row in session.exec(select(m.Delivery).where(col(m.Delivery.subject).in_(subjects))):
            row.state, row.sweep_at = m.DeliveryState.SKIPPED, office.time.now()
            row.address = elsewhere
            session.add(row)

    office.db.write_now(doubtful)
    office.pump = office.new_pump(platforms=("console",))
    office.later(seconds=TIMING.sweep)

    assert await office.pump.sweep() == 1
    assert len(office.console.posted) == 1
    assert office.row(subjects[-1]).sweep_at is not None, "it waits for its platform"


class InTurn(CopiesPort):
    """A platform that is looked into only after `waits_for`, and then says so."""

    def __init__(self, office: Office, waits_for: asyncio.Event, looked: asyncio.Event) -> None:
        super().__init__(office)
        self.waits_for, self.looked = waits_for, looked

    async def copies(self, address: Address, key: str, since: datetime) -> list[MessageRef]:
        await self.waits_for.wait()
        self.looked.set()
        return await super().copies(address, key, since)


async def test_a_platform_that_is_slow_to_be_looked_into_holds_up_no_other(office: Office) -> None:
    at_once, other, last = asyncio.Event(), asyncio.Event(), asyncio.Event()
    at_once.set()
    office.console, office.playground = InTurn(office, other, last), InTurn(office, at_once, other)
    office.pump = office.new_pump()
    office.answers_from(office.company.playground, office.company.ana)
    office.plan("slow")
    office.plan("other", person=office.company.ana)
    for port in (office.console, office.playground):
        port.play(OutcomeUnknown("connection lost"))
    await office.until_quiet()
    await office.pump.reconcile()
    office.later(seconds=TIMING.grace)
    assert await office.pump.reconcile() == 2
    await office.until_quiet()
    office.later(seconds=TIMING.sweep)
    assert office.states() == {"slow": "sent", "other": "sent"}

    assert await asyncio.wait_for(office.pump.sweep(), 10) == 0

    assert (office.row("slow").sweep_at, office.row("other").sweep_at) == (None, None)
