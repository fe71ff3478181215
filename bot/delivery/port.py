"""`ChatPort`: what Okra asks of a chat platform, and the closed set of ways in which it can fail."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, runtime_checkable

from bot.cards.model import Card, Form


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


class ChatError(Exception):
    """A platform did not do what was asked. Each kind says what may be done next."""


class RateLimited(ChatError):
    """Known not delivered; may be tried again after `retry_after` seconds."""

    def __init__(self, retry_after: float) -> None:
        super().__init__(f"The platform asks to wait {retry_after:g} s.")
        self.retry_after = retry_after


class NotDelivered(ChatError):
    """Known not delivered (connection refused, 412); may be tried again, a bounded number of times."""


class OutcomeUnknown(ChatError):
    """The request left and no answer came (time-out, 5xx, connection lost). Must never be sent again blindly."""


class Unreachable(ChatError):
    """This person or channel cannot be written to (not installed, blocked, archived, account off)."""


class Rejected(ChatError):
    """The platform refused the message itself (too big, malformed). Sending it again would fail again."""


class ChatPort(Protocol):
    """One platform. Every implementation passes the same contract suite (`tests/delivery/contract.py`)."""

    async def send(self, address: Address, card: Card, key: str) -> MessageRef:
        """Post a new message that carries the opaque `key`. Raises `ChatError`."""
        ...

    async def update(self, ref: MessageRef, card: Card, key: str) -> None:
        """Replace a message in place. Doing it twice is the same as once. Raises `ChatError`."""
        ...

    async def delete(self, ref: MessageRef) -> None:
        """Take a message away; one that is gone already is no error. Raises `ChatError`."""
        ...

    async def find(self, address: Address, key: str, since: datetime) -> MessageRef | None:
        """The message that carries `key`, if the platform can be read back; None means: not there.

        Raises `OutcomeUnknown` where the platform cannot be read back at all.
        """
        ...

    async def person(self, external_id: str) -> Profile | None:
        """Who this is, or None if the platform knows no such person. Raises `ChatError`."""
        ...

    async def members(self, address: Address) -> list[Profile]:
        """Who is in a channel. Raises `ChatError`."""
        ...


@runtime_checkable
class OpensForms(Protocol):
    """A platform that can show a dialog after a press (Slack's modal within its three seconds)."""

    async def open_form(self, trigger: str, form: Form) -> None:
        """Show `form` in answer to the press or command that `trigger` came with. Raises `ChatError`."""
        ...


@runtime_checkable
class SaysPrivately(Protocol):
    """A platform that can show a message in a channel to one person only."""

    async def say_privately(self, address: Address, person: str, card: Card) -> None:
        """Show `card` to `person` alone. Raises `ChatError`."""
        ...
