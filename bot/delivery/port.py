"""`ChatPort`: what Okra asks of a chat platform, and the closed set of ways in which it can fail."""

import json
import math
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable

from bot.cards.model import Card
from bot.clock import Monotonic, real_seconds


@dataclass(frozen=True, slots=True)
class Address:
    """Where a message goes. `ref` is the platform's own business (a channel id, a conversation reference)."""

    installation_id: int
    external_id: str
    """The platform's id of the person or the channel."""
    is_person: bool
    ref: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MessageRef:
    """A message that stands on a platform, as plain data that storage can keep."""

    installation_id: int
    channel: str
    message_id: str
    ref: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Status:
    """What a person lets others read about themselves at the moment, as they wrote it."""

    text: str
    sign: str = ""
    """The platform's name of the little picture beside it (`palm_tree`)."""
    until: datetime | None = None
    """When it goes away by itself, if it does."""


@dataclass(frozen=True, slots=True)
class Profile:
    """A person as their platform describes them."""

    external_id: str
    display_name: str
    short_name: str
    e_mail: str | None = None
    timezone: str | None = None
    locale: str | None = None
    active: bool = True
    is_guest: bool = False
    """Somebody of another company, or let in for some channels only."""
    is_bot: bool = False
    handle: str = ""
    """The short name that is unique there, if there is one."""
    status: Status | None = None
    updated: int = 0
    """When the platform says that it changed last, in a count of its own that only grows; 0 where it does not say."""
    ref: Mapping[str, str] = field(default_factory=dict)
    """What it takes to write to them, where the platform gives that with their profile: for `Address.ref`."""


class ChatError(Exception):
    """A platform did not do what was asked. Each kind says what may be done next."""


class RateLimited(ChatError):
    """Known not delivered; may be tried again after `retry_after` seconds."""

    def __init__(self, retry_after: float) -> None:
        super().__init__(f"The platform asks to wait {retry_after:g} s.")
        self.retry_after = retry_after


class NotDelivered(ChatError):
    """Known not delivered (connection refused, 412); may be tried again, a bounded number of times.

    `retry_after`: after so many seconds, where that is known.
    """

    def __init__(self, said: str, retry_after: float | None = None) -> None:
        super().__init__(said)
        self.retry_after = retry_after


class OutcomeUnknown(ChatError):
    """The request left and no answer came (time-out, 5xx, connection lost). Must never be sent again blindly."""


class Why(StrEnum):
    """Why a channel cannot be written to, as far as somebody can do something about it."""

    NOT_MEMBER = "not_member"
    """Okra is not in it."""
    ARCHIVED = "archived"
    GONE = "gone"
    """There is no such channel, or none that Okra may know of."""
    SHARED = "shared"
    """Another company reads it."""
    UNSEEN = "unseen"
    """Okra is not allowed to see whether another company reads it."""
    OTHER = "other"


OF_ITS_READERS = (Why.SHARED, Why.UNSEEN)
"""Okra is in it and could write there; it does not, because of who reads it."""


class Unreachable(ChatError):
    """This person or channel cannot be written to (not installed, blocked, archived, account off).

    `place` is what the platform calls the channel, if it tells. Both stand in the text, for `why_of` to read again.
    """

    def __init__(self, said: str, why: Why = Why.OTHER, place: str = "") -> None:
        name = f" #{json.dumps(place, ensure_ascii=False)}" if place else ""
        super().__init__(said if why is Why.OTHER else f"{why.value}{name}: {said}")
        self.said = said
        self.why = why
        self.place = place


_QUOTED = r'"(?:[^"\\]|\\.)*"'
_WHY = re.compile(rf"({'|'.join(one.value for one in Why if one is not Why.OTHER)})(?: #({_QUOTED}|[^\":]+))?: ")
"""A place stands in quotes; those of earlier versions stand without."""


