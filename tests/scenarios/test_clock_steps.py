"""The clock is set by an hour, in the middle of anything: nobody is asked twice, and nobody is left out."""

from collections import Counter
from datetime import date, datetime, time, timedelta

import pytest
from sqlmodel import Session, select

from bot.clock import MovableClock
from bot.okr.localtime import instant
from storage import models as m
from tests.scenarios.week import ZONE, Week

pytestmark = pytest.mark.sqlite_is_enough  # about clocks; test_several_teams plans on both

HOUR = timedelta(hours=1)
PEOPLE = ("mei", "li", "jack", "ana", "bea")
MOMENTS = (
    "2026-11-12 09:30",
    "2026-11-12 10:00",
    "2026-11-12 12:00",
    "2026-11-12 15:30",
    "2026-11-12 16:10",
    "2026-11-13 08:30",
    "2026-11-13 09:05",
    "2026-11-13 09:40",
    "2026-11-13 09:50",
    "2026-11-13 10:30",
    "2026-11-13 11:30",
)
"""From before the question until after the meeting."""


def at(moment: str) -> datetime:
    wall = datetime.fromisoformat(moment)
    return instant(wall.date(), wall.time(), ZONE)


async def all_jobs(week: Week) -> None:
    """Everything that a running Okra does now and then, once."""
    week._untouched = False
    house = week.stage.house
    for job in house.ticker()._jobs:
        if job.name != "send":  # it goes on by itself; here it is waited for
            await job.work()
    await house.tick()


async def lives_to(week: Week, moment: datetime) -> None:
    if moment > week.clock.now():
        week.clock.move_to(moment)
        await all_jobs(week)


async def set_by(week: Week, step: timedelta) -> None:
    """Somebody sets the clock; what was set back goes by once more."""
    before = week.clock.now()
    week.clock.move_to(before + step)
    await all_jobs(week)
    for part in (before - HOUR / 2, before):
        await lives_to(week, part)


def sent(week: Week) -> Counter[str]:
    """How often each kind of message was sent to whom; a channel by its team's key."""

    def read(session: Session) -> Counter[str]:
        people = {row.id: row.handle for row in session.exec(select(m.Person))}
        teams = {row.id: row.key for row in session.exec(select(m.Team))}
        rows = session.exec(select(m.Delivery).where(m.Delivery.state == m.DeliveryState.SENT))
        return Counter(
            f"{row.kind} {people[row.person_id] if row.person_id else teams[row.team_id or 0]}" for row in rows
        )

    return week.look(read)


def stands_once(week: Week) -> None:
    """No message stands anywhere twice."""
    for place in (*map(week.person, PEOPLE), week.channel()):
        headers = place.headers()
        assert len(headers) == len(set(headers)), headers


IN_A_WEEK = Counter(
    [f"check_in {name}" for name in PEOPLE]
    + [f"reminder_1 {name}" for name in PEOPLE]
    + [f"reminder_2 {name}" for name in PEOPLE]
    + [f"welcome {name}" for name in PEOPLE]
    + ["digest GRO", "next_steps GRO"]
)


@pytest.mark.parametrize("after", [1, 4, 8])
async def test_an_hour_back_changes_nothing(week: Week, after: int) -> None:
    for moment in MOMENTS[: after + 1]:
        await lives_to(week, at(moment))
    await set_by(week, -HOUR)
    for moment in MOMENTS[after + 1 :]:
        await lives_to(week, at(moment))

    assert sent(week) == IN_A_WEEK
    stands_once(week)


@pytest.mark.parametrize("after", [0, 7, 9])
async def test_an_hour_forward_leaves_out_nobody(week: Week, after: int) -> None:
    for moment in MOMENTS[: after + 1]:
        await lives_to(week, at(moment))
    await set_by(week, HOUR)
    for moment in MOMENTS[after + 1 :]:
        await lives_to(week, at(moment))

    told = sent(week)
    assert {name: told[f"check_in {name}"] for name in PEOPLE} == dict.fromkeys(PEOPLE, 1)
    assert not told - IN_A_WEEK
    missing = {name.partition(" ")[0] for name in IN_A_WEEK - told}
    assert missing <= {kind for kind, _ in week.not_sent()}, "what is left out is told with its reason"
    stands_once(week)


@pytest.mark.parametrize("after", [1, 5])
async def test_real_time_an_hour_back_changes_nothing(week: Week, after: int) -> None:
    await lives_to(week, at("2026-11-12 09:00"))
    real = MovableClock(week.clock.now())
    week.stage.db._real_clock = real
    for number, moment in enumerate(MOMENTS):
        real.move_to(real.now() + (at(moment) - week.clock.now()))
        await lives_to(week, at(moment))
        if number == after:
            real.move_to(real.now() - HOUR)
            await all_jobs(week)

    assert sent(week) == IN_A_WEEK
    stands_once(week)


def meets_at_night(session: Session) -> None:
    """Growth meets on Sundays at half past two, in a cycle that has both changes of clocks in it."""
    row = session.exec(select(m.Meeting)).one()
    row.weekdays, row.time = [6], time(2, 30)
    cycle = session.exec(select(m.Cycle)).one()
    cycle.last_day = date(2027, 12, 31)
    for kr in session.exec(select(m.KeyResult)):
        kr.due = cycle.last_day


@pytest.mark.parametrize("step", [-HOUR, HOUR], ids=["back", "forward"])
@pytest.mark.parametrize("night", ["2027-03-28", "2027-10-31"])
async def test_in_the_night_in_which_the_clocks_change(week: Week, night: str, step: timedelta) -> None:
    """An hour that is missing or comes twice, and somebody who sets the machine's clock by it."""
    sunday = at(f"{night} 00:00")
    week.change(meets_at_night)
    week.clock.move_to(sunday - timedelta(days=2))
    before = sent(week)
    hour = sunday - timedelta(hours=40)
    while hour <= sunday + timedelta(hours=6):
        await lives_to(week, hour)
        if hour == sunday + HOUR:
            await set_by(week, step)
        hour += HOUR if hour < sunday else HOUR / 6

    told = sent(week) - before
    assert {name: told[f"check_in {name}"] for name in PEOPLE} == dict.fromkeys(PEOPLE, 1)
    assert told["digest GRO"] == 1
    stands_once(week)
