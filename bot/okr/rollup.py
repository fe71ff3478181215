"""From key results to their objective: score, heading, status, participation (spec/03 §8.1-8.3)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from bot.okr.assess import Assessment
from bot.okr.exact import ONE, ZERO, at_least, clip, compare
from bot.okr.model import Commitment, KeyResult, KRState, Status

Weighted = tuple[Decimal, Decimal]
"""A figure and its weight."""

HALF = Decimal("0.5")
WEEKS_AVERAGED = 4
WEEKS_BEFORE_A_HINT = 3

_IN_THE_AVERAGE = (KRState.ACTIVE, KRState.CLOSED)
_RED = (Status.OFF_TRACK, Status.MISSED)
_KNOWN = (Status.DONE, Status.AHEAD, Status.ON_TRACK, Status.AT_RISK, *_RED)


@dataclass(frozen=True, slots=True)
class ColouredPart:
    """What an objective's status needs to know of one KR."""

    status: Status
    weight: Decimal = ONE
    commitment: Commitment = Commitment.STRETCH


@dataclass(frozen=True, slots=True)
class StatusCount:
    """How many KRs of an objective have a status."""

    status: Status
    count: int


@dataclass(frozen=True, slots=True)
class ObjectiveAssessment:
    """An objective as it stands: a rough average, where it is heading, its colour (spec/03 §8.1-8.2)."""

    score: Decimal | None
    heading: Decimal | None
    status: Status
    counts: tuple[StatusCount, ...]


def assess_objective(parts: Sequence[Assessment]) -> ObjectiveAssessment:
    """All that is derived about an objective from all of its KRs; those that do not count are left out here."""
    counting = [part for part in parts if counts_in_objective(part.kr)]
    return ObjectiveAssessment(
        score=objective_score(counting),
        heading=objective_heading(counting),
        status=objective_status(ColouredPart(part.status, part.kr.weight, part.kr.commitment) for part in counting),
        counts=count_by_status(counting),
    )


def counts_in_objective(kr: KeyResult) -> bool:
    """True for active, done and closed KRs; draft, paused, dropped and sprint KRs are left out (spec/03 §8.1)."""
    return kr.state in _IN_THE_AVERAGE and kr.parent_kr_id is None


def objective_score(parts: Iterable[Assessment]) -> Decimal | None:
    """Weighted mean of the KR scores, 0-1; a KR without readings counts 0, no KRs no score (spec/03 §8.1)."""
    return weighted_mean((part.score or ZERO, part.kr.weight) for part in parts if counts_in_objective(part.kr))


def objective_heading(parts: Iterable[Assessment]) -> Decimal | None:
    """Weighted mean of the headings shown, each clipped to 0-1 (spec/03 §8.1).

    A binary KR brings its likelihood ÷ 10, or 1 once done; KRs with neither are left out.
    """
    headings = ((_landing_of(part), part.kr.weight) for part in parts if counts_in_objective(part.kr))
    return weighted_mean((clip(landing), weight) for landing, weight in headings if landing is not None)


def objective_status(parts: Iterable[ColouredPart]) -> Status:
    """The objective's colour from its weakest parts; only KRs with a known colour count (spec/03 §8.2).

    A missed KR weighs as off track. `no_signal` where nothing is known.
    """
    known = [part for part in parts if part.status in _KNOWN]
    total = sum((part.weight for part in known), ZERO)
    if total <= 0:
        return Status.NO_SIGNAL
    red = _share(known, total, *_RED)
    yellow = _share(known, total, Status.AT_RISK)
    if at_least(red, HALF):
        return Status.OFF_TRACK
    committed_yellow = any(part.status is Status.AT_RISK and part.commitment is Commitment.COMMITTED for part in known)
    if red > 0 or at_least(yellow, ONE / 3) or committed_yellow:
        return Status.AT_RISK
    if all(part.status is Status.DONE for part in known):
        return Status.DONE
    if at_least(_share(known, total, Status.AHEAD, Status.DONE), HALF) and yellow == 0:
        return Status.AHEAD
    return Status.ON_TRACK


