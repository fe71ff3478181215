"""Where the database is, and an engine that keeps Okra's rules for it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import unquote

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import URL, Engine, ExceptionContext, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection

from storage.problems import StorageProblem

BUSY_SECONDS = 2.0
"""How long to wait for another program's lock: a person must hear within Slack's three seconds that it was in vain."""
STANDING_STILL_SECONDS = 30
"""How long one of our transactions may do nothing before PostgreSQL ends it. Ours do nothing for milliseconds; one that
stands still belongs to a process that is frozen or a machine that is gone, and its locks hold up a whole workspace."""
GONE_SECONDS = 30
"""How long either side of a connection waits for a machine that does not answer at all."""


_CONNECTION = {
    "connect_timeout": 10,
    "keepalives": 1,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 4,
    "tcp_user_timeout": GONE_SECONDS * 1000,
}
"""How we notice that the server's machine is gone (libpq's names; it ignores them where there is no network)."""
_SESSION = {
    "idle_in_transaction_session_timeout": f"{STANDING_STILL_SECONDS}s",
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "4",
    "tcp_user_timeout": f"{GONE_SECONDS}s",
}
"""How the server notices that we are gone."""


def sqlite_file(url: str) -> Path | None:
    """The file of a SQLite database; None for any other. Raises `StorageProblem` if it would live in memory."""
    parsed = _parsed(url)
    if parsed.get_backend_name() != "sqlite":
        return None
    name = parsed.database or ""
    if name.startswith("file:"):  # SQLite's own form: file:path?mode=ro&uri=true
        name = unquote(name.removeprefix("file:")).removeprefix("//")
    if name in ("", ":memory:") or parsed.query.get("mode") == "memory":
        raise StorageProblem("DATABASE_URL must name a SQLite file; a database in memory would lose what people say.")
    return Path(name)


def place_of(url: str) -> str:
    """How a message names the database: the file, or the server without its password."""
    file = sqlite_file(url)
    if file is not None:
        return str(file)
    parsed = _parsed(url)
    return f"The database server at {parsed.host or 'this machine'}"


class FileWatch:
    """Notices that a SQLite file was moved or deleted: SQLite goes on writing, into a file that nobody will open again.

    It knows the file from the first time that it is asked.
    """

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._known: tuple[int, int] | None = None

    def must_be_in_place(self) -> None:
        """Raises `StorageProblem` if another file, or none, stands under the name now. Costs microseconds."""
        if self._file is None:
            return
        try:
            found = self._file.stat()
        except OSError:
            present = None
        else:
            present = (found.st_dev, found.st_ino)
        self._known = self._known or present
        if present is None or present != self._known:
            raise StorageProblem(
                f"The database file {self._file} was moved or replaced while Okra runs, so nothing more is saved; "
                "put it back and start Okra again."
            )


def make_engine(url: str, *, busy_seconds: float = BUSY_SECONDS) -> Engine:
    """An engine with Okra's rules for its database: on SQLite durable commits, WAL and foreign keys.

    Its errors name no values: what people say must not end up in a log.
    """
    parsed = _parsed(url)
    if sqlite_file(url) is None:
        # What the address itself says about the connection stays as it is.
        given = {name: value for name, value in _CONNECTION.items() if name not in parsed.query}
        return _patient(
            sa.create_engine(parsed, hide_parameters=True, pool_pre_ping=True, connect_args=given), busy_seconds
        )
    patience = {"timeout": busy_seconds, "check_same_thread": False}
    engine = sa.create_engine(parsed, hide_parameters=True, connect_args=patience)

    @event.listens_for(engine, "connect")
    def _set_up(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves; the driver's own way breaks snapshots
        with _closed_if_it_fails(connection), closing(connection.cursor()) as cursor:
            cursor.execute("PRAGMA foreign_keys=ON")
            try:
                # FULL: a power cut must not take a reply that was acknowledged (NORMAL may, in WAL mode).
                cursor.execute("PRAGMA synchronous=FULL")
                cursor.execute("PRAGMA journal_mode=WAL")
            except sqlite3.OperationalError as error:
                # A database that cannot be written to can still be read (an export of a backup).
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_READONLY:
                    raise

    return engine


def _patient(engine: Engine, busy_seconds: float) -> Engine:
    """On PostgreSQL, too, a lock that somebody keeps is waited for, and can be kept, only so long."""

    @event.listens_for(engine, "connect")
    def _set_up(connection: DBAPIConnection, _record: object) -> None:
        with _closed_if_it_fails(connection), closing(connection.cursor()) as cursor:
            cursor.execute(f"SET lock_timeout = {int(busy_seconds * 1000)}")
            for name, value in _SESSION.items():
                # A server that does not know one of them (an old one has no tcp_user_timeout) does without it.
                cursor.execute("SELECT set_config(name, %s, false) FROM pg_settings WHERE name = %s", (value, name))
            connection.commit()

    @event.listens_for(engine, "handle_error")
    def _keep_to_the_first_line(context: ExceptionContext) -> None:
        # The lines behind it quote the row that was refused, and so what people said; an error may end up in a log.
        problem = context.sqlalchemy_exception
        if isinstance(problem, sa.exc.DBAPIError):
            for error in (problem, problem.orig):
                if error is not None and error.args:
                    error.args = (str(error.args[0]).partition("\n")[0], *error.args[1:])

    return engine


@contextmanager
def _closed_if_it_fails(connection: DBAPIConnection | sqlite3.Connection) -> Iterator[None]:
    """While it is set up a connection is not in the pool yet, so nobody else would close it."""
    try:
        yield
    except BaseException:
        connection.close()
        raise


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
        parsed.get_dialect()
    except sa.exc.ArgumentError as error:  # its text may hold the password, so it is not repeated
        raise StorageProblem("DATABASE_URL cannot be read; it looks like sqlite:///okra.db.") from error
    except ImportError as error:
        raise StorageProblem("DATABASE_URL must begin with sqlite:/// or postgresql://.") from error
    if parsed.get_backend_name() not in ("sqlite", "postgresql", "postgres"):
        raise StorageProblem("DATABASE_URL must begin with sqlite:/// or postgresql://.")
    if parsed.drivername in ("postgres", "postgresql"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    return parsed
