"""Says whether a number can be the value of a key result (spec/05 §10.5)."""

from decimal import ROUND_FLOOR, Decimal

from bot.okr.model import KRType
from bot.okr.replies.context import ReplyKR
from bot.okr.replies.numerals import tidy
from bot.okr.replies.types import Measure

_HALF = Decimal("0.5")
_TENTH = Decimal("0.1")
_THOUSAND, _WAN, _MILLION = Decimal(1_000), Decimal(10_000), Decimal(1_000_000)
_COUNT_UNITS = frozenset(("", *"人个家位次名单件户场份套条项台"))


def points(kr: ReplyKR) -> tuple[Decimal, ...]:
    """The numbers that are known about the KR, in its unit."""
    known = (kr.baseline, kr.target, kr.range_lo, kr.range_hi, *kr.anchors, kr.last_value)
    return tuple(point for point in known if point is not None)


def bounds(kr: ReplyKR) -> tuple[Decimal, Decimal, Decimal] | None:
    """Lowest point, highest point and the span that counts; None where nothing is known."""
    known = points(kr)
    if not known:
        return None
    lo, hi = min(known), max(known)
    span = hi - lo
    if span == 0:
        span = abs(hi) * _TENTH or Decimal(1)
    return lo, hi, span


def is_whole_number(kr: ReplyKR) -> bool:
    """True for counts: no unit but people or things, and every point is whole."""
    counts = kr.unit.strip() in _COUNT_UNITS and kr.decimals == 0
    return counts and all(point == point.to_integral_value() for point in points(kr))


def is_share(kr: ReplyKR) -> bool:
    """True for a percentage that stays within 0-100; a rate such as net retention may pass 100."""
    return kr.unit == "%" and all(0 <= point <= 100 for point in points(kr))


def is_plausible(value: Decimal, kr: ReplyKR) -> bool:
    """True where the number is near what is known: lo − 0.5·span ≤ v ≤ hi + span. A baseline KR accepts anything."""
    if kr.type is KRType.BASELINE:
        return True
    known = bounds(kr)
    if known is None:
        return True
    lo, hi, span = known
    if not lo - _HALF * span <= value <= hi + span:
        return False
    if lo >= 0 and value < 0:
        return False
    if is_share(kr) and not 0 <= value <= 100:
        return False
    return not is_whole_number(kr) or value == value.to_integral_value()


def middle(a: Decimal, b: Decimal, kr: ReplyKR | None, measure: Measure | None = None) -> Decimal | None:
    """The number between two; of a count a whole one, which two neighbours do not have."""
    between = tidy((a + b) / 2)
    if kr is None or measure is not None or not is_whole_number(kr) or a % 1 or b % 1:
        return between
    between = between.to_integral_value(ROUND_FLOOR)
    return None if between in (a, b) else between


def with_multiplier(value: Decimal, kr: ReplyKR, *, lang: str) -> Decimal | None:
    """The number that is near what is known once the multiplier is there that was left out: 45 for 45k; else None."""
    if value <= 0 or is_share(kr):
        return None
    scales = (_WAN, _THOUSAND, _MILLION) if lang == "zh" else (_THOUSAND, _MILLION)
    return next((tidy(value * scale) for scale in scales if is_plausible(value * scale, kr)), None)


def is_sensible_score_as_value(value: Decimal, kr: ReplyKR) -> bool:
    """True where a number of score form may be the value too: plausible, and at least 1% of the span or span ≤ 1."""
    known = bounds(kr)
    if known is None:
        return True
    if not is_plausible(value, kr):
        return False
    span = known[2]
    return value >= span / 100 or span <= 1
