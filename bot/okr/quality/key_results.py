"""The checks of one key result: K01-K25 but those of the whole objective, and P01 (spec/04 §9.3)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from bot.okr import kr_words
from bot.okr.kr_lines import KRLine, Need, read_kr_line
from bot.okr.model import Commitment, KRType, PaceProfile
from bot.okr.quality import words
from bot.okr.quality.facts import Amount, Finding, KRFacts, Moment
from bot.okr.quality.table import is_looked_for
from bot.okr.quality.text import content, first_word, one_line, opening, overlap, starts_with, stem_of

_UNITS = re.compile(
    r"\b(?:days?|weeks?|months?|hours?|minutes?|seconds?|mins?|hrs?|ms|k|m|bn|million|points?|pp|percent|percentage)\b"
    r"|[个天周月小时分钟秒元万亿位名家次]",
    re.IGNORECASE,
)
LINES = (KRType.INCREASE, KRType.DECREASE)
MANY_OWNERS, LONG_DAYS, SPRINT_DAYS = 3, 28, 21
ALIKE = 0.7
NOT_OF_SPRINTS = frozenset({"K01", "K04", "K05", "K06", "K12", "K14", "K18", "K21", "K22"})
"""A result of two weeks is a step on the way: it may be a task, done or not, and a plain count."""
SURE, UNSURE = Decimal(9), Decimal(2)


@dataclass(frozen=True, slots=True)
class _Seen:
    """A key result with its title as the checks read it."""

    facts: KRFacts
    title: str
    line: KRLine
    """The title alone, read afresh: what was typed into fields is in the draft."""
    is_ratio: bool

    @property
    def has_numbers(self) -> bool:
        one = self.facts.draft
        numbers = (one.baseline, one.goal, one.range_lo, one.range_hi)
        return any(value is not None for value in numbers)

    @property
    def is_change(self) -> bool:
        """`By 10%`, and neither from what nor to what."""
        return self.line.relative is not None and self.facts.draft.goal is None


def check_key_result(facts: KRFacts, siblings: Sequence[KRFacts], moment: Moment) -> tuple[Finding, ...]:
    """What strikes about a key result beside the others of its objective, in the order of the specification.

    Never raises. What two key results share is told of the later one.
    """
    title = one_line(facts.draft.title)
    found = _findings(_seen(facts, title), siblings)
    aside = NOT_OF_SPRINTS if facts.draft.parent_kr_id is not None else frozenset()
    return tuple(
        one for one in found if one.check not in aside and is_looked_for(one.check, moment, is_draft=facts.is_draft)
    )


def _seen(facts: KRFacts, title: str) -> _Seen:
    line = read_kr_line(title)
    draft = facts.draft
    in_percent = (draft.unit or line.unit) in ("%", "‰") and line.relative is None
    return _Seen(facts, title, line, in_percent or words.RATIO.search(f"{title} {draft.metric}") is not None)


def _findings(seen: _Seen, siblings: Sequence[KRFacts]) -> Iterator[Finding]:
    yield from _measure(seen)
    yield from _wording(seen)
    yield from _numbers(seen)
    yield from _people_and_days(seen)
    yield from _kinds(seen)
    yield from _beside(seen, siblings)
    yield Finding("K22")
    if words.APPRAISAL.search(seen.title) and not words.NOT_APPRAISAL.search(seen.title):
        yield Finding("P01")


# --- is it measured, and from what to what ------------------------------------------------------------------


def _measure(seen: _Seen) -> Iterator[Finding]:
    draft = seen.facts.draft
    if not _is_measured(seen):
        yield Finding("K01")
    if draft.type in LINES and draft.goal is not None and draft.baseline is None and not _is_plain_count(seen):
        yield Finding("K02", {} if draft.type is KRType.DECREASE else {"zero": 0})
    if draft.type in LINES and draft.goal is None and not (seen.is_change and seen.facts.is_draft):
        yield Finding("K03", {"due": draft.due})


def _is_measured(seen: _Seen) -> bool:
    """A milestone is measured by being done; one that is only called so, and says no end, is not (K01)."""
    draft = seen.facts.draft
    if seen.has_numbers or seen.is_change or draft.type is KRType.BASELINE:
        return True
    if draft.type in LINES:
        return True  # K03 says it
    if draft.type is KRType.MILESTONE:
        says_end = seen.line.kind is not None or bool(words.DONE_WORDS.search(seen.title)) or bool(draft.steps)
        return says_end or not seen.facts.is_draft
    return False


def _is_plain_count(seen: _Seen) -> bool:
    """`Hire at least two engineers` counts what was not there before: it starts at 0."""
    draft = seen.facts.draft
    if draft.unit or seen.is_ratio or draft.type is not KRType.INCREASE:
        return False
    word = first_word(seen.title)
    counts = bool(word) and not stem_of(word).isdisjoint(kr_words.COUNT_VERBS)
    return counts or starts_with(seen.title, kr_words.COUNT_ZH)


def _numbers(seen: _Seen) -> Iterator[Finding]:
    draft = seen.facts.draft
    start, goal = draft.baseline, draft.goal
    if seen.is_change and draft.type is not KRType.RANGE:
        yield Finding("K10", {"change": _change_of(seen.line), **_ready_changes(seen.line)})
    if _measures_two(seen.title):
        yield Finding("K11")
    if draft.type not in LINES or goal is None:
        return
    if start is not None and start != goal:
        verb = _against(seen, start, goal)
        if verb:
            yield Finding("K16", {"verb": verb, "x": Amount(start, draft.unit), "y": Amount(goal, draft.unit)})
    if start == goal:
        yield Finding("K23")
    if draft.anchors is not None:
        points = [*(() if start is None else (start,)), *draft.anchors]
        way = 1 if draft.type is KRType.INCREASE else -1
        if any((later - earlier) * way <= 0 for earlier, later in pairwise(points)):
            yield Finding("K24")


def _change_of(line: KRLine) -> Amount:
    return Amount(abs(line.relative or Decimal(0)), line.unit)


def _ready_changes(line: KRLine) -> dict[str, str]:
    """`1.1` and `+10` of `by 10%`; what is no share is only added, so nothing is ready."""
    amount = line.relative
    if amount is None or line.unit != "%":
        return {}
    return {"factor": f"{(1 + amount / 100).normalize():f}", "n": f"{amount.normalize():+f}"}


def _against(seen: _Seen, start: Decimal, goal: Decimal) -> str:
    """The word that says the other direction than the numbers; empty where none does."""
    rises = goal > start
    if (seen.facts.draft.type is KRType.INCREASE) is not rises:
        return "decrease" if rises else "increase"
    if words.EITHER_WAY.search(seen.title):
        return ""
    word = first_word(seen.title)
    against = words.CHANGES_DOWN if rises else words.CHANGES_UP
    if word and not stem_of(word).isdisjoint(against):
        return word
    found = (words.CHANGES_DOWN_ZH if rises else words.CHANGES_UP_ZH).search(seen.title)
    agrees = (words.CHANGES_UP_ZH if rises else words.CHANGES_DOWN_ZH).search(seen.title)
    return "" if found is None or agrees is not None else found[0]


def _measures_two(title: str) -> bool:
    """Two pairs of numbers, or two numbers with a measure each beside an `and`."""
    by_comma = [read_kr_line(part) for part in words.COMMAS.split(title) if part]
    if sum(one.from_ is not None and one.to is not None and Need.BASELINE not in one.needs for one in by_comma) > 1:
        return sum(_is_pair(one) for one in by_comma) > 1
    parts = [part for part in words.SPLITS.split(title) if part]
    return sum(_has_own_measure(part) for part in parts) > 1


def _is_pair(line: KRLine) -> bool:
    return line.from_ is not None and line.to is not None and bool(content(line.title))


def _has_own_measure(part: str) -> bool:
    """A number, and beside it what it counts."""
    line = read_kr_line(part)
    numbers = (line.to, line.lo, line.hi, line.relative)
    return any(one is not None for one in numbers) and bool(content(_UNITS.sub(" ", part)))


# --- how it is worded ---------------------------------------------------------------------------------------


def _wording(seen: _Seen) -> Iterator[Finding]:
    title, draft = seen.title, seen.facts.draft
    if _is_task(seen):
        yield Finding("K04")
    vanity = words.VANITY.search(title)
    grows = draft.type is not KRType.DECREASE and draft.type is not KRType.RANGE
    if vanity is not None and grows and not seen.is_ratio and not words.NOT_VANITY.search(title):
        yield Finding("K05", {"word": vanity[0]})
    can_fall = words.ACTIVE_USERS.search(title) is not None or words.ACTIVE_ONES.search(title) is not None
    if words.TOTALS.search(title) and draft.type is KRType.INCREASE and not seen.is_ratio and not can_fall:
        yield Finding("K06")
    vague = words.VAGUE.search(title)
    says_end = seen.line.kind in (KRType.MILESTONE, KRType.BASELINE) or draft.type is KRType.BASELINE
    if vague is not None and not (seen.has_numbers or seen.is_change or says_end):
        yield Finding("K08", {"word": vague[0]})
    if words.ACTIVE_USERS.search(title) and not seen.is_ratio and draft.type is not KRType.BASELINE:
        yield Finding("K18")


def _is_task(seen: _Seen) -> bool:
    """It begins with something to do. What goes from a level to another begins with a noun: `Support tickets …`."""
    line = seen.line
    if line.kind is KRType.RANGE or (line.from_ and line.to is not None) or seen.is_ratio:
        return False
    start = opening(seen.title)
    word = first_word(seen.title)
    is_task = (bool(word) and not stem_of(word).isdisjoint(words.TASK_VERBS)) or start.casefold().startswith(
        words.TASK_PHRASES
    )
    is_task = is_task or starts_with(seen.title, words.TASK_ZH) or words.TASK_WITH_SOMEBODY_ZH.match(start) is not None
    counts = line.to is not None or line.from_ is not None
    return is_task and not (counts and words.PEOPLE_TALKED_TO.search(seen.title))


# --- who and when -------------------------------------------------------------------------------------------


def _people_and_days(seen: _Seen) -> Iterator[Finding]:
    draft, cycle = seen.facts.draft, seen.facts.cycle
    if draft.lead_owner is None or not seen.facts.owner_active:
        yield Finding("K09")
    outside = cycle is not None and not cycle[0] <= draft.due <= cycle[1]
    if outside or words.SOMEDAY.search(seen.title):
        due = {"due": draft.due} if outside else {}
        yield Finding("K12", {"end": cycle[1] if cycle is not None else draft.due, **due})
    owners = {*draft.co_owners, *(() if draft.lead_owner is None else (draft.lead_owner,))}
    days = (draft.due - draft.start).days
    if len(owners) > MANY_OWNERS and days > LONG_DAYS:
        yield Finding("K13")
    if draft.parent_kr_id is not None and days > SPRINT_DAYS:
        yield Finding("K25")


# --- what kind it is, and how sure ----------------------------------------------------------------------------


def _kinds(seen: _Seen) -> Iterator[Finding]:
    draft = seen.facts.draft
    if draft.type is KRType.MILESTONE and not draft.steps:
        yield Finding("K14", {"metric": draft.metric})
    if draft.type is KRType.RANGE and _is_held(seen.facts):
        yield Finding("K17")
    sure = draft.initial_confidence
    if sure is not None and sure >= SURE and draft.stretch is Commitment.STRETCH:
        yield Finding("K19")
    if sure is not None and sure <= UNSURE:
        yield Finding("K20")
    number = draft.type in LINES or draft.type is KRType.RANGE
    if seen.facts.only_at_end or (
        number and draft.pace is not PaceProfile.STEPS and words.AT_THE_END.search(f"{seen.title} {draft.metric}")
    ):
        yield Finding("K21")


def _is_held(facts: KRFacts) -> bool:
    """A level to be held: it lies in its range already, or nobody said where it lies (spec/03 §5.3)."""
    one = facts.draft
    if one.baseline is None:
        return True
    below = one.range_lo is not None and one.baseline < one.range_lo
    above = one.range_hi is not None and one.baseline > one.range_hi
    return not (below or above)


# --- beside the others ----------------------------------------------------------------------------------------


def _beside(seen: _Seen, siblings: Sequence[KRFacts]) -> Iterator[Finding]:
    facts = seen.facts
    others = [one for one in siblings if one is not facts and (one.id == 0 or one.id != facts.id)]
    number = facts.number or max((one.number for one in others), default=0) + 1
    about = content(seen.title)
    metric = one_line(facts.draft.metric).casefold()
    for other in sorted(others, key=lambda one: one.number):
        if other.number >= number:
            continue
        same_metric = bool(metric) and metric == one_line(other.draft.metric).casefold()
        same_metric = same_metric and facts.draft.unit == other.draft.unit
        if same_metric or overlap(about, content(other.draft.title)) >= ALIKE:
            yield Finding("K15", {"a": other.number, "b": number})
            return
