"""A made-up company in storage: complete, consistent with its own rows, and no hindrance to what comes after it."""

from pathlib import Path

import pytest
from sqlmodel import Session, col, func, select

from bot.cli.generating.company import company_of
from bot.cli.generating.frame import Order
from bot.clock import MovableClock
from bot.okr import model as okr
from bot.okr.history import replay
from bot.rituals.planner import plan_team
from storage import models as m
from storage.agendas import due_teams
from storage.check_ins import history_of
from storage.generated import Written, is_there, write_company
from storage.okr_files.exporting import export_json
from storage.okrs import definition, parts_of
from storage.session import Database
from tests.storage.databases import new_database

ORDER = Order(teams=12, krs=8, weeks=10, seed=7)


@pytest.fixture
def db(tmp_path: Path) -> Database:
    """A new database at the company's moment."""
    return new_database(tmp_path, MovableClock(ORDER.now))


def _write(session: Session, order: Order) -> Written:
    return write_company(session, company_of(order))


def _count(session: Session, table: type[m.Row]) -> int:
    return session.exec(select(func.count()).select_from(table)).one()


def test_replaying_the_rows_of_every_key_result_gives_what_stands_on_it(db: Database) -> None:
    def look(session: Session) -> None:
        _write(session, ORDER)
        rows = session.exec(select(m.KeyResult)).all()
        parts = parts_of(session, [row.id for row in rows])
        teams = {team.id: team for team in session.exec(select(m.Team))}
        for row in rows:
            history = history_of(session, row.id)
            again = replay(definition(row, teams[row.team_id], parts), history.readings, history.check_ins)
            assert again == row.current, row.title
            assert row.current_at == again.updated_at

    db.write_now(look)
    db.close()


def test_it_counts_what_it_wrote(db: Database) -> None:
    def look(session: Session) -> None:
        told = _write(session, ORDER)
        found = [_count(session, one) for one in (m.Team, m.Person, m.Objective, m.KeyResult, m.Reading, m.CheckIn)]
        assert found == [told.teams, told.people, told.objectives, told.key_results, told.readings, told.check_ins]
        assert (told.teams, told.key_results, told.objectives) == (12, 96, 24)

    db.write_now(look)
    db.close()


def test_it_holds_everything_that_key_results_and_people_can_be(db: Database) -> None:
    def look(session: Session) -> None:
        _write(session, Order(teams=40, krs=8, weeks=10, seed=7))
        krs = session.exec(select(m.KeyResult)).all()
        assert {row.type for row in krs} == set(okr.KRType)
        assert {row.state for row in krs} == {okr.KRState.ACTIVE, okr.KRState.PAUSED, okr.KRState.DROPPED}
        assert {row.source for row in krs} == set(okr.Source)
        assert {row.stretch for row in krs} == set(okr.Commitment)
        assert any(row.anchor_03 is not None for row in krs)
        assert {okr.PaceProfile.SLOW_START, okr.PaceProfile.STEPS} <= {row.pace for row in krs}
        assert all(row.dropped_because for row in krs if row.state is okr.KRState.DROPPED)
        said = session.exec(select(m.CheckIn)).all()
        assert {okr.CheckInKind.CONFIRM, okr.CheckInKind.SKIP} < {one.kind for one in said}
        assert any(one.supersedes_id for one in said)
        assert any(one.undone_at for one in said)
        assert any(one.on_behalf_of_id for one in said)
        assert any(one.blocked for one in said)
        assert any(one.blocked is False for one in said)
        assert {row.visibility for row in session.exec(select(m.Objective))} == set(m.Visibility)
        assert {row.lang for row in session.exec(select(m.Team))} == set(m.Language)
        assert m.AlignmentKind.DEPENDS_ON in {row.kind for row in session.exec(select(m.Alignment))}
        for table in (m.CoOwner, m.KRStep, m.PaceCheckpoint, m.NextStep, m.Win, m.HealthMetric, m.Change, m.Away):
            assert _count(session, table) > 0, table.__name__

    db.write_now(look)
    db.close()


def test_nothing_was_said_after_the_companys_moment(db: Database) -> None:
    def look(session: Session) -> None:
        _write(session, ORDER)
        for column in (m.CheckIn.at, m.Reading.measured_at, m.NextStep.at, m.Win.at, m.Change.at, m.Alignment.asked_at):
            assert session.exec(select(func.max(column))).one() <= ORDER.now

    db.write_now(look)
    db.close()


def test_every_team_can_be_planned_and_nothing_is_owed_from_before(db: Database) -> None:
    def look(session: Session) -> None:
        _write(session, ORDER)
        due = due_teams(session, ORDER.now)
        assert len(due) == ORDER.teams
        for team_id in due:
            plan_team(session, team_id, ORDER.now)
        assert due_teams(session, ORDER.now) == []
        assert not session.exec(select(m.Delivery).where(m.Delivery.due_at < ORDER.now)).all()

    db.write_now(look)
    db.close()


def test_two_companies_live_side_by_side_and_what_comes_later_finds_free_keys(db: Database) -> None:
    other = Order(teams=3, krs=2, weeks=4, seed=8)

    def look(session: Session) -> None:
        _write(session, ORDER)
        _write(session, other)
        assert is_there(session, other.name)
        assert not is_there(session, "Elsewhere")
        workspace = session.exec(select(m.Workspace).where(m.Workspace.name == other.name)).one()
        later = m.Person(workspace_id=workspace.id, handle="zoe", display_name="Zoe", short_name="Zoe")
        session.add(later)
        session.flush()
        assert later.id > session.exec(select(func.max(m.Person.id)).where(col(m.Person.id) != later.id)).one()

    db.write_now(look)
    db.close()


def test_the_same_order_is_the_same_company_byte_for_byte(tmp_path: Path) -> None:
    def made(order: Order) -> bytes:
        place = new_database(tmp_path, MovableClock(order.now))

        def export(session: Session) -> bytes:
            write_company(session, company_of(order))
            session.expire_all()
            return export_json(session, session.exec(select(m.Workspace)).one(), None, None)

        try:
            return place.write_now(export)
        finally:
            place.close()

    first = made(ORDER)
    assert made(ORDER) == first
    assert made(Order(teams=12, krs=8, weeks=10, seed=8)) != first
