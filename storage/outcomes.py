"""Queries of how messages ended and what is to come: for whoever runs Okra, and for the demo that moves the clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from storage import models as m
from storage.types import Instant

BOARD_GAP = timedelta(minutes=1)
"""A board is brought up to date at most once a minute."""


WAITS = "it waits for a tap"
"""Why a line of the outbox is no message: it keeps what somebody is about to save."""


@dataclass(frozen=True, slots=True)
class NotSent:
    """A message that was decided against: what it was, for whom, and why."""

    kind: str
    due_at: datetime
    reason: str
    person_id: int | None
    team_id: int | None
    kr_ids: tuple[int, ...] = ()


_NEXT_MOMENTS = sa.select(
    sa.select(sa.func.min(col(m.Agenda.next_due_at)))
    .where(col(m.Agenda.next_due_at) > sa.bindparam("now", type_=Instant))
    .scalar_subquery(),
    sa.select(sa.func.min(col(m.Delivery.due_at)))
    .where(col(m.Delivery.state) == m.DeliveryState.PLANNED)
    .where(col(m.Delivery.due_at) > sa.bindparam("now", type_=Instant))
    .scalar_subquery(),
    sa.select(sa.func.min(col(m.Delivery.shown_at)))
    .where(col(m.Delivery.state) == m.DeliveryState.SENT, col(m.Delivery.wanted_rev) > col(m.Delivery.shown_rev))
    .where(col(m.Delivery.shown_at) > sa.bindparam("board", type_=Instant))
    .scalar_subquery(),
)


def next_moment(session: Session, now: datetime) -> datetime | None:
    """The earliest moment after `now` at which a ritual, a message or an update of a board can be due."""
    agenda, planned, outdated = session.execute(_NEXT_MOMENTS, {"now": now, "board": now - BOARD_GAP}).one()
    coming = [agenda, planned, None if outdated is None else outdated + BOARD_GAP]
    return min((one for one in coming if one is not None), default=None)


def not_sent(session: Session, since: datetime) -> Sequence[NotSent]:
    """What was decided against since a moment, in the order of its time."""
    rows = session.exec(
        select(m.Delivery)
        .where(m.Delivery.state == m.DeliveryState.SKIPPED, col(m.Delivery.due_at) >= since)
        .where(col(m.Delivery.reason).is_distinct_from(WAITS))
        .order_by(col(m.Delivery.due_at), col(m.Delivery.id))
    ).all()
    return [
        NotSent(row.kind, row.due_at, row.reason or "", row.person_id, row.team_id, tuple(row.data.get("krs", ())))
        for row in rows
    ]


def counts(session: Session) -> dict[m.DeliveryState, int]:
    """How many messages there are in each state."""
    rows = session.execute(sa.select(col(m.Delivery.state), sa.func.count()).group_by(col(m.Delivery.state)))
    return {row[0]: row[1] for row in rows}


def in_doubt(session: Session) -> Sequence[m.Delivery]:
    """Messages that nobody can say of whether they arrived, and those that were given up."""
    return session.exec(
        select(m.Delivery)
        .where(col(m.Delivery.state).in_((m.DeliveryState.UNKNOWN, m.DeliveryState.FAILED)))
        .order_by(col(m.Delivery.id))
    ).all()


def broken_inbox(session: Session) -> Sequence[m.Inbox]:
    """What people said and nothing could be made of yet: not handled, or handled with a mistake of ours."""
    return session.exec(select(m.Inbox).where(m.Inbox.state != m.InboxState.DONE).order_by(col(m.Inbox.id))).all()


def answers(session: Session, since: datetime) -> int:
    """How many answers were recorded since a moment; those taken back again do not count."""
    counted = sa.select(sa.func.count()).select_from(m.CheckIn)
    counted = counted.where(col(m.CheckIn.at) >= since, col(m.CheckIn.undone_at).is_(None))
    return int(session.execute(counted).scalar_one())
