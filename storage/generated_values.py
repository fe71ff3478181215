"""A made-up company as values, before it is written down (storage.generated): people, teams, key results, history."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal

from bot.okr import model as okr
from storage import models as m
from storage.check_ins import Origin, Said


@dataclass(frozen=True, slots=True)
class NewAway:
    """Days off, both ends included. People are told by their number in the company, counted from 0."""

    first_day: date
    last_day: date
    delegate: int | None = None


@dataclass(frozen=True, slots=True)
class NewPerson:
    number: int
    handle: str
    display_name: str
    short_name: str
    e_mail: str
    timezone: str
    lang: m.Language
    holiday_calendar: str | None = None
    number_style: m.NumberStyle = m.NumberStyle.DOT
    working_days: tuple[int, ...] = (0, 1, 2, 3, 4)
    role: m.WorkspaceRole = m.WorkspaceRole.MEMBER
    check_in_time: time | None = None
    away: tuple[NewAway, ...] = ()


@dataclass(frozen=True, slots=True)
class NewMeeting:
    title: str
    weekdays: tuple[int, ...]
    at: time
    main: bool = True
    every: int = 1
    lead_minutes: int = 10
    duration: int = 60


@dataclass(frozen=True, slots=True)
class NewCheckIn:
    """What was said; `origin` tells people by their number. `corrects` is the place of an earlier one of this KR."""

    said: Said
    origin: Origin
    day: date
    corrects: int | None = None
    undone_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NewChange:
    field: str
    old: str | None
    new: str | None
    reason: str
    category: str
    by: int
    at: datetime


@dataclass(frozen=True, slots=True)
class NewKeyResult:
    """`definition` says what it is; its `id` is its number in the company, counted from 0. `readings` nobody said."""

    definition: okr.KeyResult
    owner: int
    published_on: date
    co_owners: tuple[int, ...] = ()
    cadence: m.CadenceOfKR = m.CadenceOfKR.INHERIT
    initial_confidence: Decimal | None = None
    paused_from: date | None = None
    paused_until: date | None = None
    dropped_because: str | None = None
    readings: tuple[okr.Reading, ...] = ()
    check_ins: tuple[NewCheckIn, ...] = ()
    changes: tuple[NewChange, ...] = ()


@dataclass(frozen=True, slots=True)
class NewObjective:
    number: int
    title: str
    why: str | None
    serves: str | None
    owner: int
    visibility: m.Visibility
    key_results: tuple[NewKeyResult, ...]


@dataclass(frozen=True, slots=True)
class NewNextStep:
    text: str
    kr: int | None
    owner: int
    due: date | None
    state: m.NextStepState
    at: datetime
    done_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NewWin:
    text: str
    kr: int | None
    by: int
    at: datetime
    thanks: int | None = None
    """The number of a team that came before this one."""


@dataclass(frozen=True, slots=True)
class NewHealth:
    name: str
    owner: int
    status: m.HealthStatus
    note: str | None
    said_at: datetime


@dataclass(frozen=True, slots=True)
class NewAlignment:
    """An agreement with, or a conflict between, this team and one that came before it."""

    from_kr: int
    to_team: int | None
    to_kr: int | None
    kind: m.AlignmentKind
    text: str
    asked_at: datetime
    needed_by: date | None = None
    state: m.AlignmentState = m.AlignmentState.PROPOSED
    agreed_by: int | None = None
    agreed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NewTeam:
    """A team with everybody who comes into the company with it; `number` counts from 0 and `parent` is smaller."""

    number: int
    key: str
    name: str
    parent: int | None
    lang: m.Language
    timezone: str
    holiday_calendar: str
    channel: str | None
    cadence: okr.Cadence
    people: tuple[NewPerson, ...]
    lead: int
    members: tuple[int, ...] = ()
    viewers: tuple[int, ...] = ()
    meetings: tuple[NewMeeting, ...] = ()
    rituals: Mapping[str, bool] = field(default_factory=dict)
    objectives: tuple[NewObjective, ...] = ()
    next_steps: tuple[NewNextStep, ...] = ()
    wins: tuple[NewWin, ...] = ()
    health: tuple[NewHealth, ...] = ()
    alignments: tuple[NewAlignment, ...] = ()


@dataclass(frozen=True, slots=True)
class NewCompany:
    """The company as it stands at `now`; `teams` makes them anew whenever it is called, the root first."""

    name: str
    mission: str
    timezone: str
    holiday_calendar: str
    cycle: str
    first_day: date
    last_day: date
    now: datetime
    holidays: tuple[tuple[str, date, m.HolidayKind, str], ...]
    teams: Callable[[], Iterable[NewTeam]]
