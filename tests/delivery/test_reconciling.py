"""What becomes of a message when nobody can say whether it arrived: looked for, and never doubled."""

import asyncio
import os
import signal
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session

from bot.delivery.kinds import Skip
from bot.delivery.port import Address, MessageRef, NotDelivered, OutcomeUnknown, RateLimited, Unreachable
from storage import dead_letters
from storage import models as m
from tests.delivery.office import TIMING, Office
from tests.fakes.port import Accepted, RecordingPort
from tests.storage.databases import MORNING

ROOT = Path(__file__).resolve().parents[2]


async def broken_off(office: Office, subject: str = "now") -> None:
    """Mei's message is being sent when the process goes away; the platform never got it."""
    office.plan(subject)
    reached = asyncio.Event()

    async def hang(*_: object) -> None:
        reached.set()
        await asyncio.Event().wait()

    office.console.on_left = hang
    running = asyncio.create_task(office.pump.run_once())
    await reached.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    office.console.on_left = None


async def test_a_lost_answer_is_looked_up_and_the_message_counts_as_sent(office: Office) -> None:
    office.plan("now")
    office.console.play(Accepted(OutcomeUnknown("connection lost")))

    await office.until_quiet()
    assert office.state("now") == "unknown"
    assert await office.pump.reconcile() == 1
    assert await office.pump.reconcile() == 0
    await office.until_quiet()

    row = office.row("now")
    assert (row.state.value, row.reason, row.message_id) == ("sent", None, office.console.posted[0].ref.message_id)
    assert len(office.console.posted) == len(office.console.attempts) == 1
    assert office.outcomes == {("now", "unknown"): 1, ("now", "sent"): 1}
    assert office.console.updates == [], "what stands there is the newest already"
    assert office.address(office.company.console, office.company.mei).dm_ref == {"channel": "D-mei"}


async def test_a_message_that_is_absent_is_sent_once_more_and_only_after_the_grace_period(office: Office) -> None:
    office.plan("now")
    office.console.play(OutcomeUnknown("connection lost"))
    await office.until_quiet()

    assert await office.pump.reconcile() == 0
    office.later(seconds=TIMING.grace - 1)
    assert await office.pump.reconcile() == 0
    await office.until_quiet()
    assert len(office.console.attempts) == 1
    office.later(seconds=1)
    assert await office.pump.reconcile() == 1
    assert (office.state("now"), office.row("now").reason) == ("planned", "it had not arrived")
    await office.until_quiet()

    assert office.state("now") == "sent"
    assert (len(office.console.attempts), len(office.console.posted)) == (2, 1)


async def test_the_grace_period_is_real_time(office: Office) -> None:
    office.plan("now")
    office.console.play(OutcomeUnknown("connection lost"))
    await office.until_quiet()
    await office.pump.reconcile()

    office.clock.move_to(MORNING + timedelta(days=1))

    assert await office.pump.reconcile() == 0
    assert office.state("now") == "unknown"


async def test_a_message_that_turns_up_late_is_not_sent_again(office: Office) -> None:
    office.plan("now")
    office.console.play(Accepted(OutcomeUnknown("connection lost")))
    await office.until_quiet()
    (late,) = office.console.posted
    office.console.posted = []
    await office.pump.reconcile()

    office.console.posted = [late]
    office.later(seconds=TIMING.grace)
    await office.pump.reconcile()
    await office.until_quiet()

    assert office.state("now") == "sent"
    assert office.console.posted == [late]


async def test_a_platform_that_cannot_be_read_back_leaves_it_unknown(office: Office) -> None:
    office.console = RecordingPort(office.clock, readable=False)
    office.pump = office.new_pump()
    office.plan("now")
    office.console.play(OutcomeUnknown("time-out"))
    await office.until_quiet()

    for _ in range(5):
        await office.pump.reconcile()
        await office.until_quiet()
        office.later(days=1)

    assert (office.state("now"), office.row("now").reason) == ("unknown", "time-out")
    assert len(office.console.attempts) == 1


async def test_many_that_stay_unknown_do_not_hide_one_that_can_be_found(office: Office) -> None:
    office.playground = RecordingPort(office.clock, readable=False)
    office.pump = office.new_pump()
    ana = office.company.ana
    office.answers_from(office.company.playground, ana)
    for number in range(25):
        office.plan(f"lost{number}", person=ana)
    office.playground.play(*[OutcomeUnknown("time-out")] * 25)
    await office.until_quiet()
    office.plan("found")
    office.console.play(Accepted(OutcomeUnknown("time-out")))
    await office.until_quiet()

    assert await office.pump.reconcile() == 1
    assert office.state("found") == "sent"


