"""The score of a key result, computed from its definition and its readings (spec/03 §5)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from bot.okr.exact import ONE, ZERO, at_least, clip, compare
from bot.okr.model import Current, KeyResult, KRType
from bot.okr.ranges import distance, is_inside, is_maintained, starts_outside

AnchorPoint = tuple[Decimal, Decimal]
"""A value and the score it stands for."""


@dataclass(frozen=True, slots=True)
class Score:
    """`raw` keeps overshoot and falls below the start, `score` is 0-1; both None before the first reading."""

    raw: Decimal | None
    score: Decimal | None


@dataclass(frozen=True, slots=True)
class TimeInRange:
    """How long a maintained range was held: `inside` of `counted` days, up to the last reading."""

    inside: Decimal
    counted: Decimal
    now_inside: bool

    @property
    def share(self) -> Decimal:
        """0-1; where no time has passed yet it is in or out (spec/03 §5.6)."""
        if self.counted <= 0:
            return ONE if self.now_inside else ZERO
        return clip(self.inside / self.counted)


NO_SCORE = Score(None, None)


def score_of(kr: KeyResult, current: Current) -> Score:
    """Raw and capped score of any KR type (spec/03 §5.1-5.5)."""
    if kr.type is KRType.MILESTONE:
        done = milestone_share(kr, current)
        return Score(done, done)
    if kr.type is KRType.BASELINE:
        found = ZERO if current.value is None else ONE
        return Score(found, found)
    if current.value is None:
        return NO_SCORE
    raw = held_share(kr, current) if is_maintained(kr) else raw_score(kr, current.value)
    return NO_SCORE if raw is None else Score(raw, clip(raw))


def raw_score(kr: KeyResult, value: Decimal) -> Decimal | None:
    """The score of `value` before floor and cap: increase, decrease, and a range to be entered.

    None where one value does not make a score (a maintained range, milestone, baseline) and where a draft
    has no two different ends to measure between (spec/03 §5.1-5.3).
    """
    if kr.type is KRType.RANGE:
        if kr.baseline is None or not starts_outside(kr):
            return None
        return ONE - distance(kr, value) / distance(kr, kr.baseline)
    points = score_points(kr)
    if points is None:
        return None
    (from_value, from_score), (to_value, to_score) = segment_of_value(points, value)
    return from_score + (value - from_value) / (to_value - from_value) * (to_score - from_score)


def score_points(kr: KeyResult) -> tuple[AnchorPoint, ...] | None:
    """The corners of the scoring line: baseline to target, or through the anchors (spec/03 §5.1-5.2).

    None for other types, and for a draft whose points are missing or not strictly monotonic.
    """
    if kr.type not in (KRType.INCREASE, KRType.DECREASE) or kr.baseline is None:
        return None
    points: tuple[AnchorPoint, ...]
    if kr.anchors is not None:
        points = (
            (kr.baseline, ZERO),
            (kr.anchors.a03, Decimal("0.3")),
            (kr.anchors.a07, Decimal("0.7")),
            (kr.anchors.a10, ONE),
        )
    elif kr.target is not None:
        points = ((kr.baseline, ZERO), (kr.target, ONE))
    else:
        return None
    steps = {compare(later, earlier) for (earlier, _), (later, _) in pairwise(points)}
    return points if steps in ({1}, {-1}) else None


def segment_of_value(points: tuple[AnchorPoint, ...], value: Decimal) -> tuple[AnchorPoint, AnchorPoint]:
    """The piece of the line that scores `value`; beyond either end the last piece goes on (spec/03 §5.2)."""
    rising = points[-1][0] > points[0][0]
    for start, end in pairwise(points):
        if (value <= end[0]) if rising else (value >= end[0]):
            return start, end
    return points[-2], points[-1]


def previous_score(kr: KeyResult, current: Current) -> Decimal | None:
    """The score as of the reading before the last one; None where there was none (spec/03 §6.5, rule 8)."""
    if not kr.is_number or current.previous_value is None:
        return None
    if not is_maintained(kr):
        raw = raw_score(kr, current.previous_value)
    elif kr.strict and current.previously_out_of_range:
        raw = ZERO
    else:
        raw = _previous_time(kr, current, current.previous_value).share
    return None if raw is None else clip(raw)


def time_in_range(kr: KeyResult, current: Current) -> TimeInRange | None:
    """How long a maintained range was held up to the last reading; None before the first (spec/03 §5.3).

    Silence earns nothing: the time after the last reading counts once the next one shows what held.
    """
    if not is_maintained(kr) or current.value is None or current.measured_on is None or current.range_since is None:
        return None
    counted = (within_term(kr, current.measured_on) - current.range_since).days
    return TimeInRange(current.in_range_days, Decimal(counted), is_inside(kr, current.value))


def held_share(kr: KeyResult, current: Current) -> Decimal | None:
    """The score of a maintained range: time in range ÷ time since start; 0 for a strict one that ever left it."""
    time = time_in_range(kr, current)
    if time is None:
        return None
    return ZERO if kr.strict and current.ever_out_of_range else time.share


def milestone_share(kr: KeyResult, current: Current) -> Decimal:
    """Weight of done steps ÷ weight of all; without steps, or once all is said to be done, 0 or 1 (spec/03 §5.4)."""
    if current.done:
        return ONE
    total = sum((step.weight for step in kr.steps), ZERO)
    return done_weight(kr, current) / total if total > 0 else ZERO


def done_weight(kr: KeyResult, current: Current) -> Decimal:
    """The weight of the steps that are done; a started step counts 0 (spec/03 §5.4)."""
    return sum((step.weight for step in kr.steps if step.number in current.steps_done), ZERO)


def is_reached(kr: KeyResult, current: Current, today: date) -> bool:
    """True where the KR is ✅: rule 1 of spec/03 §6.5.

    A step milestone is done when its owner says so, not by its last step. A range is never done before its
    due date is over; then it is where its score is full.
    """
    if kr.type is KRType.MILESTONE:
        return current.done
    score = score_of(kr, current)
    if score.raw is None or (kr.type is KRType.RANGE and today <= kr.due):
        return False
    return at_least(score.raw, ONE)


def within_term(kr: KeyResult, day: date) -> date:
    """`day`, not before the KR's start and not after its due date."""
    return max(kr.start, min(kr.due, day))


def _previous_time(kr: KeyResult, current: Current, previous_value: Decimal) -> TimeInRange:
    """`time_in_range` as of the reading before: the last stretch is taken off again."""
    inside = is_inside(kr, previous_value)
    if current.previous_measured_on is None or current.measured_on is None or current.range_since is None:
        return TimeInRange(ZERO, ZERO, inside)
    before = within_term(kr, current.previous_measured_on)
    stretch = (within_term(kr, current.measured_on) - before).days
    held = current.in_range_days - (stretch if inside else 0)
    return TimeInRange(held, Decimal((before - current.range_since).days), inside)
