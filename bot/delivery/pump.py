"""The pump: takes messages that are due out of the outbox and brings them to people, each once."""

import asyncio
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlmodel import Session, col, select

from bot.cards.model import Card
from bot.clock import Clock, Monotonic
from bot.delivery.kinds import Later, MessageKind, Registry, Skip
from bot.delivery.pacing import Pacer
from bot.delivery.port import (
    Address,
    ChatError,
    ChatPort,
    MessageRef,
    NotDelivered,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    Unreachable,
)
from storage import deliveries
from storage import models as m
from storage.session import Database, StorageProblem

log = structlog.get_logger()

BATCH = 50
NOT_DELIVERED_LIMIT = 5
RATE_LIMITED_LIMIT = 50
GRACE_SECONDS = 60.0
"""How long a message of unknown outcome must be absent from its channel before it counts as not sent."""
BOARD_GAP = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class _Claimed:
    id: int
    kind: str
    token: str
    fence: int
    wanted_rev: int
    attempts: int
    address: Address
    card: Card


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
        self._db = db
        self._clock = clock
        self._registry = registry
        self._ports = ports
        self._pacer = pacer
        self._monotonic = monotonic
        self._owner = secrets.token_hex(8)
        self._missing_since: dict[int, float] = {}
        self._busy = asyncio.Lock()

    async def recover(self) -> int:
        """After a start: what another process left in `sending` becomes `unknown`. Returns how many."""
        return await self._db.write(deliveries.left_in_sending, self._owner, self._clock.now())

    async def run_once(self) -> int:
        """Send everything that is due and show what is newest. Returns how many messages were touched."""
        async with self._busy:
            return await self._send_due() + await self._update_outdated()

    # --- new messages -------------------------------------------------------------------------

    async def _send_due(self) -> int:
        touched = 0
        tried: set[int] = set()
        while True:
            due = await self._db.read(deliveries.due_deliveries, self._clock.now(), BATCH)
            fresh = [row for row in due if row.id not in tried]
            if not fresh:
                return touched
            for row in fresh:
                tried.add(row.id)
                touched += await self._send_one(row)

    async def _send_one(self, row: m.Delivery) -> int:
        address = await self._db.read(_address_of, row)
        if address is not None:
            if self._pacer.paused_for(address.installation_id) > 1.0:
                return 0  # the platform asked us to wait: others may go on, this one comes again
            await self._pacer.slot(address.installation_id)
        try:
            claimed = await self._db.write(self._claim, row.id)
        except StorageProblem:
            raise
        except Exception as error:  # noqa: BLE001 - one message that cannot be composed must not stop the others
            log.error("compose", id=row.id, kind=row.kind, exc_info=error)
            await self._db.write(_uncomposable, row.id, repr(error)[:180])
            return 1
        if claimed is None:
            return 1
        port = await self._port_of(claimed.address.installation_id)
        if port is None:
            await self._record(claimed, m.DeliveryState.FAILED, "this platform is not connected")
            return 1
        try:
            ref = await port.send(claimed.address, claimed.card, claimed.token)
        except ChatError as error:
            await self._not_sent(claimed, error)
        else:
            await self._record(claimed, m.DeliveryState.SENT, None, ref)
        return 1

    def _claim(self, session: Session, delivery_id: int) -> _Claimed | None:
        """Is it still wanted? Then take it, and compose it from what is true now. One transaction."""
        now = self._clock.now()
        row = session.get_one(m.Delivery, delivery_id)
        if row.state is not m.DeliveryState.PLANNED or row.due_at > now:
            return None
        kind = self._registry[row.kind]
        verdict = kind.wanted(session, row, now)
        if isinstance(verdict, Later):
            row.due_at = verdict.at
            session.add(row)
            return None
        if isinstance(verdict, Skip):
            self._close(session, row, kind, m.DeliveryState.SKIPPED, verdict.reason)
            return None
        address = _address_of(session, row)
        if address is None:
            self._close(session, row, kind, m.DeliveryState.FAILED, "there is no way to reach this person or channel")
            return None
        card = kind.compose(session, row, now)
        session.flush()
        fence = deliveries.claim(session, row.id, owner=self._owner, address=_plain_address(address), now=now)
        if fence is None:
            return None
        return _Claimed(row.id, row.kind, row.token, fence, row.wanted_rev, row.attempts, address, card)

    def _close(self, session: Session, row: m.Delivery, kind: MessageKind, state: m.DeliveryState, reason: str) -> None:
        row.state = state
        row.reason = reason
        session.add(row)
        kind.settled(session, row, state)

    async def _not_sent(self, claimed: _Claimed, error: ChatError) -> None:
        match error:
            case RateLimited(retry_after=seconds):
                self._pacer.pause(claimed.address.installation_id, seconds)
                await self._again(claimed, RATE_LIMITED_LIMIT, str(error))
            case NotDelivered():
                await self._again(claimed, NOT_DELIVERED_LIMIT, str(error))
            case OutcomeUnknown():
                await self._record(claimed, m.DeliveryState.UNKNOWN, str(error))
            case Unreachable() | Rejected() | _:
                await self._record(
                    claimed, m.DeliveryState.FAILED, str(error), unreachable=isinstance(error, Unreachable)
                )

    async def _again(self, claimed: _Claimed, limit: int, reason: str) -> None:
        if claimed.attempts + 1 >= limit:
            await self._record(claimed, m.DeliveryState.FAILED, reason)
        else:
            await self._record(claimed, m.DeliveryState.PLANNED, reason)

    async def _record(
        self,
        claimed: _Claimed,
        state: m.DeliveryState,
        reason: str | None,
        ref: MessageRef | None = None,
        *,
        unreachable: bool = False,
    ) -> None:
        await self._db.write(self._record_outcome, claimed, state, reason, ref, unreachable)
        log.info("delivery", id=claimed.id, kind=claimed.kind, state=state.value, reason=reason)

    def _record_outcome(
        self,
        session: Session,
        claimed: _Claimed,
        state: m.DeliveryState,
        reason: str | None,
        ref: MessageRef | None,
        unreachable: bool,
    ) -> None:
        now = self._clock.now()
        held = deliveries.finish(
            session,
            claimed.id,
            fence=claimed.fence,
            was=m.DeliveryState.SENDING,
            state=state,
            now=now,
            reason=None if reason is None else reason[:200],
            message=None if ref is None else _plain_ref(ref),
            shown_rev=claimed.wanted_rev if ref else None,
        )
        if not held:
            return
        row = session.get_one(m.Delivery, claimed.id, populate_existing=True)
        _remember_reach(session, row, claimed.address, ref, unreachable)
        if state is not m.DeliveryState.PLANNED:
            self._registry[row.kind].settled(session, row, state)

    # --- messages that stand already ----------------------------------------------------------

    async def _update_outdated(self) -> int:
        now = self._clock.now()
        touched = 0
        for row in await self._db.read(deliveries.outdated_messages, BATCH):
            kind = self._registry[row.kind]
            if kind.updates_per_minute and row.shown_at and now - row.shown_at < BOARD_GAP / kind.updates_per_minute:
                continue
            touched += await self._update_one(row)
        return touched

    async def _update_one(self, row: m.Delivery) -> int:
        if row.message is None:
            return 0
        ref = _ref_from(row.message)
        port = await self._port_of(ref.installation_id)
        if port is None or self._pacer.paused_for(ref.installation_id) > 1.0:
            return 0
        await self._pacer.slot(ref.installation_id)
        rev, card = await self._db.write(self._compose_newest, row.id)
        try:
            await port.update(ref, card, row.token)
        except RateLimited as error:
            self._pacer.pause(ref.installation_id, error.retry_after)
            return 0
        except (NotDelivered, OutcomeUnknown) as error:
            log.warning("update", id=row.id, kind=row.kind, problem=str(error))
            return 0  # updating again later is the same as once
        except ChatError as error:
            log.warning("update", id=row.id, kind=row.kind, problem=str(error))
        await self._db.write(_shown, row.id, rev, self._clock.now())
        return 1

    def _compose_newest(self, session: Session, delivery_id: int) -> tuple[int, Card]:
        row = session.get_one(m.Delivery, delivery_id)
        return row.wanted_rev, self._registry[row.kind].compose(session, row, self._clock.now())

    # --- messages of unknown outcome ----------------------------------------------------------

    async def reconcile(self) -> int:
        """Look for messages that left without an answer. Found: sent. Absent for long enough: planned again."""
        settled = 0
        for row in await self._db.read(deliveries.unknown_deliveries, BATCH):
            settled += await self._reconcile_one(row)
        return settled

    async def _reconcile_one(self, row: m.Delivery) -> int:
        if row.address is None or row.sending_at is None:
            return 0
        address = _address_from(row.address)
        port = await self._port_of(address.installation_id)
        if port is None:
            return 0
        await self._pacer.slot(address.installation_id)
        try:
            found = await port.find(address, row.token, row.sending_at - timedelta(seconds=60))
        except ChatError as error:
            log.info("reconcile", id=row.id, kind=row.kind, problem=str(error))
            return 0
        since = self._missing_since.setdefault(row.id, self._monotonic())
        if found is None and self._monotonic() - since < GRACE_SECONDS:
            return 0
        self._missing_since.pop(row.id, None)
        await self._db.write(self._record_found, row.id, row.fence, found)
        return 1

    def _record_found(self, session: Session, delivery_id: int, fence: int, found: MessageRef | None) -> None:
        held = deliveries.finish(
            session,
            delivery_id,
            fence=fence,
            was=m.DeliveryState.UNKNOWN,
            state=m.DeliveryState.PLANNED if found is None else m.DeliveryState.SENT,
            now=self._clock.now(),
            reason="it had not arrived" if found is None else None,
            message=None if found is None else _plain_ref(found),
        )
        if held and found is not None:
            row = session.get_one(m.Delivery, delivery_id, populate_existing=True)
            row.wanted_rev += 1  # what stands there may be older than what is true now
            session.add(row)
            self._registry[row.kind].settled(session, row, m.DeliveryState.SENT)

    async def _port_of(self, installation_id: int) -> ChatPort | None:
        installation = await self._db.read(_installation, installation_id)
        if installation.state is not m.InstallationState.ACTIVE:
            return None
        return self._ports.get(installation.platform.value)


