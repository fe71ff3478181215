"""What goes wrong at a platform, and how often: drawn at seeded random."""

import random
from collections import Counter
from dataclasses import dataclass

from tests.fakes.http import Broken, Dropped, Slow, TooMany, Trouble
from tests.fakes.teams import Garbled

SLOW = 0.25
"""Seconds of an answer that is slow and in time."""
TOO_SLOW = 1.0
"""Seconds of an answer that nobody waits for any more."""
MOST_LATE = 0.5
"""Seconds that a request may be under way although its sender has given it up; less than the grace."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One way in which a call goes wrong, and in how many of a thousand calls it does."""

    name: str
    trouble: Trouble | None
    of_a_thousand: int


KINDS = (
    Kind("429 with Retry-After", TooMany(1), 8),
    Kind("500 before it was stored", Broken(500, stored=False), 20),
    Kind("500 after it was stored", Broken(500, stored=True), 20),
    Kind("dropped before it was stored", Dropped(stored=False), 20),
    Kind("dropped after it was stored", Dropped(stored=True), 25),
    Kind("slow answer", Slow(SLOW), 25),
    Kind("time-out", Slow(TOO_SLOW), 12),
    Kind("arrives late", None, 15),
    Kind("wrong JSON", Broken(200, stored=True), 20),
)


class Faults:
    """Draws what goes wrong with the next call, and counts it."""

    def __init__(self, seed: int, share: float = 1.0) -> None:
        self._random = random.Random(seed)  # noqa: S311 - no secret
        self.share = share
        """How much of the usual: 0 for none."""
        self.drawn: Counter[str] = Counter()

    def draw(self) -> Kind | None:
        """What goes wrong with this call, if anything does."""
        number = self._random.random() * 1000
        for kind in KINDS:
            number -= kind.of_a_thousand * self.share
            if number < 0:
                self.drawn[kind.name] += 1
                return kind
        return None

    def late(self) -> float:
        """Seconds that a request is under way."""
        return self._random.uniform(0.1, MOST_LATE)


def for_teams(trouble: Trouble | None) -> Trouble | Garbled | None:
    """The same as the fake Teams has it."""
    return Garbled() if trouble == Broken(200, stored=True) else trouble
