"""Queries of people's own pages: one for each address that ever opened it, brought up to date while it is looked at."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from storage import deliveries, installations
from storage import models as m

KIND = "home"
FOLLOWED = timedelta(days=14)
"""For how long after it was opened a page follows what happens; later it is made anew when it is opened again."""


def open_page(session: Session, address: m.Address, now: datetime) -> m.Delivery:
    """The page of an address, asked for at once.

    It is a message that stands from the start, since every person has the page, blank at first: so it is only ever
    brought up to date, which may be done twice, and there is nothing about it to reconcile.
    """
    deliveries.plan_delivery(
        session,
        workspace_id=address.workspace_id,
        kind=KIND,
        subject=subject_of(address),
        period="once",
        due_at=now,
        now=now,
        person_id=address.person_id,
    )
    row = session.exec(
        select(m.Delivery)
        .where(m.Delivery.kind == KIND, m.Delivery.subject == subject_of(address))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    row.state, row.reason = m.DeliveryState.SENT, None
    row.person_id, row.due_at = address.person_id, now
    row.message = {
        "installation_id": address.installation_id,
        "channel": address.external_id,
        "message_id": KIND,
        "ref": {},
    }
    _ask_at_once(session, row, address.id, None)
    return row


def subject_of(address: m.Address) -> str:
    """What the page of an address is known by in the outbox."""
    return f"{KIND}:{address.id}"


def page_of(session: Session, installation_id: int, external_id: str) -> m.Delivery | None:
    """The page that somebody sees on a platform, if they ever opened it."""
    address = installations.address(session, installation_id, external_id)
    return None if address is None else deliveries.delivery_of(session, KIND, subject_of(address), "once")


def show_at_once(
    session: Session,
    person_id: int,
    now: datetime,
    *,
    on: m.Delivery | None = None,
    said: Mapping[str, Any] | None = None,
) -> None:
    """Somebody did something: their own pages show what came of it at once, and the one it was done on what was said.

    What was said before is said no longer.
    """
    rows = session.exec(_OWN, params={"person": person_id, "followed_since": now - FOLLOWED}).all()
    for row in rows:
        here = on is not None and row.id == on.id
        _ask_at_once(session, row, int(row.data["address"]), said if here else None)


def show_teams(session: Session, team_ids: Collection[int], now: datetime) -> None:
    """The pages of everybody who is in one of these teams, or answers for a part of it, show the newest in their turn.

    In a stable order, so that two transactions that change the same team wait for each other and never in a ring.
    """
    _show(session, now, _IN_TEAMS, teams=list(team_ids))


def show_person(session: Session, person_id: int, now: datetime) -> None:
    """Somebody's own pages show the newest in their turn."""
    _show(session, now, _OF_PERSON, person=person_id)


def show_everybody(session: Session, workspace_id: int, now: datetime) -> None:
    """All pages of a workspace show the newest in their turn."""
    _show(session, now, _OF_WORKSPACE, workspace=workspace_id)


def _show(session: Session, now: datetime, pages: SelectOfScalar[int], **whose: Any) -> None:
    found = session.exec(pages, params={"followed_since": now - FOLLOWED, **whose}).all()
    if found:
        deliveries.want_newest(session, col(m.Delivery.id).in_(found))


# What every press asks is put into words once: SQLAlchemy takes longer to build a statement than SQLite to answer it.
_FOLLOWED = (
    col(m.Delivery.kind) == KIND,
    col(m.Delivery.state) == m.DeliveryState.SENT,
    col(m.Delivery.due_at) >= sa.bindparam("followed_since"),
)
_OWN = (
    select(m.Delivery)
    .where(col(m.Delivery.person_id) == sa.bindparam("person"), *_FOLLOWED)
    .order_by(col(m.Delivery.id))
    .with_for_update()
    .execution_options(populate_existing=True)
)
_PAGES = select(m.Delivery.id).where(*_FOLLOWED).order_by(col(m.Delivery.id)).with_for_update()
_OF_PERSON = _PAGES.where(col(m.Delivery.person_id) == sa.bindparam("person"))
_OF_WORKSPACE = _PAGES.where(col(m.Delivery.workspace_id) == sa.bindparam("workspace"))
_TEAMS: sa.BindParameter[int] = sa.bindparam("teams", expanding=True)
_MEMBERS = select(m.Membership.person_id).where(col(m.Membership.team_id).in_(_TEAMS))
_OWNERS = select(m.KeyResult.lead_owner_id).where(col(m.KeyResult.team_id).in_(_TEAMS))
_SHARED = (
    select(m.CoOwner.person_id)
    .join(m.KeyResult, col(m.KeyResult.id) == col(m.CoOwner.kr_id))
    .where(col(m.KeyResult.team_id).in_(_TEAMS))
)
_IN_TEAMS = _PAGES.where(or_(*(col(m.Delivery.person_id).in_(whose) for whose in (_MEMBERS, _OWNERS, _SHARED))))


def _ask_at_once(session: Session, row: m.Delivery, address_id: int, said: Mapping[str, Any] | None) -> None:
    row.wanted_rev += 1
    row.data = {"address": address_id, deliveries.AT_ONCE: row.wanted_rev, **({"said": dict(said)} if said else {})}
    session.add(row)
    session.flush()
