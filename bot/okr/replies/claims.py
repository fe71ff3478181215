"""Says what each number of a segment could be for its key result (spec/05 §10.6, the table)."""

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from bot.okr.model import KRType, ScoreMode
from bot.okr.replies import units
from bot.okr.replies.atoms import ONE, Atom
from bot.okr.replies.numerals import tidy
from bot.okr.replies.plausible import (
    bounds,
    is_plausible,
    is_sensible_score_as_value,
    is_share,
    is_whole_number,
    with_multiplier,
)
from bot.okr.replies.shapes import Form, Label, Shape, change_of
from bot.okr.replies.types import AskFacts, Code, Measure, PercentMeans, ReplyContext, ReplyKR
from bot.okr.replies.words import both

TEN, HUNDRED = Decimal(10), Decimal(100)
_HUNDREDTH = Decimal("0.01")
_FAR = 1000
_TARGET_SLACK = Decimal("0.005")
_THIS_WEEK = re.compile(both("this_week"), re.IGNORECASE)
_COUNTED = re.compile(both("counted"), re.IGNORECASE)
_HEADS = re.compile(both("heads"), re.IGNORECASE)
_DEED = re.compile(both("deed"), re.IGNORECASE)


_NO_FACTS = AskFacts()


class Kind(StrEnum):
    VALUE = "value"
    SCORE = "score"
    CONFIDENCE = "confidence"
    NOT_DONE = "not_done"
    ASK = "ask"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Place:
    """How a number stands in its clause. `alone`: beside filler only. `prose`: in a sentence of other words."""

    alone: bool
    prose: bool
    clause: str
    reply_has_han: bool = False


@dataclass(frozen=True, slots=True)
class Claim:
    """One number's meaning. `weak` claims give way to others and end in the note.

    `strong`: it carries the KR's own unit. `ask` is what an ASK claim, or an implausible VALUE, asks.
    """

    kind: Kind
    shape: Shape
    number: Decimal = Decimal(0)
    ask: Code | None = None
    facts: AskFacts = _NO_FACTS
    plausible: bool = True
    strong: bool = False
    weak: bool = False
    prose: bool = False
    percent: Decimal | None = None
    basis: PercentMeans | None = None


def claim(shape: Shape, place: Place, kr: ReplyKR, context: ReplyContext) -> Claim:
    """What this number could be, before it is weighed against the others of the segment."""
    if shape.past:
        return Claim(Kind.NOTHING, shape)
    if not shape.a.readings or (shape.b is not None and not shape.b.readings):
        return _unreadable(shape)
    read = _BY_FORM[shape.form](shape, place, kr, context)
    if shape.bound and read.kind in (Kind.VALUE, Kind.SCORE, Kind.CONFIDENCE) and not read.weak:
        # `over 45k`, `0.7 isn't realistic`: near the number, or not; the person says.
        read = _ask(shape, Code.Q_CONFIRM)
    return replace(read, prose=place.prose, weak=read.weak or (place.prose and read.kind is Kind.ASK))


# --- what several key result types share --------------------------------------------------------


def _ask(shape: Shape, code: Code, facts: AskFacts | None = None, *, weak: bool = False) -> Claim:
    return Claim(Kind.ASK, shape, ask=code, facts=facts or AskFacts(raw=shape.raw), weak=weak)


def _unreadable(shape: Shape) -> Claim:
    """`1,250,5`: grouped wrongly, so either sign may be the decimal one."""
    raw = shape.a.raw if not shape.a.readings else (shape.b or shape.a).raw
    digits = re.sub(r"[^0-9]", "", raw)
    last = max(raw.rfind(","), raw.rfind("."))
    if last < 0 or not digits:
        return Claim(Kind.NOTHING, shape)
    places = len(re.sub(r"[^0-9]", "", raw[last:]))
    whole = Decimal(digits)
    return _ask(shape, Code.Q_SEPARATOR, AskFacts(raw=raw, a=whole.scaleb(-places), b=whole))


def _confidence(shape: Shape, n: Decimal) -> Claim:
    if not 0 <= n <= 10:
        return _ask(shape, Code.Q_OUT_OF_RANGE)
    return Claim(Kind.CONFIDENCE, shape, n)


def _labelled_confidence(shape: Shape) -> Claim:
    """`confidence 7`, `70% sure`, `把握七成`, `confidence 0.7`."""
    a, b = shape.a, shape.b
    if shape.form is Form.FRACTION and b is not None:
        return _confidence(shape, a.value * 10 / b.value if b.value else Decimal(-1))
    if a.percent:
        return _confidence(shape, a.value / 10)
    if a.is_score_form:
        return _confidence(shape, a.value * 10)
    return _confidence(shape, a.value)


