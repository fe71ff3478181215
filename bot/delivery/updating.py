"""Bringing what stands already up to date, in place: a message in a chat, or a person's own page."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import NoResultFound
from sqlmodel import Session

from bot.cards.model import Card
from bot.delivery.addresses import page_at, ref_from
from bot.delivery.backoff import Wrong
from bot.delivery.kinds import MessageKind, Surface
from bot.delivery.means import Means, Step, about
from bot.delivery.pacing import Budget
from bot.delivery.port import Address, ChatError, ChatPort, NotDelivered, OutcomeUnknown, RateLimited, ShowsHome
from bot.where import what_and_where
from storage import deliveries
from storage import models as m
from storage.session import StorageProblem

log = structlog.get_logger()

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
        self._last: dict[int, tuple[float, datetime | None]] = {}
        self._torn: dict[int, int] = {}
        self._pages = Budget(PAGES_PER_MINUTE, means.monotonic, means.db)

    def may_update(self, row: m.Delivery) -> bool:
        """Whether the newest may be shown now: a board waits, so that many answers become one update.

        A minute is over when either time says so: the demo's business time jumps, the playground's may stand still.
        Nothing waits that a person waits for.
        """
        kind = self._means.registry.get(row.kind)
        if kind is None or row.message is None:
            return False
        if kind.surface is Surface.HOME and self._pages.paused(ref_from(row.message).installation_id):
            return False
        if not kind.updates_per_minute or deliveries.is_waited_for(row):
            return True
        return self._minute_is_over(row, kind) and self._is_room_for(row, kind)

    def _minute_is_over(self, row: m.Delivery, kind: MessageKind) -> bool:
        gap = 60.0 / kind.updates_per_minute
        now = self._means.monotonic()
        last, shown_at = self._last.setdefault(row.id, (now, row.shown_at))
        if shown_at != row.shown_at:  # another process showed it since
            last, shown_at = self._last[row.id] = (now, row.shown_at)
        if now - last >= gap:
            return True
        return shown_at is None or self._means.clock.now() - shown_at >= timedelta(seconds=gap)

    def _was_shown(self, delivery_id: int, at: datetime) -> None:
        now = self._means.monotonic()
        self._last = {key: last for key, last in self._last.items() if now - last[0] < LAST_KEPT}
        self._last[delivery_id] = (now, at)

    def _is_room_for(self, row: m.Delivery, kind: MessageKind) -> bool:
        if kind.surface is Surface.MESSAGE or row.message is None:
            return True
        return self._pages.has_room(ref_from(row.message).installation_id)

    async def update(self, row: m.Delivery, port: ChatPort) -> Step:
        """Show the newest in one message. Raises `StorageProblem`."""
        if row.message is None:
            return Step()
        db, is_page = self._means.db, self._means.registry[row.kind].surface is Surface.HOME
        if is_page and not isinstance(port, ShowsHome):
            return Step(changed=await db.write_own(self._give_up, row, row.fence, m.DeliveryState.SKIPPED, NO_PAGES))
        try:
            taken = await self._take(row, is_page=is_page)
        except StorageProblem:
            raise
        except NoResultFound as error:  # what it tells of is in no table any more: it stays as it stands
            log.warning("gone", **about(row), missing=what_and_where(error))
            await db.write_own(self._claim, row.id, row.fence, _Made(row.wanted_rev, None, None))
            return Step()
        except Exception as error:  # noqa: BLE001 - one message that cannot be composed must not stop the others
            log.error("compose", **about(row), error=what_and_where(error))
            await self._went_wrong(row, row.fence, Wrong.UPDATE)
            return Step()
        if taken is None:
            return Step()
        try:
            shown = await self._ask(row, taken, port, is_page=is_page)
        except BaseException:  # cut off: it may be shown again at once, since twice is the same as once
            self._torn[row.id] = taken.fence
            raise
        if not shown:
            return Step(asked=True)
        now = self._means.clock.now()
        if self._means.registry[row.kind].updates_per_minute:
            self._was_shown(row.id, now)
        await db.write_own(self._write_shown, row.id, taken, now)
        return Step(changed=True, asked=True)

    async def let_go(self) -> None:
        """Give back the claims of this process whose update broke off. Raises `StorageProblem`."""
        for delivery_id, fence in tuple(self._torn.items()):
            await self._means.db.write_own(deliveries.rest, delivery_id, fence=fence, seconds=0.0)
            self._torn.pop(delivery_id, None)

    async def _ask(self, row: m.Delivery, taken: _Taken, port: ChatPort, *, is_page: bool) -> bool:
        """Ask the platform for it. True where that is done with: it shows the newest, or never will."""
        wrong = Wrong.PAGE if is_page else Wrong.UPDATE
        try:
            await self._show(row, taken, port)
        except RateLimited as error:
            pauses = self._pages if is_page else self._means.pacer
            await pauses.pause(ref_from(row.message or {}).installation_id, error.retry_after)
            await self._rest(row, taken.fence, self._means.backoff.asked(error.retry_after))
        except (NotDelivered, OutcomeUnknown) as error:
            log.warning("update", **about(row), problem=str(error))
            if isinstance(error, NotDelivered) and error.retry_after is not None:
                await self._rest(row, taken.fence, self._means.backoff.asked(error.retry_after))
            elif not await self._went_wrong(row, taken.fence, wrong):
                await self._fail(row, taken, str(error))
        except ChatError as error:  # refused for good (the message was taken away): asking again would be refused again
            log.warning("update", **about(row), problem=str(error))
            if not is_page:
                return True
            await self._fail(row, taken, str(error))
        except Exception as error:  # noqa: BLE001 - a mistake of ours in the platform must not stop the others
            log.error("update", **about(row), error=what_and_where(error))
            await self._went_wrong(row, taken.fence, Wrong.UPDATE)
        else:
            return True
        return False

    async def _went_wrong(self, row: m.Delivery, fence: int, wrong: Wrong) -> bool:
        """Leave it alone for a while; False: it went wrong too often."""
        tries = deliveries.tries_of(row) + 1
        seconds = self._means.backoff.after(wrong, tries)
        if seconds is None:
            return False
        await self._rest(row, fence, seconds, tries)
        return True

    async def _rest(self, row: m.Delivery, fence: int, seconds: float, tries: int | None = None) -> None:
        await self._means.db.write_own(deliveries.rest, row.id, fence=fence, seconds=seconds, tries=tries)

    def _write_shown(self, session: Session, delivery_id: int, taken: _Taken, now: datetime) -> None:
        row = deliveries.hold(session, delivery_id, m.DeliveryState.SENT, taken.fence)
        if row is not None:
            deliveries.count_tries(row, 0)
            session.flush()
        deliveries.shown(session, delivery_id, fence=taken.fence, rev=taken.rev, now=now)

    async def _show(self, row: m.Delivery, taken: _Taken, port: ChatPort) -> None:
        stands = ref_from(row.message or {})
        await self._means.pacer.leave(stands.installation_id)
        if taken.page is None or not isinstance(port, ShowsHome):
            await port.update(stands, taken.card, row.token)
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
            return await db.write_own(self._compose, row.id, row.fence)
        made = await db.read(self._compose_page, row.id, row.fence)
        return None if made is None else await db.write_own(self._claim, row.id, row.fence, made)

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
        taken = deliveries.claim_update(session, delivery_id, fence, lease=self._means.timing.lease)
        return None if taken is None else _Taken(taken, made.rev, made.card, made.page)

    async def _fail(self, row: m.Delivery, taken: _Taken, reason: str) -> None:
        await self._means.db.write_own(self._give_up, row, taken.fence, m.DeliveryState.FAILED, reason)

    def _give_up(self, session: Session, row: m.Delivery, fence: int, state: m.DeliveryState, reason: str) -> bool:
        """A page that cannot be shown says why, and is left alone until it is opened again."""
        log.info("delivery", **about(row), state=state.value, reason=reason)
        now = self._means.clock.now()
        return deliveries.finish(
            session, row.id, fence=fence, was=m.DeliveryState.SENT, state=state, now=now, reason=reason
        )
