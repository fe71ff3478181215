"""Whoever answers, or goes away, while their question is planned or waits to be sent is not asked all the same."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Coroutine
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col, select
from structlog.testing import capture_logs

from bot.okr.localtime import instant
from bot.rituals.planner import plan_due
from storage import models as m
from storage.session import Database
from tests.scenarios.week import ASKED, ZONE, Pretend, Week
from tests.storage.databases import Kind

one_writer = pytest.mark.postgresql_only  # SQLite has one: nothing happens while a question is written down
WAITING = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    " AND state = 'active'"
)
A_MOMENT = 0.01
Act = Callable[[Pretend], Coroutine[Any, Any, object]]


@pytest.fixture
async def teams(tmp_path: Path, each_database: Kind, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Week]:
    """Five teams that all ask Nora; she is patient."""
    monkeypatch.setattr("tests.scenarios.week.BUSY_SECONDS", 60)
    week = Week(tmp_path, "five_teams.yaml")
    with capture_logs() as logged:
        week.logged = logged
        await week.stage.house.start()
        yield week
        week.end()


async def plan_while(week: Week, act: Act) -> None:
    """Another process plans; Nora acts when it has read what it plans by and is about to write the question down."""
    week.clock.move_to(instant(ASKED.date(), ASKED.time(), ZONE))
    loop = asyncio.get_running_loop()
    begun: list[Future[object]] = []
    planner = Database(week.url, week.clock)

    def acts(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith("INSERT INTO prompt ") or begun:
            return
        begun.append(asyncio.run_coroutine_threadsafe(act(week.person("nora")), loop))
        pause = threading.Event()
        with week.stage.db.engine.connect() as looking:
            while not begun[0].done() and not looking.exec_driver_sql(WAITING).scalar_one():
                looking.rollback()  # or what it sees would not change
                pause.wait(A_MOMENT)

    sa.event.listen(planner.engine, "before_cursor_execute", acts)
    try:
        await plan_due(planner, week.clock.now())
        await asyncio.wrap_future(begun[0])
    finally:
        planner.close()


def items_of(week: Week, handle: str) -> dict[str, m.ItemState]:
    """What became of each key result that somebody was asked about, by team."""

    def look(session: Session) -> dict[str, m.ItemState]:
        rows = session.exec(
            select(m.Team.key, m.PromptItem.state)
            .join(m.KeyResult, col(m.KeyResult.team_id) == col(m.Team.id))
            .join(m.PromptItem, col(m.PromptItem.kr_id) == col(m.KeyResult.id))
            .join(m.Prompt, col(m.Prompt.id) == col(m.PromptItem.prompt_id))
            .join(m.Person, col(m.Person.id) == col(m.Prompt.person_id))
            .where(m.Person.handle == handle)
        )
        return {key: m.ItemState(state) for key, state in rows}

    return week.look(look)


@one_writer
@pytest.mark.parametrize(
    ("words", "key"), [("Cups served 60", "ONE"), ("Bags tied 60", "FIV")], ids=["its own team", "a team it asks for"]
)
async def test_what_is_answered_meanwhile_is_not_asked(teams: Week, words: str, key: str) -> None:
    await plan_while(teams, lambda nora: nora.types(words))
    await teams.minutes(1)

    states = items_of(teams, "nora")
    assert [row.value for row in teams.said_of(f"{key}-1")] == [60]
    assert states.pop(key) is m.ItemState.ANSWERED
    assert set(states.values()) <= {m.ItemState.OPEN}


@one_writer
async def test_who_goes_away_meanwhile_is_not_asked(teams: Week) -> None:
    await plan_while(teams, lambda nora: nora.types("away until 30 Nov"))
    await teams.minutes(1)

    assert not [one for one in teams.person("nora").headers() if "check-in" in one.lower()]
    assert {reason for kind, reason in teams.not_sent() if kind == "check_in"}


async def planned_only(week: Week) -> None:
    """The questions are due and planned, and nothing has gone out yet."""
    week.clock.move_to(instant(ASKED.date(), ASKED.time(), ZONE))
    await plan_due(week.stage.db, week.clock.now())


async def test_what_is_answered_before_the_question_goes_out_is_not_asked(teams: Week) -> None:
    await planned_only(teams)
    nora = teams.person("nora")
    await nora.types("Cups served 60")

    nora.sees("Weekly check-in", "TWO-1 · Pots sold", "Where will it land by 31 Dec?")
    states = items_of(teams, "nora")
    assert states.pop("ONE") is m.ItemState.ANSWERED
    assert set(states.values()) == {m.ItemState.OPEN}


async def test_who_answered_everything_before_the_question_goes_out_gets_none(teams: Week) -> None:
    await planned_only(teams)
    ole = teams.person("ole")
    await ole.types("TWO-2 60, FIV-2 70")
    await teams.minutes(1)

    assert not [one for one in ole.headers() if "check-in" in one.lower()]
    assert ("check_in", "answered already") in teams.not_sent()


async def test_what_is_taken_back_is_asked_after_all(teams: Week) -> None:
    await planned_only(teams)
    ole = teams.person("ole")
    await ole.types("TWO-2 60, FIV-2 70")
    await ole.types("undo")
    await teams.minutes(1)

    ole.sees("Weekly check-in", "Lids sold", "Labels printed")
    assert set(items_of(teams, "ole").values()) == {m.ItemState.OPEN}
