"""Queries of health metrics: finding and setting them; every change of colour goes into their history."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlmodel import Session, col, func, select

from storage import models as m

ENTITY = "health_metric"
MOST_PER_TEAM = 3
MOST_NAME, MOST_NOTE = 40, 200


def metrics_of(session: Session, team_ids: Iterable[int]) -> Sequence[m.HealthMetric]:
    """The health metrics of these teams, in order."""
    return session.exec(
        select(m.HealthMetric)
        .where(col(m.HealthMetric.team_id).in_(sorted(team_ids)))
        .order_by(col(m.HealthMetric.team_id), col(m.HealthMetric.id))
    ).all()


def metrics_by_id(session: Session, ids: Iterable[int]) -> Sequence[m.HealthMetric]:
    """Those of these health metrics that still exist, in order."""
    wanted = sorted(ids)
    if not wanted:
        return []
    return session.exec(
        select(m.HealthMetric).where(col(m.HealthMetric.id).in_(wanted)).order_by(col(m.HealthMetric.id))
    ).all()


def since_when(session: Session, ids: Iterable[int]) -> Mapping[int, datetime]:
    """When each of these got the colour it has; left out where it never changed."""
    rows = session.exec(
        select(m.Change.entity_id, func.max(m.Change.at))
        .where(m.Change.entity == ENTITY, m.Change.field == "status", col(m.Change.entity_id).in_(sorted(ids)))
        .group_by(col(m.Change.entity_id))
    ).all()
    return dict(rows)


def add_metric(
    session: Session, team: m.Team, name: str, owner_id: int | None, by_id: int, now: datetime
) -> m.HealthMetric:
    """A new health metric, green until somebody says otherwise."""
    row = m.HealthMetric(workspace_id=team.workspace_id, team_id=team.id, name=name, owner_id=owner_id)
    session.add(row)
    session.flush()
    _remember(session, row, "name", None, name, by_id, now)
    return row


def set_status(
    session: Session, row: m.HealthMetric, status: m.HealthStatus, note: str | None, by_id: int, now: datetime
) -> None:
    """Say how it stands: the same colour again keeps its note and its day, another one brings its own or none."""
    if status is not row.status:
        _remember(session, row, "status", row.status.value, status.value, by_id, now, note)
        row.status, row.note = status, note
    elif note is not None:
        row.note = note
    elif row.note and row.said_at is not None and row.id not in since_when(session, [row.id]):
        # It came with an import: without this its old reason would look like one of today.
        _remember(session, row, "status", None, status.value, None, row.said_at, row.note)
    row.said_at = now
    session.add(row)
    session.flush()


def set_note(session: Session, row: m.HealthMetric, note: str, now: datetime) -> None:
    """The line behind its colour."""
    row.note = note
    row.said_at = now
    session.add(row)
    session.flush()


def set_owner(session: Session, row: m.HealthMetric, owner_id: int, by_id: int, now: datetime) -> None:
    """Who is asked about it."""
    if row.owner_id != owner_id:
        _remember(session, row, "owner_id", row.owner_id, owner_id, by_id, now)
        row.owner_id = owner_id
        session.add(row)
        session.flush()


def remove_metric(session: Session, row: m.HealthMetric, by_id: int, now: datetime) -> None:
    """It is not looked after any more; its history stays."""
    _remember(session, row, "name", row.name, None, by_id, now)
    session.delete(row)
    session.flush()


def prompts_asking(session: Session, team_id: int, since: datetime) -> Sequence[int]:
    """The weekly questions since a moment that ask those who look after the team's health metrics about them."""
    ids = set(session.exec(select(m.HealthMetric.id).where(m.HealthMetric.team_id == team_id)))
    rows = session.exec(
        select(m.Prompt.id, m.Prompt.health)
        .where(col(m.Prompt.person_id).in_(asked_people(session, team_id)), col(m.Prompt.created_at) >= since)
        .order_by(col(m.Prompt.id))
    ).all()
    return [prompt_id for prompt_id, asked in rows if ids.intersection(asked)]


def asked_people(session: Session, team_id: int) -> Sequence[int]:
    """Who looks after a health metric of the team."""
    found = session.exec(select(m.HealthMetric.owner_id).where(m.HealthMetric.team_id == team_id).distinct())
    return [one for one in found if one is not None]


def _remember(
    session: Session,
    row: m.HealthMetric,
    field: str,
    old: object,
    new: object,
    by_id: int | None,
    now: datetime,
    reason: str | None = None,
) -> None:
    session.add(
        m.Change(
            workspace_id=row.workspace_id,
            entity=ENTITY,
            entity_id=row.id,
            field=field,
            old=old,
            new=new,
            reason=reason,
            by_id=by_id,
            at=now,
        )
    )
