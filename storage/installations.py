"""Queries of where a workspace is connected, and what a platform taught about reaching its people and channels."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session, col, select

from storage import directory
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


def of_platform(session: Session, platform: m.Platform) -> Sequence[m.Installation]:
    """Every place on a platform, in use or not, the oldest first."""
    return session.exec(
        select(m.Installation).where(m.Installation.platform == platform).order_by(col(m.Installation.id))
    ).all()


def connect(
    session: Session,
    workspace_id: int,
    platform: m.Platform,
    external_id: str,
    now: datetime,
    bot_id: str | None = None,
    name: str = "",
) -> m.Installation:
    """Connect a workspace to a platform; one that is connected already stays with the workspace that has it."""
    row = installation(session, platform, external_id)
    if row is None:
        row = m.Installation(
            workspace_id=workspace_id, platform=platform, external_id=external_id, installed_at=now, bot_id=bot_id
        )
    elif row.state is m.InstallationState.REVOKED:
        row.installed_at = now
    row.state = m.InstallationState.ACTIVE
    row.removed_at = None
    row.bot_id = bot_id or row.bot_id
    row.name = name[:_LONGEST_PLACE] or row.name
    session.add(row)
    session.flush()
    return row


# --- installing and removing --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Granted:
    """What a platform said when somebody installed Okra there."""

    platform: m.Platform
    external_id: str
    name: str
    tokens: str
    """Encrypted."""
    bot_id: str
    scopes: frozenset[str]
    enterprise_id: str | None = None


class Refusal(StrEnum):
    """Why an installation is not taken. Nothing was written then."""

    NO_SUCH_WORKSPACE = "no_such_workspace"
    """The workspace it was meant for is not here any more."""
    BELONGS_ELSEWHERE = "belongs_elsewhere"
    """The place is another workspace's."""
    HAS_ANOTHER = "has_another"
    """The workspace is connected to another place on the same platform."""


@dataclass(frozen=True, slots=True)
class Refused:
    """An installation that is not taken, and the name of what stands in its way, if anything does."""

    why: Refusal
    name: str = ""


@dataclass(frozen=True, slots=True)
class Installed:
    """An installation that stands."""

    workspace: str
    is_new: bool
    """The workspace was made for it, so nothing is in it yet."""


def install(session: Session, granted: Granted, now: datetime, into: int | None = None) -> Installed | Refused:
    """Write down that Okra was installed in a place, and its new token.

    A place that was here before keeps its workspace. A new one belongs to the workspace `into`, and without that to a
    workspace of its own: whoever installs must not see what others have.
    """
    row = installation(session, granted.platform, granted.external_id)
    if into is not None:
        refused = _why_not(session, granted, row, into)
        if refused is not None:
            return refused
    is_new = row is None and into is None
    if row is not None:
        workspace = session.get_one(m.Workspace, row.workspace_id)
    elif into is not None:
        workspace = session.get_one(m.Workspace, into)
    else:
        workspace = new_workspace(session, granted.name)
    row = connect(session, workspace.id, granted.platform, granted.external_id, now, granted.bot_id)
    row.installed_at = now
    row.name = granted.name
    row.enterprise_id = granted.enterprise_id
    row.scopes = ",".join(sorted(granted.scopes))
    row.tokens = granted.tokens
    session.add(row)
    session.flush()
    return Installed(workspace.name, is_new)


def _why_not(session: Session, granted: Granted, row: m.Installation | None, into: int) -> Refused | None:
    if session.get(m.Workspace, into) is None:
        return Refused(Refusal.NO_SUCH_WORKSPACE)
    if row is not None:
        if row.workspace_id == into:
            return None
        return Refused(Refusal.BELONGS_ELSEWHERE, session.get_one(m.Workspace, row.workspace_id).name)
    other = session.exec(
        select(m.Installation).where(
            m.Installation.workspace_id == into,
            m.Installation.platform == granted.platform,
            m.Installation.state == m.InstallationState.ACTIVE,
        )
    ).first()
    return None if other is None else Refused(Refusal.HAS_ANOTHER, other.name or other.external_id)


