"""What was said lately is the same, whether it is loaded as rows or as the domain's values."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session

from bot.clock import MovableClock
from bot.okr.model import Band, CheckIn, CheckInKind, CheckInSource, KRType
from storage import check_ins
from storage import models as m
from storage.session import Database
from tests.storage.databases import MORNING, Company, found_company, new_database

EVERYTHING: dict[str, Any] = {
    "value": Decimal("31.50"),
    "self_score": Decimal("0.7"),
    "confidence": Decimal(6),
    "status_said": Band.AT_RISK,
    "done": False,
    "steps_done": [1, 3],
    "blocked": True,
    "blocker": "legal",
    "help_wanted": "a lawyer",
    "note": "It is slow.",
    "approx": True,
}


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    opened = new_database(tmp_path, MovableClock(MORNING))
    yield opened
    opened.close()


def a_key_result(session: Session, company: Company) -> m.KeyResult:
    """KR1 of the company's team, with nothing said about it."""
    cycle = m.Cycle(
        workspace_id=company.workspace,
        name="2026 Q4",
        first_day=date(2026, 10, 1),
        last_day=date(2026, 12, 31),
        state=m.CycleState.ACTIVE,
    )
    session.add(cycle)
    session.flush()
    objective = m.Objective(
        workspace_id=company.workspace, cycle_id=cycle.id, team_id=company.team, number=1, title="Be pretended"
    )
    session.add(objective)
    session.flush()
    kr = m.KeyResult(
        workspace_id=company.workspace,
        objective_id=objective.id,
        cycle_id=cycle.id,
        team_id=company.team,
        number=1,
        title="Pretend more",
        short_title="Pretend more",
        type=KRType.MILESTONE,
        start=date(2026, 10, 1),
        due=date(2026, 12, 31),
    )
    session.add(kr)
    session.flush()
    return kr


def said(session: Session, kr: m.KeyResult, person: int, days_ago: int, **what: Any) -> m.CheckIn:
    """A check-in of so many days ago."""
    at = MORNING - timedelta(days=days_ago)
    row = m.CheckIn(
        workspace_id=kr.workspace_id,
        kr_id=kr.id,
        by_id=person,
        at=at,
        day=at.date(),
        source=CheckInSource.BUTTON,
        **{"kind": CheckInKind.UPDATE, **what},
    )
    session.add(row)
    session.flush()
    return row


def test_rows_and_values_tell_the_same(db: Database) -> None:
    def both(session: Session) -> tuple[dict[int, list[CheckIn]], dict[int, list[CheckIn]]]:
        company = found_company(session)
        kr = a_key_result(session, company)
        said(session, kr, company.mei, 30, note="before")
        said(session, kr, company.mei, 10, **EVERYTHING)
        wrong = said(session, kr, company.mei, 8, steps_done=[])
        said(session, kr, company.mei, 8, steps_done=[2], supersedes_id=wrong.id)
        said(session, kr, company.mei, 5, kind=CheckInKind.CONFIRM)
        said(session, kr, company.mei, 3, note="taken back", undone_at=MORNING)
        since = MORNING - timedelta(days=14)
        rows = check_ins.recent_check_ins(session, [kr.id], since)
        return (
            check_ins.said_lately(session, [kr.id], since),
            {kr_id: [check_ins.check_in_value(row) for row in found] for kr_id, found in rows.items()},
        )

    values, rows = db.write_now(both)

    assert values == rows
    ((first, second, third),) = values.values()
    assert (first.steps_done, second.steps_done, third.steps_done) == ((1, 3), (2,), None)
    assert first.status_said is Band.AT_RISK
    assert third.kind is CheckInKind.CONFIRM


def test_nothing_was_said_about_no_key_results(db: Database) -> None:
    assert db.read_now(check_ins.said_lately, [], MORNING) == {}
