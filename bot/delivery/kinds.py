"""The registry of message kinds: what delivery must know of a message without knowing any ritual."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session

from bot.cards.model import Card
from storage import models as m


@dataclass(frozen=True, slots=True)
class Skip:
    """Not wanted any more. The reason is kept, counted and shown to operators."""

    reason: str


@dataclass(frozen=True, slots=True)
class Later:
    """Wanted, but not now (quiet hours, a day off)."""

    at: datetime


Wanted = Callable[[Session, m.Delivery, datetime], Skip | Later | None]
Compose = Callable[[Session, m.Delivery, datetime], Card]
Settled = Callable[[Session, m.Delivery, m.DeliveryState], None]


def always(_session: Session, _row: m.Delivery, _now: datetime) -> None:
    """For messages that answer a person: they are wanted whatever happened since."""


def never(_session: Session, _row: m.Delivery, _now: datetime) -> bool:
    """For messages that follow what is true for as long as they stand."""
    return False


def nothing_more(_session: Session, _row: m.Delivery, _outcome: m.DeliveryState) -> None:
    """For messages whose outcome nobody waits for."""


class Surface(StrEnum):
    """What a kind is shown on."""

    MESSAGE = "message"
    HOME = "home"
    """The person's own page of Okra on their platform: it is there already, and only its content changes."""


@dataclass(frozen=True, slots=True)
class MessageKind:
    """How one kind of message is checked, composed at send time, and followed up."""

    compose: Compose
    wanted: Wanted = always
    settled: Settled = nothing_more
    updates_per_minute: int = 0
    """0: a newer version is shown at once. Boards set 1, so that many answers are one update."""
    frozen: Callable[[Session, m.Delivery, datetime], bool] = never
    """True once what stands there is to stay as it is (a digest whose meeting has begun)."""
    urgent: bool = False
    """Someone waits for it (an answer to what they said), so it goes before those that are merely due."""
    before_others: bool = False
    """It is bound to a moment (the digest of a meeting), so it goes before what is due at any time of the day."""
    surface: Surface = Surface.MESSAGE
    pinned: bool = False
    """It is kept at hand in its channel, where the platform can."""


Registry = Mapping[str, MessageKind]
