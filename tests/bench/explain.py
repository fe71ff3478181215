"""How the databases go about what is asked all day long, in a company of a realistic size, for whoever wants to see it.

Run as `python -m tests.bench explain [--key-results 20000]`: on each database every statement with its plan. That they
go by index is tested (`tests/rituals/test_hot_queries.py`); here it can be read.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlmodel import Session, col, select

from bot.clock import MovableClock
from bot.okr.digesting import is_on_board
from bot.rituals.planner import plan_teams
from bot.views.digest_facts import digest_facts
from bot.views.team import STALLED_WEEKS, team_shown
from bot.views.visible import Audience
from storage import agendas, check_ins, deliveries, inbox, outbox
from storage import models as m
from storage.generated import write_company
from storage.session import Database, bring_up_to_date
from tests.bench.large import ASKED_AT, FOUNDED, OWNERS, SAID_AT, Size, large_company
from tests.bench.raw import table_of
from tests.bench.table import tell

NOW = ASKED_AT + timedelta(minutes=1)
WEEKS = 13
"""Of history: what was said and sent in each of them."""
AT_ONCE = 100
"""Teams that are planned in one transaction."""
WIDTH = 400
"""So much of a statement is shown."""
Ask = Callable[[Session], object]


@dataclass(frozen=True, slots=True)
class Plan:
    """A statement, and how the database goes about it, line by line."""

    statement: str
    lines: tuple[str, ...]


def plans_of(db: Database, ask: Ask) -> list[Plan]:
    """The plans of all statements that `ask` leads to; what it changes is thrown away."""

    def explain(session: Session) -> list[Plan]:
        asked: list[tuple[str, Any]] = []

        def gather(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
            asked.append((statement, parameters))

        event.listen(db.engine, "before_cursor_execute", gather)
        try:
            ask(session)
        finally:
            event.remove(db.engine, "before_cursor_execute", gather)
        connection = session.connection()
        if not db.is_sqlite:  # what a look into an index costs on a disk without moving parts
            connection.exec_driver_sql("SET LOCAL random_page_cost = 1.1")
        how = "EXPLAIN QUERY PLAN " if db.is_sqlite else "EXPLAIN (COSTS OFF) "
        return [
            Plan(
                _in_short(statement),
                tuple(str(row[-1]) for row in connection.exec_driver_sql(how + statement, parameters)),
            )
            for statement, parameters in asked
        ]

    return db.read_now(explain)


def _in_short(statement: str) -> str:
    """A statement on one line, without the names of the columns that it fetches."""
    line = re.sub(r"\s+", " ", statement)
    line = re.sub(r"SELECT ((?!SELECT ).)*? FROM ", "SELECT ... FROM ", line)
    line = re.sub(r"(%\(\w+\)s(::\w+)?|\?)(, (%\(\w+\)s(::\w+)?|\?))+", "?, ...", line)
    return line if len(line) <= WIDTH else line[: WIDTH - 1] + "…"


def hot_queries(session: Session) -> dict[str, Ask]:
    """What a busy day asks, by name, of the first team and what is due there."""
    team = session.exec(select(m.Team).order_by(col(m.Team.id)).limit(1)).one()
    place = session.exec(select(m.Installation)).one()
    message = session.exec(
        select(m.Delivery).where(m.Delivery.state == m.DeliveryState.PLANNED).order_by(col(m.Delivery.id)).limit(1)
    ).one()
    known = session.exec(select(m.Inbox.key).order_by(col(m.Inbox.id)).limit(1)).one()
    krs = [one.row.id for one in team_shown(session, team, NOW).key_results if is_on_board(one.state)]
    return {
        "teams that have something due": lambda s: agendas.due_teams(s, NOW),
        "messages that are due": lambda s: outbox.due_through(s, place.id, now=NOW, limit=50),
        "messages that show something old": lambda s: deliveries.outdated_through(s, place.id, limit=50),
        "claiming a message": lambda s: deliveries.claim(s, message, owner="me", address={}, now=NOW, lease=60.0),
        "has this come in already?": lambda s: inbox.stored_under(s, place.id, known),
        "storing it, once": lambda s: inbox.store(
            s, installation=place, key=known, person_id=None, body={}, at=NOW, now=NOW
        ),
        "what was said lately": lambda s: check_ins.said_lately(s, krs, NOW - STALLED_WEEKS),
        "a board": lambda s: team_shown(s, s.get_one(m.Team, team.id), NOW),
        "a digest": lambda s: digest_facts(s, s.get_one(m.Team, team.id), None, NOW, Audience.TEAM),
    }


def busy_company(url: str, key_results: int) -> Database:
    """A company on a Monday on which everybody is asked, with some weeks behind it. The caller closes it."""
    size = Size(max(1, key_results // (3 * OWNERS)), said=True)
    clock = MovableClock(FOUNDED)
    bring_up_to_date(url)
    db = Database(url, clock)
    db.write_now(write_company, large_company(size))
    clock.move_to(ASKED_AT)
    due = list(db.read_now(agendas.due_teams, ASKED_AT))
    for first in range(0, len(due), AT_ONCE):
        db.write_now(plan_teams, due[first : first + AT_ONCE], ASKED_AT)
    db.write_now(_weeks_before)
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")
    return db


def _weeks_before(session: Session) -> None:
    """What was said and sent, once more for each week before; and what it came in with."""
    said, sent, came = table_of(m.CheckIn), table_of(m.Delivery), table_of(m.Inbox)
    newest = {table: session.execute(sa.select(sa.func.max(table.c.id))).scalar_one() for table in (said, sent)}
    place = session.exec(select(m.Installation)).one()
    for week in range(WEEKS):
        at = SAID_AT - timedelta(weeks=week)
        if week:
            then = {"at": at, "day": at.date(), "token": said.c.token + f".{week}"}
            _copy(session, said, newest[said], then)
            gone = {"period": sent.c.period + f".{week}", "token": sent.c.token + f".{week}", "sending_at": at}
            _copy(session, sent, newest[sent], {**gone, "due_at": at, "state": m.DeliveryState.SENT})
        told = {
            "workspace_id": place.workspace_id,
            "installation_id": place.id,
            "key": said.c.token + f":{week}",
            "person_id": said.c.by_id,
            "body": {},
            "at": at,
            "state": m.InboxState.DONE,
            "attempts": 1,
            "created_at": at,
            "updated_at": at,
        }
        values = [_typed(came.c[name], value) for name, value in told.items()]
        chosen = sa.select(*values).where(said.c.id <= newest[said])
        session.execute(sa.insert(came).from_select(list(told), chosen))


def _copy(session: Session, table: sa.Table, last: int, other: dict[str, Any]) -> None:
    columns = [column for column in table.c if column.name != "id"]
    values = [_typed(column, other.get(column.name, column)) for column in columns]
    chosen = sa.select(*values).where(table.c.id <= last)
    session.execute(sa.insert(table).from_select([column.name for column in columns], chosen))


def _typed(column: sa.Column[Any], value: Any) -> sa.ColumnElement[Any]:
    return value if isinstance(value, sa.ColumnElement) else sa.literal(value, column.type)


def explain(name: str, url: str, key_results: int) -> None:
    """Say all plans of one database. A statement that was said already is not said again."""
    db = busy_company(url, key_results)
    try:
        tell(f"\n{name}: {_rows_of(db)}")
        said: set[str] = set()
        for what, ask in db.read_now(hot_queries).items():
            tell(f"\n  {what}")
            for plan in plans_of(db, ask):
                if plan.statement in said:
                    continue
                said.add(plan.statement)
                tell(f"    {plan.statement}")
                for line in plan.lines:
                    tell(f"      | {line}")
    finally:
        db.close()


def _rows_of(db: Database) -> str:
    def counted(session: Session) -> str:
        tables = [table_of(one) for one in (m.KeyResult, m.Agenda, m.Delivery, m.CheckIn, m.Inbox)]
        counts = [(session.execute(sa.select(sa.func.count()).select_from(one)).scalar_one(), one) for one in tables]
        return ", ".join(f"{count:,} rows of {table.name}" for count, table in counts)

    return db.read_now(counted)
