"""Bringing a message that stands already up to date, in place."""

from datetime import timedelta

import structlog
from sqlmodel import Session

from bot.cards.model import Card
from bot.delivery.addresses import ref_from
from bot.delivery.means import Means
from bot.delivery.pacing import Rests
from bot.delivery.port import ChatError, ChatPort, NotDelivered, OutcomeUnknown, RateLimited
from storage import deliveries
from storage import models as m
from storage.session import StorageProblem

log = structlog.get_logger()

UPDATE_WAITS = (0.0, 5.0, 30.0, 120.0, 600.0)
"""Seconds between the tries of an update that did not work; the last one repeats, since updating twice is as once."""


class Updater:
    """Shows the newest where an older version stands. Never a new message."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._rests = Rests(means.monotonic, UPDATE_WAITS)
        self._last: dict[int, float] = {}

    def may_update(self, row: m.Delivery) -> bool:
        """Whether the newest may be shown now: a board waits, so that many answers become one update.

        A minute is over when either time says so: the demo's business time jumps, the playground's may stand still.
        """
        kind = self._means.registry.get(row.kind)
        if kind is None or row.message is None or self._rests.resting(row.id):
            return False
        if not kind.updates_per_minute:
            return True
        gap = 60.0 / kind.updates_per_minute
        last = self._last.setdefault(row.id, self._means.monotonic())
        if self._means.monotonic() - last >= gap:
            return True
        return row.shown_at is None or self._means.clock.now() - row.shown_at >= timedelta(seconds=gap)

    async def update(self, row: m.Delivery, port: ChatPort) -> int:
        """Show the newest in one message. Returns 1 if it does so now. Raises `StorageProblem`."""
        if row.message is None:
            return 0
        ref = ref_from(row.message)
        db = self._means.db
        try:
            taken = await db.write(self._compose, row.id, row.fence)
        except StorageProblem:
            raise
        except Exception as error:  # one message that cannot be composed must not stop the others
            log.error("compose", id=row.id, kind=row.kind, exc_info=error)
            self._rests.went_wrong(row.id)
            return 0
        if taken is None:
            return 0
        fence, rev, card = taken
        try:
            await port.update(ref, card, row.token)
        except RateLimited as error:
            self._means.pacer.pause(ref.installation_id, error.retry_after)
            return 0
        except (NotDelivered, OutcomeUnknown) as error:
            log.warning("update", id=row.id, kind=row.kind, problem=str(error))
            self._rests.went_wrong(row.id)
            return 0
        except ChatError as error:  # refused for good (the message was taken away): asking again would be refused again
            log.warning("update", id=row.id, kind=row.kind, problem=str(error))
        except Exception as error:  # a mistake of ours in the platform must not stop the others
            log.error("update", id=row.id, kind=row.kind, exc_info=error)
            self._rests.went_wrong(row.id)
            return 0
        self._rests.forget(row.id)
        if self._means.registry[row.kind].updates_per_minute:
            self._last[row.id] = self._means.monotonic()
        await db.write(deliveries.shown, row.id, fence=fence, rev=rev, now=self._means.clock.now())
        return 1

    def _compose(self, session: Session, delivery_id: int, fence: int) -> tuple[int, int, Card] | None:
        row = deliveries.hold(session, delivery_id, m.DeliveryState.SENT, fence, wait=False)
        if row is None:
            return None
        rev = row.wanted_rev
        kind, now = self._means.registry[row.kind], self._means.clock.now()
        if kind.frozen(session, row, now):
            row.shown_rev = rev
            session.add(row)
            return None
        card = kind.compose(session, row, now)
        session.flush()
        taken = deliveries.claim_update(session, delivery_id, fence)
        return None if taken is None else (taken, rev, card)
