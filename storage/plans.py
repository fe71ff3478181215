"""Queries for planning many teams at once: what their plans are made of, each in one statement."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlmodel import Session, col, select

from storage import models as m
from storage.types import Instant

R = TypeVar("R", m.HealthMetric, m.Meeting)

_TEAMS: sa.BindParameter[int] = sa.bindparam("teams", expanding=True)
_HEALTH = select(m.HealthMetric).where(col(m.HealthMetric.team_id).in_(_TEAMS)).order_by(col(m.HealthMetric.id))
_MEETINGS = (
    select(m.Meeting).where(col(m.Meeting.team_id).in_(_TEAMS)).order_by(col(m.Meeting.main).desc(), col(m.Meeting.id))
)
# In order of their keys by Python: asked to, SQLite may go through a whole table in that order instead of by index.
_RUNS = (
    sa.select(
        col(m.RitualRun.id),
        col(m.RitualRun.team_id),
        col(m.RitualRun.kind),
        col(m.RitualRun.period),
        col(m.RitualRun.meeting_id),
    )
    .where(col(m.RitualRun.team_id).in_(_TEAMS))
    .where(
        sa.or_(
            col(m.RitualRun.digest_at) >= sa.bindparam("since", type_=Instant),
            col(m.RitualRun.created_at) >= sa.bindparam("since", type_=Instant),
        )
    )
)
_QUESTIONS = (
    sa.select(
        col(m.Delivery.id),
        col(m.Delivery.person_id),
        col(m.Delivery.kind),
        col(m.Delivery.period),
        col(m.Delivery.state),
        col(m.Delivery.reason),
        col(m.Delivery.due_at),
        col(m.Delivery.sending_at),
    )
    .where(col(m.Delivery.kind).in_(sa.bindparam("kinds", expanding=True)))
    .where(col(m.Delivery.person_id).in_(sa.bindparam("people", expanding=True)))
    .where(col(m.Delivery.due_at) >= sa.bindparam("since"))
)


@dataclass(frozen=True, slots=True)
class Run:
    """A run that a team opened: which ritual's, in which period, for which meeting."""

    kind: m.RitualKind
    period: str
    meeting_id: int | None


@dataclass(frozen=True, slots=True)
class Question:
    """A question or a reminder in the outbox, as far as planning the next one has to know."""

    kind: str
    period: str
    state: m.DeliveryState
    reason: str | None
    due_at: datetime
    sending_at: datetime | None


def health_of_teams(session: Session, team_ids: Iterable[int]) -> dict[int, list[m.HealthMetric]]:
    """The health metrics of these teams, in order."""
    return _by_team(session.exec(_HEALTH, params={"teams": list(team_ids)}))


def meetings_of_teams(session: Session, team_ids: Iterable[int]) -> dict[int, list[m.Meeting]]:
    """All meetings of these teams, the main one first."""
    return _by_team(session.exec(_MEETINGS, params={"teams": list(team_ids)}))


def runs_of_teams(session: Session, team_ids: Iterable[int], since: datetime) -> dict[int, list[Run]]:
    """The runs of these teams that serve a meeting at or after `since`."""
    found: dict[int, list[Run]] = {}
    rows = session.execute(_RUNS, {"teams": list(team_ids), "since": since})
    for _, team_id, *run in sorted(rows, key=itemgetter(0)):
        found.setdefault(team_id, []).append(Run(*run))
    return found


def questions_since(
    session: Session, person_ids: Collection[int], since: datetime, kinds: Collection[str]
) -> dict[int, list[Question]]:
    """What these people were asked since a moment, or will be, or were not: by person, in the order it was planned."""
    found: dict[int, list[Question]] = {}
    if person_ids:
        wanted: dict[str, Any] = {"people": sorted(person_ids), "kinds": list(kinds), "since": since}
        for _, person_id, *question in sorted(session.execute(_QUESTIONS, wanted), key=itemgetter(0)):
            found.setdefault(person_id, []).append(Question(*question))
    return found


def _by_team(rows: Iterable[R]) -> dict[int, list[R]]:
    found: dict[int, list[R]] = {}
    for row in rows:
        found.setdefault(row.team_id, []).append(row)
    return found
