"""Which questions this version asks; every other one the grammar finds becomes Q_UNKNOWN, here and only here."""

from collections.abc import Set as AbstractSet
from dataclasses import replace

from bot.okr.replies.said import clip
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


_IN_DOUBT = frozenset(
    (
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
)
"""Questions about one number of a reply: what else it said is clear."""


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
    """The segment; what is clear of it, with the rest as its note; or one that asks Q_UNKNOWN and carries nothing."""
    if segment.ask is None or segment.ask.code in asked:
        return segment
    kept = segment.ask.kept
    if segment.ask.code in _IN_DOUBT and kept is not None and _is_clear(kept, segment.ask):
        return _with_rest(kept, segment.ask)
    return Segment(segment.label, ask=only_asked(segment.ask, asked))


def _is_clear(kept: Segment, ask: Ask) -> bool:
    """True where a reading or a blocker was said beside what is in doubt; `45k, 80%` are two numbers for one."""
    if ask.facts.raw is None or (kept.value is not None and kept.value != ask.facts.v):
        return False
    told = (kept.value, kept.self_score, kept.confidence, kept.status, kept.done, kept.baseline_set, kept.blocked)
    return any(part is not None for part in told)


def _with_rest(kept: Segment, ask: Ask) -> Segment:
    """`55, blocked on pricing, I am not sure`: what could not be read stays in the words of the person."""
    if ask.facts.v is not None and ask.facts.v == kept.value:
        return kept
    parts = dict.fromkeys(part for part in (kept.note, ask.facts.raw) if part)
    return replace(kept, note=clip(", ".join(parts), "note"))
