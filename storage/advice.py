"""What the quality checks look at, and what somebody set aside of them: a bounded number of queries (spec/04 §9)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, or_, select

from bot.okr.model import KRState, KRType
from storage import models as m
from storage.okrs import Parts, parts_of
from storage.settings import is_archived
from storage.teams import people_by_id

COUNTING = (KRState.DRAFT, KRState.ACTIVE, KRState.PAUSED)
OPEN_OBJECTIVES = (
    m.ObjectiveState.DRAFT,
    m.ObjectiveState.TEAM_REVIEW,
    m.ObjectiveState.APPROVAL,
    m.ObjectiveState.ACTIVE,
)
OPEN_CYCLES = (m.CycleState.DRAFT, m.CycleState.ACTIVE, m.CycleState.CLOSING)
MOST_OTHERS = 500
MOST_EARLIER = 60
MOST_TEAMS = 300


@dataclass(frozen=True, slots=True)
class Written:
    """What a team has in cycles that are not over, being written or worked on, in order of its numbers."""

    objectives: Sequence[tuple[m.Objective, m.Cycle]]
    key_results: Mapping[int, Sequence[m.KeyResult]]
    """By objective."""
    parts: Parts
    people: Mapping[int, m.Person]


@dataclass(frozen=True, slots=True)
class OtherRow:
    """A key result of another team that the whole workspace may see."""

    row: m.KeyResult
    team: m.Team


def written(session: Session, team_id: int) -> Written:
    """Six queries, however much it is."""
    found = session.execute(
        sa.select(m.Objective, m.Cycle)
        .join(m.Cycle, col(m.Cycle.id) == col(m.Objective.cycle_id))
        .where(col(m.Objective.team_id) == team_id, col(m.Objective.state).in_(OPEN_OBJECTIVES))
        .where(col(m.Cycle.state).in_(OPEN_CYCLES))
        .order_by(col(m.Cycle.first_day), col(m.Objective.number))
    ).all()
    objectives = [(row[0], row[1]) for row in found]
    rows = session.exec(
        select(m.KeyResult)
        .where(col(m.KeyResult.objective_id).in_([one.id for one, _cycle in objectives]))
        .where(col(m.KeyResult.state).in_(COUNTING))
        .order_by(col(m.KeyResult.number))
    ).all()
    by_objective: dict[int, list[m.KeyResult]] = {}
    for row in rows:
        by_objective.setdefault(row.objective_id, []).append(row)
    parts = parts_of(session, [row.id for row in rows])
    owners = [row.lead_owner_id for row in rows if row.lead_owner_id is not None]
    return Written(objectives, by_objective, parts, people_by_id(session, owners))


def links_of(session: Session, objective_ids: Collection[int], kr_ids: Collection[int]) -> Sequence[m.Alignment]:
    """All lines from or to these, the oldest first."""
    a = m.Alignment
    return session.exec(
        select(a)
        .where(
            or_(
                col(a.from_objective_id).in_(objective_ids),
                col(a.from_kr_id).in_(kr_ids),
                col(a.to_objective_id).in_(objective_ids),
                col(a.to_kr_id).in_(kr_ids),
            )
        )
        .order_by(col(a.asked_at), col(a.id))
    ).all()


def teams_beside(session: Session, team: m.Team) -> Sequence[m.Team]:
    """The other teams of the workspace that are worked with; a person's own OKRs are nobody's team."""
    rows = session.exec(
        select(m.Team)
        .where(m.Team.workspace_id == team.workspace_id, m.Team.id != team.id)
        .where(m.Team.kind != m.TeamKind.PERSONAL)
        .order_by(col(m.Team.key))
        .limit(MOST_TEAMS)
    ).all()
    return [one for one in rows if not is_archived(one)]


def elsewhere(session: Session, team: m.Team, first: date, last: date) -> Sequence[OtherRow]:
    """Active number key results of other teams within these days, as far as the whole workspace may see them."""
    rows = session.execute(
        sa.select(m.KeyResult, m.Team)
        .join(m.Objective, col(m.Objective.id) == col(m.KeyResult.objective_id))
        .join(m.Cycle, col(m.Cycle.id) == col(m.KeyResult.cycle_id))
        .join(m.Team, col(m.Team.id) == col(m.KeyResult.team_id))
        .where(col(m.KeyResult.workspace_id) == team.workspace_id, col(m.KeyResult.team_id) != team.id)
        .where(col(m.KeyResult.state) == KRState.ACTIVE)
        .where(col(m.KeyResult.type).in_((KRType.INCREASE, KRType.DECREASE)))
        .where(col(m.Objective.state) == m.ObjectiveState.ACTIVE)
        .where(col(m.Objective.visibility) == m.Visibility.WORKSPACE)
        .where(col(m.Cycle.first_day) <= last, col(m.Cycle.last_day) >= first)
        .order_by(col(m.KeyResult.id).desc())
        .limit(MOST_OTHERS)
    ).all()
    return [OtherRow(row[0], row[1]) for row in rows]


def seen_by_all(session: Session, kr_ids: Iterable[int]) -> Mapping[int, OtherRow]:
    """These key results with their teams, as far as the whole workspace may see them."""
    ids = list(kr_ids)
    if not ids:
        return {}
    rows = session.execute(
        sa.select(m.KeyResult, m.Team)
        .join(m.Objective, col(m.Objective.id) == col(m.KeyResult.objective_id))
        .join(m.Team, col(m.Team.id) == col(m.KeyResult.team_id))
        .where(col(m.KeyResult.id).in_(ids), col(m.Objective.visibility) == m.Visibility.WORKSPACE)
        .where(col(m.Objective.state) == m.ObjectiveState.ACTIVE)
    ).all()
    return {row[0].id: OtherRow(row[0], row[1]) for row in rows}


def earlier(session: Session, team_id: int, before: date) -> Sequence[tuple[m.KeyResult, m.Cycle]]:
    """What the team had in cycles that ended before a day, the newest first."""
    rows = session.execute(
        sa.select(m.KeyResult, m.Cycle)
        .join(m.Cycle, col(m.Cycle.id) == col(m.KeyResult.cycle_id))
        .where(col(m.KeyResult.team_id) == team_id, col(m.Cycle.last_day) < before)
        .where(col(m.KeyResult.state).not_in((KRState.DRAFT, KRState.DROPPED)))
        .order_by(col(m.Cycle.last_day).desc(), col(m.KeyResult.number))
        .limit(MOST_EARLIER)
    ).all()
    return [(row[0], row[1]) for row in rows]


def title_changes(session: Session, objective_ids: Collection[int]) -> Mapping[int, m.Change]:
    """The newest change of each objective's title, where it had been published before."""
    rows = session.exec(
        select(m.Change)
        .where(m.Change.entity == "objective", m.Change.field == "title")
        .where(col(m.Change.entity_id).in_(objective_ids))
        .order_by(col(m.Change.at), col(m.Change.id))
    ).all()
    return {row.entity_id: row for row in rows}


