"""The question of the week: which of six, if any, opens the talk (spec/08 §13.4)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from bot.okr.assess import Assessment
from bot.okr.digesting import RED, Before, short_of
from bot.okr.exact import ONE, ZERO, above, at_least, clip
from bot.okr.model import KRState, Status, Tag
from bot.okr.rollup import counts_in_objective, weighted_mean

BELOW_PACE = Decimal("0.2")
EARLY = Decimal("0.6")
"""The fraction of the cycle before which done is early, and after which an objective may be doubted."""
LOOSE_STEPS = 3
LAST_WEEK = timedelta(days=7)
OBJECTIVE_EVERY = timedelta(weeks=4)
REMEMBERED = timedelta(weeks=10)


class Topic(StrEnum):
    """The six questions, in their order; the first that applies is asked."""

    TARGET_REALISTIC = "target_realistic"
    OBJECTIVE_REALISTIC = "objective_realistic"
    DONE_EARLY = "done_early"
    NOT_MOVED = "not_moved"
    WORK_WITHOUT_KR = "work_without_kr"
    OBJECTIVE_COVERED = "objective_covered"


_ABOUT_THE_OBJECTIVE = (Topic.OBJECTIVE_REALISTIC, Topic.OBJECTIVE_COVERED)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, of which key result; `other` is the one that people could move to."""

    topic: Topic
    kr: Assessment | None = None
    other: Assessment | None = None

    @property
    def kr_id(self) -> int | None:
        return None if self.kr is None else self.kr.kr.id


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that a digest asked, and on which day."""

    topic: Topic
    kr_id: int | None
    on: date


@dataclass(frozen=True, slots=True)
class Standing:
    """An objective's average and what the pace expects of it today; None where there is no such figure."""

    score: Decimal | None
    expected: Decimal | None


@dataclass(frozen=True, slots=True)
class QuestionFacts:
    """All that the question depends on. `last_digest` is the day of the digest before this one."""

    states: Sequence[Assessment]
    before: Mapping[int, Before]
    objectives: Sequence[Standing]
    first_day: date
    last_day: date
    today: date
    loose_steps: int = 0
    asked: Sequence[Asked] = ()
    last_digest: date | None = None

    @property
    def fraction(self) -> Decimal:
        """How much of the cycle is over, 0-1."""
        return fraction_of(self.first_day, self.last_day, self.today)


def fraction_of(first_day: date, last_day: date, today: date) -> Decimal:
    """How much of a cycle is over: 0 on its first day, 1 on its last (spec/03 §6.1)."""
    length = (last_day - first_day).days
    return clip(Decimal((today - first_day).days) / Decimal(length)) if length > 0 else ONE


def question_of(facts: QuestionFacts) -> Question | None:
    """The first question that applies and was not asked in the last digest or the last week; at most one."""
    since = min(facts.last_digest or facts.today, facts.today - LAST_WEEK)
    lately = {(one.topic, one.kr_id) for one in facts.asked if one.on >= since}
    return next((one for one in _applying(facts) if (one.topic, one.kr_id) not in lately), None)


def remembered(asked: Iterable[Asked], question: Question | None, today: date) -> tuple[Asked, ...]:
    """What the next digest must know of questions: this one, and those of the last ten weeks."""
    kept = tuple(one for one in asked if one.on > today - REMEMBERED)
    return kept if question is None else (*kept, Asked(question.topic, question.kr_id, today))


def standing_of(parts: Sequence[Assessment], score: Decimal | None, fraction: Decimal) -> Standing:
    """An objective beside its pace: the weighted mean of its key results' pace today, on the same ones as its average.

    A key result without a pace of its own (yes/no, baseline) counts with the fraction of the cycle.
    """
    counting = [one for one in parts if counts_in_objective(one.kr)]
    expected = weighted_mean(
        (fraction if one.pace_today is None else one.pace_today, one.kr.weight) for one in counting
    )
    return Standing(score, expected)


def _applying(facts: QuestionFacts) -> Iterator[Question]:
    short = short_of(facts.states)
    for one in short:
        before = facts.before.get(one.kr.id)
        if one.status in RED and before is not None and before.status in RED:
            yield Question(Topic.TARGET_REALISTIC, one)
    if above(facts.fraction, EARLY) and any(_is_below(one) for one in facts.objectives):
        yield Question(Topic.OBJECTIVE_REALISTIC)
    worst = _worst(facts.states, short)
    if worst is not None and not at_least(facts.fraction, EARLY):
        for one in facts.states:
            if one.status is Status.DONE:
                yield Question(Topic.DONE_EARLY, one, worst)
    for one in facts.states:
        if one.kr.state is KRState.ACTIVE and Tag.STALLED in one.tags:
            yield Question(Topic.NOT_MOVED, one)
    if facts.loose_steps >= LOOSE_STEPS:
        yield Question(Topic.WORK_WITHOUT_KR)
    if facts.objectives and facts.today - _last_about_the_objective(facts) >= OBJECTIVE_EVERY:
        yield Question(Topic.OBJECTIVE_COVERED)


def _is_below(one: Standing) -> bool:
    return one.score is not None and one.expected is not None and at_least(one.expected - one.score, BELOW_PACE)


def _worst(states: Sequence[Assessment], short: Sequence[Assessment]) -> Assessment | None:
    """Where more hands help most: the first of Short, else the open key result that heads lowest."""
    if short:
        return short[0]
    open_ones = [one for one in states if one.kr.state is KRState.ACTIVE and one.status is not Status.DONE]
    return min(open_ones, key=lambda one: (one.shown_heading or ZERO, one.kr.number), default=None)


def _last_about_the_objective(facts: QuestionFacts) -> date:
    # When the cycle began it was asked as well, on publishing (spec/09 §15.1).
    days = [one.on for one in facts.asked if one.topic in _ABOUT_THE_OBJECTIVE]
    return max([facts.first_day, *days])
