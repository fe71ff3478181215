"""A database that is in trouble: away for a while, or on a disk without room."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlmodel import Session, select

from storage import models as m
from storage.engine import sqlite_file
from storage.models.base import new_token
from storage.problems import StorageProblem
from storage.session import Database
from tests.storage.databases import MORNING, held, url_of

PLENTY = 1_000_000_000


@contextmanager
def away(db: Database) -> Iterator[None]:
    """The database is gone meanwhile: PostgreSQL ends every connection and takes no new one, as it does while it stops
    and starts; a SQLite file is held by another program."""
    url = url_of(db)
    if sqlite_file(url) is not None:
        with held(url):
            yield
        return
    name = make_url(url).database
    _on_server(url, f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
    _on_server(url, f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")  # noqa: S608
    try:
        yield
    finally:
        _on_server(url, f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')


def _on_server(url: str, statement: str) -> None:
    own = make_url(url).set(drivername="postgresql", database="postgres").render_as_string(hide_password=False)
    with psycopg.connect(own, autocommit=True) as connection:
        connection.execute(statement.encode())


@contextmanager
def disk_full(db: Database) -> Iterator[None]:
    """Meanwhile a SQLite file can grow no more, and the pages of its outbox are full."""

    def bounded(connection: Any, _record: object, _proxy: object) -> None:
        connection.execute("PRAGMA max_page_count = 1")  # never less than what there is

    def free(connection: Any, _record: object, _proxy: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {PLENTY}")

    with db.engine.connect() as connection:
        connection.exec_driver_sql("VACUUM")
    event.listen(db.engine, "checkout", bounded)
    for size in (3000, 1000, 300, 1):
        with suppress(StorageProblem):
            for _ in range(100):
                db.write_now(_one_more, size)
    try:
        yield
    finally:
        event.remove(db.engine, "checkout", bounded)
        event.listen(db.engine, "checkout", free)


def _one_more(session: Session, size: int) -> None:
    """A message that was not sent, which takes room."""
    person = session.exec(select(m.Person)).first()
    assert person is not None
    session.add(
        m.Delivery(
            workspace_id=person.workspace_id,
            person_id=person.id,
            kind="bulky",
            subject=new_token(),
            period="once",
            due_at=MORNING,
            state=m.DeliveryState.SKIPPED,
            data={"room": "x" * size},
        )
    )


def rows(db: Database, table: str) -> int:
    """How many rows a table has."""
    return db.read_now(lambda session: int(session.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar_one()))  # noqa: S608
