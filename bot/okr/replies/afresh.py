"""Reads a reply that does not answer the open question afresh, and says what of the old one it leaves behind."""

from collections.abc import Sequence
from dataclasses import replace

from bot.okr.replies.applied import joined
from bot.okr.replies.clarify import names_someone
from bot.okr.replies.codes import Code
from bot.okr.replies.context import ReplyContext
from bot.okr.replies.normalise import normalise
from bot.okr.replies.reader import read_reply
from bot.okr.replies.segments import without_everyone
from bot.okr.replies.types import Ask, Reply, Segment

_NOT_ABOUT_A_READING = (
    Code.Q_OWNER,
    Code.Q_DROP,
    Code.Q_LANDS,
    Code.Q_HOPEFUL,
    Code.Q_HELP,
    Code.Q_MOVE,
    Code.Q_SLOW_START,
)
"""What is said next without a label may be about any key result."""
_NUMBERS_IN_DOUBT = (
    Code.Q_OUTLIER,
    Code.Q_PCT_VALUE,
    Code.Q_PERCENT_MEANS,
    Code.Q_SCORE_OR_VALUE,
    Code.Q_SEPARATOR,
    Code.Q_CURRENCY,
    Code.Q_OUT_OF_RANGE,
    Code.Q_CONFIRM,
    Code.Q_DELTA,
    Code.Q_TWO_NUMBERS,
    Code.Q_FUTURE,
    Code.Q_RANGE,
    Code.Q_RATIO,
    Code.Q_UNIT,
    Code.Q_UNIT_TIME,
    Code.Q_TARGET_MISMATCH,
    Code.Q_CONF_OR_VALUE,
)
_STILL_NO_NUMBER = (Code.Q_NOTE_ONLY, Code.Q_NUMBER, Code.Q_UNKNOWN, Code.Q_OWNER)
_A_SCORE_MEANT = (
    Code.Q_PERCENT_MEANS,
    Code.Q_SCORE_OR_VALUE,
    Code.Q_OUT_OF_RANGE,
    Code.Q_CONFIRM,
    Code.Q_TWO_NUMBERS,
    Code.Q_FUTURE,
    Code.Q_RANGE,
    Code.Q_CONF_OR_VALUE,
)


def read_afresh(ask: Ask, text: str, context: ReplyContext) -> Reply:
    """A fresh reading: about the key result of the open question where it names none (spec/05 §10.8, point 2).

    What the question kept beside its doubt, a blocker or a next step, goes with it. Never raises.
    """
    reply = read_reply(text, context.focused_on(ask.label) if _is_about(ask, text, context) else context)  # type: ignore[arg-type] # it has a label then
    if ask.kept is None or ask.code in _NOT_ABOUT_A_READING:
        return reply
    return replace(reply, segments=tuple(_with_kept(one, ask) for one in reply.segments))


def unrecorded(ask: Ask, segments: Sequence[Segment]) -> str | None:
    """The number that was asked about and that these segments leave unsaid, as it was typed; None if there is none."""
    if ask.code not in _NUMBERS_IN_DOUBT or ask.facts.raw is None:
        return None
    said = [one for one in segments if one.label == ask.label]
    return None if not said or any(_replaces(one, ask) for one in said) else ask.facts.raw


def _is_about(ask: Ask, text: str, context: ReplyContext) -> bool:
    if ask.label is None or context.focus is not None or ask.code in _NOT_ABOUT_A_READING:
        return False
    plain = normalise(text).text
    if context.find(ask.label) is None or not plain or names_someone(plain, context):
        return False
    return without_everyone(plain) is None


def _with_kept(segment: Segment, ask: Ask) -> Segment:
    if segment.label != ask.label:
        return segment
    if segment.skip:
        return segment if ask.kept is None else replace(segment, note=ask.kept.note)
    if segment.ask is not None:
        return replace(segment, ask=replace(segment.ask, kept=joined(ask.kept, segment.ask.kept)))
    return joined(ask.kept, segment) or segment


def _replaces(segment: Segment, ask: Ask) -> bool:
    if segment.ask is not None:
        return segment.ask.code not in _STILL_NO_NUMBER
    if segment.value is not None or segment.baseline_set is not None or segment.no_change or segment.agree:
        return True
    judged = segment.self_score is not None or segment.confidence is not None
    return segment.done is not None or (judged and ask.code in _A_SCORE_MEANT)
