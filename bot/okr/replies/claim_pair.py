"""Says what two numbers of one statement are for a key result: a part, a movement, a range (spec/05 §10.6)."""

import re
from dataclasses import replace
from decimal import Decimal

from bot.okr.model import KRType
from bot.okr.replies.claim_model import Claim, Kind, Place, ask
from bot.okr.replies.claim_plain import confidence, labelled_confidence, labelled_score, plain
from bot.okr.replies.claim_value import readings_of
from bot.okr.replies.codes import Code
from bot.okr.replies.context import ReplyContext, ReplyKR
from bot.okr.replies.numerals import tidy
from bot.okr.replies.plausible import is_plausible, is_sensible_score_as_value
from bot.okr.replies.shape_model import Form, Label, Shape
from bot.okr.replies.types import AskFacts, Measure
from bot.okr.replies.words import both

_HUNDREDTH = Decimal("0.01")
_TARGET_SLACK = Decimal("0.005")
_COUNTED = re.compile(both("counted"), re.IGNORECASE)


def fraction(shape: Shape, place: Place, kr: ReplyKR, context: ReplyContext) -> Claim:
    """`7/10` is a likelihood, `45k of 60k` the part of the target."""
    a, b = shape.a, shape.b
    if b is None:
        return Claim(Kind.NOTHING, shape)
    if shape.label is Label.CONFIDENCE:
        return labelled_confidence(shape)
    if shape.label is Label.SCORE and not kr.is_binary:
        return labelled_score(shape, kr)
    loose = place.prose and not shape.slash and not shape.introduced
    if b.is_bare and b.value == 10 and a.is_bare and kr.goal != 10:
        counted = _counts_something(shape, place)
        return Claim(Kind.NOTHING, shape) if loose or counted else confidence(shape, a.value)
    if kr.is_binary:
        return Claim(Kind.NOTHING, shape) if loose else ask(shape, Code.Q_CONF_WORD)
    if kr.type is KRType.MILESTONE:
        return ask(shape, Code.Q_STEPS)
    if b.value == 10 and kr.goal == 10 and a.value <= 10 and a.is_bare:
        return ask(shape, Code.Q_CONF_OR_VALUE, AskFacts(a=a.value, raw=shape.raw))
    return _part_of(shape, loose, place, kr, context)


def _counts_something(shape: Shape, place: Place) -> bool:
    """True for `7/10 customers`: how many, not how likely."""
    at = place.clause.find(shape.raw)
    return at >= 0 and _COUNTED.match(place.clause, at + len(shape.raw)) is not None


def _part_of(shape: Shape, loose: bool, place: Place, kr: ReplyKR, context: ReplyContext) -> Claim:
    """`45k of 60k`: the value where the whole is the target; else asked about, or a note in a sentence."""
    goal = kr.goal
    part = readings_of(shape.a, kr, context, has_han=place.reply_has_han)
    whole = readings_of(shape.b or shape.a, kr, context, has_han=place.reply_has_han)
    if isinstance(part, Code) or isinstance(whole, Code):
        return ask(shape, part if isinstance(part, Code) else Code.Q_CURRENCY, weak=loose)
    if part is None or whole is None:
        return Claim(Kind.NOTHING, shape)
    if goal is not None and not shape.a.percent:
        near = [value for value in whole if abs(value - goal) <= abs(goal) * _TARGET_SLACK]
        if near:
            likely = [value for value in part if is_plausible(value, kr)] or part[:1]
            facts = AskFacts(v=likely[0], last=kr.last_value, raw=shape.raw)
            ok = is_plausible(likely[0], kr)
            return Claim(Kind.VALUE, replace(shape, introduced=True), likely[0], Code.Q_OUTLIER, facts, ok, strong=True)
    if loose:
        return Claim(Kind.NOTHING, shape)
    if kr.unit == "%" and whole[0] > 0 and not shape.a.percent:
        pct = tidy((part[0] * 100 / whole[0]).quantize(_HUNDREDTH))
        return ask(shape, Code.Q_RATIO, AskFacts(pct=pct, a=part[0], b=whole[0], raw=shape.raw))
    if goal is None:
        return ask(shape, Code.Q_TWO_NUMBERS, AskFacts(raw=shape.raw, numbers=(part[0], whole[0])))
    return ask(shape, Code.Q_TARGET_MISMATCH, AskFacts(a=part[0], b=whole[0], target=goal, raw=shape.raw))


def movement(shape: Shape, place: Place, kr: ReplyKR, context: ReplyContext) -> Claim:
    """`28 -> 31%`: the second, where the first is what was last known or the start."""
    a, b = shape.a, shape.b or shape.a
    two = AskFacts(raw=shape.raw, numbers=(a.value, b.value), measure=_measure_of(shape, kr))
    if kr.is_binary or kr.type is KRType.MILESTONE or shape.label is Label.CONFIDENCE:
        known = kr.last_confidence
        n = b.value / 10 if b.percent else b.value
        before = a.value / 10 if a.percent else a.value
        if known is not None and before == known and (b.is_bare or b.percent) and 0 <= n <= 10 and not b.is_score_form:
            return Claim(Kind.CONFIDENCE, shape, n)
        return ask(shape, Code.Q_TWO_NUMBERS, two)
    if b.is_score_form and not is_sensible_score_as_value(b.value, kr):
        if kr.last_self_score is not None and a.value == kr.last_self_score:
            return Claim(Kind.SCORE, shape, b.value)
        return ask(shape, Code.Q_TWO_NUMBERS, two)
    before_readings = readings_of(a, kr, context, has_han=place.reply_has_han)
    after = plain(replace(shape, form=Form.PLAIN, a=b, b=None, introduced=True), place, kr, context)
    if after.kind is not Kind.VALUE or not isinstance(before_readings, list):
        return ask(shape, Code.Q_TWO_NUMBERS, two)
    known_before = [value for value in (kr.last_value, kr.baseline) if value is not None]
    if known_before and not any(before in known_before for before in before_readings):
        return ask(shape, Code.Q_TWO_NUMBERS, two)
    return replace(after, shape=replace(shape, introduced=True), strong=True)


def range_of(shape: Shape, place: Place, kr: ReplyKR, context: ReplyContext) -> Claim:
    """`45-48k`: one number is asked for."""
    del context
    a, b = shape.a, shape.b or shape.a
    facts = AskFacts(a=a.value, b=b.value, raw=shape.raw, measure=_measure_of(shape, kr))
    return ask(shape, Code.Q_RANGE, facts, weak=place.prose)


def product(shape: Shape, place: Place, kr: ReplyKR, context: ReplyContext) -> Claim:
    """`15k x 3`: nobody's sums are done for them."""
    del kr, context
    return ask(shape, Code.Q_TWO_NUMBERS, weak=place.prose)


def _measure_of(shape: Shape, kr: ReplyKR) -> Measure | None:
    """What the numbers of a pair are said to be: scores, likelihoods, percentages; None for values."""
    a, b = shape.a, shape.b or shape.a
    percent = a.percent or b.percent
    if shape.label is Label.CONFIDENCE and not percent:
        return "confidence"
    if percent:
        return None if kr.unit == "%" else "percent"
    if shape.label is Label.SCORE or kr.type is KRType.MILESTONE:
        return "self_score" if max(a.value, b.value) <= 1 and not kr.is_binary else "confidence"
    if a.is_score_form and b.is_score_form and not is_sensible_score_as_value(b.value, kr):
        return "self_score"
    return None
