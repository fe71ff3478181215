"""What the planner must know of a team, and what it answers: plain values, no storage."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from bot.okr.agreements import Side
from bot.okr.localtime import QuietHours
from bot.okr.workdays import WorkCalendar


class Ritual(StrEnum):
    """What the clock does for a team; one agenda row each."""

    WEEKLY_CHECK_IN = "weekly_checkin"
    DIGEST = "digest"
    STALE = "stale"
    NEXT_STEPS = "next_steps"
    WINS = "wins"
    CARE = "care"
    """What is said when people or whole teams fall silent: another time, another rhythm."""
    COMPANY_DIGEST = "company_digest"
    STANDING_BOARD = "standing_board"


ON_BY_DEFAULT = frozenset({"weekly_checkin", "digest", "next_steps", "health"})
"""What a team does unless it says otherwise (spec/10 §18); wins and the standing board are asked for."""


class Message(StrEnum):
    """The kinds of message the planner plans."""

    CHECK_IN = "check_in"
    REMINDER_1 = "reminder_1"
    REMINDER_2 = "reminder_2"
    STALE = "stale"
    DARK = "dark"
    DIGEST = "digest"
    HEALTH = "health"
    FEED_QUIET = "feed_quiet"
    BAD_TIME = "bad_time"
    TEAM_QUIET = "team_quiet"
    PARTICIPATION = "participation"
    NEXT_STEPS = "next_steps"
    WINS = "wins"
    COMPANY_DIGEST = "company_digest"
    STANDING_BOARD = "standing_board"
    AGREEMENT = "agreement"
    AGREEMENT_OPEN = "agreement_open"
    AGREEMENT_NEAR = "agreement_near"
    AGREEMENT_DUE = "agreement_due"


class SkipReason(StrEnum):
    """Why something that was due is not sent; shown to operators as it stands."""

    AWAY = "away"
    DAY_OFF = "no working day is left before the digest"
    ACCOUNT_OFF = "the account is off"
    MUTED = "muted"
    ASKED_THIS_WEEK = "asked this week already"
    UPDATED_RECENTLY = "everything was updated in the last two working days"
    ASKED_JUST_BEFORE = "asked two working days ago or less"
    ASKED_TODAY = "part of today's question"
    TOO_LATE = "more than a day after its time"
    MOMENT_PASSED = "its moment has passed"
    DIGEST_PASSED = "its digest has passed"
    MEETING_BEGAN = "the meeting had begun"
    HOLIDAY = "holiday or company shutdown on the meeting day"
    NO_CHANNEL = "the team has no channel"
    NO_CYCLE = "no active cycle on that day"
    NO_LEAD = "the team has no lead"
    REMINDED_TWICE = "reminded twice this week already"
    NO_DIGEST = "no digest opened that meeting"
    NOTHING_TO_TELL = "there is nothing to tell"
    IN_COMPANY_DIGEST = "the company digest takes its place"


@dataclass(frozen=True, slots=True)
class MeetingFacts:
    """A meeting as it is set now. `weekdays`: 0 is Monday. `every`: 1, 2 or 4 weeks, counted from the cycle's start."""

    id: int
    main: bool
    weekdays: tuple[int, ...]
    at: time
    zone: str
    every: int = 1
    lead_minutes: int = 10
    duration: int = 60
    """Minutes."""


@dataclass(frozen=True, slots=True)
class Delegation:
    """From `first` to `last`, both included, `person_id` is asked in somebody's place (spec/03 §7.1)."""

    first: date
    last: date
    person_id: int


@dataclass(frozen=True, slots=True)
class HealthFacts:
    """A health metric and who is asked about it."""

    id: int
    owner_id: int


@dataclass(frozen=True, slots=True)
class AgreementFacts:
    """One side of what two teams agree on: this team's, and who speaks for it."""

    id: int
    side: Side
    reader_id: int
    rev: int
    asked_on: date
    is_open: bool
    waits_here: bool
    """Its yes to the wording is still to come from this side."""
    by: date | None = None
    """The day for which it was agreed, or to which it slips."""


@dataclass(frozen=True, slots=True)
class WeekCount:
    """Participation of one ritual week: `updated` of `due` key results (spec/03 §8.3)."""

    period: str
    meeting_at: datetime
    updated: int
    due: int


