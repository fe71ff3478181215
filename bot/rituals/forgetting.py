"""Once a day, where a workspace keeps what people said only for so long: older words go, numbers stay (spec/10 §18)."""

from datetime import date, time, timedelta

import structlog

from bot.clock import Clock
from bot.okr.localtime import instant, local_day
from storage import forgetting
from storage.session import Database
from storage.zones import known_zone

log = structlog.get_logger()


class Forgetting:
    """Forgets what is due; a second time on one day it has nothing to do, in any process."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock
        self._done: dict[int, tuple[date, int]] = {}
        """By workspace: the last day that was forgotten, and after how many days."""

    async def look(self) -> int:
        """Forget what is older than each workspace keeps it. Returns how many rows lost words. Raises `StorageProblem`.

        In small transactions, so that nobody waits for it; one that breaks off goes on at the next look.
        """
        forgotten, now = 0, self._clock.now()
        for one in await self._db.read(forgetting.keeping):
            zone = known_zone(one.zone)
            first = local_day(now, zone) - timedelta(days=one.days)
            if self._done.get(one.workspace_id) == (first, one.days):
                continue
            until = forgetting.Until(one.workspace_id, instant(first, time(), zone), first)
            rows = [await self._forget(sort, until) for sort in forgetting.SORTS]
            self._done[one.workspace_id] = (first, one.days)
            forgotten += sum(rows)
            if sum(rows):
                log.info("forgotten", workspace=one.workspace_id, before=first.isoformat(), rows=sum(rows))
        return forgotten

    async def _forget(self, sort: forgetting.Sort, until: forgetting.Until) -> int:
        after = rows = 0
        while ids := await self._db.read(forgetting.to_forget, sort, until, after):
            rows += await self._db.write_own(forgetting.forget, sort, until, ids)
            after = ids[-1]
        return rows
