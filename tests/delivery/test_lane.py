"""Many messages of one installation are under way at a time; none waits behind a slow one, and order is kept."""

import asyncio
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col, select

from bot.cards.model import Card
from bot.delivery.lane import AT_ONCE, TRIED
from bot.delivery.port import Address, FencePassed, NotDelivered, RateLimited
from bot.delivery.pump import NOWHERE_EVERY
from storage import models as m
from tests.delivery.office import Office
from tests.storage.databases import MORNING


class Crossing:
    """Counts who is under way, and holds everybody until it is opened."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.under_way: list[str] = []
        self.most = 0
        self.begun: list[str] = []
        self.full = asyncio.Event()
        self.open = asyncio.Event()
        office.console.on_send = self

    async def __call__(self, address: Address, _card: Card, _key: str) -> None:
        assert address.external_id not in self.under_way, "two to the same person at a time"
        self.begun.append(address.external_id)
        self.under_way.append(address.external_id)
        self.most = max(self.most, len(self.under_way))
        if len(self.under_way) == AT_ONCE:
            self.full.set()
        await self.open.wait()
        self.under_way.remove(address.external_id)


async def test_twenty_are_under_way_at_a_time_and_no_more(office: Office) -> None:
    subjects = office.plan_many(office.crowd(AT_ONCE + 10))
    crossing = Crossing(office)

    running = asyncio.create_task(office.pump.run_once())
    await crossing.full.wait()
    assert list(office.states().values()).count("planned") == 10, "nothing waits with a claim"
    crossing.open.set()
    await running

    assert crossing.most == AT_ONCE
    assert office.states() == dict.fromkeys(subjects, "sent")


async def test_one_slow_call_holds_up_nobody_else(office: Office) -> None:
    people = office.crowd(30)
    subjects = office.plan_many(people)
    others_sent = asyncio.Event()

    async def slow(address: Address, _card: Card, _key: str) -> None:
        if address.external_id == "p0":
            await others_sent.wait()
        elif len(office.console.posted) == 28:
            others_sent.set()

    office.console.on_send = slow
    await asyncio.wait_for(office.pump.run_once(), 30)

    assert office.states() == dict.fromkeys(subjects, "sent")
    assert office.console.posted[-1].address.external_id == "p0" or len(office.console.posted) == 30


async def test_two_messages_to_one_person_keep_their_order(office: Office) -> None:
    for number in range(6):
        office.plan(f"mei {number}", due=MORNING - timedelta(minutes=10 - number))
        office.plan(f"li {number}", person=office.company.li, due=MORNING - timedelta(minutes=10 - number))
    crossing = Crossing(office)
    crossing.open.set()

    await office.pump.run_once()

    for person in ("mei", "li"):
        tokens = [office.row(f"{person} {number}").token for number in range(6)]
        assert [posted.key for posted in office.console.to(person)] == tokens
    assert crossing.most <= 2


async def test_two_messages_to_one_channel_keep_their_order(office: Office) -> None:
    for number in range(4):
        office.plan(f"board {number}", team=office.company.team, due=MORNING - timedelta(minutes=10 - number))
    crossing = Crossing(office)
    crossing.open.set()

    await office.pump.run_once()

    assert crossing.most == 1
    assert office.console.keys() == [office.row(f"board {number}").token for number in range(4)]


async def test_one_that_fails_does_not_stop_the_others(office: Office) -> None:
    subjects = office.plan_many(office.crowd(25))
    office.console.play(NotDelivered("412"), KeyError("a mistake of ours"), NotDelivered("412"))

    await office.pump.run_once()

    ended = list(office.states().values())
    assert (ended.count("planned"), ended.count("unknown"), ended.count("sent")) == (2, 1, len(subjects) - 3)


async def test_a_pause_stops_all_that_have_not_left(office: Office) -> None:
    subjects = office.plan_many(office.crowd(60))
    office.console.play(RateLimited(30))

    await office.pump.run_once()
    assert len(office.console.attempts) <= AT_ONCE
    assert "planned" in office.states().values()
    office.later(seconds=28)
    before = len(office.console.attempts)
    await office.pump.run_once()
    assert len(office.console.attempts) == before
    office.later(seconds=7)
    await office.until_quiet()

    assert office.states() == dict.fromkeys(subjects, "sent")


async def test_a_digest_for_a_meeting_in_two_minutes_goes_before_5000_check_ins(office: Office) -> None:
    office.plan_many(office.crowd(1000) * 5, due=MORNING - timedelta(hours=1))
    office.plan("digest", team=office.company.team, kind="digest")
    office.pump = office.new_pump(rate=4)

    def enough(*_: object) -> None:
        if len(office.console.attempts) == 2 * AT_ONCE:
            office.pump.stop()

    office.console.on_send = enough
    await office.pump.run_once()

    assert office.console.attempts.index(office.row("digest").token) < AT_ONCE, "among the very first of 5001"


async def test_an_answer_goes_before_a_digest_and_both_before_what_is_merely_due(office: Office) -> None:
    office.plan_many(office.crowd(100), due=MORNING - timedelta(hours=1))

    async def meanwhile(*_: object) -> None:
        if len(office.console.attempts) == 30:
            await office.plan_beside("digest", team=office.company.team, kind="digest")
            await office.plan_beside("echo", kind="answer")

    office.console.on_send = meanwhile
    await office.pump.run_once()

    keys = office.console.attempts
    answer, digest = keys.index(office.row("echo").token), keys.index(office.row("digest").token)
    assert max(answer, digest) <= 30 + 3 * AT_ONCE
    assert answer < digest + AT_ONCE


async def test_what_comes_while_a_queue_leaves_goes_next_when_it_is_told(office: Office) -> None:
    """The house wakes the pump: the answer does not wait for the next look."""
    office.plan_many(office.crowd(60), due=MORNING - timedelta(hours=1))
    office.pump = office.new_pump(rate=1)

    async def meanwhile(*_: object) -> None:
        if len(office.console.attempts) == 3:
            await office.plan_beside("echo", kind="answer")
            await office.pump.begin()

    office.console.on_send = meanwhile
    await office.pump.run_once()

    assert office.console.attempts.index(office.row("echo").token) <= 2 * AT_ONCE, "right behind what was under way"


async def test_a_turn_that_was_not_needed_is_kept_for_the_next(office: Office) -> None:
    """What another replica sends meanwhile costs no turn of the workspace's limit."""
    for number in range(3):
        office.plan(f"s{number}", due=MORNING - timedelta(minutes=10 - number))
    office.pump = office.new_pump(rate=1)
    began = office.time()

    def meanwhile(*_: object) -> None:
        def taken(session: Session) -> None:
            row = session.exec(select(m.Delivery).where(m.Delivery.subject == "s1")).one()
            row.state = m.DeliveryState.SKIPPED
            session.add(row)

        office.db.write_now(taken)

    office.console.on_send = meanwhile
    await office.pump.run_once()

    assert office.states() == {"s0": "sent", "s1": "skipped", "s2": "sent"}
    assert office.time() - began == pytest.approx(1.0, rel=0.05)


