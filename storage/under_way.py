"""Counts of what is under way, by index and never of all that ever was: for the metrics. No text, nobody by name."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col

from storage import models as m
from storage.deliveries import does_not_rest
from storage.pacing import LONGEST_PAUSE
from storage.real_time import REAL, real_moments
from storage.types import Instant
from storage.ways import NOT_INSTALLED

RECENT = timedelta(days=7)
"""What is over counts for so long after its moment."""
OPEN = (m.DeliveryState.PLANNED, m.DeliveryState.SENDING, m.DeliveryState.UNKNOWN)
OVER = (m.DeliveryState.SENT, m.DeliveryState.SKIPPED, m.DeliveryState.FAILED)
LAST_WEEKS = timedelta(days=14)
"""A team whose last question is longer ago has none that counts."""
LEAST_PEOPLE = 3
"""Of a team where fewer people were asked, a count would tell of one of them."""


@dataclass(frozen=True, slots=True)
class Messages:
    """How many messages of one kind are in one state."""

    state: m.DeliveryState
    kind: str
    reason: str | None
    """Why they were left out; None unless they were."""
    number: int


# Not the bare column: SQLite would go through all messages there are by the index that has them in its order.
_KIND = col(m.Delivery.kind).concat("")
_BY_KIND = (
    sa.select(_KIND, sa.func.count())
    .where(
        col(m.Delivery.state) == sa.bindparam("state"), col(m.Delivery.due_at) >= sa.bindparam("since", type_=Instant)
    )
    .group_by(_KIND)
)
_BY_REASON = (
    sa.select(_KIND, col(m.Delivery.reason), sa.func.count())
    .where(col(m.Delivery.state) == m.DeliveryState.SKIPPED)
    .where(col(m.Delivery.due_at) >= sa.bindparam("since", type_=Instant))
    .group_by(_KIND, col(m.Delivery.reason))
)
_EVER = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


def messages(session: Session, now: datetime) -> list[Messages]:
    """What is open, whenever it was due, and what ended in the last days: a query for each state, by its index."""
    found = []
    for state in (*OPEN, *OVER):
        since = _EVER if state in OPEN else now - RECENT
        if state is m.DeliveryState.SKIPPED:
            rows = session.execute(_BY_REASON, {"since": since})
            found += [Messages(state, kind, reason or "", number) for kind, reason, number in rows]
        else:
            counted = session.execute(_BY_KIND, {"state": state, "since": since})
            found += [Messages(state, kind, None, number) for kind, number in counted]
    return found


_OLDEST_DUE = (
    sa.select(col(m.Delivery.due_at))
    .where(col(m.Delivery.state) == m.DeliveryState.PLANNED)
    .where(col(m.Delivery.due_at) <= sa.bindparam("now", type_=Instant))
    .where(does_not_rest(), col(m.Delivery.reason).is_distinct_from(NOT_INSTALLED))
    .order_by(col(m.Delivery.due_at))
    .limit(1)
)
_PAUSES = (
    sa.select(sa.func.count())
    .select_from(m.Pace)
    .where(col(m.Pace.paused_until) > sa.bindparam(REAL, type_=Instant))
    .where(col(m.Pace.paused_until) <= sa.bindparam("latest", type_=Instant))
)
_FIRST_RECEIVED = (
    sa.select(col(m.Inbox.created_at))
    .where(col(m.Inbox.state) == m.InboxState.RECEIVED)
    .order_by(col(m.Inbox.id))
    .limit(1)
)
_BROKEN = sa.select(sa.func.count()).select_from(m.Inbox).where(col(m.Inbox.state) == m.InboxState.BROKEN)
_OLDEST_AGENDA = sa.select(sa.func.min(col(m.Agenda.next_due_at))).where(
    col(m.Agenda.next_due_at) <= sa.bindparam("now", type_=Instant)
)


@dataclass(frozen=True, slots=True)
class Lags:
    """How far behind Okra is, in seconds; 0 where nothing waits."""

    delivery: float
    """Since the oldest message was due that could leave now."""
    inbox: float
    """Since the oldest thing was said that is not handled."""
    tick: float
    """Since the oldest moment passed at which a ritual was to be looked at."""
    broken: int
    """Things that were said and could not be handled."""
    pauses: int
    """Pauses that a platform asked for and that are not over."""


def lags(session: Session, now: datetime) -> Lags:
    """Five small queries, each by its index."""
    real = real_moments(session)
    return Lags(
        delivery=_age(session.execute(_OLDEST_DUE, {"now": now, **real}).scalar(), now),
        inbox=_age(session.execute(_FIRST_RECEIVED).scalar(), now),
        tick=_age(session.execute(_OLDEST_AGENDA, {"now": now}).scalar(), now),
        broken=int(session.execute(_BROKEN).scalar_one()),
        pauses=int(
            session.execute(_PAUSES, {**real, "latest": real[REAL] + timedelta(seconds=LONGEST_PAUSE)}).scalar_one()
        ),
    )


@dataclass(frozen=True, slots=True)
class TeamWeek:
    """Key results of one team in the last week that is closed: those asked about, and those answered."""

    workspace: str
    team: str
    asked: int
    answered: int


def participation(session: Session, now: datetime) -> list[TeamWeek]:
    """The last closed week of each team in which enough people were asked that no one of them is told of."""
    last = _last_run(now)
    ran = sa.select(col(m.Team.workspace_id), col(m.Team.key), last.label("run_id")).subquery()
    item, said = m.PromptItem, (m.ItemState.ANSWERED, m.ItemState.ANSWERED_BY_OTHER)
    counts_as_asked = (*said, m.ItemState.OPEN, m.ItemState.SKIPPED)
    answered = sa.case((col(item.state).in_(said), col(item.kr_id)))
    rows = session.execute(
        sa.select(
            col(m.Workspace.name),
            ran.c.key,
            sa.func.count(sa.distinct(col(item.kr_id))),
            sa.func.count(sa.distinct(answered)),
        )
        .select_from(ran)
        .join(m.Workspace, col(m.Workspace.id) == ran.c.workspace_id)
        .join(item, col(item.run_id) == ran.c.run_id)
        .join(m.Prompt, col(m.Prompt.id) == col(item.prompt_id))
        .where(col(item.state).in_(counts_as_asked))
        .group_by(col(m.Workspace.id), col(m.Workspace.name), ran.c.key)
        .having(sa.func.count(sa.distinct(col(m.Prompt.person_id))) >= LEAST_PEOPLE)
        .order_by(col(m.Workspace.id), ran.c.key)
    )
    return [TeamWeek(*row) for row in rows]


def _last_run(now: datetime) -> sa.ScalarSelect[int]:
    """A team's last weekly question whose board is out: its period is a day, so the index has them in order."""
    oldest: date = (now - LAST_WEEKS).date()
    return (
        sa.select(col(m.RitualRun.id))
        .where(col(m.RitualRun.team_id) == col(m.Team.id), col(m.RitualRun.kind) == m.RitualKind.WEEKLY_CHECK_IN)
        .where(col(m.RitualRun.period) >= oldest.isoformat(), col(m.RitualRun.digest_at) <= now)
        .order_by(col(m.RitualRun.period).desc())
        .limit(1)
        .correlate(m.Team)
        .scalar_subquery()
    )


def _age(moment: datetime | None, now: datetime) -> float:
    return 0.0 if moment is None else max(0.0, (now - moment).total_seconds())
