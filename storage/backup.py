"""A copy of a SQLite database, made while it is in use, and the way back. PostgreSQL has tools of its own."""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa
from sqlmodel import Session, col

from storage import models as m
from storage.engine import BUSY_SECONDS, sqlite_file
from storage.problems import StorageProblem
from storage.revisions import known_revisions

OF_POSTGRESQL = (
    "This database is PostgreSQL's: back it up with pg_dump --format=custom, and bring it back with pg_restore "
    "(docs/operate.md)."
)
MAYBE_SENT = "a backup was brought back, and it may have been sent before"
"""The reason of messages that are left out after a restore: whether they had gone out, only the lost database knew."""
ALONGSIDE = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside its file; left behind by another database, it would spoil this one."""
IN_USE = "{file} is open in another program, so it is not put aside and nothing was changed; close that one first."


def back_up(url: str, target: Path) -> int:
    """Write a whole, checked copy of the database to `target`, a file that is not there yet. Returns its bytes.

    Okra may run meanwhile; the copy is what was true at one moment. Raises `StorageProblem`, and leaves nothing then.
    """
    source = _file(url)
    if not source.is_file():
        raise StorageProblem(f"There is no database at {source} yet, so there is nothing to back up.")
    if target.exists():
        raise StorageProblem(f"{target} is there already; name a file that is not.")
    partial = target.with_name(f".{target.name}.partial")
    try:
        os.close(os.open(partial, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600))  # what people said is nobody else's
        with closing(_read_only(source)) as db, closing(sqlite3.connect(partial)) as copy:
            db.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file and nothing beside it
        _check(partial)
        _to_disk(partial)
        partial.replace(target)
        _to_disk(target.parent)
    except (sqlite3.Error, OSError) as error:
        raise StorageProblem(f"The backup could not be written to {target}: {_why(error)}.") from error
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
    return target.stat().st_size


def bring_back(
    url: str, backup: Path, *, replace: bool, now: datetime, make_ready: Callable[[str], None]
) -> Path | None:
    """Put a backup in the database's place. Returns where the database that stood there is kept now, if one did.

    `make_ready` is given the URL of a copy beside it and does all that is to be done before anybody may use it; only
    then the copy takes the place, in one step: whoever looks finds the old database or the new one, never something
    between. Nobody may send from it meanwhile (`storage.lock`). Raises `StorageProblem`, as `make_ready` may; then
    everything is as it was.
    """
    target = _file(url).resolve()  # a link goes on pointing at it
    if not backup.is_file():
        raise StorageProblem(f"There is no file {backup}.")
    partial = target.with_name(f".{target.name}.restoring")
    try:
        _check(backup)
        is_there = target.exists()
        if is_there and target.samefile(backup):
            raise StorageProblem(f"{backup} is the database itself; name a backup of it.")
        if is_there and not replace:
            raise StorageProblem(f"There is a database at {target} already; say --replace to put it aside.")
        _remove(partial)  # of a restore that was cut off
        _copy(backup, partial)
        make_ready(f"sqlite:///{partial}")
        with _by_itself(partial):
            _to_disk(partial)
        if is_there:
            return _exchange(target, partial, now)
        _remove(target)  # what a database that is gone left beside its name
        partial.replace(target)
        _to_disk(target.parent)
    except (sqlite3.Error, OSError) as error:
        raise StorageProblem(f"The backup {backup} could not be brought back: {_why(error)}.") from error
    finally:
        with suppress(OSError):
            _remove(partial)
    return None


def leave_out_what_was_due(session: Session, now: datetime) -> int:
    """After a restore: messages whose moment has passed are not sent, for they may have been. Returns how many.

    Nobody is asked twice; who was not asked is reached by the next reminder, or says it unasked.
    """
    left_out = session.execute(
        sa.update(m.Delivery)
        .where(col(m.Delivery.state) == m.DeliveryState.PLANNED, col(m.Delivery.due_at) <= now)
        .values(state=m.DeliveryState.SKIPPED, reason=MAYBE_SENT, updated_at=now)
        .execution_options(synchronize_session=False)
    )
    return int(getattr(left_out, "rowcount", 0))


def _file(url: str) -> Path:
    file = sqlite_file(url)
    if file is None:
        raise StorageProblem(OF_POSTGRESQL)
    return file


def _exchange(target: Path, new: Path, now: datetime) -> Path:
    """Put a database in the place of another one, which gets a second name before; there is one at every moment."""
    aside = target.with_name(f"{target.name}.before-{now.astimezone(UTC):%Y%m%d-%H%M%S-%f}")
    with _by_itself(target):
        try:
            os.link(target, aside)
        except OSError:  # not every file system knows a second name for a file
            _copy(target, aside)
        try:
            _to_disk(target.parent)
            new.replace(target)
        except OSError:
            aside.unlink()
            raise
    _to_disk(target.parent)
    return aside


@contextmanager
def _by_itself(file: Path) -> Iterator[None]:
    """Hold a database that nobody else has open, whole in its one file. Raises `StorageProblem` if somebody has it."""
    with closing(sqlite3.connect(file, timeout=BUSY_SECONDS, isolation_level=None)) as db:
        try:
            (busy, _, _) = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            if busy:  # somebody still reads what only stands beside the file
                raise StorageProblem(IN_USE.format(file=file))
            db.execute("PRAGMA journal_mode=DELETE")  # refused as long as anybody else has it open
            db.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise StorageProblem(IN_USE.format(file=file)) from error
            raise
        yield


def _copy(source: Path, target: Path) -> None:
    """A copy of a file for its owner alone, on disk; nothing is left of one that fails."""
    handle = os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)  # what people said is nobody else's
    try:
        with source.open("rb") as read, os.fdopen(handle, "wb") as written:
            shutil.copyfileobj(read, written)
        _to_disk(target)
    except OSError:
        target.unlink()
        raise


def _remove(file: Path) -> None:
    """Take away a database that may be there, or what is left of one."""
    for name in (file.name, *(file.name + suffix for suffix in ALONGSIDE)):
        file.with_name(name).unlink(missing_ok=True)


def _check(file: Path) -> None:
    """Raises `StorageProblem` where a file is no whole database of an Okra that this version can use."""
    try:
        with closing(_read_only(file)) as db:
            (found,) = db.execute("PRAGMA integrity_check(1)").fetchone()
            row = db.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error as error:
        raise StorageProblem(f"{file} is no database of Okra's ({_why(error)}).") from error
    if found != "ok":
        raise StorageProblem(f"{file} is damaged: {found}.")
    if row is None or row[0] not in known_revisions():
        raise StorageProblem(f"{file} was written by a newer version of Okra; use that version.")


def _read_only(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _why(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error)