async def test_a_lane_that_is_cut_off_cuts_off_all_that_is_under_way(office: Office) -> None:
    subjects = office.plan_many(office.crowd(30))
    crossing = Crossing(office)
    running = asyncio.create_task(office.pump.run_once())
    await crossing.full.wait()

    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert len(asyncio.all_tasks()) == 1
    office.console.on_send = None
    await office.until_quiet()

    assert office.states() == dict.fromkeys(subjects, "sent")
    assert len(office.console.posted) == 30


async def test_many_updates_are_under_way_at_a_time_too(office: Office) -> None:
    subjects = office.plan_many(office.crowd(AT_ONCE))
    await office.until_quiet()
    office.changed(*subjects)
    under_way, full = 0, asyncio.Event()

    async def wait_for_all(*_: object) -> None:
        nonlocal under_way
        under_way += 1
        if under_way == AT_ONCE:
            full.set()
        await full.wait()

    office.console.on_update = wait_for_all
    await asyncio.wait_for(office.pump.run_once(), 30)

    assert len(office.console.updates) == AT_ONCE


async def test_one_busy_installation_does_not_keep_another_from_beginning_again(office: Office) -> None:
    """A slow call in one workspace; meanwhile somebody in another one is answered."""
    office.answers_from(office.company.playground, office.company.ana)
    office.plan("slow")
    reached, answered = asyncio.Event(), asyncio.Event()

    async def hang(*_: object) -> None:
        reached.set()
        await answered.wait()

    office.console.on_send = hang
    office.playground.on_send = lambda *_: answered.set()
    await office.pump.begin()
    await reached.wait()

    office.plan("echo", person=office.company.ana, kind="answer")
    await office.pump.begin()
    await asyncio.wait_for(answered.wait(), 5)
    await office.pump.rest()

    assert office.states() == {"slow": "sent", "echo": "sent"}


@pytest.mark.parametrize("trouble", [NotDelivered("412"), FencePassed("too late"), NotDelivered("busy", retry_after=2)])
async def test_a_refused_answer_goes_out_after_its_rest_while_its_lane_is_still_busy(
    office: Office, trouble: NotDelivered
) -> None:
    """One run of a long queue: whoever begins meanwhile wakes it, and it tries again what no longer rests."""
    office.plan("slow", person=office.company.li)
    office.plan("echo", kind="answer")
    slow, refused, answered = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def hang(address: Address, _card: Card, _key: str) -> None:
        if address.external_id == "li":
            slow.set()
            await answered.wait()
        elif not refused.is_set():
            refused.set()
            raise trouble
        else:
            answered.set()

    office.console.on_send = hang
    await office.pump.begin()
    await slow.wait()
    await refused.wait()
    while office.row("echo").reason is None:
        await office.db.write(lambda _session: None)
    await office.db.write(lambda _session: None)  # certainly behind the refusal in the line of those who write

    office.later(seconds=3)
    await office.pump.begin()
    await asyncio.wait_for(answered.wait(), 5)
    await office.pump.rest()

    assert office.states() == {"slow": "sent", "echo": "sent"}


async def test_what_cannot_leave_yet_is_not_tried_over_and_over_by_one_run(office: Office) -> None:
    """Each call takes longer than a message is held back for; the run ends all the same."""
    office.plan("refused")
    subjects = office.plan_many(office.crowd(3))
    office.console.play(NotDelivered("412"))
    office.console.on_send = lambda *_: office.later(seconds=TRIED)

    await office.pump.run_once()

    assert {office.state(subject) for subject in subjects} == {"sent"}
    assert len(office.console.attempts) <= len(subjects) + 2


async def test_messages_without_a_way_are_looked_for_now_and_then(office: Office) -> None:
    """That takes longer the more there is to send, so it does not happen whenever somebody is answered."""

    def unreachable(session: Session) -> None:
        theirs = col(m.Address.person_id) == office.company.ana
        session.execute(sa.update(m.Address).where(theirs).values(reachable=False))

    async def begun() -> None:
        await office.pump.begin()
        await asyncio.gather(*office.pump._runs)

    office.db.write_now(unreachable)
    office.plan("first", person=office.company.ana)
    await begun()
    office.plan("second", person=office.company.ana)
    await begun()
    assert office.states() == {"first": "failed", "second": "planned"}
    office.later(seconds=NOWHERE_EVERY)
    await begun()

    assert office.states() == {"first": "failed", "second": "failed"}
