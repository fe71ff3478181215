"""Which teams have something to plan."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, select

from bot.clock import MovableClock
from storage import agendas
from storage import models as m
from storage.session import Database
from tests.storage.databases import MORNING, found_company, new_database


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    opened = new_database(tmp_path, MovableClock(MORNING))
    yield opened
    opened.close()


def three_teams(session: Session) -> list[int]:
    """Three teams with all their rituals due; the last of them waits longest."""
    company = found_company(session)
    for key in ("SUP", "TEA"):
        session.add(m.Team(workspace_id=company.workspace, key=key, name=key))
    session.flush()
    teams = session.exec(select(m.Team).order_by(m.Team.id)).all()  # type: ignore[arg-type]  # the column, not its value
    for minutes, team in enumerate(teams):
        agendas.open_agenda(session, team, MORNING - timedelta(minutes=minutes))
    session.flush()
    return [team.id for team in teams]


def test_each_team_stands_once_however_many_of_its_rituals_are_due_and_the_longest_waiting_first(db: Database) -> None:
    ids = db.write_now(three_teams)

    assert list(db.read_now(agendas.due_teams, MORNING)) == ids[::-1]
    assert list(db.read_now(agendas.due_teams, MORNING - timedelta(hours=1))) == []
