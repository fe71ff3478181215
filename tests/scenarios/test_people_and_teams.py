"""People without a time zone, people who left, teams without a channel, days off."""

from datetime import date

from sqlmodel import Session, select

from storage import models as m
from tests.scenarios.week import Place, Pretend, Week


async def test_without_a_time_zone_of_their_own_a_person_lives_by_the_company_s(week: Week, bea: Pretend) -> None:
    await week.at("2026-11-12 09:59")
    assert bea.count() == 0

    await week.at("2026-11-12 10:00")
    bea.sees("Weekly check-in")


async def test_ten_o_clock_is_ten_where_the_person_lives(elsewhere: Week, tom: Pretend) -> None:
    await elsewhere.at("2026-11-12 10:59")
    assert tom.count() == 0

    await elsewhere.at("2026-11-12 11:00")
    tom.sees("Weekly check-in · Support")


async def test_an_account_that_is_off_is_not_written_to_and_says_why(week: Week, li: Pretend, growth: Place) -> None:
    def turn_off(session: Session) -> None:
        person = session.exec(select(m.Person).where(m.Person.handle == "li")).one()
        person.active = False
        session.add(person)

    week.change(turn_off)
    await week.at("2026-11-13 09:50")

    assert li.count() == 0
    assert ("check_in", "the account is off") in week.not_sent()
    growth.sees("KR2 Self-serve renewals")


async def test_an_account_that_is_off_cannot_answer(week: Week, jack: Pretend) -> None:
    await week.at("2026-11-12 10:00")

    def turn_off(session: Session) -> None:
        person = session.exec(select(m.Person).where(m.Person.handle == "jack")).one()
        person.active = False
        session.add(person)

    week.change(turn_off)
    await jack.types("KR3 61")

    assert week.said_of("GRO-3") == []


async def test_a_team_without_a_channel_is_asked_and_its_digest_is_left_out(elsewhere: Week, tom: Pretend) -> None:
    await elsewhere.at("2026-11-13 12:30")

    tom.sees("Weekly check-in · Support")
    assert ("digest", "the team has no channel") in elsewhere.not_sent()


async def test_who_is_away_until_after_the_digest_is_not_asked(week: Week, jack: Pretend) -> None:
    def away(session: Session) -> None:
        person = session.exec(select(m.Person).where(m.Person.handle == "jack")).one()
        session.add(
            m.Away(
                workspace_id=person.workspace_id,
                person_id=person.id,
                first_day=date(2026, 11, 11),
                last_day=date(2026, 11, 16),
            )
        )

    week.change(away)
    await week.at("2026-11-13 10:00")

    assert jack.count() == 0


async def test_a_person_who_cannot_be_written_to_is_told_to_the_lead_once(
    week: Week, jack: Pretend, mei: Pretend
) -> None:
    week.expect("failed")
    week.leaves("jack")

    await week.at("2026-11-13 09:50")

    assert jack.count() == 0
    assert sum(header.startswith("I cannot write to Jack") for header in mei.headers()) == 1
