"""When people or whole teams fall silent: one question back, to whoever can change something, and then peace.

Each of the three questions is asked on both databases once; the other stories are long, and the same to the database.
"""

from datetime import date, timedelta

import pytest
from sqlmodel import Session, select

from bot.cards.plain import plain_text
from bot.okr.model import Cadence
from storage import models as m
from tests.scenarios.week import Pretend, Week

BAD_TIME = "Is this a bad time of week?"
QUIET = "No updates in Growth for two weeks. What fits?"
FEW = "on average. Would one of these help?"
THIRD_FRIDAY = "2026-11-27 10:00"
"""Asked on the Thursdays 12, 19 and 26 November."""


def said(week: Week, words: str) -> list[tuple[str, str]]:
    """Who read this, and on which day and at what time in Madrid."""
    return [
        (one.spot.name, f"{one.at.astimezone(week.clock.now().tzinfo) + timedelta(hours=1):%m-%d %H:%M}")
        for one in week.posted
        if words in plain_text(one.card)
    ]


async def weeks_of_answers(week: Week, *people: str) -> None:
    """Three weeks in which only these people answer."""
    for thursday in ("2026-11-12", "2026-11-19", "2026-11-26"):
        await week.at(f"{thursday} 11:00")
        for name in people:
            await week.person(name).types(f"{'KR1 45k' if name == 'mei' else 'no change'}")
    await week.at("2026-12-01 18:00")


async def test_three_questions_without_an_answer_are_followed_by_another_one(
    week: Week, mei: Pretend, bea: Pretend
) -> None:
    for thursday in ("2026-11-12", "2026-11-19", "2026-11-26"):
        await week.at(f"{thursday} 11:00")
        await mei.types("KR1 45k")
    await week.at("2026-11-27 09:59")
    assert said(week, BAD_TIME) == []

    await week.at(THIRD_FRIDAY)

    assert sorted(said(week, BAD_TIME)) == [(name, "11-27 10:00") for name in ("ana", "bea", "jack", "li")]
    bea.sees(BAD_TIME, "[Tue 10:00] [Thu 16:00] [Fri 11:00] [Someone else owns it]")

    await week.at("2026-12-22 18:00")
    assert len([name for name, _ in said(week, BAD_TIME) if name != "mei"]) == 4


@pytest.mark.sqlite_is_enough
async def test_an_answer_of_any_kind_ends_the_silence(week: Week, jack: Pretend, li: Pretend) -> None:
    await week.at("2026-11-12 11:00")
    await week.at("2026-11-19 11:00")
    await jack.taps("Not this week") if "Not this week" in jack.offered() else await jack.types("skip")
    await li.types("later")

    await week.at("2026-11-27 18:00")

    assert {name for name, _ in said(week, BAD_TIME)}.isdisjoint({"jack", "li"})


@pytest.mark.sqlite_is_enough
async def test_someone_away_is_asked_when_they_are_back(week: Week, bea: Pretend) -> None:
    await week.at("2026-11-26 18:00")

    def away(session: Session) -> None:
        person = session.exec(select(m.Person).where(m.Person.handle == "bea")).one()
        first, last = date(2026, 11, 27), date(2026, 12, 1)
        session.add(m.Away(workspace_id=person.workspace_id, person_id=person.id, first_day=first, last_day=last))

    week.change(away)
    await week.at("2026-12-02 18:00")

    assert [when for name, when in said(week, BAD_TIME) if name == "bea"] == ["12-02 10:00"]
    assert BAD_TIME in bea.newest()


@pytest.mark.sqlite_is_enough
async def test_an_answer_between_planning_and_sending_is_heard(week: Week, bea: Pretend) -> None:
    await week.at("2026-11-27 09:59")
    await bea.types("no change")

    await week.at("2026-11-30 18:00")

    assert "bea" not in {name for name, _ in said(week, BAD_TIME)}


