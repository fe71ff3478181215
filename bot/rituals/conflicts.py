"""Two teams that pull one metric in opposite directions: both leads are told once (T08, spec/09 §15.3)."""

from datetime import datetime, timedelta

import structlog
from sqlmodel import Session, col, select

from bot.clock import Clock
from bot.okr.agreements import Agreement, Side, State, pulling_apart
from bot.views import agreement_news as news
from bot.where import what_and_where
from storage import agendas, agreements
from storage import models as m
from storage.agreements import End
from storage.problems import StorageProblem
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
        for workspace_id in await self._db.read(_workspaces):
            new += await self._look_in(workspace_id, now)
        self._looked = now
        return new

    async def _look_in(self, workspace_id: int, now: datetime) -> int:
        """Each pair for itself: one that cannot be told holds up none of the others."""
        told = 0
        try:
            for pair in await self._db.read(_new_pairs, workspace_id):
                told += await self._draw_one(workspace_id, pair, now)
        except StorageProblem:
            raise
        except Exception as error:  # noqa: BLE001 - a mistake of ours in one workspace holds up none of the others
            log.error("conflict", workspace=workspace_id, error=what_and_where(error))
        return told

    async def _draw_one(self, workspace_id: int, pair: tuple[int, int], now: datetime) -> int:
        try:
            return await self._db.write_own(draw, workspace_id, pair, now)
        except StorageProblem:
            raise
        except Exception as error:  # noqa: BLE001 - a mistake of ours in one pair holds up none of the others
            log.error("conflict", first=pair[0], second=pair[1], error=what_and_where(error))
            return 0


def _workspaces(session: Session) -> list[int]:
    return list(session.exec(select(m.Workspace.id).order_by(col(m.Workspace.id))))


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


def draw(session: Session, workspace_id: int, pair: tuple[int, int], now: datetime) -> int:
    """A line between the two key results, and a message to both leads. Returns 0 where somebody drew it meanwhile."""
    one, other = pair
    if pair not in _new_pairs(session, workspace_id):
        return 0
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
        return 1
    for side in Side:
        news.ask_lead(session, ends, side, None, now)
    agendas.look_again(session, {ends.from_team.id, ends.to_team.id}, now)
    log.info("conflict", first=one, second=other)
    return 1