def _labelled_score(shape: Shape, kr: ReplyKR) -> Claim:
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
    return _ask(shape, Code.Q_OUT_OF_RANGE)


# --- a plain number -----------------------------------------------------------------------------


def _plain(shape: Shape, place: Place, kr: ReplyKR, context: ReplyContext) -> Claim:
    if shape.label is Label.CONFIDENCE:
        return _labelled_confidence(shape)
    if shape.label is Label.SCORE and not kr.is_binary:
        return _labelled_score(shape, kr)
    if kr.is_binary:
        return _plain_binary(shape, place)
    if kr.type is KRType.MILESTONE:
        return _plain_steps(shape, place)
    if shape.a.percent:
        return _percent(shape, place, kr, context)
    if shape.a.is_score_form and shape.label is not Label.VALUE:
        return _score_form(shape, kr, context)
    return _value(shape, place, kr, context)


def _plain_binary(shape: Shape, place: Place) -> Claim:
    a = shape.a
    if shape.label in (Label.PROGRESS, Label.OF_WAY, Label.OF_TARGET):
        # How much is done is not how likely it will be.
        return _ask(shape, Code.Q_BINARY_ONE if a.value == HUNDRED else Code.Q_ALMOST)
    if a.percent:
        if a.value == HUNDRED:
            return _ask(shape, Code.Q_BINARY_ONE)
        if place.prose and not a.spelt:
            return _ask(shape, Code.Q_CONF_WORD, weak=True)
        return _confidence(shape, a.value / 10)
    if a.is_score_form:
        return _ask(shape, Code.Q_BINARY_ONE) if a.value == ONE else _confidence(shape, a.value * 10)
    if not place.alone:
        return Claim(Kind.NOTHING, shape)
    if not a.is_bare:
        return _ask(shape, Code.Q_OUT_OF_RANGE)
    if a.value == ONE:
        return _ask(shape, Code.Q_BINARY_ONE)
    return Claim(Kind.NOT_DONE, shape) if a.value == 0 else _confidence(shape, a.value)


def _plain_steps(shape: Shape, place: Place) -> Claim:
    if shape.a.is_score_form:
        return Claim(Kind.SCORE, shape, shape.a.value)
    return Claim(Kind.NOTHING, shape) if place.prose else _ask(shape, Code.Q_STEPS)


def _score_form(shape: Shape, kr: ReplyKR, context: ReplyContext) -> Claim:
    a = shape.a
    if shape.future and context.score_mode is ScoreMode.PROGRESS:
        return _ask(shape, Code.Q_FUTURE, AskFacts(v=a.value, raw=shape.future, measure="self_score"))
    doubt = _ask(shape, Code.Q_SCORE_OR_VALUE, AskFacts(v=a.value, a=a.value, raw=shape.raw))
    as_percent = _ask(shape, Code.Q_SCORE_OR_VALUE, AskFacts(v=a.value, a=tidy(a.value * 100), raw=shape.raw))
    if shape.label in (Label.OF_TARGET, Label.OF_WAY) and kr.goal is not None and kr.baseline is not None:
        return _percent_means(shape, tidy(a.value * 100), kr)
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


def _percent(shape: Shape, place: Place, kr: ReplyKR, context: ReplyContext) -> Claim:
    p = shape.a.value
    if kr.type is KRType.BASELINE:
        if kr.unit != "%":
            return _ask(shape, Code.Q_BASELINE_VALUE)
        return _one_or_two(shape) or Claim(Kind.VALUE, shape, p, strong=True)
    if shape.label in (Label.OF_WAY, Label.OF_TARGET):
        return computed(shape, p, "way" if shape.label is Label.OF_WAY else "target", kr)
    if kr.unit == "%":
        return _percent_of_share(shape, p, kr)
    if not 0 <= p <= 100:
        return Claim(Kind.NOTHING, shape) if place.prose else _ask(shape, Code.Q_OUT_OF_RANGE)
    if place.prose and shape.label is not Label.PROGRESS:
        return Claim(Kind.NOTHING, shape, percent=p)
    if kr.goal is None or kr.baseline is None:
        return _ask(shape, Code.Q_NUMBER)
    if shape.future:
        return _ask(shape, Code.Q_FUTURE, AskFacts(v=p, raw=shape.future, measure="percent"))
    if context.percent_means == "ask":
        return replace(_percent_means(shape, p, kr), percent=p)
    return replace(computed(shape, p, context.percent_means, kr), percent=p)


