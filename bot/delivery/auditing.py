"""The hourly look at the books: what the ticks should have seen to and did not; what can be repaired is repaired."""

from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import Any

import structlog
from sqlmodel import Session

from bot.clock import Clock
from storage import audits
from storage.session import Database

log = structlog.get_logger()

Job = Callable[[], Awaitable[object]]


class Finding(StrEnum):
    """What should not be. The metrics have these names."""

    DUE = "due_but_no_outcome"
    NOT_UPDATED = "answered_but_prompt_not_updated"
    """Repaired: the newest version is wanted."""
    NOT_SHOWN = "newest_version_not_shown"
    PAST_LEASE = "sending_past_its_lease"
    """Repaired: it becomes unknown, and is looked for."""
    UNHANDLED = "inbox_not_handled"
    """Repaired: it is handled now."""
    AGENDA = "agenda_overdue"


class Auditor:
    """Any number of processes may look at the same time: every repair is the same done twice as done once.

    `recover` ends claims past their lease and `replay` handles what waits in the inbox, as their own jobs do; they are
    called only where that is found.
    """

    def __init__(self, db: Database, clock: Clock, *, recover: Job, replay: Job) -> None:
        self._db = db
        self._clock = clock
        self._recover = recover
        self._replay = replay
        self.last: dict[str, int] = {}
        """How much of each the last look found."""

    async def look(self) -> int:
        """Look once, log what is found, repair what can be. Returns how many findings. Raises `StorageProblem`."""
        found = await self._db.read(self._find)
        self.last = {finding.value: len(each) for finding, each in found.items()}
        for finding, each in found.items():
            for one in each:
                log.warning("audit", finding=finding.value, **one)
        behind = [one["id"] for one in found[Finding.NOT_UPDATED]]
        if behind:
            await self._db.write_own(audits.want_again, behind)
        if found[Finding.PAST_LEASE]:
            await self._recover()
        if found[Finding.UNHANDLED]:
            await self._replay()
        return sum(self.last.values())

    def _find(self, session: Session) -> dict[Finding, list[dict[str, Any]]]:
        now = self._clock.now()
        return {
            Finding.DUE: _told(audits.due_without_outcome(session, now)),
            Finding.NOT_UPDATED: _told(audits.answered_and_not_shown(session, now)),
            Finding.NOT_SHOWN: _told(audits.wanted_and_not_shown(session, now)),
            Finding.PAST_LEASE: _told(audits.past_their_lease(session)),
            Finding.UNHANDLED: [{"inbox": key} for key in audits.unhandled(session, now)],
            Finding.AGENDA: [{"agenda": key, "kind": kind} for key, kind in audits.overdue_agenda(session, now)],
        }


def _told(rows: list[audits.Found]) -> list[dict[str, Any]]:
    return [{"id": key, "kind": kind} for key, kind in rows]
