"""How a workspace and its teams come to be: the first admin, a new team, its people, what is still to be done."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from bot.okr.model import KRState
from storage import agendas, deliveries
from storage import models as m
from storage.teams import people_by_id

KIND = "setup"
"""The kind of the message that shows the four steps."""
FOLLOWED = timedelta(days=30)
"""For how long it is brought up to date."""
KEY = re.compile(r"[A-Z]{2,5}")
"""What a team's key looks like."""
LEAST_KEY, MOST_KEY = 2, 5
_PUBLISHED = (m.ObjectiveState.ACTIVE, m.ObjectiveState.CLOSED)
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


# --- who may begin ------------------------------------------------------------------------------------


def admins(session: Session, workspace_id: int) -> Sequence[m.Person]:
    """Who looks after Okra in a workspace and is here, the first one first."""
    return session.exec(
        select(m.Person)
        .where(m.Person.workspace_id == workspace_id, m.Person.role == m.WorkspaceRole.ADMIN)
        .where(col(m.Person.active).is_(True))
        .order_by(col(m.Person.id))
    ).all()


def has_teams(session: Session, workspace_id: int) -> bool:
    """Whether any team was made in a workspace yet."""
    return session.exec(select(m.Team.id).where(m.Team.workspace_id == workspace_id).limit(1)).first() is not None


def become_admin(session: Session, person: m.Person, now: datetime) -> None:
    """Let somebody look after Okra where nobody does; it is on file.

    Where nothing was set up yet, everybody lives by their clock and in their language until that is set.
    """
    if not has_teams(session, person.workspace_id):
        workspace = session.get_one(m.Workspace, person.workspace_id)
        workspace.timezone = person.timezone or workspace.timezone
        workspace.default_lang = person.lang
        session.add(workspace)
    person.role = m.WorkspaceRole.ADMIN
    session.add(person)
    file(session, person.workspace_id, person.id, "first admin", {}, {"admin": person.handle}, now)


def file(
    session: Session,
    workspace_id: int,
    who_id: int | None,
    what: str,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    now: datetime,
) -> None:
    """Put down for administrators who changed what."""
    session.add(
        m.AuditEvent(
            workspace_id=workspace_id, who_id=who_id, what=what, at=now, before=dict(before), after=dict(after)
        )
    )
    session.flush()


HELLO = "setup_hello"
"""The kind of the first word to whoever brought Okra in."""


def greet(session: Session, person: m.Person, now: datetime) -> None:
    """Tell whoever brought Okra into a workspace without teams how to begin; once."""
    if has_teams(session, person.workspace_id) or not person.active:
        return
    deliveries.plan_delivery(
        session,
        workspace_id=person.workspace_id,
        kind=HELLO,
        subject=f"person:{person.id}",
        period="once",
        due_at=now,
        now=now,
        person_id=person.id,
    )


# --- a new team ---------------------------------------------------------------------------------------


def taken_keys(session: Session, workspace_id: int) -> dict[str, str]:
    """The keys of all teams, with the name of each."""
    return dict(session.execute(select(m.Team.key, m.Team.name).where(m.Team.workspace_id == workspace_id)).all())


def propose_key(name: str, taken: Iterable[str]) -> str:
    """A key from a team's name: its first letters, or those of its words. A name without Latin letters gets `TA`."""
    used = {one.upper() for one in taken}
    words = re.findall(r"[A-Z]+", re.sub(r"[^A-Z ]", " ", name.upper()))
    letters = "".join(words)
    initials = "".join(word[0] for word in words)
    wanted = [initials[:MOST_KEY]] if len(words) > 1 else []
    wanted += [letters[:length] for length in (3, 4, 5, 2)]
    wanted += [f"{(letters or 'T')[0]}{one}" for one in _LETTERS]
    wanted += [f"{(letters or 'T')[0]}{one}{other}" for one in _LETTERS for other in _LETTERS]
    return next(one for one in wanted if KEY.fullmatch(one) and one not in used)


@dataclass(frozen=True, slots=True)
class NewTeam:
    """What somebody wrote down of a team to be."""

    name: str
    key: str
    lead_id: int
    member_ids: tuple[int, ...]
    kind: m.TeamKind = m.TeamKind.TEAM
    parent_id: int | None = None


def make_team(session: Session, by: m.Person, new: NewTeam, installation_id: int, now: datetime) -> m.Team | None:
    """Make a team with its people; None where its key was taken in this very moment."""
    team = m.Team(
        workspace_id=by.workspace_id,
        key=new.key,
        name=new.name,
        lang=by.lang,
        timezone=by.timezone,
        kind=new.kind,
        parent_team_id=new.parent_id,
        installation_id=installation_id,
    )
    try:
        with session.begin_nested():
            session.add(team)
            session.flush()
    except sa.exc.IntegrityError:
        return None
    roles = dict.fromkeys(new.member_ids, m.TeamRole.MEMBER) | {new.lead_id: m.TeamRole.LEAD}
    for person_id, role in roles.items():
        session.add(m.Membership(workspace_id=team.workspace_id, team_id=team.id, person_id=person_id, role=role))
    agendas.open_agenda(session, team, now)
    after = {"team": team.key, "name": team.name, "lead": new.lead_id, "members": sorted(roles)}
    file(session, team.workspace_id, by.id, f"team {team.key} made", {}, after, now)
    return team


# --- its people ---------------------------------------------------------------------------------------


def role_of(session: Session, team_id: int, person_id: int) -> m.TeamRole | None:
    """As what somebody is in a team; None for who is not."""
    row = _membership(session, team_id, person_id)
    return None if row is None else row.role