def _percent_means(shape: Shape, p: Decimal, kr: ReplyKR) -> Claim:
    facts = AskFacts(p=p, a=of_target(p, kr), b=of_way(p, kr), baseline=kr.baseline, raw=shape.raw)
    return _ask(shape, Code.Q_PERCENT_MEANS, facts)


def _percent_of_share(shape: Shape, p: Decimal, kr: ReplyKR) -> Claim:
    facts = AskFacts(p=p, v=p, b=of_way(p, kr), last=kr.last_value, raw=shape.raw)
    if shape.label is Label.PROGRESS:
        return _ask(shape, Code.Q_PCT_VALUE, facts)
    if is_share(kr) and p < 0:
        return _ask(shape, Code.Q_OUT_OF_RANGE)
    # `500%` of the way would lie as far off as 500% itself.
    doubt = Code.Q_PCT_VALUE if facts.b is not None and is_plausible(facts.b, kr) else Code.Q_OUTLIER
    if is_plausible(p, kr) and len(shape.a.readings) == 2:
        return _value_readings(shape, list(shape.a.readings), kr)
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
        return Claim(Kind.SCORE, shape, score) if 0 <= score <= 1 else _ask(shape, Code.Q_OUT_OF_RANGE)
    value = of_way(p, kr) if means == "way" else of_target(p, kr)
    if value is None:
        return _ask(shape, Code.Q_NUMBER)
    facts = AskFacts(v=value, last=kr.last_value, raw=shape.raw)
    return Claim(Kind.VALUE, shape, value, Code.Q_OUTLIER, facts, is_plausible(value, kr), percent=p, basis=means)


# --- the value ----------------------------------------------------------------------------------


def readings_of(atom: Atom, kr: ReplyKR, context: ReplyContext, *, has_han: bool) -> list[Decimal] | Code | None:
    """The number in the KR's unit: its readings, the question to ask, or None where it is no such number at all."""
    readings = [-reading if atom.sign == "-" else reading for reading in atom.readings]
    kr_time, kr_currency = units.time_of(kr.unit), units.unit_currency(kr.unit)
    if atom.wan and kr_time == "week" and context.lang == "en":
        return [tidy(reading / atom.scale) for reading in readings]
    if atom.wan and context.lang != "zh" and not has_han:
        return Code.Q_UNIT
    # A KR without a unit has no currency to differ from.
    if atom.currency is not None and atom.currency != kr_currency and kr.unit.strip():
        return Code.Q_CURRENCY
    if atom.time is not None:
        if kr_time is None:
            return None
        converted = [units.convert_time(reading, atom.time, kr_time) for reading in readings]
        return Code.Q_UNIT_TIME if None in converted else [tidy(value) for value in converted if value is not None]
    unit_scale = units.unit_scale(kr.unit)
    if unit_scale != ONE and atom.scale != ONE:
        scaled = [reading / unit_scale for reading in readings]
        return scaled if _any_plausible(scaled, kr) else readings
    return readings


def _any_plausible(readings: list[Decimal], kr: ReplyKR) -> bool:
    return any(is_plausible(reading, kr) for reading in readings)


def _value(shape: Shape, place: Place, kr: ReplyKR, context: ReplyContext) -> Claim:
    a = shape.a
    readings = readings_of(a, kr, context, has_han=place.reply_has_han)
    if readings is None:
        return Claim(Kind.NOTHING, shape)
    if isinstance(readings, Code):
        return _ask(shape, readings, weak=place.prose)
    if a.sign == "-" and not _any_plausible(readings, kr):
        return _change(shape, place, kr, context)
    if len(readings) == 2:
        return _value_readings(shape, readings, kr)
    v = readings[0]
    plausible = is_plausible(v, kr)
    if place.prose and not plausible and not shape.introduced and shape.label is not Label.VALUE:
        return Claim(
            Kind.VALUE, shape, v, Code.Q_OUTLIER, AskFacts(v=v, last=kr.last_value), plausible=False, weak=True
        )
    if plausible and _counts_heads(shape, place, kr):
        return _ask(shape, Code.Q_CURRENCY)
    if kr.type is KRType.BASELINE and (apart := _one_or_two(shape)) is not None:
        return apart
    if plausible and _may_be_this_weeks(v, shape, place, kr):
        return _ask(shape, Code.Q_DELTA, _delta(v, kr, shape), weak=False)
    if a.is_bare and v in (0, 1) and not plausible:
        return _ask(shape, Code.Q_SCORE_OR_VALUE, AskFacts(v=v, a=v, raw=shape.raw))
    if a.is_bare and kr.last_value is not None and 0 < abs(v) * _FAR < abs(kr.last_value):
        plausible = False  # `12` where 25万 are aimed at: a multiplier was left out
    meant = None if plausible or a.scale != ONE or a.time else with_multiplier(v, kr, lang=context.lang)
    facts = AskFacts(v=v, last=kr.last_value, raw=shape.raw, a=meant)
    return Claim(Kind.VALUE, shape, v, Code.Q_OUTLIER, facts, plausible, strong=shape.has_unit or a.scale != ONE)


