"""Puts a question and its buttons into words: msgids with their facts (spec/05 §10.10)."""

from decimal import Decimal

from bot.okr.model import Band, KRType, ScoreMode
from bot.okr.replies.codes import Code
from bot.okr.replies.context import ReplyContext, ReplyKR
from bot.okr.replies.numerals import TOO_LARGE, tidy
from bot.okr.replies.plausible import middle
from bot.okr.replies.questions import (
    PER_CLASH_MSGID,
    PER_KR_MSGID,
    PER_NUMBER_MSGID,
    QUESTIONS,
    Option,
    Places,
    Question,
)
from bot.okr.replies.types import Ask
from bot.okr.replies.wording import AskOption, Param, ParamKind, Words

_OF_A_VARIANT = {
    "due": ParamKind.DUE,
    "title": ParamKind.TEXT,
    "one": ParamKind.TEXT,
    "two": ParamKind.TEXT,
    "raw": ParamKind.TEXT,
    "first": ParamKind.DAY,
}
"""Facts that only other wordings of a question show."""


def question(ask: Ask, context: ReplyContext) -> Words:
    """The question as a msgid with its facts; the wording follows what is known (no last value, binary, ...)."""
    asked = QUESTIONS[ask.code]
    variant = _variant(ask, asked, context)
    places = dict(asked.places)
    msgid = asked.msgid
    if variant is not None:
        msgid = asked.variants[variant]
        places = {name: kind for name, kind in places.items() if f"%({name})s" in msgid}
        places |= {name: kind for name, kind in _OF_A_VARIANT.items() if f"%({name})s" in msgid}
    return Words(msgid, _params(ask, places, context))


def options(ask: Ask, context: ReplyContext) -> tuple[AskOption, ...]:
    """The ready buttons, in order. Their ids are what `apply_option` takes."""
    asked = QUESTIONS[ask.code]
    found = [
        AskOption(option.id, Words(_label(ask, option), _params(ask, option.places, context, option)))
        for option in asked.options
        if _has(ask, option, context)
    ]
    if asked.per_kr:
        found += [_kr_option(kr) for label in ask.facts.labels if (kr := context.find(label)) is not None]
    if asked.per_number:
        found += [_number_option(number, ask) for number in ask.facts.numbers]
    if asked.per_clash:
        found += [_clash_option(*each) for each in zip(ask.facts.clash, ask.facts.items, strict=False)]
    return tuple(found)


def last_shown(ask: Ask, context: ReplyContext) -> tuple[Decimal, ParamKind] | None:
    """What `Still …` repeats: the last value, or the last likelihood of a binary KR. None if there is none."""
    kr = context.find(ask.label)
    if kr is None:
        return None
    if kr.is_binary:
        return None if kr.last_confidence is None else (kr.last_confidence, ParamKind.PLAIN)
    return None if kr.last_value is None else (kr.last_value, ParamKind.VALUE)


def _has(ask: Ask, option: Option, context: ReplyContext) -> bool:
    if ask.code is Code.Q_PERCENT_MEANS and option.id == "way":
        return ask.facts.a != ask.facts.b
    if ask.code is Code.Q_CONTRADICT:
        return not ask.facts.clash
    if option.needs == "name":
        return ask.facts.name is not None
    if option.needs == "mid":
        return _middle(ask, context) is not None
    if option.needs == "a":
        return ask.facts.a is not None
    return option.needs is None or last_shown(ask, context) is not None


def _label(ask: Ask, option: Option) -> str:
    return option.known if option.known is not None and ask.facts.raw else option.msgid


def _kr_option(kr: ReplyKR) -> AskOption:
    title = kr.short_title or kr.title
    return AskOption(
        kr.label,
        Words(PER_KR_MSGID, (Param("label", kr.label, ParamKind.TEXT), Param("title", title, ParamKind.TEXT))),
    )


def _number_option(number: Decimal, ask: Ask) -> AskOption:
    return AskOption(str(number), Words(PER_NUMBER_MSGID, (_number("v", number, ParamKind.VALUE, ask),)))


