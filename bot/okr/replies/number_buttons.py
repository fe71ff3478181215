"""The buttons of questions about a number: which one counts, what it stands for, is it right (spec/05 §10.10)."""

from dataclasses import replace
from decimal import Decimal

from bot.okr.model import ScoreMode
from bot.okr.replies.applied import (
    NOTHING_TO_STORE,
    ask_number,
    checked_value,
    joined,
    kr_of,
    merged,
    noted,
    number,
    passed_on,
    store,
    value_of,
)
from bot.okr.replies.codes import Code, Opens
from bot.okr.replies.context import NumberStyle, ReplyContext, ReplyKR
from bot.okr.replies.numerals import tidy
from bot.okr.replies.plausible import middle
from bot.okr.replies.reader import read_reply
from bot.okr.replies.types import Answer, Ask, Segment
from bot.okr.scoring import segment_of_value

_HUNDREDTH = Decimal("0.01")
_ANCHOR_SCORES = (Decimal("0.3"), Decimal("0.7"), Decimal(1))


def score_or_value(ask: Ask, option_id: str, context: ReplyContext) -> Answer:
    kr, v = kr_of(ask, context), number(ask.facts.v)
    if option_id == "score":
        return store(ask, Segment(kr.label, self_score=v))
    return store(ask, value_of(kr, number(ask.facts.a if ask.facts.a is not None else v)))


def percent_means(ask: Ask, option_id: str, context: ReplyContext) -> Answer:
    kr, p = kr_of(ask, context), number(ask.facts.p)
    if option_id == "landing":
        return store(ask, Segment(kr.label, self_score=p / 100), percent_means="landing")
    means = "way" if option_id == "way" else "target"
    value = number(ask.facts.b if option_id == "way" else ask.facts.a)
    told = Segment(kr.label, value=value, computed_from_percent=p, percent_basis=means)  # type: ignore[arg-type] # literals
    return store(ask, told, percent_means=means)


def pct_value(ask: Ask, option_id: str, context: ReplyContext) -> Answer:
    kr, p = kr_of(ask, context), number(ask.facts.p)
    if option_id == "value":
        return store(ask, value_of(kr, p))
    told = Segment(kr.label, value=number(ask.facts.b), computed_from_percent=p, percent_basis="way")
    return store(ask, told)


def separator(ask: Ask, option_id: str, context: ReplyContext) -> Answer:
    value = number(ask.facts.a if option_id == "a" else ask.facts.b)
    raw, other = ask.facts.raw or "", number(ask.facts.b if option_id == "a" else ask.facts.a)
    # The smaller reading took the (last) sign for the decimal one.
    sign = "," if raw.rfind(",") > raw.rfind(".") else "."
    comma_is_decimal = (value < other) == (sign == ",")
    style: NumberStyle = "comma" if comma_is_decimal else "dot"
    return store(ask, value_of(kr_of(ask, context), value), number_style=style)


def outlier(ask: Ask, option_id: str, context: ReplyContext) -> Answer | Ask:
    kr = kr_of(ask, context)
    if option_id == "fix":
        return ask_number(ask, kr)
    return store(ask, value_of(kr, number(ask.facts.a if option_id == "meant" else ask.facts.v)))


def ratio(ask: Ask, option_id: str, context: ReplyContext) -> Answer | Ask:
    kr = kr_of(ask, context)
    return passed_on(ask, checked_value(kr, number(ask.facts.pct))) if option_id == "yes" else ask_number(ask, kr)


def conf_or_value(ask: Ask, option_id: str, context: ReplyContext) -> Answer:
    kr, a = kr_of(ask, context), number(ask.facts.a)
    return store(ask, Segment(kr.label, confidence=a) if option_id == "sure" else value_of(kr, a))


def target_mismatch(ask: Ask, option_id: str, context: ReplyContext) -> Answer | Ask:
    """Record the part; or keep the words, while it is told who changes a target; or neither."""
    kr = kr_of(ask, context)
    if option_id == "record":
        return passed_on(ask, checked_value(kr, number(ask.facts.a)))
    if option_id == "no":
        return ask_number(ask, kr)
    given = noted(ask, kr, ask.facts.raw or "")
    if isinstance(given, Ask):
        return Answer(opens=Opens.CHANGE_FORM, asks=given)
    return replace(given, opens=Opens.CHANGE_FORM)


def delta(ask: Ask, option_id: str, context: ReplyContext) -> Answer:
    value = number(ask.facts.sum) if option_id == "yes" else abs(number(ask.facts.d))
    return store(ask, value_of(kr_of(ask, context), value))


