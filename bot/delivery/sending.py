"""Sending one message: is it still wanted, claim, compose, send, record how it went."""

from dataclasses import dataclass

import structlog
from sqlmodel import Session

from bot.cards.model import Card
from bot.delivery.addresses import (
    has_another,
    mark_unreachable,
    plain_address,
    plain_ref,
    remember_channel,
    where_to,
)
from bot.delivery.kinds import Later, Skip
from bot.delivery.means import Means
from bot.delivery.pacing import Rests
from bot.delivery.port import (
    OF_ITS_READERS,
    Address,
    ChatError,
    ChatPort,
    MessageRef,
    NotDelivered,
    OutcomeUnknown,
    RateLimited,
    Unreachable,
)
from storage import deliveries
from storage import models as m
from storage.session import StorageProblem

log = structlog.get_logger()

NOT_DELIVERED_WAITS = (0.0, 5.0, 30.0, 120.0, 600.0, 1800.0, 3600.0)
"""Seconds between the tries of a message that certainly did not arrive. An hour without network loses nothing."""
NOT_DELIVERED_LIMIT = len(NOT_DELIVERED_WAITS) + 1
ATTEMPTS_LIMIT = 50
"""Claims of one message, whatever came between them (rate limits, restarts), before it is given up, visibly."""


@dataclass(frozen=True, slots=True)
class _Claimed:
    id: int
    kind: str
    token: str
    fence: int
    attempts: int
    address: Address
    card: Card


@dataclass(frozen=True, slots=True)
class _Outcome:
    claimed: _Claimed
    state: m.DeliveryState
    reason: str | None = None
    ref: MessageRef | None = None
    unreachable: bool = False


