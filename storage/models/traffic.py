"""Tables of what went in and out: the inbox, the outbox of deliveries, and the audit trail."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from storage.models.base import OwnedRow, Row, new_token
from storage.types import BigId, Instant, closed


class InboxState(StrEnum):
    RECEIVED = "received"
    DONE = "done"
    BROKEN = "broken"


class DeliveryState(StrEnum):
    PLANNED = "planned"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"


class Inbox(OwnedRow, table=True):
    """What a person did, as it came in, before anything was answered. Unique by the platform's own key."""

    __tablename__ = "inbox"
    __table_args__ = (
        sa.UniqueConstraint("installation_id", "key"),
        sa.Index("ix_inbox_state_id", "state", "id"),
        sa.Index("ix_inbox_message", "installation_id", "message_id"),
    )

    installation_id: int = Field(foreign_key="installation.id", sa_type=BigId)
    key: str = Field(max_length=255)
    person_id: int | None = Field(default=None, foreign_key="person.id", sa_type=BigId)
    body: dict[str, Any] = Field(sa_type=sa.JSON)
    at: datetime = Field(sa_type=Instant)
    state: InboxState = Field(default=InboxState.RECEIVED, sa_type=closed(InboxState, "inbox_state"))
    errors: dict[str, str] | None = Field(default=None, sa_type=sa.JSON)
    """The sentences a form was answered with, so that the same submission gets the same answer."""
    attempts: int = Field(default=0)
    problem: str | None = Field(default=None, max_length=500)
    message_id: str | None = Field(default=None, max_length=160)
    """The platform's id of the message that was typed: by it an edit finds what it corrects."""


class Delivery(OwnedRow, table=True):
    """One message that leaves, once. Whether it was sent is known here and nowhere else."""

    __tablename__ = "delivery"
    __table_args__ = (
        sa.UniqueConstraint("kind", "subject", "period"),
        sa.Index("ix_delivery_state_due_at", "state", "due_at"),
        sa.Index(
            "ix_delivery_outdated",
            "state",
            "id",
            sqlite_where=sa.text("wanted_rev > shown_rev"),
            postgresql_where=sa.text("wanted_rev > shown_rev"),
        ),
        sa.Index(
            "ix_delivery_sweep_at",
            "sweep_at",
            sqlite_where=sa.text("sweep_at IS NOT NULL"),
            postgresql_where=sa.text("sweep_at IS NOT NULL"),
        ),
        sa.CheckConstraint("(person_id IS NULL) <> (team_id IS NULL)", name="one_addressee"),
    )

    token: str = Field(default_factory=new_token, max_length=32, unique=True)
    kind: str = Field(max_length=40)
    subject: str = Field(max_length=80)
    period: str = Field(max_length=40)
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True, sa_type=BigId)
    team_id: int | None = Field(default=None, foreign_key="team.id", index=True, sa_type=BigId)
    """Exactly one of person and team: a DM, or the team's channel."""
    prompt_id: int | None = Field(default=None, foreign_key="prompt.id", index=True, sa_type=BigId)
    data: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)
    """What the kind needs to compose it, as keys into other tables; never rendered text."""
    state: DeliveryState = Field(default=DeliveryState.PLANNED, sa_type=closed(DeliveryState, "delivery_state"))
    reason: str | None = Field(default=None, max_length=200)
    due_at: datetime = Field(sa_type=Instant)
    attempts: int = Field(default=0)
    fence: int = Field(default=0)
    lease_owner: str | None = Field(default=None, max_length=64)
    sending_at: datetime | None = Field(default=None, sa_type=Instant)
    sent_at: datetime | None = Field(default=None, sa_type=Instant)
    address: dict[str, Any] | None = Field(default=None, sa_type=sa.JSON)
    """Where it went, from the claim on; a message of unknown outcome is looked for there."""
    message: dict[str, Any] | None = Field(default=None, sa_type=sa.JSON)
    """The platform's reference of the message that stands there."""
    message_id: str | None = Field(default=None, max_length=160, index=True)
    wanted_rev: int = Field(default=0)
    shown_rev: int = Field(default=0)
    shown_at: datetime | None = Field(default=None, sa_type=Instant)
    lease_until: datetime | None = Field(default=None, sa_type=Instant)
    """Real time (`storage.real_time`): whoever sends it has until then; after that its outcome is unknown."""
    not_before: datetime | None = Field(default=None, sa_type=Instant)
    """Real time: it rests until then, since something went wrong or a platform asked to wait."""
    doubtful_since: datetime | None = Field(default=None, sa_type=Instant)
    """Real time: since when nobody knows whether it arrived."""
    sweep_at: datetime | None = Field(default=None, sa_type=Instant)
    """Real time: when to look for a second copy of it, since it was sent again after a doubt."""


class Pace(Row, table=True):
    """How fast something may be written to, shared by all processes: a workspace, or one of its channels."""

    __tablename__ = "pace"

    scope: str = Field(max_length=200, unique=True)
    next_at: datetime | None = Field(default=None, sa_type=Instant)
    """Real time: the first moment that nobody has taken yet."""
    paused_until: datetime | None = Field(default=None, sa_type=Instant)
    """Real time: nothing leaves before, because the platform asked for it."""


class AuditEvent(Row, table=True):
    """Who changed what, when: for administrators."""

    __tablename__ = "audit_event"

    workspace_id: int | None = Field(default=None, foreign_key="workspace.id", index=True, sa_type=BigId)
    who_id: int | None = Field(default=None, foreign_key="person.id", sa_type=BigId)
    what: str = Field(max_length=60)
    at: datetime = Field(sa_type=Instant)
    before: Any = Field(default=None, sa_type=sa.JSON)
    after: Any = Field(default=None, sa_type=sa.JSON)
