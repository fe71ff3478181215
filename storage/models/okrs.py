"""Tables of what: cycles, objectives, key results, and the append-only record of what was read and said."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from bot.okr.model import (
    Band,
    Cadence,
    CheckInKind,
    CheckInSource,
    Commitment,
    Current,
    KRState,
    KRType,
    PaceProfile,
    ReadingSource,
    Source,
)
from storage.models.base import OwnedRow, new_token
from storage.types import BigId, CurrentValues, ExactDecimal, Instant, closed


class CycleState(StrEnum):
    DRAFT = "draft"
    ACTIVE = "active"
    CLOSING = "closing"
    CLOSED = "closed"


class ObjectiveState(StrEnum):
    DRAFT = "draft"
    TEAM_REVIEW = "team_review"
    APPROVAL = "approval"
    ACTIVE = "active"
    CLOSED = "closed"
    DROPPED = "dropped"


class Visibility(StrEnum):
    WORKSPACE = "workspace"
    TEAM = "team"
    TITLE_ONLY = "title_only"


class CadenceOfKR(StrEnum):
    INHERIT = "inherit"
    WEEKLY = Cadence.WEEKLY
    BIWEEKLY = Cadence.BIWEEKLY


class AnswerPolicy(StrEnum):
    ANY = "any"
    LEAD = "lead"


class NextStepState(StrEnum):
    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


class WinSource(StrEnum):
    SAID = "said"
    AUTO = "auto"


class AlignmentKind(StrEnum):
    PARENT = "parent"
    SUPPORTS = "supports"
    DEPENDS_ON = "depends_on"
    CONFLICTS = "conflicts"


class AlignmentState(StrEnum):
    PROPOSED = "proposed"
    AGREED = "agreed"
    DECLINED = "declined"
    CHANGED = "changed"
    DONE = "done"


class HealthStatus(StrEnum):
    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


class Cycle(OwnedRow, table=True):
    """A stretch of 4-26 weeks for which OKRs are set. Without a team it is the workspace's."""

    __tablename__ = "cycle"
    __table_args__ = (sa.UniqueConstraint("workspace_id", "team_id", "name"),)

    team_id: int | None = Field(default=None, foreign_key="team.id", sa_type=BigId)
    name: str = Field(max_length=20)
    first_day: date
    last_day: date
    state: CycleState = Field(default=CycleState.ACTIVE, sa_type=closed(CycleState, "cycle_state"))


class Objective(OwnedRow, table=True):
    """Where a team wants to go (spec/02 §4.5)."""

    __tablename__ = "objective"
    __table_args__ = (sa.UniqueConstraint("team_id", "cycle_id", "number"),)

    team_id: int = Field(foreign_key="team.id", sa_type=BigId)
    cycle_id: int = Field(foreign_key="cycle.id", index=True, sa_type=BigId)
    number: int = Field(default=1)
    title: str = Field(max_length=140)
    why: str | None = Field(default=None, max_length=300)
    serves: str | None = Field(default=None, max_length=140)
    owner_id: int | None = Field(default=None, foreign_key="person.id", sa_type=BigId)
    state: ObjectiveState = Field(default=ObjectiveState.ACTIVE, sa_type=closed(ObjectiveState, "objective_state"))
    visibility: Visibility = Field(default=Visibility.WORKSPACE, sa_type=closed(Visibility, "visibility"))
    token: str | None = Field(default_factory=new_token, max_length=32, unique=True)
    """Empty only in a row that an older version wrote beside this one."""
    drafted_by_id: int | None = Field(default=None, foreign_key="person.id", sa_type=BigId)
    published_at: datetime | None = Field(default=None, sa_type=Instant)
    sufficiency: str | None = Field(default=None, max_length=300)
    """What else needs to happen, beside its key results (spec/09 §15.1)."""