def _one_or_two(shape: Shape) -> Claim | None:
    """`65 103`: one number, or two? Where nothing is known that would tell, the person says; else None."""
    digits = re.match(r"[0-9]+(?: [0-9]{3})+", shape.a.raw)
    if digits is None:
        return None
    parts = tuple(Decimal(part) for part in digits[0].split())
    return _ask(shape, Code.Q_TWO_NUMBERS, AskFacts(raw=shape.raw, numbers=(shape.a.value, *parts)))


def _value_readings(shape: Shape, readings: list[Decimal], kr: ReplyKR) -> Claim:
    """`1.250` may be 1.25 or 1250: the plausible one, else the person says."""
    likely = [reading for reading in readings if is_plausible(reading, kr)]
    if len(likely) == 1:
        return Claim(Kind.VALUE, shape, likely[0], strong=shape.has_unit)
    return _ask(shape, Code.Q_SEPARATOR, AskFacts(raw=shape.a.raw, a=tidy(readings[0]), b=tidy(readings[1])))


def _may_be_this_weeks(v: Decimal, shape: Shape, place: Place, kr: ReplyKR) -> bool:
    """`did 3 interviews`, `3 this week` on a count: what was added, or the total? Both are sensible."""
    if shape.introduced or shape.label is not None or not is_whole_number(kr) or kr.last_value is None:
        return False
    if place.prose and _DEED.search(place.clause.strip()):
        return True
    return kr.type is KRType.INCREASE and v < kr.last_value and _THIS_WEEK.search(place.clause) is not None


# --- pairs --------------------------------------------------------------------------------------


def _fraction(shape: Shape, place: Place, kr: ReplyKR, context: ReplyContext) -> Claim:
    a, b = shape.a, shape.b
    if b is None:
        return Claim(Kind.NOTHING, shape)
    if shape.label is Label.CONFIDENCE:
        return _labelled_confidence(shape)
    if shape.label is Label.SCORE and not kr.is_binary:
        return _labelled_score(shape, kr)
    loose = place.prose and not shape.slash and not shape.introduced
    if b.is_bare and b.value == TEN and a.is_bare and kr.goal != TEN:
        counted = _counts_something(shape, place)
        return Claim(Kind.NOTHING, shape) if loose or counted else _confidence(shape, a.value)
    if kr.is_binary:
        return Claim(Kind.NOTHING, shape) if loose else _ask(shape, Code.Q_CONF_WORD)
    if kr.type is KRType.MILESTONE:
        return _ask(shape, Code.Q_STEPS)
    if b.value == TEN and kr.goal == TEN and a.value <= 10 and a.is_bare:
        return _ask(shape, Code.Q_CONF_OR_VALUE, AskFacts(a=a.value, raw=shape.raw))
    return _part_of(shape, loose, place, kr, context)


def _counts_something(shape: Shape, place: Place) -> bool:
    """True for `7/10 customers`: how many, not how likely."""
    at = place.clause.find(shape.raw)
    return at >= 0 and _COUNTED.match(place.clause, at + len(shape.raw)) is not None


def _counts_heads(shape: Shape, place: Place, kr: ReplyKR) -> bool:
    """True for `45k users` where the KR is an amount of money, a share or a time: another number than its own."""
    unit = kr.unit.strip()
    if shape.a.currency or shape.a.time or not (unit == "%" or units.unit_currency(unit) or units.time_of(unit)):
        return False
    at = place.clause.find(shape.raw)
    head = _HEADS.match(place.clause, at + len(shape.raw)) if at >= 0 else None
    return head is not None and not any(head[0].strip().lower() in name.lower() for name in (*kr.names, kr.metric))


def _part_of(shape: Shape, loose: bool, place: Place, kr: ReplyKR, context: ReplyContext) -> Claim:
    """`45k of 60k`: the value where the whole is the target; else asked about, or a note in a sentence."""
    goal = kr.goal
    part = readings_of(shape.a, kr, context, has_han=place.reply_has_han)
    whole = readings_of(shape.b or shape.a, kr, context, has_han=place.reply_has_han)
    if isinstance(part, Code) or isinstance(whole, Code):
        return _ask(shape, part if isinstance(part, Code) else Code.Q_CURRENCY, weak=loose)
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
        return _ask(shape, Code.Q_RATIO, AskFacts(pct=pct, a=part[0], b=whole[0], raw=shape.raw))
    if goal is None:
        return _ask(shape, Code.Q_TWO_NUMBERS, AskFacts(raw=shape.raw, numbers=(part[0], whole[0])))
    return _ask(shape, Code.Q_TARGET_MISMATCH, AskFacts(a=part[0], b=whole[0], target=goal, raw=shape.raw))


