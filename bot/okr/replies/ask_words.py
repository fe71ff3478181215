"""Puts a question and its buttons into words: msgids with their facts (spec/05 §10.10)."""

from decimal import Decimal

from bot.okr.model import Band, KRType, ScoreMode
from bot.okr.replies.numerals import TOO_LARGE
from bot.okr.replies.questions import PER_KR_MSGID, PER_NUMBER_MSGID, QUESTIONS, Option, Places, Question
from bot.okr.replies.types import Ask, AskOption, Code, Param, ParamKind, ReplyContext, ReplyKR, Words

_TWO = Decimal(2)
# Numbers in a question that are scores though their place is usually a value's.
_SCORES_IN = frozenset((Code.Q_RANGE,))


def question(ask: Ask, context: ReplyContext) -> Words:
    """The question as a msgid with its facts; the wording follows what is known (no last value, binary, ...)."""
    asked = QUESTIONS[ask.code]
    variant = _variant(ask, asked, context)
    places = dict(asked.places)
    msgid = asked.msgid
    if variant is not None:
        msgid = asked.variants[variant]
        places = {name: kind for name, kind in places.items() if f"%({name})s" in msgid}
        if "%(due)s" in msgid:
            places["due"] = ParamKind.DUE
        if "%(title)s" in msgid:
            places["title"] = ParamKind.TEXT
    return Words(msgid, _params(ask, places, context))


def options(ask: Ask, context: ReplyContext) -> tuple[AskOption, ...]:
    """The ready buttons, in order. Their ids are what `apply_option` takes."""
    asked = QUESTIONS[ask.code]
    found = [
        AskOption(option.id, Words(option.msgid, _params(ask, option.places, context, option)))
        for option in asked.options
        if _has(ask, option, context)
    ]
    if asked.per_kr:
        found += [_kr_option(kr) for label in ask.facts.labels if (kr := context.find(label)) is not None]
    if asked.per_number:
        found += [_number_option(number) for number in ask.facts.numbers]
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
    return option.needs is None or last_shown(ask, context) is not None


def _kr_option(kr: ReplyKR) -> AskOption:
    title = kr.short_title or kr.title
    return AskOption(
        kr.label,
        Words(PER_KR_MSGID, (Param("label", kr.label, ParamKind.TEXT), Param("title", title, ParamKind.TEXT))),
    )


def _number_option(number: Decimal) -> AskOption:
    return AskOption(str(number), Words(PER_NUMBER_MSGID, (Param("v", number, ParamKind.VALUE),)))


def _variant(ask: Ask, asked: Question, context: ReplyContext) -> str | None:
    kr = context.find(ask.label)
    occasions = {
        "merged": ask.facts.a == ask.facts.b,
        "binary": kr is not None and kr.is_binary,
        "no_last": (kr is None or kr.last_value is None) and ask.facts.last is None,
        "progress": context.score_mode is ScoreMode.PROGRESS,
        "score": ask.facts.b == 1,
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
        if ask.code in _SCORES_IN and all(part is not None and 0 <= part <= 1 for part in (ask.facts.a, ask.facts.b)):
            shown = ParamKind.PLAIN
        if name == "last" and (last := last_shown(ask, context)) is not None:
            value, shown = last
        found.append(Param(name, value, shown))
    return tuple(found)


def _fact(name: str, ask: Ask, context: ReplyContext, option: Option | None) -> Decimal | str | Band:
    facts, kr = ask.facts, context.find(ask.label)
    if option is not None and option.id[0].isdigit() and name in ("c", "score"):
        return Decimal(option.id)
    derived: dict[str, Decimal | str | None] = {
        "label": ask.label,
        "list": ", ".join(_in_order(ask) if ask.code is Code.Q_LIST_ORDER else facts.labels),
        "n": Decimal(len(facts.labels)),
        "metric": (kr.metric or kr.short_title or kr.title) if kr else None,
        "title": (kr.short_title or kr.title) if kr else None,
        "unit": kr.unit if kr else None,
        "due": ask.label,
        "sign": "-" if facts.d is not None and facts.d < 0 else "+",
        "mid": (facts.a + facts.b) / _TWO if facts.a is not None and facts.b is not None else None,
        "d": None if facts.d is None else abs(facts.d),
    }
    value = derived[name] if name in derived else getattr(facts, name)
    return "" if value is None else value


def _in_order(ask: Ask) -> list[str]:
    return [f"{label} {item}" for label, item in zip(ask.facts.labels, ask.facts.items, strict=False)]
