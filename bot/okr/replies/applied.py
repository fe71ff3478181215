"""What answering a question puts together: what was kept of the reply, and what the answer adds (spec/05 §10.8)."""

from dataclasses import fields, replace
from decimal import Decimal

from bot.okr.model import KRType
from bot.okr.replies.codes import Code, Intent
from bot.okr.replies.context import ReplyContext, ReplyKR
from bot.okr.replies.plausible import is_plausible, is_sensible_score_as_value
from bot.okr.replies.said import clip
from bot.okr.replies.types import Answer, Ask, AskFacts, Segment

NOTHING_TO_STORE = Answer(intent=Intent.THANKS)


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


def store(ask: Ask, said: Segment, **learned: object) -> Answer:
    """The answer to be stored with what the question kept."""
    return replace(Answer((merged(ask, said),)), **learned)  # type: ignore[arg-type] # fields of Answer


def passed_on(ask: Ask, given: Segment) -> Answer | Ask:
    """A reading of the answer: stored with what was kept, or the next question, which keeps it in turn."""
    if given.ask is None:
        return store(ask, given)
    return replace(given.ask, kept=joined(ask.kept, given.ask.kept))


def value_of(kr: ReplyKR, value: Decimal) -> Segment:
    """The number as the KR's value, or as the starting number of one that looks for it."""
    if kr.type is KRType.BASELINE:
        return Segment(kr.label, baseline_set=value)
    return Segment(kr.label, value=value)


def checked_value(kr: ReplyKR, value: Decimal) -> Segment:
    """The same, with the questions that the number would bring up if it were typed alone (spec/05 §10.5, §10.6)."""
    in_score_form = 0 < value < 1 and kr.is_number
    if in_score_form and is_plausible(value, kr) and is_sensible_score_as_value(value, kr):
        facts = AskFacts(v=value, a=value, raw=f"{value:f}")
        return Segment(kr.label, ask=Ask(Code.Q_SCORE_OR_VALUE, kr.label, facts))
    if is_plausible(value, kr):
        return value_of(kr, value)
    facts = AskFacts(v=value, last=kr.last_value, raw=f"{value:f}")
    return Segment(kr.label, ask=Ask(Code.Q_OUTLIER, kr.label, facts))


def kr_of(ask: Ask, context: ReplyContext) -> ReplyKR:
    """The KR that is asked about. Raises LookupError where the context holds it no more."""
    kr = context.find(ask.label)
    if kr is None:
        raise LookupError(f"{ask.code} is about {ask.label}, which the context does not hold")
    return kr


def number(given: Decimal | None) -> Decimal:
    """A number that the question's facts hold. Raises LookupError where they do not."""
    if given is None:
        raise LookupError("a question's button stores a number that its facts do not hold")
    return given


def ask_number(ask: Ask, kr: ReplyKR) -> Ask:
    """The next question: what is it now? What is in doubt is kept no longer."""
    kept = None if ask.kept is None else replace(ask.kept, value=None, baseline_set=None, approx=False)
    something = kept is not None and (kept.stores_something or kept.note or kept.amend)
    return Ask(Code.Q_NUMBER, kr.label, AskFacts(last=kr.last_value), kept if something else None)


def skipped(ask: Ask, label: str) -> Answer:
    """Nothing to say this week; what was said beside the question is stored all the same."""
    if ask.kept is not None and ask.kept.stores_something:
        return Answer((ask.kept,))
    return Answer((Segment(label, skip=True, note=ask.kept.note if ask.kept else None),))


def noted(ask: Ask, kr: ReplyKR, words: str) -> Answer | Ask:
    """The words are the note of what else was said; where nothing was, what it is now is asked."""
    kept = merged(ask, Segment(kr.label, note=words or None))
    if kept.stores_something:
        return Answer((kept,))
    return Ask(Code.Q_NOTE_ONLY, kr.label, AskFacts(last=kr.last_value), kept)
