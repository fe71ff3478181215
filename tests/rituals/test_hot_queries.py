"""What is asked all day long finds its rows by index, on both databases, however long the history is."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import event
from sqlmodel import Session, col, select

from bot.clock import MovableClock
from bot.okr.model import CheckInKind
from bot.rituals.planner import plan_teams
from bot.views.facts import facts_of_teams
from bot.views.team import team_view
from storage import agendas, deliveries, outbox, sheets, taking
from storage import models as m
from storage.generated import write_company
from storage.session import Database
from tests.bench.large import ASKED_AT, FOUNDED, Size, large_company
from tests.storage.databases import Kind, new_database, on

TEAMS = 40
WEEKS = 40
"""Of history behind the newest week."""
LARGE = ("delivery", "agenda", "check_in", "prompt", "prompt_item")
"""What grows with every week, or is looked at by every tick."""
NOW = ASKED_AT + timedelta(minutes=1)
PERIOD = "2026-11-03"
Ask = Callable[[Session], object]


def _teams(session: Session) -> list[m.Team]:
    return list(session.exec(select(m.Team).order_by(col(m.Team.id)).limit(1)))


def _place(session: Session) -> int:
    return session.exec(select(m.Installation.id)).one()


def _a_sheet(session: Session) -> object:
    keys = [("check_in", f"person:{number}", PERIOD) for number in range(1, 21)]
    return sheets.open_sheet(session, NOW, keys, [(1, PERIOD), (2, PERIOD)], [(1, m.RitualKind.DIGEST, PERIOD)])


HOT: dict[str, Ask] = {
    "due agendas": lambda session: agendas.due_teams(session, NOW),
    "taking teams": lambda session: taking.take(session, [1, 2, 3], NOW, NOW),
    "due deliveries": lambda session: outbox.due_through(session, _place(session), now=NOW, limit=50),
    "outdated": lambda session: deliveries.outdated_through(session, _place(session), limit=50),
    "waited for": lambda session: deliveries.waited_for_through(session, _place(session), limit=50),
    "a board": lambda session: team_view(session, _teams(session)[0], NOW),
    "facts of teams": lambda session: facts_of_teams(session, _teams(session), NOW),
    "a sheet": _a_sheet,
    "items of a question": lambda session: agendas.items_of(session, 1),
    "the newest question": lambda session: agendas.newest_prompt(session, 1),
}


@pytest.fixture(scope="module", params=list(Kind))
def large(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A company with months of history, the same for all tests of this module."""
    with on(request.param):
        clock = MovableClock(FOUNDED)
        db = new_database(tmp_path_factory.mktemp("large"), clock)
        db.write_now(write_company, large_company(Size(teams=TEAMS)))
        clock.move_to(ASKED_AT)
        db.write_now(lambda session: plan_teams(session, list(agendas.due_teams(session, ASKED_AT)), ASKED_AT))
        db.write_now(_history)
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("ANALYZE")
        db.engine.dispose()  # no test is left with a connection that another one opened
        yield db
        db.close()


def _history(session: Session) -> None:
    """Every week looks like the newest one; what was sent then stands there and shows the newest."""
    tables = m.Row.metadata.tables
    connection = session.connection()
    newest = {name: connection.execute(sa.select(sa.func.max(tables[name].c.id))).scalar_one() for name in LARGE}
    for week in range(1, WEEKS + 1):
        prompt_id = tables["prompt"].c.id + newest["prompt"] * week
        for name, other in (
            ("prompt", {"id": prompt_id, "period": tables["prompt"].c.period + f"-{week}"}),
            ("prompt_item", {"prompt_id": tables["prompt_item"].c.prompt_id + newest["prompt"] * week}),
            (
                "delivery",
                {
                    "period": tables["delivery"].c.period + f"-{week}",
                    "prompt_id": tables["delivery"].c.prompt_id + newest["prompt"] * week,
                    "state": sa.literal("sent"),
                    "sending_at": tables["delivery"].c.due_at,
                },
            ),
        ):
            _again(session, tables[name], newest[name], week, other)
    krs = tables["key_result"]
    for week in range(WEEKS):
        connection.execute(
            sa.insert(m.CheckIn).from_select(
                ["token", "kr_id", "by_id", "at", "day", "kind", "source", "blocked", "help_wanted", "approx",
                 "after_meeting", "workspace_id", "created_at", "updated_at"],
                sa.select(
                    krs.c.token + f"-{week}", krs.c.id, krs.c.lead_owner_id,
                    sa.literal(NOW - timedelta(weeks=week), type_=tables["check_in"].c.at.type),
                    sa.literal((NOW - timedelta(weeks=week)).date()), sa.literal(CheckInKind.CONFIRM.value),
                    sa.literal("button"), sa.false(), sa.false(), sa.false(), sa.false(), krs.c.workspace_id,
                    krs.c.created_at, krs.c.created_at,
                ),
            )
        )  # fmt: skip


def _again(session: Session, table: sa.Table, last: int, week: int, other: dict[str, Any]) -> None:
    columns = [one for one in table.c if one.name != "id" or "id" in other]
    values = {"token": table.c.token + f"-{week}", **other}
    chosen = sa.select(*(values.get(one.name, one) for one in columns)).where(table.c.id <= last)
    session.connection().execute(sa.insert(table).from_select([one.name for one in columns], chosen))


def explained(db: Database, ask: Ask) -> list[str]:
    """How the database goes about all statements of a query, line by line."""
    lines: list[str] = []

    def explain(session: Session) -> None:
        asked: list[tuple[str, Any]] = []

        def gather(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
            asked.append((statement, parameters))

        event.listen(db.engine, "before_cursor_execute", gather)
        try:
            ask(session)
        finally:
            event.remove(db.engine, "before_cursor_execute", gather)
        if not db.is_sqlite:  # what a look into an index costs on a disk without moving parts
            session.connection().exec_driver_sql("SET LOCAL random_page_cost = 1.1")
        how = "EXPLAIN QUERY PLAN " if db.is_sqlite else "EXPLAIN "
        for statement, parameters in asked:
            for row in session.connection().exec_driver_sql(how + statement, parameters):
                lines.append(str(row[-1] if db.is_sqlite else row[0]))

    db.read_now(explain)
    db.engine.dispose()
    return lines


def whole_tables(lines: list[str]) -> list[str]:
    """The lines that go through a large table from its first row to its last."""
    named = "|".join(LARGE)
    return [one for one in lines if re.search(rf"(SCAN|Seq Scan on) ({named})\b", one)]


@pytest.mark.parametrize("what", HOT)
def test_it_goes_by_index(large: Database, what: str) -> None:
    lines = explained(large, HOT[what])

    assert lines
    assert not whole_tables(lines), "\n".join(lines)


def test_a_query_without_an_index_would_be_seen(large: Database) -> None:
    def unindexed(session: Session) -> object:
        return session.exec(select(m.Delivery.id).where(m.Delivery.reason == "nobody asks for this")).all()

    assert whole_tables(explained(large, unindexed))
