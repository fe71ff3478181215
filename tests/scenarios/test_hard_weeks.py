"""Weeks in which everything goes wrong that can: nothing is asked twice, nothing is lost, nothing is guessed."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, select
from structlog.testing import capture_logs

from app import build_house
from bot.cards.plain import plain_text
from bot.okr.localtime import instant, local_day, monday_of
from storage import models as m
from storage.session import Database
from storage.teams import person_zone
from tests.scenarios.test_absence import goes_away, hand_to, person_of, questions
from tests.scenarios.test_health import look_after
from tests.scenarios.week import ZONE, Place, Pretend, Week

TEEBEE = "../../examples/teebee.yaml"
REMINDERS = ("reminder_1", "reminder_2")
CAPS = {"check_in": 1, "reminder": 2}
"""Per person and week of their own calendar (spec/10 §17)."""


# --- a company that is lived ------------------------------------------------------------------------------------


@pytest.fixture
async def teebee(tmp_path: Path) -> AsyncIterator[Week]:
    """The company of the demo: four teams in three zones, people in two of them, somebody away."""
    week = Week(tmp_path, TEEBEE)
    with capture_logs() as logged:
        week.logged = logged
        await week.stage.house.start()
        yield week
        week.end()


def asked_per_week(week: Week) -> Counter[tuple[str, str, date]]:
    """How many questions and reminders left for whom, in which week of their own calendar."""

    def look(session: Session) -> Counter[tuple[str, str, date]]:
        workspace = session.exec(select(m.Workspace)).one()
        people = {one.id: one for one in session.exec(select(m.Person))}
        found: Counter[tuple[str, str, date]] = Counter()
        for row in session.exec(select(m.Delivery)):
            if row.sending_at is not None and row.person_id is not None and row.kind in ("check_in", *REMINDERS):
                person = people[row.person_id]
                monday = monday_of(local_day(row.sending_at, person_zone(person, workspace)))
                found[person.handle, "reminder" if row.kind in REMINDERS else row.kind, monday] += 1
        return found

    return week.look(look)


def asked_twice(week: Week) -> list[tuple[str, int, str]]:
    """Key results that two questions ask the same person for the same meeting."""

    def look(session: Session) -> list[tuple[str, int, str]]:
        rows = session.exec(
            select(m.Person.handle, m.PromptItem.kr_id, m.RitualRun.period)
            .select_from(m.PromptItem)
            .join(m.Prompt)
            .join(m.Person)
            .join(m.RitualRun, m.RitualRun.id == m.PromptItem.run_id)  # type: ignore[arg-type]  # columns
        ).all()
        return [one for one, count in Counter(rows).items() if count > 1]

    return week.look(look)


def shuffle(week: Week, dice: random.Random) -> None:
    """Everything is to be planned anew, the teams in another order than before."""

    def change(session: Session) -> None:
        teams = [team.id for team in session.exec(select(m.Team).order_by(m.Team.id))]  # type: ignore[arg-type]
        dice.shuffle(teams)
        for place, team_id in enumerate(teams):
            for row in session.exec(select(m.Agenda).where(m.Agenda.team_id == team_id)):
                row.next_due_at = week.clock.now() - timedelta(seconds=len(teams) - place)
                session.add(row)

    week.stage.db.write_now(change)


@pytest.mark.parametrize("seed", [1, 2])
async def test_in_two_lived_weeks_nobody_gets_more_than_a_question_and_two_reminders_a_week(
    teebee: Week, seed: int
) -> None:
    dice = random.Random(seed)  # noqa: S311  # not for secrets
    wall, end = datetime.fromisoformat("2026-11-12 09:00"), datetime.fromisoformat("2026-11-24 18:00")
    while wall < end:
        wall += timedelta(minutes=dice.choice([60, 400, 900, 1300]))
        await teebee.at(wall.isoformat(" "))
        shuffle(teebee, dice)
        await teebee.stage.house.tick()
        if dice.random() < 0.3:
            await teebee.restarts()
            await teebee.stage.house.tick()

    found = asked_per_week(teebee)
    assert {key: count for key, count in found.items() if count > CAPS[key[1]]} == {}
    assert asked_twice(teebee) == []
    assert {handle for handle, kind, _ in found if kind == "check_in"} == set(teebee.room.people) - {"suan"}


async def test_what_was_asked_on_thursday_for_tuesday_is_not_asked_again_when_tuesday_comes(teebee: Week) -> None:
    jack = teebee.person("jack")
    await teebee.at("2026-11-12 10:00")
    jack.sees("Phone support calls", "Guests can order without calling")

    for moment in ("2026-11-16 10:00", "2026-11-16 18:00", "2026-11-17 09:10", "2026-11-17 09:50", "2026-11-17 10:00"):
        await teebee.at(moment)
        shuffle(teebee, random.Random(moment))  # noqa: S311  # not for secrets
        await teebee.stage.house.tick()

    assert questions(jack) == 1


async def test_two_processes_at_once_plan_and_send_everything_once(teebee: Week) -> None:
    other_db = Database(teebee.url, teebee.clock, busy_seconds=30)
    other = build_house(other_db, teebee.clock, sends_per_second=0)
    other.ports.update(teebee.stage.house.ports)
    mine_db = Database(teebee.url, teebee.clock, busy_seconds=30)
    mine = build_house(mine_db, teebee.clock, sends_per_second=0)
    mine.ports.update(teebee.stage.house.ports)
    try:
        for moment in ("2026-11-12 10:00", "2026-11-12 16:00", "2026-11-13 09:00", "2026-11-13 09:50"):
            wall = datetime.fromisoformat(moment)
            teebee.clock.move_to(instant(wall.date(), wall.time(), ZONE))
            await asyncio.gather(mine.plan(), other.plan(), mine.plan(), other.plan())
            await asyncio.gather(mine.pump.run_once(), other.pump.run_once())
            await asyncio.gather(mine.tick(), other.tick())
    finally:
        mine_db.close()
        other_db.close()

    for name in ("jack", "ana", "li", "mei"):
        assert questions(teebee.person(name)) == 1
    assert {count for (_, kind, _), count in asked_per_week(teebee).items() if kind == "reminder"} == {2}
    assert teebee.channel("#growth").count() == 1
    assert asked_twice(teebee) == []


# --- switched off -----------------------------------------------------------------------------------------------


def switch(week: Week, on: bool) -> None:
    """The team's weekly question."""

    def change(session: Session) -> None:
        team = session.exec(select(m.Team).where(m.Team.key == "GRO")).one()
        team.rituals = {**team.rituals, "weekly_checkin": on}
        session.add(team)

    week.change(change)


