"""A small real chat platform in the same process: it keeps what it was sent, can be read back, and can fail."""

import inspect
import itertools
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from bot.cards.model import Card
from bot.clock import Clock
from bot.delivery.port import NO_FENCE, Address, ChatError, Fence, MessageRef, OutcomeUnknown, Profile, Rejected


@dataclass(slots=True)
class Posted:
    """A message that stands on the pretend platform."""

    address: Address
    card: Card
    key: str
    at: datetime
    ref: MessageRef
    edits: int = 0


@dataclass(frozen=True, slots=True)
class Accepted:
    """Trouble of the worst kind: the message is posted, and then the answer is lost."""

    error: BaseException


Trouble = ChatError | Accepted | BaseException
Watch = Callable[[Address, Card, str], Awaitable[None] | None]


class RecordingPort:
    """A `ChatPort` that records. `play` lets the next sends go wrong, `play_update` the next updates.

    `readable=False` is a platform that cannot be read back. `on_send` is called while a message is being sent, before
    it leaves; `on_left` when it has left, before it is posted; `on_update` likewise.
    """

    def __init__(self, clock: Clock, *, readable: bool = True) -> None:
        self._clock = clock
        self._readable = readable
        self._count = itertools.count(1)
        self._troubles: deque[Trouble] = deque()
        self._update_troubles: deque[Trouble] = deque()
        self._find_troubles: deque[Trouble] = deque()
        self.on_send: Watch | None = None
        self.on_left: Watch | None = None
        self.on_update: Callable[[MessageRef, Card], Awaitable[None] | None] | None = None
        self.posted: list[Posted] = []
        self.attempts: list[str] = []
        """The key of every call of `send`, whatever became of it."""
        self.updates: list[tuple[MessageRef, Card]] = []
        """Every update that arrived, in order."""
        self.looks: list[tuple[Address, str, datetime]] = []
        self.profiles: dict[str, Profile] = {}
        self.channels: dict[str, list[str]] = {}

    # --- what a test arranges and asks ----------------------------------------------------------------

    def play(self, *troubles: Trouble) -> None:
        """Let the next calls of `send` go wrong, in this order."""
        self._troubles.extend(troubles)

    def play_update(self, *troubles: Trouble) -> None:
        """Let the next calls of `update` go wrong, in this order."""
        self._update_troubles.extend(troubles)

    def play_find(self, *troubles: Trouble) -> None:
        """Let the next calls of `find` go wrong, in this order."""
        self._find_troubles.extend(troubles)

    def keys(self) -> list[str]:
        """The keys of what stands here, in order."""
        return [message.key for message in self.posted]

    def to(self, external_id: str) -> list[Posted]:
        """What one person or channel was sent."""
        return [message for message in self.posted if message.address.external_id == external_id]

    # --- ChatPort -------------------------------------------------------------------------------------

    async def send(self, address: Address, card: Card, key: str, fence: Fence = NO_FENCE) -> MessageRef:
        self.attempts.append(key)
        await _called(self.on_send, address, card, key)
        fence.hold()
        await _called(self.on_left, address, card, key)
        trouble = self._troubles.popleft() if self._troubles else None
        if trouble is not None and not isinstance(trouble, Accepted):
            raise trouble
        ref = MessageRef(address.installation_id, f"D-{address.external_id}", f"m{next(self._count)}")
        self.posted.append(Posted(address, card, key, self._clock.now(), ref))
        if trouble is not None:
            raise trouble.error
        return ref

    async def update(self, ref: MessageRef, card: Card, key: str) -> None:
        await _called(self.on_update, ref, card)
        trouble = self._update_troubles.popleft() if self._update_troubles else None
        if trouble is not None and not isinstance(trouble, Accepted):
            raise trouble
        message = self._standing(ref)
        if message is None or message.key != key:
            raise Rejected("There is no such message.")
        message.card = card
        message.edits += 1
        self.updates.append((ref, card))
        if trouble is not None:
            raise trouble.error

    async def delete(self, ref: MessageRef) -> None:
        self.posted = [message for message in self.posted if message.ref != ref]

    async def find(self, address: Address, key: str, since: datetime) -> MessageRef | None:
        self.looks.append((address, key, since))
        if self._find_troubles:
            trouble = self._find_troubles.popleft()
            raise trouble.error if isinstance(trouble, Accepted) else trouble
        if not self._readable:
            raise OutcomeUnknown("This platform cannot be read back.")
        for message in self.to(address.external_id):
            if message.key == key and message.at >= since:
                return message.ref
        return None

    async def person(self, _installation_id: int, external_id: str, /) -> Profile | None:
        return self.profiles.get(external_id)

    async def members(self, address: Address) -> list[Profile]:
        return [self.profiles[name] for name in self.channels.get(address.external_id, [])]

    def _standing(self, ref: MessageRef) -> Posted | None:
        return next((message for message in self.posted if message.ref == ref), None)


async def _called(watch: Callable[..., Awaitable[None] | None] | None, *given: object) -> None:
    if watch is not None:
        result = watch(*given)
        if inspect.isawaitable(result):
            await result
