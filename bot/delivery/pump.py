"""The pump: takes messages that are due out of the outbox and brings them to people, each once."""

import asyncio
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlmodel import Session

from bot.clock import Clock, Monotonic
from bot.delivery.addresses import address_from
from bot.delivery.kinds import Registry
from bot.delivery.means import Means
from bot.delivery.pacing import Pacer
from bot.delivery.pinning import Pinner
from bot.delivery.port import ChatPort
from bot.delivery.reconciling import GRACE_SECONDS, Reconciler
from bot.delivery.sending import Sender
from bot.delivery.updating import Updater
from storage import deliveries
from storage import models as m
from storage.session import Database

log = structlog.get_logger()

BATCH = 20
"""Messages of one installation between two looks at what is urgent: a few seconds at a platform's usual rate."""
NOT_CONNECTED = "this platform is not connected here"


@dataclass(frozen=True, slots=True)
class _Seen:
    """How far a run has come in one installation's messages."""

    due: deliveries.Due | None = None
    updated: int = 0


@dataclass(frozen=True, slots=True)
class _Work:
    urgent: list[deliveries.Due]
    waited_for: list[m.Delivery]
    due: list[deliveries.Due]
    outdated: list[m.Delivery]


class Pump:
    """Sends what is due, updates what is outdated, reconciles what is unknown. One per process."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        registry: Registry,
        ports: Mapping[str, ChatPort],
        pacer: Pacer,
        monotonic: Monotonic,
    ) -> None:
        self._means = Means(db, clock, registry, ports, pacer, monotonic, owner=secrets.token_hex(8))
        self._sender = Sender(self._means)
        self._updater = Updater(self._means)
        self._reconciler = Reconciler(self._means)
        self._pinner = Pinner(self._means)
        self._busy = asyncio.Lock()
        self._looking = asyncio.Lock()
        self._stopping = False

    async def recover(self) -> int:
        """After a start: what another process left in `sending` becomes `unknown`. Returns how many."""
        return await self._give_up_sending(mine=False)

    async def run_once(self) -> int:
        """Send everything that is due and show what is newest. Returns how many messages were touched.

        Installations do not wait for each other. Raises `StorageProblem`; whatever was not done stays planned.
        """
        async with self._busy:
            await self._sender.record_again()
            if self._sender.torn:
                await self._give_up_sending(mine=True)
                self._sender.torn.clear()
            active = await self._means.db.read(deliveries.active_installations)
            lanes = [self._lane(key, self._means.ports.get(platform)) for key, platform in active.items()]
            touched = await asyncio.gather(*lanes, self._without_a_way(), return_exceptions=True)
        for result in touched:
            if isinstance(result, BaseException):
                raise result
        return sum(result for result in touched if isinstance(result, int))

    def stop(self) -> None:
        """Let a run end after the messages that are leaving now, so that a clean stop leaves nothing in doubt."""
        self._stopping = True

    async def reconcile(self) -> int:
        """Look for messages that left without an answer. Found: sent. Absent for long enough: planned again.

        Returns how many are known now; one on a platform that cannot be looked into stays `unknown`.
        """
        known = after = 0
        async with self._looking:
            active = await self._means.db.read(deliveries.active_installations)
            while rows := await self._means.db.read(deliveries.unknown_deliveries, BATCH, after):
                after = rows[-1].id
                for row in rows:
                    known += await self._reconcile_one(row, active)
        return known

    async def _reconcile_one(self, row: m.Delivery, active: Mapping[int, str]) -> int:
        if row.address is None or self._reconciler.resting(row.id):
            return 0
        installation_id = address_from(row.address).installation_id
        port = self._means.ports.get(active.get(installation_id, ""))
        if port is None or self._stopping or self._means.is_paused(installation_id):
            return 0
        await self._means.pacer.slot(installation_id)
        return await self._reconciler.look_for(row, port)

    # --- one installation -------------------------------------------------------------------------

    async def _lane(self, installation_id: int, port: ChatPort | None) -> int:
        """All that one installation has to do now: what is urgent first, then by turns updates and what is due."""
        if port is None:
            return await self._say_not_connected(installation_id)
        touched = 0
        seen = _Seen()
        tried: set[int] = set()
        while not self._must_end(installation_id):
            work = await self._means.db.read(self._work, installation_id, seen)
            urgent = [due for due in work.urgent if due.id not in tried]
            waited_for = [row for row in work.waited_for if row.id not in tried]
            if not (urgent or waited_for or work.due or work.outdated):
                break
            tried.update(due.id for due in urgent)
            tried.update(row.id for row in waited_for)
            seen = _Seen(
                due=work.due[-1] if work.due else seen.due,
                updated=work.outdated[-1].id if work.outdated else seen.updated,
            )
            touched += await self._send_all(urgent, installation_id, port)
            touched += await self._update_all(waited_for, installation_id, port)
            touched += await self._update_all(work.outdated, installation_id, port)
            touched += await self._send_all(work.due, installation_id, port)
        if not self._must_end(installation_id):
            touched += await self._pinner.pin_new(installation_id, port)
        return touched

    def _work(self, session: Session, installation_id: int, seen: _Seen) -> _Work:
        now = self._means.clock.now()
        urgent = {name for name, kind in self._means.registry.items() if kind.urgent}
        return _Work(
            urgent=_urgent(session, installation_id, urgent, now),
            waited_for=list(deliveries.waited_for_through(session, installation_id, limit=BATCH)),
            due=deliveries.due_through(
                session, installation_id, now=now, limit=BATCH, other_kinds_than=urgent, after=seen.due
            ),
            outdated=list(deliveries.outdated_through(session, installation_id, limit=BATCH, after=seen.updated)),
        )

    async def _send_all(self, dues: list[deliveries.Due], installation_id: int, port: ChatPort) -> int:
        touched = 0
        for due in dues:
            if self._must_end(installation_id):
                break
            if not self._sender.resting(due.id):
                await self._means.pacer.slot(installation_id)
                touched += await self._sender.send(due, installation_id, port)
        return touched

    async def _update_all(self, rows: list[m.Delivery], installation_id: int, port: ChatPort) -> int:
        touched = 0
        for row in rows:
            if self._must_end(installation_id):
                break
            if self._updater.may_update(row):
                await self._means.pacer.slot(installation_id)
                touched += await self._updater.update(row, port)
        return touched

    def _must_end(self, installation_id: int) -> bool:
        return self._stopping or self._means.is_paused(installation_id)

    # --- no installation --------------------------------------------------------------------------

    async def _say_not_connected(self, installation_id: int) -> int:
        """Its platform has no way out in this process: what is due stays, and says why."""
        told = await self._means.db.write(
            deliveries.not_connected, installation_id, NOT_CONNECTED, self._means.clock.now()
        )
        if told:
            log.warning("not connected", installation=installation_id, messages=told)
        return 0

    async def _without_a_way(self) -> int:
        """Messages to people and teams that cannot be written to: skipped or failed, each with its reason."""
        touched = 0
        after: deliveries.Due | None = None
        while not self._stopping:
            dues = await self._means.db.read(self._nowhere, after)
            if not dues:
                break
            after = dues[-1]
            for due in dues:
                touched += await self._sender.send(due, None, None)
        return touched

    def _nowhere(self, session: Session, after: deliveries.Due | None) -> list[deliveries.Due]:
        return deliveries.due_through(session, None, now=self._means.clock.now(), limit=BATCH, after=after)

    # --- what broke off ---------------------------------------------------------------------------

    async def _give_up_sending(self, *, mine: bool) -> int:
        count = 0
        for delivery_id, fence in await self._means.db.read(deliveries.in_sending, owner=self._means.owner, mine=mine):
            count += await self._means.db.write(self._now_unknown, delivery_id, fence)
        return count

    def _now_unknown(self, session: Session, delivery_id: int, fence: int) -> int:
        row = deliveries.left_in_sending(session, delivery_id, fence, self._means.clock.now())
        if row is None:
            return 0
        self._means.settle(session, row)
        return 1


def _urgent(session: Session, installation_id: int, kinds: Collection[str], now: datetime) -> list[deliveries.Due]:
    if not kinds:
        return []
    return deliveries.due_through(session, installation_id, now=now, limit=BATCH, kinds=kinds)


__all__ = ["BATCH", "GRACE_SECONDS", "Pump"]
