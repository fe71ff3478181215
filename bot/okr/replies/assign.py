"""Puts what was said of one key result together, by one ordered list of steps (spec/05 §10.6, §10.7)."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal

from bot.okr.model import Band, KRType, ScoreMode
from bot.okr.replies.codes import Code
from bot.okr.replies.context import ReplyContext, ReplyKR
from bot.okr.replies.said import BANDS, Fields, Phrase
from bot.okr.replies.types import AskFacts, Segment
from bot.okr.replies.units import has_han
from bot.okr.replies.weigh import Numbers
from bot.okr.replies.words import Meaning

# The line that decides between on track and at risk (spec/01, decision 8).
_ON_TRACK_FROM = Decimal("0.60")
# Near the line a word and a number may differ by a shade; further off, one of them is a slip.
_SHADE = Decimal("0.1")
_SHOWN_WORDS = 40
_GOOD = (Band.AHEAD, Band.ON_TRACK)
_ASK_FIRST = {Meaning.DROP: Code.Q_DROP, Meaning.NOT_MINE: Code.Q_OWNER, Meaning.AWAY: Code.Q_AWAY}
_ASK_LAST = {
    Meaning.ALMOST: Code.Q_ALMOST,
    Meaning.NO_UPDATE: Code.Q_NO_UPDATE,
    Meaning.CONFIDENCE_WORD: Code.Q_CONF_WORD,
    Meaning.WHEN: Code.Q_WHEN,
    Meaning.SNOOZE: Code.Q_WHEN,
}
_NO_FACTS = AskFacts()
NO_DATA_REASON = "no data yet"


@dataclass(frozen=True, slots=True)
class Said:
    """The numbers and phrases of a segment, and whom they are about."""

    numbers: Numbers
    phrases: list[Phrase]
    meanings: frozenset[Meaning]
    kr: ReplyKR
    context: ReplyContext

    @property
    def bands(self) -> list[Band]:
        """The colours that were said, each once."""
        return list(dict.fromkeys(BANDS[phrase.meaning] for phrase in self.phrases if phrase.meaning in BANDS))


@dataclass(frozen=True, slots=True)
class Outcome:
    """The segment after a step. A question ends the list, and so does a step that says so."""

    segment: Segment
    ask: Code | None = None
    facts: AskFacts = _NO_FACTS
    ends: bool = False


Step = Callable[[Segment, Said], Outcome | None]


def assign(
    numbers: Numbers, phrases: list[Phrase], fields: Fields, kr: ReplyKR, context: ReplyContext
) -> tuple[Segment, Code | None, AskFacts]:
    """What the segment comes to: what to store, and the question of the first step that has one."""
    said = Said(numbers, phrases, frozenset(phrase.meaning for phrase in phrases), kr, context)
    segment = _begun(numbers, fields, kr)
    for step in STEPS:
        outcome = step(segment, said)
        if outcome is None:
            continue
        segment = outcome.segment
        if outcome.ask is not None or outcome.ends:
            return segment, outcome.ask, outcome.facts
    return segment, None, AskFacts(last=kr.last_value)


def _begun(numbers: Numbers, fields: Fields, kr: ReplyKR) -> Segment:
    """What the numbers and the fields say by themselves."""
    baseline = kr.type is KRType.BASELINE
    return Segment(
        kr.label,
        next_step=fields.next_step,
        win=fields.win,
        help_wanted=fields.help_wanted,
        blocked=fields.blocked,
        blocker=fields.blocker,
        amend=fields.amend,
        value=None if baseline else numbers.value,
        baseline_set=numbers.value if baseline else None,
        self_score=numbers.self_score,
        confidence=numbers.confidence,
        done=False if numbers.not_done else None,
        approx=numbers.approx and numbers.value is not None,
        computed_from_percent=numbers.computed_from,
        percent_basis=numbers.basis,
    )


# --- the steps ----------------------------------------------------------------------------------


def _colour(segment: Segment, said: Said) -> Outcome | None:
    return Outcome(replace(segment, status=said.bands[0])) if said.bands else None


def _blocked(segment: Segment, said: Said) -> Outcome | None:
    if segment.blocked is not None:
        return None
    if Meaning.BLOCKED in said.meanings:
        return Outcome(replace(segment, blocked=True))
    return Outcome(replace(segment, blocked=False)) if Meaning.UNBLOCKED in said.meanings else None


def _ask_first(segment: Segment, said: Said) -> Outcome | None:
    """To be dropped, somebody else's, away: whatever else is said."""
    for meaning, code in _ASK_FIRST.items():
        if meaning in said.meanings and not (meaning is Meaning.AWAY and Meaning.SKIP in said.meanings):
            return Outcome(segment, code, AskFacts(last=said.kr.last_value))
    return None


