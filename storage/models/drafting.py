"""Tables of how OKRs come to be: approvals, remarks, and advice that was set aside (spec/09 §15.1, spec/04 §9)."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field

from storage.models.base import OwnedRow, new_token
from storage.types import BigId, Instant, closed


class ApprovalRule(StrEnum):
    """Whether somebody above the team is asked before an objective becomes active; empty means notify."""

    NONE = "none"
    NOTIFY = "notify"
    REQUIRED = "required"


class ApprovalState(StrEnum):
    ASKED = "asked"
    APPROVED = "approved"
    SENT_BACK = "sent_back"
    LAPSED = "lapsed"


class RemarkKind(StrEnum):
    COMMENT = "comment"
    """On a draft, for its editors."""
    QUESTION = "question"
    """About a published key result, to its owner; a question mark in the next review."""


class Approval(OwnedRow, table=True):
    """One request to approve an objective with its key results. Sent back and published anew, it is asked anew."""

    __tablename__ = "approval"

    token: str = Field(default_factory=new_token, max_length=32, unique=True)
    objective_id: int = Field(foreign_key="objective.id", index=True, sa_type=BigId)
    approver_id: int = Field(foreign_key="person.id", index=True, sa_type=BigId)
    asked_by_id: int | None = Field(default=None, foreign_key="person.id", sa_type=BigId)
    state: ApprovalState = Field(default=ApprovalState.ASKED, sa_type=closed(ApprovalState, "approval_state"))
    note: str | None = Field(default=None, max_length=300)
    asked_at: datetime = Field(sa_type=Instant)
    answered_at: datetime | None = Field(default=None, sa_type=Instant)


class Remark(OwnedRow, table=True):
    """A comment on a draft, or a question about a published key result. Stays when it is settled."""

    __tablename__ = "remark"

    token: str = Field(default_factory=new_token, max_length=32, unique=True)
    objective_id: int = Field(foreign_key="objective.id", index=True, sa_type=BigId)
    kr_id: int | None = Field(default=None, foreign_key="key_result.id", index=True, sa_type=BigId)
    kind: RemarkKind = Field(sa_type=closed(RemarkKind, "remark_kind"))
    text: str = Field(max_length=300)
    by_id: int = Field(foreign_key="person.id", index=True, sa_type=BigId)
    at: datetime = Field(sa_type=Instant)
    settled_by_id: int | None = Field(default=None, foreign_key="person.id", sa_type=BigId)
    settled_at: datetime | None = Field(default=None, sa_type=Instant)


class DismissedCheck(OwnedRow, table=True):
    """Advice that somebody read and set aside: it is not given again for that item (spec/04 §9)."""

    __tablename__ = "dismissed_check"
    __table_args__ = (sa.UniqueConstraint("entity", "entity_id", "check"),)

    check: str = Field(max_length=4)
    """`K05`."""
    entity: str = Field(max_length=24)
    """`objective`, `key_result`, `team` or `alignment`."""
    entity_id: int = Field(sa_type=BigId)
    by_id: int | None = Field(default=None, foreign_key="person.id", sa_type=BigId)
    at: datetime = Field(sa_type=Instant)
