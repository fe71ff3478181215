"""One at a time, in the order they came; in a rush with a rest between two, which ends."""

import asyncio

import pytest

from bot.intake import turns
from bot.intake.turns import RUSH, Turns


async def test_one_has_its_turn_at_a_time_and_who_came_first_has_it_first() -> None:
    waiting = Turns()
    order: list[int] = []
    inside: set[int] = set()

    async def take(number: int) -> None:
        waiting.somebody_came()
        async with waiting.turn():
            inside.add(number)
            await asyncio.sleep(0)
            assert inside == {number}
            inside.remove(number)
            order.append(number)

    await asyncio.gather(*map(take, range(20)))
    assert order == list(range(20))


async def test_what_breaks_does_not_keep_the_next_from_its_turn() -> None:
    waiting = Turns()
    with pytest.raises(LookupError):
        async with waiting.turn():
            raise LookupError
    async with waiting.turn():
        pass


async def test_when_many_came_meanwhile_the_next_turn_waits_until_they_are_stored(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(turns, "QUIET_SECONDS", 60.0)
    loop, waiting = asyncio.get_running_loop(), Turns()
    async with waiting.turn():
        for _ in range(RUSH):
            waiting.somebody_came()
        ended = loop.time()
    async with waiting.turn():
        assert loop.time() - ended >= turns.LONGEST_REST


async def test_where_few_came_meanwhile_the_next_has_its_turn_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "QUIET_SECONDS", 60.0)
    monkeypatch.setattr(turns, "LONGEST_REST", 60.0)
    waiting = Turns()
    async with waiting.turn():
        for _ in range(RUSH - 1):
            waiting.somebody_came()
    async with asyncio.timeout(30), waiting.turn():
        pass


async def test_a_rest_is_over_when_nobody_comes_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "LONGEST_REST", 60.0)
    waiting = Turns()
    async with waiting.turn():
        for _ in range(RUSH):
            waiting.somebody_came()
    async with asyncio.timeout(30), waiting.turn():
        pass


async def test_who_comes_when_nobody_was_heard_for_long_is_not_kept_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "QUIET_SECONDS", 60.0)
    waiting = Turns()
    for _ in range(RUSH):
        waiting.somebody_came()
    async with asyncio.timeout(30), waiting.turn():
        pass
