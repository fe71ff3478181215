"""Whose turn it is to write somewhere, shared by all processes on one database: turns taken, and pauses asked for.

One row for each scope. All is told in seconds from now, so that nobody compares their own clock with the database's.
"""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from storage import models as m
from storage.real_time import REAL_CLOCK, real_now, seconds_until
from storage.types import Instant

LONGEST_PAUSE = 3600.0
"""Seconds. What is further away was written before somebody set the clock, and counts as over."""
LONGEST_QUEUE = 60.0
"""Seconds: nobody takes turns that are further away, so whatever is, counts as free now."""
_LONGEST_SCOPE = 200


def installation_scope(installation_id: int) -> str:
    """All that is written to one workspace or tenant."""
    return f"installation:{installation_id}"


def channel_scope(installation_id: int, external_id: str) -> str:
    """What is written to one channel; an id that is too long for its column is known by its digest."""
    scope = f"channel:{installation_id}:{external_id}"
    if len(scope) <= _LONGEST_SCOPE:
        return scope
    return f"channel:{installation_id}:#{hashlib.sha256(external_id.encode()).hexdigest()}"


def pages_scope(installation_id: int) -> str:
    """The pages of people's own that are shown in one workspace."""
    return f"pages:{installation_id}"


@dataclass(frozen=True, slots=True)
class Turns:
    """What one process took, or what there is to take; in seconds from the moment at which the database was asked."""

    first_in: float
    """0 where the turn is now."""
    paused_for: float = 0.0
    """How long nothing may leave, because the platform asked for it."""


def take_turns(session: Session, scope: str, count: int, gap: float) -> Turns:
    """Take the next `count` turns, `gap` seconds apart. PostgreSQL only: on SQLite nobody else takes any.

    One statement, which waits for whoever is taking some at this moment (`Database.write_in_turn`).
    """
    now = _now(session)
    span = sa.literal(timedelta(seconds=count * gap), sa.Interval())
    next_at = sa.type_coerce(col(m.Pace.next_at), _MOMENT)
    in_reach = sa.literal(timedelta(seconds=LONGEST_QUEUE), sa.Interval())
    free = sa.case((next_at.between(now, now + in_reach), next_at), else_=now)
    taken = session.execute(
        postgresql.insert(m.Pace)
        .values(scope=scope, next_at=now + span, **_stamps(session))
        .on_conflict_do_update(index_elements=["scope"], set_={"next_at": free + span})
        .returning(
            sa.type_coerce(now, _MOMENT).label("now"),
            sa.type_coerce(col(m.Pace.next_at), _MOMENT).label("next_at"),
            sa.type_coerce(col(m.Pace.paused_until), _MOMENT).label("paused_until"),
        )
    ).one()
    first_in = (taken.next_at - taken.now).total_seconds() - count * gap
    return Turns(max(0.0, first_in), seconds_until(taken.paused_until, taken.now, LONGEST_PAUSE))


def pause(session: Session, scope: str, seconds: float) -> None:
    """Let nothing leave for so long; a longer pause that runs already stays. At most `LONGEST_PAUSE`."""
    now = real_now(session)
    until = now + timedelta(seconds=min(seconds, LONGEST_PAUSE))
    stands = col(m.Pace.paused_until)
    longer = stands.between(until, now + timedelta(seconds=LONGEST_PAUSE))
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    session.execute(
        insert(m.Pace)
        .values(scope=scope, paused_until=until, **_stamps(session))
        .on_conflict_do_update(
            index_elements=["scope"],
            set_={"paused_until": sa.case((longer, stands), else_=sa.literal(until, Instant()))},
        )
    )


def look(session: Session, scopes: Collection[str]) -> dict[str, Turns]:
    """How these scopes stand now. Takes nothing."""
    now = real_now(session)
    rows = session.execute(
        sa.select(col(m.Pace.scope), col(m.Pace.next_at), col(m.Pace.paused_until)).where(col(m.Pace.scope).in_(scopes))
    )
    found = {
        scope: Turns(seconds_until(next_at, now, LONGEST_QUEUE), seconds_until(paused_until, now, LONGEST_PAUSE))
        for scope, next_at, paused_until in rows
    }
    return {scope: found.get(scope, Turns(0.0)) for scope in scopes}


_MOMENT = sa.DateTime(timezone=True)


def _now(session: Session) -> sa.ColumnElement[datetime]:
    """The present moment within a statement, the same wherever it stands there."""
    clock = session.info.get(REAL_CLOCK)
    if clock is not None:
        return sa.literal(clock.now(), _MOMENT)
    return sa.func.statement_timestamp(type_=_MOMENT)


def _stamps(session: Session) -> dict[str, datetime]:
    """When the row was made, which every row tells."""
    return {"created_at": session.info["now"], "updated_at": session.info["now"]}
