"""The expected score at a date: what a key result is compared with (spec/03 §6.1)."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from bot.okr.exact import ONE, ZERO, clip
from bot.okr.model import Current, KeyResult, KRType, PaceProfile
from bot.okr.ranges import distance, is_maintained, starts_outside
from bot.okr.scoring import score_points

_WEEK = Decimal(7)
_MONTH = Decimal("30.4375")
_PARTS = 13
"""Pieces of the drawn line: about the weeks of a quarter."""


def time_fraction(kr: KeyResult, day: date) -> Decimal:
    """f: calendar days since the start ÷ days until due, 0-1; first day 0, last day 1 (spec/03 §6.1)."""
    total = (kr.due - kr.start).days
    if total <= 0:
        return ONE if day >= kr.due else ZERO
    return clip(Decimal((day - kr.start).days) / Decimal(total))


def profile_of(kr: KeyResult) -> PaceProfile | None:
    """The profile that applies: flat for a maintained range, none by type for binary and baseline (spec/03 §6.1).

    None also for a milestone with steps: its pace is made of their dates.
    """
    if kr.type in (KRType.MILESTONE, KRType.BASELINE):
        return None
    return PaceProfile.FLAT if is_maintained(kr) else kr.pace


def expected_score(kr: KeyResult, day: date) -> Decimal | None:
    """The pace on `day`, 0-1; None for binary and baseline KRs and for steps without dates (spec/03 §6.1)."""
    if kr.type is KRType.MILESTONE:
        return _share_of_steps_due(kr, day)
    profile = profile_of(kr)
    fraction = time_fraction(kr, day)
    match profile:
        case None:
            return None
        case PaceProfile.LINEAR:
            return fraction
        case PaceProfile.SLOW_START:
            return fraction * fraction
        case PaceProfile.FAST_START:
            return ONE - (ONE - fraction) * (ONE - fraction)
        case PaceProfile.STEPS:
            return _latest_checkpoint(kr, day)
        case PaceProfile.FLAT:
            return ONE


def expected_value(kr: KeyResult, day: date) -> Decimal | None:
    """The value that would score exactly the pace of `day`, in the metric's unit (spec/03 §6.1).

    With anchors the inverse of the anchored score; for a range to be entered, the way left to its near bound.
    None where no single value is expected.
    """
    pace = expected_score(kr, day)
    if pace is None:
        return None
    if kr.type is KRType.RANGE:
        return _value_on_the_way_in(kr, pace)
    points = score_points(kr)
    if points is None:
        return None
    for (from_value, from_score), (to_value, to_score) in pairwise(points):
        if pace <= to_score:
            return from_value + (pace - from_score) / (to_score - from_score) * (to_value - from_value)
    # Only a checkpoint above 1 gets here: it asks for more than the target.
    (from_value, from_score), (to_value, to_score) = points[-2:]
    return to_value + (pace - to_score) / (to_score - from_score) * (to_value - from_value)


def pace_line(kr: KeyResult) -> tuple[tuple[date, Decimal], ...]:
    """The expected value from the start to the due date, day by day apart enough to draw the profile's shape.

    Empty where no single value is expected: a maintained range, a milestone, a baseline, a draft without its ends.
    """
    total = (kr.due - kr.start).days
    days = {kr.start + timedelta(days=total * part // _PARTS) for part in range(_PARTS + 1)} if total > 0 else set()
    if profile_of(kr) is PaceProfile.STEPS:  # it stands level until a checkpoint and jumps there
        checkpoints = [checkpoint.on for checkpoint in kr.checkpoints if kr.start < checkpoint.on <= kr.due]
        days |= {*checkpoints, *(on - timedelta(days=1) for on in checkpoints)}
    line = ((day, expected_value(kr, day)) for day in sorted(days))
    return tuple((day, value) for day, value in line if value is not None)


def weekly_step(kr: KeyResult) -> Decimal | None:
    """(target − baseline) ÷ weeks, signed, in the metric's unit; None where there is no such line (spec/03 §6.1)."""
    return _step(kr, Decimal((kr.due - kr.start).days) / _WEEK)


def monthly_step(kr: KeyResult) -> Decimal | None:
    """(target − baseline) ÷ months, in whole months: a quarter of 12 or 13 weeks has three (spec/03 §6.1)."""
    months = (Decimal((kr.due - kr.start).days) / _MONTH).to_integral_value()
    return _step(kr, max(ONE, months))


def reading_day(kr: KeyResult, current: Current) -> date | None:
    """The day the score was read: a number's measurement, a milestone's last update; None before the first."""
    return current.updated_on if kr.type is KRType.MILESTONE else current.measured_on


def steps_due_weight(kr: KeyResult, day: date) -> Decimal:
    """The weight of steps due by `day`; one without a date is due with the KR itself."""
    return sum((step.weight for step in kr.steps if (step.due or kr.due) <= day), ZERO)


def _share_of_steps_due(kr: KeyResult, day: date) -> Decimal | None:
    total = sum((step.weight for step in kr.steps), ZERO)
    if total <= 0 or all(step.due is None for step in kr.steps):
        return None
    return steps_due_weight(kr, day) / total


def _latest_checkpoint(kr: KeyResult, day: date) -> Decimal:
    reached = [checkpoint for checkpoint in kr.checkpoints if checkpoint.on <= day]
    return max(reached, key=lambda checkpoint: checkpoint.on).expected_score if reached else ZERO


def _value_on_the_way_in(kr: KeyResult, pace: Decimal) -> Decimal | None:
    if kr.baseline is None or not starts_outside(kr):
        return None
    way_left = distance(kr, kr.baseline) * (ONE - pace)
    if kr.range_lo is not None and kr.baseline < kr.range_lo:
        return kr.range_lo - way_left
    return None if kr.range_hi is None else kr.range_hi + way_left


def _step(kr: KeyResult, periods: Decimal) -> Decimal | None:
    points = score_points(kr)
    if points is None or periods <= 0:
        return None
    return (points[-1][0] - points[0][0]) / periods
