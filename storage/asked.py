"""Queries of what somebody was asked before."""

from collections.abc import Collection
from datetime import datetime

from sqlmodel import Session, col, select

from storage import models as m
from storage.deliveries import MAY_STAND


def asked_before(session: Session, row: m.Delivery, kinds: Collection[str], since: datetime) -> int | None:
    """The prompt of the last message of these kinds that its person got, or may have got, before this one."""
    return session.exec(
        select(m.Delivery.prompt_id)
        .where(m.Delivery.person_id == row.person_id, col(m.Delivery.kind).in_(kinds))
        .where(col(m.Delivery.state).in_(MAY_STAND), col(m.Delivery.sending_at).is_not(None))
        .where(col(m.Delivery.prompt_id).is_distinct_from(row.prompt_id))
        .where(col(m.Delivery.due_at) >= since, col(m.Delivery.due_at) <= row.due_at)
        .order_by(col(m.Delivery.due_at).desc(), col(m.Delivery.id).desc())
        .limit(1)
    ).first()
