"""What the front door hands to the command line."""

from typing import Protocol

from bot.cli.house import House
from bot.clock import Clock
from bot.delivery.timing import Timing
from storage.session import Database


class BuildHouse(Protocol):
    """Composes the rooms over a database."""

    def __call__(
        self, db: Database, clock: Clock, *, sends_per_second: float = ..., timing: Timing | None = None
    ) -> House:
        """The house; `sends_per_second` 0 is as fast as it goes."""
        ...
