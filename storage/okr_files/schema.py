"""What an OKR file says, typed: every entry knows its line, and which keys were given (docs/okr-file.md)."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.okr import model as okr
from bot.okr.localtime import instant
from storage import models as m
from storage.check_ins import Said
from storage.okr_files.drafts import Unread

ChangeValue = str | int | bool | tuple[str, ...] | None
"""What a field held, as it is kept in the record of changes; a person stands there by their handle."""
NOON = time(12, 0)
"""What a day without a time means: nobody's calendar day is another one at noon."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a line cannot be taken. `line` counts from 1; `path` is the place by keys, lists counted from 1 too."""

    line: int
    path: str
    sentence: str

    def __str__(self) -> str:
        return f"Line {self.line}, {self.path}: {self.sentence}" if self.path else f"Line {self.line}: {self.sentence}"


@dataclass(frozen=True, slots=True)
class Note:
    """Something that is allowed and worth knowing. `line` is where the file speaks of it; 0 where it does not."""

    line: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Moment:
    """A day, or a day and wall time, or an exact instant where the file gives an offset from UTC."""

    day: date
    at: time | None = None
    exact: datetime | None = None

    def instant(self, zone: str) -> datetime:
        """The moment in UTC, read on the wall clocks of `zone`; a bare day is its noon."""
        return self.exact if self.exact is not None else instant(self.day, self.at or NOON, zone)

    def local_day(self, zone: str) -> date:
        """The calendar day in `zone`."""
        return self.day if self.exact is None else self.exact.astimezone(ZoneInfo(zone)).date()

    @property
    def is_exact(self) -> bool:
        """True where it is one instant, whoever's clock is looked at."""
        return self.exact is not None

    def __str__(self) -> str:
        if self.exact is not None:
            return f"{self.exact.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
        return self.day.isoformat() if self.at is None else f"{self.day.isoformat()} {self.at:%H:%M}"


@dataclass(frozen=True, slots=True)
class KRRef:
    """A key result, as `GRO-2` names it; `cycle_team` is the team whose own cycle it is, None for the workspace's."""

    team: str
    cycle_team: str | None
    cycle: str
    number: int

    @property
    def label(self) -> str:
        return f"{self.team}-{self.number}"


@dataclass(frozen=True, slots=True)
class ObjectiveRef:
    """An objective, as `GRO-O1` names it."""

    team: str
    cycle_team: str | None
    cycle: str
    number: int

    @property
    def label(self) -> str:
        return f"{self.team}-O{self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What all parts of a file share. A key that is not in `given` holds its default and changes no stored row."""

    line: int
    given: frozenset[str] = frozenset()

    def gives(self, key: str) -> bool:
        """True where the file says `key` itself."""
        return key in self.given


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days from `first` to `last`, both included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnDateEntry(Entry):
    """A day off or a make-up working day that a calendar's library does not know."""

    calendar: str
    day: date
    kind: m.HolidayKind
    name: str


