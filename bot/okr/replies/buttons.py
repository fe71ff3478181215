"""The buttons of clarifying questions: what each stores, asks next or opens (spec/05 §10.10)."""

from collections.abc import Callable
from dataclasses import fields, replace
from decimal import Decimal

from bot.okr.model import KRType
from bot.okr.replies.ask_words import last_shown, options
from bot.okr.replies.asked_now import narrowed_segment, only_asked
from bot.okr.replies.reader import read_in_full
from bot.okr.replies.rules import Message
from bot.okr.replies.said import clip
from bot.okr.replies.types import (
    Answer,
    Ask,
    AskFacts,
    Code,
    Intent,
    NumberStyle,
    Opens,
    ReplyContext,
    ReplyKR,
    Segment,
)

_NOTHING_TO_STORE = Answer(intent=Intent.THANKS)


def apply_option(ask: Ask, option_id: str, context: ReplyContext) -> Answer | Ask | None:
    """What pressing a ready button stores or asks next; None where it has no such button, or its KR is gone."""
    if option_id not in {option.id for option in options(ask, context)}:
        return None
    if ask.label is not None and ask.code is not Code.Q_NO_SUCH_KR and context.find(ask.label) is None:
        return None
    return _as_asked_now(_APPLY[ask.code](ask, option_id, context))


def _as_asked_now(given: Answer | Ask | None) -> Answer | Ask | None:
    if isinstance(given, Ask):
        return only_asked(given)
    if given is None:
        return None
    return replace(given, segments=tuple(narrowed_segment(segment) for segment in given.segments))


def joined(first: Segment | None, second: Segment | None) -> Segment | None:
    """Both statements in one; where both say the same thing the second counts, notes are joined."""
    if first is None or second is None:
        return second if first is None else first
    told = {
        f.name: getattr(second, f.name)
        for f in fields(Segment)
        if f.name not in ("note", "ask") and getattr(second, f.name) != f.default
    }
    notes = [note for note in (first.note, second.note) if note]
    return replace(first, **told, note=clip(", ".join(dict.fromkeys(notes)) or None, "note"), ask=None)


def merged(ask: Ask, said: Segment) -> Segment:
    """The answer with what the question kept."""
    return joined(ask.kept, said) or said


def _store(ask: Ask, said: Segment, **learned: object) -> Answer:
    return replace(Answer((merged(ask, said),)), **learned)  # type: ignore[arg-type] # fields of Answer


def _value_of(kr: ReplyKR, value: Decimal) -> Segment:
    if kr.type is KRType.BASELINE:
        return Segment(kr.label, baseline_set=value)
    return Segment(kr.label, value=value)


def _kr_of(ask: Ask, context: ReplyContext) -> ReplyKR:
    kr = context.find(ask.label)
    if kr is None:
        raise LookupError(f"{ask.code} is about {ask.label}, which the context does not hold")
    return kr


def _number(given: Decimal | None) -> Decimal:
    if given is None:
        raise LookupError("a question's button stores a number that its facts do not hold")
    return given


def _again_for(ask: Ask, option_id: str, context: ReplyContext) -> Answer | Ask | None:
    """The reply read again, for the KR that was chosen."""
    read = read_in_full(ask.facts.text or "", context.focused_on(option_id))
    if read.ask is not None:
        return read.ask
    if len(read.segments) == 1 and read.segments[0].ask is not None:
        return read.segments[0].ask
    return Answer(read.segments, read.intent)


def _no_such(ask: Ask, option_id: str, context: ReplyContext) -> Answer | Ask | None:
    if not ask.facts.text:
        return Ask(Code.Q_NUMBER, option_id, AskFacts(last=_last(option_id, context)))
    return _again_for(ask, option_id, context)


def _last(label: str | None, context: ReplyContext) -> Decimal | None:
    kr = context.find(label)
    return None if kr is None else kr.last_value


def _same_all(ask: Ask, option_id: str, context: ReplyContext) -> Answer:
    labels = ask.facts.labels if option_id == "all" else (option_id,)
    told = []
    for label in labels:
        kr = context.find(label)
        if kr is None:
            continue
        if not ask.facts.agree:
            told.append(Segment(label, no_change=True))
        elif kr.has_something_shown:
            told.append(Segment(label, agree=True))
        else:
            code = Code.Q_CONF_WORD if kr.is_binary else Code.Q_NUMBER
            told.append(Segment(label, ask=Ask(code, label, AskFacts(last=kr.last_value))))
    return Answer(tuple(told))


def _done_all(ask: Ask, option_id: str, context: ReplyContext) -> Answer | Ask | None:
    return _NOTHING_TO_STORE if option_id == "finished" else _again_for(ask, option_id, context)


