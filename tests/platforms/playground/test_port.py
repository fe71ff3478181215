"""The playground keeps the contract of a chat port."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.clock import MovableClock
from bot.platforms.playground.room import PlaygroundRoom
from tests.delivery.contract import LONG_AGO, ChatPortContract, card
from tests.platforms.console.troubled import NOW, RoomWorld, Troubled


class TroubledRoom(Troubled, PlaygroundRoom):
    """The playground's own, with troubles before it."""


@pytest.fixture
def world(tmp_path: Path) -> Iterator[RoomWorld]:
    room = TroubledRoom(MovableClock(NOW), tmp_path / "room.jsonl")
    yield RoomWorld(room)
    room.close()


class TestPlaygroundPort(ChatPortContract):
    """All of the contract."""


async def test_what_was_sent_is_found_and_changed_after_a_restart(world: RoomWorld, tmp_path: Path) -> None:
    ref = await world.port.send(world.channel, card("Old"), "key-1")
    gone = await world.port.send(world.channel, card("Oops"), "key-2")
    await world.port.delete(gone)
    room = TroubledRoom(MovableClock(NOW), tmp_path / "room.jsonl")
    after = RoomWorld(room)

    assert await after.port.find(after.channel, "key-1", LONG_AGO) == ref
    assert await after.port.find(after.channel, "key-2", LONG_AGO) is None
    await after.port.update(ref, card("New"), "key-1")
    assert after.shown(after.channel) == ["New"]
    room.close()
