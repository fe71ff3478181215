"""The locks of a migration on PostgreSQL, so that it stops a running Okra only for moments."""

import time
from collections.abc import Callable

import sqlalchemy as sa

from storage.problems import DatabaseBusy

ONE_AT_A_TIME = 0x6F6B7261
"""Any number that nobody else takes on the same server; this one spells our name."""
LOCK_SECONDS = 5.0
"""How long a change waits for a table. Whoever wants the same table meanwhile stands in the queue behind it."""
REST_SECONDS = 5.0
"""How long those in the queue are let through before the next try."""
TRIES = 18
"""Three minutes in all."""
IN_THE_WAY = ("55P03", "40P01")
"""Somebody holds a table; somebody and we hold what the other one wants."""


def change_in_tries(connection: sa.Connection, change: Callable[[], None]) -> None:
    """Run `change` in a transaction in which it is the only migration; again, from the beginning, if a lock is in the
    way. `change` commits. Raises `DatabaseBusy` when that was tried long enough; then nothing is changed.
    """
    for number in range(TRIES):
        if number:
            rest()
        # One replica migrates, the others wait, as long as it takes, and find it done.
        connection.execute(sa.text("SET LOCAL lock_timeout = 0"))
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": ONE_AT_A_TIME})
        connection.execute(sa.text(f"SET LOCAL lock_timeout = {int(LOCK_SECONDS * 1000)}"))
        try:
            change()
        except sa.exc.DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) not in IN_THE_WAY:
                raise
            connection.rollback()
        else:
            return
    raise DatabaseBusy(
        "The database could not be brought up to date, because another program has kept a table of it for minutes; "
        "nothing of it was changed, so let that program (a report, a copy) end and start Okra again."
    )


def rest() -> None:
    """Leave the tables to the others for a moment."""
    time.sleep(REST_SECONDS)
