"""Queries of one key result in detail: its readings, links, changes and open next steps; each one bounded query."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, or_, select

from storage import models as m

READINGS = 8
CHANGES = 3
LINKS = 10
STEPS = 10
ENTITY = "key_result"
"""How changes of a key result are filed."""


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A line from (`outward`) or to a key result, and what stands at its other end.

    `objective` is the other end, or the objective of the key result there: by it one tells who may see it. None where
    the other end is a whole team.
    """

    alignment: m.Alignment
    outward: bool
    team: m.Team | None
    key_result: m.KeyResult | None
    objective: m.Objective | None


@dataclass(frozen=True, slots=True)
class OpenStep:
    """A next step and who does it."""

    step: m.NextStep
    owner: str | None


def last_readings(session: Session, kr_id: int, most: int = READINGS, up_to: int | None = None) -> Sequence[m.Reading]:
    """The newest readings that count, the oldest first: not those of rows that were undone or corrected.

    `up_to` is the id of a reading: what was stored after it is left out.
    """
    correction = aliased(m.CheckIn)
    corrected = sa.exists().where(
        col(correction.supersedes_id) == col(m.Reading.checkin_id), col(correction.undone_at).is_(None)
    )
    rows = session.exec(
        select(m.Reading)
        .join(m.CheckIn, col(m.CheckIn.id) == col(m.Reading.checkin_id), isouter=True)
        .where(m.Reading.kr_id == kr_id, col(m.CheckIn.undone_at).is_(None), ~corrected)
        .where(sa.true() if up_to is None else col(m.Reading.id) <= up_to)
        .order_by(col(m.Reading.measured_at).desc(), col(m.Reading.id).desc())
        .limit(most)
    ).all()
    return list(reversed(rows))


def links_of(session: Session, kr_id: int, most: int = LINKS) -> Sequence[LinkRow]:
    """The lines from and to a key result, the newest first."""
    return _links(session, col(m.Alignment.from_kr_id) == kr_id, col(m.Alignment.to_kr_id) == kr_id, most)


def links_of_objective(session: Session, objective_id: int, most: int = LINKS) -> Sequence[LinkRow]:
    """The lines from and to an objective itself, the newest first."""
    outward = (col(m.Alignment.from_objective_id) == objective_id) & col(m.Alignment.from_kr_id).is_(None)
    inward = (col(m.Alignment.to_objective_id) == objective_id) & col(m.Alignment.to_kr_id).is_(None)
    return _links(session, outward, inward, most)


def _links(
    session: Session, outward: sa.ColumnElement[bool], inward: sa.ColumnElement[bool], most: int
) -> Sequence[LinkRow]:
    other_kr, other_objective = aliased(m.KeyResult), aliased(m.Objective)
    far_kr = sa.case((outward, col(m.Alignment.to_kr_id)), else_=col(m.Alignment.from_kr_id))
    far_objective = sa.case((outward, col(m.Alignment.to_objective_id)), else_=col(m.Alignment.from_objective_id))
    far_team = sa.case((outward, col(m.Alignment.to_team_id)), else_=sa.null())
    rows = session.execute(
        sa.select(m.Alignment, m.Team, other_kr, other_objective, sa.case((outward, 1), else_=0))
        .join(other_kr, col(other_kr.id) == far_kr, isouter=True)
        .join(
            other_objective,
            col(other_objective.id) == sa.func.coalesce(far_objective, other_kr.objective_id),
            isouter=True,
        )
        .join(m.Team, col(m.Team.id) == sa.func.coalesce(far_team, other_objective.team_id), isouter=True)
        .where(or_(outward, inward))
        .order_by(col(m.Alignment.asked_at).desc(), col(m.Alignment.id).desc())
        .limit(most)
    ).all()
    return [LinkRow(one, bool(out), team, kr, objective) for one, team, kr, objective, out in rows]


def last_changes(session: Session, kr_id: int, most: int = CHANGES, entity: str = ENTITY) -> Sequence[m.Change]:
    """The newest changes of its definition, the newest first."""
    return session.exec(
        select(m.Change)
        .where(m.Change.entity == entity, m.Change.entity_id == kr_id)
        .order_by(col(m.Change.at).desc(), col(m.Change.id).desc())
        .limit(most)
    ).all()


def open_steps(session: Session, kr_id: int, most: int = STEPS) -> Sequence[OpenStep]:
    """Its next steps that are open, by day; those without one last."""
    rows = session.exec(
        select(m.NextStep, m.Person.short_name)
        .join(m.Person, col(m.Person.id) == col(m.NextStep.owner_id), isouter=True)
        .where(m.NextStep.kr_id == kr_id, m.NextStep.state == m.NextStepState.OPEN)
        .order_by(col(m.NextStep.due).is_(None), col(m.NextStep.due), col(m.NextStep.id))
        .limit(most)
    ).all()
    return [OpenStep(step, owner) for step, owner in rows]