def why_of(reason: str | None) -> tuple[Why, str]:
    """Why a channel could not be written to, and its name, by the reason that is kept of a message."""
    found = _WHY.match(reason or "")
    if found is None:
        return Why.OTHER, ""
    place = found[2] or ""
    return Why(found[1]), json.loads(place) if place.startswith('"') else place


class Rejected(ChatError):
    """The platform refused the message itself (too big, malformed). Sending it again would fail again."""


class FencePassed(NotDelivered):
    """Nothing was sent: its sender had it for too long, and another may be sending it by now."""


@dataclass(frozen=True, slots=True)
class Fence:
    """Until when a request may leave. Whoever writes it to the network asks at that very moment, and not before.

    A process may be frozen for minutes between any two lines; what it then still sends would be a second copy.
    """

    until: float
    clock: Monotonic = real_seconds

    def hold(self) -> None:
        """Raises `FencePassed` once it is too late."""
        if self.clock() >= self.until:
            raise FencePassed("It was held up for too long, so it was not sent from here.")


NO_FENCE = Fence(math.inf)
"""For what may leave at any time, since doing it twice is the same as once."""


class ChatPort(Protocol):
    """One platform. Every implementation passes the same contract suite (`tests/delivery/contract.py`)."""

    async def send(self, address: Address, card: Card, key: str, fence: Fence = NO_FENCE) -> MessageRef:
        """Post a new message that carries the opaque `key`. Raises `ChatError`.

        `fence` is asked when the first byte of the request is written: behind it nothing leaves.
        """
        ...

    async def update(self, ref: MessageRef, card: Card, key: str) -> None:
        """Replace a message in place. Doing it twice is the same as once. Raises `ChatError`."""
        ...

    async def delete(self, ref: MessageRef) -> None:
        """Take a message away; one that is gone already is no error. Raises `ChatError`."""
        ...

    async def find(self, address: Address, key: str, since: datetime) -> MessageRef | None:
        """The message that carries `key`, if the platform can be read back; None means: not there.

        `since` is by our clock: whoever knows how far the platform's may differ looks a little further back.
        Raises `OutcomeUnknown` where the platform cannot be read back at all.
        """
        ...

    async def person(self, installation_id: int, external_id: str, /) -> Profile | None:
        """Who this is, or None if the platform knows no such person. Raises `ChatError`."""
        ...

    async def members(self, address: Address) -> list[Profile]:
        """Who is in a channel. Raises `ChatError`."""
        ...


@runtime_checkable
class ListsCopies(Protocol):
    """A platform that tells of every message that carries a key."""

    async def copies(self, address: Address, key: str, since: datetime) -> list[MessageRef]:
        """All messages of ours there that carry `key`, oldest first. Raises `ChatError`."""
        ...


@runtime_checkable
class ShowsHome(Protocol):
    """A platform with a page of Okra's own for each person."""

    async def show_home(self, address: Address, card: Card) -> MessageRef:
        """Show `card` as the person's page; twice is the same as once. Raises `ChatError`."""
        ...


@runtime_checkable
class Pins(Protocol):
    """A platform where a message can be kept at hand in its channel."""

    async def pin(self, ref: MessageRef) -> None:
        """Pin a message; one that is pinned already is no error. Raises `ChatError`."""
        ...


@runtime_checkable
class TellsWho(Protocol):
    """A platform that says who somebody is; every `ChatPort` does."""

    async def person(self, installation_id: int, external_id: str, /) -> Profile | None:
        """Who this is, or None if the platform knows no such person. Raises `ChatError`."""
        ...


@runtime_checkable
class HasDirectory(Protocol):
    """A platform that lists all its people."""

    def people(self, installation_id: int) -> AsyncIterator[list[Profile]]:
        """Everybody who is or was there, bots and guests too, page by page. Raises `ChatError`.

        After `RateLimited` the same reading goes on with the page that was refused; after any other it is over.
        """
        ...
