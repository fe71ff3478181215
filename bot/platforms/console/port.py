"""`ChatPort` for the console: messages appear in a room that somebody looks at."""

from datetime import datetime

from bot.cards.model import Card
from bot.delivery.port import NO_FENCE, Address, Fence, MessageRef, Profile
from bot.platforms.console.room import Room


class ConsolePort:
    """Posts, changes and reads back messages in a `Room`. Also `ListsCopies`."""

    def __init__(self, room: Room) -> None:
        self._room = room

    async def send(self, address: Address, card: Card, key: str, fence: Fence = NO_FENCE) -> MessageRef:
        """Post a message that carries `key`; an address's `ref` may hold `thread`. Raises `ChatError`."""
        spot = self._room.spot_of(address.external_id, is_person=address.is_person)
        fence.hold()
        return self._room.post(address.installation_id, spot, card, key, thread=address.ref.get("thread")).ref

    async def update(self, ref: MessageRef, card: Card, key: str) -> None:  # noqa: ARG002 - it keeps the key it has
        """Replace a message in place. Raises `ChatError`."""
        self._room.change(ref, card)

    async def delete(self, ref: MessageRef) -> None:
        """Take a message away; one that is gone already is no error."""
        self._room.take_away(ref)

    async def find(self, address: Address, key: str, since: datetime) -> MessageRef | None:
        """The message posted since then that carries `key`, or None. Raises `ChatError`."""
        found = await self.copies(address, key, since)
        return found[0] if found else None

    async def copies(self, address: Address, key: str, since: datetime) -> list[MessageRef]:
        """All messages posted since then that carry `key`, oldest first. Raises `ChatError`."""
        spot = self._room.spot_of(address.external_id, is_person=address.is_person)
        return [one.ref for one in self._room.at(spot) if one.key == key and one.at >= since]

    async def person(self, _installation_id: int, external_id: str, /) -> Profile | None:
        """Who this is, or None."""
        return self._room.people.get(external_id)

    async def members(self, address: Address) -> list[Profile]:
        """Who is in a channel. Raises `ChatError`."""
        spot = self._room.spot_of(address.external_id, is_person=False)
        return [self._room.people[name] for name in self._room.channels[spot.name]]
