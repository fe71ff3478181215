"""To leave something out is a result: it stands in the outbox with its reason, and the metrics have a label for it."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from bot.okr import planning
from bot.rituals.asking import OtherTeams
from bot.rituals.plain import sheet_for
from bot.rituals.planner import _enter_all, _Entering
from bot.views.traffic import OTHER, label_of
from storage import models as m
from tests.scenarios.week import Week
from tests.storage.databases import Kind

ROOMS = Path(planning.__file__).parents[2]
LISTED = ("facts.py", "traffic.py")
"""Where all of them stand."""
PERSONAL = (planning.Message.CHECK_IN, planning.Message.REMINDER_1, planning.Message.REMINDER_2, planning.Message.STALE)
OF_TEAMS = (planning.Message.DIGEST, planning.Message.NEXT_STEPS, planning.Message.WINS)


@pytest.fixture(autouse=True)
def _on_each(each_database: Kind) -> None:
    """Both databases."""


def left_out(session: Session, week: Week) -> tuple[m.Team, list[planning.Planned]]:
    """Of each kind of message one for each reason."""
    team = session.exec(select(m.Team).order_by(col(m.Team.id))).first()
    person = session.exec(select(m.Person).order_by(col(m.Person.id))).first()
    assert team is not None
    assert person is not None
    now = week.clock.now()
    found = [
        planning.Planned(
            message, f"person:{person.id}", f"{reason.name}", now, person.id, digest_at=now + timedelta(days=1),
            skip=reason,
        )
        for message in PERSONAL for reason in planning.SkipReason
    ]  # fmt: skip
    found += [
        planning.Planned(message, f"team:{team.id}", f"{reason.name}", now, team_id=team.id, skip=reason)
        for message in OF_TEAMS for reason in planning.SkipReason
    ]  # fmt: skip
    return team, found


@pytest.mark.parametrize("together", [True, False], ids=["on a sheet", "one by one"])
async def test_each_reason_is_stored_with_what_was_left_out(elsewhere: Week, *, together: bool) -> None:
    def enter(session: Session) -> list[planning.Planned]:
        team, found = left_out(session, elsewhere)
        now = elsewhere.clock.now()
        sheet = sheet_for(session, [(team, one) for one in found], now) if together else None
        plan = planning.Plan(messages=(), skips=tuple(found), next_due_at=now)
        _enter_all(_Entering(session, team, now, sheet), plan, OtherTeams(session, team, now))
        if sheet is not None:
            sheet.write()
        return found

    found = elsewhere.stage.db.write_now(enter)

    stands = elsewhere.look(
        lambda session: {
            (row.kind, row.subject, row.period): (row.state, row.reason) for row in session.exec(select(m.Delivery))
        }
    )
    for one in found:
        assert one.skip is not None
        there = stands[one.message.value, one.subject, one.period]
        assert there == (m.DeliveryState.SKIPPED, one.skip.value)


@pytest.mark.sqlite_is_enough
@pytest.mark.parametrize("reason", planning.SkipReason, ids=lambda reason: reason.name)
def test_each_reason_is_one_that_the_rules_give_and_the_metrics_know(reason: planning.SkipReason) -> None:
    used = [one.name for one in ROOMS.rglob("*.py") if f"SkipReason.{reason.name}" in one.read_text("utf-8")]

    assert set(used) - set(LISTED), "no rule gives this reason"
    assert label_of(reason.value) != OTHER
