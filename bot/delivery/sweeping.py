"""Taking away second copies: of a message that was sent again after a doubt, one stays and the others go."""

from collections.abc import Mapping, Sequence

import structlog

from bot.delivery.addresses import address_from, ref_from
from bot.delivery.backoff import Wrong
from bot.delivery.looking import Again, look_for_each, met
from bot.delivery.means import Means, about
from bot.delivery.port import ChatPort, ListsCopies, MessageRef
from storage import doubts
from storage import models as m

log = structlog.get_logger()

_AT_ONCE = 50
_NEVER = Again(None, 0)


class Sweeper:
    """Looks once more for what was in doubt, some minutes later, and keeps the copy that its row knows, if any.

    To take a copy away twice is the same as once, so several processes may sweep at a time.
    """

    def __init__(self, means: Means) -> None:
        self._means = means

    async def sweep(self, active: Mapping[int, str]) -> int:
        """Returns how many copies were taken away. Raises `StorageProblem`."""
        return await look_for_each(self._means, active, self._to_sweep, self._one)

    async def _to_sweep(self, after: m.Delivery | None) -> Sequence[m.Delivery]:
        rows = await self._means.db.read(doubts.to_sweep, _AT_ONCE, after)
        for row in rows:
            if row.address is None:  # nobody knows any more where to look
                await self._swept(row, _NEVER)
        return rows

    async def _one(self, row: m.Delivery, installation_id: int, port: ChatPort) -> int:
        """Take away every copy but the recorded one.

        Nothing can be done where a platform cannot tell of copies, or where a row does not know any more which of them
        it has: its reader must not lose the only one.
        """
        if not isinstance(port, ListsCopies) or (row.message is None and not _was_left_out(row)):
            await self._swept(row, _NEVER)
            return 0
        taken = 0
        try:
            for ref in await self._extra(row, installation_id, port):
                if not await self._is_in_turn(row, installation_id):
                    return taken
                await port.delete(ref)
                taken += 1
        except Exception as error:  # noqa: BLE001 - whatever it is, `met` says what follows
            again = await met(self._means, row, installation_id, Wrong.SWEEP, error)
            if again.after is None:
                log.warning("a second copy may stay", **about(row))
            await self._swept(row, again)
            return 0
        if taken:
            log.warning("second copy taken away", **about(row), copies=taken)
        await self._swept(row, _NEVER)
        return taken

    async def _extra(self, row: m.Delivery, installation_id: int, port: ListsCopies) -> list[MessageRef]:
        if not await self._is_in_turn(row, installation_id):
            return []
        copies = await port.copies(address_from(row.address or {}), row.token, row.created_at or row.due_at)
        if row.message is None:
            return copies  # it was left out in the end, and stands there all the same
        recorded = ref_from(row.message).message_id
        if all(copy.message_id != recorded for copy in copies):
            return []  # somebody took the recorded one away; what is left is all that its reader has
        return [copy for copy in copies if copy.message_id != recorded]

    async def _is_in_turn(self, row: m.Delivery, installation_id: int) -> bool:
        """Wait for a turn. Then: does the row still say what it said? It may have been sent again while this waited,
        and what stands there now be the copy that its reader is to have."""
        await self._means.pacer.slot(installation_id)
        return await self._means.db.read(doubts.is_to_sweep_still, row)

    async def _swept(self, row: m.Delivery, again: Again) -> None:
        await self._means.db.write_own(doubts.swept, row, again_after=again.after, tries=again.tries)


def _was_left_out(row: m.Delivery) -> bool:
    """Whether no copy of it belongs where it stands."""
    return row.sent_at is None and row.state in (m.DeliveryState.SKIPPED, m.DeliveryState.FAILED)
