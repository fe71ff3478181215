"""Queries of digests: the last one, and what happened around the meeting since; each a single bounded query."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, or_, select

from storage import models as m
from storage.types import Instant

WINS = 50
STEPS = 200

_TEAM: sa.BindParameter[int] = sa.bindparam("team", type_=sa.BigInteger)
_RUN: sa.BindParameter[int] = sa.bindparam("run", type_=sa.BigInteger)
_NOW: sa.BindParameter[datetime] = sa.bindparam("now", type_=Instant)
_SINCE: sa.BindParameter[datetime] = sa.bindparam("since", type_=Instant)
_UNTIL: sa.BindParameter[datetime] = sa.bindparam("until", type_=Instant)


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


_LAST = (
    select(m.Digest)
    .where(col(m.Digest.team_id) == _TEAM, col(m.Digest.run_id) != _RUN)
    .where(
        col(m.Digest.at)
        < sa.func.coalesce(sa.select(col(m.Digest.at)).where(col(m.Digest.run_id) == _RUN).scalar_subquery(), _NOW)
    )
    .order_by(col(m.Digest.at).desc(), col(m.Digest.id).desc())
    .limit(1)
)


def last_digest(session: Session, team_id: int, now: datetime, run_id: int | None = None) -> m.Digest | None:
    """The team's newest digest before `now`; before the digest of the run `run_id` where that was recorded already."""
    return session.exec(_LAST, params={"team": team_id, "run": run_id or 0, "now": now}).first()


def wins_between(session: Session, team_id: int, since: datetime, until: datetime) -> Sequence[WinRow]:
    """What went well after `since` and up to `until`, the oldest first."""
    rows = session.execute(_WINS_BETWEEN, {"teams": [team_id], "since": since, "until": until})
    return [WinRow(win, by, thanks) for win, by, thanks in rows]


def newest_wins(
    session: Session, team_ids: Iterable[int], since: datetime, until: datetime, *, hidden: Iterable[int], most: int
) -> Sequence[WinRow]:
    """What went well in any of these teams, the newest first, without what moved a `hidden` key result: one query."""
    query = (
        _WINS.where(or_(col(m.Win.kr_id).is_(None), col(m.Win.kr_id).not_in(sorted(hidden))))
        .order_by(col(m.Win.at).desc(), col(m.Win.id).desc())
        .limit(most)
    )
    rows = session.execute(query, {"teams": list(team_ids), "since": since, "until": until})
    return [WinRow(win, by, thanks) for win, by, thanks in rows]


_TEAMS: sa.BindParameter[int] = sa.bindparam("teams", expanding=True)
_WINS = (
    sa.select(m.Win, col(m.Person.short_name), col(m.Team.name))
    .join(m.Person, col(m.Person.id) == col(m.Win.by_id), isouter=True)
    .join(m.Team, col(m.Team.id) == col(m.Win.thanks_team_id), isouter=True)
    .where(col(m.Win.team_id).in_(_TEAMS), col(m.Win.at) > _SINCE, col(m.Win.at) <= _UNTIL)
)
_WINS_BETWEEN = _WINS.order_by(col(m.Win.at), col(m.Win.id)).limit(WINS)


def next_steps_since(session: Session, team_id: int, since: datetime) -> Sequence[StepRow]:
    """The next steps that are open, and those that were done after `since`; by day, those without one last."""
    rows = session.execute(_STEPS_BY_DAY, {"teams": [team_id], "since": since})
    return [StepRow(step, owner) for step, owner in rows]


def next_steps_of(
    session: Session, owner_id: int, team_ids: Iterable[int], since: datetime, *, most: int
) -> Sequence[StepRow]:
    """The same of one person in any of these teams, those that are done behind those that are open: one query."""
    query = (
        _STEPS_SINCE.where(col(m.NextStep.owner_id) == owner_id)
        .order_by(col(m.NextStep.state) == m.NextStepState.DONE, *_BY_DAY)
        .limit(most)
    )
    rows = session.execute(query, {"teams": list(team_ids), "since": since})
    return [StepRow(step, owner) for step, owner in rows]


_BY_DAY = (col(m.NextStep.due).is_(None), col(m.NextStep.due), col(m.NextStep.id))


