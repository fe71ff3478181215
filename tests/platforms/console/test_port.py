"""The console keeps the contract of a chat port."""

from collections import deque
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.cards.model import Card
from bot.cards.plain import plain_text
from bot.clock import MovableClock
from bot.delivery.port import Address, NotDelivered, OutcomeUnknown, Profile, RateLimited, Rejected
from bot.platforms.console.port import ConsolePort
from bot.platforms.console.room import Room, Spot, Standing
from tests.delivery.contract import LONG_AGO, ChatPortContract, World, card
from tests.fakes.http import Broken, Dropped, Slow, TooMany, Trouble

NOW = datetime(2026, 11, 12, 9, 0, tzinfo=UTC)


class TroubledRoom(Room):
    """A room whose next posts can go wrong, as they do on a network."""

    def __init__(self) -> None:
        super().__init__(MovableClock(NOW))
        self.troubles: deque[Trouble] = deque()
        self.posts = 0
        self.closed = False

    def post(
        self,
        installation_id: int,
        spot: Spot,
        card: Card,
        key: str,
        seen_by: str | None = None,
        *,
        thread: str | None = None,
    ) -> Standing:
        if self.closed:
            raise NotDelivered("The room is closed.")
        self.posts += 1
        trouble = self.troubles.popleft() if self.troubles else None
        match trouble:
            case TooMany(seconds):
                raise RateLimited(seconds)
            case Broken(_, False) | Dropped(False):
                raise OutcomeUnknown("No answer.")
            case Broken() | Dropped() | Slow():
                super().post(installation_id, spot, card, key, seen_by, thread=thread)
                raise OutcomeUnknown("No answer.")
        return super().post(installation_id, spot, card, key, seen_by, thread=thread)

    def refuse_everything(self) -> None:
        self._longest = 3


class ConsoleWorld(World):
    """The port and the room behind it."""

    reads_back = True

    def __init__(self) -> None:
        self.room = TroubledRoom()
        self.room.people = {
            "mei": Profile("mei", "Mei Lin", "Mei"),
            "jack": Profile("jack", "Jack Ode", "Jack", is_guest=True),
        }
        self.room.channels = {"growth": ["mei", "jack"]}
        self.port = ConsolePort(self.room)
        self.person = Address(1, "mei", is_person=True)
        self.channel = Address(1, "growth", is_person=False)
        self.nowhere = Address(1, "nobody", is_person=True)

    def play(self, *troubles: Trouble) -> None:
        self.room.troubles.extend(troubles)

    def play_too_big(self) -> None:
        self.room.refuse_everything()

    def posts(self) -> int:
        return self.room.posts

    def shown(self, where: Address) -> list[str]:
        spot = Spot(where.external_id, where.is_person)
        return [plain_text(one.card) for one in self.room.at(spot)]

    async def stop(self) -> None:
        self.room.closed = True


@pytest.fixture
def world() -> ConsoleWorld:
    return ConsoleWorld()


class TestConsolePort(ChatPortContract):
    """All of the contract."""


async def test_an_answer_stands_in_the_thread_of_its_message(world: ConsoleWorld) -> None:
    root = await world.port.send(world.channel, card("The board"), "key-1")
    thread = replace(world.channel, ref={"thread": root.message_id})

    ref = await world.port.send(thread, card("Next steps?"), "key-2")

    answer = world.room.message(ref.message_id)
    assert answer is not None
    assert answer.answers == root.message_id
    assert await world.port.find(thread, "key-2", LONG_AGO) == ref


async def test_a_thread_that_is_not_there_is_refused(world: ConsoleWorld) -> None:
    with pytest.raises(Rejected):
        await world.port.send(replace(world.channel, ref={"thread": "m-0"}), card("Next steps?"), "key-1")
