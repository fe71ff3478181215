"""Claims have an end: whoever is frozen or gone loses them, and can then neither send nor write."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, TypeVar

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col

from bot.delivery.outcomes import HELD_UP
from bot.delivery.port import ChatError, NotDelivered, OutcomeUnknown, Rejected
from storage import models as m
from storage import outbox
from storage.session import Database, StorageProblem
from tests.delivery.office import TIMING, Office
from tests.fakes.port import RecordingPort
from tests.storage.databases import url_of

R = TypeVar("R")


def set_row(office: Office, subject: str, **values: object) -> None:
    """As another process, or an older version, left it."""

    def write(session: Session) -> None:
        session.execute(sa.update(m.Delivery).where(col(m.Delivery.subject) == subject).values(**values))

    office.db.write_now(write)


def left_by_another(office: Office, subject: str, **values: object) -> None:
    office.plan(subject)
    set_row(office, subject, **{"state": m.DeliveryState.SENDING, "fence": 1, "lease_owner": "somebody", **values})


async def test_a_claim_is_known_to_end_and_that_in_real_time(office: Office) -> None:
    office.plan("now")
    during: list[m.Delivery] = []
    office.console.on_send = lambda *_: during.append(office.row("now"))

    await office.pump.run_once()

    assert during[0].lease_until == office.time.now() + timedelta(seconds=TIMING.lease)
    assert (office.state("now"), office.row("now").lease_until) == ("sent", None)


async def test_a_claim_that_lasts_too_long_is_in_doubt_whoever_notices(office: Office) -> None:
    left_by_another(office, "now", lease_until=office.time.now() + timedelta(seconds=10))

    office.later(seconds=10)
    assert await office.pump.recover_lapsed() == 0
    office.later(seconds=1)
    assert await office.pump.recover_lapsed() == 1
    assert await office.new_pump().recover_lapsed() == 0

    row = office.row("now")
    assert (row.state.value, row.fence, row.doubtful_since) == ("unknown", 2, office.time.now())
    assert office.outcomes == {("now", "unknown"): 1}


async def test_business_time_ends_no_claim(office: Office) -> None:
    left_by_another(office, "now", lease_until=office.time.now() + timedelta(seconds=10))

    office.clock.move_to(office.clock.now() + timedelta(days=300))

    assert await office.pump.recover_lapsed() == 0


async def test_a_claim_of_an_older_version_counts_from_when_somebody_noticed(office: Office) -> None:
    """It wrote no lease, and business time tells nothing about real time."""
    left_by_another(office, "now", lease_until=None, updated_at=office.time.now() - timedelta(days=3))
    assert await office.pump.recover_lapsed() == 0

    office.later(seconds=TIMING.lease)
    assert await office.new_pump().recover_lapsed() == 0
    office.later(seconds=1)
    assert await office.pump.recover_lapsed() == 1


async def test_a_start_leaves_living_replicas_alone_where_there_can_be_some(office: Office) -> None:
    left_by_another(office, "now", lease_until=office.time.now() + timedelta(seconds=10))

    assert await office.pump.recover() == (1 if office.db.is_sqlite else 0)

    office.later(seconds=11)
    assert await office.pump.recover() == (0 if office.db.is_sqlite else 1)


async def test_a_start_does_not_touch_what_this_process_sends_already(office: Office) -> None:
    office.plan("now")
    found: list[int] = []

    async def start(*_: object) -> None:
        found.append(await office.pump.recover())

    office.console.on_send = start
    await office.pump.run_once()

    assert (found, office.state("now")) == ([0], "sent")


async def test_what_was_held_up_before_it_left_does_not_leave_any_more(office: Office) -> None:
    """The process was frozen between the claim and the request, longer than its fence."""
    office.plan("now")

    def frozen(*_: object) -> None:
        office.console.on_send = None
        office.later(seconds=TIMING.fence)

    office.console.on_send = frozen
    await office.pump.run_once()
    assert (office.console.posted, office.state("now")) == ([], "planned")
    await office.until_quiet()
    assert office.console.posted == [], "whoever is held up so long has too much to do just now"
    office.later(seconds=HELD_UP)
    await office.until_quiet()

    assert (office.state("now"), len(office.console.posted)) == ("sent", 1)
    assert office.row("now").sweep_at is None, "nothing had left, so there is nothing to sweep"


async def test_whoever_lost_its_claim_sends_and_writes_nothing(office: Office) -> None:
    """While it was frozen, another process took the message over, looked for it, and sent it."""
    office.plan("now")
    other = office.new_pump()

    async def frozen(*_: object) -> None:
        office.console.on_send = None
        office.later(seconds=TIMING.lease + 1)
        assert await other.recover_lapsed() == 1
        office.later(seconds=TIMING.grace)
        assert await other.reconcile() == 1
        assert await other.run_once() == 1
        assert office.state("now") == "sent"

    office.console.on_send = frozen
    await office.pump.run_once()

    assert (office.state("now"), len(office.console.posted)) == ("sent", 1)
    assert (office.row("now").fence, office.outcomes["now", "sent"]) == (3, 1)


async def test_what_was_cut_off_before_it_left_is_planned_again_at_once(office: Office) -> None:
    office.plan("now")
    reached = asyncio.Event()

    async def hang(*_: object) -> None:
        reached.set()
        await asyncio.Event().wait()

    office.console.on_send = hang
    running = asyncio.create_task(office.pump.run_once())
    await reached.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    office.console.on_send = None

    await office.until_quiet()

    assert (office.state("now"), len(office.console.posted)) == ("sent", 1)


async def test_a_claim_that_was_cut_off_while_it_was_written_is_given_back(office: Office) -> None:
    office.plan("now")
    running = asyncio.create_task(office.pump.run_once())
    while office.state("now") == "planned":
        await asyncio.sleep(0)
        if office.state("now") == "sending" or running.done():
            break
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)

    await office.until_quiet()

    assert (office.state("now"), len(office.console.posted)) == ("sent", 1)


async def test_a_pause_of_the_whole_machine_counts_by_its_wall_clock(office: Office) -> None:
    """Its other seconds stood still as well."""
    office.plan("now")

    def paused(*_: object) -> None:
        office.console.on_send = None
        office.time.wall += TIMING.fence

    office.console.on_send = paused
    await office.pump.run_once()

    assert (office.console.posted, office.state("now")) == ([], "planned")


@pytest.mark.parametrize("by", [-3600.0, TIMING.fence - 1])
async def test_a_wall_clock_that_is_set_lets_nothing_leave_late_and_holds_up_little(office: Office, by: float) -> None:
    office.plan("now")

    def is_set(*_: object) -> None:
        office.console.on_send = None
        office.time.wall += by

    office.console.on_send = is_set
    await office.until_quiet()

    assert (office.state("now"), len(office.console.posted)) == ("sent", 1)


async def test_an_earlier_doubt_that_an_older_version_left_there_does_not_count(office: Office) -> None:
    """It planned the message again, and gave up what this version was sending then: it writes no `doubtful_since`."""
    office.plan("now")
    set_row(office, "now", doubtful_since=office.time.now() - timedelta(hours=1))

    def given_up(*_: object) -> None:
        set_row(office, "now", state=m.DeliveryState.UNKNOWN, fence=2)
        raise asyncio.CancelledError  # and this process is stopped

    office.console.on_left = given_up
    await office.pump.run_once()
    assert office.state("now") == "unknown"

    assert await office.pump.reconcile() == 0
    office.later(seconds=TIMING.grace)
    assert await office.pump.reconcile() == 1
    assert office.state("now") == "planned"


def set_forward(office: Office) -> None:
    office.time.set_by += timedelta(hours=1)
    office.time.wall += 3600


async def test_a_clock_that_is_set_forward_takes_nothing_from_whoever_waits_for_an_answer(office: Office) -> None:
    office.plan("now")

    async def meanwhile(*_: object) -> None:
        set_forward(office)
        assert await office.pump.recover_lapsed() == 0

    office.console.on_left = meanwhile
    await office.until_quiet()

    assert (office.state("now"), len(office.console.posted)) == ("sent", 1)
    assert office.outcomes == {("now", "sent"): 1}


async def test_whoever_waits_for_an_answer_for_too_long_counts_as_gone(office: Office) -> None:
    office.plan("now")

    async def meanwhile(*_: object) -> None:
        office.later(seconds=TIMING.lease + 1)
        assert await office.pump.recover_lapsed() == 1

    office.console.on_left = meanwhile
    await office.pump.run_once()

    assert office.outcomes == {("now", "unknown"): 1, ("now", "sent"): 1}


@pytest.mark.parametrize(
    ("answer", "state", "standing"),
    [
        (None, "sent", 1),
        (NotDelivered("no route"), "planned", 0),
        (Rejected("too long"), "failed", 0),
        (OutcomeUnknown("time-out"), "unknown", 0),
    ],
    ids=["posted", "not delivered", "refused", "no answer"],
)
async def test_an_answer_that_comes_late_ends_the_doubt(
    office: Office, answer: ChatError | None, state: str, standing: int
) -> None:
    """Another process counted this one as gone; nobody can look whether the message is there."""
    office.console = RecordingPort(office.clock, readable=False)
    office.pump, other = office.new_pump(), office.new_pump()
    office.plan("now")
    office.console.play(*([] if answer is None else [answer]))

    async def meanwhile(*_: object) -> None:
        set_forward(office)
        assert await other.recover_lapsed() == 1
        assert office.state("now") == "unknown"
        office.later(seconds=5)

    office.console.on_left = meanwhile
    await office.pump.run_once()

    row = office.row("now")
    assert (row.state.value, len(office.console.posted), row.message is not None) == (state, standing, standing == 1)
    assert row.doubtful_since == (office.time.now() if state == "unknown" else None)
    assert office.outcomes["now", "unknown"] == 1


class AnswerLost(Database):
    """A database that goes away with its answer to a claim; with `before`, a moment earlier."""

    before = False
    times = 1

    def _in_one_transaction(self, level: Any, work: Callable[..., R], *args: Any, **kwargs: Any) -> R:
        if getattr(work, "__name__", "") != "_claim" or not self.times:
            return super()._in_one_transaction(level, work, *args, **kwargs)
        self.times -= 1

        def breaks(session: Session, *args: Any, **kwargs: Any) -> R:
            work(session, *args, **kwargs)
            raise StorageProblem("The server cannot be reached.")

        super()._in_one_transaction(level, breaks if self.before else work, *args, **kwargs)
        raise StorageProblem("The server cannot be reached.")


@pytest.fixture
def losing(office: Office) -> Iterator[Office]:
    office.db.close()
    office.db = AnswerLost(url_of(office.db), office.clock, real_clock=office.time)
    office.pump = office.new_pump()
    yield office
    office.db.close()


@pytest.mark.parametrize("before", [False, True], ids=["written down", "not written down"])
async def test_a_claim_whose_answer_was_lost_is_no_doubt(losing: Office, before: bool) -> None:
    office, db = losing, losing.db
    assert isinstance(db, AnswerLost)
    db.before = before
    office.plan("now")
    with pytest.raises(StorageProblem):
        await office.pump.run_once()
    assert office.state("now") == ("planned" if before else "sending")

    await office.until_quiet()

    assert (office.state("now"), len(office.console.posted), office.row("now").sweep_at) == ("sent", 1, None)


async def test_a_claim_of_another_process_that_came_first_stays(losing: Office) -> None:
    office, db = losing, losing.db
    assert isinstance(db, AnswerLost)
    db.before = True
    office.plan("now")
    with pytest.raises(StorageProblem):
        await office.pump.run_once()
    lease = office.time.now() + timedelta(seconds=TIMING.lease)
    set_row(office, "now", state=m.DeliveryState.SENDING, fence=1, lease_owner="somebody", lease_until=lease)

    await office.until_quiet()

    assert (office.state("now"), office.row("now").lease_owner) == ("sending", "somebody")
    assert office.console.posted == []


async def test_what_certainly_did_not_begin_is_in_no_doubt_although_another_process_was_faster(losing: Office) -> None:
    """It gave the message up before this one could take its claim back; and nobody can look for it."""
    office = losing
    office.console = RecordingPort(office.clock, readable=False)
    office.pump, other = office.new_pump(), office.new_pump()
    office.plan("now")
    with pytest.raises(StorageProblem):
        await office.pump.run_once()
    office.later(seconds=TIMING.lease + 1)
    assert await other.recover_lapsed() == 1
    assert office.state("now") == "unknown"

    await office.until_quiet()

    row = office.row("now")
    assert (row.state.value, len(office.console.posted), row.doubtful_since, row.sweep_at) == ("sent", 1, None, None)


@pytest.mark.sqlite_is_enough
async def test_a_claim_that_came_to_nothing_takes_back_no_other_of_this_process(losing: Office) -> None:
    """Two turns for one message: the first claim is not written down, the second is, and looks the same."""
    office, db = losing, losing.db
    assert isinstance(db, AnswerLost)
    db.before = True
    office.plan("now")
    here = office.company.console
    (due,) = db.read_now(outbox.due_through, here, now=office.clock.now(), limit=5)

    async def meanwhile(*_: object) -> None:
        await office.pump.recover_lapsed()

    office.console.on_left = meanwhile
    turns = [office.pump._sender.send(due, here, office.console) for _ in range(2)]
    lost, _ = await asyncio.gather(*turns, return_exceptions=True)
    assert isinstance(lost, StorageProblem)
    await office.until_quiet()

    assert (office.state("now"), len(office.console.posted)) == ("sent", 1)