def people_of(session: Session, team_id: int) -> list[tuple[m.Person, m.TeamRole]]:
    """Who is in a team and as what: its lead, its members, those who read, each in the order in which they came."""
    rows = session.exec(select(m.Membership).where(m.Membership.team_id == team_id).order_by(col(m.Membership.id)))
    roles = {row.person_id: row.role for row in rows}
    known = people_by_id(session, roles)
    order = (m.TeamRole.LEAD, m.TeamRole.MEMBER, m.TeamRole.VIEWER)
    found = [(known[one], role) for one, role in roles.items() if one in known]
    return sorted(found, key=lambda one: order.index(one[1]))


def let_in(session: Session, team: m.Team, person_id: int, role: m.TeamRole) -> None:
    """Somebody is in a team as `role` from now on. A new lead takes over from the one before, who stays as a member."""
    if role is m.TeamRole.LEAD:
        before = session.exec(
            select(m.Membership).where(m.Membership.team_id == team.id, m.Membership.role == m.TeamRole.LEAD)
        ).first()
        if before is not None and before.person_id != person_id:
            before.role = m.TeamRole.MEMBER
            session.add(before)
            session.flush()
    row = _membership(session, team.id, person_id)
    if row is None:
        row = m.Membership(workspace_id=team.workspace_id, team_id=team.id, person_id=person_id, role=role)
    row.role = role
    session.add(row)
    session.flush()


def let_go(session: Session, team: m.Team, person_id: int) -> None:
    """Somebody is in a team no more; what they said and own stays."""
    row = _membership(session, team.id, person_id)
    if row is not None:
        session.delete(row)
        session.flush()


def _membership(session: Session, team_id: int, person_id: int) -> m.Membership | None:
    return session.exec(
        select(m.Membership).where(m.Membership.team_id == team_id, m.Membership.person_id == person_id)
    ).first()


def owned_in(session: Session, team_id: int, person_id: int) -> Sequence[m.KeyResult]:
    """What somebody leads among the key results of a team that are worked on, or drafted."""
    return session.exec(
        select(m.KeyResult)
        .where(m.KeyResult.team_id == team_id, m.KeyResult.lead_owner_id == person_id)
        .where(col(m.KeyResult.state).in_((KRState.DRAFT, KRState.ACTIVE, KRState.PAUSED)))
        .order_by(col(m.KeyResult.number))
    ).all()


def answers_for(session: Session, team_id: int, person_id: int) -> bool:
    """Whether somebody leads or shares a key result of a team that is worked on, or looks after one of its metrics."""
    shares = (
        select(m.CoOwner.id)
        .join(m.KeyResult, col(m.KeyResult.id) == col(m.CoOwner.kr_id))
        .where(m.CoOwner.person_id == person_id, m.KeyResult.team_id == team_id)
        .where(col(m.KeyResult.state).in_((KRState.DRAFT, KRState.ACTIVE, KRState.PAUSED)))
    )
    cares = select(m.HealthMetric.id).where(m.HealthMetric.owner_id == person_id, m.HealthMetric.team_id == team_id)
    return (
        bool(owned_in(session, team_id, person_id))
        or session.exec(shares.limit(1)).first() is not None
        or session.exec(cares.limit(1)).first() is not None
    )


# --- what a team has ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Written:
    """How many OKRs a team has in a cycle: published, and drafted."""

    objectives: int = 0
    key_results: int = 0
    drafts: int = 0
    draft_key_results: int = 0


def written(session: Session, team_id: int, cycle_id: int | None) -> Written:
    """The OKRs of a team; of one cycle, or of all."""
    here = [m.Objective.team_id == team_id, *([] if cycle_id is None else [m.Objective.cycle_id == cycle_id])]
    states = [state for (state,) in session.execute(select(m.Objective.state).where(*here))]
    rows = session.execute(
        select(m.KeyResult.state)
        .join(m.Objective, col(m.Objective.id) == col(m.KeyResult.objective_id))
        .where(*here, m.KeyResult.state != KRState.DROPPED)
    )
    of_krs = [state for (state,) in rows]
    published = sum(one in _PUBLISHED for one in states)
    return Written(
        objectives=published,
        key_results=sum(one is not KRState.DRAFT for one in of_krs),
        drafts=sum(one not in (*_PUBLISHED, m.ObjectiveState.DROPPED) for one in states),
        draft_key_results=sum(one is KRState.DRAFT for one in of_krs),
    )


def teams_below(session: Session, team_id: int) -> Sequence[m.Team]:
    """The teams whose parent a team is."""
    return session.exec(select(m.Team).where(m.Team.parent_team_id == team_id).order_by(col(m.Team.key))).all()


# --- the message with the four steps ------------------------------------------------------------------


def steps_follow(session: Session, workspace_id: int, now: datetime) -> None:
    """The messages that show how far a team has come show the newest. There are few of them."""
    deliveries.want_newest(
        session,
        col(m.Delivery.kind) == KIND,
        col(m.Delivery.workspace_id) == workspace_id,
        col(m.Delivery.due_at) >= now - FOLLOWED,
    )


def newest_steps(session: Session, person_id: int, team_id: int | None, now: datetime) -> m.Delivery | None:
    """The newest message with the steps that stands before somebody: of a team, or of one that is still to be made."""
    rows = session.exec(
        select(m.Delivery)
        .where(m.Delivery.kind == KIND, m.Delivery.person_id == person_id)
        .where(col(m.Delivery.due_at) >= now - FOLLOWED, col(m.Delivery.state).in_(deliveries.MAY_STAND))
        .order_by(col(m.Delivery.id).desc())
    )
    return next((row for row in rows if row.data.get("team") == team_id), None)
