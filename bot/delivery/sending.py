"""Sending one message: is it still wanted, claim, compose, send, record how it went."""

import asyncio
import math
import secrets
from collections.abc import Awaitable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

import structlog
from sqlalchemy.exc import NoResultFound
from sqlmodel import Session

from bot.clock import Monotonic
from bot.delivery.addresses import (
    has_another,
    mark_unreachable,
    plain_address,
    plain_ref,
    remember_channel,
    where_to,
)
from bot.delivery.kinds import Later, Skip
from bot.delivery.means import Means, Step, about
from bot.delivery.outcomes import Claimed, Outcome, after_error
from bot.delivery.port import Address, ChatError, ChatPort, Fence, RateLimited
from bot.where import what_and_where
from storage import deliveries, leases, outbox, ways
from storage import models as m
from storage.session import StorageProblem

log = structlog.get_logger()

R = TypeVar("R")

BESIDE = 1.0
"""Real seconds for which a message rests while another process writes to the same person."""
GONE = "what it is about is gone"
"""Why a message is left out whose team, question, key result, ... is in no table any more."""


class _Departure:
    """The clock of one fence. It remembers that it was asked: from then on the request may have left.

    A machine that is paused by its host may count no seconds meanwhile; its wall clock is set right afterwards. So
    it is as late as the later of the two says.
    """

    def __init__(self, monotonic: Monotonic, wall: Monotonic) -> None:
        self._monotonic, self._wall = monotonic, wall
        self.began, self._began_wall = monotonic(), wall()
        self.asked = False

    def __call__(self) -> float:
        self.asked = True
        return max(self._monotonic(), self.began + self._wall() - self._began_wall)


@dataclass(slots=True)
class Torn:
    """Claims of this process whose sending broke off (a cancelled task): nobody will record how they ended.

    Until somebody has seen to it, this process claims none of them anew.
    """

    left: dict[int, int] = field(default_factory=dict)
    """By id, the fence: the request may have left."""
    not_begun: dict[str, tuple[int, int]] = field(default_factory=dict)
    """By the owner of the claim, id and fence: the request certainly had not left, if it was claimed at all (the
    database went away with the answer)."""