class InTurn(RecordingPort):
    """A platform that is looked into only after `waits_for`, and then says so."""

    def __init__(self, office: Office, waits_for: asyncio.Event, looked: asyncio.Event) -> None:
        super().__init__(office.clock)
        self.waits_for, self.looked = waits_for, looked

    async def find(self, address: Address, key: str, since: datetime) -> MessageRef | None:
        await self.waits_for.wait()
        self.looked.set()
        return await super().find(address, key, since)


async def test_a_platform_that_is_slow_to_be_looked_into_holds_up_no_other(office: Office) -> None:
    at_once, other, last = asyncio.Event(), asyncio.Event(), asyncio.Event()
    at_once.set()
    office.console, office.playground = InTurn(office, other, last), InTurn(office, at_once, other)
    office.pump = office.new_pump()
    office.answers_from(office.company.playground, office.company.ana)
    office.plan("slow", due=MORNING - timedelta(minutes=1))
    office.plan("other", person=office.company.ana)
    for port in (office.console, office.playground):
        port.play(Accepted(OutcomeUnknown("connection lost")))
    await office.until_quiet()
    assert office.states() == {"slow": "unknown", "other": "unknown"}

    assert await asyncio.wait_for(office.pump.reconcile(), 10) == 2

    assert office.states() == {"slow": "sent", "other": "sent"}


async def test_looking_is_not_repeated_at_once_where_it_went_wrong(office: Office) -> None:
    office.plan("now")
    office.console.play(Accepted(OutcomeUnknown("time-out")))
    office.console.play_find(Unreachable("archived"), KeyError("messages"), RateLimited(30))
    await office.until_quiet()

    await office.pump.reconcile()
    await office.pump.reconcile()
    assert len(office.console.looks) == 1
    office.later(seconds=60)
    await office.pump.reconcile()
    assert len(office.console.looks) == 2
    office.later(seconds=300)
    await office.pump.reconcile()
    await office.pump.reconcile()
    assert (len(office.console.looks), office.state("now")) == (3, "unknown")
    office.later(seconds=30)
    await office.pump.reconcile()
    assert office.state("now") == "sent"


async def test_a_cancelled_send_becomes_unknown_in_the_same_process(office: Office) -> None:
    await broken_off(office)
    assert office.state("now") == "sending"

    await office.pump.run_once()

    assert office.state("now") == "unknown"
    assert office.outcomes == {("now", "unknown"): 1}
    assert len(office.console.attempts) == 1


async def test_a_restart_recovers_what_was_being_sent(office: Office) -> None:
    await broken_off(office)
    after = office.new_pump()
    if not office.db.is_sqlite:
        assert await after.recover() == 0, "it may be another replica's, which lives"
        office.later(seconds=TIMING.lease + 1)

    assert await after.recover() == 1
    assert await after.recover() == 0
    assert office.outcomes == {("now", "unknown"): 1}
    await after.reconcile()
    office.later(seconds=TIMING.grace)
    await after.reconcile()
    await after.run_once()

    assert office.state("now") == "sent"
    assert len(office.console.posted) == 1


async def test_a_process_that_comes_back_after_an_operator_decided_writes_nothing(office: Office) -> None:
    office.plan("now")
    other = office.new_pump()

    async def meanwhile(*_: object) -> None:
        office.later(seconds=TIMING.lease + 1)
        assert await other.recover_lapsed() == 1
        await office.db.write(dead_letters.discard, [office.row("now").id], now=office.clock.now())

    office.console.on_left = meanwhile
    await office.pump.run_once()

    row = office.row("now")
    assert (row.state.value, row.message, row.sent_at) == ("skipped", None, None)
    assert office.outcomes == {("now", "unknown"): 1}


async def test_a_clock_that_is_set_forward_ends_no_grace_for_whoever_saw_the_doubt(office: Office) -> None:
    office.plan("now")
    office.console.play(Accepted(OutcomeUnknown("connection lost")))
    await office.until_quiet()
    (late,) = office.console.posted
    office.console.posted = []
    assert await office.pump.reconcile() == 0

    office.time.set_by += timedelta(hours=1)
    office.later(seconds=10)
    assert await office.pump.reconcile() == 0
    assert office.state("now") == "unknown"
    office.console.posted = [late]
    office.later(seconds=10)

    assert await office.pump.reconcile() == 1
    await office.until_quiet()
    assert (office.state("now"), len(office.console.posted)) == ("sent", 1)


