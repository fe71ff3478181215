"""What a digest calls to be improved: silence, worn numbers, open agreements, advice; pure (spec/08 §13.2)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from bot.okr.assess import Assessment
from bot.okr.exact import at_least
from bot.okr.freshness import limits_of
from bot.okr.model import CheckIn, FreshnessState, KRState, KRType, Tag

AGREEMENT_DAYS = 5
"""An agreement that is open for more working days than this is told (spec/08 §13.2)."""
SCORES_DIFFER = Decimal("0.2")
LIKELIHOODS_DIFFER = Decimal(3)


class Lack(StrEnum):
    """What a line of Improve is about, in the order in which they are told (spec/08 §13.2)."""

    NO_UPDATE = "no_update"
    FEED_QUIET = "feed_quiet"
    OLD_NUMBER = "old_number"
    STALLED = "stalled"
    HEALTH = "health"
    AGREEMENT = "agreement"
    TWO_OBJECTIVES = "two_objectives"
    ONLY_MILESTONES = "only_milestones"
    OWNERS_DIFFER = "owners_differ"


@dataclass(frozen=True, slots=True)
class Agreement:
    """An agreement with another team that is open since `since`, for `days` working days; `label` is ours."""

    team: str
    label: str | None
    since: date
    days: int
    declined: bool = False
    """The other team said no; that is told at once."""


@dataclass(frozen=True, slots=True)
class Health:
    """A health metric that is not green."""

    name: str
    red: bool
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """What two owners of a key result said of it in one week, lower first: self-scores, or likelihoods 0-10."""

    low: Decimal
    high: Decimal
    likelihood: bool = False


@dataclass(frozen=True, slots=True)
class Improve:
    """One line of Improve; what its kind does not need is empty."""

    lack: Lack
    state: Assessment | None = None
    days: int | None = None
    agreement: Agreement | None = None
    health: Health | None = None
    difference: Difference | None = None


def improve_of(
    states: Sequence[Assessment],
    *,
    untold: Collection[int] = (),
    objectives: int = 1,
    health: Sequence[Health] = (),
    agreements: Sequence[Agreement] = (),
    differences: Mapping[int, Difference] | None = None,
    set_aside: Collection[Lack] = (),
) -> tuple[Improve, ...]:
    """All that could be better, in the order of the specification; a key result is told once (spec/08 §13.2).

    `set_aside` is advice that the team does not want to hear again (spec/04 §9). `untold` are key results whose owner
    has not had the private notice yet: silence is told there first (spec/10 §16).
    """
    found = [*_silent(states, untold), *_worn(states)]
    found += [Improve(Lack.HEALTH, health=one) for one in sorted(health, key=lambda one: not one.red)]
    old = [one for one in agreements if one.declined or one.days > AGREEMENT_DAYS]
    old.sort(key=lambda one: (not one.declined, -one.days))
    found += [Improve(Lack.AGREEMENT, agreement=one) for one in old]
    if objectives > 1:
        found.append(Improve(Lack.TWO_OBJECTIVES))
    active = [one.kr for one in states if one.kr.state is KRState.ACTIVE]
    if active and all(kr.type is KRType.MILESTONE for kr in active):
        found.append(Improve(Lack.ONLY_MILESTONES))
    views = differences or {}
    found += [
        Improve(Lack.OWNERS_DIFFER, one, difference=views[one.kr.id])
        for one in sorted(states, key=_number)
        if one.kr.id in views
    ]
    told: set[int] = set()
    lines = []
    for one in found:
        if one.lack in set_aside:
            continue
        if one.state is not None:
            if one.state.kr.id in told:
                continue
            told.add(one.state.kr.id)
        lines.append(one)
    return tuple(lines)


def told_first(state: Assessment, *, before_ten: bool) -> bool:
    """False on the first stale morning until 10:00, when the owner gets the private notice (spec/07 §12.5)."""
    fresh = state.freshness
    first = limits_of(state.kr.cadence, done=state.reached, thresholds=state.thresholds).stale_from
    return not (before_ten and fresh.state is FreshnessState.STALE and fresh.age == first)


def difference_of(check_ins: Iterable[CheckIn], owners: Collection[int]) -> Difference | None:
    """How far apart the owners are in these check-ins, oldest first: self-scores by 0.2, likelihoods by 3 (§7.6).

    Each owner's newest counts. With more than two owners the lowest and the highest are told.
    """
    scores: dict[int, Decimal] = {}
    likelihoods: dict[int, Decimal] = {}
    for one in check_ins:
        if one.by_id not in owners:
            continue
        if one.self_score is not None:
            scores[one.by_id] = one.self_score
        if one.confidence is not None:
            likelihoods[one.by_id] = one.confidence
    for figures, line, likelihood in ((scores, SCORES_DIFFER, False), (likelihoods, LIKELIHOODS_DIFFER, True)):
        if len(figures) > 1 and at_least(max(figures.values()) - min(figures.values()), line):
            return Difference(min(figures.values()), max(figures.values()), likelihood)
    return None


def _silent(states: Sequence[Assessment], untold: Collection[int]) -> list[Improve]:
    quiet = (FreshnessState.STALE, FreshnessState.DARK, FreshnessState.FEED_QUIET)
    found = [
        one
        for one in states
        if one.kr.state is KRState.ACTIVE and one.freshness.state in quiet and one.kr.id not in untold
    ]
    return [
        Improve(
            Lack.FEED_QUIET if one.freshness.state is FreshnessState.FEED_QUIET else Lack.NO_UPDATE,
            one,
            days=one.freshness.age,
        )
        for one in sorted(found, key=lambda one: (-(one.freshness.age or 0), one.kr.number))
    ]


def _worn(states: Sequence[Assessment]) -> list[Improve]:
    active = [one for one in sorted(states, key=_number) if one.kr.state is KRState.ACTIVE]
    old = sorted((one for one in active if one.number_age is not None), key=lambda one: -(one.number_age or 0))
    return [Improve(Lack.OLD_NUMBER, one, days=one.number_age) for one in old] + [
        Improve(Lack.STALLED, one) for one in active if Tag.STALLED in one.tags
    ]


def _number(state: Assessment) -> int:
    return state.kr.number
