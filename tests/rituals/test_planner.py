"""The clock: one team, or one job, that is broken stops no other."""

import asyncio
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from bot.rituals.planner import plan_team
from bot.rituals.ticker import Every, Ticker
from storage import models as m
from tests.scenarios.week import Week
from tests.views.counting import statements

ATLANTIS = "Atlantis"
MOST_STATEMENTS = 50
"""Of planning all rituals of a team of five once more, with nothing new."""


def break_team(week: Week, key: str, holidays: str | None = ATLANTIS) -> None:
    """A team keeps the holidays of a country that nobody knows."""

    def change(session: Session) -> None:
        team = session.exec(select(m.Team).where(m.Team.key == key)).one()
        team.holiday_calendar = holidays
        session.add(team)

    week.change(change)


def due_of(week: Week, key: str) -> set[object]:
    """When the team's rituals are looked at again."""
    return week.look(
        lambda session: {
            row.next_due_at for row in session.exec(select(m.Agenda).join(m.Team).where(m.Team.key == key)).all()
        }
    )


def troubled(week: Week) -> list[str]:
    return [entry["team"] for entry in week.logged if entry["event"] == "cannot plan"]


@pytest.mark.parametrize(
    ("broken", "asked", "zone"), [("SUP", "lin", "Asia/Shanghai"), ("TEA", "tom", "Europe/London")]
)
async def test_a_team_that_cannot_be_planned_stops_no_other(
    elsewhere: Week, broken: str, asked: str, zone: str
) -> None:
    elsewhere.expect("error")
    break_team(elsewhere, broken)

    await elsewhere.at("2026-11-13 11:00", zone)

    assert elsewhere.person(asked).count() > 0
    assert set(troubled(elsewhere)) == {broken}


async def test_a_team_that_cannot_be_planned_is_tried_again_in_an_hour(elsewhere: Week) -> None:
    elsewhere.expect("error")
    break_team(elsewhere, "SUP")

    await elsewhere.stage.house.plan()
    await elsewhere.stage.house.plan()

    assert troubled(elsewhere) == ["SUP"]
    assert due_of(elsewhere, "SUP") == {elsewhere.clock.now() + timedelta(hours=1)}


async def test_what_is_only_looked_at_again_is_looked_at_together(week: Week) -> None:
    await week.at("2026-11-14 09:00")  # a Saturday: nothing is asked or shown before Monday

    assert len(due_of(week, "GRO")) == 1


async def test_what_stands_in_the_outbox_already_takes_few_statements(week: Week) -> None:
    await week.at("2026-11-12 10:00")

    def plan_again(session: Session) -> list[str]:
        team = session.exec(select(m.Team)).one()
        for row in session.exec(select(m.Agenda)):
            row.next_due_at = week.clock.now()
            session.add(row)
        return statements(session, lambda: plan_team(session, team.id, week.clock.now()), [team])

    sent = week.look(plan_again)

    assert not [one for one in sent if one.startswith("INSERT")]
    assert len(sent) <= MOST_STATEMENTS, "\n".join(sent)


async def test_a_team_that_is_mended_is_asked(elsewhere: Week) -> None:
    elsewhere.expect("error")
    break_team(elsewhere, "SUP")
    await elsewhere.stage.house.plan()
    break_team(elsewhere, "SUP", None)

    await elsewhere.at("2026-11-12 10:00", "Europe/London")

    assert elsewhere.person("tom").count() > 0


async def test_planning_tells_how_much_is_new(elsewhere: Week) -> None:
    await elsewhere.stage.house.plan()
    elsewhere.clock.move_to(elsewhere.clock.now() + timedelta(days=5))

    assert await elsewhere.stage.house.plan() > 0
    assert await elsewhere.stage.house.plan() == 0


async def test_a_job_that_fails_runs_again_and_the_others_too(elsewhere: Week) -> None:
    elsewhere.expect("error")
    ran: list[str] = []
    enough = asyncio.Event()

    async def fails() -> None:
        ran.append("fails")
        raise RuntimeError("a mistake of ours")

    async def works() -> None:
        ran.append("works")
        if ran.count("works") > 1 and ran.count("fails") > 1:
            enough.set()

    ticker = Ticker((Every(0.02, "fails", fails), Every(0.02, "works", works)))
    ticker.start()
    await asyncio.wait_for(enough.wait(), 5)
    await ticker.stop()

    told = [entry["job"] for entry in elsewhere.logged if entry["event"] == "tick"]
    assert set(told) == {"fails"}
    assert len(told) == ran.count("fails")


async def test_sending_when_woken_outlives_a_mistake(elsewhere: Week, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere.expect("error")
    house = elsewhere.stage.house
    runs = asyncio.Queue[int]()

    async def broken() -> int:
        await runs.put(1)
        raise RuntimeError("a mistake of ours")

    monkeypatch.setattr(house.pump, "begin", broken)
    task = asyncio.create_task(house.send_when_woken())
    for _ in range(2):
        house.wake.set()
        await asyncio.wait_for(runs.get(), 5)
    assert not task.done()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
