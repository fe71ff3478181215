"""What `/okr why` has to say, as values: the figures that went into each line, beside what came out.

Made by `bot.okr.explain`; the words are made where the card is (spec/06 §11.6).
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from bot.okr.model import Band, FreshnessState, Judgement, KeyResult, PaceProfile, Status, StatusReason, Tag

# The score -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NothingRead:
    """No reading yet, so no score; it counts as 0 in the objective's average."""


@dataclass(frozen=True, slots=True)
class LineScore:
    """`from_score + (value − from_value) ÷ (to_value − from_value) × (to_score − from_score) = raw`.

    Without anchors the piece is the whole line: `(value − baseline) ÷ (target − baseline)`.
    """

    value: Decimal
    from_value: Decimal
    from_score: Decimal
    to_value: Decimal
    to_score: Decimal
    anchored: bool
    raw: Decimal
    score: Decimal


@dataclass(frozen=True, slots=True)
class EnterRangeScore:
    """`1 − distance ÷ full_distance = raw`; the full distance is that of the baseline."""

    value: Decimal
    range_lo: Decimal | None
    range_hi: Decimal | None
    distance: Decimal
    full_distance: Decimal
    raw: Decimal
    score: Decimal


@dataclass(frozen=True, slots=True)
class HeldRangeScore:
    """`days_inside ÷ days_counted = share`, in or out while no day has passed; 0 if strict and ever out."""

    value: Decimal
    range_lo: Decimal | None
    range_hi: Decimal | None
    days_inside: Decimal
    days_counted: Decimal
    now_inside: bool
    share: Decimal
    strict: bool
    ever_outside: bool
    score: Decimal


@dataclass(frozen=True, slots=True)
class StepsScore:
    """`done_weight ÷ total_weight = score`; 1 once the whole KR is said to be done."""

    done_steps: int
    all_steps: int
    done_weight: Decimal
    total_weight: Decimal
    said_done: bool
    score: Decimal


@dataclass(frozen=True, slots=True)
class BinaryScore:
    """0 until done, then 1; how likely it is never enters."""

    done: bool
    done_on: date | None
    score: Decimal


@dataclass(frozen=True, slots=True)
class BaselineScore:
    """0 until there is a first value, then 1."""

    value: Decimal | None
    found_on: date | None
    score: Decimal


ScoreLine = NothingRead | LineScore | EnterRangeScore | HeldRangeScore | StepsScore | BinaryScore | BaselineScore

# The pace --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PaceLine:
    """The pace on `day`: `days ÷ all_days = fraction`, bent by `profile` into `pace`.

    `when_read` is False before the first reading; the day is then today. For a milestone with dated steps
    `profile` is None and `due_weight ÷ total_weight = pace`.
    """

    day: date
    when_read: bool
    days: int
    all_days: int
    fraction: Decimal
    profile: PaceProfile | None
    due_weight: Decimal | None
    total_weight: Decimal | None
    pace: Decimal
    expected_value: Decimal | None


# The heading -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class BandLine:
    """Where a figure stands between the edges: `edge` or more, or less than `edge` where `below` is set."""

    band: Band
    edge: Decimal
    below: bool


@dataclass(frozen=True, slots=True)
class DividedHeading:
    """`raw ÷ pace = heading`."""

    raw: Decimal
    pace: Decimal
    heading: Decimal
    band: BandLine


@dataclass(frozen=True, slots=True)
class HeldHeading:
    """`fraction × share + (1 − fraction) × (1 if now inside, else 0) = heading`; 0 if strict and ever out."""

    fraction: Decimal
    share: Decimal
    now_inside: bool
    strict_and_lost: bool
    heading: Decimal
    band: BandLine


class WithoutHeading(StrEnum):
    """Why the data has no heading (spec/03 §6.2)."""

    NOTHING_READ = "nothing_read"
    TOO_EARLY = "too_early"
    BY_TYPE = "by_type"


@dataclass(frozen=True, slots=True)
class NoHeading:
    """The data has none; `from_owner` is the self-score that is shown instead, `confidence` the likelihood.

    Too early means that `pace` is below `early_pace`.
    """

    why: WithoutHeading
    pace: Decimal | None
    early_pace: Decimal
    from_owner: Decimal | None
    confidence: Decimal | None


HeadingLine = DividedHeading | HeldHeading | NoHeading

# The owner -------------------------------------------------------------------------------------------------


class OwnerCounts(StrEnum):
    """Whether what the owner said makes the colour, and why (spec/03 §6.5)."""

    ALONE = "alone"
    AGREES = "agrees"
    MORE_CAUTIOUS = "more_cautious"
    HAS_REASON = "has_reason"
    WITHOUT_REASON = "without_reason"
    TOO_OLD = "too_old"
    TOO_EARLY = "too_early"
    DECIDED = "decided"
    DARK = "dark"

    @property
    def is_counted(self) -> bool:
        """True where the owner's word is, or agrees with, the colour before rule 8."""
        return self in (self.ALONE, self.AGREES, self.MORE_CAUTIOUS, self.HAS_REASON)


@dataclass(frozen=True, slots=True)
class OwnerLine:
    """What the owner judged on `said_on`, and whether it counts.

    It is valid while its `age` is at most `valid_until_age` working days. `landing` differs from the
    self-score in progress mode only: self-score ÷ `pace` on the day it was said.
    """

    judgement: Judgement
    status_said: Band | None
    self_score: Decimal | None
    confidence: Decimal | None
    said_on: date
    pace: Decimal | None
    landing: Decimal | None
    band: Band | None
    age: int | None
    note: str | None
    note_length: int
    is_reason: bool
    valid_until_age: int
    counts: OwnerCounts


# Freshness -------------------------------------------------------------------------------------------------


class CountedFrom(StrEnum):
    """The event from which the age is counted (spec/03 §7.1)."""

    UPDATE = "update"
    READING = "reading"
    GOING_LIVE = "going_live"


@dataclass(frozen=True, slots=True)
class FreshnessLine:
    """`age` working days since `since`: due from, stale from, dark from. None where the KR does not age.

    For an automated KR `max_age_days` is what its feed may be silent; it is None for the others.
    """

    state: FreshnessState
    age: int | None
    since: date | None
    counted_from: CountedFrom
    due_from: int
    stale_from: int
    dark_from: int
    max_age_days: int | None
    number_age: int | None


# All of it -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class VerdictLine:
    """The status, the rule that made it, and the colour that rule 8 took back."""

    status: Status
    reason: StatusReason
    capped_from: Band | None
    score_before: Decimal | None
    tags: tuple[Tag, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """The lines of `/okr why`; the first is the KR itself. `pace` and `owner` are None where there is none."""

    kr: KeyResult
    score: ScoreLine
    pace: PaceLine | None
    heading: HeadingLine
    owner: OwnerLine | None
    freshness: FreshnessLine
    verdict: VerdictLine
