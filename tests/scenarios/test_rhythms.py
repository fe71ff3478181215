"""Plans that change after they were made: meetings, zones, owners, pauses, cycles; and teams with other rhythms."""

from collections.abc import Callable
from datetime import date, time

import pytest
from sqlmodel import Session, select

from bot.okr.model import Cadence, KRState
from storage import models as m
from tests.scenarios.week import Place, Pretend, Week

pytestmark = pytest.mark.sqlite_is_enough  # about days; test_several_teams plans on both


def meeting(change: Callable[[m.Meeting], None]) -> Callable[[Session], None]:
    """The meeting of Growth, Fridays at 10:00, is another one from now on."""

    def work(session: Session) -> None:
        row = session.exec(select(m.Meeting)).one()
        change(row)
        session.add(row)

    return work


def team(change: Callable[[m.Team], None]) -> Callable[[Session], None]:
    def work(session: Session) -> None:
        row = session.exec(select(m.Team)).one()
        change(row)
        session.add(row)

    return work


def asked(person: Pretend) -> int:
    return sum("Weekly check-in" in header or "Check-in · last two weeks" in header for header in person.headers())


def boards(growth: Place) -> int:
    return sum("week" in header.lower() and "GRO" in header for header in growth.headers())


# --- the meeting moves ------------------------------------------------------------------------------------------


async def test_a_meeting_moved_within_its_week_after_the_question_is_not_asked_about_again(
    week: Week, jack: Pretend, growth: Place
) -> None:
    await week.at("2026-11-12 11:00")

    def to_monday_or_wednesday(row: m.Meeting) -> None:
        row.weekdays = [4]
        row.time = time(15)

    week.change(meeting(to_monday_or_wednesday))
    await week.at("2026-11-13 14:49")
    before = growth.count()
    await week.at("2026-11-13 14:50")

    assert asked(jack) == 1
    assert growth.count() == before + 1


async def test_a_meeting_moved_to_yesterday_asks_nobody_again_this_week(week: Week, jack: Pretend) -> None:
    await week.at("2026-11-12 11:00")

    def to_wednesday(row: m.Meeting) -> None:
        row.weekdays = [2]

    week.change(meeting(to_wednesday))
    await week.at("2026-11-15 20:00")
    assert asked(jack) == 1

    await week.at("2026-11-17 10:00")
    assert asked(jack) == 2


async def test_a_meeting_moved_to_next_week_is_asked_about_there(week: Week, jack: Pretend, growth: Place) -> None:
    def every_second(row: m.Meeting) -> None:
        row.every = 2

    await week.at("2026-11-12 11:00")
    week.change(meeting(every_second))  # Friday 13 is in week 7, Friday 20 in week 8

    await week.at("2026-11-13 12:00")
    assert growth.count() == 0
    await week.at("2026-11-19 10:00")
    assert asked(jack) == 2
    await week.at("2026-11-20 09:50")
    assert growth.count() == 1


async def test_a_meeting_that_is_gone_leaves_monday_and_tuesday(week: Week, jack: Pretend, growth: Place) -> None:
    await week.at("2026-11-12 11:00")

    def delete(session: Session) -> None:
        for run in session.exec(select(m.RitualRun)):
            run.meeting_id = None
            session.add(run)
        session.flush()
        session.delete(session.exec(select(m.Meeting)).one())

    week.change(delete)
    await week.at("2026-11-16 09:59")
    assert asked(jack) == 1
    await week.at("2026-11-17 10:00")
    assert asked(jack) == 1  # two working days after Thursday's question: it is part of that one
    assert growth.count() >= 1
    await week.at("2026-11-23 10:00")
    assert asked(jack) == 2


# --- zones ------------------------------------------------------------------------------------------------------


async def test_a_person_who_moves_after_the_question_is_not_asked_again(week: Week, jack: Pretend) -> None:
    await week.at("2026-11-12 11:00")

    def to_new_york(session: Session) -> None:
        row = session.exec(select(m.Person).where(m.Person.handle == "jack")).one()
        row.timezone = "America/New_York"
        session.add(row)

    week.change(to_new_york)
    await week.at("2026-11-13 20:00")

    assert asked(jack) == 1


async def test_a_person_who_moves_before_the_question_is_asked_at_ten_there(week: Week, jack: Pretend) -> None:
    def to_new_york(session: Session) -> None:
        row = session.exec(select(m.Person).where(m.Person.handle == "jack")).one()
        row.timezone = "America/New_York"
        session.add(row)

    week.change(to_new_york)
    await week.at("2026-11-12 15:59")
    assert asked(jack) == 0
    await week.at("2026-11-12 16:00")
    assert asked(jack) == 1


