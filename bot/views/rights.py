"""Who someone is to the door of `bot.okr.access`."""

from sqlmodel import Session, select

from bot.okr.access import Actor
from storage import models as m


def actor_of(session: Session, person: m.Person) -> Actor:
    """The person with their roles in all teams: one query."""
    rows = session.exec(select(m.Membership).where(m.Membership.person_id == person.id)).all()
    return Actor(
        person_id=person.id,
        is_admin=person.role is m.WorkspaceRole.ADMIN,
        leads=frozenset(row.team_id for row in rows if row.role is m.TeamRole.LEAD),
        works_in=frozenset(row.team_id for row in rows if row.role is not m.TeamRole.VIEWER),
        sees=frozenset(row.team_id for row in rows),
    )
