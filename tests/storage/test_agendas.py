"""Which teams have something to plan."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, select

from bot.clock import MovableClock
from storage import agendas
from storage import models as m
from storage.backup import MAYBE_SENT
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


@pytest.mark.parametrize(("reason", "asked"), [(MAYBE_SENT, True), ("away", False), (None, False)])
def test_a_question_left_out_counts_as_asked_only_where_a_restore_left_it_out(
    db: Database, reason: str | None, asked: bool
) -> None:
    def left_out(session: Session) -> tuple[bool, str | None]:
        company = found_company(session)
        for period, state in (("2026-11-06", m.DeliveryState.SENT), ("2026-11-13", m.DeliveryState.SKIPPED)):
            prompt = m.Prompt(
                workspace_id=company.workspace,
                person_id=company.mei,
                kind=m.RitualKind.WEEKLY_CHECK_IN,
                period=period,
            )
            session.add(prompt)
            session.flush()
            is_sent = state is m.DeliveryState.SENT
            due_at = MORNING - timedelta(days=7) if is_sent else MORNING
            session.add(
                m.Delivery(
                    workspace_id=company.workspace,
                    kind="check_in",
                    subject=f"person:{company.mei}",
                    period=period,
                    person_id=company.mei,
                    prompt_id=prompt.id,
                    state=state,
                    reason=None if is_sent else reason,
                    due_at=due_at,
                    sending_at=due_at if is_sent else None,
                )
            )
        session.flush()
        newest = agendas.newest_prompt(session, company.mei)
        return agendas.was_asked(session, company.mei, "2026-11-13"), newest.period if newest else None

    assert db.write_now(left_out) == (asked, "2026-11-13" if asked else "2026-11-06")
