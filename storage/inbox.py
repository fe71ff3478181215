"""Queries of the inbox: what people did, stored once, before anything was answered."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from storage import models as m


def installation_of(session: Session, platform: str, external_id: str) -> m.Installation | None:
    """The installation a platform speaks of, if it is one of ours."""
    return session.exec(
        select(m.Installation).where(m.Installation.platform == platform, m.Installation.external_id == external_id)
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
    now: datetime,
    message_id: str | None = None,
) -> int | None:
    """Write down what came in: the row's id, or None if another process wrote the same down this moment."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    return session.execute(
        insert(m.Inbox)
        .values(
            workspace_id=installation.workspace_id,
            installation_id=installation.id,
            key=key,
            person_id=person_id,
            body=dict(body),
            at=at,
            message_id=message_id,
            state=m.InboxState.RECEIVED,
            created_at=now,
            updated_at=now,
        )
        .on_conflict_do_nothing(index_elements=["installation_id", "key"])
        .returning(col(m.Inbox.id))
    ).scalar()


def of_message(session: Session, row: m.Inbox) -> Sequence[m.Inbox]:
    """Everything else that the same person said in the same message: as it was typed, and as it was edited."""
    return session.exec(
        select(m.Inbox)
        .where(m.Inbox.installation_id == row.installation_id, m.Inbox.message_id == row.message_id)
        .where(m.Inbox.person_id == row.person_id, m.Inbox.id != row.id)
        .order_by(col(m.Inbox.id))
    ).all()


def last_before(session: Session, row: m.Inbox, since: datetime) -> m.Inbox | None:
    """What the same person did before this, if that was after a moment."""
    return session.exec(
        select(m.Inbox)
        .where(m.Inbox.person_id == row.person_id, col(m.Inbox.id) < row.id, m.Inbox.at >= since)
        .order_by(col(m.Inbox.id).desc())
        .limit(1)
    ).first()


def came_since(session: Session, row: m.Inbox, moment: datetime) -> Sequence[m.Inbox]:
    """What the same person did before this, but after a moment of our own clock."""
    return session.exec(
        select(m.Inbox)
        .where(m.Inbox.person_id == row.person_id, col(m.Inbox.id) < row.id, col(m.Inbox.created_at) > moment)
        .order_by(col(m.Inbox.id))
    ).all()


def by_id(session: Session, inbox_id: int) -> m.Inbox | None:
    """What came in, by its number."""
    return session.get(m.Inbox, inbox_id)


def held(session: Session, inbox_id: int) -> m.Inbox:
    """The row, held against other processes until the transaction ends."""
    return session.get_one(m.Inbox, inbox_id, with_for_update=True, populate_existing=True)


def held_of_person(session: Session, inbox_id: int) -> tuple[m.Inbox, m.Person | None]:
    """The row, held in the same way, and who did it, if that was somebody we know."""
    return session.exec(_HELD, params={"id": inbox_id}).one()


_HELD = (
    select(m.Inbox, m.Person)
    .join(m.Person, col(m.Person.id) == col(m.Inbox.person_id), isouter=True)
    .where(col(m.Inbox.id) == sa.bindparam("id"))
    .with_for_update(of=m.Inbox)
    .execution_options(populate_existing=True)
)


def newest_id(session: Session) -> int:
    """The number of what came in last; 0 where nothing ever did."""
    return session.exec(select(sa.func.max(m.Inbox.id))).one() or 0


def not_yet_handled(
    session: Session, *, after: int, until: int, broken_since: datetime, attempts: int, limit: int = 200
) -> Sequence[m.Inbox]:
    """What was stored and not handled, because something stopped us; oldest first, behind `after` and up to `until`.

    What broke while it was handled counts too, if it came in since `broken_since` and was tried less than `attempts`
    times.
    """
    broken = sa.and_(
        col(m.Inbox.state) == m.InboxState.BROKEN,
        col(m.Inbox.at) >= broken_since,
        col(m.Inbox.attempts) < attempts,
    )
    return session.exec(
        select(m.Inbox)
        .where(sa.or_(col(m.Inbox.state) == m.InboxState.RECEIVED, broken))
        .where(col(m.Inbox.id) > after, col(m.Inbox.id) <= until)
        .order_by(col(m.Inbox.id))
        .limit(limit)
    ).all()


def undone(session: Session, limit: int) -> Sequence[m.Inbox]:
    """What was stored and is not done: what broke, and what waits; oldest first."""
    return session.exec(
        select(m.Inbox).where(m.Inbox.state != m.InboxState.DONE).order_by(col(m.Inbox.id)).limit(limit)
    ).all()


def count_undone(session: Session) -> int:
    """How many there are in all."""
    return session.exec(select(sa.func.count()).select_from(m.Inbox).where(m.Inbox.state != m.InboxState.DONE)).one()
