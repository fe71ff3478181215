"""A clean stop: nothing new is taken up, what is leaving may leave, and what is cut off is accounted for."""

import asyncio
from dataclasses import replace

from bot.cards.model import Card
from bot.delivery.port import Address
from tests.delivery.office import TIMING, Office

SOON = replace(TIMING, drain=0.05)


class Held:
    """Messages are held before they leave (`p0`), after they left (`p1`), or for a short while only (`p2`)."""

    def __init__(self, office: Office) -> None:
        self.go_on = asyncio.Event()
        self.reached: set[str] = set()
        self.all_reached = asyncio.Event()
        office.console.on_send = self.before
        office.console.on_left = self.after

    async def before(self, address: Address, _card: Card, _key: str) -> None:
        if address.external_id == "p0":
            self._here(address)
            await asyncio.Event().wait()

    async def after(self, address: Address, _card: Card, _key: str) -> None:
        self._here(address)
        await (self.go_on if address.external_id == "p2" else asyncio.Event()).wait()

    def _here(self, address: Address) -> None:
        self.reached.add(address.external_id)
        if len(self.reached) == 3:
            self.all_reached.set()


async def test_a_stop_is_bounded_and_accounts_for_everything(office: Office) -> None:
    office.timing = SOON
    office.pump = office.new_pump()
    office.plan_many(office.crowd(3), "m")
    held = Held(office)
    await office.pump.begin()
    await held.all_reached.wait()

    held.go_on.set()
    await asyncio.wait_for(office.pump.rest(), 5)

    assert office.states() == {"m0": "planned", "m1": "unknown", "m2": "sent"}
    rows = [office.row(f"m{number}") for number in range(3)]
    assert [row.lease_until for row in rows] == [None] * 3
    assert office.outcomes == {("m1", "unknown"): 1, ("m2", "sent"): 1}
    assert len(asyncio.all_tasks()) == 1


async def test_after_a_stop_nothing_new_is_taken_up(office: Office) -> None:
    await office.pump.rest()
    office.plan("now")

    assert await office.pump.run_once() == 0
    await office.pump.begin()
    await asyncio.sleep(0)

    assert (office.state("now"), office.console.attempts) == ("planned", [])


async def test_whoever_waits_for_a_turn_does_not_hold_up_the_stop(office: Office) -> None:
    """The line is an hour long; nothing of it is claimed, so nothing must be waited for."""
    office.plan_many(office.crowd(5))
    office.pump = office.new_pump()
    asked = asyncio.Event()

    async def an_hour(*_: object, **__: object) -> None:
        asked.set()
        await asyncio.Event().wait()

    office.pump._means.pacer.slot = an_hour  # type: ignore[method-assign]  # a line without an end
    running = asyncio.create_task(office.pump.run_once())
    await asked.wait()

    await asyncio.wait_for(office.pump.rest(), 5)
    await running

    assert set(office.states().values()) == {"planned"}
    assert all(office.row(subject).attempts == 0 for subject in office.states())


async def test_what_was_stopped_leaves_after_the_next_start(office: Office) -> None:
    office.timing = SOON
    office.pump = office.new_pump()
    office.plan_many(office.crowd(3), "m")
    held = Held(office)
    await office.pump.begin()
    await held.all_reached.wait()
    held.go_on.set()
    await office.pump.rest()
    office.console.on_send = office.console.on_left = None

    office.pump = office.new_pump()
    await office.pump.recover()
    await office.until_quiet()
    assert office.states() == {"m0": "sent", "m1": "unknown", "m2": "sent"}
    office.later(seconds=TIMING.grace)
    await office.pump.reconcile()
    await office.until_quiet()

    assert set(office.states().values()) == {"sent"}
    assert len(office.console.keys()) == len(set(office.console.keys())) == 3
