"""Queries of messages that are in doubt: which may have arrived, and which may stand there twice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from storage import models as m
from storage.deliveries import count_tries, does_not_rest, hold, rest
from storage.real_time import is_past, real_moments, real_now, seconds_until
from storage.types import Instant


@dataclass(frozen=True, slots=True)
class Doubt:
    """A message that left without an answer."""

    row: m.Delivery
    left: float
    """Real seconds of grace by the database's clock. Without any, absent means not sent: what left has arrived."""


_UNKNOWN = (
    select(m.Delivery)
    .where(m.Delivery.state == m.DeliveryState.UNKNOWN, col(m.Delivery.due_at) >= sa.bindparam("at", type_=Instant))
    .where(sa.or_(col(m.Delivery.due_at) > sa.bindparam("at"), col(m.Delivery.id) > sa.bindparam("after")))
    .where(does_not_rest())
    .order_by(col(m.Delivery.due_at), col(m.Delivery.id))
    .limit(sa.bindparam("most"))
)
_EVER = datetime(1970, 1, 1, tzinfo=UTC)


def to_look_for(session: Session, *, limit: int, after: m.Delivery | None = None) -> Sequence[m.Delivery]:
    """Messages of unknown outcome that do not rest, in the order of their time, behind `after`."""
    at, key = (_EVER, 0) if after is None else (after.due_at, after.id)
    return session.exec(_UNKNOWN, params={"at": at, "after": key, "most": limit, **real_moments(session)}).all()


def take_look(session: Session, delivery_id: int, fence: int, *, again_after: float, grace: float) -> Doubt | None:
    """Look for one message: nobody else does so for `again_after` real seconds. None: someone does already."""
    row = session.exec(
        select(m.Delivery)
        .where(m.Delivery.id == delivery_id, m.Delivery.fence == fence, m.Delivery.state == m.DeliveryState.UNKNOWN)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).first()
    real = real_now(session)
    if row is None or seconds_until(row.not_before, real):
        return None
    # A version before this one wrote no `doubtful_since`; one that is to come was written before the clock was set.
    since = min(row.doubtful_since or real, real)
    row.doubtful_since = since
    left = (since + timedelta(seconds=grace) - real).total_seconds()
    rest(session, delivery_id, fence=fence, seconds=min(again_after, left) if left > 0 else again_after)
    return Doubt(row, left)


ENDED = (m.DeliveryState.SENT, m.DeliveryState.SKIPPED, m.DeliveryState.FAILED)
"""Planned again after a doubt, a message may also be left out in the end: a copy that turns up then belongs nowhere."""

_TO_SWEEP = (
    select(m.Delivery)
    .where(is_past(col(m.Delivery.sweep_at)), col(m.Delivery.state).in_(ENDED))
    .where(col(m.Delivery.sweep_at) >= sa.bindparam("at", type_=Instant))
    .where(sa.or_(col(m.Delivery.sweep_at) > sa.bindparam("at"), col(m.Delivery.id) > sa.bindparam("after")))
    .order_by(col(m.Delivery.sweep_at), col(m.Delivery.id))
    .limit(sa.bindparam("most"))
)


def to_sweep(session: Session, limit: int, after: m.Delivery | None = None) -> Sequence[m.Delivery]:
    """Messages that were sent more than once, perhaps, or in vain: the time has come to look for copies.

    In the order of that time, behind `after`.
    """
    at, key = (_EVER, 0) if after is None else (after.sweep_at, after.id)
    return session.exec(_TO_SWEEP, params={"at": at, "after": key, "most": limit, **real_moments(session)}).all()


def is_to_sweep_still(session: Session, row: m.Delivery) -> bool:
    """Whether a message that was read a while ago is still the same, as far as its copies go."""
    now = session.get(m.Delivery, row.id)
    return now is not None and (now.state, now.message, now.sweep_at) == (row.state, row.message, row.sweep_at)


def swept(session: Session, row: m.Delivery, *, again_after: float | None = None, tries: int = 0) -> None:
    """Its copies were looked for; or could not be, and are looked for again after so many real seconds."""
    held = hold(session, row.id, row.state)
    if held is None or held.sweep_at != row.sweep_at:
        return
    held.sweep_at = None if again_after is None else real_now(session) + timedelta(seconds=again_after)
    count_tries(held, tries)
    session.add(held)
