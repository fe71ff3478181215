"""Queries of next steps: one by its button, and what a message asked about them."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlmodel import Session, col, select

from storage import models as m


def step_by_token(session: Session, token: str) -> m.NextStep | None:
    """The next step a button stands for."""
    return session.exec(select(m.NextStep).where(m.NextStep.token == token)).first()


def open_steps(session: Session, team_ids: Iterable[int]) -> Sequence[m.NextStep]:
    """What is still to be done in these teams, the oldest first."""
    return session.exec(
        select(m.NextStep)
        .where(col(m.NextStep.team_id).in_(sorted(team_ids)), m.NextStep.state == m.NextStepState.OPEN)
        .order_by(col(m.NextStep.id))
    ).all()


def noted_with(session: Session, inbox_id: int, team_id: int) -> m.NextStep | None:
    """The next step that one message led to in a team, whatever became of it: noting it again changes nothing."""
    return session.exec(
        select(m.NextStep).where(m.NextStep.inbox_id == inbox_id, m.NextStep.team_id == team_id).limit(1)
    ).first()


def add_step(
    session: Session,
    team: m.Team,
    text: str,
    *,
    owner_id: int,
    kr_id: int | None,
    due: date | None,
    meeting_id: int | None,
    inbox_id: int | None,
    now: datetime,
) -> m.NextStep:
    """Store a next step that is open."""
    step = m.NextStep(
        workspace_id=team.workspace_id,
        team_id=team.id,
        kr_id=kr_id,
        text=text,
        owner_id=owner_id,
        due=due,
        meeting_id=meeting_id,
        inbox_id=inbox_id,
        at=now,
    )
    session.add(step)
    session.flush()
    return step


def settle_step(session: Session, step: m.NextStep, state: m.NextStepState, now: datetime) -> bool:
    """Bring a next step into this state; True if it was in another."""
    if step.state is state:
        return False
    step.state = state
    step.done_at = now if state is m.NextStepState.DONE else None
    session.add(step)
    session.flush()
    return True


def question_after_meeting(session: Session, team_id: int, period: str) -> m.Delivery | None:
    """The message that asks a team for its next steps after the meeting of a period."""
    return session.exec(
        select(m.Delivery)
        .where(m.Delivery.kind == "next_steps", m.Delivery.team_id == team_id, m.Delivery.period == period)
        .order_by(col(m.Delivery.id).desc())
        .limit(1)
    ).first()
