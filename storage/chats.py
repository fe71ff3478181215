"""Queries of the chats and channels that Okra was let into, where a platform lets it write nowhere else."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from storage import models as m


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
    """Write down what is known of a chat now; what is empty here stays as it was."""
    row = chat(session, place.id, external_id)
    if row is None:
        row = m.Chat(workspace_id=place.workspace_id, installation_id=place.id, external_id=external_id, kind=kind)
    row.kind = kind
    row.ref = {**row.ref, **ref}
    row.person = person or row.person
    row.parent = parent or row.parent
    row.name = name or row.name
    row.parent_name = parent_name or row.parent_name
    row.left_at = left_at
    session.add(row)
    session.flush()
    return row


def personal(session: Session, installation_id: int, person: str) -> m.Chat | None:
    """The personal chat of somebody, by their id on the platform, while Okra is in it."""
    return session.exec(
        select(m.Chat)
        .where(m.Chat.installation_id == installation_id, m.Chat.person == person)
        .where(m.Chat.kind == m.ChatKind.PERSONAL)
        .where(col(m.Chat.left_at).is_(None))
    ).first()


def newest(session: Session, installation_id: int) -> m.Chat | None:
    """The chat that was heard from or changed last."""
    return session.exec(
        select(m.Chat).where(m.Chat.installation_id == installation_id).order_by(col(m.Chat.updated_at).desc())
    ).first()


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
