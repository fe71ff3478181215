"""A process that is frozen in a transaction, or whose machine is gone, holds up the others only for a while."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import Session, select

from bot.clock import MovableClock
from storage import models as m
from storage.engine import make_engine
from storage.problems import StorageProblem
from storage.session import Database
from tests.storage.databases import MORNING, Kind, new_database, on, url_of


@pytest.fixture
def _on_each() -> None:
    """Instead of the one for both databases: SQLite's lock ends with whoever holds it, and there is one process."""


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    with on(Kind.POSTGRESQL):
        opened = new_database(tmp_path, MovableClock(MORNING))
        opened.write_now(lambda session: session.add(m.Workspace(name="Teebee")))
        yield opened
        opened.close()


def rename(session: Session, name: str) -> None:
    row = session.exec(select(m.Workspace).with_for_update()).one()
    row.name = name
    session.add(row)


def test_the_server_ends_it_and_whoever_waits_goes_on_as_does_the_one_that_wakes_up(db: Database) -> None:
    patient = Database(url_of(db), MovableClock(MORNING), busy_seconds=20)

    def stand_still(session: Session) -> None:
        session.connection().exec_driver_sql("SET idle_in_transaction_session_timeout = '200ms'")
        rename(session, "Half-way")
        session.flush()
        patient.write_now(rename, "Another")  # it waits until this one, which says nothing meanwhile, is ended

    try:
        with pytest.raises(StorageProblem) as raised:
            db.write_now(stand_still)
    finally:
        patient.close()

    told = str(raised.value)
    assert "stood still" in told
    assert told.endswith("try again.")
    assert "\n" not in told
    assert db.read_now(lambda session: session.exec(select(m.Workspace.name)).all()) == ["Another"]
    db.write_now(rename, "Again")
    assert db.read_now(lambda session: session.exec(select(m.Workspace.name)).all()) == ["Again"]


def test_every_connection_has_the_limits(db: Database) -> None:
    with db.engine.connect() as connection:
        connection.rollback()
        idle = connection.exec_driver_sql("SHOW idle_in_transaction_session_timeout").scalar_one()
        gone = connection.exec_driver_sql("SHOW tcp_user_timeout").scalar_one()
        network = connection.exec_driver_sql("SELECT inet_client_addr()").scalar_one() is not None

    assert idle == "30s"
    assert gone == ("30s" if network else "0"), "a socket has none"


def test_what_the_address_says_about_the_connection_is_kept(db: Database) -> None:
    engine = make_engine(
        str(sa.make_url(url_of(db)).update_query_dict({"connect_timeout": "3"}).render_as_string(False))
    )
    try:
        with engine.connect() as connection:
            driver = connection.connection.driver_connection
            assert driver is not None
            told = driver.info.get_parameters()
    finally:
        engine.dispose()

    assert (told["connect_timeout"], told["keepalives_idle"], told["tcp_user_timeout"]) == ("3", "10", "30000")
