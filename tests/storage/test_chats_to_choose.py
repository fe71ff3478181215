"""Which channels a team's settings offer, where Okra is in more than a form can hold."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import Session

from bot.clock import MovableClock
from storage import chats, directory
from storage import models as m
from storage.directory import MOST_CHATS
from storage.session import Database
from tests.storage.databases import MORNING, Company, found_company, new_database


@pytest.fixture(autouse=True)
def _on_each(each_database: object) -> None:
    """Every test here runs on both databases."""


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(MORNING)


@pytest.fixture
def db(tmp_path: Path, clock: MovableClock) -> Iterator[Database]:
    one = new_database(tmp_path, clock)
    yield one
    one.close()


@pytest.fixture
def company(db: Database) -> Company:
    return db.write_now(found_company)


def offered(db: Database, company: Company) -> tuple[list[str], bool]:
    def read(session: Session) -> tuple[list[str], bool]:
        team = session.get_one(m.Team, company.team)
        place = session.get_one(m.Installation, company.console)
        found, has_more = directory.chats_to_choose(session, team, [place], ())
        return [one.external_id for one in found], has_more

    return db.read_now(read)


def arrange(db: Database, clock: MovableClock, company: Company, many: int) -> None:
    """Old channels that are near the team Growth, then many new ones, and a team of the same people."""

    def write(session: Session) -> None:
        place = session.get_one(m.Installation, company.console)
        for name, parent, parent_name in (
            ("growth", "own", "Marketing"),
            ("own plans", "own", "Marketing"),
            ("alike", "far", "The GROWTH people"),
            ("sales", "theirs", "Sales"),
            ("sales plans", "theirs", "Sales"),
        ):
            chats.keep(session, place, name, m.ChatKind.CHANNEL, {}, parent=parent, parent_name=parent_name, name=name)
        sales = m.Team(
            workspace_id=company.workspace,
            key="SAL",
            name="Sales",
            installation_id=place.id,
            channel_ref={"channel": "sales"},
        )
        session.add(sales)
        session.flush()
        for team_id in (company.team, sales.id):
            row = m.Membership(
                workspace_id=company.workspace, team_id=team_id, person_id=company.mei, role=m.TeamRole.MEMBER
            )
            session.add(row)

    def write_more(session: Session) -> None:
        place = session.get_one(m.Installation, company.console)
        for number in range(many):
            chats.keep(session, place, f"other {number}", m.ChatKind.CHANNEL, {}, parent=f"p{number}")

    db.write_now(write)
    clock.move_to(MORNING + timedelta(hours=1))
    db.write_now(write_more)


def test_those_called_like_the_team_come_first_then_those_that_its_people_use(
    db: Database, clock: MovableClock, company: Company
) -> None:
    arrange(db, clock, company, MOST_CHATS)

    found, has_more = offered(db, company)

    assert has_more
    assert len(found) == MOST_CHATS
    assert set(found[:2]) == {"growth", "alike"}
    assert set(found[2:5]) == {"own plans", "sales", "sales plans"}


def test_where_all_are_offered_there_are_no_more(db: Database, clock: MovableClock, company: Company) -> None:
    arrange(db, clock, company, MOST_CHATS - 5)

    found, has_more = offered(db, company)

    assert (len(found), has_more) == (MOST_CHATS, False)


def test_a_channel_that_okra_was_taken_out_of_is_not_offered(
    db: Database, clock: MovableClock, company: Company
) -> None:
    arrange(db, clock, company, 0)

    def leave(session: Session) -> None:
        chats.leave(session, chats.inside(session, company.console, "own"), MORNING)

    db.write_now(leave)

    assert set(offered(db, company)[0]) == {"alike", "sales", "sales plans"}
