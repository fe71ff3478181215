"""A connection that a test leaves open is told of in that test; the garbage collector would blame a later one."""

import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import event
from sqlalchemy.pool import Pool

OURS = Path(__file__).resolve().parents[2]

Connection = psycopg.Connection[Any] | sqlite3.Connection

_open: dict[int, tuple[Connection, str]] = {}
"""Every connection that an engine has open now, and who opened it. None of them is collected, for it stands here."""


def watch() -> None:
    """Know the connections of all engines from now on."""
    event.listen(Pool, "connect", _opened)
    event.listen(Pool, "close", _closed)


def close_left_open(folder: Path | None) -> list[str]:
    """Close what is connected to a database that only this test had: one of a server, or a file in its folder.

    Returns a sentence for each. A file elsewhere belongs to several tests and may stay open.
    """
    told = []
    for key, (connection, who) in list(_open.items()):
        database = _database(connection)
        if isinstance(database, Path) and (folder is None or not database.is_relative_to(folder)):
            continue
        del _open[key]
        if database is not None:
            connection.close()
            told.append(f"This test left a connection to {database} open, which was made in\n{who}")
    return told


def _opened(connection: Connection, _record: object) -> None:
    _open[id(connection)] = connection, "\n".join(f"  {place}" for place in _places())


def _closed(connection: Connection, _record: object) -> None:
    _open.pop(id(connection), None)


def _places() -> Iterator[str]:
    """The lines of our own code that are being run, the innermost first."""
    frame = sys._getframe(2)
    while frame.f_back is not None:
        frame = frame.f_back
        file = Path(frame.f_code.co_filename)
        if file.is_relative_to(OURS) and "site-packages" not in file.parts:
            yield f"{file.relative_to(OURS)}:{frame.f_lineno} in {frame.f_code.co_name}"


def _database(connection: Connection) -> Path | str | None:
    """The file, or the name of the server's database; None where nothing is open any more."""
    if isinstance(connection, psycopg.Connection):
        return None if connection.closed else connection.info.dbname
    try:
        return Path(connection.execute("PRAGMA database_list").fetchone()[2])
    except sqlite3.ProgrammingError:  # closed
        return None
