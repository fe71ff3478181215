"""Planning many teams together writes what planning them one after the other writes; several processes share them."""

import asyncio
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col, select
from structlog.testing import capture_logs

from bot.cli.generating.company import company_of
from bot.cli.generating.frame import Order
from bot.clock import MovableClock
from bot.okr.model import KRState
from bot.rituals import planner
from bot.rituals.planner import plan_due, plan_team
from storage import models as m
from storage.agendas import due_teams
from storage.generated import write_company
from storage.okr_files import OkrFile, apply, read_okr_file
from storage.problems import DatabaseBusy
from storage.session import Database
from tests.bench.large import ASKED_AT, FOUNDED, Size, large_company
from tests.storage.databases import Kind, new_database

ORDER = Order(teams=12, krs=5, weeks=4, seed=3, today=date(2026, 11, 5))
WEEKS = 2
ROOT = Path(__file__).parents[2]
EXAMPLES = (
    ROOT / "examples" / "teebee.yaml",
    ROOT / "tests" / "scenarios" / "five_teams.yaml",
    ROOT / "tests" / "scenarios" / "elsewhere.yaml",
    ROOT / "tests" / "scenarios" / "every_kind.yaml",
)
Put = Callable[[Session, datetime], object]
Row = tuple[Any, ...]


def _generated(session: Session, _now: datetime) -> object:
    return write_company(session, company_of(ORDER))


def _from_file(path: Path) -> Put:
    file = read_okr_file(path.read_bytes(), path.name)
    assert isinstance(file, OkrFile)
    return lambda session, now: apply(session, file, now)


def _plan_one_by_one(db: Database, now: datetime) -> None:
    looked_at: set[int] = set()
    while teams := [one for one in db.read_now(due_teams, now) if one not in looked_at]:
        looked_at.update(teams)
        for team_id in teams:
            db.write_now(plan_team, team_id, now)


def _live(session: Session, now: datetime, dice: random.Random) -> None:
    """What happens between two ticks: what is due is sent, people answer, go away, and key results change hands."""
    due = select(m.Delivery).where(m.Delivery.state == m.DeliveryState.PLANNED, col(m.Delivery.due_at) <= now)
    for row in session.exec(due.order_by(m.Delivery.kind, m.Delivery.subject, m.Delivery.period)):
        row.state, row.sending_at, row.sent_at = m.DeliveryState.SENT, now, now
    items = select(m.PromptItem).join(m.Prompt).where(m.PromptItem.state == m.ItemState.OPEN)
    for item in session.exec(items.order_by(col(m.Prompt.person_id), col(m.Prompt.period), col(m.PromptItem.kr_id))):
        if dice.random() < 0.3:
            item.state = m.ItemState.ANSWERED
            kr = session.get_one(m.KeyResult, item.kr_id)
            if kr.id % 2:
                kr.current = replace(kr.current, updated_on=now.date())
    people = session.exec(select(m.Person).order_by(col(m.Person.id))).all()
    away, stand_in = dice.choice(people), dice.choice(people)
    if dice.random() < 0.3:
        until = now.date() + timedelta(days=dice.randint(0, 4))
        session.add(
            m.Away(
                workspace_id=away.workspace_id, person_id=away.id, delegate_id=stand_in.id, first_day=now.date(),
                last_day=until,
            )
        )  # fmt: skip
    krs = session.exec(select(m.KeyResult).order_by(col(m.KeyResult.id))).all()
    if dice.random() < 0.3:
        dice.choice(krs).lead_owner_id = dice.choice(people).id
    paused = dice.choice(krs)
    if dice.random() < 0.2:
        paused.state, paused.paused_from, paused.paused_until = (
            KRState.PAUSED,
            now.date(),
            now.date() + timedelta(days=2),
        )
    session.execute(
        sa.update(m.Agenda).where(col(m.Agenda.team_id) == dice.choice(krs).team_id).values(next_due_at=now)
    )


def _written(session: Session) -> dict[str, list[Row]]:
    """Everything that planning wrote, without what differs from one time to the other: keys and tokens."""
    deliveries = sa.text(
        "SELECT d.kind, d.subject, d.period, d.person_id, d.team_id, p.period, d.data, d.state, d.reason, d.due_at,"
        " d.created_at, d.attempts, d.wanted_rev, d.shown_rev FROM delivery d LEFT JOIN prompt p ON p.id = d.prompt_id"
    )
    prompts = sa.text("SELECT person_id, kind, period, state, snoozes, first_ever, health, created_at FROM prompt")
    items = sa.text(
        "SELECT p.person_id, p.period, r.team_id, r.kind, r.period, i.kr_id, i.state, i.created_at FROM prompt_item i"
        " JOIN prompt p ON p.id = i.prompt_id JOIN ritual_run r ON r.id = i.run_id"
    )
    runs = sa.text("SELECT team_id, kind, period, meeting_id, meeting_at, digest_at, state FROM ritual_run")
    agenda = sa.text("SELECT team_id, kind, next_due_at FROM agenda")
    changes = sa.text("SELECT entity_id, field, old, new, at FROM change")
    named = {"delivery": deliveries, "prompt": prompts, "item": items, "run": runs, "agenda": agenda, "change": changes}
    return {
        name: sorted((tuple(map(str, row)) for row in session.execute(query)), key=repr)
        for name, query in named.items()
    }


