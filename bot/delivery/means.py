"""What all parts of delivery work with, and the follow-up of an outcome that they share."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import structlog
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from bot.clock import Clock, Monotonic
from bot.delivery.backoff import Backoff
from bot.delivery.kinds import Registry
from bot.delivery.pacing import Pacer
from bot.delivery.port import ChatPort
from bot.delivery.timing import Timing
from bot.where import what_and_where
from storage import models as m
from storage import outbox
from storage.session import Database

log = structlog.get_logger()

SHORT_PAUSE = 1.0
"""Seconds of a platform's pause that are simply waited out; a longer one ends the turn of its installation."""


def about(row: m.Delivery | outbox.Due) -> dict[str, Any]:
    """What each line of the log about a message tells of it: its id, its kind, and what it answers."""
    inbox_id = row.inbox_id if isinstance(row, outbox.Due) else row.data.get("inbox_id")
    told: dict[str, Any] = {"id": row.id, "kind": row.kind}
    return told if inbox_id is None else {**told, "inbox": inbox_id}


@dataclass(frozen=True, slots=True)
class Step:
    """What became of one message that had its turn."""

    changed: bool = False
    """Its row is different now."""
    asked: bool = False
    """A platform was asked for it, so the turn is used up."""
    again: bool = False
    """It rests for a moment, and is then as good as new."""


@dataclass(frozen=True, slots=True)
class Means:
    """The database, both times, the kinds of messages, and the way to each platform."""

    db: Database
    clock: Clock
    registry: Registry
    ports: Mapping[str, ChatPort]
    pacer: Pacer
    monotonic: Monotonic
    wall: Monotonic
    """The machine's own clock, in seconds: somebody may set it."""
    owner: str
    """This process in the rows that it sends."""
    timing: Timing
    backoff: Backoff
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once nothing new is to be taken up."""

    def must_end(self, installation_id: int) -> bool:
        """Whether nothing more may be asked of an installation for now."""
        return self.stopping.is_set() or self.is_paused(installation_id)

    def is_paused(self, installation_id: int) -> bool:
        """Whether a platform asked for a pause that is worth coming back after."""
        return self.pacer.paused_for(installation_id) > SHORT_PAUSE

    def settle(self, session: Session, row: m.Delivery) -> None:
        """Let the kind follow up the outcome that `row` has now, in the same transaction.

        If that goes wrong, what it did is undone; the outcome itself stays, since the message has left, or has not.
        """
        kind = self.registry.get(row.kind)
        if kind is None:
            return
        try:
            with session.begin_nested():
                kind.settled(session, row, row.state)
        except OperationalError:
            raise  # the database's trouble and not the kind's: nothing of this can be kept
        except Exception as error:  # noqa: BLE001 - whatever it was, the outcome must be recorded
            log.error("settled", **about(row), error=what_and_where(error))
