"""Says what a percentage is for its key result: its value, a part of the target or of the way (spec/05 §10.6)."""

from dataclasses import replace
from decimal import Decimal

from bot.okr.model import KRType
from bot.okr.replies.claim_model import Claim, Kind, Place, ask
from bot.okr.replies.claim_value import one_or_two, value_readings
from bot.okr.replies.codes import Code
from bot.okr.replies.context import PercentMeans, ReplyContext, ReplyKR
from bot.okr.replies.numerals import tidy
from bot.okr.replies.plausible import is_plausible, is_share
from bot.okr.replies.shape_model import Label, Shape
from bot.okr.replies.types import AskFacts

_HUNDREDTH = Decimal("0.01")


def percent_of_one(shape: Shape, place: Place, kr: ReplyKR, context: ReplyContext) -> Claim:
    """`70%`, for a key result that has a number."""
    p = shape.a.value
    if kr.type is KRType.BASELINE:
        if kr.unit != "%":
            return ask(shape, Code.Q_BASELINE_VALUE)
        return one_or_two(shape) or Claim(Kind.VALUE, shape, p, strong=True)
    if shape.label in (Label.OF_WAY, Label.OF_TARGET):
        return computed(shape, p, "way" if shape.label is Label.OF_WAY else "target", kr)
    if kr.unit == "%":
        return _percent_of_share(shape, p, kr)
    if not 0 <= p <= 100:
        return Claim(Kind.NOTHING, shape) if place.prose else ask(shape, Code.Q_OUT_OF_RANGE)
    if place.prose and shape.label is not Label.PROGRESS:
        return Claim(Kind.NOTHING, shape, percent=p)
    if kr.goal is None or kr.baseline is None:
        return ask(shape, Code.Q_NUMBER)
    if shape.future:
        return ask(shape, Code.Q_FUTURE, AskFacts(v=p, raw=shape.future, measure="percent"))
    if context.percent_means == "ask":
        return replace(percent_means(shape, p, kr), percent=p)
    return replace(computed(shape, p, context.percent_means, kr), percent=p)


def percent_means(shape: Shape, p: Decimal, kr: ReplyKR) -> Claim:
    """Asks what a percentage is of."""
    facts = AskFacts(p=p, a=of_target(p, kr), b=of_way(p, kr), baseline=kr.baseline, raw=shape.raw)
    return ask(shape, Code.Q_PERCENT_MEANS, facts)


def _percent_of_share(shape: Shape, p: Decimal, kr: ReplyKR) -> Claim:
    facts = AskFacts(p=p, v=p, b=of_way(p, kr), last=kr.last_value, raw=shape.raw)
    if shape.label is Label.PROGRESS:
        return ask(shape, Code.Q_PCT_VALUE, facts)
    if is_share(kr) and p < 0:
        return ask(shape, Code.Q_OUT_OF_RANGE)
    # `500%` of the way would lie as far off as 500% itself.
    doubt = Code.Q_PCT_VALUE if facts.b is not None and is_plausible(facts.b, kr) else Code.Q_OUTLIER
    if is_plausible(p, kr) and len(shape.a.readings) == 2:
        return value_readings(shape, list(shape.a.readings), kr)
    return Claim(Kind.VALUE, shape, p, doubt, facts, is_plausible(p, kr), strong=True)


def of_target(p: Decimal, kr: ReplyKR) -> Decimal | None:
    """p% of the target."""
    return None if kr.goal is None else tidy(p * _HUNDREDTH * kr.goal)


def of_way(p: Decimal, kr: ReplyKR) -> Decimal | None:
    """p% of the way from the start to the target."""
    if kr.goal is None or kr.baseline is None:
        return None
    return tidy(kr.baseline + p * _HUNDREDTH * (kr.goal - kr.baseline))


def computed(shape: Shape, p: Decimal, means: PercentMeans, kr: ReplyKR) -> Claim:
    """The value, or the self-score, that a percentage stands for once it is known what it means."""
    if means == "landing":
        score = p * _HUNDREDTH
        return Claim(Kind.SCORE, shape, score) if 0 <= score <= 1 else ask(shape, Code.Q_OUT_OF_RANGE)
    value = of_way(p, kr) if means == "way" else of_target(p, kr)
    if value is None:
        return ask(shape, Code.Q_NUMBER)
    facts = AskFacts(v=value, last=kr.last_value, raw=shape.raw)
    return Claim(Kind.VALUE, shape, value, Code.Q_OUTLIER, facts, is_plausible(value, kr), percent=p, basis=means)
