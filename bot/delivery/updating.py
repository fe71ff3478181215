"""Bringing what stands already up to date, in place: a message in a chat, or a person's own page."""

from dataclasses import dataclass
from datetime import timedelta

import structlog
from sqlmodel import Session

from bot.cards.model import Card
from bot.delivery.addresses import page_at, ref_from
from bot.delivery.kinds import MessageKind, Surface
from bot.delivery.means import Means
from bot.delivery.pacing import Budget, Rests
from bot.delivery.port import Address, ChatError, ChatPort, NotDelivered, OutcomeUnknown, RateLimited, ShowsHome
from storage import deliveries
from storage import models as m
from storage.session import StorageProblem

log = structlog.get_logger()

UPDATE_WAITS = (0.0, 5.0, 30.0, 120.0, 600.0)
"""Seconds between the tries of an update that did not work; the last one repeats, since updating twice is as once."""
PAGE_TRIES = 5
"""A page that could not be shown so often is given up; opening it begins anew."""
PAGES_PER_MINUTE = 60
"""Pages that nobody waits for, per installation; Slack's 100 leave room for those that somebody does."""
LAST_KEPT = 3600.0
"""Seconds for which it is remembered when a board was shown: long after it could matter."""
NO_PAGES = "this platform shows no page of a person's own"


@dataclass(frozen=True, slots=True)
class _Made:
    """A version, and what it looks like; `card` None: what stands there stays as it is."""

    rev: int
    card: Card | None
    page: Address | None


@dataclass(frozen=True, slots=True)
class _Taken:
    fence: int
    rev: int
    card: Card
    page: Address | None


