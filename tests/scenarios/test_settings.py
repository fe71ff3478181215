"""Settings change what comes next: another day, a team that pauses its questions, a moved meeting."""

from sqlmodel import Session

from bot.cards.model import FieldValue
from bot.cards.plain import plain_text
from bot.intake.inbound import Result, Say
from tests.scenarios.week import Place, Pretend, Week

MINE: dict[str, FieldValue] = {"lang": "en", "days": ("0", "1", "2", "3", "4"), "numbers": "dot"}
TEAM: dict[str, FieldValue] = {
    "title": "Growth weekly", "meeting_days": ("4",), "time": "10:00", "every": "1", "lead_minutes": "10",
    "duration": "45", "cadence": "weekly", "reminders": "2", "lang": "en",
    "rituals": ("weekly_checkin", "digest", "next_steps", "health"),
}  # fmt: skip


def said(result: Result) -> str:
    assert isinstance(result, Say), result
    return plain_text(result.card)


def nothing(_session: Session) -> None:
    """From here on the week is lived through and not copied from where it was asked."""


async def test_another_day_of_the_question(week: Week, li: Pretend) -> None:
    week.change(nothing)
    await li.types("/okr settings")
    await li.fills_in(**MINE, ask_day="2", ask_time="15.00")
    li.sees(
        "Saved.", "day of the question: by the team's meeting → Wed", "The next question goes out Wed 18 Nov 15:00."
    )

    await week.at("2026-11-12 12:00")
    assert not any("Weekly check-in" in text for text in li.texts())

    await week.at("2026-11-18 15:01")
    li.sees("Weekly check-in · Growth")


async def test_a_form_with_a_wrong_zone_stays_open_with_a_suggestion(week: Week, li: Pretend) -> None:
    await li.types("/okr settings")

    await li.fills_in(**MINE, ask_day="meeting", timezone="Europe/Madrd")

    assert "Did you mean Europe/Madrid" in li.form()
    assert week.not_sent() == set()


async def test_a_moved_meeting_moves_the_board(week: Week, mei: Pretend, growth: Place) -> None:
    week.change(nothing)
    await mei.types("/okr settings team GRO")
    await mei.fills_in(**{**TEAM, "time": "上午11点半"})
    mei.sees("Saved for Growth.", "the next board Fri 13 Nov 11:20.")

    await week.at("2026-11-13 11:15")
    assert growth.count() == 0
    await week.at("2026-11-13 11:21")
    growth.sees("Growth · OKR board")


async def test_a_team_that_stops_for_now_is_not_asked_until_it_starts_again(
    week: Week, mei: Pretend, li: Pretend
) -> None:
    week.change(nothing)
    await mei.types("/okr settings team")
    await mei.fills_in(**{**TEAM, "rituals": ("digest",)})
    mei.sees("weekly question: on → off", "No weekly question goes out until it is switched on again.")

    await week.at("2026-11-13 09:00")
    assert not any("Weekly check-in" in text for text in li.texts())

    await mei.types("/okr settings team")
    await mei.fills_in(**TEAM)
    await week.at("2026-11-19 10:05")
    li.sees("Weekly check-in · Growth")


async def test_members_are_told_who_may(week: Week, li: Pretend) -> None:
    assert said(await li.types("/okr settings team GRO")) == ("Only Mei or an admin can change the settings of Growth.")
    assert not li.has_form()
    assert week.not_sent() == set()


async def test_snooze_by_command_at_most_three_times(week: Week, li: Pretend) -> None:
    await week.at("2026-11-12 10:05")

    assert said(await li.types("/okr snooze 2h")) == "OK, I'll ask again at 12:05."
    await week.at("2026-11-12 12:06")
    assert said(await li.types("/okr snooze 30 min")) == "OK, I'll ask again at 12:36."
    await week.at("2026-11-12 12:40")
    assert said(await li.types("/okr snooze until Fri")).startswith("OK, I'll ask again Fri 10:00")
    assert "put this one off three times" in said(await li.types("/okr 稍后"))


async def test_snooze_refuses_what_is_no_time(week: Week, li: Pretend) -> None:
    await week.at("2026-11-12 10:05")

    for words in ("0h", "-2h", "banana", "0 min"):
        assert said(await li.types(f"/okr snooze {words}")).startswith("For how long?"), words
    for words in ("999999999h", "until 20 Jan 2027", "+9w"):
        assert said(await li.types(f"/okr snooze {words}")).startswith("That is after the next questions"), words
    jack = week.person("jack")
    await jack.types("KR3 61, 0.7")
    assert said(await jack.types("/okr snooze")) == "Nothing is waiting for an answer just now."
