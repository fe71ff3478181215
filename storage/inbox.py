"""Queries of the inbox: what people did, stored once, before anything was answered."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from storage import models as m


def installation_of(session: Session, platform: str, external_id: str) -> m.Installation | None:
    """The installation a platform speaks of, if it is one of ours."""
    return session.exec(
        select(m.Installation).where(m.Installation.platform == platform, m.Installation.external_id == external_id)
    ).first()


def address_of(session: Session, installation_id: int, external_id: str) -> m.Address | None:
    """The address a platform's person id stands for."""
    return session.exec(
        select(m.Address).where(m.Address.installation_id == installation_id, m.Address.external_id == external_id)
    ).first()


def stored_under(session: Session, installation_id: int, key: str) -> m.Inbox | None:
    """What came in earlier under the same key of the platform."""
    return session.exec(select(m.Inbox).where(m.Inbox.installation_id == installation_id, m.Inbox.key == key)).first()


def store(
    session: Session,
    *,
    installation: m.Installation,
    key: str,
    person_id: int | None,
    body: Mapping[str, Any],
    at: datetime,
) -> m.Inbox:
    """Write down what came in."""
    row = m.Inbox(
        workspace_id=installation.workspace_id,
        installation_id=installation.id,
        key=key,
        person_id=person_id,
        body=dict(body),
        at=at,
    )
    session.add(row)
    session.flush()
    return row


def not_yet_handled(session: Session, limit: int = 500) -> Sequence[m.Inbox]:
    """What was stored and not handled, because something stopped us; oldest first."""
    return session.exec(
        select(m.Inbox).where(m.Inbox.state == m.InboxState.RECEIVED).order_by(col(m.Inbox.id)).limit(limit)
    ).all()