async def planned_but_not_sent(week: Week, moment: str) -> None:
    """It is then, and what is due stands in the outbox."""
    wall = datetime.fromisoformat(moment)
    week.clock.move_to(instant(wall.date(), wall.time(), ZONE))
    await week.stage.house.plan()


async def test_a_question_in_the_outbox_stays_there_when_the_team_switches_it_off(week: Week, jack: Pretend) -> None:
    await planned_but_not_sent(week, "2026-11-12 10:00")
    switch(week, on=False)
    await week.at("2026-11-12 11:00")
    assert questions(jack) == 0
    assert ("check_in", "the team switched it off") in week.not_sent()

    switch(week, on=True)
    await week.at("2026-11-12 11:05")
    assert questions(jack) == 1
    await week.at("2026-11-12 16:00")
    jack.sees("One to go for Friday's board")


async def test_what_was_asked_before_it_was_switched_off_is_not_reminded_of(week: Week, jack: Pretend) -> None:
    await week.at("2026-11-12 10:00")
    before = jack.count()
    switch(week, on=False)

    await week.at("2026-11-13 12:00")

    assert jack.count() == before


# --- what comes back --------------------------------------------------------------------------------------------


async def test_a_question_that_comes_back_through_a_handover_is_reminded_of_at_four(week: Week, jack: Pretend) -> None:
    await jack.types("KR3 60")
    await week.at("2026-11-12 10:00")
    assert questions(jack) == 0

    await week.at("2026-11-12 12:00")
    hand_to(week, 2, "jack")
    await week.at("2026-11-12 12:01")
    assert questions(jack) == 1

    await week.at("2026-11-12 16:00")
    jack.sees("One to go for Friday's board", "KR2")
    await week.restarts()
    await week.at("2026-11-13 12:00")
    assert questions(jack) == 1


# --- who has nothing else to do with the team ------------------------------------------------------------------


def leaves_the_team(week: Week, handle: str) -> None:
    """Somebody is no member any more; what they owned is Jack's."""

    def change(session: Session) -> None:
        person, jack = person_of(session, handle), person_of(session, "jack")
        for row in session.exec(select(m.Membership).where(m.Membership.person_id == person.id)):
            session.delete(row)
        for kr in session.exec(select(m.KeyResult).where(m.KeyResult.lead_owner_id == person.id)):
            kr.lead_owner_id = jack.id
            session.add(kr)

    week.change(change)


