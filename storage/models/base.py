"""What all tables share: the naming of constraints, the key, the workspace, and when a row was written."""

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import MetaData, event
from sqlalchemy.orm import Session as SASession
from sqlmodel import Field, SQLModel

from storage.types import BigId, Instant

SQLModel.metadata.naming_convention = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
).naming_convention


def new_token() -> str:
    """What a client sees instead of a key: opaque and unguessable (128 bits)."""
    return secrets.token_urlsafe(16)


class Row(SQLModel):
    """A row with its key, and the business time at which it was written and last changed."""

    id: int = Field(default=None, primary_key=True, sa_type=BigId)
    created_at: datetime | None = Field(default=None, sa_type=Instant, nullable=False)
    updated_at: datetime | None = Field(default=None, sa_type=Instant, nullable=False)


class OwnedRow(Row):
    """A row that belongs to a workspace."""

    workspace_id: int = Field(foreign_key="workspace.id", index=True, sa_type=BigId)


@event.listens_for(SASession, "before_flush")
def _stamp(session: SASession, _context: Any, _instances: Any) -> None:
    """Write the session's business time (`session.info["now"]`) into rows that are new or changed."""
    now = session.info.get("now")
    if now is None:
        return
    for row in session.new:
        if isinstance(row, Row):
            if row.created_at is None:
                row.created_at = now
            if row.updated_at is None:
                row.updated_at = now
    for row in session.dirty:
        if isinstance(row, Row) and session.is_modified(row):
            row.updated_at = now
