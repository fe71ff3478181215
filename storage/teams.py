"""Queries of a team as a whole: its people, cycle, objectives and key results, in a bounded number of queries."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from storage import calendars, okrs
from storage import models as m
from storage.calendars import Own
from storage.okrs import Parts


@dataclass(frozen=True, slots=True)
class TeamRows:
    """Everything a team's board, digest, prompts and planner are made of, as it stands in storage."""

    workspace: m.Workspace
    team: m.Team
    cycle: m.Cycle | None
    roles: Mapping[int, m.TeamRole]
    people: Mapping[int, m.Person]
    objectives: Sequence[m.Objective]
    key_results: Sequence[m.KeyResult]
    parts: Parts
    own_dates: Own
    away: Mapping[int, list[m.Away]]

    @property
    def lead_id(self) -> int | None:
        """The person who leads the team; None where nobody does."""
        return next((person for person, role in self.roles.items() if role is m.TeamRole.LEAD), None)


def team_rows(session: Session, team: m.Team, today: date) -> TeamRows:
    """Load a team as of `today` (its own calendar day): eleven queries, however many key results and people it has."""
    workspace = session.get_one(m.Workspace, team.workspace_id)
    cycle = okrs.active_cycle(session, team, today)
    objectives = okrs.objectives_of(session, team.id, cycle.id) if cycle else []
    key_results = okrs.key_results_of(session, [one.id for one in objectives])
    parts = okrs.parts_of(session, [one.id for one in key_results])
    memberships = session.exec(
        select(m.Membership).where(m.Membership.team_id == team.id).order_by(col(m.Membership.id))
    ).all()
    roles = {one.person_id: one.role for one in memberships}
    wanted = set(roles)
    for row in key_results:
        wanted.update(okrs.owners_of(row, parts))
    away = calendars.away_of(session, wanted)
    delegates = {row.delegate_id for rows in away.values() for row in rows if row.delegate_id}
    return TeamRows(
        workspace=workspace,
        team=team,
        cycle=cycle,
        roles=roles,
        people=people_by_id(session, wanted | delegates),
        objectives=objectives,
        key_results=key_results,
        parts=parts,
        own_dates=calendars.own_dates(session, workspace.id),
        away=away,
    )


def people_by_id(session: Session, ids: Iterable[int]) -> dict[int, m.Person]:
    """These people, by their key."""
    rows = session.exec(select(m.Person).where(col(m.Person.id).in_(sorted(ids))))
    return {row.id: row for row in rows}


def team_zone(team: m.Team, workspace: m.Workspace) -> str:
    """Team time: the team's zone, or the workspace's."""
    return team.timezone or workspace.timezone


def person_zone(person: m.Person, workspace: m.Workspace) -> str:
    """Where a person lives by the clock: their own zone, or the workspace's while we do not know it."""
    return person.timezone or workspace.timezone


def main_meeting(session: Session, team_id: int) -> m.Meeting | None:
    """The meeting that the weekly check-in belongs to."""
    return session.exec(
        select(m.Meeting).where(m.Meeting.team_id == team_id).order_by(col(m.Meeting.main).desc(), col(m.Meeting.id))
    ).first()


def meetings_of(session: Session, team_id: int) -> Sequence[m.Meeting]:
    """All meetings of a team, the main one first."""
    return session.exec(
        select(m.Meeting).where(m.Meeting.team_id == team_id).order_by(col(m.Meeting.main).desc(), col(m.Meeting.id))
    ).all()


def lead_of(session: Session, team_id: int) -> m.Person | None:
    """Who leads a team, if anyone does."""
    return session.exec(
        select(m.Person)
        .join(m.Membership, col(m.Membership.person_id) == col(m.Person.id))
        .where(m.Membership.team_id == team_id, m.Membership.role == m.TeamRole.LEAD)
    ).first()