def _clash_option(means: str, words: str) -> AskOption:
    return AskOption(means, Words(PER_CLASH_MSGID, (Param("words", words, ParamKind.TEXT),)))


def _number(name: str, number: Decimal, kind: ParamKind, ask: Ask) -> Param:
    """A number as what it was said to be: `$45k`, `0.7`, `7/10`, `70%`."""
    match ask.facts.measure:
        case "self_score":
            return Param(name, number, ParamKind.PLAIN)
        case "confidence":
            return Param(name, f"{tidy(number):f}/10", ParamKind.TEXT)
        case "percent":
            return Param(name, f"{tidy(number):f}%", ParamKind.TEXT)
        case None:
            return Param(name, number, kind)


def _variant(ask: Ask, asked: Question, context: ReplyContext) -> str | None:
    kr = context.find(ask.label)
    occasions = {
        "merged": ask.facts.a == ask.facts.b,
        "no_middle": _middle(ask, context) is None,
        "binary": kr is not None and kr.is_binary,
        "no_last": (kr is None or kr.last_value is None) and ask.facts.last is None,
        "progress": context.score_mode is ScoreMode.PROGRESS,
        "score": ask.facts.b == 1,
        "self_score": ask.facts.measure == "self_score",
        "confidence": ask.facts.measure == "confidence",
        "nothing_shown": last_shown(ask, context) is None,
        "clash": bool(ask.facts.clash),
        "reason": ask.facts.raw is not None,
        "one_day": ask.facts.first is not None and ask.facts.first == ask.facts.until,
        "from": ask.facts.first is not None,
        "too_large": ask.facts.a == TOO_LARGE,
        "both": len(ask.facts.labels) == 2,
        "steps": kr is not None and kr.type is KRType.MILESTONE and kr.has_steps,
        "just_slow": ask.facts.offers_pace,
    }
    return next((name for name in asked.variants if occasions[name]), None)


def _params(ask: Ask, places: Places, context: ReplyContext, option: Option | None = None) -> tuple[Param, ...]:
    found = []
    for name, kind in places.items():
        value = _fact(name, ask, context, option)
        shown = kind
        if name == "last" and (last := last_shown(ask, context)) is not None:
            value, shown = last
        if kind is ParamKind.VALUE and isinstance(value, Decimal) and name != "last":
            found.append(_number(name, value, shown, ask))
        else:
            found.append(Param(name, value, shown))
    return tuple(found)


def _fact(name: str, ask: Ask, context: ReplyContext, option: Option | None) -> Decimal | str | Band:
    facts, kr = ask.facts, context.find(ask.label)
    if option is not None and option.id[0].isdigit() and name in ("c", "score"):
        return Decimal(option.id)
    derived: dict[str, Decimal | str | None] = {
        "label": ask.label,
        "list": ", ".join(_in_order(ask) if ask.code is Code.Q_LIST_ORDER else facts.labels) or "–",
        "n": Decimal(len(facts.labels)),
        "metric": (kr.metric or kr.short_title or kr.title) if kr else None,
        "title": (kr.short_title or kr.title) if kr else None,
        "unit": kr.unit if kr else None,
        "due": ask.label,
        "sign": "-" if facts.d is not None and facts.d < 0 else "+",
        "mid": _middle(ask, context),
        "d": None if facts.d is None else abs(facts.d),
        "one": facts.items[0] if facts.clash else None,
        "two": facts.items[-1] if facts.clash else None,
    }
    value = derived[name] if name in derived else getattr(facts, name)
    return "" if value is None else value


def _middle(ask: Ask, context: ReplyContext) -> Decimal | None:
    a, b = ask.facts.a, ask.facts.b
    return None if a is None or b is None else middle(a, b, context.find(ask.label), ask.facts.measure)


def _in_order(ask: Ask) -> list[str]:
    return [f"{label} {item}" for label, item in zip(ask.facts.labels, ask.facts.items, strict=False)]
