"""Real time, as all processes on one database agree on it: for leases, rests and pacing, never for what is due."""

from datetime import UTC, datetime

import sqlalchemy as sa
from sqlmodel import Session

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
