"""Two reminders at most, to those who have not answered, and to nobody else."""

from sqlmodel import Session, select

from storage import models as m
from tests.scenarios.week import Pretend, Week


def switch(session: Session, *, on: bool) -> None:
    """Li's account is switched on or off."""
    person = session.exec(select(m.Person).where(m.Person.handle == "li")).one()
    person.active = on
    session.add(person)


async def test_who_is_silent_is_reminded_at_four_and_an_hour_before_the_board(week: Week, li: Pretend) -> None:
    await week.at("2026-11-12 15:59")
    asked = li.count()

    await week.at("2026-11-12 16:00")
    assert li.count() == asked + 1
    assert li.newest().startswith("One to go for Friday's board: KR2.")

    await week.at("2026-11-13 08:59")
    assert li.count() == asked + 1

    await week.at("2026-11-13 09:00")
    assert li.count() == asked + 2
    assert li.newest().startswith("The board goes out at 09:50. One tap is enough.")


async def test_who_has_answered_is_not_reminded(week: Week, mei: Pretend) -> None:
    await week.at("2026-11-12 10:00")
    await mei.taps("0.7")
    asked = mei.count()

    await week.at("2026-11-13 09:49")

    assert mei.count() == asked


async def test_a_reminder_lists_only_what_is_open(week: Week, ana: Pretend) -> None:
    await week.at("2026-11-12 10:00")
    await ana.taps("7 ▲", "KR4")

    await week.at("2026-11-12 16:00")

    assert ana.newest().startswith("One to go for Friday's board: KR3.")


async def test_a_reminder_is_answered_by_its_own_button(week: Week, li: Pretend) -> None:
    await week.at("2026-11-12 16:00")

    await li.taps("👍 Same, still 28%")

    assert [row.kind.value for row in week.said_of("GRO-2")] == ["confirm"]
    li.sees("Weekly check-in", "no change, 28%")


async def test_nobody_is_written_to_after_the_digest(week: Week, li: Pretend) -> None:
    await week.at("2026-11-13 09:50")
    before = li.count()

    await week.at("2026-11-13 23:00")

    assert li.count() == before


async def test_whose_account_is_off_for_a_moment_is_reminded_when_it_is_on_again(week: Week, li: Pretend) -> None:
    await week.at("2026-11-12 15:59")
    week.change(lambda session: switch(session, on=False))
    await week.at("2026-11-12 16:10")
    asked = li.count()

    week.change(lambda session: switch(session, on=True))
    await week.at("2026-11-12 16:31")

    assert li.count() == asked + 1
    assert li.newest().startswith("One to go for Friday's board: KR2.")


async def test_whose_account_stays_off_is_left_out_when_its_moment_is_over(week: Week) -> None:
    await week.at("2026-11-12 15:59")
    week.change(lambda session: switch(session, on=False))

    await week.at("2026-11-12 18:02")

    assert week.not_sent() == {("reminder_1", "the account is off")}