def _moments(began: datetime) -> Iterator[datetime]:
    midnight = began.replace(hour=0, minute=0)
    for day in range(WEEKS * 7):
        for hour, minute in ((8, 5), (9, 0), (15, 2)):
            at = midnight + timedelta(days=day, hours=hour, minutes=minute)
            if at > began:
                yield at


@pytest.mark.parametrize(
    "put", [_generated, *map(_from_file, EXAMPLES)], ids=["made up", *(one.stem for one in EXAMPLES)]
)
async def test_planning_together_writes_what_planning_one_by_one_writes(
    put: Put, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planner, "TOGETHER", 6)
    began = ORDER.now
    clock = MovableClock(began)
    together, apart = new_database(tmp_path, clock), new_database(tmp_path, clock)
    dice = random.Random(7)  # noqa: S311 - no secret
    try:
        for db in (together, apart):
            db.write_now(put, began)
        for now in _moments(began):
            clock.move_to(now)
            with capture_logs() as told:
                await plan_due(together, now)
            assert not [one for one in told if one["log_level"] == "error"]
            _plan_one_by_one(apart, now)
            ours, theirs = together.read_now(_written), apart.read_now(_written)
            for table in ours:
                assert set(ours[table]) ^ set(theirs[table]) == set(), (now, table)
            assert ours == theirs
            seed = dice.random()
            for db in (together, apart):
                db.write_now(_live, now, random.Random(seed))  # noqa: S311 - no secret
        assert together.read_now(_written)["delivery"]
    finally:
        together.close()
        apart.close()


async def test_several_planners_share_the_teams_and_plan_each_message_once(
    tmp_path: Path, each_database: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planner, "TOGETHER", 2)
    size = Size(teams=12)
    clock = MovableClock(FOUNDED)
    db = new_database(tmp_path, clock)
    url = db.engine.url.render_as_string(hide_password=False)
    # SQLite has one process; there a tick may only overlap the next one.
    others = [Database(url, clock) if each_database is Kind.POSTGRESQL else db for _ in range(2)]
    try:
        db.write_now(write_company, large_company(size))
        clock.move_to(ASKED_AT)
        added = await asyncio.gather(*(plan_due(one, clock.now()) for one in (db, *others)))
        written = db.read_now(_written)
        questions = [row for row in written["delivery"] if row[0] == "check_in"]
        assert len(questions) == size.check_ins
        assert len(written["item"]) == size.check_ins * size.krs_each
        assert len(added) == 3
        assert await plan_due(db, clock.now()) == 0
        if each_database is Kind.POSTGRESQL:
            assert sum(one > 0 for one in added) > 1
    finally:
        for one in (db, *others):
            one.close()


@pytest.mark.postgresql_only  # SQLite has one writer, so nobody else can hold a team
async def test_the_teams_that_somebody_holds_are_left_to_them_and_planned_when_they_are_gone(
    tmp_path: Path, each_database: Kind
) -> None:
    clock = MovableClock(FOUNDED)
    db = new_database(tmp_path, clock)
    try:
        db.write_now(write_company, large_company(Size(teams=3)))
        clock.move_to(ASKED_AT)
        first = db.read_now(due_teams, clock.now())[0]
        with Session(db.engine) as killed:
            killed.exec(select(m.Agenda).where(m.Agenda.team_id == first).with_for_update()).all()
            await plan_due(db, clock.now())
            assert db.read_now(due_teams, clock.now()) == [first]
        await plan_due(db, clock.now())
        assert len([row for row in db.read_now(_written)["delivery"] if row[0] == "check_in"]) == 30
    finally:
        db.close()


@pytest.mark.postgresql_only  # SQLite has one lock for all
async def test_a_team_whose_rows_somebody_holds_stops_no_other_and_is_planned_when_they_are_free(
    tmp_path: Path, each_database: Kind
) -> None:
    clock = MovableClock(FOUNDED)
    db = new_database(tmp_path, clock)
    try:
        db.write_now(write_company, large_company(Size(teams=3)))
        clock.move_to(ASKED_AT)
        first = db.read_now(due_teams, clock.now())[0]
        with Session(db.engine) as frozen, capture_logs() as logged:
            frozen.exec(select(m.Team).where(m.Team.id == first).with_for_update()).all()
            with pytest.raises(DatabaseBusy):
                await plan_due(db, clock.now())
            assert db.read_now(due_teams, clock.now()) == [first]
        assert [entry["team"] for entry in logged if entry["event"] == "cannot plan yet"] == [first]
        await plan_due(db, clock.now())
        assert len([row for row in db.read_now(_written)["delivery"] if row[0] == "check_in"]) == 30
    finally:
        db.close()


async def test_an_hour_back_or_forward_asks_nobody_twice_and_leaves_nobody_out(tmp_path: Path) -> None:
    clock = MovableClock(FOUNDED)
    db = new_database(tmp_path, clock)
    size = Size(teams=3)
    try:
        db.write_now(write_company, large_company(size))
        for hours in (-1, 0, -1, 1, 0, 2):
            clock.move_to(ASKED_AT + timedelta(hours=hours))
            await asyncio.gather(plan_due(db, clock.now()), plan_due(db, clock.now()))  # a slow tick, and the next
        written = db.read_now(_written)
        assert len([row for row in written["delivery"] if row[0] == "check_in"]) == size.check_ins
        assert len(written["prompt"]) == size.check_ins
    finally:
        db.close()