def _move(shape: Shape, place: Place, kr: ReplyKR, context: ReplyContext) -> Claim:
    """`28 -> 31%`: the second, where the first is what was last known or the start."""
    a, b = shape.a, shape.b or shape.a
    two = AskFacts(raw=shape.raw, numbers=(a.value, b.value), measure=_measure_of(shape, kr))
    if kr.is_binary or kr.type is KRType.MILESTONE or shape.label is Label.CONFIDENCE:
        known = kr.last_confidence
        n = b.value / 10 if b.percent else b.value
        before = a.value / 10 if a.percent else a.value
        if known is not None and before == known and (b.is_bare or b.percent) and 0 <= n <= 10 and not b.is_score_form:
            return Claim(Kind.CONFIDENCE, shape, n)
        return _ask(shape, Code.Q_TWO_NUMBERS, two)
    if b.is_score_form and not is_sensible_score_as_value(b.value, kr):
        if kr.last_self_score is not None and a.value == kr.last_self_score:
            return Claim(Kind.SCORE, shape, b.value)
        return _ask(shape, Code.Q_TWO_NUMBERS, two)
    before_readings = readings_of(a, kr, context, has_han=place.reply_has_han)
    after = _plain(replace(shape, form=Form.PLAIN, a=b, b=None, introduced=True), place, kr, context)
    if after.kind is not Kind.VALUE or not isinstance(before_readings, list):
        return _ask(shape, Code.Q_TWO_NUMBERS, two)
    known_before = [value for value in (kr.last_value, kr.baseline) if value is not None]
    if known_before and not any(before in known_before for before in before_readings):
        return _ask(shape, Code.Q_TWO_NUMBERS, two)
    return replace(after, shape=replace(shape, introduced=True), strong=True)


def _range(shape: Shape, place: Place, kr: ReplyKR, context: ReplyContext) -> Claim:
    del context
    a, b = shape.a, shape.b or shape.a
    facts = AskFacts(a=a.value, b=b.value, raw=shape.raw, measure=_measure_of(shape, kr))
    return _ask(shape, Code.Q_RANGE, facts, weak=place.prose)


def _product(shape: Shape, place: Place, kr: ReplyKR, context: ReplyContext) -> Claim:
    """`15k x 3`: nobody's sums are done for them."""
    del kr, context
    return _ask(shape, Code.Q_TWO_NUMBERS, weak=place.prose)


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


def _change(shape: Shape, place: Place, kr: ReplyKR, context: ReplyContext) -> Claim:
    """`+4k`, `added 4k`: always asked, with the sum filled in (spec/05 §10.6)."""
    if kr.is_binary:
        return _ask(shape, Code.Q_CONF_WORD, weak=place.prose)
    if kr.type is KRType.MILESTONE:
        return _ask(shape, Code.Q_STEPS, weak=place.prose)
    if place.prose and replace(shape.a, sign="").is_bare and not is_whole_number(kr):
        # `lost 2 deals` is no change of an amount of money.
        return Claim(Kind.NOTHING, shape)
    if shape.a.percent and kr.unit != "%":
        return _ask(shape, Code.Q_NUMBER, weak=place.prose)
    readings = readings_of(replace(shape.a, sign=""), kr, context, has_han=place.reply_has_han)
    if readings is None:
        return Claim(Kind.NOTHING, shape)
    if isinstance(readings, Code):
        return _ask(shape, readings, weak=place.prose)
    if kr.last_value is None:
        return _ask(shape, Code.Q_NUMBER, weak=place.prose)
    down = change_of(shape) < 0
    return _ask(shape, Code.Q_DELTA, _delta(-readings[0] if down else readings[0], kr, shape), weak=place.prose)


def _delta(d: Decimal, kr: ReplyKR, shape: Shape) -> AskFacts:
    total = None if kr.last_value is None else tidy(kr.last_value + d)
    return AskFacts(last=kr.last_value, d=d, sum=total, raw=shape.raw)


_BY_FORM = {
    Form.PLAIN: _plain,
    Form.FRACTION: _fraction,
    Form.MOVE: _move,
    Form.RANGE: _range,
    Form.CHANGE: _change,
    Form.PRODUCT: _product,
}
