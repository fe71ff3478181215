"""Comparing computed decimals: the one tolerance of the house (spec/03 §5)."""

from decimal import Decimal

TOLERANCE = Decimal("1e-9")
ZERO = Decimal(0)
ONE = Decimal(1)


def compare(left: Decimal, right: Decimal) -> int:
    """-1, 0 or 1; figures no further apart than 1e-9 are equal (spec/03 §5)."""
    gap = left - right
    if abs(gap) <= TOLERANCE:
        return 0
    return 1 if gap > 0 else -1


def at_least(left: Decimal, right: Decimal) -> bool:
    """True where `left` reaches `right`, within the tolerance."""
    return compare(left, right) >= 0


def above(left: Decimal, right: Decimal) -> bool:
    """True where `left` exceeds `right` by more than the tolerance."""
    return compare(left, right) > 0


def clip(value: Decimal) -> Decimal:
    """`value`, floored at 0 and capped at 1: how a raw score becomes a score (spec/03 §5.1)."""
    return min(ONE, max(ZERO, value))
