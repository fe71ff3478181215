"""Taking away second copies: of a message that was sent again after a doubt, one stays and the others go."""

from collections.abc import Mapping

import structlog

from bot.delivery.addresses import address_from, ref_from
from bot.delivery.backoff import Wrong
from bot.delivery.means import Means, about
from bot.delivery.port import ChatError, ChatPort, ListsCopies, MessageRef, RateLimited
from bot.delivery.reconciling import SKEW
from bot.where import what_and_where
from storage import deliveries, doubts
from storage import models as m

log = structlog.get_logger()

_AT_ONCE = 50


class Sweeper:
    """Looks once more for what was in doubt, some minutes later, and keeps the copy that its row knows, if any.

    To take a copy away twice is the same as once, so several processes may sweep at a time.
    """

    def __init__(self, means: Means) -> None:
        self._means = means

    async def sweep(self, active: Mapping[int, str]) -> int:
        """Returns how many copies were taken away. Raises `StorageProblem`."""
        gone = 0
        after: m.Delivery | None = None
        while rows := await self._means.db.read(doubts.to_sweep, _AT_ONCE, after):
            after = rows[-1]
            for row in rows:
                gone += await self._one(row, active)
        return gone

    async def _one(self, row: m.Delivery, active: Mapping[int, str]) -> int:
        if row.address is None:
            await self._swept(row)
            return 0
        installation_id = address_from(row.address).installation_id
        port = self._means.ports.get(active.get(installation_id, ""))
        if port is None or self._means.must_end(installation_id):
            return 0
        return await self._of_one(row, installation_id, port)

    async def _of_one(self, row: m.Delivery, installation_id: int, port: ChatPort) -> int:
        """Take away every copy but the recorded one.

        Nothing can be done where a platform cannot tell of copies, or where a row does not know any more which of them
        it has: its reader must not lose the only one.
        """
        if not isinstance(port, ListsCopies) or (row.message is None and not _was_left_out(row)):
            await self._swept(row)
            return 0
        try:
            extra = await self._extra(row, installation_id, port)
            for ref in extra:
                await self._means.pacer.slot(installation_id)
                await port.delete(ref)
        except RateLimited as error:
            await self._means.pacer.pause(installation_id, error.retry_after)
            return 0
        except ChatError as error:
            log.warning("sweep", **about(row), problem=str(error))
            await self._went_wrong(row)
            return 0
        except Exception as error:  # noqa: BLE001 - a mistake of ours in the platform must not stop the others
            log.error("sweep", **about(row), error=what_and_where(error))
            await self._went_wrong(row)
            return 0
        if extra:
            log.warning("second copy taken away", **about(row), copies=len(extra))
        await self._swept(row)
        return len(extra)

    async def _extra(self, row: m.Delivery, installation_id: int, port: ListsCopies) -> list[MessageRef]:
        await self._means.pacer.slot(installation_id)
        since = (row.created_at or row.due_at) - SKEW
        copies = await port.copies(address_from(row.address or {}), row.token, since)
        if row.message is None:
            return copies  # it was left out in the end, and stands there all the same
        recorded = ref_from(row.message).message_id
        if all(copy.message_id != recorded for copy in copies):
            return []  # somebody took the recorded one away; what is left is all that its reader has
        return [copy for copy in copies if copy.message_id != recorded]

    async def _went_wrong(self, row: m.Delivery) -> None:
        tries = deliveries.tries_of(row) + 1
        again = self._means.backoff.after(Wrong.SWEEP, tries)
        await self._swept(row, again, tries)

    async def _swept(self, row: m.Delivery, again_after: float | None = None, tries: int = 0) -> None:
        await self._means.db.write_own(doubts.swept, row, again_after=again_after, tries=tries)


def _was_left_out(row: m.Delivery) -> bool:
    """Whether no copy of it belongs where it stands."""
    return row.sent_at is None and row.state in (m.DeliveryState.SKIPPED, m.DeliveryState.FAILED)