async def test_a_message_that_is_tried_again_after_it_was_absent_can_still_be_looked_for(office: Office) -> None:
    office.plan("now")
    office.console.play(OutcomeUnknown("one"), Accepted(OutcomeUnknown("two")))
    await office.until_quiet()
    for _ in range(2):
        await office.pump.reconcile()
        office.later(seconds=TIMING.grace)
    await office.until_quiet()
    assert office.state("now") == "unknown"

    assert await office.pump.reconcile() == 1
    assert office.state("now") == "sent"
    assert len(office.console.posted) == 1


async def test_what_changed_while_the_outcome_was_unknown_is_shown_once_it_is_found(office: Office) -> None:
    office.plan("now")
    office.console.play(Accepted(OutcomeUnknown("time-out")))
    await office.until_quiet()
    office.words = "newer"
    office.changed("now")

    await office.pump.reconcile()
    await office.until_quiet()

    assert [ref.message_id for ref, _ in office.console.updates] == [office.console.posted[0].ref.message_id]


async def test_it_is_no_longer_sent_if_it_is_not_wanted_when_it_proves_absent(office: Office) -> None:
    office.plan("now")
    office.console.play(NotDelivered("refused"), OutcomeUnknown("time-out"))
    await office.until_quiet()
    await office.until_quiet()
    await office.pump.reconcile()
    office.later(seconds=TIMING.grace)
    await office.pump.reconcile()
    assert office.state("now") == "planned"

    office.verdict = lambda *_: Skip("answered")
    await office.until_quiet()

    assert office.state("now") == "skipped"
    assert office.console.posted == []


DYING = """
import asyncio, sys, time
from pathlib import Path
from datetime import datetime
from bot.clock import MovableClock
from bot.delivery.pump import Pump
from bot.delivery.pacing import Pacer
from storage.session import Database
from tests.delivery.office import RealTime, Office, card
from bot.delivery.kinds import MessageKind
from tests.fakes.port import RecordingPort

async def main():
    clock = MovableClock(datetime.fromisoformat(sys.argv[2]))
    port = RecordingPort(clock)

    async def killed_here(*_):
        print("sending", flush=True)
        await asyncio.Event().wait()

    port.on_left = killed_here
    real = RealTime()
    registry = {"prompt": MessageKind(compose=lambda *_: card("x"))}
    db = Database(sys.argv[1], clock, real_clock=real)
    await Pump(db, clock, registry, {"console": port}, Pacer(0, real, real.sleep), real).run_once()

asyncio.run(main())
"""


async def test_a_kill_while_sending_loses_and_doubles_nothing(office: Office) -> None:
    office.plan("now")
    office.plan("next")
    url = office.db.engine.url.render_as_string()
    child = subprocess.Popen(  # noqa: S603, ASYNC220 - our own interpreter; the test waits for its one line
        [sys.executable, "-c", DYING, url, MORNING.isoformat()],
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": "."},
    )
    assert child.stdout is not None
    assert child.stdout.readline() == b"sending\n"
    child.send_signal(signal.SIGKILL)
    child.wait(10)
    child.stdout.close()
    assert sorted(office.states().values()) == ["planned", "sending"]

    office.later(seconds=TIMING.lease + 1)
    await office.pump.recover()
    for _ in range(2):
        await office.until_quiet()
        await office.pump.reconcile()
        office.later(seconds=TIMING.grace)
    await office.until_quiet()

    assert office.states() == {"now": "sent", "next": "sent"}
    assert len(office.console.posted) == len(set(office.console.keys())) == 2


@pytest.mark.parametrize("state", [m.DeliveryState.FAILED, m.DeliveryState.SKIPPED, m.DeliveryState.SENT])
async def test_what_ended_is_never_looked_for(office: Office, state: m.DeliveryState) -> None:
    office.plan("now")

    def end(session: Session) -> None:
        session.get_one(m.Delivery, 1).state = state

    office.db.write_now(end)

    assert await office.pump.reconcile() == 0
    assert office.console.looks == []
