"""What is asked every few seconds finds its rows by an index, however many messages were ever sent."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection
from sqlmodel import Session

from bot.clock import MovableClock
from storage import deliveries, doubts, leases, outbox
from storage import models as m
from storage.session import Database
from tests.storage.databases import MORNING, Company, Kind, found_company, new_database

HISTORY = 3000


@pytest.fixture
def db(tmp_path: Path, each_database: Kind) -> Iterator[Database]:
    """Years of messages that were sent, and a few of each other kind."""
    del each_database
    db = new_database(tmp_path, MovableClock(MORNING))
    db.write_now(_years, db.write_now(found_company))
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")
    yield db
    db.close()


def _years(session: Session, company: Company) -> None:
    states = [m.DeliveryState.SENT] * HISTORY + [
        state for state in m.DeliveryState if state is not m.DeliveryState.SENT for _ in range(5)
    ]
    rows: list[dict[str, Any]] = [
        {
            "workspace_id": company.workspace,
            "token": m.new_token(),
            "kind": "check_in",
            "subject": f"message {number}",
            "period": "2026-W46",
            "person_id": company.mei,
            "data": {},
            "state": state,
            "due_at": MORNING - timedelta(minutes=number),
            "created_at": MORNING,
            "updated_at": MORNING,
        }
        for number, state in enumerate(states)
    ]
    session.execute(sa.insert(m.Delivery), rows)


QUERIES: dict[str, tuple[Callable[[Session], object], str]] = {
    "what is due": (
        lambda session: outbox.due_through(session, 1, now=MORNING, limit=20),
        "ix_delivery_state_due_at",
    ),
    "what is outdated": (
        lambda session: deliveries.outdated_through(session, 1, limit=20),
        "ix_delivery_outdated",
    ),
    "what is waited for": (
        lambda session: deliveries.waited_for_through(session, 1, limit=20),
        "ix_delivery_outdated",
    ),
    "what has no lease": (lambda session: leases.give_leases(session, 75.0), "ix_delivery_state_due_at"),
    "what is past its lease": (lambda session: leases.lapsed(session), "ix_delivery_state_due_at"),
    "what is in doubt": (lambda session: doubts.to_look_for(session, limit=20), "ix_delivery_state_due_at"),
    "what may stand twice": (lambda session: doubts.to_sweep(session, 20), "ix_delivery_sweep_at"),
}


@pytest.mark.parametrize("name", QUERIES)
def test_a_hot_query_keeps_to_its_index(db: Database, name: str) -> None:
    query, index = QUERIES[name]

    (plan,) = db.read_now(_plans, query)

    assert index in plan, plan


def _plans(session: Session, query: Callable[[Session], object]) -> list[str]:
    """How the database goes about each statement about deliveries in `query`."""
    asked: list[tuple[str, Any]] = []

    def hear(_c: Connection, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> None:
        if "FROM delivery" in statement or statement.startswith("UPDATE delivery"):
            asked.append((statement, parameters))

    connection = session.connection()
    event.listen(connection, "before_cursor_execute", hear)
    query(session)
    event.remove(connection, "before_cursor_execute", hear)
    explain = "EXPLAIN QUERY PLAN " if connection.dialect.name == "sqlite" else "EXPLAIN "
    return [
        "\n".join(str(row[-1]) for row in connection.exec_driver_sql(explain + statement, parameters))
        for statement, parameters in asked
    ]
