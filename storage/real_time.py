"""Real time, as all processes on one database agree on it: for leases, rests and pacing, never for what is due.

Somebody may set the clock of the database, by an hour say. What was put off then stands further in the future than
anything is ever put off, and counts as over.
"""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.sql.elements import SQLCoreOperations
from sqlmodel import Session

from storage.types import Instant

REAL_CLOCK = "real_clock"
"""Under which a session's `info` may hold a clock of its own (`Database(..., real_clock=...)`): tests move it."""


def real_now(session: Session) -> datetime:
    """The present moment by the database's clock, aware, in UTC.

    Replicas may disagree about the time; the server that they share does not. SQLite has one machine, and its clock.
    """
    clock = session.info.get(REAL_CLOCK)
    if clock is not None:
        moment: datetime = clock.now()
        return moment
    if session.get_bind().dialect.name == "sqlite":
        return datetime.now(UTC)
    moment = session.execute(_NOW).scalar_one()
    return moment.astimezone(UTC)


_NOW = sa.select(sa.func.clock_timestamp())

LONGEST_REST = 3000.0
"""Real seconds: nothing rests, or is put off, for longer; so that a clock set back by an hour is noticed in time."""
REAL = "real_now"
"""The parameter of a query that asks whether something `is_past`."""
_FAR = "real_far"


def real_moments(session: Session) -> dict[str, datetime]:
    """The parameters of a query that asks whether something `is_past`."""
    real = real_now(session)
    return {REAL: real, _FAR: real + timedelta(seconds=LONGEST_REST)}


def is_past(moment: SQLCoreOperations[datetime | None]) -> sa.ColumnElement[bool]:
    """Within a query: whether a moment of real time is over, or further away than anything is put off."""
    return sa.or_(moment <= sa.bindparam(REAL, type_=Instant), moment > sa.bindparam(_FAR, type_=Instant))


def seconds_until(moment: datetime | None, real: datetime, most: float = LONGEST_REST) -> float:
    """Real seconds until then; 0 where it is over, or further away than `most`, as nobody would put it now."""
    seconds = 0.0 if moment is None else (moment - real).total_seconds()
    return seconds if 0.0 < seconds <= most else 0.0