def _number_in_doubt(segment: Segment, said: Said) -> Outcome | None:
    return None if said.numbers.ask is None else Outcome(segment, said.numbers.ask, said.numbers.facts)


def _two_colours(segment: Segment, said: Said) -> Outcome | None:
    if len(said.bands) < 2:
        return None
    named = [(band.value, _words_for(said.phrases, band)) for band in said.bands[:2]]
    return Outcome(replace(segment, status=None), Code.Q_CONTRADICT, _clash(*named))


def _score_against_colour(segment: Segment, said: Said) -> Outcome | None:
    doubt = _contradiction(segment, said.context)
    if doubt is None:
        return None
    score, status = doubt
    kept = replace(segment, status=None, self_score=None)
    return Outcome(kept, Code.Q_CONTRADICT, AskFacts(score=score, status=status))


def _skipped(segment: Segment, said: Said) -> Outcome | None:
    if Meaning.SKIP not in said.meanings and Meaning.NO_DATA not in said.meanings:
        return None
    judged = said.numbers.says_something or segment.status is not None
    given = _with_skip(segment, said.meanings, said.numbers, said.phrases, judged=judged)
    return Outcome(*given, ends=True)


def _done_or_not(segment: Segment, said: Said) -> Outcome | None:
    if Meaning.DONE not in said.meanings and Meaning.NOT_DONE not in said.meanings:
        return None
    return Outcome(*_with_done(segment, said.phrases, said.numbers, said.kr))


def _same(segment: Segment, said: Said) -> Outcome | None:
    if Meaning.NO_CHANGE not in said.meanings or said.numbers.says_something:
        return None
    if segment.done:
        same, done = _words_of(said.phrases, Meaning.NO_CHANGE), _words_of(said.phrases, Meaning.DONE)
        return Outcome(replace(segment, done=None), Code.Q_CONTRADICT, _clash(("same", same), ("done", done)))
    return Outcome(replace(segment, no_change=True))


def _agreed(segment: Segment, said: Said) -> Outcome | None:
    if Meaning.AGREE not in said.meanings or segment.stores_something:
        return None
    facts = AskFacts(last=said.kr.last_value)
    if said.kr.has_something_shown:
        return Outcome(replace(segment, agree=True), None, facts, ends=True)
    return Outcome(segment, Code.Q_CONF_WORD if said.kr.is_binary else Code.Q_NUMBER, facts)


def _enough(segment: Segment, said: Said) -> Outcome | None:
    """What is stored says enough; a next step alone does not."""
    judged = said.numbers.says_something or segment.status is not None
    enough = segment.stores_something and (segment.next_step is None or judged or segment.blocked is not None)
    return Outcome(segment, None, AskFacts(last=said.kr.last_value), ends=True) if enough else None


def _ask_last(segment: Segment, said: Said) -> Outcome | None:
    """Almost, no update, confident, next week: where nothing clearer was said."""
    for meaning, code in _ASK_LAST.items():
        for phrase in said.phrases:
            if phrase.meaning is meaning:
                return Outcome(segment, code, AskFacts(last=said.kr.last_value, raw=phrase.text))
    return None


STEPS: tuple[Step, ...] = (
    _colour,
    _blocked,
    _ask_first,
    _number_in_doubt,
    _two_colours,
    _score_against_colour,
    _skipped,
    _done_or_not,
    _same,
    _agreed,
    _enough,
    _ask_last,
)
"""In this order; each takes the segment as the one before it left it."""


# --- what the steps share -----------------------------------------------------------------------


def _contradiction(segment: Segment, context: ReplyContext) -> tuple[Decimal, Band] | None:
    """A self-score on one side of the line and a status word on the other (spec/05 §10.9).

    In progress mode a low score early on is no contradiction: it says how much is done.
    """
    if segment.status is None or segment.self_score is None or context.score_mode is ScoreMode.PROGRESS:
        return None
    good = segment.status in _GOOD
    if good and segment.self_score >= _ON_TRACK_FROM - _SHADE:
        return None
    if not good and segment.self_score < _ON_TRACK_FROM + _SHADE:
        return None
    return segment.self_score, segment.status


