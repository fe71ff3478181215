"""The console keeps the contract of a chat port."""

from dataclasses import replace

import pytest

from bot.clock import MovableClock
from bot.delivery.port import Rejected
from tests.delivery.contract import LONG_AGO, ChatPortContract, card
from tests.platforms.console.troubled import NOW, RoomWorld, Troubled


@pytest.fixture
def world() -> RoomWorld:
    return RoomWorld(Troubled(MovableClock(NOW)))


class TestConsolePort(ChatPortContract):
    """All of the contract."""


async def test_an_answer_stands_in_the_thread_of_its_message(world: RoomWorld) -> None:
    root = await world.port.send(world.channel, card("The board"), "key-1")
    thread = replace(world.channel, ref={"thread": root.message_id})

    ref = await world.port.send(thread, card("Next steps?"), "key-2")

    answer = world.room.message(ref.message_id)
    assert answer is not None
    assert answer.answers == root.message_id
    assert await world.port.find(thread, "key-2", LONG_AGO) == ref


async def test_a_thread_that_is_not_there_is_refused(world: RoomWorld) -> None:
    with pytest.raises(Rejected):
        await world.port.send(replace(world.channel, ref={"thread": "m-0"}), card("Next steps?"), "key-1")
