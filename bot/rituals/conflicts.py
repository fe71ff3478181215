"""Two teams that pull one metric in opposite directions: both leads are told once (T08, spec/09 §15.3)."""

from datetime import datetime, timedelta

import structlog
from sqlmodel import Session, select

from bot.clock import Clock
from bot.okr.agreements import Agreement, Side, State, pulling_apart
from bot.views import agreement_news as news
from storage import agendas, agreements
from storage import models as m
from storage.agreements import End
from storage.session import Database

log = structlog.get_logger()

EVERY = timedelta(hours=1)
MOST_AT_ONCE = 20
"""More are found the next time; no lead is to read a flood."""


class Conflicts:
    """Looks for them once an hour. What was found is a line between the two, so that it is told once, by whomever."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock
        self._looked: datetime | None = None

    async def look(self) -> int:
        """Draw the lines that are new and plan what both leads read. Returns how many. Raises `StorageProblem`."""
        now = self._clock.now()
        if self._looked is not None and self._looked <= now < self._looked + EVERY:
            return 0
        new = 0
        for workspace_id in await self._db.read(_pulled_apart):
            new += await self._db.write_own(draw, workspace_id, now)
        self._looked = now
        return new


def _pulled_apart(session: Session) -> list[int]:
    """The workspaces in which there is something new to tell."""
    return [one for one in session.exec(select(m.Workspace.id)) if _new_pairs(session, one)]


def _new_pairs(session: Session, workspace_id: int) -> list[tuple[int, int]]:
    left_alone = agreements.set_aside(session, workspace_id)
    pairs = [(one.id, other.id) for one, other in pulling_apart(agreements.measured(session, workspace_id))]
    pairs = [pair for pair in pairs if left_alone.isdisjoint(pair)]
    known = m.AlignmentKind.CONFLICTS
    return [
        (one, other)
        for one, other in pairs[: MOST_AT_ONCE * 10]
        if not agreements.between(session, known, End(kr_id=one), End(kr_id=other))
    ][:MOST_AT_ONCE]


def draw(session: Session, workspace_id: int, now: datetime) -> int:
    """A line between the two key results of each pair, and a message to both leads."""
    pairs = _new_pairs(session, workspace_id)
    for one, other in pairs:
        found = Agreement("", None, State.PROPOSED, rev=1, from_yes=None, to_yes=None)
        row = agreements.add(
            session,
            workspace_id,
            m.AlignmentKind.CONFLICTS,
            End(kr_id=one),
            End(kr_id=other),
            found,
            by_id=None,
            now=now,
        )
        ends = agreements.ends_of(session, row.id)
        if ends is None:
            continue
        for side in Side:
            news.ask_lead(session, ends, side, None, now)
        agendas.look_again(session, {ends.from_team.id, ends.to_team.id}, now)
        log.info("conflict", first=one, second=other)
    return len(pairs)