def has_goal_above(session: Session, team: m.Team) -> bool:
    """True where the company, or the team above, has an objective that this team could help."""
    return bool(goals_above(session, team, 1))


def goals_above(session: Session, team: m.Team, most: int = 10) -> Sequence[m.Objective]:
    """The objectives of the company, and of the team above, that this team could help."""
    if team.kind is m.TeamKind.COMPANY:
        return ()
    above = select(m.Team.id).where(
        m.Team.workspace_id == team.workspace_id,
        m.Team.id != team.id,
        or_(m.Team.kind == m.TeamKind.COMPANY, m.Team.id == team.parent_team_id),
    )
    return session.exec(
        select(m.Objective)
        .where(col(m.Objective.team_id).in_(above), m.Objective.state == m.ObjectiveState.ACTIVE)
        .where(m.Objective.visibility == m.Visibility.WORKSPACE)
        .order_by(col(m.Objective.team_id), col(m.Objective.number), col(m.Objective.id))
        .limit(most)
    ).all()


def dismissed(session: Session, items: Mapping[str, Collection[int]]) -> Mapping[tuple[str, str, int], datetime]:
    """What was set aside of these items (entity -> ids), by (check, entity, id), and when: one query."""
    d = m.DismissedCheck
    wanted = [sa.and_(col(d.entity) == entity, col(d.entity_id).in_(ids)) for entity, ids in items.items() if ids]
    rows = session.exec(select(d).where(or_(*wanted))).all() if wanted else ()
    return {(row.check, row.entity, row.entity_id): row.at for row in rows}


def dismiss(session: Session, workspace_id: int, check: str, item: tuple[str, int], by_id: int, now: datetime) -> None:
    """Set advice aside for an item (entity, id); twice, or by two at a time, is as good as once."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    session.execute(
        insert(m.DismissedCheck)
        .values(
            workspace_id=workspace_id,
            check=check,
            entity=item[0],
            entity_id=item[1],
            by_id=by_id,
            at=now,
            created_at=now,
            updated_at=now,
        )
        .on_conflict_do_nothing(index_elements=["entity", "entity_id", "check"])
    )


def bring_back(session: Session, check: str, item: tuple[str, int]) -> bool:
    """Give the advice again; False where it was not set aside."""
    known = _dismissal(session, check, item)
    if known is None:
        return False
    session.delete(known)
    session.flush()
    return True


def _dismissal(session: Session, check: str, item: tuple[str, int]) -> m.DismissedCheck | None:
    d = m.DismissedCheck
    return session.exec(select(d).where(d.check == check, d.entity == item[0], d.entity_id == item[1])).first()


def link_by_token(session: Session, token: str) -> tuple[int, int] | None:
    """A line between OKRs: its key, and that of the team it begins with."""
    a = m.Alignment
    row = session.execute(
        sa.select(col(a.id), sa.func.coalesce(col(m.KeyResult.team_id), col(m.Objective.team_id)))
        .join(m.KeyResult, col(m.KeyResult.id) == col(a.from_kr_id), isouter=True)
        .join(m.Objective, col(m.Objective.id) == col(a.from_objective_id), isouter=True)
        .where(col(a.token) == token)
    ).first()
    return None if row is None or row[1] is None else (row[0], row[1])
