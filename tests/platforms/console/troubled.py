"""Rooms whose posts go wrong as they do on a network, and the port in front of one."""

from datetime import UTC, datetime

from bot.cards.model import Card
from bot.cards.plain import plain_text
from bot.delivery.port import Address, NotDelivered, OutcomeUnknown, Profile, RateLimited
from bot.platforms.console.port import ConsolePort
from bot.platforms.console.room import Room, Spot, Standing
from tests.delivery.contract import World
from tests.fakes.http import Broken, Dropped, Slow, TooMany, Trouble

NOW = datetime(2026, 11, 12, 9, 0, tzinfo=UTC)


class Troubled(Room):
    """For a room to inherit from first: its next posts can go wrong."""

    troubles: tuple[Trouble, ...] = ()
    posts = 0
    closed = False

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
        trouble = next(iter(self.troubles), None)
        self.troubles = self.troubles[1:]
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


class RoomWorld(World):
    """The port and the room behind it."""

    reads_back = True

    def __init__(self, room: Troubled) -> None:
        self.room = room
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
        self.room.troubles += troubles

    def play_too_big(self) -> None:
        self.room.refuse_everything()

    def posts(self) -> int:
        return self.room.posts

    def shown(self, where: Address) -> list[str]:
        spot = Spot(where.external_id, where.is_person)
        return [plain_text(one.card) for one in self.room.at(spot)]

    async def stop(self) -> None:
        self.room.closed = True
