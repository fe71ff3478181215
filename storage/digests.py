"""Queries of digests: the last one, and what happened around the meeting since; each a single bounded query."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, or_, select

from storage import models as m

WINS = 50
STEPS = 200


@dataclass(frozen=True, slots=True)
class WinRow:
    """A win, who told it, and which team it thanks."""

    win: m.Win
    by: str | None
    thanks: str | None


@dataclass(frozen=True, slots=True)
class StepRow:
    """A next step and who does it."""

    step: m.NextStep
    owner: str | None


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """A dependency that is not agreed yet, and the name of the team it was asked of."""

    alignment: m.Alignment
    team: str


def digest_of(session: Session, run_id: int) -> m.Digest | None:
    """The digest of a run."""
    return session.exec(select(m.Digest).where(m.Digest.run_id == run_id)).first()


def last_digest(session: Session, team_id: int, now: datetime, run_id: int | None = None) -> m.Digest | None:
    """The team's newest digest before `now`; before the digest of the run `run_id` where that was recorded already."""
    own = select(m.Digest.at).where(m.Digest.run_id == run_id).scalar_subquery()
    moment = sa.literal(now, type_=m.Digest.__table__.c.at.type)  # type: ignore[attr-defined]  # the table behind the model
    return session.exec(
        select(m.Digest)
        .where(m.Digest.team_id == team_id, m.Digest.run_id != (run_id or 0))
        .where(col(m.Digest.at) < sa.func.coalesce(own, moment))
        .order_by(col(m.Digest.at).desc(), col(m.Digest.id).desc())
    ).first()


def wins_between(session: Session, team_id: int, since: datetime, until: datetime) -> Sequence[WinRow]:
    """What went well after `since` and up to `until`, the oldest first."""
    query = _wins([team_id], since, until).order_by(col(m.Win.at), col(m.Win.id)).limit(WINS)
    return [WinRow(win, by, thanks) for win, by, thanks in session.execute(query)]


def newest_wins(
    session: Session, team_ids: Iterable[int], since: datetime, until: datetime, *, hidden: Iterable[int], most: int
) -> Sequence[WinRow]:
    """What went well in any of these teams, the newest first, without what moved a `hidden` key result: one query."""
    query = (
        _wins(team_ids, since, until)
        .where(or_(col(m.Win.kr_id).is_(None), col(m.Win.kr_id).not_in(sorted(hidden))))
        .order_by(col(m.Win.at).desc(), col(m.Win.id).desc())
        .limit(most)
    )
    return [WinRow(win, by, thanks) for win, by, thanks in session.execute(query)]


def _wins(team_ids: Iterable[int], since: datetime, until: datetime) -> sa.Select[Any, Any, Any]:
    return (
        sa.select(m.Win, col(m.Person.short_name), col(m.Team.name))
        .join(m.Person, col(m.Person.id) == col(m.Win.by_id), isouter=True)
        .join(m.Team, col(m.Team.id) == col(m.Win.thanks_team_id), isouter=True)
        .where(col(m.Win.team_id).in_(list(team_ids)), col(m.Win.at) > since, col(m.Win.at) <= until)
    )


def next_steps_since(session: Session, team_id: int, since: datetime) -> Sequence[StepRow]:
    """The next steps that are open, and those that were done after `since`; by day, those without one last."""
    query = _steps_since([team_id], since).order_by(*_BY_DAY).limit(STEPS)
    return [StepRow(step, owner) for step, owner in session.execute(query)]


def next_steps_of(
    session: Session, owner_id: int, team_ids: Iterable[int], since: datetime, *, most: int
) -> Sequence[StepRow]:
    """The same of one person in any of these teams, those that are done behind those that are open: one query."""
    query = (
        _steps_since(team_ids, since)
        .where(col(m.NextStep.owner_id) == owner_id)
        .order_by(col(m.NextStep.state) == m.NextStepState.DONE, *_BY_DAY)
        .limit(most)
    )
    return [StepRow(step, owner) for step, owner in session.execute(query)]


_BY_DAY = (col(m.NextStep.due).is_(None), col(m.NextStep.due), col(m.NextStep.id))


def _steps_since(team_ids: Iterable[int], since: datetime) -> sa.Select[Any, Any]:
    done_since = sa.and_(col(m.NextStep.state) == m.NextStepState.DONE, col(m.NextStep.done_at) > since)
    return (
        sa.select(m.NextStep, col(m.Person.short_name))
        .join(m.Person, col(m.Person.id) == col(m.NextStep.owner_id), isouter=True)
        .where(col(m.NextStep.team_id).in_(list(team_ids)))
        .where(or_(col(m.NextStep.state) == m.NextStepState.OPEN, done_since))
    )


def open_agreements(
    session: Session, objective_ids: Iterable[int], kr_ids: Iterable[int], until: datetime
) -> Sequence[AgreementRow]:
    """What these objectives and key results need of other teams and nobody has agreed to, longest open first."""
    to_kr, to_objective = aliased(m.KeyResult), aliased(m.Objective)
    rows = session.exec(
        select(m.Alignment, m.Team.name)
        .join(to_kr, col(to_kr.id) == col(m.Alignment.to_kr_id), isouter=True)
        .join(to_objective, col(to_objective.id) == col(m.Alignment.to_objective_id), isouter=True)
        .join(
            m.Team,
            col(m.Team.id)
            == sa.func.coalesce(col(m.Alignment.to_team_id), col(to_kr.team_id), col(to_objective.team_id)),
        )
        .where(m.Alignment.kind == m.AlignmentKind.DEPENDS_ON, m.Alignment.asked_at <= until)
        .where(col(m.Alignment.state).in_((m.AlignmentState.PROPOSED, m.AlignmentState.CHANGED)))
        .where(
            or_(
                col(m.Alignment.from_kr_id).in_(list(kr_ids)),
                col(m.Alignment.from_objective_id).in_(list(objective_ids)),
            )
        )
        .order_by(col(m.Alignment.asked_at), col(m.Alignment.id))
    ).all()
    return [AgreementRow(alignment, team) for alignment, team in rows]


def health_not_green(session: Session, team_id: int) -> Sequence[m.HealthMetric]:
    """The health metrics of a team that are yellow or red, in order."""
    return session.exec(
        select(m.HealthMetric)
        .where(m.HealthMetric.team_id == team_id, m.HealthMetric.status != m.HealthStatus.GREEN)
        .order_by(col(m.HealthMetric.id))
    ).all()


def check_in_run(session: Session, team_id: int, period: str) -> m.RitualRun | None:
    """The weekly question whose answers the digest of this period shows."""
    return session.exec(
        select(m.RitualRun).where(
            m.RitualRun.team_id == team_id,
            m.RitualRun.kind == m.RitualKind.WEEKLY_CHECK_IN,
            m.RitualRun.period == period,
        )
    ).first()


def open_check_in_run(session: Session, team_id: int, now: datetime) -> m.RitualRun | None:
    """The weekly question whose digest is still to come, the next one first."""
    return session.exec(
        select(m.RitualRun)
        .where(m.RitualRun.team_id == team_id, m.RitualRun.kind == m.RitualKind.WEEKLY_CHECK_IN)
        .where(col(m.RitualRun.digest_at) >= now)
        .order_by(col(m.RitualRun.digest_at), col(m.RitualRun.id))
    ).first()


def items_of_run(session: Session, run_id: int) -> Sequence[m.PromptItem]:
    """Everything that was asked in a run, of whomever."""
    return session.exec(select(m.PromptItem).where(m.PromptItem.run_id == run_id).order_by(col(m.PromptItem.id))).all()
