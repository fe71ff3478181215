"""Time that passes from event to event: the clock jumps to whatever is due next, and Okra does it."""

from collections.abc import Callable
from datetime import datetime

from bot.cli.house import House
from bot.clock import MovableClock
from storage.outcomes import next_moment

MOST_EVENTS = 10_000
"""Jumps without an end mean a mistake of ours; then it is better to stop than to go on for ever."""


async def pass_until(house: House, clock: MovableClock, moment: datetime) -> None:
    """Let time pass up to and including `moment`, doing what is due at each step."""
    await house.tick()
    for _ in range(MOST_EVENTS):
        if not await step(house, clock, moment):
            return
    raise RuntimeError("Time does not pass: something is due again and again.")


async def step(
    house: House, clock: MovableClock, limit: datetime, *, going_to: Callable[[datetime], None] | None = None
) -> bool:
    """Jump to the next moment at which anything is due, `limit` at the latest. False where the clock stands there.

    `going_to` hears of that moment before the clock moves.
    """
    now = clock.now()
    if now >= limit:
        return False
    coming = await house.db.read(next_moment, now)
    moment = limit if coming is None else min(coming, limit)
    if going_to is not None:
        going_to(moment)
    clock.move_to(moment)
    await house.tick()
    return True
