"""A draft objective goes to another cycle or another team, with its key results (spec/04 §9.4, T01)."""

from collections.abc import Sequence
from datetime import date

from sqlmodel import Session, col, func, or_, select

from bot.okr.model import KRState
from storage import models as m
from storage.draft_messages import show_draft


def newest_draft(session: Session, team: m.Team) -> m.Objective | None:
    """What a team began to write last, where it writes or works on something else in the same cycle."""
    drafts = session.exec(
        select(m.Objective)
        .where(m.Objective.team_id == team.id, m.Objective.state == m.ObjectiveState.DRAFT)
        .order_by(col(m.Objective.id).desc())
    ).all()
    return next((one for one in drafts if _others_beside(session, one)), None)


def _others_beside(session: Session, row: m.Objective) -> bool:
    over = (m.ObjectiveState.CLOSED, m.ObjectiveState.DROPPED)
    beside = (
        select(m.Objective.id)
        .where(m.Objective.team_id == row.team_id, m.Objective.cycle_id == row.cycle_id, m.Objective.id != row.id)
        .where(col(m.Objective.state).not_in(over))
    )
    return session.exec(beside.limit(1)).first() is not None


def cycle_after(session: Session, team: m.Team, cycle: m.Cycle) -> m.Cycle | None:
    """The next cycle that there is for a team, its own or the workspace's."""
    return session.exec(
        select(m.Cycle)
        .where(m.Cycle.workspace_id == team.workspace_id, m.Cycle.first_day > cycle.last_day)
        .where(or_(col(m.Cycle.team_id) == team.id, col(m.Cycle.team_id).is_(None)))
        .where(m.Cycle.state != m.CycleState.CLOSED)
        .order_by(col(m.Cycle.first_day), col(m.Cycle.id))
    ).first()


def move_draft(session: Session, row: m.Objective, team: m.Team, cycle: m.Cycle) -> bool:
    """Take it there under the next numbers, its days moved with the cycle; False where it is no mere draft any more."""
    krs = session.exec(
        select(m.KeyResult).where(m.KeyResult.objective_id == row.id).order_by(col(m.KeyResult.number))
    ).all()
    if row.state is not m.ObjectiveState.DRAFT or any(one.state is not KRState.DRAFT for one in krs):
        return False
    if (row.team_id, row.cycle_id) == (team.id, cycle.id):
        return True
    was = session.get_one(m.Cycle, row.cycle_id)
    row.number = 1 + _highest(session, m.Objective, team, cycle)
    row.team_id, row.cycle_id = team.id, cycle.id
    number = _highest(session, m.KeyResult, team, cycle)
    for one in krs:
        number += 1
        one.team_id, one.cycle_id, one.number = team.id, cycle.id, number
        one.start, one.due = _moved(one.start, was, cycle), _moved(one.due, was, cycle)
        session.add(one)
    for step in _steps(session, krs):
        step.due = None if step.due is None else _moved(step.due, was, cycle)
        session.add(step)
    session.add(row)
    session.flush()
    show_draft(session, row.id)
    return True


def _highest(session: Session, what: type[m.Objective] | type[m.KeyResult], team: m.Team, cycle: m.Cycle) -> int:
    highest = select(func.max(what.number)).where(what.team_id == team.id, what.cycle_id == cycle.id)
    return max(0, session.exec(highest).one() or 0)


def _steps(session: Session, krs: Sequence[m.KeyResult]) -> Sequence[m.KRStep]:
    return session.exec(select(m.KRStep).where(col(m.KRStep.kr_id).in_([one.id for one in krs]))).all()


def _moved(day: date, was: m.Cycle, now: m.Cycle) -> date:
    """The last day stays the last; any other lies as many days after the first."""
    if day == was.last_day:
        return now.last_day
    return min(now.last_day, max(now.first_day, day + (now.first_day - was.first_day)))
