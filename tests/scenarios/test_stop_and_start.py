"""Okra stops and starts again: nothing twice, nothing lost, nothing in a burst."""

from bot.intake.inbound import Say
from tests.scenarios.week import Place, Pretend, Week


async def test_a_restart_asks_nobody_twice(week: Week, mei: Pretend, growth: Place) -> None:
    await week.at("2026-11-12 10:00")
    await week.restarts()
    await week.at("2026-11-12 16:00")
    await week.restarts()
    await week.at("2026-11-13 09:50")
    await week.restarts()
    await week.at("2026-11-13 10:30")

    assert [header[:12] for header in mei.headers()] == ["Hi, I'm the ", "Weekly check", "One to go fo", "The board go"]
    assert growth.count() == 1


async def test_a_button_works_across_a_restart(week: Week, mei: Pretend) -> None:
    await week.at("2026-11-12 10:00")
    await week.restarts()

    await mei.taps("0.7")

    mei.sees("✓", "self-score 0.7")


async def test_a_question_is_asked_after_a_morning_of_downtime(week: Week, mei: Pretend) -> None:
    await week.restarts("2026-11-12 14:00")

    mei.sees("Weekly check-in")


async def test_after_downtime_over_the_digest_it_is_left_out_and_says_why(
    week: Week, mei: Pretend, growth: Place
) -> None:
    await week.at("2026-11-12 10:00")

    await week.restarts("2026-11-13 11:30")

    assert growth.count() == 0
    assert ("digest", "the meeting had begun") in week.not_sent()
    assert len(mei.headers()) == 2, "reminders of a meeting that is over are not sent in a burst"


async def test_a_digest_up_to_ten_minutes_into_the_meeting_is_still_posted(week: Week, growth: Place) -> None:
    await week.at("2026-11-12 10:00")

    await week.restarts("2026-11-13 10:08")

    assert growth.count() == 1


async def test_an_answer_to_a_locked_database_is_told_and_can_be_given_again(week: Week, mei: Pretend) -> None:
    await week.at("2026-11-12 10:00")
    week.expect("error")

    with week.locked():
        console = week.stage.console
        result = await console.types("mei", "46k")

    assert isinstance(result, Say)
    mei.sees("I could not save that just now. Nothing was recorded; please try again.")
    assert week.said_of("GRO-1") == []

    await mei.types("46k")
    assert len(week.said_of("GRO-1")) == 1