def _with_skip(
    segment: Segment, meanings: frozenset[Meaning], numbers: Numbers, phrases: list[Phrase], *, judged: bool
) -> tuple[Segment, Code | None, AskFacts]:
    facts = AskFacts(v=numbers.value, raw=numbers.used[0].raw) if numbers.used else AskFacts()
    if Meaning.SKIP in meanings:
        if judged:
            reading = numbers.used[0].raw if numbers.used else phrases[0].text
            return segment, Code.Q_CONTRADICT, _clash(("record", reading), ("skip", _words_of(phrases, Meaning.SKIP)))
        return replace(segment, skip=True), None, facts
    if numbers.value is not None:
        # "not sure, 45k": is it a number to record or not?
        return segment, Code.Q_CONFIRM, facts
    if judged or segment.stores_something:
        return segment, None, facts
    return replace(segment, skip=True, skip_reason=NO_DATA_REASON), None, facts


def _with_done(
    segment: Segment, phrases: list[Phrase], numbers: Numbers, kr: ReplyKR
) -> tuple[Segment, Code | None, AskFacts]:
    said = [phrase for phrase in phrases if phrase.meaning in (Meaning.DONE, Meaning.NOT_DONE)]
    done = any(phrase.meaning is Meaning.DONE for phrase in said)
    last = AskFacts(last=kr.last_value)
    if done and any(phrase.meaning is Meaning.NOT_DONE for phrase in said):
        yes, no = _words_of(phrases, Meaning.DONE), _words_of(phrases, Meaning.NOT_DONE)
        return segment, Code.Q_CONTRADICT, _clash(("done", yes), ("not_done", no))
    if kr.type is KRType.MILESTONE and kr.has_steps:
        return segment, Code.Q_STEPS, AskFacts(raw=said[0].text)
    if kr.is_binary:
        return _with_binary_done(segment, numbers, phrases, kr, done=done)
    if numbers.value is not None:
        # The number says it better: `15200 完成`.
        return segment, None, last
    if not done:
        told = segment.stores_something
        return segment, None if told else Code.Q_NUMBER, last
    if kr.type is KRType.BASELINE:
        return segment, Code.Q_BASELINE_VALUE, last
    if kr.goal is None:
        return segment, Code.Q_NUMBER, last
    if _is_reached(kr):
        # `done` of what is at its target already says that it stays there.
        return (segment if numbers.says_something else replace(segment, no_change=True)), None, last
    return segment, Code.Q_DONE_METRIC, AskFacts(target=kr.goal, last=kr.last_value)


def _is_reached(kr: ReplyKR) -> bool:
    """True if the last value is the target, or beyond it."""
    if kr.last_value is None or kr.goal is None:
        return False
    falls = kr.type is KRType.DECREASE
    return kr.last_value <= kr.goal if falls else kr.last_value >= kr.goal


def _with_binary_done(
    segment: Segment, numbers: Numbers, phrases: list[Phrase], kr: ReplyKR, *, done: bool
) -> tuple[Segment, Code | None, AskFacts]:
    facts = AskFacts(last=kr.last_value)
    if not done:
        return replace(segment, done=False), None, facts
    if segment.done is False or segment.blocked or segment.status in (Band.AT_RISK, Band.OFF_TRACK):
        said = ("done", _words_of(phrases, Meaning.DONE))
        return replace(segment, done=None), Code.Q_CONTRADICT, _clash(said, _what_speaks_against(segment, phrases))
    if numbers.confidence is not None and numbers.confidence < 10:
        kept = replace(segment, confidence=None)
        return kept, Code.Q_DONE_OR_LIKELY, AskFacts(c=numbers.confidence)
    return replace(segment, done=True, confidence=None), None, facts


def _what_speaks_against(segment: Segment, phrases: list[Phrase]) -> tuple[str, str]:
    """What was said beside `done` that does not go with it: it is blocked, at risk, or not done."""
    if segment.blocked:
        if segment.blocker is None:
            return "blocked", _words_of(phrases, Meaning.BLOCKED)
        blocker = segment.blocker if len(segment.blocker) <= _SHOWN_WORDS else segment.blocker[:_SHOWN_WORDS] + "…"
        return "blocked", f"阻塞：{blocker}" if has_han(blocker) else f"blocked: {blocker}"
    if segment.status is not None:
        return segment.status.value, _words_for(phrases, segment.status)
    return "not_done", "0"


def _clash(*told: tuple[str, str]) -> AskFacts:
    """What each of two words means, and the words."""
    return AskFacts(clash=tuple(means for means, _ in told), items=tuple(words for _, words in told))


def _words_of(phrases: list[Phrase], meaning: Meaning) -> str:
    return next((phrase.text.strip() for phrase in phrases if phrase.meaning is meaning), meaning.value)


def _words_for(phrases: list[Phrase], band: Band) -> str:
    return next((phrase.text.strip() for phrase in phrases if BANDS.get(phrase.meaning) is band), band.value)
