"""One question for several teams: which are in it, its period, and its reminders over all of them."""

from dataclasses import replace

import pytest

from bot.okr.planning import (
    LOOK_AHEAD,
    Message,
    PersonFacts,
    Planned,
    Ritual,
    SentPrompt,
    SkipReason,
    TeamFacts,
    as_asked_at,
    asked_together,
    period_of,
    plan,
)
from tests.okr.planning.given import (
    FRIDAY,
    MONDAY,
    THURSDAY,
    TUESDAY,
    WEDNESDAY,
    at,
    day,
    key_result,
    meeting,
    person,
    shown,
    team,
)

WEEKDAYS = (MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY)


def meets(number: int, weekday: int, who: PersonFacts, wall: str = "10:00") -> TeamFacts:
    """Team 1, 2, 3, ... of the same person."""
    facts = team(who, meetings=(meeting(weekday, wall, id=number),), key_results=(key_result(number),))
    return replace(facts, id=number)


def due_now(facts: TeamFacts, now: str) -> list[Planned]:
    found = plan(facts, Ritual.WEEKLY_CHECK_IN, at(now)).messages
    return [one for one in found if one.message is Message.CHECK_IN]


def together(first: TeamFacts, others: list[TeamFacts], now: str) -> tuple[Planned, list[Planned]]:
    (question,) = due_now(first, now)
    ahead = [
        one for facts in others for one in plan(facts, Ritual.WEEKLY_CHECK_IN, at(now), at(now) + LOOK_AHEAD).messages
    ]
    return question, list(asked_together(first.people[1], question, ahead, at(now)))


def test_the_period_is_that_of_the_earliest_meeting_whichever_team_is_first() -> None:
    mei = person()
    early, late = meets(1, FRIDAY, mei, "09:00"), meets(2, FRIDAY, mei, "15:00")
    monday = meets(3, MONDAY, mei)
    for first, others in ((early, [late, monday]), (late, [monday, early])):
        question, more = together(first, others, "2026-11-12 10:00")
        assert period_of([question, *more]) == "2026-11-13"
        assert sorted(kr for one in (question, *more) for kr in one.kr_ids) == [1, 2, 3]


def test_a_team_without_a_meeting_and_one_that_meets_on_its_day() -> None:
    mei = person()
    without = replace(meets(1, MONDAY, mei), meetings=())  # asks on Mon 9, board on Tue 10 at 10:00
    tuesday = meets(2, TUESDAY, mei, "09:00")  # asks on Mon 9
    for first, other in ((without, tuesday), (tuesday, without)):
        question, more = together(first, [other], "2026-11-09 10:00")
        assert period_of([question, *more]) == "2026-11-10"
        assert {one.period for one in (question, *more)} == {"2026-11-09", "2026-11-10"}


def test_after_downtime_the_order_of_planning_changes_nothing() -> None:
    mei = person()
    wednesday, friday = meets(1, THURSDAY, mei, "17:00"), meets(2, FRIDAY, mei, "17:00")
    bundles = []
    for first, other in ((wednesday, friday), (friday, wednesday)):
        question, more = together(first, [other], "2026-11-12 10:00")
        bundles.append((period_of([question, *more]), sorted(kr for one in (question, *more) for kr in one.kr_ids)))
    assert bundles[0] == bundles[1] == ("2026-11-12", [1, 2])


def test_what_is_out_already_is_not_asked_again() -> None:
    mei = person(prompts=(SentPrompt("2026-11-09", at("2026-11-06 10:00")),))
    _, more = together(meets(1, FRIDAY, mei), [meets(2, MONDAY, mei)], "2026-11-12 10:00")
    assert [one.period for one in more] == ["2026-11-16"]


def test_two_working_days_are_near_and_three_are_not() -> None:
    mei = person()
    tuesday, wednesday = meets(2, WEDNESDAY, mei), meets(3, THURSDAY, mei)  # ask on Tue 17 and Wed 18
    _, more = together(meets(1, MONDAY, mei), [tuesday, wednesday], "2026-11-13 10:00")
    assert [one.period for one in more] == ["2026-11-18"]


