"""The buttons of clarifying questions: what each stores, asks next or opens (spec/05 §10.10)."""

from collections.abc import Callable
from decimal import Decimal

from bot.okr.replies import number_buttons, word_buttons
from bot.okr.replies.applied import NOTHING_TO_STORE
from bot.okr.replies.ask_words import options
from bot.okr.replies.codes import Code, Opens
from bot.okr.replies.context import ReplyContext
from bot.okr.replies.reader import read_reply
from bot.okr.replies.types import Answer, Ask, AskFacts, Segment
from bot.okr.replies.unclaimed import without_own_name


def apply_option(ask: Ask, option_id: str, context: ReplyContext) -> Answer | Ask | None:
    """What pressing a ready button stores or asks next; None where it has no such button, or its KR is gone."""
    if option_id not in {option.id for option in options(ask, context)}:
        return None
    if ask.label is not None and ask.code is not Code.Q_NO_SUCH_KR and context.find(ask.label) is None:
        return None
    return _APPLY[ask.code](ask, option_id, context)


def _again_for(ask: Ask, option_id: str, context: ReplyContext) -> Answer | Ask | None:
    """The reply read again, for the KR that was chosen."""
    kr, text = context.find(option_id), ask.facts.text or ""
    read = read_reply(text if kr is None else without_own_name(text, kr), context.focused_on(option_id))
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
    return NOTHING_TO_STORE if option_id == "finished" else _again_for(ask, option_id, context)


def _list_order(ask: Ask, option_id: str, context: ReplyContext) -> Answer:
    """Each number for its KR, or none: then they are to be sent with their KRs."""
    if option_id == "no":
        return Answer(intent=NOTHING_TO_STORE.intent, unrecorded=ask.facts.text)
    told: list[Segment] = []
    for label, item in zip(ask.facts.labels, ask.facts.items, strict=False):
        read = read_reply(item, context.focused_on(label))
        told += [Segment(label, ask=read.ask)] if read.ask is not None else read.segments
    return Answer(tuple(told))


_APPLY: dict[Code, Callable[[Ask, str, ReplyContext], Answer | Ask | None]] = {
    Code.Q_WHICH_KR: _again_for,
    Code.Q_LIST_ORDER: _list_order,
    Code.Q_SAME_ALL: _same_all,
    Code.Q_DONE_ALL: _done_all,
    Code.Q_NO_SUCH_KR: _no_such,
    Code.Q_SCORE_OR_VALUE: number_buttons.score_or_value,
    Code.Q_PERCENT_MEANS: number_buttons.percent_means,
    Code.Q_PCT_VALUE: number_buttons.pct_value,
    Code.Q_RATIO: number_buttons.ratio,
    Code.Q_CONF_OR_VALUE: number_buttons.conf_or_value,
    Code.Q_TARGET_MISMATCH: number_buttons.target_mismatch,
    Code.Q_DELTA: number_buttons.delta,
    Code.Q_RANGE: number_buttons.one_of_range,
    Code.Q_SEPARATOR: number_buttons.separator,
    Code.Q_UNIT: number_buttons.wan,
    Code.Q_OUTLIER: number_buttons.outlier,
    Code.Q_TWO_NUMBERS: number_buttons.one_of_several,
    Code.Q_CONFIRM: number_buttons.confirm,
    Code.Q_FUTURE: number_buttons.future,
    Code.Q_DONE_METRIC: word_buttons.done_metric,
    Code.Q_BINARY_ONE: word_buttons.binary_one,
    Code.Q_DONE_OR_LIKELY: word_buttons.done_or_likely,
    Code.Q_STEPS: word_buttons.opens(steps=Opens.STEPS_FORM),
    Code.Q_NUMBER: word_buttons.still_or_skip,
    Code.Q_NOTE_ONLY: word_buttons.still_or_skip,
    Code.Q_NO_UPDATE: word_buttons.still_or_skip,
    Code.Q_WHEN: word_buttons.when,
    Code.Q_CONTRADICT: word_buttons.contradiction,
    Code.Q_CONF_WORD: word_buttons.conf_word,
    Code.Q_DROP: word_buttons.drop,
    Code.Q_OWNER: word_buttons.opens(pick=Opens.OWNER_PICKER, ask_lead=Opens.ASK_LEAD),
    Code.Q_AWAY: word_buttons.away,
    Code.Q_UNKNOWN: word_buttons.unknown,
    Code.Q_LANDS: word_buttons.lands,
    Code.Q_HELP: word_buttons.opens(ask_team=Opens.ASK_TEAM),
    Code.Q_MOVE: word_buttons.move,
    Code.Q_SLOW_START: word_buttons.slow_start,
}
"""Every question that has buttons."""
