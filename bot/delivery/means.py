"""What all parts of delivery work with, and the follow-up of an outcome that they share."""

from collections.abc import Mapping
from dataclasses import dataclass

import structlog
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from bot.clock import Clock, Monotonic
from bot.delivery.kinds import Registry
from bot.delivery.pacing import Pacer
from bot.delivery.port import ChatPort
from storage import models as m
from storage.session import Database

log = structlog.get_logger()

SHORT_PAUSE = 1.0
"""Seconds of a platform's pause that are simply waited out; a longer one ends the turn of its installation."""


@dataclass(frozen=True, slots=True)
class Means:
    """The database, both times, the kinds of messages, and the way to each platform."""

    db: Database
    clock: Clock
    registry: Registry
    ports: Mapping[str, ChatPort]
    pacer: Pacer
    monotonic: Monotonic
    owner: str
    """This process in the rows that it sends."""

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
        except Exception as error:  # whatever it was, the outcome must be recorded
            log.error("settled", kind=row.kind, exc_info=error)
