"""The words of the domain as values: enums for closed sets, frozen dataclasses for facts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

LEAST_WEEKS, MOST_WEEKS = 4, 26
"""How long a cycle may be."""


class KRType(StrEnum):
    INCREASE = "increase"
    DECREASE = "decrease"
    RANGE = "range"
    MILESTONE = "milestone"
    BASELINE = "baseline"


class Commitment(StrEnum):
    STRETCH = "stretch"
    COMMITTED = "committed"


class PaceProfile(StrEnum):
    LINEAR = "linear"
    SLOW_START = "slow_start"
    FAST_START = "fast_start"
    STEPS = "steps"
    FLAT = "flat"


class KRState(StrEnum):
    DRAFT = "draft"
    ACTIVE = "active"
    PAUSED = "paused"
    DROPPED = "dropped"
    CLOSED = "closed"


IN_FORCE = (KRState.ACTIVE, KRState.PAUSED)
"""What is still worked on, now or later."""


class Cadence(StrEnum):
    WEEKLY = "weekly"
    BIWEEKLY = "biweekly"


class Source(StrEnum):
    MANUAL = "manual"
    AUTO = "auto"


class ScoreMode(StrEnum):
    FORECAST = "forecast"
    PROGRESS = "progress"


class Band(StrEnum):
    """A colour: where a KR is heading (spec/03 §6.3). Best first."""

    AHEAD = "ahead"
    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    OFF_TRACK = "off_track"

    @property
    def rank(self) -> int:
        """0 is best, 3 is worst."""
        return list(Band).index(self)


class Status(StrEnum):
    """What the board shows for a KR (spec/03 §6.5)."""

    DONE = "done"
    AHEAD = "ahead"
    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    OFF_TRACK = "off_track"
    MISSED = "missed"
    TO_SCORE = "to_score"
    NO_SIGNAL = "no_signal"


class StatusReason(StrEnum):
    """Why the status is what it is: one word per rule of spec/03 §6.5."""

    REACHED = "reached"
    PAST_DUE = "past_due"
    TOO_EARLY = "too_early"
    NO_DATA = "no_data"
    DATA_ONLY = "data_only"
    OWNER_ONLY = "owner_only"
    AGREE = "agree"
    OWNER_MORE_CAUTIOUS = "owner_more_cautious"
    OWNER_HAS_REASON = "owner_has_reason"
    OWNER_WITHOUT_REASON = "owner_without_reason"
    BLOCKED = "blocked"
    FELL_BACK = "fell_back"
    BELOW_START = "below_start"
    DARK = "dark"


class Tag(StrEnum):
    BLOCKED = "blocked"
    STALE = "stale"
    STALLED = "stalled"
    FELL_BACK = "fell_back"
    OWNER_DIFFERS = "owner_differs"
    AUTOMATED = "automated"
    BINARY = "binary"


class FreshnessState(StrEnum):
    FRESH = "fresh"
    DUE = "due"
    STALE = "stale"
    DARK = "dark"
    FEED_QUIET = "feed_quiet"


class CheckInKind(StrEnum):
    UPDATE = "update"
    CONFIRM = "confirm"
    SKIP = "skip"
    AUTO = "auto"
    FINAL = "final"


class CheckInSource(StrEnum):
    DM = "dm"
    COMMAND = "command"
    MODAL = "modal"
    BUTTON = "button"
    API = "api"


class ReadingSource(StrEnum):
    MANUAL = "manual"
    AUTO = "auto"
    IMPORT = "import"


class Judgement(StrEnum):
    """What an owner's band was read from; the first that a check-in gives counts (spec/03 §6.3)."""

    STATUS = "status"
    SELF_SCORE = "self_score"
    CONFIDENCE = "confidence"


class Outcome(StrEnum):
    EXCEEDED = "exceeded"
    MET = "met"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class Bands:
    """Lower edges of ahead, on track and at risk; descending."""

    ahead: Decimal
    on_track: Decimal
    at_risk: Decimal


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What a workspace may tune (spec/10 §18); the defaults are the specification's."""

    stretch: Bands = Bands(Decimal("1.00"), Decimal("0.60"), Decimal("0.40"))
    committed: Bands = Bands(Decimal("1.10"), Decimal("0.95"), Decimal("0.75"))
    outcome_met: Decimal = Decimal("0.60")
    outcome_exceeded: Decimal = Decimal("0.80")
    early_pace: Decimal = Decimal("0.15")
    grace_days: int = 2
    dark_factor: int = 2


DEFAULT_THRESHOLDS = Thresholds()


@dataclass(frozen=True, slots=True)
class Anchors:
    """The values that score 0.3, 0.7 and 1.0 (spec/03 §5.2)."""

    a03: Decimal
    a07: Decimal
    a10: Decimal


@dataclass(frozen=True, slots=True)
class Step:
    number: int
    title: str
    weight: Decimal = Decimal(1)
    due: date | None = None
    done_on: date | None = None


