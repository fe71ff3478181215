"""Teams without a meeting, a lead or a cycle, a cycle's last day, and two owners who answer in the same moment."""

import asyncio
from datetime import date

from sqlmodel import Session, select

from storage import models as m
from tests.scenarios.week import Place, Pretend, Week


async def test_two_owners_who_answer_at_once_are_both_kept(week: Week, jack: Pretend, ana: Pretend) -> None:
    await week.at("2026-11-12 10:00")

    await asyncio.gather(jack.types("KR3 61, 0.7"), ana.types("KR3 63, 0.7"))

    said = week.said_of("GRO-3")
    assert {str(row.value) for row in said} == {"61", "63"}

    def counts(session: Session) -> str:
        row = session.exec(select(m.KeyResult).where(m.KeyResult.number == 3)).one()
        return str(row.current.value)

    assert week.look(counts) == str(said[-1].value)


async def test_a_team_without_a_meeting_is_asked_on_monday_and_reads_its_board_on_tuesday(
    week: Week, mei: Pretend, growth: Place
) -> None:
    def meets_no_more(session: Session) -> None:
        for row in session.exec(select(m.Meeting)):
            session.delete(row)

    week.change(meets_no_more)

    await week.at("2026-11-16 10:05")
    mei.sees("Weekly check-in · Growth")

    await week.at("2026-11-17 10:05")
    growth.sees("Growth · OKR board")


async def test_a_team_without_a_lead_is_asked_and_its_silence_is_told_to_nobody_above(
    week: Week, mei: Pretend, growth: Place
) -> None:
    def nobody_leads(session: Session) -> None:
        for row in session.exec(select(m.Membership)):
            row.role = m.TeamRole.MEMBER
            session.add(row)

    week.change(nobody_leads)

    await week.at("2026-11-17 12:00")

    growth.sees("Growth · OKR board")
    mei.sees("Weekly check-in · Growth")
    mei.sees_nothing_of("greyed out")
    assert ("dark", "the team has no lead") in week.not_sent()


async def test_without_a_cycle_nobody_is_asked_and_the_reason_is_kept(week: Week, mei: Pretend, growth: Place) -> None:
    def over(session: Session) -> None:
        cycle = session.exec(select(m.Cycle)).one()
        cycle.last_day = date(2026, 11, 11)
        session.add(cycle)

    week.change(over)

    await week.at("2026-11-13 10:30")

    assert mei.count() == 0
    assert growth.count() == 0
    assert "no active cycle on that day" in {reason for _, reason in week.not_sent()}


async def test_on_the_last_day_of_a_cycle_an_answer_still_counts_and_opens_the_meeting(
    week: Week, mei: Pretend, growth: Place
) -> None:
    def ends_on_friday(session: Session) -> None:
        cycle = session.exec(select(m.Cycle)).one()
        cycle.last_day = date(2026, 11, 13)
        session.add(cycle)
        for row in session.exec(select(m.KeyResult)):
            row.due = date(2026, 11, 13)
            session.add(row)

    week.change(ends_on_friday)
    await week.at("2026-11-12 10:00")

    await mei.types("58k, 0.9")

    await week.at("2026-11-13 09:55")
    growth.sees("KR1 Enterprise MRR · $58k / $60k")
    await week.at("2026-11-20 12:00")
    assert len([header for header in growth.headers() if "OKR board" in header]) == 1
