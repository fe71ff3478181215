"""Queries of where a workspace is connected, and what a platform taught about reaching its people and channels."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from storage import models as m


def workspaces(session: Session) -> Sequence[m.Workspace]:
    """All workspaces, the oldest first."""
    return session.exec(select(m.Workspace).order_by(col(m.Workspace.id))).all()


def workspace_named(session: Session, name: str) -> m.Workspace | None:
    """The workspace of that name."""
    return session.exec(select(m.Workspace).where(m.Workspace.name == name)).first()


def installation(session: Session, platform: m.Platform, external_id: str) -> m.Installation | None:
    """The connection to a platform's workspace or tenant, whether it is in use or not."""
    return session.exec(
        select(m.Installation).where(m.Installation.platform == platform, m.Installation.external_id == external_id)
    ).first()


def connect(
    session: Session,
    workspace_id: int,
    platform: m.Platform,
    external_id: str,
    now: datetime,
    bot_id: str | None = None,
) -> m.Installation:
    """Connect a workspace to a platform; one that is connected already stays with the workspace that has it."""
    row = installation(session, platform, external_id)
    if row is None:
        row = m.Installation(
            workspace_id=workspace_id, platform=platform, external_id=external_id, installed_at=now, bot_id=bot_id
        )
    row.state = m.InstallationState.ACTIVE
    row.removed_at = None
    row.bot_id = bot_id or row.bot_id
    session.add(row)
    session.flush()
    return row


def address(session: Session, installation_id: int, external_id: str) -> m.Address | None:
    """Where a person is on an installation."""
    return session.exec(
        select(m.Address).where(m.Address.installation_id == installation_id, m.Address.external_id == external_id)
    ).first()


def remember_person(
    session: Session, installation_id: int, external_id: str, ref: Mapping[str, str], *, reachable: bool
) -> bool:
    """Keep how a person is written to. False: nobody here has that id."""
    row = address(session, installation_id, external_id)
    if row is None:
        return False
    row.dm_ref = dict(ref)
    row.reachable = reachable
    session.add(row)
    return True


def remember_channel(session: Session, installation_id: int, channel: str, ref: Mapping[str, str]) -> int:
    """Keep how a channel is written to, for the teams that have it. Returns how many do."""
    rows = session.exec(select(m.Team).where(m.Team.installation_id == installation_id)).all()
    mine = [row for row in rows if row.channel_ref is not None and row.channel_ref.get("channel") == channel]
    for row in mine:
        row.channel_ref = {"channel": channel, **ref}
        session.add(row)
    return len(mine)


def is_connected(session: Session, workspace_id: int, platform: m.Platform) -> bool:
    """Whether a workspace has a connection to the platform that is in use."""
    return (
        session.exec(
            select(m.Installation.id).where(
                m.Installation.workspace_id == workspace_id,
                m.Installation.platform == platform,
                m.Installation.state == m.InstallationState.ACTIVE,
            )
        ).first()
        is not None
    )