async def test_who_looks_after_a_health_metric_only_is_asked_about_it(week: Week, bea: Pretend) -> None:
    leaves_the_team(week, "bea")
    look_after(week, "bea", "Team health")

    await week.at("2026-11-19 10:00")
    bea.sees("Health check, one tap:", "Team health")
    await bea.taps("🟢", "Team health: green")
    await week.restarts()
    await week.at("2026-11-20 12:00")

    assert bea.count() == 1


async def test_who_looks_after_a_health_metric_only_is_left_alone_while_away(week: Week, bea: Pretend) -> None:
    leaves_the_team(week, "bea")
    look_after(week, "bea", "Team health")
    goes_away(week, "bea", "2026-11-18", "2026-11-25")

    await week.at("2026-11-24 12:00")

    assert bea.count() == 0


async def test_a_team_that_everybody_left_stops_no_clock(week: Week, growth: Place) -> None:
    def empty(session: Session) -> None:
        for row in session.exec(select(m.Membership)):
            session.delete(row)
        for kr in session.exec(select(m.KeyResult)):
            kr.lead_owner_id = None
            session.add(kr)
        for shared in session.exec(select(m.CoOwner)):
            session.delete(shared)

    await week.at("2026-11-12 10:00")
    before = len(week.posted)
    week.change(empty)
    await week.at("2026-11-16 12:00")

    assert growth.count() <= 2
    assert all(not one.spot.is_person for one in week.posted[before:])


# --- zones and clocks ---------------------------------------------------------------------------------------------


async def test_a_zone_that_no_clock_knows_any_more_is_the_workspace_s(elsewhere: Week, tom: Pretend) -> None:
    def lose(session: Session) -> None:
        for team in session.exec(select(m.Team)):
            team.timezone = "Mars/Base"
            session.add(team)
        for person in session.exec(select(m.Person)):
            person.timezone = "Mars/Base"
            session.add(person)
        for row in session.exec(select(m.Meeting)):
            row.timezone = "Mars/Base"
            session.add(row)

    elsewhere.change(lose)
    await elsewhere.at("2026-11-12 09:59")
    assert tom.count() == 0

    await elsewhere.at("2026-11-12 10:00")
    assert questions(tom) == 1
    await tom.types("/okr board")
    await elsewhere.at("2026-11-16 10:00")
    assert elsewhere.channel("#huadong").count() == 1


def meets(weekday: int, at: time, **changes: object) -> Callable[[Session], None]:
    """Growth meets on another day, in a cycle that lasts until summer."""

    def change(session: Session) -> None:
        row = session.exec(select(m.Meeting)).one()
        row.weekdays, row.time = [weekday], at
        for name, value in changes.items():
            setattr(row, name, value)
        session.add(row)
        cycle = session.exec(select(m.Cycle)).one()
        cycle.last_day = date(2027, 6, 30)
        session.add(cycle)
        for kr in session.exec(select(m.KeyResult)):
            kr.due = cycle.last_day
            session.add(kr)

    return change


async def test_when_the_clocks_change_over_the_weekend_ten_o_clock_stays_ten_o_clock(
    week: Week, jack: Pretend, growth: Place
) -> None:
    week.change(meets(0, time(10)))
    await week.restarts("2027-03-26 09:55")
    before = questions(jack)
    await week.at("2027-03-26 10:00")
    assert questions(jack) == before + 1
    boards = growth.count()
    await week.at("2027-03-29 09:49")
    assert growth.count() == boards
    await week.at("2027-03-29 09:50")
    assert growth.count() == boards + 1
    await week.restarts()
    await week.at("2027-03-29 10:50")

    assert (questions(jack), growth.count()) == (before + 1, boards + 2)  # the second asks for next steps


async def test_a_meeting_in_the_hour_that_is_skipped_is_opened_once(week: Week, growth: Place) -> None:
    week.change(meets(6, time(2, 30)))
    await week.restarts("2027-03-27 12:00")
    before = growth.count()
    await week.at("2027-03-28 03:19")
    assert growth.count() == before
    await week.at("2027-03-28 03:20")
    await week.restarts()
    await week.at("2027-03-28 03:40")

    assert growth.count() == before + 1


async def test_a_board_before_midnight_for_a_meeting_after_it_is_one(week: Week, jack: Pretend, growth: Place) -> None:
    week.change(meets(4, time(0, 5), duration=30))
    await week.at("2026-11-12 10:00")
    assert questions(jack) == 1
    await week.at("2026-11-12 23:55")
    assert growth.count() == 1
    for moment in ("2026-11-12 23:59", "2026-11-13 00:00", "2026-11-13 00:01", "2026-11-13 00:20"):
        await week.at(moment)
        week.change(lambda session: None)
        await week.restarts()
    assert growth.count() == 1
    await week.at("2026-11-13 18:00")

    assert (questions(jack), growth.count()) == (1, 2)  # the second asks for next steps