def count_by_status(parts: Iterable[Assessment]) -> tuple[StatusCount, ...]:
    """How many KRs that count have each status, best first; statuses that nobody has are left out."""
    statuses = [part.status for part in parts if counts_in_objective(part.kr)]
    counts = (StatusCount(status, statuses.count(status)) for status in Status)
    return tuple(count for count in counts if count.count)


def rolled_up_value(children: Iterable[Weighted]) -> Decimal | None:
    """The value of a parent KR with `rolls_up`: weighted mean of child objective scores (spec/03 §8.2).

    0-1, so only for a KR whose unit is "score". None without children.
    """
    return weighted_mean(children)


def weighted_mean(figures: Iterable[Weighted]) -> Decimal | None:
    """Σ figure · weight ÷ Σ weight; None where nothing has weight."""
    rows = list(figures)
    total = sum((weight for _, weight in rows), ZERO)
    return sum((figure * weight for figure, weight in rows), ZERO) / total if total > 0 else None


class ParticipationWord(StrEnum):
    """How many of the questions were answered, as a word (spec/03 §8.3)."""

    LOW = "low"
    TYPICAL = "typical"
    FAIR = "fair"
    GOOD = "good"


@dataclass(frozen=True, slots=True)
class KRWeek:
    """One KR in one ritual week: is someone responsible at work, and was there an answer (spec/03 §8.3)?

    `updated`: a substantive update between the prompt and the start of the meeting. `suppressed`: it was so
    recent that nobody was asked, which counts as updated.
    """

    kr: KeyResult
    at_work: bool = True
    updated: bool = False
    suppressed: bool = False


@dataclass(frozen=True, slots=True)
class Participation:
    """`updated` of `due` KRs of a team in one ritual week; shown as "7 of 8"."""

    updated: int
    due: int

    @property
    def share(self) -> Decimal | None:
        """0-1; None in a week in which nothing was due."""
        return Decimal(self.updated) / Decimal(self.due) if self.due else None


def participation_of(rows: Iterable[KRWeek]) -> Participation:
    """The team's week: due are its active KRs with a responsible person at work (spec/03 §8.3)."""
    due = [row for row in rows if row.kr.state is KRState.ACTIVE and row.at_work]
    return Participation(sum(row.updated or row.suppressed for row in due), len(due))


def average_share(weeks: Sequence[Participation]) -> Decimal | None:
    """Updated ÷ due over the last four weeks, oldest first; None where nothing was due."""
    last = weeks[-WEEKS_AVERAGED:]
    return Participation(sum(week.updated for week in last), sum(week.due for week in last)).share


def participation_word(weeks: Sequence[Participation]) -> ParticipationWord | None:
    """The four-week average as a word: below 50%, to 69%, to 79%, from 80% (spec/03 §8.3)."""
    share = average_share(weeks)
    if share is None:
        return None
    lines = (
        (Decimal("0.8"), ParticipationWord.GOOD),
        (Decimal("0.7"), ParticipationWord.FAIR),
        (HALF, ParticipationWord.TYPICAL),
    )
    return next((word for line, word in lines if at_least(share, line)), ParticipationWord.LOW)


def needs_a_hint(weeks: Sequence[Participation]) -> bool:
    """True below 70% three weeks running, oldest first: the lead is asked what would help (spec/03 §8.3)."""
    shares = [week.share for week in weeks[-WEEKS_BEFORE_A_HINT:]]
    return len(shares) == WEEKS_BEFORE_A_HINT and all(
        share is not None and compare(share, Decimal("0.7")) < 0 for share in shares
    )


def _landing_of(part: Assessment) -> Decimal | None:
    if not part.kr.is_binary:
        return part.shown_heading
    if part.current.done:
        return ONE
    return None if part.current.confidence is None else part.current.confidence / 10


def _share(parts: Sequence[ColouredPart], total: Decimal, *statuses: Status) -> Decimal:
    return sum((part.weight for part in parts if part.status in statuses), ZERO) / total