class Sender:
    """Brings new messages out, each once."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._rests = Rests(means.monotonic, NOT_DELIVERED_WAITS)
        self._unrecorded: dict[int, _Outcome] = {}
        self.torn: set[int] = set()
        """Messages whose sending broke off (a cancelled task): nobody in this process will record how it ended."""

    def resting(self, delivery_id: int) -> bool:
        """Whether a message certainly did not arrive a moment ago and its next try is later."""
        return self._rests.resting(delivery_id)

    async def record_again(self) -> None:
        """Record the outcomes that the database did not take when they were known. Raises `StorageProblem`."""
        for outcome in tuple(self._unrecorded.values()):
            await self._record(outcome)

    async def send(self, due: deliveries.Due, installation_id: int | None, port: ChatPort | None) -> int:
        """Send one message, or say why not. Returns 1 if its row changed. Raises `StorageProblem`."""
        db = self._means.db
        try:
            claimed = await db.write(self._claim, due.id, installation_id)
        except StorageProblem:
            raise
        except Exception as error:  # one message that cannot be composed must not stop the others
            log.error("compose", id=due.id, kind=due.kind, exc_info=error)
            return int(await db.write(self._uncomposable, due.id, repr(error)))
        if not isinstance(claimed, _Claimed):
            return int(claimed)
        self.torn.add(claimed.id)
        await self._record(await self._post(claimed, port))
        return 1

    async def _post(self, claimed: _Claimed, port: ChatPort | None) -> _Outcome:
        if port is None:
            return _Outcome(claimed, m.DeliveryState.PLANNED, "this platform is not connected")
        try:
            ref = await port.send(claimed.address, claimed.card, claimed.token)
        except ChatError as error:
            return await self._not_sent(claimed, error)
        except Exception as error:  # a mistake of ours in the platform: it may have happened after the request left
            log.error("send", id=claimed.id, kind=claimed.kind, exc_info=error)
            return _Outcome(claimed, m.DeliveryState.UNKNOWN, f"sending broke off: {error!r}")
        return _Outcome(claimed, m.DeliveryState.SENT, ref=ref)

    def _claim(self, session: Session, delivery_id: int, installation_id: int | None) -> _Claimed | bool:
        """Is it still wanted? Then take it, and compose it from what is true now. One transaction.

        Without a claim: whether the row changed.
        """
        now = self._means.clock.now()
        row = deliveries.hold(session, delivery_id, m.DeliveryState.PLANNED, wait=False)
        if row is None or row.due_at > now:
            return False
        kind = self._means.registry.get(row.kind)
        if kind is None:
            return self._close(session, row, m.DeliveryState.FAILED, f"nothing here composes a {row.kind}")
        verdict = kind.wanted(session, row, now)
        if isinstance(verdict, Later):
            row.due_at = verdict.at
            session.add(row)
            return verdict.at > now
        if isinstance(verdict, Skip):
            return self._close(session, row, m.DeliveryState.SKIPPED, verdict.reason)
        address = where_to(session, row)
        if address is None and deliveries.waits_for_installing(session, row, now):
            is_new = row.reason != deliveries.NOT_INSTALLED
            row.reason = deliveries.NOT_INSTALLED
            session.add(row)
            return is_new
        if address is None:
            return self._close(session, row, m.DeliveryState.FAILED, "there is no way to reach this person or channel")
        if address.installation_id != installation_id:
            return False  # they answered from elsewhere this moment: it goes out there
        card = kind.compose(session, row, now)
        session.flush()
        fence = deliveries.claim(session, row, owner=self._means.owner, address=plain_address(address), now=now)
        if fence is None:
            return False
        return _Claimed(row.id, row.kind, row.token, fence, row.attempts + 1, address, card)

    def _close(self, session: Session, row: m.Delivery, state: m.DeliveryState, reason: str) -> bool:
        row.state = state
        row.reason = deliveries.short_reason(reason)
        session.add(row)
        session.flush()
        self._means.settle(session, row)
        log.info("delivery", id=row.id, kind=row.kind, state=state.value, reason=reason)
        return True

    def _uncomposable(self, session: Session, delivery_id: int, problem: str) -> bool:
        row = deliveries.hold(session, delivery_id, m.DeliveryState.PLANNED)
        if row is None:
            return False
        return self._close(session, row, m.DeliveryState.FAILED, f"it could not be composed: {problem}")

    async def _not_sent(self, claimed: _Claimed, error: ChatError) -> _Outcome:
        """What an error means for a message, by its class (docs/architecture.md, How a message leaves)."""
        reason = str(error)
        again = m.DeliveryState.FAILED if claimed.attempts >= ATTEMPTS_LIMIT else m.DeliveryState.PLANNED
        match error:
            case RateLimited(retry_after=seconds):
                await self._means.pacer.pause(claimed.address.installation_id, seconds)
                return _Outcome(claimed, again, reason)
            case NotDelivered(retry_after=seconds) if seconds is not None:
                self._rests.rest(claimed.id, seconds)
                return _Outcome(claimed, again, reason)
            case NotDelivered():
                if self._rests.went_wrong(claimed.id) >= NOT_DELIVERED_LIMIT:
                    again = m.DeliveryState.FAILED
                return _Outcome(claimed, again, reason)
            case OutcomeUnknown():
                return _Outcome(claimed, m.DeliveryState.UNKNOWN, reason)
            case Unreachable():
                return _Outcome(claimed, m.DeliveryState.FAILED, reason, unreachable=error.why not in OF_ITS_READERS)
            case _:
                return _Outcome(claimed, m.DeliveryState.FAILED, reason)

    async def _record(self, outcome: _Outcome) -> None:
        claimed = outcome.claimed
        try:
            state = await self._means.db.write(self._write, outcome)
        except StorageProblem:
            # Known and not written: kept, because "unknown" would be a lie that a platform may not let us clear up.
            self._unrecorded[claimed.id] = outcome
            self.torn.discard(claimed.id)
            raise
        except Exception as error:  # a mistake of ours; the message has left, and must be looked for, not sent again
            log.error("record", id=claimed.id, kind=claimed.kind, exc_info=error)
            self._unrecorded.pop(claimed.id, None)
            self.torn.add(claimed.id)
            return
        self._unrecorded.pop(claimed.id, None)
        self.torn.discard(claimed.id)
        if state is not m.DeliveryState.PLANNED:
            self._rests.forget(claimed.id)
        log.info(
            "delivery",
            id=claimed.id,
            kind=claimed.kind,
            state="lost" if state is None else state.value,
            reason=outcome.reason,
        )

    def _write(self, session: Session, outcome: _Outcome) -> m.DeliveryState | None:
        """Write how it ended, if the claim still holds; None if it does not, and then nothing is written."""
        claimed, state = outcome.claimed, outcome.state
        row = deliveries.hold(session, claimed.id, m.DeliveryState.SENDING, claimed.fence)
        if row is None:
            return None
        if outcome.unreachable:
            mark_unreachable(session, claimed.address, self._means.clock.now())
            if has_another(session, row, claimed.address):
                state = m.DeliveryState.PLANNED
        held = deliveries.finish(
            session,
            claimed.id,
            fence=claimed.fence,
            was=m.DeliveryState.SENDING,
            state=state,
            now=self._means.clock.now(),
            reason=outcome.reason,
            message=None if outcome.ref is None else plain_ref(outcome.ref),
        )
        if not held:
            return None
        if outcome.ref is not None:
            remember_channel(session, claimed.address, outcome.ref)
        if state is not m.DeliveryState.PLANNED:
            session.refresh(row)
            self._means.settle(session, row)
        return state
