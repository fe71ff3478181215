"""Queries of a team as a whole: its people, cycle, objectives and key results, in a bounded number of queries."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col, select

from storage import calendars, okrs
from storage import models as m
from storage.calendars import Own
from storage.okrs import Concerned, Parts
from storage.zones import known_zone

AT_ONCE = 200
"""How many teams are loaded together: few queries, and none with more keys than a database takes."""

_ROLES = (
    select(m.Membership)
    .where(col(m.Membership.team_id).in_(sa.bindparam("teams", expanding=True)))
    .order_by(col(m.Membership.id))
)
_PEOPLE = select(m.Person).where(col(m.Person.id).in_(sa.bindparam("ids", expanding=True)))
_TEAMS = select(m.Team).where(col(m.Team.id).in_(sa.bindparam("ids", expanding=True))).order_by(col(m.Team.id))
_MEETINGS = (
    select(m.Meeting)
    .where(col(m.Meeting.team_id) == sa.bindparam("team"))
    .order_by(col(m.Meeting.main).desc(), col(m.Meeting.id))
)


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
    return rows_of_teams(session, session.get_one(m.Workspace, team.workspace_id), [team], {team.id: today})[0]


def rows_of_teams(
    session: Session,
    workspace: m.Workspace,
    wanted: Sequence[m.Team],
    days: Mapping[int, date],
    only: Concerned | None = None,
) -> list[TeamRows]:
    """Load teams of one workspace, each as of its own calendar day: ten queries for every two hundred of them.

    With `only`, no more of each than that, and of its people only who answers for that, without their roles.
    """
    found: list[TeamRows] = []
    for first in range(0, len(wanted), AT_ONCE):
        found += _rows_of(session, workspace, wanted[first : first + AT_ONCE], days, only)
    return found


def _rows_of(
    session: Session,
    workspace: m.Workspace,
    wanted: Sequence[m.Team],
    days: Mapping[int, date],
    only: Concerned | None,
) -> list[TeamRows]:
    cycles = okrs.active_cycles(session, workspace.id, {team.id: days[team.id] for team in wanted})
    chosen = {team_id: cycle.id for team_id, cycle in cycles.items() if cycle is not None}
    objectives, of_team, parts = _worked_on(session, chosen, only)
    roles = roles_of(session, [team.id for team in wanted]) if only is None else {}
    people = {person for team in wanted for person in roles.get(team.id, ())}
    people.update(one for rows in of_team.values() for row in rows for one in okrs.owners_of(row, parts))
    away = calendars.away_of(session, people)
    delegates = {row.delegate_id for rows in away.values() for row in rows if row.delegate_id}
    known, own_dates = people_by_id(session, people | delegates), calendars.own_dates(session, workspace.id)
    return [
        TeamRows(
            workspace=workspace,
            team=team,
            cycle=cycles[team.id],
            roles=roles.get(team.id, {}),
            people=_concerned(roles.get(team.id, {}), of_team.get(team.id, []), parts, away, known),
            objectives=objectives.get(team.id, []),
            key_results=of_team.get(team.id, []),
            parts=parts,
            own_dates=own_dates,
            away=away,
        )
        for team in wanted
    ]


def _worked_on(
    session: Session, cycles: Mapping[int, int], only: Concerned | None
) -> tuple[dict[int, list[m.Objective]], dict[int, list[m.KeyResult]], Parts]:
    """What teams work on, each in its cycle (team -> cycle): objectives and key results, by team, and their parts."""
    if not cycles:
        return {}, {}, Parts()
    of_team: dict[int, list[m.KeyResult]] = {}
    objectives: dict[int, list[m.Objective]] = {}
    if only is None:
        objectives = okrs.objectives_of(session, cycles)
        rows = okrs.key_results_of(session, [one.id for found in objectives.values() for one in found])
        parts = okrs.parts_of(session, [row.id for row in rows])
    else:
        some, rows, parts = okrs.concerned(session, cycles, only)
        for objective in some:
            objectives.setdefault(objective.team_id, []).append(objective)
    for row in rows:
        of_team.setdefault(row.team_id, []).append(row)
    return objectives, of_team, parts


def _concerned(
    roles: Mapping[int, m.TeamRole],
    key_results: Sequence[m.KeyResult],
    parts: Parts,
    away: Mapping[int, list[m.Away]],
    known: Mapping[int, m.Person],
) -> dict[int, m.Person]:
    """A team's members and owners, and whoever stands in for them."""
    ids = set(roles)
    for row in key_results:
        ids.update(okrs.owners_of(row, parts))
    delegates = {row.delegate_id for one in ids for row in away.get(one, ()) if row.delegate_id}
    return {one: known[one] for one in sorted(ids | delegates) if one in known}


def roles_of(session: Session, team_ids: Iterable[int]) -> dict[int, dict[int, m.TeamRole]]:
    """Who is in these teams, and as what: by team, then by person."""
    rows = session.exec(_ROLES, params={"teams": list(team_ids)})
    found: dict[int, dict[int, m.TeamRole]] = {}
    for row in rows:
        found.setdefault(row.team_id, {})[row.person_id] = row.role
    return found


def people_by_id(session: Session, ids: Iterable[int]) -> dict[int, m.Person]:
    """These people, by their key. One alone who is known to the session is not asked for again."""
    wanted = sorted(ids)
    if len(wanted) == 1:
        row = session.get(m.Person, wanted[0])
        return {} if row is None else {row.id: row}
    return {row.id: row for row in session.exec(_PEOPLE, params={"ids": wanted})} if wanted else {}


def teams_by_id(session: Session, ids: Iterable[int]) -> Sequence[m.Team]:
    """These teams, in the order of their keys."""
    wanted = sorted(ids)
    return session.exec(_TEAMS, params={"ids": wanted}).all() if wanted else ()


def team_zone(team: m.Team, workspace: m.Workspace) -> str:
    """Team time: the team's zone, or the workspace's."""
    return known_zone(team.timezone, workspace.timezone)


def person_zone(person: m.Person, workspace: m.Workspace) -> str:
    """Where a person lives by the clock: their own zone, or the workspace's while we do not know it."""
    return known_zone(person.timezone, workspace.timezone)


def main_meeting(session: Session, team_id: int) -> m.Meeting | None:
    """The meeting that the weekly check-in belongs to."""
    return session.exec(_MEETINGS, params={"team": team_id}).first()


def meetings_of(session: Session, team_id: int) -> Sequence[m.Meeting]:
    """All meetings of a team, the main one first."""
    return session.exec(_MEETINGS, params={"team": team_id}).all()


def lead_of(session: Session, team_id: int) -> m.Person | None:
    """Who leads a team, if anyone does."""
    return session.exec(
        select(m.Person)
        .join(m.Membership, col(m.Membership.person_id) == col(m.Person.id))
        .where(m.Membership.team_id == team_id, m.Membership.role == m.TeamRole.LEAD)
    ).first()


def in_charge_of(session: Session, row: m.KeyResult) -> list[m.Person]:
    """Who may change a key result: its owners, the lead owner first, then the team's lead; each once, who is active."""
    owners = okrs.owners_of(row, okrs.parts_of(session, [row.id]))
    lead = lead_of(session, row.team_id)
    ids = dict.fromkeys((*owners, *(() if lead is None else (lead.id,))))
    people = people_by_id(session, ids)
    return [people[one] for one in ids if one in people and people[one].active]
