"""What shows a key result or a team follows what is said there, and nothing else does."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, col, select

from bot.clock import MovableClock
from storage import agendas, following
from storage import models as m
from storage.session import Database
from tests.storage.databases import MORNING, Kind, found_company, new_database

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def db(tmp_path: Path, each_database: Kind) -> Iterator[Database]:
    del each_database
    opened = new_database(tmp_path, MovableClock(MORNING))
    yield opened
    opened.close()


def put(session: Session, subject: str, kind: str, **values: Any) -> None:
    """A message that was sent an hour ago."""
    workspace = session.exec(select(m.Workspace)).one()
    told: dict[str, Any] = {
        "state": m.DeliveryState.SENT,
        "due_at": MORNING - HOUR,
        "sending_at": MORNING - HOUR,
        "period": "once",
    }
    if "team_id" not in values:
        told["person_id"] = session.exec(select(m.Person.id)).first()
    session.add(m.Delivery(workspace_id=workspace.id, kind=kind, subject=subject, data={}, **(told | values)))
    session.flush()


def run(session: Session, kind: m.RitualKind, team: m.Team, period: str, meeting: timedelta) -> None:
    """A run whose meeting is, or was, so far from now."""
    agendas.open_run(
        session,
        team,
        kind,
        period,
        meeting_id=None,
        meeting_at=MORNING + meeting,
        digest_at=MORNING + meeting - HOUR,
    )


def asked_for(session: Session) -> set[str]:
    """The subjects of those that are to show something newer, each asked for once."""
    found = session.exec(select(m.Delivery).where(col(m.Delivery.wanted_rev) > 0)).all()
    assert {one.wanted_rev for one in found} <= {1}
    return {one.subject for one in found}


def test_notices_of_these_key_results_follow_unless_they_are_old(db: Database) -> None:
    def notices(session: Session) -> set[str]:
        found_company(session)
        put(session, "kr:1", "stale")
        put(session, "kr:12", "stale")
        put(session, "kr:2:person:7", "nudge")
        put(session, "kr:2:person:8", "nudge", sending_at=MORNING - 8 * DAY)
        put(session, "kr:2", "dark")
        following.notices_follow(session, {1, 2}, MORNING - 7 * DAY)
        following.notices_follow(session, set(), MORNING - 7 * DAY)
        session.expire_all()
        return asked_for(session)

    assert db.write_now(notices) == {"kr:1", "kr:2:person:7"}


def test_boards_follow_until_their_meeting_begins(db: Database) -> None:
    def boards(session: Session) -> tuple[set[str], set[str]]:
        company = found_company(session)
        team = session.exec(select(m.Team)).first()
        assert team is not None
        other = m.Team(workspace_id=company.workspace, key="OTH", name="Other")
        session.add(other)
        session.flush()
        for kind, name in ((m.RitualKind.DIGEST, "digest"), (m.RitualKind.COMPANY_DIGEST, "company_digest")):
            for period, meeting in (("begun", -HOUR), ("to come", HOUR)):
                run(session, kind, team, period, meeting)
                put(session, f"{name} {period}", name, team_id=team.id, period=period)
        put(session, "its board", "standing_board", team_id=team.id)
        put(session, "another's board", "standing_board", team_id=other.id)
        following.boards_follow(session, team.id, MORNING, MORNING - DAY)
        session.expire_all()
        of_team = asked_for(session)
        following.company_follows(session, company.workspace, MORNING)
        session.expire_all()
        return of_team, asked_for(session) - of_team

    assert db.write_now(boards) == ({"its board", "digest to come"}, {"company_digest to come"})


def test_questions_follow_wherever_they_stand_and_what_was_left_out_does_not(db: Database) -> None:
    def questions(session: Session) -> set[str]:
        company = found_company(session)
        for period in ("this week", "last week"):
            kind = m.RitualKind.WEEKLY_CHECK_IN
            prompt = m.Prompt(workspace_id=company.workspace, person_id=company.mei, kind=kind, period=period)
            session.add(prompt)
            session.flush()
            put(session, f"asked {period}", "check_in", prompt_id=prompt.id)
            put(session, f"reminded {period}", "reminder", prompt_id=prompt.id, state=m.DeliveryState.SKIPPED)
        following.questions_follow(session, [prompt.id])
        session.expire_all()
        return asked_for(session)

    assert db.write_now(questions) == {"asked last week"}