class KeyResult(OwnedRow, table=True):
    """How a team knows it got there (spec/02 §4.6). `current` is written with every row that changes it."""

    __tablename__ = "key_result"
    __table_args__ = (sa.UniqueConstraint("team_id", "cycle_id", "number"),)

    token: str = Field(default_factory=new_token, max_length=32, unique=True)
    objective_id: int = Field(foreign_key="objective.id", index=True, sa_type=BigId)
    team_id: int = Field(foreign_key="team.id", sa_type=BigId)
    cycle_id: int = Field(foreign_key="cycle.id", index=True, sa_type=BigId)
    number: int
    title: str = Field(max_length=140)
    short_title: str = Field(max_length=32)
    type: KRType = Field(sa_type=closed(KRType, "kr_type"))
    tag: str | None = Field(default=None, max_length=12)
    metric: str = Field(default="", max_length=60)
    unit: str = Field(default="", max_length=12)
    decimals: int = Field(default=0)
    baseline: Decimal | None = Field(default=None, sa_type=ExactDecimal)
    baseline_at: date | None = Field(default=None)
    target: Decimal | None = Field(default=None, sa_type=ExactDecimal)
    anchor_03: Decimal | None = Field(default=None, sa_type=ExactDecimal)
    anchor_07: Decimal | None = Field(default=None, sa_type=ExactDecimal)
    anchor_10: Decimal | None = Field(default=None, sa_type=ExactDecimal)
    range_lo: Decimal | None = Field(default=None, sa_type=ExactDecimal)
    range_hi: Decimal | None = Field(default=None, sa_type=ExactDecimal)
    range_tol: Decimal | None = Field(default=None, sa_type=ExactDecimal)
    strict: bool = Field(default=False)
    stretch: Commitment = Field(default=Commitment.STRETCH, sa_type=closed(Commitment, "commitment"))
    weight: Decimal = Field(default=Decimal(1), sa_type=ExactDecimal)
    start: date
    due: date
    pace: PaceProfile = Field(default=PaceProfile.LINEAR, sa_type=closed(PaceProfile, "pace_profile"))
    lead_owner_id: int | None = Field(default=None, foreign_key="person.id", index=True, sa_type=BigId)
    answer_policy: AnswerPolicy = Field(default=AnswerPolicy.ANY, sa_type=closed(AnswerPolicy, "answer_policy"))
    source: Source = Field(default=Source.MANUAL, sa_type=closed(Source, "kr_source"))
    auto_max_age_days: int = Field(default=3)
    parent_kr_id: int | None = Field(default=None, foreign_key="key_result.id", sa_type=BigId)
    cadence: CadenceOfKR = Field(default=CadenceOfKR.INHERIT, sa_type=closed(CadenceOfKR, "kr_cadence"))
    state: KRState = Field(default=KRState.ACTIVE, sa_type=closed(KRState, "kr_state"))
    published_on: date | None = Field(default=None)
    paused_from: date | None = Field(default=None)
    paused_until: date | None = Field(default=None)
    dropped_because: str | None = Field(default=None, max_length=200)
    initial_confidence: Decimal | None = Field(default=None, sa_type=ExactDecimal)
    final_score: Decimal | None = Field(default=None, sa_type=ExactDecimal)
    alias: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    current: Current = Field(default_factory=Current, sa_type=CurrentValues, nullable=False)
    current_at: datetime | None = Field(default=None, sa_type=Instant, index=True)
    """`current.updated_at` again, as a column that can be searched."""
    drafted_by_id: int | None = Field(default=None, foreign_key="person.id", sa_type=BigId)
    replaces_id: int | None = Field(default=None, foreign_key="key_result.id", sa_type=BigId)
    """The dropped key result that this one stands in for."""


class CoOwner(OwnedRow, table=True):
    """Someone who shares a key result with its lead owner."""

    __tablename__ = "co_owner"
    __table_args__ = (sa.UniqueConstraint("kr_id", "person_id"),)

    kr_id: int = Field(foreign_key="key_result.id", sa_type=BigId)
    person_id: int = Field(foreign_key="person.id", index=True, sa_type=BigId)


class KRStep(OwnedRow, table=True):
    """A step of a milestone. Which ones are done is in `KeyResult.current`, from check-ins."""

    __tablename__ = "kr_step"
    __table_args__ = (sa.UniqueConstraint("kr_id", "number"),)

    kr_id: int = Field(foreign_key="key_result.id", sa_type=BigId)
    number: int
    title: str = Field(max_length=140)
    weight: Decimal = Field(default=Decimal(1), sa_type=ExactDecimal)
    due: date | None = Field(default=None)


class PaceCheckpoint(OwnedRow, table=True):
    """The score expected at a date, for KRs whose pace goes in steps."""

    __tablename__ = "pace_checkpoint"
    __table_args__ = (sa.UniqueConstraint("kr_id", "day"),)

    kr_id: int = Field(foreign_key="key_result.id", sa_type=BigId)
    day: date
    expected_score: Decimal = Field(sa_type=ExactDecimal)


