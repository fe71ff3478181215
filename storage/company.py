"""Queries of the company as a whole: its teams, and what is open or was changed between them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, or_, select

from bot.okr.model import KRState
from storage import models as m
from storage.okrs import ON_BOARDS

MOST = 50
"""Of each kind of line: no message holds more."""


@dataclass(frozen=True, slots=True)
class BetweenTeams:
    """A conflict or an open agreement, with the objectives that decide who may read of it."""

    alignment: m.Alignment
    from_team: m.Team
    from_objective: m.Objective
    from_kr: m.KeyResult | None
    to_team: m.Team
    to_objective: m.Objective | None
    to_kr: m.KeyResult | None


@dataclass(frozen=True, slots=True)
class ChangedKR:
    """A key result that was dropped, or came in after its cycle had begun."""

    row: m.KeyResult
    team: m.Team
    objective: m.Objective
    dropped: bool


def teams_of(session: Session, workspace_id: int) -> Sequence[m.Team]:
    """The workspace's teams, the company among them; a person's own OKRs are nobody's board."""
    return session.exec(
        select(m.Team)
        .where(m.Team.workspace_id == workspace_id, m.Team.kind != m.TeamKind.PERSONAL)
        .order_by(col(m.Team.key))
    ).all()


def open_between_teams(session: Session, workspace_id: int, asked_before: datetime) -> Sequence[BetweenTeams]:
    """Conflicts and agreements that nobody settled since before a moment, the longest open first: one query."""
    from_kr, to_kr = aliased(m.KeyResult), aliased(m.KeyResult)
    from_objective, to_objective = aliased(m.Objective), aliased(m.Objective)
    from_team, to_team = aliased(m.Team), aliased(m.Team)
    a = m.Alignment
    open_states = (m.AlignmentState.PROPOSED, m.AlignmentState.CHANGED)
    rows = session.execute(
        sa.select(a, from_team, from_objective, from_kr, to_team, to_objective, to_kr)
        .join(from_kr, col(from_kr.id) == col(a.from_kr_id), isouter=True)
        .join(
            from_objective,
            col(from_objective.id) == sa.func.coalesce(col(a.from_objective_id), col(from_kr.objective_id)),
        )
        .join(from_team, col(from_team.id) == col(from_objective.team_id))
        .join(to_kr, col(to_kr.id) == col(a.to_kr_id), isouter=True)
        .join(
            to_objective,
            col(to_objective.id) == sa.func.coalesce(col(a.to_objective_id), col(to_kr.objective_id)),
            isouter=True,
        )
        .join(to_team, col(to_team.id) == sa.func.coalesce(col(a.to_team_id), col(to_objective.team_id)))
        .where(col(a.workspace_id) == workspace_id, col(a.asked_at) <= asked_before)
        .where(
            or_(
                sa.and_(col(a.kind) == m.AlignmentKind.DEPENDS_ON, col(a.state).in_(open_states)),
                sa.and_(
                    col(a.kind) == m.AlignmentKind.CONFLICTS,
                    col(a.state).not_in((m.AlignmentState.DONE, m.AlignmentState.DECLINED)),
                ),
            )
        )
        .where(col(from_objective.state).in_(ON_BOARDS))
        .where(or_(col(a.kind) == m.AlignmentKind.CONFLICTS, col(from_team.id) != col(to_team.id)))
        .order_by(col(a.asked_at), col(a.id))
        .limit(MOST)
    ).all()
    return [BetweenTeams(*row) for row in rows]


def changed_since(session: Session, workspace_id: int, since: datetime, since_day: date) -> Sequence[ChangedKR]:
    """Key results dropped after a moment, or published after its day when their cycle had begun: two queries."""
    base = (
        sa.select(m.KeyResult, m.Team, m.Objective)
        .join(m.Team, col(m.Team.id) == col(m.KeyResult.team_id))
        .join(m.Objective, col(m.Objective.id) == col(m.KeyResult.objective_id))
        .join(m.Cycle, col(m.Cycle.id) == col(m.KeyResult.cycle_id))
        .where(col(m.KeyResult.workspace_id) == workspace_id)
        .where(col(m.Cycle.state).in_((m.CycleState.ACTIVE, m.CycleState.CLOSING)))
        .order_by(col(m.Team.key), col(m.KeyResult.number))
        .limit(MOST)
    )
    dropped_lately = select(m.Change.entity_id).where(
        m.Change.workspace_id == workspace_id,
        m.Change.entity == "key_result",
        m.Change.field == "state",
        m.Change.at > since,
    )
    dropped = session.execute(
        base.where(col(m.KeyResult.state) == KRState.DROPPED, col(m.KeyResult.id).in_(dropped_lately))
    ).all()
    new = session.execute(
        base.where(col(m.KeyResult.state).not_in((KRState.DROPPED, KRState.DRAFT)))
        .where(col(m.KeyResult.published_on) > since_day)
        .where(col(m.KeyResult.published_on) > col(m.Cycle.first_day))
        .where(col(m.Objective.state).in_(ON_BOARDS))
    ).all()
    return [
        *(ChangedKR(row, team, objective, dropped=True) for row, team, objective in dropped),
        *(ChangedKR(row, team, objective, dropped=False) for row, team, objective in new),
    ]


def last_company_digest(session: Session, team_id: int, before: datetime) -> datetime | None:
    """When the company's digest went out last before a moment."""
    return session.exec(
        select(m.Delivery.sent_at)
        .where(m.Delivery.kind == "company_digest", m.Delivery.team_id == team_id)
        .where(col(m.Delivery.sent_at) < before)
        .order_by(col(m.Delivery.sent_at).desc())
        .limit(1)
    ).first()