def _score_or_value(ask: Ask, option_id: str, context: ReplyContext) -> Answer:
    kr, v = _kr_of(ask, context), _number(ask.facts.v)
    if option_id == "score":
        return _store(ask, Segment(kr.label, self_score=v))
    return _store(ask, _value_of(kr, _number(ask.facts.a if ask.facts.a is not None else v)))


def _percent_means(ask: Ask, option_id: str, context: ReplyContext) -> Answer:
    kr, p = _kr_of(ask, context), _number(ask.facts.p)
    if option_id == "landing":
        return _store(ask, Segment(kr.label, self_score=p / 100), percent_means="landing")
    means = "way" if option_id == "way" else "target"
    value = _number(ask.facts.b if option_id == "way" else ask.facts.a)
    told = Segment(kr.label, value=value, computed_from_percent=p, percent_basis=means)  # type: ignore[arg-type] # literals
    return _store(ask, told, percent_means=means)


def _pct_value(ask: Ask, option_id: str, context: ReplyContext) -> Answer:
    kr, p = _kr_of(ask, context), _number(ask.facts.p)
    if option_id == "value":
        return _store(ask, _value_of(kr, p))
    told = Segment(kr.label, value=_number(ask.facts.b), computed_from_percent=p, percent_basis="way")
    return _store(ask, told)


def _separator(ask: Ask, option_id: str, context: ReplyContext) -> Answer:
    value = _number(ask.facts.a if option_id == "a" else ask.facts.b)
    raw, other = ask.facts.raw or "", _number(ask.facts.b if option_id == "a" else ask.facts.a)
    # The smaller reading took the (last) sign for the decimal one.
    sign = "," if raw.rfind(",") > raw.rfind(".") else "."
    comma_is_decimal = (value < other) == (sign == ",")
    style: NumberStyle = "comma" if comma_is_decimal else "dot"
    return _store(ask, _value_of(_kr_of(ask, context), value), number_style=style)


def _outlier(ask: Ask, option_id: str, context: ReplyContext) -> Answer | Ask:
    kr = _kr_of(ask, context)
    if option_id == "fix":
        return _ask_number(ask, kr)
    return _store(ask, _value_of(kr, _number(ask.facts.v)))


def _ask_number(ask: Ask, kr: ReplyKR) -> Ask:
    return Ask(Code.Q_NUMBER, kr.label, AskFacts(last=kr.last_value), ask.kept)


def _done_metric(ask: Ask, option_id: str, context: ReplyContext) -> Answer | Ask:
    kr = _kr_of(ask, context)
    if option_id == "yes":
        return _store(ask, _value_of(kr, _number(ask.facts.target)))
    if option_id == "other":
        return _ask_number(ask, kr)
    part = "我的部分已完成" if context.lang == "zh" else "my part is done"
    kept = joined(ask.kept, Segment(kr.label, note=part))
    return Ask(Code.Q_NOTE_ONLY, kr.label, AskFacts(last=kr.last_value), kept)


def _binary_one(ask: Ask, option_id: str, context: ReplyContext) -> Answer:
    return _store(ask, Segment(_kr_of(ask, context).label, done=option_id == "done"))


def _done_or_likely(ask: Ask, option_id: str, context: ReplyContext) -> Answer:
    label = _kr_of(ask, context).label
    told = Segment(label, done=True) if option_id == "done" else Segment(label, confidence=_number(ask.facts.c))
    return _store(ask, told)


def _still_or_skip(ask: Ask, option_id: str, context: ReplyContext) -> Answer:
    kr = _kr_of(ask, context)
    if option_id == "still" and (last := last_shown(ask, context)) is not None:
        told = Segment(kr.label, confidence=last[0]) if kr.is_binary else Segment(kr.label, value=last[0])
        return _store(ask, told)
    note = ask.kept.note if ask.kept else None
    return Answer((Segment(kr.label, skip=True, note=note),))


def _unknown(ask: Ask, option_id: str, context: ReplyContext) -> Answer:
    if option_id == "form":
        return Answer(opens=Opens.UPDATE_FORM)
    label = ask.label or (None if (target := Message("", context).target) is None else target.label)
    return Answer((Segment(label, skip=True),)) if label is not None else _NOTHING_TO_STORE


def _conf_word(ask: Ask, option_id: str, context: ReplyContext) -> Answer:
    return _store(ask, Segment(_kr_of(ask, context).label, confidence=Decimal(option_id)))


def _lands(ask: Ask, option_id: str, context: ReplyContext) -> Answer:
    return _store(ask, Segment(_kr_of(ask, context).label, self_score=Decimal(option_id)))


