"""What can be wrong with the database, each as one sentence for the person who runs Okra."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError


class StorageProblem(Exception):
    """The database cannot be used as it is; the text is one sentence that says why and what to do."""


class DatabaseBusy(StorageProblem):
    """Another program holds the database locked. Nothing was written; it may be tried again."""


class WriteConflict(DatabaseBusy):
    """PostgreSQL undid one of two transactions that read what the other wrote. Doing it over is the remedy."""


class CannotSave(StorageProblem):
    """It can be read, and nothing can be saved: its disk is full or broken, or it is read-only."""


@contextmanager
def told_plainly(place: str) -> Iterator[None]:
    """Turn what a driver says about an unusable database into a `StorageProblem`; `place` names the database.

    Mistakes of ours (a broken constraint, a wrong statement) pass through as they are.
    """
    try:
        yield
    except DBAPIError as error:
        problem = _problem(error, place)
        if problem is None:
            raise
        raise problem from error


def is_trouble(error: DBAPIError) -> bool:
    """Whether the database cannot be used as it is; else the mistake is ours."""
    return _problem(error, "") is not None


def _problem(error: DBAPIError, place: str) -> StorageProblem | None:
    if isinstance(error.orig, sqlite3.Error):
        return _sqlite_problem(error.orig, place)
    return _postgresql_problem(error, place)


def _sqlite_problem(error: sqlite3.Error, place: str) -> StorageProblem | None:
    code = getattr(error, "sqlite_errorcode", None)  # absent where the driver itself refuses, before SQLite is asked
    if code is None:
        return None
    match code & 0xFF:  # the low byte is the kind, the rest says more about it (sqlite.org/rescode.html)
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return _busy()
        case sqlite3.SQLITE_READONLY:
            return _read_only()
        case sqlite3.SQLITE_FULL:
            return _full()
        case sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM:
            return StorageProblem(
                f"The database file {place} cannot be opened; check that it is a file, "
                "in a folder that exists and is writable."
            )
        case sqlite3.SQLITE_NOTADB:
            return StorageProblem(f"{place} is not a SQLite database; DATABASE_URL must name a database file.")
        case sqlite3.SQLITE_CORRUPT:
            return StorageProblem(f"The database file {place} is damaged; stop Okra and restore a backup.")
        case sqlite3.SQLITE_IOERR:
            return CannotSave(
                f"The disk that holds {place} reports errors, so nothing was saved; check the disk, then try again."
            )
    return None


def _postgresql_problem(error: DBAPIError, place: str) -> StorageProblem | None:
    state = getattr(error.orig, "sqlstate", None)
    match state:
        case "40P01" | "40001":  # deadlock, serialization failure
            return WriteConflict(str(_busy()))
        case "55P03":  # no lock within lock_timeout
            return _busy()
        case "25006":
            return _read_only()
        case "53100":
            return _full()
        case "25P03":  # idle_in_transaction_session_timeout
            return StorageProblem(
                f"{place} ended a transaction that stood still for too long, so nothing was saved; try again."
            )
        case "28000" | "28P01":
            return StorageProblem(f"{place} refuses the name or the password in DATABASE_URL; correct them.")
        case "3D000":
            return StorageProblem(f"There is no such database on the server ({place}); create it first.")
    shutting_down = state is not None and state.startswith(("08", "57P"))
    never_answered = state is None and type(error.orig).__name__ == "OperationalError"
    if shutting_down or never_answered or error.connection_invalidated:
        return StorageProblem(f"{place} cannot be reached; check that it runs and that DATABASE_URL names it.")
    return None


def _busy() -> DatabaseBusy:
    return DatabaseBusy("Another program holds the database locked, so nothing was saved; close it and try again.")


def _read_only() -> CannotSave:
    return CannotSave(
        "The database is read-only, so nothing can be saved; make the file and its folder writable, then try again."
    )


def _full() -> CannotSave:
    return CannotSave("The disk is full, so nothing can be saved; make room and try again.")
