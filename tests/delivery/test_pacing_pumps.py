"""Pumps that share a pace through their database: what one is refused, all leave alone, also after a restart."""

import pytest

from bot.delivery.pacing import Pacer
from bot.delivery.port import RateLimited
from bot.delivery.pump import Pump
from tests.delivery.office import Office


def pump_of(office: Office, rate: float = 0.0) -> Pump:
    """A process with a pump, on the same database as all others."""
    pacer = Pacer(rate, office.time, office.time.sleep, office.db)
    ports = {"console": office.console, "playground": office.playground}
    return Pump(
        office.db, office.clock, office.registry, ports, pacer, office.time, timing=office.timing, chance=lambda: 0.0
    )


@pytest.mark.parametrize("rate", [0.0, 4.0])
async def test_what_one_is_refused_all_leave_alone(office: Office, rate: float) -> None:
    one, other = pump_of(office, rate), pump_of(office, rate)
    for number in range(6):
        office.plan(f"s{number}", person=[office.company.mei, office.company.li, office.company.ana][number % 3])
    office.console.play(RateLimited(60))
    asked: list[float] = []
    office.console.on_send = lambda *_: asked.append(office.time())

    await one.run_once()
    for _ in range(10):
        office.later(seconds=10)
        await other.run_once()
        await pump_of(office, rate).run_once()  # it was restarted

    assert set(office.states().values()) == {"sent"}
    under_way, held_back = 1.0, 59.0
    assert not [moment for moment in asked if asked[0] + under_way < moment < asked[0] + held_back]


async def test_messages_of_many_leave_at_the_common_rate(office: Office) -> None:
    pumps = [pump_of(office, 4.0) for _ in range(3)]
    for number in range(24):
        office.plan(f"s{number}")
    began = office.time()

    for _ in range(12):
        for pump in pumps:
            await pump.run_once()

    assert set(office.states().values()) == {"sent"}
    assert office.time() - began >= 22 / 4 / 0.98
