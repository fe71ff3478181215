"""Clearing up messages of unknown outcome: looked for on the platform, and never sent again blindly."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta

import structlog
from sqlmodel import Session

from bot.delivery.addresses import address_from, plain_ref, remember_channel
from bot.delivery.backoff import Wrong
from bot.delivery.means import Means, about
from bot.delivery.port import Address, ChatError, ChatPort, MessageRef, RateLimited
from bot.where import what_and_where
from storage import deliveries, doubts
from storage import models as m

log = structlog.get_logger()

LOOK_EVERY = 10.0
"""Real seconds between two looks for one message, whoever looks: what is on its way turns up soon, or not at all."""
SKEW = timedelta(seconds=60)
"""How far the platform's clock and ours may differ."""
_AT_ONCE = 20

Doubtful = tuple[m.Delivery, Address]
"""A message in doubt, and where it went."""


class Reconciler:
    """Found: sent. Absent for long enough: planned again. Where nobody can look it stays unknown, for an operator.

    All that it must remember stands in the rows, so any process may look, and go on where another one stopped.
    """

    def __init__(self, means: Means) -> None:
        self._means = means

    async def look(self, active: Mapping[int, str]) -> int:
        """Look once for each message in doubt. Returns how many are known now. Raises `StorageProblem`.

        Installations do not wait for each other.
        """
        doubtful = await self._doubtful()
        ended = await asyncio.gather(
            *(
                self._of_one_installation(rows, key, self._means.ports[active[key]])
                for key, rows in doubtful.items()
                if active.get(key) in self._means.ports
            ),
            return_exceptions=True,
        )
        for result in ended:
            if isinstance(result, BaseException):
                raise result
        return sum(result for result in ended if isinstance(result, int))

    async def _doubtful(self) -> Mapping[int, list[Doubtful]]:
        """What is in doubt and does not rest, by installation."""
        found: dict[int, list[Doubtful]] = {}
        after: m.Delivery | None = None
        while rows := await self._means.db.read(doubts.to_look_for, limit=_AT_ONCE, after=after):
            after = rows[-1]
            for row in rows:
                if row.address is not None and row.sending_at is not None:
                    address = address_from(row.address)
                    found.setdefault(address.installation_id, []).append((row, address))
        return found

    async def _of_one_installation(self, rows: Sequence[Doubtful], installation_id: int, port: ChatPort) -> int:
        await self._means.pacer.look(installation_id)
        known = 0
        for row, address in rows:
            if self._means.must_end(installation_id):
                break
            known += await self._one(row, address, port)
        return known

    async def _one(self, row: m.Delivery, address: Address, port: ChatPort) -> int:
        await self._means.pacer.slot(address.installation_id)
        doubt = await self._means.db.write_own(
            doubts.take_look, row.id, row.fence, again_after=LOOK_EVERY, grace=self._means.timing.grace
        )
        return 0 if doubt is None else await self._look_for(doubt, address, port)

    async def _look_for(self, doubt: doubts.Doubt, address: Address, port: ChatPort) -> int:
        row = doubt.row
        try:
            found = await port.find(address, row.token, (row.sending_at or row.due_at) - SKEW)
        except RateLimited as error:
            await self._means.pacer.pause(address.installation_id, error.retry_after)
            await self._rest(row, self._means.backoff.asked(error.retry_after), deliveries.tries_of(row))
            return 0
        except ChatError as error:
            log.info("reconcile", **about(row), problem=str(error))
            await self._went_wrong(row)
            return 0
        except Exception as error:  # noqa: BLE001 - a mistake of ours in the platform must not stop the others
            log.error("reconcile", **about(row), error=what_and_where(error))
            await self._went_wrong(row)
            return 0
        if found is None and not doubt.grace_over:
            return 0
        return int(await self._means.db.write_own(self._write, row.id, row.fence, address, found))

    async def _went_wrong(self, row: m.Delivery) -> None:
        tries = deliveries.tries_of(row) + 1
        await self._rest(row, self._means.backoff.after(Wrong.LOOK, tries) or 0.0, tries)

    async def _rest(self, row: m.Delivery, seconds: float, tries: int) -> None:
        await self._means.db.write_own(deliveries.rest, row.id, fence=row.fence, seconds=seconds, tries=tries)

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
