"""Says what a number is as the value of its key result, or as a change of it (spec/05 §10.5, §10.6)."""

import re
from dataclasses import replace
from decimal import Decimal

from bot.okr.model import KRType
from bot.okr.replies import units
from bot.okr.replies.atoms import ONE, Atom
from bot.okr.replies.claim_model import Claim, Kind, Place, ask
from bot.okr.replies.codes import Code
from bot.okr.replies.context import ReplyContext, ReplyKR
from bot.okr.replies.numerals import tidy
from bot.okr.replies.plausible import is_plausible, is_whole_number, with_multiplier
from bot.okr.replies.shape_model import Label, Shape, change_of
from bot.okr.replies.types import AskFacts
from bot.okr.replies.words import both

_FAR = 1000
_THIS_WEEK = re.compile(both("this_week"), re.IGNORECASE)
_HEADS = re.compile(both("heads"), re.IGNORECASE)
_DEED = re.compile(both("deed"), re.IGNORECASE)


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


def value_of_one(shape: Shape, place: Place, kr: ReplyKR, context: ReplyContext) -> Claim:
    """The number as today's value: plausible or to be asked about, another thing's, or what was added."""
    a = shape.a
    readings = readings_of(a, kr, context, has_han=place.reply_has_han)
    if readings is None:
        return Claim(Kind.NOTHING, shape)
    if isinstance(readings, Code):
        return ask(shape, readings, weak=place.prose)
    if a.sign == "-" and not _any_plausible(readings, kr):
        return change(shape, place, kr, context)
    if len(readings) == 2:
        return value_readings(shape, readings, kr)
    v = readings[0]
    plausible = is_plausible(v, kr)
    if place.prose and not plausible and not shape.introduced and shape.label is not Label.VALUE:
        return Claim(
            Kind.VALUE, shape, v, Code.Q_OUTLIER, AskFacts(v=v, last=kr.last_value), plausible=False, weak=True
        )
    if plausible and _counts_heads(shape, place, kr):
        return ask(shape, Code.Q_CURRENCY)
    if kr.type is KRType.BASELINE and (apart := one_or_two(shape)) is not None:
        return apart
    if plausible and _may_be_this_weeks(v, shape, place, kr):
        return ask(shape, Code.Q_DELTA, _delta(v, kr, shape), weak=False)
    if a.is_bare and v in (0, 1) and not plausible:
        return ask(shape, Code.Q_SCORE_OR_VALUE, AskFacts(v=v, a=v, raw=shape.raw))
    if a.is_bare and kr.last_value is not None and 0 < abs(v) * _FAR < abs(kr.last_value):
        plausible = False  # `12` where 25万 are aimed at: a multiplier was left out
    meant = None if plausible or a.scale != ONE or a.time else with_multiplier(v, kr, lang=context.lang)
    facts = AskFacts(v=v, last=kr.last_value, raw=shape.raw, a=meant)
    return Claim(Kind.VALUE, shape, v, Code.Q_OUTLIER, facts, plausible, strong=shape.has_unit or a.scale != ONE)


def one_or_two(shape: Shape) -> Claim | None:
    """`65 103`: one number, or two? Where nothing is known that would tell, the person says; else None."""
    digits = re.match(r"[0-9]+(?: [0-9]{3})+", shape.a.raw)
    if digits is None:
        return None
    parts = tuple(Decimal(part) for part in digits[0].split())
    return ask(shape, Code.Q_TWO_NUMBERS, AskFacts(raw=shape.raw, numbers=(shape.a.value, *parts)))


def value_readings(shape: Shape, readings: list[Decimal], kr: ReplyKR) -> Claim:
    """`1.250` may be 1.25 or 1250: the plausible one, else the person says."""
    likely = [reading for reading in readings if is_plausible(reading, kr)]
    if len(likely) == 1:
        return Claim(Kind.VALUE, shape, likely[0], strong=shape.has_unit)
    return ask(shape, Code.Q_SEPARATOR, AskFacts(raw=shape.a.raw, a=tidy(readings[0]), b=tidy(readings[1])))


def _may_be_this_weeks(v: Decimal, shape: Shape, place: Place, kr: ReplyKR) -> bool:
    """`did 3 interviews`, `3 this week` on a count: what was added, or the total? Both are sensible."""
    if shape.introduced or shape.label is not None or not is_whole_number(kr) or kr.last_value is None:
        return False
    if place.prose and _DEED.search(place.clause.strip()):
        return True
    return kr.type is KRType.INCREASE and v < kr.last_value and _THIS_WEEK.search(place.clause) is not None


def _counts_heads(shape: Shape, place: Place, kr: ReplyKR) -> bool:
    """True for `45k users` where the KR is an amount of money, a share or a time: another number than its own."""
    unit = kr.unit.strip()
    if shape.a.currency or shape.a.time or not (unit == "%" or units.unit_currency(unit) or units.time_of(unit)):
        return False
    at = place.clause.find(shape.raw)
    head = _HEADS.match(place.clause, at + len(shape.raw)) if at >= 0 else None
    return head is not None and not any(head[0].strip().lower() in name.lower() for name in (*kr.names, kr.metric))


def change(shape: Shape, place: Place, kr: ReplyKR, context: ReplyContext) -> Claim:
    """`+4k`, `added 4k`: always asked, with the sum filled in (spec/05 §10.6)."""
    if kr.is_binary:
        return ask(shape, Code.Q_CONF_WORD, weak=place.prose)
    if kr.type is KRType.MILESTONE:
        return ask(shape, Code.Q_STEPS, weak=place.prose)
    if place.prose and replace(shape.a, sign="").is_bare and not is_whole_number(kr):
        # `lost 2 deals` is no change of an amount of money.
        return Claim(Kind.NOTHING, shape)
    if shape.a.percent and kr.unit != "%":
        return ask(shape, Code.Q_NUMBER, weak=place.prose)
    readings = readings_of(replace(shape.a, sign=""), kr, context, has_han=place.reply_has_han)
    if readings is None:
        return Claim(Kind.NOTHING, shape)
    if isinstance(readings, Code):
        return ask(shape, readings, weak=place.prose)
    if kr.last_value is None:
        return ask(shape, Code.Q_NUMBER, weak=place.prose)
    down = change_of(shape) < 0
    return ask(shape, Code.Q_DELTA, _delta(-readings[0] if down else readings[0], kr, shape), weak=place.prose)


def _delta(d: Decimal, kr: ReplyKR, shape: Shape) -> AskFacts:
    total = None if kr.last_value is None else tidy(kr.last_value + d)
    return AskFacts(last=kr.last_value, d=d, sum=total, raw=shape.raw)
