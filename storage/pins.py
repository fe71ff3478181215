"""Which messages are still to be pinned in their channel, noted in the data of each."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime

from sqlmodel import Session, col, or_, select

from storage import deliveries
from storage import models as m

PINNED = "pinned"
AGAIN_AT = "pin_again_at"
"""Keys of a message's data: it is pinned; or the moment (UTC, ISO) before which nobody tries again."""


def loose(
    session: Session, installation_id: int, *, kinds: Collection[str], now: datetime, limit: int
) -> Sequence[m.Delivery]:
    """Messages of these kinds that stand on a platform, are not pinned there, and may be tried now."""
    data = col(m.Delivery.data)
    again_at = data[AGAIN_AT].as_string()
    return session.exec(
        select(m.Delivery)
        .where(m.Delivery.state == m.DeliveryState.SENT, col(m.Delivery.kind).in_(kinds))
        .where(col(m.Delivery.message)["installation_id"].as_integer() == installation_id)
        .where(data[PINNED].as_string().is_(None))
        .where(or_(again_at.is_(None), again_at <= _written(now)))
        .order_by(col(m.Delivery.id).desc())
        .limit(limit)
    ).all()


def note_pin(session: Session, delivery_id: int, again_at: datetime | None) -> None:
    """Write down that a message is pinned, or when to try again."""
    row = deliveries.hold(session, delivery_id, m.DeliveryState.SENT)
    if row is None:
        return
    noted = {PINNED: "yes"} if again_at is None else {AGAIN_AT: _written(again_at)}
    row.data = {**row.data, **noted}
    session.add(row)


def _written(at: datetime) -> str:
    """In one zone and at one length, so that the order of the words is that of the moments."""
    return at.astimezone(UTC).isoformat(timespec="seconds")