def _installation(session: Session, installation_id: int) -> m.Installation:
    return session.get_one(m.Installation, installation_id)


def _address_of(session: Session, row: m.Delivery) -> Address | None:
    """Where a message goes: the team's channel, or the address its person answered from last."""
    if row.team_id is not None:
        team = session.get_one(m.Team, row.team_id)
        if team.channel_ref is None or team.installation_id is None:
            return None
        return Address(
            installation_id=team.installation_id,
            external_id=str(team.channel_ref["channel"]),
            is_person=False,
            ref={key: str(value) for key, value in team.channel_ref.items()},
        )
    found = session.exec(
        select(m.Address)
        .join(m.Installation, col(m.Installation.id) == col(m.Address.installation_id))
        .where(m.Address.person_id == row.person_id, col(m.Address.reachable).is_(True))
        .where(m.Installation.state == m.InstallationState.ACTIVE)
        .order_by(col(m.Address.last_answer_at).desc().nulls_last(), col(m.Address.id))
    ).first()
    if found is None:
        return None
    return Address(found.installation_id, found.external_id, is_person=True, ref=found.dm_ref)


def _remember_reach(
    session: Session, row: m.Delivery, address: Address, ref: MessageRef | None, unreachable: bool
) -> None:
    """Keep what sending taught about an address: the DM's own id, or that it cannot be reached."""
    if row.person_id is None:
        return
    stored = session.exec(
        select(m.Address).where(
            m.Address.installation_id == address.installation_id, m.Address.external_id == address.external_id
        )
    ).first()
    if stored is None:
        return
    if unreachable:
        stored.reachable = False
    elif ref is not None and stored.dm_ref.get("channel") != ref.channel:
        stored.dm_ref = {**stored.dm_ref, "channel": ref.channel}
    session.add(stored)


def _uncomposable(session: Session, delivery_id: int, problem: str) -> None:
    row = session.get_one(m.Delivery, delivery_id)
    row.state = m.DeliveryState.FAILED
    row.reason = f"it could not be composed: {problem}"[:200]
    session.add(row)


def _shown(session: Session, delivery_id: int, rev: int, now: datetime) -> None:
    row = session.get_one(m.Delivery, delivery_id)
    row.shown_rev = max(row.shown_rev, rev)
    row.shown_at = now
    session.add(row)


def _plain_address(address: Address) -> dict[str, Any]:
    return {
        "installation_id": address.installation_id,
        "external_id": address.external_id,
        "is_person": address.is_person,
        "ref": dict(address.ref),
    }


def _address_from(data: Mapping[str, Any]) -> Address:
    return Address(**data)


def _plain_ref(ref: MessageRef) -> dict[str, Any]:
    return {
        "installation_id": ref.installation_id,
        "channel": ref.channel,
        "message_id": ref.message_id,
        "ref": dict(ref.ref),
    }


def _ref_from(data: Mapping[str, Any]) -> MessageRef:
    return replace(MessageRef(**data))
