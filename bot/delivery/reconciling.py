"""Clearing up messages of unknown outcome: looked for on the platform, and never sent again blindly."""

from collections.abc import Mapping, Sequence

import structlog
from sqlmodel import Session

from bot.delivery.addresses import address_from, plain_ref, remember_channel
from bot.delivery.backoff import Wrong
from bot.delivery.looking import look_for_each, met
from bot.delivery.means import Means, about
from bot.delivery.port import Address, ChatPort, MessageRef
from storage import deliveries, doubts
from storage import models as m

log = structlog.get_logger()

LOOK_EVERY = 10.0
"""Real seconds between two looks for one message, whoever looks: what is on its way turns up soon, or not at all."""
_AT_ONCE = 20
_KEPT = 3600.0
"""Real seconds after its grace for which a doubt is remembered: long after it could matter."""


class Reconciler:
    """Found: sent. Absent for long enough: planned again. Where nobody can look it stays unknown, for an operator.

    All that it must remember stands in the rows, so any process may look, and go on where another one stopped. Somebody
    may set the database's clock to where a grace looks over: whoever saw the doubt before that knows better.
    """

    def __init__(self, means: Means) -> None:
        self._means = means
        self._over_at: dict[tuple[int, int], float] = {}
        """By id and fence, when the grace is over by this process's own seconds, as its first look had it."""

    async def look(self, active: Mapping[int, str]) -> int:
        """Look once for each message in doubt. Returns how many are known now. Raises `StorageProblem`.

        Installations do not wait for each other.
        """
        now = self._means.monotonic()
        self._over_at = {key: at for key, at in self._over_at.items() if now - at < _KEPT}
        return await look_for_each(self._means, active, self._doubtful, self._one)

    async def _doubtful(self, after: m.Delivery | None) -> Sequence[m.Delivery]:
        return await self._means.db.read(doubts.to_look_for, limit=_AT_ONCE, after=after)

    async def _one(self, row: m.Delivery, installation_id: int, port: ChatPort) -> int:
        await self._means.pacer.slot(installation_id)
        doubt = await self._means.db.write_own(
            doubts.take_look, row.id, row.fence, again_after=LOOK_EVERY, grace=self._means.timing.grace
        )
        return 0 if doubt is None else await self._look_for(doubt, address_from(row.address or {}), port)

    async def _look_for(self, doubt: doubts.Doubt, address: Address, port: ChatPort) -> int:
        row, is_over = doubt.row, self._is_over(doubt)
        try:
            found = await port.find(address, row.token, row.sending_at or row.due_at)
        except Exception as error:  # noqa: BLE001 - whatever it is, `met` says what follows
            again = await met(self._means, row, address.installation_id, Wrong.LOOK, error)
            await self._means.db.write_own(
                deliveries.rest, row.id, fence=row.fence, seconds=again.after or 0.0, tries=again.tries
            )
            return 0
        if found is None and not is_over:
            return 0
        return int(await self._means.db.write_own(self._write, row.id, row.fence, address, found))

    def _is_over(self, doubt: doubts.Doubt) -> bool:
        now = self._means.monotonic()
        over_at = self._over_at.setdefault((doubt.row.id, doubt.row.fence), now + doubt.left)
        return doubt.left <= 0 and now >= over_at

    def _write(
        self, session: Session, delivery_id: int, fence: int, address: Address, found: MessageRef | None
    ) -> bool:
        row = deliveries.hold(session, delivery_id, m.DeliveryState.UNKNOWN, fence)
        if row is None:
            return False
        deliveries.count_tries(row, 0)
        session.flush()
        # From the first time on that it is sent again, an older copy may turn up beside the one that is recorded.
        twice = found is None or row.sweep_at is not None
        deliveries.finish(
            session,
            delivery_id,
            fence=fence,
            was=m.DeliveryState.UNKNOWN,
            state=m.DeliveryState.PLANNED if found is None else m.DeliveryState.SENT,
            now=self._means.clock.now(),
            reason="it had not arrived" if found is None else None,
            message=None if found is None else plain_ref(found),
            sweep=self._means.timing.sweep if twice else None,
        )
        if found is not None:
            remember_channel(session, address, found)
            session.refresh(row)
            self._means.settle(session, row)
        log.info("reconciled", **about(row), found=found is not None)
        return True
