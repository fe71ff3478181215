"""The buttons of questions about words: done or not, when, which of two, away, to be dropped (spec/05 §10.10)."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from bot.okr.model import Band
from bot.okr.replies.applied import (
    NOTHING_TO_STORE,
    ask_number,
    joined,
    kr_of,
    noted,
    number,
    skipped,
    store,
    value_of,
)
from bot.okr.replies.ask_words import last_shown
from bot.okr.replies.codes import Code, Intent, Opens
from bot.okr.replies.context import ReplyContext
from bot.okr.replies.rules import Message
from bot.okr.replies.types import Answer, Ask, AskFacts, Segment


def done_metric(ask: Ask, option_id: str, context: ReplyContext) -> Answer | Ask:
    kr = kr_of(ask, context)
    if option_id == "yes":
        return store(ask, value_of(kr, number(ask.facts.target)))
    if option_id == "other":
        return ask_number(ask, kr)
    part = "我的部分已完成" if context.lang == "zh" else "my part is done"
    kept = joined(ask.kept, Segment(kr.label, note=part))
    return Ask(Code.Q_NOTE_ONLY, kr.label, AskFacts(last=kr.last_value), kept)


def binary_one(ask: Ask, option_id: str, context: ReplyContext) -> Answer:
    return store(ask, Segment(kr_of(ask, context).label, done=option_id == "done"))


def done_or_likely(ask: Ask, option_id: str, context: ReplyContext) -> Answer:
    label = kr_of(ask, context).label
    told = Segment(label, done=True) if option_id == "done" else Segment(label, confidence=number(ask.facts.c))
    return store(ask, told)


def still_or_skip(ask: Ask, option_id: str, context: ReplyContext) -> Answer:
    kr = kr_of(ask, context)
    if option_id == "still" and (last := last_shown(ask, context)) is not None:
        told = Segment(kr.label, confidence=last[0]) if kr.is_binary else Segment(kr.label, value=last[0])
        return store(ask, told)
    return skipped(ask, kr.label)


def unknown(ask: Ask, option_id: str, context: ReplyContext) -> Answer:
    if option_id == "form":
        return Answer(opens=Opens.UPDATE_FORM)
    label = ask.label or (None if (target := Message("", context).target) is None else target.label)
    return skipped(ask, label) if label is not None else NOTHING_TO_STORE


def conf_word(ask: Ask, option_id: str, context: ReplyContext) -> Answer:
    return store(ask, Segment(kr_of(ask, context).label, confidence=Decimal(option_id)))


def lands(ask: Ask, option_id: str, context: ReplyContext) -> Answer:
    return store(ask, Segment(kr_of(ask, context).label, self_score=Decimal(option_id)))


def when(ask: Ask, option_id: str, context: ReplyContext) -> Answer | Ask:
    """Ask again then; or it is when it lands, which is its note; or nothing this week."""
    kr, raw = kr_of(ask, context), ask.facts.raw or ""
    if option_id == "remind":
        kept = () if ask.kept is None or not ask.kept.stores_something else (ask.kept,)
        return Answer(kept, Intent.SNOOZE, snooze_until_text=raw)
    if option_id == "lands":
        return noted(ask, kr, f"预计{raw}完成" if context.lang == "zh" else f"lands {raw}")
    return skipped(ask, kr.label)


def contradiction(ask: Ask, option_id: str, context: ReplyContext) -> Answer:
    """One of two things that do not go together; what else was said stays."""
    label, kept = kr_of(ask, context).label, ask.kept
    told = Segment(label)
    match option_id:
        case "score":
            told = Segment(label, self_score=number(ask.facts.score))
        case "status":
            told = Segment(label, status=ask.facts.status)
        case "done":
            told = Segment(label, done=True)
            kept = None if kept is None else replace(kept, blocked=None, blocker=None, status=None)
        case "not_done":
            told = Segment(label, done=False)
        case "same":
            told = Segment(label, no_change=True)
        case "skip":
            return Answer((Segment(label, skip=True, note=None if kept is None else kept.note),))
        case "blocked" | "record":
            pass  # it is what was kept
        case _:
            told = Segment(label, status=Band(option_id))
    return Answer((joined(kept, told) or told,))


def drop(ask: Ask, option_id: str, context: ReplyContext) -> Answer:
    """Drop it for the reason that was given, or by the form that asks for one."""
    del context
    if option_id == "drop":
        return Answer(opens=Opens.DROP_FORM, reason=ask.facts.raw)
    return Answer(opens=Opens.PAUSE_FORM) if option_id == "pause" else NOTHING_TO_STORE


def away(ask: Ask, option_id: str, context: ReplyContext) -> Answer:
    del ask, context
    if option_id == "no":
        return NOTHING_TO_STORE
    return Answer(intent=Intent.AWAY, stand_in=option_id == "with_stand_in")


def move(ask: Ask, option_id: str, context: ReplyContext) -> Answer | Ask:
    """What would move it: a step, another measure, which the team can help to find, or nothing: it takes its time."""
    kr, zh = kr_of(ask, context), context.lang == "zh"
    if option_id == "next_step":
        return Answer(opens=Opens.NEXT_STEP_FORM)
    if option_id == "wrong_measure":
        help_wanted = "换个更合适的指标" if zh else "a better measure"
        return Answer((Segment(kr.label, help_wanted=help_wanted),), supersedes=True)
    if ask.facts.offers_pace:
        return Ask(Code.Q_SLOW_START, kr.label, AskFacts(offers_pace=True))
    # Too short to pass for a reason (spec/03 §6.5, rule 6): it is told, and changes no colour.
    return Answer((Segment(kr.label, note="只是慢" if zh else "just slow"),), supersedes=True)


def slow_start(ask: Ask, option_id: str, context: ReplyContext) -> Answer:
    del ask, context
    return Answer(starts_slowly=True) if option_id == "use" else NOTHING_TO_STORE


def opens(**by_option: Opens | None) -> Callable[[Ask, str, ReplyContext], Answer]:
    """Buttons that open something; those without store nothing."""

    def apply(ask: Ask, option_id: str, context: ReplyContext) -> Answer:
        del ask, context
        opened = by_option.get(option_id)
        return NOTHING_TO_STORE if opened is None else Answer(opens=opened)

    return apply
