"""Queries of the outbox: what is due, who claims it, and how each message ended."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from storage import models as m


def plan_delivery(
    session: Session,
    *,
    workspace_id: int,
    kind: str,
    subject: str,
    period: str,
    due_at: datetime,
    now: datetime,
    person_id: int | None = None,
    team_id: int | None = None,
    prompt_id: int | None = None,
    data: Mapping[str, Any] | None = None,
    skipped: str | None = None,
) -> bool:
    """Put one message into the outbox under its unique key (kind, subject, period).

    A message that is there already stays as it is, except that one still planned gets its new time.
    `skipped` writes it down as not sent, with the reason. True if the row is new.
    """
    values: dict[str, Any] = {
        "workspace_id": workspace_id,
        "token": m.new_token(),
        "kind": kind,
        "subject": subject,
        "period": period,
        "person_id": person_id,
        "team_id": team_id,
        "prompt_id": prompt_id,
        "data": dict(data or {}),
        "state": m.DeliveryState.SKIPPED if skipped else m.DeliveryState.PLANNED,
        "reason": skipped,
        "due_at": due_at,
        "created_at": now,
        "updated_at": now,
    }
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    added = session.execute(
        insert(m.Delivery).values(**values).on_conflict_do_nothing(index_elements=["kind", "subject", "period"])
    )
    if _rows(added) == 1:
        return True
    if not skipped:
        session.execute(
            sa.update(m.Delivery)
            .where(*_key(kind, subject, period), col(m.Delivery.state) == m.DeliveryState.PLANNED)
            .where(col(m.Delivery.due_at) != due_at, col(m.Delivery.attempts) == 0)
            .values(due_at=due_at, updated_at=now)
        )
    return False


def delivery_of(session: Session, kind: str, subject: str, period: str) -> m.Delivery | None:
    """The message with this key, if it was ever planned."""
    return session.exec(select(m.Delivery).where(*_key(kind, subject, period))).first()


def due_deliveries(session: Session, now: datetime, limit: int) -> Sequence[m.Delivery]:
    """What is planned for now or earlier, oldest first."""
    return session.exec(
        select(m.Delivery)
        .where(m.Delivery.state == m.DeliveryState.PLANNED, m.Delivery.due_at <= now)
        .order_by(col(m.Delivery.due_at), col(m.Delivery.id))
        .limit(limit)
    ).all()


def outdated_messages(session: Session, limit: int) -> Sequence[m.Delivery]:
    """Messages that stand on a platform and no longer show the newest."""
    return session.exec(
        select(m.Delivery)
        .where(m.Delivery.state == m.DeliveryState.SENT, col(m.Delivery.wanted_rev) > col(m.Delivery.shown_rev))
        .order_by(col(m.Delivery.id))
        .limit(limit)
    ).all()


def unknown_deliveries(session: Session, limit: int) -> Sequence[m.Delivery]:
    """Messages that left without an answer: nobody knows yet whether they arrived."""
    return session.exec(
        select(m.Delivery).where(m.Delivery.state == m.DeliveryState.UNKNOWN).order_by(col(m.Delivery.id)).limit(limit)
    ).all()


def claim(session: Session, delivery_id: int, *, owner: str, address: Mapping[str, Any], now: datetime) -> int | None:
    """Take a planned message: the fence that every later write must carry, or None if someone else has it."""
    fence = session.exec(select(m.Delivery.fence).where(m.Delivery.id == delivery_id)).one()
    taken = session.execute(
        sa.update(m.Delivery)
        .where(
            col(m.Delivery.id) == delivery_id,
            col(m.Delivery.state) == m.DeliveryState.PLANNED,
            col(m.Delivery.fence) == fence,
        )
        .values(
            state=m.DeliveryState.SENDING,
            fence=fence + 1,
            lease_owner=owner,
            sending_at=now,
            address=dict(address),
            attempts=col(m.Delivery.attempts) + 1,
            updated_at=now,
        )
    )
    return fence + 1 if _rows(taken) == 1 else None


def finish(
    session: Session,
    delivery_id: int,
    *,
    fence: int,
    was: m.DeliveryState,
    state: m.DeliveryState,
    now: datetime,
    reason: str | None = None,
    message: Mapping[str, Any] | None = None,
    shown_rev: int | None = None,
) -> bool:
    """Record how a claimed message ended, if the claim still holds. False: it does not, and nothing was written."""
    values: dict[str, Any] = {"state": state, "reason": reason, "updated_at": now}
    if state is m.DeliveryState.SENT:
        values |= {"sent_at": now, "shown_at": now}
    if message is not None:
        values |= {"message": dict(message), "message_id": message.get("message_id")}
    if shown_rev is not None:
        values["shown_rev"] = shown_rev
    done = session.execute(
        sa.update(m.Delivery)
        .where(col(m.Delivery.id) == delivery_id, col(m.Delivery.fence) == fence, col(m.Delivery.state) == was)
        .values(**values)
    )
    return _rows(done) == 1


def left_in_sending(session: Session, owner: str, now: datetime) -> int:
    """After a start: whatever another process was sending has an unknown outcome. Returns how many."""
    done = session.execute(
        sa.update(m.Delivery)
        .where(col(m.Delivery.state) == m.DeliveryState.SENDING, col(m.Delivery.lease_owner) != owner)
        .values(
            state=m.DeliveryState.UNKNOWN,
            fence=col(m.Delivery.fence) + 1,
            reason="Okra stopped while this was being sent",
            updated_at=now,
        )
    )
    return _rows(done)


def want_newest(session: Session, *where: sa.ColumnElement[bool]) -> None:
    """Ask for the newest to be shown in the messages that `where` names and that stand on a platform."""
    session.execute(
        sa.update(m.Delivery)
        .where(col(m.Delivery.state).in_((m.DeliveryState.SENT, m.DeliveryState.SENDING, m.DeliveryState.UNKNOWN)))
        .where(*where)
        .values(wanted_rev=col(m.Delivery.wanted_rev) + 1)
    )


def _key(kind: str, subject: str, period: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        col(m.Delivery.kind) == kind,
        col(m.Delivery.subject) == subject,
        col(m.Delivery.period) == period,
    )


def _rows(result: Any) -> int:
    return int(result.rowcount)