@pytest.mark.sqlite_is_enough
async def test_a_team_that_is_quiet_for_ten_working_days_is_the_lead_s_to_change(week: Week, mei: Pretend) -> None:
    """Nobody was heard since they began on Thu 12 November: Thu 26 is the tenth working day after."""
    await week.at("2026-11-26 09:59")
    assert said(week, QUIET) == []

    await week.at("2026-11-26 10:00")

    assert said(week, QUIET) == [("mei", "11-26 10:00")]
    mei.sees(f"{QUIET}\n[Another day] [Every two weeks] [Fewer KRs] [Stop for now]")
    await week.at("2026-12-18 18:00")
    assert len(said(week, QUIET)) == 1
    assert said(week, FEW) == []


@pytest.mark.sqlite_is_enough
async def test_a_biweekly_team_is_not_asked_so_soon(week: Week) -> None:
    def rarer(session: Session) -> None:
        session.exec(select(m.Team)).one().cadence = Cadence.BIWEEKLY

    week.change(rarer)
    await week.at("2026-12-09 18:00")
    assert said(week, "No updates in Growth") == []

    await week.at("2026-12-10 10:00")
    assert said(week, "No updates in Growth for four weeks. What fits?") == [("mei", "12-10 10:00")]


@pytest.mark.sqlite_is_enough
async def test_a_team_that_stopped_for_now_is_left_in_peace(week: Week) -> None:
    def stop(session: Session) -> None:
        team = session.exec(select(m.Team)).one()
        team.rituals = {**team.rituals, "weekly_checkin": False}
        session.add(team)

    await week.at("2026-11-18 12:00")
    week.change(stop)
    await week.at("2026-12-04 18:00")

    assert said(week, QUIET) + said(week, FEW) + said(week, BAD_TIME) == []


async def test_few_answers_three_weeks_running_are_told_to_the_lead_alone(week: Week, mei: Pretend) -> None:
    await weeks_of_answers(week, "mei", "jack")

    assert said(week, FEW) == [("mei", "11-30 10:00")]
    mei.sees(
        "Growth · updated in time, last three check-ins\n2 of 5 on average. Would one of these help?\n"
        "[Another day or time] [Automate a KR] [Fewer KRs] [Every two weeks]"
    )


@pytest.mark.sqlite_is_enough
async def test_few_answers_are_not_brought_up_again_before_four_more_weeks(week: Week, mei: Pretend) -> None:
    await weeks_of_answers(week, "mei", "jack")
    for thursday in ("2026-12-03", "2026-12-10", "2026-12-17"):
        await week.at(f"{thursday} 11:00")
        await mei.types("KR1 45k")
    await week.at("2026-12-22 18:00")

    assert len(said(week, FEW)) == 1
    assert ("participation", "asked in the last weeks already") in week.not_sent()


@pytest.mark.sqlite_is_enough
async def test_a_team_that_answers_is_told_nothing(week: Week) -> None:
    await weeks_of_answers(week, "mei", "jack", "ana", "bea")

    assert said(week, FEW) + said(week, QUIET) == []


@pytest.mark.sqlite_is_enough
async def test_a_team_that_was_heard_in_time_is_not_quiet(week: Week, jack: Pretend) -> None:
    await week.at("2026-11-26 09:30")
    await jack.types("KR3 60")

    await week.at("2026-12-04 18:00")

    assert said(week, QUIET) == []


async def test_who_leads_by_now_is_told(week: Week, jack: Pretend, mei: Pretend) -> None:
    def hand_over(session: Session) -> None:
        roles = {one.person_id: one for one in session.exec(select(m.Membership))}
        by_name = {one.handle: roles[one.id] for one in session.exec(select(m.Person)) if one.id in roles}
        by_name["mei"].role = m.TeamRole.MEMBER
        session.flush()
        by_name["jack"].role = m.TeamRole.LEAD

    await week.at("2026-11-25 18:00")
    week.change(hand_over)
    await week.at("2026-11-26 18:00")

    assert said(week, QUIET) == [("jack", "11-26 10:00")]
    assert QUIET in jack.newest() or any(QUIET in text for text in jack.texts())
    mei.sees_nothing_of(QUIET)