async def test_a_team_that_moves_meets_at_ten_there(week: Week, jack: Pretend, growth: Place) -> None:
    await week.at("2026-11-12 11:00")

    def to_new_york(row: m.Team) -> None:
        row.timezone = "America/New_York"

    week.change(team(to_new_york))
    await week.at("2026-11-13 15:49")
    assert growth.count() == 0
    await week.at("2026-11-13 15:50")

    assert growth.count() == 1
    assert asked(jack) == 1


# --- rhythms ----------------------------------------------------------------------------------------------------


async def test_a_team_that_is_asked_every_two_weeks_says_so(week: Week, jack: Pretend) -> None:
    def biweekly(row: m.Team) -> None:
        row.cadence = Cadence.BIWEEKLY

    week.change(team(biweekly))
    await week.at("2026-11-13 20:00")  # week 7
    assert asked(jack) == 0
    await week.at("2026-11-19 10:00")

    assert asked(jack) == 1
    jack.sees("Check-in · last two weeks · Growth")


async def test_questions_that_are_off_are_not_asked_and_the_board_goes_out(
    week: Week, jack: Pretend, growth: Place
) -> None:
    def off(row: m.Team) -> None:
        row.rituals = {"weekly_checkin": False}

    week.change(team(off))
    await week.at("2026-11-17 12:00")

    assert jack.count() == 0
    assert growth.count() >= 1
    assert not any(kind == "stale" for kind, _ in week.not_sent())


async def test_a_pause_that_is_over_is_asked_about_again(week: Week, bea: Pretend) -> None:
    def pause(session: Session) -> None:
        row = session.exec(select(m.KeyResult).where(m.KeyResult.number == 5)).one()
        row.state = KRState.PAUSED
        row.paused_from, row.paused_until = date(2026, 11, 11), date(2026, 11, 18)
        session.add(row)

    week.change(pause)
    await week.at("2026-11-18 23:00")
    assert asked(bea) == 0

    await week.at("2026-11-19 10:00")

    bea.sees("KR5 · Satisfaction of guests")
    bea.sees_nothing_of("working days ago")


async def test_a_cycle_that_ends_in_the_middle_of_the_week_ends_the_questions(
    week: Week, jack: Pretend, growth: Place
) -> None:
    def ends(session: Session) -> None:
        cycle = session.exec(select(m.Cycle)).one()
        cycle.last_day = date(2026, 11, 11)
        session.add(cycle)

    week.change(ends)
    await week.at("2026-11-20 12:00")

    assert asked(jack) == 0
    assert growth.count() == 0


async def test_a_holiday_before_the_meeting_moves_the_question_before_it(week: Week, jack: Pretend) -> None:
    def holiday(session: Session) -> None:
        workspace = session.exec(select(m.Workspace)).one()
        session.add(m.Holiday(workspace_id=workspace.id, calendar="*", day=date(2026, 11, 19)))

    week.change(holiday)
    await week.at("2026-11-18 09:59")
    assert asked(jack) == 1
    await week.at("2026-11-18 10:00")

    assert asked(jack) == 2


# --- people who go ------------------------------------------------------------------------------------------------


async def test_an_account_switched_off_after_the_question_hears_nothing_more(week: Week, jack: Pretend) -> None:
    await week.at("2026-11-12 11:00")
    before = jack.count()

    def off(session: Session) -> None:
        row = session.exec(select(m.Person).where(m.Person.handle == "jack")).one()
        row.active = False
        session.add(row)

    week.change(off)
    await week.at("2026-11-20 12:00")

    assert jack.count() == before


async def test_health_is_asked_with_the_question_of_every_second_week(week: Week, jack: Pretend) -> None:
    def metric(session: Session) -> None:
        row = session.exec(select(m.Team)).one()
        for name, handle in (("Customer satisfaction", "jack"), ("Team health", "mei")):
            owner = session.exec(select(m.Person).where(m.Person.handle == handle)).one()
            session.add(m.HealthMetric(workspace_id=row.workspace_id, team_id=row.id, name=name, owner_id=owner.id))

    week.change(metric)
    await week.at("2026-11-12 10:00")
    kept = week.look(lambda session: {one.period: len(one.health) for one in session.exec(select(m.Prompt))})
    assert set(kept.values()) == {0}

    await week.at("2026-11-19 10:00")

    def of_jack(session: Session) -> list[int]:
        jack = session.exec(select(m.Person).where(m.Person.handle == "jack")).one()
        prompt = session.exec(
            select(m.Prompt).where(m.Prompt.person_id == jack.id, m.Prompt.period == "2026-11-20")
        ).one()
        return list(prompt.health)

    assert len(week.look(of_jack)) == 1