def _ratio(ask: Ask, option_id: str, context: ReplyContext) -> Answer | Ask:
    kr = _kr_of(ask, context)
    return _store(ask, _value_of(kr, _number(ask.facts.pct))) if option_id == "yes" else _ask_number(ask, kr)


def _conf_or_value(ask: Ask, option_id: str, context: ReplyContext) -> Answer:
    kr, a = _kr_of(ask, context), _number(ask.facts.a)
    return _store(ask, Segment(kr.label, confidence=a) if option_id == "sure" else _value_of(kr, a))


def _target_mismatch(ask: Ask, option_id: str, context: ReplyContext) -> Answer | Ask:
    kr = _kr_of(ask, context)
    if option_id == "record":
        return _store(ask, _value_of(kr, _number(ask.facts.a)))
    return Answer(opens=Opens.CHANGE_FORM) if option_id == "change_target" else _ask_number(ask, kr)


def _delta(ask: Ask, option_id: str, context: ReplyContext) -> Answer:
    value = _number(ask.facts.sum) if option_id == "yes" else abs(_number(ask.facts.d))
    return _store(ask, _value_of(_kr_of(ask, context), value))


def _move(ask: Ask, option_id: str, context: ReplyContext) -> Answer | Ask:
    """What would move it: a step, another measure, which the team can help to find, or nothing: it takes its time."""
    kr, zh = _kr_of(ask, context), context.lang == "zh"
    if option_id == "next_step":
        return Answer(opens=Opens.NEXT_STEP_FORM)
    if option_id == "wrong_measure":
        help_wanted = "换个更合适的指标" if zh else "a better measure"
        return Answer((Segment(kr.label, help_wanted=help_wanted),), supersedes=True)
    if ask.facts.offers_pace:
        return Ask(Code.Q_SLOW_START, kr.label, AskFacts(offers_pace=True))
    # Too short to pass for a reason (spec/03 §6.5, rule 6): it is told, and changes no colour.
    return Answer((Segment(kr.label, note="只是慢" if zh else "just slow"),), supersedes=True)


def _slow_start(ask: Ask, option_id: str, context: ReplyContext) -> Answer:
    del ask, context
    return Answer(starts_slowly=True) if option_id == "use" else _NOTHING_TO_STORE


def _opens(**by_option: Opens | None) -> Callable[[Ask, str, ReplyContext], Answer]:
    """Buttons that open something; those without store nothing."""

    def apply(ask: Ask, option_id: str, context: ReplyContext) -> Answer:
        del ask, context
        opened = by_option.get(option_id)
        return _NOTHING_TO_STORE if opened is None else Answer(opens=opened)

    return apply


def _read_again(ask: Ask, option_id: str, context: ReplyContext) -> Ask | None:
    """Questions that no version asks yet: their buttons are not shown, so none is pressed."""
    del option_id, context
    return Ask(Code.Q_UNKNOWN, ask.label)


_APPLY: dict[Code, Callable[[Ask, str, ReplyContext], Answer | Ask | None]] = dict.fromkeys(Code, _read_again) | {
    Code.Q_WHICH_KR: _again_for,
    Code.Q_NO_SUCH_KR: _no_such,
    Code.Q_SAME_ALL: _same_all,
    Code.Q_DONE_ALL: _done_all,
    Code.Q_SCORE_OR_VALUE: _score_or_value,
    Code.Q_PERCENT_MEANS: _percent_means,
    Code.Q_PCT_VALUE: _pct_value,
    Code.Q_RATIO: _ratio,
    Code.Q_CONF_OR_VALUE: _conf_or_value,
    Code.Q_TARGET_MISMATCH: _target_mismatch,
    Code.Q_DELTA: _delta,
    Code.Q_SEPARATOR: _separator,
    Code.Q_OUTLIER: _outlier,
    Code.Q_DONE_METRIC: _done_metric,
    Code.Q_BINARY_ONE: _binary_one,
    Code.Q_DONE_OR_LIKELY: _done_or_likely,
    Code.Q_STEPS: _opens(steps=Opens.STEPS_FORM),
    Code.Q_NUMBER: _still_or_skip,
    Code.Q_NOTE_ONLY: _still_or_skip,
    Code.Q_CONF_WORD: _conf_word,
    Code.Q_DROP: _opens(drop=Opens.DROP_FORM, pause=Opens.PAUSE_FORM),
    Code.Q_OWNER: _opens(pick=Opens.OWNER_PICKER, ask_lead=Opens.ASK_LEAD),
    Code.Q_UNKNOWN: _unknown,
    Code.Q_LANDS: _lands,
    Code.Q_HELP: _opens(ask_team=Opens.ASK_TEAM),
    Code.Q_MOVE: _move,
    Code.Q_SLOW_START: _slow_start,
}