class Updater:
    """Shows the newest where an older version stands. Never a new message."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._rests = Rests(means.monotonic, UPDATE_WAITS)
        self._last: dict[int, float] = {}
        self._pages = Budget(PAGES_PER_MINUTE, means.monotonic)

    def may_update(self, row: m.Delivery) -> bool:
        """Whether the newest may be shown now: a board waits, so that many answers become one update.

        A minute is over when either time says so: the demo's business time jumps, the playground's may stand still.
        Nothing waits that a person waits for.
        """
        kind = self._means.registry.get(row.kind)
        if kind is None or row.message is None or self._rests.resting(row.id):
            return False
        if kind.surface is Surface.HOME and self._pages.paused(ref_from(row.message).installation_id):
            return False
        if not kind.updates_per_minute or deliveries.is_waited_for(row):
            return True
        return self._minute_is_over(row, kind) and self._is_room_for(row, kind)

    def _minute_is_over(self, row: m.Delivery, kind: MessageKind) -> bool:
        gap = 60.0 / kind.updates_per_minute
        last = self._last.setdefault(row.id, self._means.monotonic())
        if self._means.monotonic() - last >= gap:
            return True
        return row.shown_at is None or self._means.clock.now() - row.shown_at >= timedelta(seconds=gap)

    def _was_shown(self, delivery_id: int) -> None:
        now = self._means.monotonic()
        self._last = {key: at for key, at in self._last.items() if now - at < LAST_KEPT}
        self._last[delivery_id] = now

    def _is_room_for(self, row: m.Delivery, kind: MessageKind) -> bool:
        if kind.surface is Surface.MESSAGE or row.message is None:
            return True
        return self._pages.has_room(ref_from(row.message).installation_id)

    async def update(self, row: m.Delivery, port: ChatPort) -> int:
        """Show the newest in one message. Returns 1 if it does so now. Raises `StorageProblem`."""
        if row.message is None:
            return 0
        db, is_page = self._means.db, self._means.registry[row.kind].surface is Surface.HOME
        if is_page and not isinstance(port, ShowsHome):
            return int(await db.write(self._give_up, row, row.fence, m.DeliveryState.SKIPPED, NO_PAGES))
        try:
            taken = await self._take(row, is_page=is_page)
        except StorageProblem:
            raise
        except Exception as error:  # one message that cannot be composed must not stop the others
            log.error("compose", id=row.id, kind=row.kind, exc_info=error)
            self._rests.went_wrong(row.id)
            return 0
        if taken is None:
            return 0
        try:
            await self._show(row, taken, port)
        except RateLimited as error:
            await (self._pages if is_page else self._means.pacer).pause(
                ref_from(row.message).installation_id, error.retry_after
            )
            return 0
        except (NotDelivered, OutcomeUnknown) as error:
            log.warning("update", id=row.id, kind=row.kind, problem=str(error))
            if isinstance(error, NotDelivered) and error.retry_after is not None:
                self._rests.rest(row.id, error.retry_after)
            elif self._rests.went_wrong(row.id) >= PAGE_TRIES and is_page:
                await self._fail(row, taken, str(error))
            return 0
        except ChatError as error:  # refused for good (the message was taken away): asking again would be refused again
            log.warning("update", id=row.id, kind=row.kind, problem=str(error))
            if is_page:
                await self._fail(row, taken, str(error))
                return 0
        except Exception as error:  # a mistake of ours in the platform must not stop the others
            log.error("update", id=row.id, kind=row.kind, exc_info=error)
            self._rests.went_wrong(row.id)
            return 0
        self._rests.forget(row.id)
        if self._means.registry[row.kind].updates_per_minute:
            self._was_shown(row.id)
        await db.write(deliveries.shown, row.id, fence=taken.fence, rev=taken.rev, now=self._means.clock.now())
        return 1

    async def _show(self, row: m.Delivery, taken: _Taken, port: ChatPort) -> None:
        if taken.page is None or not isinstance(port, ShowsHome):
            await port.update(ref_from(row.message or {}), taken.card, row.token)
            return
        if not deliveries.is_waited_for(row):
            await self._pages.spend(taken.page.installation_id)
        await port.show_home(taken.page, taken.card)

    async def _take(self, row: m.Delivery, *, is_page: bool) -> _Taken | None:
        """Compose it and claim it. None: there is nothing to show, or someone else shows it.

        A page gathers much and keeps nothing, so it is composed from a snapshot, and the claim alone occupies the
        writer: what changes between the two is wanted in a newer version, and shown after this one. Other kinds keep
        what they tell (a digest does), so they are one transaction.
        """
        db = self._means.db
        if not is_page:
            return await db.write(self._compose, row.id, row.fence)
        made = await db.read(self._compose_page, row.id, row.fence)
        return None if made is None else await db.write(self._claim, row.id, row.fence, made)

    def _compose(self, session: Session, delivery_id: int, fence: int) -> _Taken | None:
        row = deliveries.hold(session, delivery_id, m.DeliveryState.SENT, fence, wait=False)
        return None if row is None else self._claim(session, delivery_id, fence, self._made(session, row))

    def _compose_page(self, session: Session, delivery_id: int, fence: int) -> _Made | None:
        row = session.get_one(m.Delivery, delivery_id)
        stands = row.state is m.DeliveryState.SENT and row.fence == fence
        return self._made(session, row) if stands else None

    def _made(self, session: Session, row: m.Delivery) -> _Made:
        rev = row.wanted_rev
        kind, now = self._means.registry[row.kind], self._means.clock.now()
        page = page_at(session, row) if kind.surface is Surface.HOME else None
        if kind.frozen(session, row, now) or (page is None and kind.surface is Surface.HOME):
            return _Made(rev, None, page)
        return _Made(rev, kind.compose(session, row, now), page)

    def _claim(self, session: Session, delivery_id: int, fence: int, made: _Made) -> _Taken | None:
        session.flush()
        if made.card is None:
            row = deliveries.hold(session, delivery_id, m.DeliveryState.SENT, fence, wait=False)
            if row is not None:
                row.shown_rev = made.rev
                session.add(row)
            return None
        taken = deliveries.claim_update(session, delivery_id, fence)
        return None if taken is None else _Taken(taken, made.rev, made.card, made.page)

    async def _fail(self, row: m.Delivery, taken: _Taken, reason: str) -> None:
        self._rests.forget(row.id)
        await self._means.db.write(self._give_up, row, taken.fence, m.DeliveryState.FAILED, reason)

    def _give_up(self, session: Session, row: m.Delivery, fence: int, state: m.DeliveryState, reason: str) -> bool:
        """A page that cannot be shown says why, and is left alone until it is opened again."""
        log.info("delivery", id=row.id, kind=row.kind, state=state.value, reason=reason)
        now = self._means.clock.now()
        return deliveries.finish(
            session, row.id, fence=fence, was=m.DeliveryState.SENT, state=state, now=now, reason=reason
        )