class Reading(OwnedRow, table=True):
    """A measured value. Append-only."""

    __tablename__ = "reading"
    __table_args__ = (sa.Index("ix_reading_kr_id_measured_at", "kr_id", "measured_at"),)

    kr_id: int = Field(foreign_key="key_result.id", sa_type=BigId)
    value: Decimal = Field(sa_type=ExactDecimal)
    measured_at: datetime = Field(sa_type=Instant)
    day: date
    """The lead owner's calendar day at that moment, kept so that a change of zone never rewrites history."""
    source: ReadingSource = Field(default=ReadingSource.MANUAL, sa_type=closed(ReadingSource, "reading_source"))
    checkin_id: int | None = Field(default=None, foreign_key="check_in.id", index=True, sa_type=BigId)
    approx: bool = Field(default=False)


class CheckIn(OwnedRow, table=True):
    """What a person said about a KR. Append-only: a correction is a new row, an undo a mark (spec/02 §4.7)."""

    __tablename__ = "check_in"
    __table_args__ = (
        sa.Index("ix_check_in_kr_id_at", "kr_id", "at"),
        sa.Index("ix_check_in_by_id_at", "by_id", "at"),
    )

    token: str = Field(default_factory=new_token, max_length=32, unique=True)
    kr_id: int = Field(foreign_key="key_result.id", sa_type=BigId)
    by_id: int = Field(foreign_key="person.id", sa_type=BigId)
    on_behalf_of_id: int | None = Field(default=None, foreign_key="person.id", sa_type=BigId)
    at: datetime = Field(sa_type=Instant)
    day: date
    """The lead owner's calendar day at that moment."""
    kind: CheckInKind = Field(sa_type=closed(CheckInKind, "check_in_kind"))
    value: Decimal | None = Field(default=None, sa_type=ExactDecimal)
    self_score: Decimal | None = Field(default=None, sa_type=ExactDecimal)
    confidence: Decimal | None = Field(default=None, sa_type=ExactDecimal)
    status_said: Band | None = Field(default=None, sa_type=closed(Band, "status_said"))
    done: bool | None = Field(default=None)
    steps_done: list[int] | None = Field(default=None, sa_type=sa.JSON)
    blocked: bool | None = Field(default=None)
    blocker: str | None = Field(default=None, max_length=140)
    help_wanted: str | None = Field(default=None, max_length=140)
    note: str | None = Field(default=None, max_length=500)
    approx: bool = Field(default=False)
    next_step_id: int | None = Field(default=None, foreign_key="next_step.id", sa_type=BigId)
    source: CheckInSource = Field(sa_type=closed(CheckInSource, "check_in_source"))
    raw_text: str | None = Field(default=None, max_length=2000)
    inbox_id: int | None = Field(default=None, foreign_key="inbox.id", index=True, sa_type=BigId)
    """What came in and led to this row; all rows of one reply share it, so one Undo takes them back."""
    prompt_id: int | None = Field(default=None, foreign_key="prompt.id", index=True, sa_type=BigId)
    after_meeting: bool = Field(default=False)
    supersedes_id: int | None = Field(default=None, foreign_key="check_in.id", index=True, sa_type=BigId)
    undone_at: datetime | None = Field(default=None, sa_type=Instant)
    told_in_id: int | None = Field(default=None, index=True, sa_type=BigId)
    """The row of the inbox that brought it; `inbox_id` is the reply it belongs to, where it answers a question."""


class NextStep(OwnedRow, table=True):
    """A commitment for the days ahead, tied to a KR where it moves one."""

    __tablename__ = "next_step"

    token: str = Field(default_factory=new_token, max_length=32, unique=True)
    team_id: int = Field(foreign_key="team.id", index=True, sa_type=BigId)
    kr_id: int | None = Field(default=None, foreign_key="key_result.id", index=True, sa_type=BigId)
    text: str = Field(max_length=140)
    owner_id: int | None = Field(default=None, foreign_key="person.id", sa_type=BigId)
    due: date | None = Field(default=None)
    state: NextStepState = Field(default=NextStepState.OPEN, sa_type=closed(NextStepState, "next_step_state"))
    meeting_id: int | None = Field(default=None, foreign_key="meeting.id", sa_type=BigId)
    inbox_id: int | None = Field(default=None, foreign_key="inbox.id", index=True, sa_type=BigId)
    at: datetime = Field(sa_type=Instant)
    done_at: datetime | None = Field(default=None, sa_type=Instant)


