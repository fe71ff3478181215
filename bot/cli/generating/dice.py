"""Chance that falls the same way on every Python, by the one method whose numbers are promised never to change."""

import hashlib
import random
from collections.abc import Sequence
from decimal import Decimal
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """Dice of their own for each place, so that one team's luck does not depend on another's."""

    def __init__(self, seed: int, place: str) -> None:
        digest = hashlib.sha256(f"{seed}/{place}".encode()).digest()
        self._random = random.Random(int.from_bytes(digest, "big"))  # noqa: S311 - no secret is made of it

    def share(self) -> float:
        """From 0 to 1, without 1."""
        return self._random.random()

    def chance(self, of_one: float) -> bool:
        """True about so often."""
        return self._random.random() < of_one

    def below(self, count: int) -> int:
        """A whole number from 0 to `count` - 1."""
        return int(self._random.random() * count)

    def between(self, low: int, high: int) -> int:
        """A whole number, both ends included."""
        return low + self.below(high - low + 1)

    def pick(self, these: Sequence[T]) -> T:
        """One of these, each as likely."""
        return these[self.below(len(these))]

    def weighed(self, these: Sequence[tuple[T, int]]) -> T:
        """One of these, each as likely as its weight says."""
        at = self.below(sum(weight for _, weight in these))
        for one, weight in these:
            at -= weight
            if at < 0:
                return one
        raise AssertionError("Weights are whole and above zero.")

    def shuffled(self, these: Sequence[T]) -> list[T]:
        """All of these in some order."""
        left = list(these)
        for at in range(len(left) - 1, 0, -1):
            other = self.below(at + 1)
            left[at], left[other] = left[other], left[at]
        return left

    def around(self, middle: float, spread: float) -> float:
        """Mostly near `middle`: a bell curve of that standard deviation, made of sums alone."""
        return middle + spread * (sum(self._random.random() for _ in range(12)) - 6.0)


def exact(value: float, decimals: int) -> Decimal:
    """A number with so many decimals."""
    return Decimal(int(value * 10**decimals + (0.5 if value >= 0 else -0.5))).scaleb(-decimals)