_LONGEST_PLACE = 200
"""Characters of the name of a place on a platform."""
_LONGEST_NAME = 80
"""Characters of a workspace's name."""


def _free_name(session: Session, wanted: str) -> str:
    """`Acme`, or `Acme (2)` where there is one already."""
    taken = set(session.exec(select(m.Workspace.name)))
    number = 1
    name = wanted[:_LONGEST_NAME]
    while name in taken:
        number += 1
        ending = f" ({number})"
        name = wanted[: _LONGEST_NAME - len(ending)] + ending
    return name


def new_workspace(session: Session, name: str) -> m.Workspace:
    """A workspace with nothing in it, called like the place that Okra was brought into."""
    workspace = m.Workspace(name=_free_name(session, name))
    session.add(workspace)
    session.flush()
    return workspace


def take_over_empty(session: Session, name: str) -> None:
    """The only workspace there is, where nobody made a team or a cycle yet, becomes that of the file called so.

    Never one that somebody installed Okra in: whose that is, they said themselves.
    """
    there = workspaces(session)
    if len(there) != 1 or there[0].name == name:
        return
    places = session.exec(select(m.Installation).where(m.Installation.workspace_id == there[0].id)).all()
    if not places or any(one.tokens is not None for one in places):
        return
    for table in (m.Team, m.Cycle):
        if session.exec(select(table.id).where(table.workspace_id == there[0].id).limit(1)).first() is not None:
            return
    there[0].name = name
    session.add(there[0])
    session.flush()


def revoke(
    session: Session, platform: m.Platform, external_id: str, now: datetime, happened_at: datetime | None = None
) -> bool:
    """Okra may not speak there any more: nothing is sent, and the token is forgotten. What people said stays.

    `happened_at`: platforms tell it late and more than once, and since then Okra may have been installed again.
    False: nothing changed, because it was so already or nobody here knows the place.
    """
    row = installation(session, platform, external_id)
    if row is None or (row.state is m.InstallationState.REVOKED and row.tokens is None):
        return False
    if happened_at is not None and happened_at < row.installed_at:
        return False
    row.tokens = None
    row.state = m.InstallationState.REVOKED
    row.removed_at = now
    session.add(row)
    session.flush()
    return True


def use_only(
    session: Session, platform: m.Platform, can_speak: Callable[[m.Installation], bool], now: datetime
) -> list[m.Installation]:
    """Set aside the places that this Okra has no usable token for, and take up again those that it has one for now.

    Their tokens are kept: with the former settings they serve again. Returns those that were in use until now.
    """
    aside = []
    for row in of_platform(session, platform):
        usable = can_speak(row)
        if row.state is m.InstallationState.ACTIVE and not usable:
            row.state = m.InstallationState.REVOKED
            row.removed_at = now
            session.add(row)
            aside.append(row)
        elif row.state is m.InstallationState.REVOKED and row.tokens is not None and usable:
            row.state = m.InstallationState.ACTIVE
            row.removed_at = None
            session.add(row)
    session.flush()
    return aside


# --- people and channels ------------------------------------------------------------------------------


def address(session: Session, installation_id: int, external_id: str) -> m.Address | None:
    """Where a person is on an installation."""
    return session.exec(
        select(m.Address).where(m.Address.installation_id == installation_id, m.Address.external_id == external_id)
    ).first()


def remember_person(session: Session, row: m.Address, ref: Mapping[str, str], *, reachable: bool) -> bool:
    """Keep how a person is written to. Returns whether it changed that they can be."""
    changed = row.reachable != reachable
    newest = {**row.dm_ref, **ref}
    if changed or row.dm_ref != newest:
        row.dm_ref = newest
        row.reachable = reachable
        session.add(row)
    return changed


def remember_channel(session: Session, installation_id: int, channel: str, ref: Mapping[str, str]) -> None:
    """Keep how a channel is written to, for the teams that have it; what else they keep of it stays."""
    for row in directory.teams_with_channel(session, installation_id, channel):
        newest = {**(row.channel_ref or {}), **ref}
        if row.channel_ref != newest:
            row.channel_ref = newest
            session.add(row)


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
