"""Which questions this version asks; every other one the grammar finds becomes Q_UNKNOWN, here and only here."""

from collections.abc import Set as AbstractSet
from dataclasses import replace

from bot.okr.replies.types import Ask, Code, Reply, Segment

ASKED_NOW: frozenset[Code] = frozenset(
    (
        Code.Q_WHICH_KR,
        Code.Q_NO_SUCH_KR,
        Code.Q_SAME_ALL,
        Code.Q_DONE_ALL,
        Code.Q_NUMBER,
        Code.Q_NOTE_ONLY,
        Code.Q_OUTLIER,
        Code.Q_OUT_OF_RANGE,
        Code.Q_DONE_METRIC,
        Code.Q_BINARY_ONE,
        Code.Q_BASELINE_VALUE,
        Code.Q_STEPS,
        Code.Q_PERCENT_MEANS,
        Code.Q_PCT_VALUE,
        Code.Q_SCORE_OR_VALUE,
        Code.Q_SEPARATOR,
        Code.Q_CURRENCY,
        Code.Q_OWNER,
        Code.Q_UNKNOWN,
        Code.Q_LANDS,
        Code.Q_HOPEFUL,
        Code.Q_HELP,
        Code.Q_MOVE,
        Code.Q_SLOW_START,
    )
)


def only_asked(ask: Ask, asked: AbstractSet[Code] = ASKED_NOW) -> Ask:
    """The question itself, or Q_UNKNOWN for the same KR. Nothing is kept beside Q_UNKNOWN: the person writes again."""
    return ask if ask.code in asked else Ask(Code.Q_UNKNOWN, ask.label)


def narrowed(reply: Reply, asked: AbstractSet[Code] = ASKED_NOW) -> Reply:
    """The reply with only the questions that are asked."""
    segments = tuple(narrowed_segment(segment, asked) for segment in reply.segments)
    if reply.ask is None:
        return replace(reply, segments=segments)
    ask = only_asked(reply.ask, asked)
    return replace(reply, segments=segments, ask=ask, intent=reply.intent if ask is reply.ask else None)


def narrowed_segment(segment: Segment, asked: AbstractSet[Code] = ASKED_NOW) -> Segment:
    """The segment, or one that asks Q_UNKNOWN and carries nothing."""
    if segment.ask is None or segment.ask.code in asked:
        return segment
    return Segment(segment.label, ask=only_asked(segment.ask, asked))
