"""Queries of claims that nobody ended: whose sender is gone, what it may have sent, and what it certainly did not."""

from datetime import timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from storage import models as m
from storage.deliveries import hold
from storage.real_time import real_now

STOPPED = "Okra stopped while this was being sent"
NOT_BEGUN = "Okra stopped before this was sent"


def left_by_others(session: Session, owner: str) -> list[tuple[int, int]]:
    """Messages (id, fence) that another process than this one began to send and did not end."""
    return _in_sending(session, sa.not_(col(m.Delivery.lease_owner).startswith(owner)))


def lapsed(session: Session) -> list[tuple[int, int]]:
    """Messages (id, fence) whose sender has had them for longer than its lease, whichever process it is."""
    return _in_sending(session, col(m.Delivery.lease_until) < real_now(session))


LONGEST_LEASE = 600.0
"""Real seconds: no version of Okra claims for longer."""


def give_leases(session: Session, lease: float) -> None:
    """Let claims without a lease have one, from now on: a version before this one wrote none.

    So do those whose lease is too long to be true, since somebody has set the clock back.
    """
    real, until = real_now(session), col(m.Delivery.lease_until)
    session.execute(
        sa.update(m.Delivery)
        .where(col(m.Delivery.state) == m.DeliveryState.SENDING)
        .where(sa.or_(until.is_(None), until > real + timedelta(seconds=LONGEST_LEASE)))
        .values(lease_until=real + timedelta(seconds=lease))
        .execution_options(synchronize_session=False)
    )


def is_written_to(session: Session, row: m.Delivery) -> bool:
    """Whether another process is sending something to the same person or team at this moment.

    SQLite has one sending process, which knows by itself.
    """
    if session.get_bind().dialect.name == "sqlite":
        return False
    sending = select(m.Delivery.person_id, m.Delivery.team_id).where(m.Delivery.state == m.DeliveryState.SENDING)
    return (row.person_id, row.team_id) in {(person, team) for person, team in session.exec(sending)}


def _in_sending(session: Session, which: sa.ColumnElement[bool]) -> list[tuple[int, int]]:
    rows = session.exec(
        select(m.Delivery.id, m.Delivery.fence)
        .where(m.Delivery.state == m.DeliveryState.SENDING, which)
        .order_by(col(m.Delivery.due_at), col(m.Delivery.id))  # as its index has them
    )
    return list(rows)


def now_unknown(session: Session, delivery_id: int, fence: int) -> m.Delivery | None:
    """Whoever sent this is gone: its outcome is unknown, and what they may still write no longer counts."""
    row = hold(session, delivery_id, m.DeliveryState.SENDING, fence)
    return None if row is None else _taken_back(session, row, m.DeliveryState.UNKNOWN, STOPPED)


def still_held(session: Session, delivery_id: int, fence: int, owner: str) -> m.Delivery | None:
    """A message that this claim (`owner` tells it from all others) took, if nobody went on with it.

    It is in sending, or in doubt since whoever has it counts as gone.
    Whoever comes back late may still know how it ended, and that ends the doubt.
    """
    row = hold(session, delivery_id, m.DeliveryState.SENDING, fence)
    if row is None:
        row = hold(session, delivery_id, m.DeliveryState.UNKNOWN, fence + 1)
    return row if row is not None and row.lease_owner == owner else None


def not_begun(session: Session, delivery_id: int, fence: int, owner: str) -> m.Delivery | None:
    """If `owner` has this, it did not begin to send it, and will not: it is planned as before, and in no doubt."""
    row = still_held(session, delivery_id, fence, owner)
    return None if row is None else _taken_back(session, row, m.DeliveryState.PLANNED, NOT_BEGUN)


def _taken_back(session: Session, row: m.Delivery, state: m.DeliveryState, reason: str) -> m.Delivery:
    row.state = state
    row.fence += 1
    row.reason = reason
    row.lease_until = None
    row.doubtful_since = real_now(session) if state is m.DeliveryState.UNKNOWN else None
    session.add(row)
    session.flush()
    return row
