"""Where a key result lands if it goes on like this (spec/03 §6.2)."""

from decimal import Decimal

from bot.okr.exact import ONE, ZERO, at_least
from bot.okr.model import DEFAULT_THRESHOLDS, Current, KeyResult, Thresholds
from bot.okr.pace import expected_score, reading_day, time_fraction
from bot.okr.ranges import is_maintained
from bot.okr.scoring import score_of, time_in_range


def data_heading(kr: KeyResult, current: Current, thresholds: Thresholds = DEFAULT_THRESHOLDS) -> Decimal | None:
    """Heading from data at the last reading, uncapped; None where the data has none (spec/03 §6.2).

    `raw ÷ pace` on the day of the reading, once the pace is `early_pace` or more. A maintained range holds its
    share so far, and what it reads now for the rest of the time.
    """
    day = reading_day(kr, current)
    if day is None:
        return None
    if is_maintained(kr):
        return _heading_of_a_held_range(kr, current)
    raw = score_of(kr, current).raw
    pace = expected_score(kr, day)
    if raw is None or pace is None or is_early(pace, thresholds):
        return None
    return raw / pace


def is_early(pace: Decimal, thresholds: Thresholds = DEFAULT_THRESHOLDS) -> bool:
    """True while the pace is too small to divide by (spec/03 §6.2); always at a pace of zero."""
    return pace <= 0 or not at_least(pace, thresholds.early_pace)


def _heading_of_a_held_range(kr: KeyResult, current: Current) -> Decimal | None:
    time = time_in_range(kr, current)
    if time is None or current.measured_on is None:
        return None
    if kr.strict and current.ever_out_of_range:
        return ZERO  # one reading outside decides a strict range: it can land nowhere else
    fraction = time_fraction(kr, current.measured_on)
    return fraction * time.share + (ONE - fraction) * (ONE if time.now_inside else ZERO)
