"""Queries of the ways out: through which installation and to which address a message would leave by now."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.elements import SQLCoreOperations
from sqlmodel import Session, col, select

from storage import models as m

NOT_INSTALLED = "Okra is not installed there at present"
"""The reason of a message that waits, because its only way was taken away."""
WAITS_FOR_INSTALLING = timedelta(days=7)
"""Older messages do not wait any more: whoever reads them then would be surprised."""


def waits_for_installing(session: Session, row: m.Delivery, now: datetime) -> bool:
    """Whether a message without a way would have one if Okra were installed again where it was removed."""
    if row.due_at <= now - WAITS_FOR_INSTALLING:
        return False
    removed = m.Installation.state == m.InstallationState.REVOKED
    if row.team_id is not None:
        team = session.get_one(m.Team, row.team_id)
        query = select(m.Installation.id).where(m.Installation.id == team.installation_id, removed)
        return bool(team.channel_ref) and session.exec(query).first() is not None
    theirs = (
        select(m.Installation.id)
        .join(m.Address, col(m.Address.installation_id) == col(m.Installation.id))
        .where(m.Address.person_id == row.person_id, col(m.Address.reachable).is_(True), removed)
    )
    return session.exec(theirs).first() is not None


def goes_through() -> sa.ColumnElement[int | None]:
    """The active installation a message would leave by now: its team's, or that of its person's best address."""
    team = (
        sa.select(col(m.Installation.id))
        .join(m.Team, col(m.Team.installation_id) == col(m.Installation.id))
        .where(col(m.Team.id) == col(m.Delivery.team_id), col(m.Installation.state) == m.InstallationState.ACTIVE)
        .correlate(m.Delivery)
        .scalar_subquery()
    )
    person = (
        best_address(col(m.Delivery.person_id))
        .with_only_columns(col(m.Address.installation_id))
        .correlate(m.Delivery)
        .scalar_subquery()
    )
    return sa.case((col(m.Delivery.team_id).is_not(None), team), else_=person)


def goes_nowhere() -> sa.ColumnElement[bool]:
    """Whether a message would leave through no installation by now. Of many messages this is asked faster."""
    active = sa.select(col(m.Installation.id)).where(col(m.Installation.state) == m.InstallationState.ACTIVE)
    team = sa.exists().where(col(m.Team.id) == col(m.Delivery.team_id), col(m.Team.installation_id).in_(active))
    person = sa.exists().where(
        col(m.Address.person_id) == col(m.Delivery.person_id),
        col(m.Address.reachable).is_(True),
        col(m.Address.installation_id).in_(active),
    )
    return sa.and_(sa.not_(team), sa.not_(person))


def may_go_through(installation: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    """Whether its team or person is known at an installation, without which it cannot go through that one."""
    people = sa.select(col(m.Address.person_id)).where(col(m.Address.installation_id) == installation)
    teams = sa.select(col(m.Team.id)).where(col(m.Team.installation_id) == installation)
    return sa.or_(col(m.Delivery.person_id).in_(people), col(m.Delivery.team_id).in_(teams))


def best_address(person_id: SQLCoreOperations[Any] | int) -> sa.Select[Any]:
    """The address a person is written to: one that works, and of those the one they answered from last."""
    return (
        sa.select(m.Address)
        .join(m.Installation, col(m.Installation.id) == col(m.Address.installation_id))
        .where(col(m.Address.person_id) == person_id, col(m.Address.reachable).is_(True))
        .where(col(m.Installation.state) == m.InstallationState.ACTIVE)
        .order_by(col(m.Address.last_answer_at).desc().nulls_last(), col(m.Address.id))
        .limit(1)
    )


_ACTIVE = select(m.Installation.id, m.Installation.platform).where(m.Installation.state == m.InstallationState.ACTIVE)


def active_installations(session: Session) -> dict[int, str]:
    """The installations that may send, and the platform of each."""
    rows = session.exec(_ACTIVE)
    return {key: str(platform) for key, platform in rows}
