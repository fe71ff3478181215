"""What a person changed lately, so that it can be taken back: key results, who has them, drafts, teams."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, or_, select

from storage import deliveries, okrs
from storage import models as m
from storage.merging import POST as MERGED
from storage.pauses import POST
from storage.settings import is_archived

HANDED_OVER = "handed_over"
"""The kind of a word to old and new owners; one line of it, never sent, keeps what taking back needs."""
DELETED = "objective_deleted"
"""The kind of a line that is never sent: the draft of an objective that was deleted, to take that back."""


def keep(
    session: Session, person: m.Person, kind: str, subject: str, inbox_id: int, data: dict[str, Any], now: datetime
) -> m.Delivery | None:
    """Keep what taking a change back needs, under a token of its own: a line of the outbox that is never sent."""
    subject, period = f"{subject}:by:{person.id}", f"by:{inbox_id}"
    deliveries.plan_delivery(
        session,
        workspace_id=person.workspace_id,
        kind=kind,
        subject=subject,
        period=period,
        due_at=now,
        now=now,
        person_id=person.id,
        data={**data, "inbox": inbox_id},
        skipped="whoever did it was told at once",
    )
    return deliveries.delivery_of(session, kind, subject, period)


def handover_by_token(session: Session, token: str) -> m.Delivery | None:
    """What was kept of the handover that a button stands for."""
    row = session.exec(select(m.Delivery).where(m.Delivery.token == token, m.Delivery.kind == HANDED_OVER)).first()
    return None if row is None or "after" not in row.data else row


def deletion_by_token(session: Session, token: str) -> m.Delivery | None:
    """What was kept of the draft that was deleted."""
    return session.exec(select(m.Delivery).where(m.Delivery.token == token, m.Delivery.kind == DELETED)).first()


def changes_by(session: Session, person: m.Person, since: datetime, after_inbox: int) -> Sequence[m.Delivery]:
    """What this person changed since a moment, and after that message of theirs; not yet taken back, newest first."""
    rows = session.exec(
        select(m.Delivery)
        .where(m.Delivery.workspace_id == person.workspace_id, col(m.Delivery.created_at) > since)
        .where(
            or_(
                m.Delivery.kind == POST,
                col(m.Delivery.kind).in_((HANDED_OVER, DELETED)) & (col(m.Delivery.person_id) == person.id),
            )
        )
        .order_by(col(m.Delivery.id).desc())
    ).all()
    kept = [row for row in rows if "before" in row.data and not row.data.get("undone") and _inbox_of(row) > after_inbox]
    return [row for row in kept if row.kind != POST or _by(session, row) == person.id]


def last_merger_by(session: Session, person: m.Person, since: datetime) -> m.Delivery | None:
    """The newest merger that this person made since a moment, unless it was taken back."""
    rows = session.exec(
        select(m.Delivery)
        .where(m.Delivery.workspace_id == person.workspace_id, m.Delivery.kind == MERGED)
        .where(col(m.Delivery.created_at) > since)
        .order_by(col(m.Delivery.id).desc())
    ).all()
    mine = (row for row in rows if row.data["by"] == person.id and "inbox" in row.data)
    return next((row for row in mine if not row.data.get("undone")), None)


def last_archived_by(session: Session, person: m.Person, since: datetime) -> m.Team | None:
    """The team that this person archived last since a moment, if it still is archived."""
    events = session.exec(
        select(m.AuditEvent)
        .where(m.AuditEvent.who_id == person.id, col(m.AuditEvent.at) > since)
        .order_by(col(m.AuditEvent.id).desc())
    ).all()
    keys = [one.what.removeprefix("team ") for one in events if one.after == {"archived": True}]
    team = None if not keys else okrs.team_by_key(session, person.workspace_id, keys[0])
    return team if team is not None and is_archived(team) else None


def newest_word(session: Session, row: m.Delivery) -> bool:
    """True unless the same person was told of a later change of hands of the same key result."""
    later = (
        select(m.Delivery.id)
        .where(m.Delivery.kind == row.kind, m.Delivery.subject == row.subject, col(m.Delivery.id) > row.id)
        .where(col(m.Delivery.state).not_in((m.DeliveryState.SKIPPED, m.DeliveryState.FAILED)))
    )
    return session.exec(later).first() is None


def _inbox_of(row: m.Delivery) -> int:
    return int(row.data.get("inbox", 0))


def _by(session: Session, post: m.Delivery) -> int | None:
    return session.get_one(m.Change, post.data["change"]).by_id
