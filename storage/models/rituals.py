"""Tables of when: meetings, the agenda of what is due next, what was asked, and the digests that were posted."""

from datetime import datetime, time
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from storage.models.base import OwnedRow, new_token
from storage.types import BigId, Instant, closed


class RitualKind(StrEnum):
    WEEKLY_CHECK_IN = "weekly_checkin"
    DIGEST = "digest"
    STALE = "stale"
    NEXT_STEPS = "next_steps"
    WINS = "wins"
    CARE = "care"
    COMPANY_DIGEST = "company_digest"
    STANDING_BOARD = "standing_board"


class RunState(StrEnum):
    OPEN = "open"
    DONE = "done"


class PromptState(StrEnum):
    OPEN = "open"
    PARTLY = "partly"
    ANSWERED = "answered"
    EXPIRED = "expired"


class ItemState(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"
    SKIPPED = "skipped"
    ANSWERED_BY_OTHER = "answered_by_other"
    SUPPRESSED = "suppressed"
    NOT_MINE = "not_mine"
    HANDED_OVER = "handed_over"


class Meeting(OwnedRow, table=True):
    """When a team meets. The weekly check-in belongs to its main meeting."""

    __tablename__ = "meeting"

    team_id: int = Field(foreign_key="team.id", index=True, sa_type=BigId)
    title: str = Field(default="", max_length=80)
    main: bool = Field(default=True)
    weekdays: list[int] = Field(sa_type=sa.JSON)
    time: time
    timezone: str | None = Field(default=None, max_length=64)
    every: int = Field(default=1)
    lead_minutes: int = Field(default=10)
    duration: int = Field(default=60)


class Agenda(OwnedRow, table=True):
    """The earliest moment at which a ritual of a team can be due. Planning again is always harmless."""

    __tablename__ = "agenda"
    __table_args__ = (sa.UniqueConstraint("team_id", "kind"),)

    team_id: int = Field(foreign_key="team.id", sa_type=BigId)
    kind: RitualKind = Field(sa_type=closed(RitualKind, "ritual_kind"))
    next_due_at: datetime | None = Field(default=None, sa_type=Instant, index=True)


EXTRA_DIGEST = "now:"
"""How the period begins of a digest that somebody asked for between two meetings; what asked for it follows."""


class RitualRun(OwnedRow, table=True):
    """One occurrence of a ritual. `period` is the local date of the meeting it serves (spec/02 §4.8)."""

    __tablename__ = "ritual_run"
    __table_args__ = (sa.UniqueConstraint("team_id", "kind", "period"),)

    team_id: int = Field(foreign_key="team.id", sa_type=BigId)
    kind: RitualKind = Field(sa_type=closed(RitualKind, "ritual_kind"))
    period: str = Field(max_length=24)
    meeting_id: int | None = Field(default=None, foreign_key="meeting.id", sa_type=BigId)
    meeting_at: datetime | None = Field(default=None, sa_type=Instant)
    digest_at: datetime | None = Field(default=None, sa_type=Instant)
    state: RunState = Field(default=RunState.OPEN, sa_type=closed(RunState, "run_state"))

    @property
    def is_extra(self) -> bool:
        """True for a digest that serves no meeting: the next one compares itself with the one before it."""
        return self.period.startswith(EXTRA_DIGEST)


class Prompt(OwnedRow, table=True):
    """One question to one person, with an item per key result. Whether it was sent, the delivery knows."""

    __tablename__ = "prompt"
    __table_args__ = (sa.UniqueConstraint("person_id", "kind", "period"),)

    token: str = Field(default_factory=new_token, max_length=32, unique=True)
    person_id: int = Field(foreign_key="person.id", sa_type=BigId)
    kind: RitualKind = Field(sa_type=closed(RitualKind, "ritual_kind"))
    period: str = Field(max_length=24)
    state: PromptState = Field(default=PromptState.OPEN, sa_type=closed(PromptState, "prompt_state"))
    snoozed_until: datetime | None = Field(default=None, sa_type=Instant)
    snoozes: int = Field(default=0)
    first_ever: bool = Field(default=False)
    health: list[int] = Field(default_factory=list, sa_type=sa.JSON)
    """The health metrics that are asked about in the same message."""


class PromptItem(OwnedRow, table=True):
    """One key result within a prompt."""

    __tablename__ = "prompt_item"
    __table_args__ = (sa.UniqueConstraint("prompt_id", "kr_id"),)

    token: str = Field(default_factory=new_token, max_length=32, unique=True)
    prompt_id: int = Field(foreign_key="prompt.id", sa_type=BigId)
    run_id: int = Field(foreign_key="ritual_run.id", index=True, sa_type=BigId)
    kr_id: int = Field(foreign_key="key_result.id", index=True, sa_type=BigId)
    state: ItemState = Field(default=ItemState.OPEN, sa_type=closed(ItemState, "item_state"))
    checkin_id: int | None = Field(default=None, foreign_key="check_in.id", sa_type=BigId)


class Clarification(OwnedRow, table=True):
    """A question back to a person. At most one is open per person; further ones wait, oldest first."""

    __tablename__ = "clarification"
    __table_args__ = (sa.Index("ix_clarification_person_id_closed_at", "person_id", "closed_at"),)

    token: str = Field(default_factory=new_token, max_length=32, unique=True)
    person_id: int = Field(foreign_key="person.id", sa_type=BigId)
    kr_id: int | None = Field(default=None, foreign_key="key_result.id", sa_type=BigId)
    prompt_item_id: int | None = Field(default=None, foreign_key="prompt_item.id", sa_type=BigId)
    inbox_id: int | None = Field(default=None, foreign_key="inbox.id", index=True, sa_type=BigId)
    checkin_id: int | None = Field(default=None, foreign_key="check_in.id", sa_type=BigId)
    """For follow-ups: the check-in that is asked about."""
    code: str = Field(max_length=24)
    ask: dict[str, Any] = Field(sa_type=sa.JSON)
    note: str | None = Field(default=None, max_length=500)
    in_prompt: bool = Field(default=False)
    """True where the question stands inside the prompt itself, after a tap."""
    asked_at: datetime = Field(sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant)
    closed_at: datetime | None = Field(default=None, sa_type=Instant)
    answered: str | None = Field(default=None, max_length=40)
    answered_in_id: int | None = Field(default=None, index=True, sa_type=BigId)
    """The row of the inbox that answered it."""


class Digest(OwnedRow, table=True):
    """The board that opened a meeting, with the figures it showed."""

    __tablename__ = "digest"
    __table_args__ = (
        sa.UniqueConstraint("run_id"),
        sa.Index("ix_digest_team_id_at", "team_id", "at"),
    )

    team_id: int = Field(foreign_key="team.id", sa_type=BigId)
    meeting_id: int | None = Field(default=None, foreign_key="meeting.id", sa_type=BigId)
    run_id: int = Field(foreign_key="ritual_run.id", sa_type=BigId)
    at: datetime = Field(sa_type=Instant)
    body_hash: str = Field(default="", max_length=64)
    data: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)