class Win(OwnedRow, table=True):
    """Something that went well."""

    __tablename__ = "win"

    team_id: int = Field(foreign_key="team.id", index=True, sa_type=BigId)
    kr_id: int | None = Field(default=None, foreign_key="key_result.id", sa_type=BigId)
    text: str = Field(max_length=200)
    by_id: int | None = Field(default=None, foreign_key="person.id", sa_type=BigId)
    thanks_team_id: int | None = Field(default=None, foreign_key="team.id", sa_type=BigId)
    inbox_id: int | None = Field(default=None, foreign_key="inbox.id", index=True, sa_type=BigId)
    at: datetime = Field(sa_type=Instant)
    source: WinSource = Field(default=WinSource.SAID, sa_type=closed(WinSource, "win_source"))


class Alignment(OwnedRow, table=True):
    """A line between OKRs, or an agreement asked of another team (spec/02 §4.10)."""

    __tablename__ = "alignment"

    from_objective_id: int | None = Field(default=None, foreign_key="objective.id", index=True, sa_type=BigId)
    from_kr_id: int | None = Field(default=None, foreign_key="key_result.id", index=True, sa_type=BigId)
    to_objective_id: int | None = Field(default=None, foreign_key="objective.id", sa_type=BigId)
    to_kr_id: int | None = Field(default=None, foreign_key="key_result.id", sa_type=BigId)
    to_team_id: int | None = Field(default=None, foreign_key="team.id", sa_type=BigId)
    kind: AlignmentKind = Field(sa_type=closed(AlignmentKind, "alignment_kind"))
    rolls_up: bool = Field(default=False)
    text: str = Field(default="", max_length=140)
    needed_by: date | None = Field(default=None)
    state: AlignmentState = Field(default=AlignmentState.PROPOSED, sa_type=closed(AlignmentState, "alignment_state"))
    asked_at: datetime = Field(sa_type=Instant)
    agreed_by_id: int | None = Field(default=None, foreign_key="person.id", sa_type=BigId)
    agreed_at: datetime | None = Field(default=None, sa_type=Instant)
    agreed_text: str | None = Field(default=None, max_length=140)
    token: str | None = Field(default_factory=new_token, max_length=32, unique=True)
    """Empty only in a row that an older version wrote beside this one."""
    rev: int | None = Field(default=None)
    """Counts the wordings; a tap on an older one agrees to nothing. Empty reads as 0."""
    from_agreed_rev: int | None = Field(default=None)
    """The wording to which the asking side said yes; agreed is what both sides said yes to."""
    to_agreed_rev: int | None = Field(default=None)
    asked_by_id: int | None = Field(default=None, foreign_key="person.id", sa_type=BigId)
    note: str | None = Field(default=None, max_length=200)
    """Why it was declined."""
    slips_to: date | None = Field(default=None)


class HealthMetric(OwnedRow, table=True):
    """What must not get worse while the team runs for its OKRs."""

    __tablename__ = "health_metric"
    __table_args__ = (sa.UniqueConstraint("team_id", "name"),)

    team_id: int = Field(foreign_key="team.id", sa_type=BigId)
    name: str = Field(max_length=40)
    owner_id: int | None = Field(default=None, foreign_key="person.id", sa_type=BigId)
    status: HealthStatus = Field(default=HealthStatus.GREEN, sa_type=closed(HealthStatus, "health_status"))
    note: str | None = Field(default=None, max_length=200)
    said_at: datetime | None = Field(default=None, sa_type=Instant)


class Change(OwnedRow, table=True):
    """A change to a published OKR and its reason. Append-only."""

    __tablename__ = "change"

    entity: str = Field(max_length=24)
    entity_id: int = Field(sa_type=BigId, index=True)
    field: str = Field(max_length=40)
    old: Any = Field(default=None, sa_type=sa.JSON)
    new: Any = Field(default=None, sa_type=sa.JSON)
    reason: str | None = Field(default=None, max_length=200)
    category: str | None = Field(default=None, max_length=12)
    by_id: int | None = Field(default=None, foreign_key="person.id", sa_type=BigId)
    at: datetime = Field(sa_type=Instant)
