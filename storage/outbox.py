"""Queries of what is due now, and of the installation through which it would leave."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from storage import models as m
from storage.deliveries import does_not_rest
from storage.real_time import real_moments
from storage.types import BigId, Instant
from storage.ways import NOT_INSTALLED, WAITS_FOR_INSTALLING, goes_nowhere, goes_through, may_go_through


@dataclass(frozen=True, slots=True)
class Due:
    """A message whose time has come: enough to decide about its turn."""

    id: int
    kind: str
    due_at: datetime
    person_id: int | None = None
    team_id: int | None = None
    inbox_id: int | None = None
    """What it answers, if it is an answer."""


def due_through(
    session: Session,
    installation_id: int | None,
    *,
    now: datetime,
    limit: int,
    kinds: Collection[str] = (),
    other_kinds_than: Collection[str] = (),
    after: Due | None = None,
) -> list[Due]:
    """What is planned for now or earlier, does not rest, and would go out through this installation, oldest first.

    None stands for messages that have nowhere to go, but for those that wait until Okra is installed again. `after`
    goes on behind a message that was seen already.

    Through which installation something goes takes a while to find out. So that is asked of the next few only, and of
    all others that are due where these were mostly another's.
    """
    params: dict[str, Any] = {"now": now, "most": max(WINDOW, 2 * limit), **real_moments(session)}
    if installation_id is None:
        params["waits"] = now - WAITS_FOR_INSTALLING
    if kinds:
        params["kinds"] = list(kinds)
    if other_kinds_than:
        params["other_kinds"] = list(other_kinds_than)
    if after is not None:
        params |= {"after_at": after.due_at, "after": after.id}
    near = session.execute(_due_query(frozenset(params)), params).all()
    found = [Due(*row) for *row, through in near if through == installation_id][:limit]
    if len(found) == limit or len(near) < params["most"]:
        return found
    last = Due(*near[-1][:-1])
    params |= {"after_at": last.due_at, "after": last.id, "most": limit - len(found)}
    params["nowhere" if installation_id is None else "installation"] = installation_id
    return [*found, *(Due(*row[:-1]) for row in session.execute(_due_query(frozenset(params)), params))]


WINDOW = 100
"""Messages that are looked at one by one, before all that are due are searched."""


@cache
def _due_query(given: frozenset[str]) -> sa.Select[Any]:
    """The query of `due_through` for these parameters: it is asked several times a tick, and slower built than run."""
    through = goes_through()
    query = (
        sa.select(
            col(m.Delivery.id),
            col(m.Delivery.kind),
            col(m.Delivery.due_at),
            col(m.Delivery.person_id),
            col(m.Delivery.team_id),
            col(m.Delivery.data)["inbox_id"].as_integer(),
            through.label("through"),
        )
        .where(col(m.Delivery.state) == m.DeliveryState.PLANNED, col(m.Delivery.due_at) <= sa.bindparam("now"))
        .where(does_not_rest())
        .order_by(col(m.Delivery.due_at), col(m.Delivery.id))
        .limit(sa.bindparam("most"))
    )
    if "waits" in given:
        told = sa.and_(col(m.Delivery.reason) == NOT_INSTALLED, col(m.Delivery.due_at) > sa.bindparam("waits"))
        query = query.where(told.is_not(True))
    if "kinds" in given:
        query = query.where(col(m.Delivery.kind).in_(sa.bindparam("kinds", expanding=True)))
    if "other_kinds" in given:
        query = query.where(col(m.Delivery.kind).not_in(sa.bindparam("other_kinds", expanding=True)))
    if "after" in given:
        at = sa.bindparam("after_at", type_=Instant)
        same_moment = sa.and_(col(m.Delivery.due_at) == at, col(m.Delivery.id) > sa.bindparam("after"))
        query = query.where(col(m.Delivery.due_at) >= at, sa.or_(col(m.Delivery.due_at) > at, same_moment))
    if "installation" in given:
        installation = sa.bindparam("installation", type_=BigId)
        query = query.where(may_go_through(installation), through == installation)
    if "nowhere" in given:
        query = query.where(goes_nowhere())
    return query


def not_connected(session: Session, installation_id: int, reason: str, now: datetime) -> int:
    """Say of everything that is due through an installation why it stays. Returns how many were told so anew."""
    said = session.execute(
        sa.update(m.Delivery)
        .where(col(m.Delivery.state) == m.DeliveryState.PLANNED, col(m.Delivery.due_at) <= now)
        .where(col(m.Delivery.reason).is_distinct_from(reason))
        .where(may_go_through(sa.literal(installation_id)), goes_through() == installation_id)
        .values(reason=reason, updated_at=now)
        .execution_options(synchronize_session=False)
    )
    return int(said.rowcount)  # type: ignore[attr-defined] # it is a cursor's result