@dataclass(frozen=True, slots=True)
class Checkpoint:
    on: date
    expected_score: Decimal


@dataclass(frozen=True, slots=True)
class KeyResult:
    """A key result as it is defined; what people said about it is not here."""

    id: int
    team_key: str
    number: int
    title: str
    short_title: str
    type: KRType
    start: date
    due: date
    metric: str = ""
    unit: str = ""
    decimals: int = 0
    baseline: Decimal | None = None
    target: Decimal | None = None
    anchors: Anchors | None = None
    range_lo: Decimal | None = None
    range_hi: Decimal | None = None
    range_tol: Decimal | None = None
    strict: bool = False
    commitment: Commitment = Commitment.STRETCH
    weight: Decimal = Decimal(1)
    pace: PaceProfile = PaceProfile.LINEAR
    checkpoints: tuple[Checkpoint, ...] = ()
    steps: tuple[Step, ...] = ()
    source: Source = Source.MANUAL
    auto_max_age_days: int = 3
    cadence: Cadence = Cadence.WEEKLY
    state: KRState = KRState.ACTIVE
    parent_kr_id: int | None = None
    aliases: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """`KR2`: short form, enough where one team is meant."""
        return f"KR{self.number}"

    @property
    def key(self) -> str:
        """`GRO-2`: full form, unique in a workspace for the active cycle."""
        return f"{self.team_key}-{self.number}"

    @property
    def is_binary(self) -> bool:
        return self.type is KRType.MILESTONE and not self.steps

    @property
    def is_number(self) -> bool:
        """True where a plain number updates it: increase, decrease, range."""
        return self.type in (KRType.INCREASE, KRType.DECREASE, KRType.RANGE)

    @property
    def is_automated(self) -> bool:
        return self.source is Source.AUTO


@dataclass(frozen=True, slots=True)
class Reading:
    """A measured value. `on` is the local day of measurement in the lead owner's zone.

    `check_in_id` names the check-in that brought it; if that one is undone or superseded, so is the reading.
    """

    value: Decimal
    at: datetime
    on: date
    source: ReadingSource = ReadingSource.MANUAL
    approx: bool = False
    id: int = 0
    check_in_id: int | None = None


@dataclass(frozen=True, slots=True)
class CheckIn:
    """What a person said about a KR at a moment (spec/02 §4.7). `on` is the owner's local day."""

    id: int
    kr_id: int
    by_id: int
    at: datetime
    on: date
    kind: CheckInKind
    value: Decimal | None = None
    self_score: Decimal | None = None
    confidence: Decimal | None = None
    status_said: Band | None = None
    done: bool | None = None
    steps_done: tuple[int, ...] | None = None
    blocked: bool | None = None
    blocker: str | None = None
    help_wanted: str | None = None
    note: str | None = None
    approx: bool = False
    supersedes_id: int | None = None
    undone: bool = False

    @property
    def is_substantive(self) -> bool:
        """True if it resets freshness (spec/02 §4.7, spec/03 §7.3)."""
        if self.kind is CheckInKind.CONFIRM:
            return True
        if self.kind not in (CheckInKind.UPDATE, CheckInKind.FINAL):
            return False
        said = (self.value, self.self_score, self.confidence, self.status_said, self.done, self.steps_done)
        return any(part is not None for part in said) or self.blocked is not None


@dataclass(frozen=True, slots=True)
class Current:
    """The newest that counts for one KR: what stands on the KR row, and what replaying its rows yields.

    `band_*` come from the check-in that gave the owner's judgement (status word, else self-score,
    else confidence): `band_from` says which of the three, `status_said` is that check-in's word.
    A range KR keeps its time: `in_range_days` of the days from `range_since` to `measured_on`;
    `ever_out_of_range` is true from the first reading outside, `previously_out_of_range` is what it
    was before the last reading.
    """

    value: Decimal | None = None
    measured_at: datetime | None = None
    measured_on: date | None = None
    previous_value: Decimal | None = None
    previous_measured_on: date | None = None
    self_score: Decimal | None = None
    self_score_on: date | None = None
    confidence: Decimal | None = None
    previous_confidence: Decimal | None = None
    status_said: Band | None = None
    band_from: Judgement | None = None
    band_on: date | None = None
    band_note: str | None = None
    band_check_in_id: int | None = None
    note: str | None = None
    note_on: date | None = None
    done: bool = False
    done_on: date | None = None
    steps_done: Mapping[int, date] = field(default_factory=dict)
    blocked: bool = False
    blocked_since: datetime | None = None
    blocker: str | None = None
    help_wanted: str | None = None
    updated_at: datetime | None = None
    updated_on: date | None = None
    last_check_in_id: int | None = None
    last_check_in_at: datetime | None = None
    in_range_days: Decimal = Decimal(0)
    range_since: date | None = None
    ever_out_of_range: bool = False
    previously_out_of_range: bool = False


NOTHING_SAID = Current()