@dataclass(frozen=True, slots=True)
class Threshold:
    """One line that the workspace draws itself, as text: `1.00/0.60/0.40`, `2`."""

    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkspaceEntry(Entry):
    name: str
    mission: str | None
    vision: str | None
    strategy: str | None
    timezone: str
    language: m.Language
    score_mode: okr.ScoreMode
    score_objectives: bool
    personal_okrs: bool
    holiday_calendar: str | None
    quiet_from: time
    quiet_to: time
    freeze: tuple[Stretch, ...]
    retention_days: int | None
    thresholds: tuple[Threshold, ...]
    holidays: tuple[OwnDateEntry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AwayEntry(Entry):
    first: date
    last: date
    delegate: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressEntry(Entry):
    platform: m.Platform
    external_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonEntry(Entry):
    handle: str
    name: str
    short_name: str
    e_mail: str | None
    timezone: str | None
    language: m.Language | None
    number_style: m.NumberStyle
    working_days: tuple[int, ...]
    holiday_calendar: str | None
    check_in_day: int | None
    check_in_time: time | None
    role: m.WorkspaceRole
    active: bool
    muted_until: date | None
    away: tuple[AwayEntry, ...]
    addresses: tuple[AddressEntry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingEntry(Entry):
    title: str
    weekdays: tuple[int, ...]
    time: time
    timezone: str | None
    every: int
    lead_minutes: int
    duration: int
    main: bool


@dataclass(frozen=True, slots=True)
class RitualSwitch:
    name: str
    on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamEntry(Entry):
    key: str
    name: str
    lead: str | None
    members: tuple[str, ...]
    viewers: tuple[str, ...]
    channel: AddressEntry | None
    language: m.Language | None
    timezone: str | None
    holiday_calendar: str | None
    parent: str | None
    kind: m.TeamKind
    cadence: okr.Cadence
    reminders: int
    review_every_weeks: int
    rituals: tuple[RitualSwitch, ...]
    meetings: tuple[MeetingEntry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleEntry(Entry):
    name: str
    team: str | None
    first_day: date
    last_day: date
    state: m.CycleState


@dataclass(frozen=True, slots=True)
class Measure:
    """What a key result is measured by. A file gives it whole, because its parts only make sense together."""

    type: okr.KRType
    baseline: Decimal | None = None
    target: Decimal | None = None
    anchors: okr.Anchors | None = None
    range_lo: Decimal | None = None
    range_hi: Decimal | None = None
    range_tol: Decimal | None = None
    unit: str = ""
    unit_given: bool = False
    decimals: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class StepEntry(Entry):
    number: int
    title: str
    weight: Decimal
    due: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckpointEntry(Entry):
    day: date
    expected_score: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEntry(Entry):
    """What was read or said about a key result. `by` None is its owner; `reading` is set where nobody said it."""

    at: Moment
    said: Said
    by: str | None = None
    reading: okr.ReadingSource | None = None
    id: str | None = None
    """The row's own name in an export; it is known again by it, whatever else was changed."""
    on_behalf_of: str | None = None
    day: date | None = None
    """The owner's calendar day then, where it is not that of `at` on the owner's clock of today."""
    measured: Moment | None = None
    """When the value was measured, where that was not when it was said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeEntry(Entry):
    """A change that was made to an objective or a key result; `field` is the column's name."""

    at: Moment
    field: str
    old: ChangeValue
    new: ChangeValue
    reason: str | None
    category: str | None
    by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyResultEntry(Entry):
    ref: KRRef
    id: str | None = None
    """The row's own name in an export; it is known again by it, even under another number."""
    title: str
    short_title: str
    tag: str | None
    metric: str
    measure: Measure
    strict: bool
    commitment: okr.Commitment
    weight: Decimal
    start: date
    due: date
    pace: okr.PaceProfile
    checkpoints: tuple[CheckpointEntry, ...]
    steps: tuple[StepEntry, ...]
    owner: str | None
    co_owners: tuple[str, ...]
    answer_policy: m.AnswerPolicy
    source: okr.Source
    max_age_days: int
    cadence: m.CadenceOfKR
    state: okr.KRState
    reason: str | None
    paused_from: date | None
    paused_until: date | None
    published_on: date | None
    initial_confidence: Decimal | None
    final_score: Decimal | None
    serves: KRRef | None
    aliases: tuple[str, ...]
    history: tuple[HistoryEntry, ...]
    changes: tuple[ChangeEntry, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectiveEntry(Entry):
    team: str
    cycle_team: str | None
    cycle: str
    number: int
    title: str
    why: str | None
    serves: str | None
    owner: str | None
    visibility: m.Visibility
    state: m.ObjectiveState
    key_results: tuple[KeyResultEntry, ...]
    changes: tuple[ChangeEntry, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStepEntry(Entry):
    team: str
    key_result: KRRef | None
    text: str
    owner: str | None
    due: date | None
    state: m.NextStepState
    at: Moment
    done_at: Moment | None
    id: str | None = None
    """The row's own name in an export."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WinEntry(Entry):
    team: str
    key_result: KRRef | None
    text: str
    by: str | None
    thanks: str | None
    at: Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthEntry(Entry):
    team: str
    name: str
    owner: str | None
    status: m.HealthStatus
    note: str | None
    said: Moment | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementEntry(Entry):
    """What a key result, or an objective, needs of, or shares with, another team or what another team works on."""

    source: KRRef | ObjectiveRef
    to_team: str | None
    to: KRRef | ObjectiveRef | None
    kind: m.AlignmentKind
    text: str
    needed_by: date | None
    asked: Moment
    state: m.AlignmentState
    agreed_by: str | None
    agreed: Moment | None
    agreed_text: str | None
    asked_by: str | None = None
    """Who asked in chat: then the clock goes on asking."""
    wording: int | None = None
    """How often it was worded; with it, which of them each side said yes to last."""
    asking_said_yes_to: int | None = None
    asked_said_yes_to: int | None = None
    because: str | None = None
    """Why it was declined."""
    slips_to: date | None = None


@dataclass(frozen=True, slots=True)
class OkrFile:
    """A whole file that can be read. Everything it names, it also contains."""

    name: str
    workspace: WorkspaceEntry
    people: tuple[PersonEntry, ...] = ()
    teams: tuple[TeamEntry, ...] = ()
    cycles: tuple[CycleEntry, ...] = ()
    objectives: tuple[ObjectiveEntry, ...] = ()
    next_steps: tuple[NextStepEntry, ...] = ()
    wins: tuple[WinEntry, ...] = ()
    health: tuple[HealthEntry, ...] = ()
    agreements: tuple[AgreementEntry, ...] = ()
    unread: tuple[Unread, ...] = ()
    """Of a file made from a draft: what was not taken over."""
    notes: tuple[Note, ...] = ()
    """Of a file made from a draft: what was taken over otherwise than it is written; the preview tells it."""

    @property
    def key_results(self) -> tuple[KeyResultEntry, ...]:
        """All key results, in the file's order."""
        return tuple(one for objective in self.objectives for one in objective.key_results)
