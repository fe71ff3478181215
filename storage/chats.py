"""Queries of the chats and channels that Okra was let into, where a platform lets it write nowhere else."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, or_, select

from storage import models as m

_LONGEST_NAME = 200


def chat(session: Session, installation_id: int, external_id: str) -> m.Chat | None:
    """A chat or channel by the platform's id, whether Okra is still in it or not."""
    return session.exec(
        select(m.Chat).where(m.Chat.installation_id == installation_id, m.Chat.external_id == external_id)
    ).first()


def keep(
    session: Session,
    place: m.Installation,
    external_id: str,
    kind: m.ChatKind,
    ref: Mapping[str, str],
    *,
    person: str = "",
    parent: str = "",
    name: str = "",
    parent_name: str = "",
    left_at: datetime | None = None,
) -> m.Chat:
    """Write down what is known of a chat now; what is empty here stays as it was. Nothing is written if nothing is new.

    One that was left already keeps the moment at which it was.
    """
    row = chat(session, place.id, external_id)
    if row is None:
        row = m.Chat(workspace_id=place.workspace_id, installation_id=place.id, external_id=external_id, kind=kind)
        session.add(row)
    told = {
        "person": person,
        "parent": parent,
        "name": name[:_LONGEST_NAME],
        "parent_name": parent_name[:_LONGEST_NAME],
    }
    wanted: dict[str, Any] = {column: value for column, value in told.items() if value}
    wanted |= {"kind": kind, "ref": {**row.ref, **ref}}
    if left_at is None:
        wanted |= {"left_at": None, "deleted_at": None}
    elif row.left_at is None:
        wanted["left_at"] = left_at
    for column, value in wanted.items():
        if getattr(row, column) != value:
            setattr(row, column, value)
    session.flush()
    return row


def inside(session: Session, installation_id: int, parent: str) -> Sequence[m.Chat]:
    """The channels that are in something, and the one of the same id, the oldest first."""
    return session.exec(
        select(m.Chat)
        .where(m.Chat.installation_id == installation_id, m.Chat.kind == m.ChatKind.CHANNEL)
        .where(or_(m.Chat.parent == parent, m.Chat.external_id == parent))
        .order_by(col(m.Chat.id))
    ).all()


def leave(session: Session, rows: Sequence[m.Chat], now: datetime, *, deleted: bool = False) -> None:
    """Okra can write there no more."""
    for row in rows:
        row.left_at = row.left_at or now
        if deleted:
            row.deleted_at = row.deleted_at or now
        session.add(row)
    session.flush()


def channels_nobody_told_of(session: Session, installation_id: int) -> list[str]:
    """The channels of teams that were never heard from, so that nobody knows what they are in."""
    rows = session.exec(
        select(m.Team.channel_ref)
        .where(m.Team.installation_id == installation_id, col(m.Team.channel_ref).is_not(None))
        .where(
            ~sa.exists().where(
                col(m.Chat.installation_id) == installation_id,
                col(m.Chat.external_id) == col(m.Team.channel_ref)["channel"].as_string(),
            )
        )
    )
    return sorted({str(ref["channel"]) for ref in rows if ref and "channel" in ref})


def personal(session: Session, installation_id: int, person: str) -> m.Chat | None:
    """The personal chat of somebody, by their id on the platform, while Okra is in it: the newest of several."""
    return session.exec(
        select(m.Chat)
        .where(m.Chat.installation_id == installation_id, m.Chat.person == person)
        .where(m.Chat.kind == m.ChatKind.PERSONAL)
        .where(col(m.Chat.left_at).is_(None))
        .order_by(col(m.Chat.updated_at).desc(), col(m.Chat.id).desc())
    ).first()


def newest(session: Session, installation_id: int) -> m.Chat | None:
    """The chat of which something new was written down last; of those that were left only where there is no other.

    A message that says nothing new is not written down, so this need not be where somebody spoke last.
    """
    newest_first = (
        select(m.Chat)
        .where(m.Chat.installation_id == installation_id)
        .order_by(col(m.Chat.updated_at).desc(), col(m.Chat.id).desc())
    )
    return session.exec(newest_first.where(col(m.Chat.left_at).is_(None))).first() or session.exec(newest_first).first()


def with_rosters(session: Session, installation_id: int) -> Sequence[m.Chat]:
    """One chat for each team that Okra is in, and every group chat that it is in, the oldest first."""
    rows = session.exec(
        select(m.Chat)
        .where(m.Chat.installation_id == installation_id, m.Chat.kind != m.ChatKind.PERSONAL)
        .where(col(m.Chat.left_at).is_(None))
        .order_by(col(m.Chat.id))
    ).all()
    found: dict[str, m.Chat] = {}
    for row in rows:
        found.setdefault(row.parent or row.external_id, row)
    return list(found.values())
