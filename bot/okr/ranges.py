"""How far a value lies from a range key result's range (spec/03 §5.3)."""

from decimal import Decimal

from bot.okr.exact import ZERO, compare
from bot.okr.model import KeyResult, KRType


def distance(kr: KeyResult, value: Decimal) -> Decimal:
    """How far `value` is outside, in the metric's unit; 0 inside. A missing bound never hurts (spec/03 §5.3)."""
    below = kr.range_lo - value if kr.range_lo is not None else ZERO
    over = value - kr.range_hi if kr.range_hi is not None else ZERO
    return max(below, over, ZERO)


def is_inside(kr: KeyResult, value: Decimal) -> bool:
    """True where `value` lies in the range, bounds included."""
    return compare(distance(kr, value), ZERO) == 0


def starts_outside(kr: KeyResult) -> bool:
    """True for a range KR that is to be entered: its baseline lies outside (spec/03 §5.3)."""
    return kr.type is KRType.RANGE and kr.baseline is not None and not is_inside(kr, kr.baseline)


def is_maintained(kr: KeyResult) -> bool:
    """True for a range KR that is to be held: baseline inside, or none (spec/03 §5.3)."""
    return kr.type is KRType.RANGE and not starts_outside(kr)
