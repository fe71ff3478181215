"""Clearing up messages of unknown outcome: looked for on the platform, and never sent again blindly."""

from datetime import timedelta

import structlog
from sqlmodel import Session

from bot.delivery.addresses import address_from, plain_ref, remember_channel
from bot.delivery.means import Means
from bot.delivery.pacing import Rests
from bot.delivery.port import Address, ChatError, ChatPort, MessageRef, RateLimited
from storage import deliveries
from storage import models as m

log = structlog.get_logger()

GRACE_SECONDS = 60.0
"""How long a message of unknown outcome must be absent from its channel before it counts as not sent."""
LOOK_AGAIN_WAITS = (60.0, 300.0, 900.0, 3600.0)
"""Seconds until a platform that could not be looked into is asked again; the last one repeats."""
SKEW = timedelta(seconds=60)
"""How far the platform's clock and ours may differ."""


class Reconciler:
    """Found: sent. Absent for long enough: planned again. Where nobody can look it stays unknown, for an operator."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._missing_since: dict[tuple[int, int], float] = {}
        self._rests = Rests(means.monotonic, LOOK_AGAIN_WAITS)

    def resting(self, delivery_id: int) -> bool:
        """Whether looking for a message went wrong a moment ago."""
        return self._rests.resting(delivery_id)

    async def look_for(self, row: m.Delivery, port: ChatPort) -> int:
        """Look for one message. Returns 1 if its outcome is known now. Raises `StorageProblem`."""
        if row.address is None or row.sending_at is None:
            return 0
        address = address_from(row.address)
        try:
            found = await port.find(address, row.token, row.sending_at - SKEW)
        except RateLimited as error:
            await self._means.pacer.pause(address.installation_id, error.retry_after)
            return 0
        except ChatError as error:
            log.info("reconcile", id=row.id, kind=row.kind, problem=str(error))
            self._rests.went_wrong(row.id)
            return 0
        except Exception as error:  # a mistake of ours in the platform must not stop the others
            log.error("reconcile", id=row.id, kind=row.kind, exc_info=error)
            self._rests.went_wrong(row.id)
            return 0
        self._rests.forget(row.id)
        claim = (row.id, row.fence)
        now = self._means.monotonic()
        if found is None and now - self._missing_since.setdefault(claim, now) < GRACE_SECONDS:
            return 0
        known = await self._means.db.write(self._write, row.id, row.fence, address, found)
        self._missing_since.pop(claim, None)
        return int(known)

    def _write(
        self, session: Session, delivery_id: int, fence: int, address: Address, found: MessageRef | None
    ) -> bool:
        row = deliveries.hold(session, delivery_id, m.DeliveryState.UNKNOWN, fence)
        if row is None:
            return False
        deliveries.finish(
            session,
            delivery_id,
            fence=fence,
            was=m.DeliveryState.UNKNOWN,
            state=m.DeliveryState.PLANNED if found is None else m.DeliveryState.SENT,
            now=self._means.clock.now(),
            reason="it had not arrived" if found is None else None,
            message=None if found is None else plain_ref(found),
        )
        if found is not None:
            remember_channel(session, address, found)
            session.refresh(row)
            self._means.settle(session, row)
        log.info("reconciled", id=row.id, kind=row.kind, found=found is not None)
        return True