def one_of_range(ask: Ask, option_id: str, context: ReplyContext) -> Answer | Ask:
    a, b = number(ask.facts.a), number(ask.facts.b)
    between = middle(a, b, context.find(ask.label), ask.facts.measure)
    return _measured(ask, number({"a": a, "mid": between, "b": b}[option_id]), context)


def one_of_several(ask: Ask, option_id: str, context: ReplyContext) -> Answer | Ask:
    return _measured(ask, Decimal(option_id), context)


def _measured(ask: Ask, chosen: Decimal, context: ReplyContext) -> Answer | Ask:
    """The number that was chosen, as what it was said to be."""
    kr = kr_of(ask, context)
    match ask.facts.measure:
        case "self_score":
            return store(ask, Segment(kr.label, self_score=chosen))
        case "confidence":
            return store(ask, Segment(kr.label, confidence=chosen))
        case "percent":
            return _read_again(ask, f"{chosen:f}%", context)
        case None:
            return passed_on(ask, checked_value(kr, chosen))


def wan(ask: Ask, option_id: str, context: ReplyContext) -> Answer | Ask:
    """`1.2w` is 1.2万, or it is asked what it is."""
    if option_id == "no":
        return ask_number(ask, kr_of(ask, context))
    return _read_again(ask, (ask.facts.raw or "").replace("W", "万").replace("w", "万"), context)


def confirm(ask: Ask, option_id: str, context: ReplyContext) -> Answer | Ask:
    """What was typed with a question mark, or in doubt, is meant: then it is not asked a second time whether it is."""
    kr, text = context.find(ask.label), ask.facts.text or ask.facts.raw or ""
    if option_id == "no":
        return replace(NOTHING_TO_STORE, unrecorded=ask.facts.raw) if kr is None else ask_number(ask, kr)
    if ask.kept is not None and ask.facts.v is not None and ask.kept.value == ask.facts.v:
        return Answer((ask.kept,))
    given = _read_again(ask, text, context)
    if isinstance(given, Ask) and given.code is Code.Q_OUTLIER:
        return outlier(given, "yes", context)
    return given


def future(ask: Ask, option_id: str, context: ReplyContext) -> Answer | Ask:
    """Today's number; or the landing that is expected, a self-score where those are forecasts, else a note."""
    kr, v = kr_of(ask, context), ask.facts.v
    percent = ask.facts.measure == "percent"
    if option_id == "today":
        if ask.facts.measure == "self_score":
            return store(ask, Segment(kr.label, self_score=number(v)))
        if percent:
            return _read_again(ask, f"{number(v):f}%", context)
        return passed_on(ask, checked_value(kr, number(v)))
    lands = None
    if context.score_mode is ScoreMode.FORECAST:
        lands = number(v) / 100 if percent else landing(number(v), kr)
    if lands is None:
        return noted(ask, kr, "" if ask.kept is not None and ask.kept.note else ask.facts.raw or "")
    return Answer((merged(ask, Segment(kr.label, self_score=tidy(min(Decimal(1), max(Decimal(0), lands))))),))


def landing(value: Decimal, kr: ReplyKR) -> Decimal | None:
    """The score that a value stands for, two decimals; None where one value makes none (spec/03 §5.1, §5.2)."""
    if not kr.is_number or kr.baseline is None or kr.goal is None or kr.goal == kr.baseline:
        return None
    scored = tuple(zip(kr.anchors, _ANCHOR_SCORES, strict=True)) if len(kr.anchors) == len(_ANCHOR_SCORES) else ()
    points = ((kr.baseline, Decimal(0)), *(scored or ((kr.goal, Decimal(1)),)))
    (from_value, from_score), (to_value, to_score) = segment_of_value(points, value)
    if to_value == from_value:
        return None
    share = (value - from_value) / (to_value - from_value)
    return (from_score + share * (to_score - from_score)).quantize(_HUNDREDTH)


def _read_again(ask: Ask, text: str, context: ReplyContext) -> Answer | Ask:
    """A part of the reply as if it had been typed alone, for the KR that is asked about where there is one."""
    read = read_reply(text, context if ask.label is None else context.focused_on(ask.label))
    if read.ask is not None:
        return replace(read.ask, kept=joined(ask.kept, read.ask.kept))
    if len(read.segments) == 1:
        return passed_on(ask, read.segments[0])
    return Answer(read.segments)