@dataclass(frozen=True, slots=True)
class SentPrompt:
    """A check-in question that went out, or stands in the outbox and will: in which period, and when.

    `sent_at` is the due time where it is not sent yet. Counting those, too, keeps two teams of one person from
    both asking in the minutes between planning and sending.
    """

    period: str
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """An owner, or who stands in for one: their clock and their calendar."""

    id: int
    name: str
    zone: str
    calendar: WorkCalendar
    quiet: QuietHours
    check_in_weekday: int | None = None
    check_in_time: time | None = None
    active: bool = True
    muted_until: date | None = None
    """The last day on which nothing is sent."""
    prompts: tuple[SentPrompt, ...] = ()
    """What was sent in the last weeks, over all teams."""
    prompts_skipped: frozenset[str] = frozenset()
    """Periods whose question was decided against for good. One left out for a reason that may pass is not among them:
    whoever comes back earlier is asked after all."""
    reminded: tuple[datetime, ...] = ()
    """When they were reminded in the last weeks, or will be by what stands in the outbox; over all teams."""
    delegations: tuple[Delegation, ...] = ()
    """Who is asked in their place, and when. A delegate who is away as well is not asked, and nobody in theirs."""
    unanswered: tuple[date, ...] = ()
    """The days of their newest questions in a row, of those whose digest went out, that got no answer; oldest first."""


@dataclass(frozen=True, slots=True)
class KeyResultFacts:
    """What planning needs of a KR. `asked_biweekly`: its cadence, or it is done already (spec/03 §7.4)."""

    id: int
    owner_ids: tuple[int, ...]
    """Lead owner first."""
    start: date
    due: date
    counts_from: date
    """The later of start and publish day: where age begins while nothing was said."""
    calendar: WorkCalendar
    """The lead owner's, with the KR's pauses."""
    asked_biweekly: bool = False
    ask: bool = True
    """False for what is never asked: paused, dropped, closed, draft, or done for good."""
    automated: bool = False
    updated_on: date | None = None
    """The local day of the last substantive update, as it was when it was made: a new zone must not shift it."""
    said_on: date | None = None
    """The same for an automated KR, of what people said alone: a feed reads every day, and answers no question."""
    fed_on: date | None = None
    """The day of an automated KR's last reading."""
    feed_max_age: int = 3
    """Working days for which an automated KR's reading is fresh (spec/03 §7.3)."""


@dataclass(frozen=True, slots=True)
class OpenedRun:
    """A run that exists already; a meeting moved within its week keeps its period (spec/02 §4.8).

    `meeting_id` is None for a team without a meeting.
    """

    ritual: Ritual
    period: str
    meeting_id: int | None


@dataclass(frozen=True, slots=True)
class TeamFacts:
    """One team as the planner sees it."""

    id: int
    zone: str
    known_since: datetime
    """What was due before this moment was never owed."""
    cycle: tuple[date, date] | None
    meetings: tuple[MeetingFacts, ...]
    people: Mapping[int, PersonFacts]
    key_results: tuple[KeyResultFacts, ...]
    has_channel: bool
    lead_id: int | None
    off: frozenset[date] = frozenset()
    """The team's holidays."""
    freeze: tuple[tuple[date, date], ...] = ()
    biweekly: bool = False
    reminders: int = 2
    opened: tuple[OpenedRun, ...] = ()
    grace_days: int = 2
    dark_factor: int = 2
    on: frozenset[str] = ON_BY_DEFAULT
    """The rituals that are switched on, by the names of `Ritual`, and `health`."""
    is_company: bool = False
    health: tuple[HealthFacts, ...] = ()
    agreements: tuple[AgreementFacts, ...] = ()
    admin_ids: tuple[int, ...] = ()
    """Who looks after the workspace; they are among `people`."""
    participation: tuple[WeekCount, ...] = ()
    """The last weeks whose meeting has begun, oldest first."""
    updated_on: date | None = None
    """The newest day on which anything in the team was updated, in team time."""


@dataclass(frozen=True, slots=True)
class Planned:
    """One message to send, or (with `skip`) one that was due and is not.

    It goes to a person or to a team's channel: exactly one of `person_id` and `team_id` is set.
    """

    message: Message
    subject: str
    period: str
    due_at: datetime
    person_id: int | None = None
    team_id: int | None = None
    kr_ids: tuple[int, ...] = ()
    suppressed_kr_ids: tuple[int, ...] = ()
    """In the question's period, but updated so recently that they are not asked (spec/03 §7.4)."""
    health_ids: tuple[int, ...] = ()
    """The health metrics that a weekly question, or a message of their own, asks about (spec/07 §12.9)."""
    meeting_id: int | None = None
    meeting_at: datetime | None = None
    digest_at: datetime | None = None
    """Where the answers are shown: in a week without a digest, the next one."""
    skip: SkipReason | None = None
    asked_in: str | None = None
    """With ASKED_THIS_WEEK and ASKED_JUST_BEFORE: the period of the question that asks these KRs, too (§7.4)."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is due up to the moment asked for, and when to look again."""

    messages: tuple[Planned, ...] = ()
    skips: tuple[Planned, ...] = ()
    next_due_at: datetime | None = None
    """The earliest moment at which anything more can be due; at most a day after the moment asked for."""