class Sender:
    """Brings new messages out, each once."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._unrecorded: dict[int, Outcome] = {}
        self._claiming: set[asyncio.Future[Claimed | Step]] = set()
        """Those that go on although nobody waits for them any more."""
        self._torn = Torn()
        self._in_hand: dict[tuple[int, int], float] = {}
        """Of what is at a platform (id, fence), when its lease is over by this process's own seconds."""

    async def record_again(self) -> None:
        """Record the outcomes that the database did not take when they were known. Raises `StorageProblem`."""
        for outcome in tuple(self._unrecorded.values()):
            await self._record(outcome)

    async def torn(self) -> Torn:
        """What broke off until now. Whoever sees to one takes it out."""
        if self._claiming:
            await asyncio.wait(tuple(self._claiming))
        return self._torn

    async def send(self, due: outbox.Due, installation_id: int, port: ChatPort) -> Step:
        """Send one message, or say why not. Raises `StorageProblem`."""
        if any(due.id == delivery_id for delivery_id, _ in self._torn.not_begun.values()):
            return Step()
        departure = _Departure(self._means.monotonic, self._means.wall)
        claimed = await self._unless_unfit(due, self._claim_whole(due, installation_id))
        if isinstance(claimed, Step):
            return claimed
        fence = Fence(departure.began + self._means.timing.fence, departure)
        self._in_hand[claimed.id, claimed.fence] = departure.began + self._means.timing.lease
        try:
            outcome = await self._post(claimed, port, fence)
        except BaseException:  # cut off: whoever comes next sees to it
            if departure.asked:
                self._torn.left[claimed.id] = claimed.fence
            else:
                self._claimed_in_vain([claimed])
            raise
        finally:
            del self._in_hand[claimed.id, claimed.fence]
        await self._record(outcome)
        return Step(changed=True, asked=True)

    def has_in_hand(self, delivery_id: int, fence: int) -> bool:
        """Whether this claim is at a platform at this moment, and its lease not over by this process's own seconds.

        The database's clock may be set to where it looks over; whoever lives and waits for an answer knows better.
        """
        return self._means.monotonic() <= self._in_hand.get((delivery_id, fence), -math.inf)

    async def leave_out(self, due: outbox.Due) -> Step:
        """Say of a message that has no way why it does not leave. Raises `StorageProblem`."""
        return await self._unless_unfit(due, self._means.db.write_own(self._without_a_way, due.id))

    async def _unless_unfit(self, due: outbox.Due, doing: Awaitable[R]) -> R | Step:
        """What is done with a message; one for which that cannot be done is left out."""
        try:
            return await doing
        except StorageProblem:
            raise
        except NoResultFound as error:
            log.warning("gone", **about(due), missing=what_and_where(error))
            return await self._means.db.write(self._left_out, due.id, m.DeliveryState.SKIPPED, GONE)
        except Exception as error:  # noqa: BLE001 - one message that cannot be composed must not stop the others
            problem = what_and_where(error)
            log.error("compose", **about(due), error=problem)
            reason = f"it could not be composed: {problem}"
            return await self._means.db.write(self._left_out, due.id, m.DeliveryState.FAILED, reason)

    async def _claim_whole(self, due: outbox.Due, installation_id: int) -> Claimed | Step:
        """Claim it. Where this is cut off meanwhile, the claim still ends whole, and counts as torn.

        So does one that the database may have written down before it went away.
        """
        made: list[Claimed] = []
        claiming = asyncio.ensure_future(self._means.db.write_own(self._claim, due.id, installation_id, made))
        try:
            return await asyncio.shield(claiming)
        except StorageProblem:
            self._claimed_in_vain(made)
            raise
        except asyncio.CancelledError:
            self._claiming.add(claiming)
            claiming.add_done_callback(lambda ended: self._ended_in_vain(ended, made))
            raise

    def _ended_in_vain(self, claiming: "asyncio.Future[Claimed | Step]", made: list[Claimed]) -> None:
        self._claiming.discard(claiming)
        if not claiming.cancelled():
            claiming.exception()  # nobody else asks for it
        self._claimed_in_vain(made)

    def _claimed_in_vain(self, made: list[Claimed]) -> None:
        for claimed in made[-1:]:
            self._torn.not_begun[claimed.owner] = (claimed.id, claimed.fence)

    async def _post(self, claimed: Claimed, port: ChatPort, fence: Fence) -> Outcome:
        try:
            await self._means.pacer.leave(claimed.address.installation_id)
            ref = await port.send(claimed.address, claimed.card, claimed.token, fence)
        except RateLimited as error:
            await self._means.pacer.pause(claimed.address.installation_id, error.retry_after)
            return after_error(claimed, error, self._means.backoff)
        except ChatError as error:
            return after_error(claimed, error, self._means.backoff)
        except Exception as error:  # noqa: BLE001 - a mistake of ours in the platform: it may have happened after the request left
            problem = what_and_where(error)
            log.error("send", **claimed.told, error=problem)
            return Outcome(claimed, m.DeliveryState.UNKNOWN, f"sending broke off: {problem}")
        return Outcome(claimed, m.DeliveryState.SENT, ref=ref)

    # --- the claim --------------------------------------------------------------------------------

    def _without_a_way(self, session: Session, delivery_id: int) -> Step:
        wanted = self._wanted(session, delivery_id, self._means.clock.now())
        return wanted if isinstance(wanted, Step) else Step()  # it has a way by now, and goes out there

    def _wanted(self, session: Session, delivery_id: int, now: datetime) -> tuple[m.Delivery, Address] | Step:
        """Is it still wanted? Then the row, held, and where it goes to by now; else what became of it instead."""
        row = deliveries.hold(session, delivery_id, m.DeliveryState.PLANNED, wait=False)
        if row is None or row.due_at > now:
            return Step()
        if leases.is_written_to(session, row):
            deliveries.rest(session, row.id, fence=row.fence, seconds=BESIDE)
            return Step(again=True)
        kind = self._means.registry.get(row.kind)
        if kind is None:
            return self._closed(session, row, m.DeliveryState.FAILED, f"nothing here composes a {row.kind}")
        verdict = kind.wanted(session, row, now)
        if isinstance(verdict, Later):
            row.due_at = verdict.at
            session.add(row)
            return Step(changed=verdict.at > now)
        if isinstance(verdict, Skip):
            return self._closed(session, row, m.DeliveryState.SKIPPED, verdict.reason)
        address = where_to(session, row)
        if address is None and ways.waits_for_installing(session, row, now):
            is_new = row.reason != ways.NOT_INSTALLED
            row.reason = ways.NOT_INSTALLED
            session.add(row)
            return Step(changed=is_new)
        if address is None:
            return self._closed(session, row, m.DeliveryState.FAILED, "there is no way to reach this person or channel")
        return row, address

    def _claim(self, session: Session, delivery_id: int, installation_id: int, made: list[Claimed]) -> Claimed | Step:
        """Is it still wanted? Then take it, and compose it from what is true now. One transaction.

        Without a claim: what became of it instead. `made` has what may stand in the database, whatever is heard of it.
        """
        now = self._means.clock.now()
        wanted = self._wanted(session, delivery_id, now)
        if isinstance(wanted, Step):
            return wanted
        row, address = wanted
        if address.installation_id != installation_id:
            return Step()  # they answered from elsewhere this moment: it goes out there
        card = self._means.registry[row.kind].compose(session, row, now)
        session.flush()
        owner = self._means.owner + secrets.token_hex(8)
        fence = deliveries.claim(
            session,
            row,
            owner=owner,
            address=plain_address(address),
            now=now,
            lease=self._means.timing.lease,
        )
        if fence is None:
            return Step()
        tries = deliveries.tries_of(row)
        claimed = Claimed(row.id, about(row), row.token, fence, owner, row.attempts + 1, tries, address, card)
        made.append(claimed)
        return claimed

    def _closed(self, session: Session, row: m.Delivery, state: m.DeliveryState, reason: str) -> Step:
        row.state = state
        row.reason = deliveries.short_reason(reason)
        session.add(row)
        session.flush()
        self._means.settle(session, row)
        log.info("delivery", **about(row), state=state.value, reason=reason)
        return Step(changed=True)

    def _left_out(self, session: Session, delivery_id: int, state: m.DeliveryState, reason: str) -> Step:
        row = deliveries.hold(session, delivery_id, m.DeliveryState.PLANNED)
        return Step() if row is None else self._closed(session, row, state, reason)

    # --- the outcome ------------------------------------------------------------------------------

    async def _record(self, outcome: Outcome) -> None:
        claimed = outcome.claimed
        try:
            state = await self._means.db.write_own(self._write, outcome)
        except (StorageProblem, asyncio.CancelledError):
            # Known and not written: kept, because "unknown" would be a lie that a platform may not let us clear up.
            self._unrecorded[claimed.id] = outcome
            raise
        except Exception as error:  # noqa: BLE001 - a mistake of ours; the message has left, and must be looked for, not sent again
            log.error("record", **claimed.told, error=what_and_where(error))
            self._unrecorded.pop(claimed.id, None)
            self._torn.left[claimed.id] = claimed.fence
            return
        self._unrecorded.pop(claimed.id, None)
        log.info(
            "delivery",
            **claimed.told,
            state="lost" if state is None else state.value,
            reason=outcome.reason,
        )

    def _write(self, session: Session, outcome: Outcome) -> m.DeliveryState | None:
        """Write how it ended, unless somebody went on with it; then None, and nothing is written."""
        claimed, state = outcome.claimed, outcome.state
        row = leases.still_held(session, claimed.id, claimed.fence, claimed.owner)
        if row is None:
            return None
        was = row.state
        if outcome.unreachable:
            mark_unreachable(session, claimed.address, self._means.clock.now(), since=row.sending_at)
            if has_another(session, row, claimed.address):
                state = m.DeliveryState.PLANNED
        deliveries.count_tries(row, outcome.tries)
        session.flush()
        held = deliveries.finish(
            session,
            claimed.id,
            fence=row.fence,
            was=was,
            state=state,
            now=self._means.clock.now(),
            reason=outcome.reason,
            message=None if outcome.ref is None else plain_ref(outcome.ref),
            rest=outcome.rest,
            sweep=self._means.timing.sweep if _may_stand_twice(row, state) else None,
        )
        if not held:
            return None
        if outcome.ref is not None:
            remember_channel(session, claimed.address, outcome.ref)
        if state not in (m.DeliveryState.PLANNED, was):
            session.refresh(row)
            self._means.settle(session, row)
        return state


def _may_stand_twice(row: m.Delivery, state: m.DeliveryState) -> bool:
    """Whether it was sent again after a doubt, so that an older copy may turn up beside it."""
    return state is m.DeliveryState.SENT and row.sweep_at is not None
