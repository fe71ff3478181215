"""How long something rests after it went wrong: a little longer each time, and never all at the same moment."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from storage.real_time import LONGEST_REST

Chance = Callable[[], float]
"""A number between 0 and 1, another one each time."""

JITTER = 0.2
"""How much longer than its time a rest may be, by chance: what went wrong together does not come back together."""


@dataclass(frozen=True, slots=True)
class Waits:
    """Real seconds between the tries; the last one repeats. After `most` tries it is given up."""

    seconds: tuple[float, ...]
    most: int | None = None


LONGEST = 2500.0
"""Real seconds: with what chance adds, no longer than anything ever rests."""
NOT_DELIVERED_WAITS = (0.0, 5.0, 30.0, 120.0, 600.0, 1800.0, LONGEST)


class Wrong(Enum):
    """What went wrong, and how long it rests for that."""

    NOT_DELIVERED = Waits(NOT_DELIVERED_WAITS, most=len(NOT_DELIVERED_WAITS) + 1)
    """It certainly did not arrive. An hour without network loses nothing."""
    UPDATE = Waits((0.0, 5.0, 30.0, 120.0, 600.0))
    """It does not show the newest. Never given up, since updating twice is as once."""
    PAGE = Waits((0.0, 5.0, 30.0, 120.0, 600.0), most=5)
    """A page that could not be shown so often is given up; opening it begins anew."""
    LOOK = Waits((60.0, 300.0, 900.0, LONGEST))
    """The platform could not be looked into. Never given up: what is in doubt stays so."""
    SWEEP = Waits((60.0, 300.0, 900.0, LONGEST), most=8)
    """A second copy could not be looked for, or not be taken away."""


@dataclass(frozen=True, slots=True)
class Backoff:
    """The rests of one process."""

    chance: Chance = random.random

    def after(self, wrong: Wrong, tries: int) -> float | None:
        """Real seconds to rest after the `tries`-th time (from 1); None: it is given up."""
        waits = wrong.value
        if waits.most is not None and tries >= waits.most:
            return None
        return self.asked(waits.seconds[min(tries, len(waits.seconds)) - 1])

    def asked(self, seconds: float) -> float:
        """Real seconds to rest where the platform said how long: that is no try that went wrong."""
        return min(max(0.0, seconds) * (1.0 + JITTER * self.chance()), LONGEST_REST)