_STEPS_SINCE = (
    sa.select(m.NextStep, col(m.Person.short_name))
    .join(m.Person, col(m.Person.id) == col(m.NextStep.owner_id), isouter=True)
    .where(col(m.NextStep.team_id).in_(_TEAMS))
    .where(
        or_(
            col(m.NextStep.state) == m.NextStepState.OPEN,
            sa.and_(col(m.NextStep.state) == m.NextStepState.DONE, col(m.NextStep.done_at) > _SINCE),
        )
    )
)
_STEPS_BY_DAY = _STEPS_SINCE.order_by(*_BY_DAY).limit(STEPS)


_TO_KR, _TO_OBJECTIVE = aliased(m.KeyResult), aliased(m.Objective)
_OF_KR = sa.select(col(m.KeyResult.team_id)).where(col(m.KeyResult.id) == col(m.Alignment.from_kr_id))
_OF_OBJECTIVE = sa.select(col(m.Objective.team_id)).where(col(m.Objective.id) == col(m.Alignment.from_objective_id))
_AGREEMENTS = (
    select(m.Alignment, m.Team.name)
    .join(_TO_KR, col(_TO_KR.id) == col(m.Alignment.to_kr_id), isouter=True)
    .join(_TO_OBJECTIVE, col(_TO_OBJECTIVE.id) == col(m.Alignment.to_objective_id), isouter=True)
    .join(
        m.Team,
        col(m.Team.id)
        == sa.func.coalesce(col(m.Alignment.to_team_id), col(_TO_KR.team_id), col(_TO_OBJECTIVE.team_id)),
    )
    .where(m.Alignment.kind == m.AlignmentKind.DEPENDS_ON, col(m.Alignment.asked_at) <= _UNTIL)
    .where(col(m.Team.id) != sa.func.coalesce(_OF_KR.scalar_subquery(), _OF_OBJECTIVE.scalar_subquery()))
    .where(col(m.Alignment.state).in_((m.AlignmentState.PROPOSED, m.AlignmentState.CHANGED)))
    .where(
        or_(
            col(m.Alignment.from_kr_id).in_(sa.bindparam("krs", expanding=True)),
            col(m.Alignment.from_objective_id).in_(sa.bindparam("objectives", expanding=True)),
        )
    )
    .order_by(col(m.Alignment.asked_at), col(m.Alignment.id))
)


def open_agreements(
    session: Session, objective_ids: Iterable[int], kr_ids: Iterable[int], until: datetime
) -> Sequence[AgreementRow]:
    """What these objectives and key results need of other teams and nobody has agreed to, longest open first."""
    asked = {"objectives": list(objective_ids), "krs": list(kr_ids), "until": until}
    return [AgreementRow(alignment, team) for alignment, team in session.exec(_AGREEMENTS, params=asked)]


_NOT_GREEN = (
    select(m.HealthMetric)
    .where(col(m.HealthMetric.team_id) == _TEAM, m.HealthMetric.status != m.HealthStatus.GREEN)
    .order_by(col(m.HealthMetric.id))
)
_QUESTIONS = select(m.RitualRun).where(
    col(m.RitualRun.team_id) == _TEAM, m.RitualRun.kind == m.RitualKind.WEEKLY_CHECK_IN
)
_OF_PERIOD = _QUESTIONS.where(col(m.RitualRun.period) == sa.bindparam("period", type_=sa.String))
_TO_COME = (
    _QUESTIONS.where(col(m.RitualRun.digest_at) >= _NOW)
    .order_by(col(m.RitualRun.digest_at), col(m.RitualRun.id))
    .limit(1)
)
_ITEMS = select(m.PromptItem).where(col(m.PromptItem.run_id) == _RUN).order_by(col(m.PromptItem.id))


def health_not_green(session: Session, team_id: int) -> Sequence[m.HealthMetric]:
    """The health metrics of a team that are yellow or red, in order."""
    return session.exec(_NOT_GREEN, params={"team": team_id}).all()


def check_in_run(session: Session, team_id: int, period: str) -> m.RitualRun | None:
    """The weekly question whose answers the digest of this period shows."""
    return session.exec(_OF_PERIOD, params={"team": team_id, "period": period}).first()


def open_check_in_run(session: Session, team_id: int, now: datetime) -> m.RitualRun | None:
    """The weekly question whose digest is still to come, the next one first."""
    return session.exec(_TO_COME, params={"team": team_id, "now": now}).first()


def items_of_run(session: Session, run_id: int) -> Sequence[m.PromptItem]:
    """Everything that was asked in a run, of whomever."""
    return session.exec(_ITEMS, params={"run": run_id}).all()
