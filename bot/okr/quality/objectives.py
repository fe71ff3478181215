"""The checks of an objective: O01-O11, how many key results it has, C02 and P01 (spec/04 §9.2)."""

from collections.abc import Iterator

from bot.okr.model import KRState
from bot.okr.quality import words
from bot.okr.quality.facts import Finding, Moment, ObjectiveFacts
from bot.okr.quality.table import is_looked_for
from bot.okr.quality.text import first_word, is_chinese, loose_numbers, one_line, starts_with, stem_of

MOST_TITLE = 140
MOST_WORDS, MOST_HAN = 15, 30
FEWEST_KRS, MOST_KRS = 3, 5
DAYS_WITHOUT_KRS = 5


def check_objective(facts: ObjectiveFacts, moment: Moment) -> tuple[Finding, ...]:
    """What strikes about an objective at this moment, in the order of the specification. Never raises."""
    return tuple(one for one in _findings(facts, moment) if is_looked_for(one.check, moment, is_draft=facts.is_draft))


def _findings(facts: ObjectiveFacts, moment: Moment) -> Iterator[Finding]:
    title = one_line(facts.title)
    if not title or len(facts.title.strip()) > MOST_TITLE:
        yield Finding("O02")
    if title:
        yield from _of_title(title, facts)
    count = sum(one.state is not KRState.PAUSED for one in facts.key_results)
    if not facts.key_results and (moment is Moment.PUBLISH or facts.working_days >= DAYS_WITHOUT_KRS):
        yield Finding("O03")
    if not (facts.why or "").strip():
        yield Finding("O11")
    if 0 < count < FEWEST_KRS:
        yield Finding("K06b")
    if count > MOST_KRS:
        yield Finding("K07", {"n": count})
    told = bool(facts.reason.strip())
    if not told and facts.was is not None and one_line(facts.was).casefold() != title.casefold():
        yield Finding("C02", {"reason": facts.reason})
    text = f"{title} {one_line(facts.why or '')}"
    if words.APPRAISAL.search(text) and not words.NOT_APPRAISAL.search(text):
        yield Finding("P01")


def _of_title(title: str, facts: ObjectiveFacts) -> Iterator[Finding]:
    numbers = loose_numbers(title)
    if numbers:
        yield Finding("O01", {"number": numbers[0]})
    if not _begins_with_verb(title):
        yield Finding("O04")
    if words.SAME_AS_EVER.search(title):
        yield Finding("O05", {"due": facts.due})
    if words.TOO_FAR.search(title) and not words.LEARNING.match(title):
        yield Finding("O06", {"due": facts.due})
    if words.COMPETITOR.search(title):
        yield Finding("O07")
    if words.OUTPUT.search(title) and not words.NO_OUTPUT.search(title):
        yield Finding("O08")
    if words.NEGATIVE.search(title) and not words.NOT_NEGATIVE.search(title):
        yield Finding("O09")
    if _is_long(title):
        yield Finding("O10")


def _begins_with_verb(title: str) -> bool:
    if is_chinese(title):
        return starts_with(title, words.OBJECTIVE_VERBS_ZH)
    word = first_word(title)
    return bool(word) and not stem_of(word).isdisjoint(words.OBJECTIVE_VERBS)


def _is_long(title: str) -> bool:
    han = sum("\u3400" <= sign <= "\u9fff" for sign in title)
    return han > MOST_HAN or len(words.LATIN_WORD.findall(title)) > MOST_WORDS