# --- the edges of a cycle, days off --------------------------------------------------------------------------------


def cycle_is(first: str, last: str) -> Callable[[Session], None]:
    def change(session: Session) -> None:
        row = session.exec(select(m.Cycle)).one()
        row.first_day, row.last_day = date.fromisoformat(first), date.fromisoformat(last)
        session.add(row)

    return change


async def test_on_the_first_day_of_a_cycle_is_asked_and_shown(week: Week, jack: Pretend, growth: Place) -> None:
    week.change(cycle_is("2026-11-12", "2027-02-10"))
    await week.at("2026-11-13 09:50")

    assert questions(jack) == 1
    assert growth.count() == 1
    growth.sees("week 1 of 13")


async def test_on_the_last_day_of_a_cycle_is_shown_and_on_the_next_nothing_is_asked(
    week: Week, jack: Pretend, growth: Place
) -> None:
    week.change(cycle_is("2026-10-01", "2026-11-13"))
    await week.at("2026-11-13 18:00")
    boards = growth.count()
    assert (questions(jack), boards) == (1, 2)

    await week.at("2026-11-27 18:00")
    assert (questions(jack), growth.count()) == (1, boards)


async def test_a_holiday_on_the_meeting_day_found_after_the_question_leaves_no_word_of_a_board(
    week: Week, jack: Pretend, growth: Place
) -> None:
    await week.at("2026-11-12 16:30")
    before = jack.count()

    def holiday(session: Session) -> None:
        workspace = session.exec(select(m.Workspace)).one()
        session.add(m.Holiday(workspace_id=workspace.id, calendar="*", day=date(2026, 11, 13), kind=m.HolidayKind.OFF))

    week.change(holiday)
    await week.at("2026-11-16 20:00")
    assert jack.count() == before
    assert growth.count() == 0

    await week.at("2026-11-19 10:00")
    assert questions(jack) == 2
    await week.at("2026-11-20 09:50")
    assert growth.count() == 1
    growth.sees("week 8 of 13")


async def test_two_who_stand_in_for_each_other_are_both_asked_when_they_are_back(
    week: Week, li: Pretend, ana: Pretend
) -> None:
    goes_away(week, "li", "2026-11-11", "2026-11-17", "ana")
    goes_away(week, "ana", "2026-11-11", "2026-11-17", "li")
    await week.at("2026-11-17 23:00")
    assert (questions(li), questions(ana)) == (0, 0)

    await week.at("2026-11-19 10:00")
    assert (questions(li), questions(ana)) == (1, 1)
    assert asked_twice(week) == []


async def test_a_meeting_that_is_moved_every_hour_is_asked_about_once_and_opened_once(
    week: Week, jack: Pretend, growth: Place
) -> None:
    await week.at("2026-11-12 11:00")
    for weekday, at in ((2, time(10)), (4, time(18)), (0, time(9)), (4, time(8)), (4, time(12))):
        week.change(meets(weekday, at))
        await week.minutes(60)
        await week.restarts()
    await week.at("2026-11-15 20:00")

    assert questions(jack) == 1
    assert growth.count() == 2  # one board, one question for next steps
    assert asked_twice(week) == []


# --- silence while the lead is away -----------------------------------------------------------------------------


def posted_to(person: Pretend, words: str) -> int:
    """How many messages ever went to somebody that held these words."""
    return sum(words in plain_text(one.card) for one in person.week.posted if one.spot == person.spot)


async def test_a_dark_notice_waits_for_the_lead_and_comes_once(week: Week, mei: Pretend, ana: Pretend) -> None:
    goes_away(week, "mei", "2026-11-12", "2026-11-20", "ana")
    await week.at("2026-11-22 20:00")
    assert (posted_to(mei, "KR2 (Li)"), posted_to(ana, "greyed out")) == (0, 0)

    await week.at("2026-11-23 10:00")
    mei.sees("KR2 (Li) has had no update for", "its colour is greyed out")
    await week.restarts()
    await week.at("2026-11-25 12:00")
    assert posted_to(mei, "KR2 (Li)") == 1


async def test_a_dark_notice_that_waits_is_dropped_when_the_owner_speaks(week: Week, mei: Pretend, li: Pretend) -> None:
    goes_away(week, "mei", "2026-11-12", "2026-11-20", "ana")
    await week.at("2026-11-19 12:00")
    await li.types("KR2 31%")

    await week.at("2026-11-25 12:00")

    assert posted_to(mei, "KR2 (Li)") == 0
