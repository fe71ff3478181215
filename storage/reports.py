"""Queries of what happened in a stretch of days: for a report, each one bounded by the teams and days it is about."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, or_, select

from storage import models as m
from storage.shown import ENTITY


@dataclass(frozen=True, slots=True)
class StepRow:
    """A next step and who does it."""

    step: m.NextStep
    owner: str | None


@dataclass(frozen=True, slots=True)
class SaidWin:
    """A win and who told it."""

    win: m.Win
    by: str | None


def values_before(session: Session, kr_ids: Collection[int], day: date) -> dict[int, Decimal]:
    """The last value that counted before a day, by key result; one query that returns a row for each."""
    correction = aliased(m.CheckIn)
    corrected = sa.exists().where(
        col(correction.supersedes_id) == col(m.Reading.checkin_id), col(correction.undone_at).is_(None)
    )
    newest = sa.func.row_number().over(
        partition_by=col(m.Reading.kr_id), order_by=(col(m.Reading.measured_at).desc(), col(m.Reading.id).desc())
    )
    ranked = (
        sa.select(col(m.Reading.kr_id), col(m.Reading.value), newest.label("rank"))
        .join(m.CheckIn, col(m.CheckIn.id) == col(m.Reading.checkin_id), isouter=True)
        .where(col(m.Reading.kr_id).in_(list(kr_ids)), col(m.Reading.day) < day)
        .where(col(m.CheckIn.undone_at).is_(None), ~corrected)
        .subquery()
    )
    rows = session.execute(sa.select(ranked.c.kr_id, ranked.c.value).where(ranked.c.rank == 1)).all()
    return {int(kr_id): value for kr_id, value in rows}


def steps_since(session: Session, team_ids: Collection[int], since: datetime) -> Sequence[StepRow]:
    """Next steps that are open, and those that were done since a moment; by day, those without one last."""
    rows = session.exec(
        select(m.NextStep, m.Person.short_name)
        .join(m.Person, col(m.Person.id) == col(m.NextStep.owner_id), isouter=True)
        .where(col(m.NextStep.team_id).in_(list(team_ids)))
        .where(
            or_(
                col(m.NextStep.state) == m.NextStepState.OPEN,
                sa.and_(col(m.NextStep.state) == m.NextStepState.DONE, col(m.NextStep.done_at) >= since),
            )
        )
        .order_by(col(m.NextStep.due).is_(None), col(m.NextStep.due), col(m.NextStep.id))
    ).all()
    return [StepRow(step, owner) for step, owner in rows]


def wins_since(session: Session, team_ids: Collection[int], since: datetime) -> Sequence[SaidWin]:
    """The wins of these teams since a moment, in order."""
    rows = session.exec(
        select(m.Win, m.Person.short_name)
        .join(m.Person, col(m.Person.id) == col(m.Win.by_id), isouter=True)
        .where(col(m.Win.team_id).in_(list(team_ids)), m.Win.at >= since)
        .order_by(col(m.Win.at), col(m.Win.id))
    ).all()
    return [SaidWin(win, by) for win, by in rows]


def changes_since(session: Session, kr_ids: Collection[int], since: datetime) -> Sequence[m.Change]:
    """Changes of these key results' definitions since a moment, in order."""
    return session.exec(
        select(m.Change)
        .where(m.Change.entity == ENTITY, col(m.Change.entity_id).in_(list(kr_ids)), m.Change.at >= since)
        .order_by(col(m.Change.at), col(m.Change.id))
    ).all()
