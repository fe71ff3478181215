"""What a platform's answer means for a message, by its class (docs/architecture.md, How a message leaves)."""

from dataclasses import dataclass
from typing import Any

from bot.cards.model import Card
from bot.delivery.backoff import Backoff, Wrong
from bot.delivery.port import (
    OF_ITS_READERS,
    Address,
    ChatError,
    FencePassed,
    MessageRef,
    NotDelivered,
    OutcomeUnknown,
    RateLimited,
    Unreachable,
)
from storage import models as m

ATTEMPTS_LIMIT = 50
"""Claims of one message, whatever came between them (rate limits, restarts), before it is given up, visibly."""
HELD_UP = 1.0
"""Real seconds that a message rests which could not leave in time: this machine has too much to do just now."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that this process has, and what it looks like."""

    id: int
    told: dict[str, Any]
    """What the log says of it."""
    token: str
    fence: int
    owner: str
    """This process, and this claim among all that it makes."""
    attempts: int
    tries: int
    address: Address
    card: Card


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it ended, or that it is to be tried again."""

    claimed: Claimed
    state: m.DeliveryState
    reason: str | None = None
    ref: MessageRef | None = None
    unreachable: bool = False
    rest: float | None = None
    """Real seconds until the next try."""
    tries: int = 0
    """How often in a row it went wrong by now."""


def after_error(claimed: Claimed, error: ChatError, backoff: Backoff) -> Outcome:
    """What becomes of a message that a platform did not take, or perhaps did."""
    reason = str(error)
    match error:
        case FencePassed():
            return _again(claimed, reason, backoff.asked(HELD_UP), claimed.tries)
        case RateLimited(retry_after=seconds):
            return _again(claimed, reason, backoff.asked(seconds), claimed.tries)
        case NotDelivered(retry_after=seconds) if seconds is not None:
            return _again(claimed, reason, backoff.asked(seconds), claimed.tries)
        case NotDelivered():
            tries = claimed.tries + 1
            rest = backoff.after(Wrong.NOT_DELIVERED, tries)
            if rest is None:
                return Outcome(claimed, m.DeliveryState.FAILED, reason)
            return _again(claimed, reason, rest, tries)
        case OutcomeUnknown():
            return Outcome(claimed, m.DeliveryState.UNKNOWN, reason)
        case Unreachable():
            return Outcome(claimed, m.DeliveryState.FAILED, reason, unreachable=error.why not in OF_ITS_READERS)
        case _:
            return Outcome(claimed, m.DeliveryState.FAILED, reason)


def _again(claimed: Claimed, reason: str, rest: float | None, tries: int) -> Outcome:
    if claimed.attempts >= ATTEMPTS_LIMIT:
        return Outcome(claimed, m.DeliveryState.FAILED, reason)
    return Outcome(claimed, m.DeliveryState.PLANNED, reason, rest=rest, tries=tries)
