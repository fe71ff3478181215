"""Claims that nobody ends: of a process that is gone or frozen, and of this one where it was cut off."""

from collections.abc import Sequence

import structlog
from sqlmodel import Session

from bot.delivery.means import Means, about
from bot.delivery.sending import Sender
from bot.delivery.updating import Updater
from storage import leases

log = structlog.get_logger()


class Recoverer:
    """What may have left becomes `unknown`; what certainly did not is planned as before."""

    def __init__(self, means: Means, sender: Sender, updater: Updater) -> None:
        self._means = means
        self._sender = sender
        self._updater = updater

    async def after_start(self) -> int:
        """What another process left. On SQLite there is none beside us; elsewhere others live: only what has lapsed."""
        if not self._means.db.is_sqlite:
            return await self.lapsed()
        return await self._give_up(await self._means.db.read(leases.left_by_others, self._means.owner))

    async def lapsed(self) -> int:
        """What has been in `sending` for longer than its lease, whoever has it. Returns how many.

        What this process waits for an answer to is not among it.
        """
        await self._means.db.write_in_turn(leases.give_leases, self._means.timing.lease)
        lapsed = await self._means.db.read(leases.lapsed)
        return await self._give_up([claim for claim in lapsed if not self._sender.has_in_hand(*claim)])

    async def own(self) -> None:
        """What this process knows to have ended or broken off, and did not write down. Raises `StorageProblem`."""
        await self._sender.record_again()
        torn = await self._sender.torn()
        for delivery_id, fence in tuple(torn.left.items()):
            await self._give_up([(delivery_id, fence)])
            torn.left.pop(delivery_id, None)
        for owner, (delivery_id, fence) in tuple(torn.not_begun.items()):
            await self._means.db.write_own(self._plan_again, delivery_id, fence, owner)
            torn.not_begun.pop(owner, None)
        await self._updater.let_go()

    async def _give_up(self, claims: Sequence[tuple[int, int]]) -> int:
        count = 0
        for delivery_id, fence in claims:
            count += await self._means.db.write_own(self._now_unknown, delivery_id, fence)
        return count

    def _now_unknown(self, session: Session, delivery_id: int, fence: int) -> int:
        row = leases.now_unknown(session, delivery_id, fence)
        if row is None:
            return 0
        self._means.settle(session, row)
        log.warning("delivery", **about(row), state=row.state.value, reason=row.reason)
        return 1

    def _plan_again(self, session: Session, delivery_id: int, fence: int, owner: str) -> None:
        row = leases.not_begun(session, delivery_id, fence, owner)
        if row is not None:
            log.info("delivery", **about(row), state=row.state.value, reason=row.reason)
