"""Says what a plain number is for its key result: likelihood, self-score, step, percentage or value (spec/05 §10.6)."""

from decimal import Decimal

from bot.okr.model import KRType, ScoreMode
from bot.okr.replies.atoms import ONE
from bot.okr.replies.claim_model import Claim, Kind, Place, ask
from bot.okr.replies.claim_percent import percent_means, percent_of_one
from bot.okr.replies.claim_value import value_of_one
from bot.okr.replies.codes import Code
from bot.okr.replies.context import ReplyContext, ReplyKR
from bot.okr.replies.numerals import tidy
from bot.okr.replies.plausible import bounds, is_plausible, is_sensible_score_as_value
from bot.okr.replies.shape_model import Form, Label, Shape
from bot.okr.replies.types import AskFacts


def plain(shape: Shape, place: Place, kr: ReplyKR, context: ReplyContext) -> Claim:
    """A number alone, by its label first, then by what its key result is."""
    if shape.label is Label.CONFIDENCE:
        return labelled_confidence(shape)
    if shape.label is Label.SCORE and not kr.is_binary:
        return labelled_score(shape, kr)
    if kr.is_binary:
        return _plain_binary(shape, place)
    if kr.type is KRType.MILESTONE:
        return _plain_steps(shape, place)
    if shape.a.percent:
        return percent_of_one(shape, place, kr, context)
    if shape.a.is_score_form and shape.label is not Label.VALUE:
        return _score_form(shape, kr, context)
    return value_of_one(shape, place, kr, context)


def _plain_binary(shape: Shape, place: Place) -> Claim:
    a = shape.a
    if shape.label in (Label.PROGRESS, Label.OF_WAY, Label.OF_TARGET):
        # How much is done is not how likely it will be.
        return ask(shape, Code.Q_BINARY_ONE if a.value == 100 else Code.Q_ALMOST)
    if a.percent:
        if a.value == 100:
            return ask(shape, Code.Q_BINARY_ONE)
        if place.prose and not a.spelt:
            return ask(shape, Code.Q_CONF_WORD, weak=True)
        return confidence(shape, a.value / 10)
    if a.is_score_form:
        return ask(shape, Code.Q_BINARY_ONE) if a.value == ONE else confidence(shape, a.value * 10)
    if not place.alone:
        return Claim(Kind.NOTHING, shape)
    if not a.is_bare:
        return ask(shape, Code.Q_OUT_OF_RANGE)
    if a.value == ONE:
        return ask(shape, Code.Q_BINARY_ONE)
    return Claim(Kind.NOT_DONE, shape) if a.value == 0 else confidence(shape, a.value)


def _plain_steps(shape: Shape, place: Place) -> Claim:
    if shape.a.is_score_form:
        return Claim(Kind.SCORE, shape, shape.a.value)
    return Claim(Kind.NOTHING, shape) if place.prose else ask(shape, Code.Q_STEPS)


def _score_form(shape: Shape, kr: ReplyKR, context: ReplyContext) -> Claim:
    a = shape.a
    if shape.future and context.score_mode is ScoreMode.PROGRESS:
        return ask(shape, Code.Q_FUTURE, AskFacts(v=a.value, raw=shape.future, measure="self_score"))
    doubt = ask(shape, Code.Q_SCORE_OR_VALUE, AskFacts(v=a.value, a=a.value, raw=shape.raw))
    as_percent = ask(shape, Code.Q_SCORE_OR_VALUE, AskFacts(v=a.value, a=tidy(a.value * 100), raw=shape.raw))
    if shape.label in (Label.OF_TARGET, Label.OF_WAY) and kr.goal is not None and kr.baseline is not None:
        return percent_means(shape, tidy(a.value * 100), kr)
    if kr.type is KRType.BASELINE:
        return as_percent if kr.unit == "%" and a.places >= 2 else doubt
    score = Claim(Kind.SCORE, shape, a.value)
    if kr.automated:
        return score
    if kr.unit != "%":
        return doubt if is_sensible_score_as_value(a.value, kr) else score
    if a.places >= 2 and is_plausible(a.value * 100, kr):
        return as_percent
    known = bounds(kr)
    # A rate that lives around 1%, such as 0.5% → 0.2%: the number may well be the rate.
    return doubt if known is not None and known[1] <= 2 and is_plausible(a.value, kr) else score


def confidence(shape: Shape, n: Decimal) -> Claim:
    """A likelihood of n/10; outside 0-10 it is asked about."""
    if not 0 <= n <= 10:
        return ask(shape, Code.Q_OUT_OF_RANGE)
    return Claim(Kind.CONFIDENCE, shape, n)


def labelled_confidence(shape: Shape) -> Claim:
    """`confidence 7`, `70% sure`, `把握七成`, `confidence 0.7`."""
    a, b = shape.a, shape.b
    if shape.form is Form.FRACTION and b is not None:
        return confidence(shape, a.value * 10 / b.value if b.value else Decimal(-1))
    if a.percent:
        return confidence(shape, a.value / 10)
    if a.is_score_form:
        return confidence(shape, a.value * 10)
    return confidence(shape, a.value)


def labelled_score(shape: Shape, kr: ReplyKR) -> Claim:
    """`score 0.7`, `自评七成`. A number no score can be is the value, where it can be that."""
    a, b = shape.a, shape.b
    score = a.value
    if shape.form is Form.FRACTION and b is not None and b.value:
        score = a.value / b.value
    elif a.percent:
        score = a.value / 100
    if 0 <= score <= 1:
        return Claim(Kind.SCORE, shape, score)
    if kr.is_number and not a.percent and is_plausible(score, kr):
        return Claim(Kind.VALUE, shape, score)
    return ask(shape, Code.Q_OUT_OF_RANGE)
