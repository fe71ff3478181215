"""Children that break the promises, or keep them as an older version did: made from outside, by wrapping."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

import storage.deliveries
import storage.leases
from bot.delivery.port import ChatPort, Fence
from bot.delivery.pump import Pump
from bot.delivery.recovering import Recoverer
from storage import models as m
from storage.session import Database
from tests.crash.orders import Variant


async def _nothing(_self: object) -> int:
    return 0


def break_ports(variant: Variant, db: Database, ports: dict[str, ChatPort]) -> None:
    """Let every port break the order of sending and writing down, as a variant does."""
    match variant:
        case Variant.SEND_THEN_MARK:
            before, values = m.DeliveryState.PLANNED, {"lease_owner": None, "lease_until": None}
        case Variant.MARK_THEN_SEND:
            before, values = m.DeliveryState.SENT, {}
        case _:
            return
    for port in ports.values():
        _wrap(port, db, before, values)


def _wrap(port: Any, db: Database, meanwhile: m.DeliveryState, values: dict[str, Any]) -> None:
    """While a message leaves, its row says `meanwhile`; the claim is put back once the answer is there."""
    original = port.send

    @wraps(original)
    async def send(address: Any, card: Any, key: str, *more: Any, **named: Any) -> Any:
        claimed = await db.write(_turn, key, m.DeliveryState.SENDING, meanwhile, values)
        ref = await original(address, card, key, *more, **named)
        if claimed:
            await db.write(_turn, key, meanwhile, m.DeliveryState.SENDING, {})
        return ref

    port.send = send


def _turn(session: Session, key: str, was: m.DeliveryState, now: m.DeliveryState, values: dict[str, Any]) -> bool:
    turned = session.execute(
        sa.update(m.Delivery)
        .where(col(m.Delivery.token) == key, col(m.Delivery.state) == was)
        .values(state=now, **values)
    )
    return bool(turned.rowcount)  # type: ignore[attr-defined] # it is a cursor's result


def forget_leases() -> None:
    """Work as the version before the leases did: it knows nothing of the columns that came with them.

    It claims without a lease, asks no fence, takes away no second copy, and gives up at its start whatever others are
    sending at that moment.
    """
    fence: Any = Fence
    fence.hold = lambda _fence: None
    recoverer: Any = Recoverer
    pump: Any = Pump

    async def give_up_all(self: Any) -> int:
        rows = await self._means.db.read(storage.leases.left_by_others, self._means.owner)
        count: int = await self._give_up(rows)
        return count

    recoverer.after_start = give_up_all
    recoverer.lapsed = _nothing
    pump.sweep = _nothing
    claim: Callable[..., int | None] = storage.deliveries.claim

    @wraps(claim)
    def without(session: Session, row: m.Delivery, **how: Any) -> int | None:
        fence = claim(session, row, **how)
        session.execute(
            sa.update(m.Delivery)
            .where(col(m.Delivery.id) == row.id)
            .values(lease_until=None)
            .execution_options(synchronize_session=False)
        )
        return fence

    storage.deliveries.claim = without
