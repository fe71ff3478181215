"""Who someone is to the door of `bot.okr.access`."""

from datetime import datetime

from sqlmodel import Session, select

from bot.okr.access import Actor
from storage import models as m
from storage.calendars import stood_in_for


def actor_of(session: Session, person: m.Person, now: datetime | None = None) -> Actor:
    """The person with their roles in all teams: one query; with `now` also whom they stand in for then: one more."""
    rows = session.exec(select(m.Membership).where(m.Membership.person_id == person.id)).all()
    return Actor(
        person_id=person.id,
        is_admin=person.role is m.WorkspaceRole.ADMIN,
        leads=frozenset(row.team_id for row in rows if row.role is m.TeamRole.LEAD),
        works_in=frozenset(row.team_id for row in rows if row.role is not m.TeamRole.VIEWER),
        sees=frozenset(row.team_id for row in rows),
        stands_in_for=frozenset() if now is None else stood_in_for(session, person.id, now),
    )