def test_what_is_asked_earlier_is_as_fresh_as_on_that_day() -> None:
    mei = person()
    later = replace(meets(2, MONDAY, mei), key_results=(key_result(2, updated_on=day("2026-11-10")), key_result(3)))
    _, (other,) = together(meets(1, THURSDAY, mei), [later], "2026-11-11 10:00")
    asked = as_asked_at(later, mei, other, at("2026-11-11 10:00"))
    assert (asked.kr_ids, asked.suppressed_kr_ids) == ((3,), (2,))


# --- reminders over all teams ------------------------------------------------------------------------------


def reminders(facts: TeamFacts, now: str, until: str) -> list[tuple[str, str, str]]:
    found = plan(facts, Ritual.WEEKLY_CHECK_IN, at(now), at(until)).messages
    return [
        (one.message.value, shown(one.due_at), one.period)
        for one in found
        if one.message in (Message.REMINDER_1, Message.REMINDER_2)
    ]


def test_a_team_whose_questions_went_out_with_another_s_reminds_under_that_one_s_key() -> None:
    mei = person(prompts=(SentPrompt("2026-11-13", at("2026-11-12 10:00")),))
    found = reminders(meets(2, MONDAY, mei, "11:00"), "2026-11-14 10:00", "2026-11-17 00:00")
    assert ("reminder_2", "Mon 2026-11-16 09:50", "2026-11-13") in found


def test_what_was_answered_in_the_other_team_s_question_is_not_reminded_of() -> None:
    mei = person(prompts=(SentPrompt("2026-11-13", at("2026-11-12 10:00")),))
    answered = replace(meets(2, MONDAY, mei, "11:00"), key_results=(key_result(2, updated_on=day("2026-11-12")),))
    found = reminders(answered, "2026-11-14 10:00", "2026-11-17 00:00")
    assert [one for one in found if one[2] == "2026-11-13"] == []


@pytest.mark.parametrize(
    ("reminded", "expected"),
    [
        ((), 1),
        (("2026-11-10 16:00",), 1),
        (("2026-11-09 09:00", "2026-11-10 16:00"), 0),
        (("2026-11-06 16:00", "2026-11-10 16:00"), 1),  # one of them was last week
    ],
)
def test_two_reminders_a_week_are_enough_for_all_teams(reminded: tuple[str, ...], expected: int) -> None:
    mei = person(
        prompts=(SentPrompt("2026-11-13", at("2026-11-12 10:00")),), reminded=tuple(at(one) for one in reminded)
    )
    found = reminders(meets(1, FRIDAY, mei, "11:00"), "2026-11-12 17:00", "2026-11-13 12:00")
    assert len([one for one in found if one[0] == "reminder_2"]) == expected


def test_asked_with_another_team_is_said_before_too_late() -> None:
    mei = person(prompts=(SentPrompt("2026-11-13", at("2026-11-12 10:00")),))
    found = plan(meets(2, MONDAY, mei), Ritual.WEEKLY_CHECK_IN, at("2026-11-16 09:00")).skips
    assert [(one.skip, one.asked_in) for one in found if one.period == "2026-11-16"] == [
        (SkipReason.ASKED_THIS_WEEK, "2026-11-13")
    ]


def test_five_meetings_in_a_week_are_one_question() -> None:
    mei = person()
    teams = [meets(number + 1, weekday, mei) for number, weekday in enumerate(WEEKDAYS)]
    tuesday, *others = teams[1:]
    question, more = together(tuesday, others, "2026-11-09 10:00")
    assert sorted(kr for one in (question, *more) for kr in one.kr_ids) == [2, 3, 4, 5]


@pytest.mark.parametrize("now", ["2026-11-16 10:00", "2026-11-16 17:00", "2026-11-17 09:10", "2026-11-17 09:49"])
def test_what_was_part_of_an_earlier_question_stays_so_however_late_it_is_looked_at(now: str) -> None:
    # Asked on Thu 12 Nov with another team; this one's is owed on Mon 16 Nov, two working days later.
    asked = person(prompts=(SentPrompt("2026-11-13", at("2026-11-12 10:00")),))
    found = plan(meets(2, TUESDAY, asked, "11:00"), Ritual.WEEKLY_CHECK_IN, at(now))
    assert due_now(meets(2, TUESDAY, asked, "11:00"), now) == []
    (question,) = (one for one in found.skips if one.message is Message.CHECK_IN and one.period == "2026-11-17")
    assert (question.skip, question.asked_in) == (SkipReason.ASKED_JUST_BEFORE, "2026-11-13")
