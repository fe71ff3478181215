"""Keeping a message at hand in its channel, on platforms that can: after it was sent, and once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlmodel import Session

from bot.delivery.addresses import ref_from
from bot.delivery.means import Means, about
from bot.delivery.port import ChatError, ChatPort, MessageRef, Pins, RateLimited
from bot.where import what_and_where
from storage import models as m
from storage import pins

log = structlog.get_logger()

AGAIN_AFTER = timedelta(days=1)
"""Between two tries of a pin that was refused: somebody may have allowed it meanwhile."""

_AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class _Loose:
    """A message that stands in its channel and is not pinned there."""

    id: int
    told: dict[str, Any]
    """What the log says of it."""
    ref: MessageRef


class Pinner:
    """Pins what its kind wants pinned. The row tells that it is: a stop between sending and pinning loses nothing."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._kinds = frozenset(name for name, kind in means.registry.items() if kind.pinned)

    async def pin_new(self, installation_id: int, port: ChatPort) -> int:
        """Pin what stands there loose; a refusal is written down and no error. Returns how many were pinned."""
        if not self._kinds or not isinstance(port, Pins):
            return 0
        pinned = 0
        for one in await self._means.db.read(self._loose, installation_id):
            if self._means.is_paused(installation_id):
                break
            await self._means.pacer.slot(installation_id)
            try:
                await port.pin(one.ref)
            except RateLimited as error:
                await self._means.pacer.pause(installation_id, error.retry_after)
                break
            except ChatError as error:
                log.warning("not pinned", **one.told, problem=str(error))
                await self._means.db.write(self._note, one.id, False)
            except Exception as error:  # noqa: BLE001 - a mistake of ours in the platform must not stop the others
                log.error("pin", **one.told, error=what_and_where(error))
                await self._means.db.write(self._note, one.id, False)
            else:
                await self._means.db.write(self._note, one.id, True)
                pinned += 1
        return pinned

    def _loose(self, session: Session, installation_id: int) -> list[_Loose]:
        now = self._means.clock.now()
        rows = pins.loose(session, installation_id, kinds=self._kinds, now=now, limit=_AT_ONCE)
        return [
            _Loose(row.id, about(row), ref_from(row.message))
            for row in rows
            if row.message is not None and not self._rests(session, row, now)
        ]

    def _rests(self, session: Session, row: m.Delivery, now: datetime) -> bool:
        """What is not brought up to date any more need not be at hand."""
        return self._means.registry[row.kind].frozen(session, row, now)

    def _note(self, session: Session, delivery_id: int, done: bool) -> None:
        pins.note_pin(session, delivery_id, None if done else self._means.clock.now() + AGAIN_AFTER)
