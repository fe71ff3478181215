"""What is under way is counted by index, and no count tells of one person."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from bot.clock import MovableClock
from bot.okr.model import KRType
from storage import models as m
from storage import under_way
from storage.session import Database
from storage.ways import NOT_INSTALLED
from tests.storage.databases import MORNING, Company, found_company, new_database
from tests.storage.test_hot_queries import _plans

REAL = datetime.fromisoformat("2027-01-01T00:00:00+00:00")
HOUR = timedelta(hours=1)


class Books:
    """A database, and what a test writes into it."""

    def __init__(self, db: Database, company: Company) -> None:
        self.db = db
        self.company = company
        self._number = 0

    def message(self, state: str, due: timedelta, **more: Any) -> None:
        self._number += 1
        values = {"kind": "check_in", "subject": f"s{self._number}", "period": "p", "person_id": self.company.mei}
        due_at = MORNING + due
        state_ = m.DeliveryState(state)

        def write(session: Session) -> None:
            session.add(
                m.Delivery(workspace_id=self.company.workspace, state=state_, due_at=due_at, **{**values, **more})
            )

        self.db.write_now(write)

    def add(self, *rows: Any) -> None:
        self.db.write_now(lambda session: session.add_all(rows))

    def lags(self) -> under_way.Lags:
        return self.db.read_now(under_way.lags, MORNING)


@pytest.fixture
def books(tmp_path: Path) -> Iterator[Books]:
    db = new_database(tmp_path, MovableClock(MORNING), real_clock=MovableClock(REAL))
    yield Books(db, db.write_now(found_company))
    db.close()


def test_messages_count_by_state_kind_and_reason(books: Books) -> None:
    books.message("sent", -HOUR)
    books.message("sent", -HOUR, kind="digest")
    books.message("sent", -timedelta(days=8))
    books.message("unknown", -timedelta(days=80))
    books.message("skipped", -HOUR, reason="away")
    books.message("skipped", -HOUR, reason="away")

    found = {
        (one.state.value, one.kind, one.reason): one.number for one in books.db.read_now(under_way.messages, MORNING)
    }

    assert found == {
        ("sent", "check_in", None): 1,
        ("sent", "digest", None): 1,
        ("unknown", "check_in", None): 1,
        ("skipped", "check_in", "away"): 2,
    }


def test_an_empty_house_lags_behind_with_nothing(books: Books) -> None:
    assert books.lags() == under_way.Lags(0.0, 0.0, 0.0, 0, 0)


def test_what_rests_or_has_no_way_is_no_lag(books: Books) -> None:
    books.message("planned", -5 * HOUR, not_before=REAL + HOUR / 2)
    books.message("planned", -4 * HOUR, reason=NOT_INSTALLED)
    books.message("planned", HOUR)
    assert books.lags().delivery == 0.0

    books.message("planned", -2 * HOUR, not_before=REAL - HOUR)
    assert books.lags().delivery == 7200.0


def test_the_other_lags(books: Books) -> None:
    def said(key: str, state: m.InboxState) -> m.Inbox:
        return m.Inbox(
            workspace_id=books.company.workspace,
            installation_id=books.company.console,
            key=key,
            body={},
            at=MORNING,
            state=state,
            created_at=MORNING - timedelta(minutes=5),
        )

    books.add(said("a", m.InboxState.RECEIVED), said("b", m.InboxState.BROKEN), said("c", m.InboxState.DONE))
    books.add(
        m.Agenda(
            workspace_id=books.company.workspace,
            team_id=books.company.team,
            kind=m.RitualKind.DIGEST,
            next_due_at=MORNING - timedelta(seconds=90),
        ),
        m.Pace(scope="installation:1", paused_until=REAL + HOUR),
        m.Pace(scope="installation:2", paused_until=REAL - HOUR),
        m.Pace(scope="installation:3"),
    )

    assert books.lags() == under_way.Lags(delivery=0.0, inbox=300.0, tick=90.0, broken=1, pauses=1)


def asked(books: Books, people: int, *, digest_at: datetime = MORNING - HOUR, period: str = "2026-11-12") -> None:
    """So many people were asked about a key result each; the first has answered."""

    def write(session: Session) -> None:
        work = books.company.workspace
        cycle = m.Cycle(workspace_id=work, name=period, first_day=date(2026, 10, 1), last_day=date(2026, 12, 31))
        session.add(cycle)
        session.flush()
        goal = m.Objective(workspace_id=work, team_id=books.company.team, cycle_id=cycle.id, title="Grow")
        run = m.RitualRun(
            workspace_id=work,
            team_id=books.company.team,
            kind=m.RitualKind.WEEKLY_CHECK_IN,
            period=period,
            digest_at=digest_at,
        )
        session.add_all([goal, run])
        session.flush()
        for number in range(people):
            person = m.Person(workspace_id=work, handle=f"{period}{number}", display_name="P", short_name="P")
            kr = m.KeyResult(
                workspace_id=work,
                objective_id=goal.id,
                team_id=books.company.team,
                cycle_id=cycle.id,
                number=number,
                title="T",
                short_title="T",
                type=KRType.INCREASE,
                start=cycle.first_day,
                due=cycle.last_day,
            )
            session.add_all([person, kr])
            session.flush()
            prompt = m.Prompt(workspace_id=work, person_id=person.id, kind=run.kind, period=period)
            session.add(prompt)
            session.flush()
            state = m.ItemState.OPEN if number else m.ItemState.ANSWERED
            session.add(m.PromptItem(workspace_id=work, prompt_id=prompt.id, run_id=run.id, kr_id=kr.id, state=state))

    books.db.write_now(write)


def participation(books: Books) -> list[under_way.TeamWeek]:
    return books.db.read_now(under_way.participation, MORNING)


def test_a_team_counts_once_its_week_is_closed(books: Books) -> None:
    asked(books, 4)
    asked(books, 3, digest_at=MORNING + HOUR, period="2026-11-19")

    assert participation(books) == [under_way.TeamWeek("Teebee", "GRO", asked=4, answered=1)]


def test_where_two_were_asked_nothing_is_told(books: Books) -> None:
    asked(books, 2)

    assert participation(books) == []


def test_a_team_that_was_last_asked_a_month_ago_has_no_week(books: Books) -> None:
    asked(books, 4, digest_at=MORNING - timedelta(days=30), period="2026-10-13")

    assert participation(books) == []


def _years(session: Session, company: Company) -> None:
    rows = [
        {
            "workspace_id": company.workspace,
            "token": m.new_token(),
            "kind": "check_in",
            "subject": f"message {number}",
            "period": "2026-W46",
            "person_id": company.mei,
            "data": {},
            "state": m.DeliveryState.SENT,
            "due_at": MORNING - timedelta(hours=number),
            "created_at": MORNING,
            "updated_at": MORNING,
        }
        for number in range(3000)
    ]
    session.execute(sa.insert(m.Delivery), rows)


QUERIES: dict[str, Callable[[Session], object]] = {
    "messages": lambda session: under_way.messages(session, MORNING),
    "lags": lambda session: under_way.lags(session, MORNING),
}


@pytest.mark.parametrize("name", QUERIES)
def test_history_is_not_read(books: Books, name: str) -> None:
    books.db.write_now(_years, books.company)
    with books.db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")

    for plan in books.db.read_now(_plans, QUERIES[name]):
        assert "ix_delivery_state_due_at" in plan, plan
