"""After downtime: what is still sent, what is skipped, and that nothing comes in the night (spec/10 §17)."""

from datetime import time

import pytest

from bot.okr.planning import Message, Planned, SentPrompt, SkipReason, TeamFacts, plan
from bot.okr.planning.facts import Ritual
from tests.okr.planning.given import (
    FRIDAY,
    MONDAY,
    THURSDAY,
    WEDNESDAY,
    at,
    meeting,
    person,
    shown,
    team,
)

WEDNESDAYS_QUESTION = team(person(check_in_weekday=WEDNESDAY))
"""Asked on Wed 4 Nov at 10:00 for Mon 9 Nov."""


def of_period(facts: TeamFacts, now: str, period: str) -> Planned:
    answer = plan(facts, Ritual.WEEKLY_CHECK_IN, at(now))
    (one,) = (
        one for one in (*answer.messages, *answer.skips) if (one.message, one.period) == (Message.CHECK_IN, period)
    )
    return one


def test_a_question_that_is_23_hours_late_is_due() -> None:
    question = of_period(WEDNESDAYS_QUESTION, "2026-11-05 09:00", "2026-11-09")
    assert (question.skip, shown(question.due_at)) == (None, "Wed 2026-11-04 10:00")


def test_a_question_that_is_25_hours_late_is_skipped() -> None:
    assert of_period(WEDNESDAYS_QUESTION, "2026-11-05 11:00", "2026-11-09").skip is SkipReason.TOO_LATE


def test_a_question_whose_digest_has_passed_is_skipped() -> None:
    facts = team(meetings=(meeting(THURSDAY, "09:40"),))
    assert of_period(facts, "2026-11-12 09:29", "2026-11-12").skip is None
    assert of_period(facts, "2026-11-12 09:30", "2026-11-12").skip is SkipReason.DIGEST_PASSED


def test_a_question_found_in_the_night_goes_out_at_ten() -> None:
    question = of_period(WEDNESDAYS_QUESTION, "2026-11-04 23:10", "2026-11-09")
    assert (question.skip, shown(question.due_at)) == (None, "Thu 2026-11-05 10:00")


def test_a_question_found_on_a_day_off_goes_out_on_the_next_working_day() -> None:
    facts = team(meetings=(meeting(MONDAY, "15:00"),))
    question = of_period(facts, "2026-11-07 09:30", "2026-11-09")
    assert (question.skip, shown(question.due_at)) == (None, "Mon 2026-11-09 10:00")


def test_a_question_found_on_a_day_off_with_no_working_day_before_the_digest_is_skipped() -> None:
    assert of_period(team(), "2026-11-07 09:30", "2026-11-09").skip is SkipReason.DAY_OFF


def test_a_question_that_went_out_is_neither_late_nor_in_the_way_of_its_reminders() -> None:
    owner = person(prompts=(SentPrompt("2026-11-09", at("2026-11-06 10:00")),))
    answer = plan(team(owner, meetings=(meeting(MONDAY, "11:00"),)), Ritual.WEEKLY_CHECK_IN, at("2026-11-09 09:50"))
    assert {(one.message, one.period) for one in answer.messages} >= {
        (Message.CHECK_IN, "2026-11-09"),
        (Message.REMINDER_2, "2026-11-09"),
    }


def test_after_a_fortnights_silence_nothing_comes_in_a_burst() -> None:
    answer = plan(team(), Ritual.WEEKLY_CHECK_IN, at("2026-11-18 12:00"))
    assert answer.messages == ()
    assert [(one.period, one.skip) for one in answer.skips] == [("2026-11-16", SkipReason.DIGEST_PASSED)]


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-11-09 08:50", None),
        ("2026-11-09 09:09", None),
        ("2026-11-09 09:10", None),
        ("2026-11-09 09:11", SkipReason.MEETING_BEGAN),
    ],
)
def test_a_digest_is_posted_until_ten_minutes_after_the_meeting_began(now: str, expected: SkipReason | None) -> None:
    answer = plan(team(), Ritual.DIGEST, at(now))
    (digest,) = (one for one in (*answer.messages, *answer.skips) if one.period == "2026-11-09")
    assert digest.skip is expected


def test_a_digest_without_a_meeting_is_posted_until_ten_minutes_after_its_time() -> None:
    assert of_tuesday("2026-11-10 10:10") is None
    assert of_tuesday("2026-11-10 10:11") is SkipReason.MOMENT_PASSED


def of_tuesday(now: str) -> SkipReason | None:
    answer = plan(team(meetings=()), Ritual.DIGEST, at(now))
    (digest,) = (one for one in (*answer.messages, *answer.skips) if one.period == "2026-11-09")
    return digest.skip


def test_what_is_found_later_in_the_week_counts_for_the_week_in_which_it_goes_out() -> None:
    # Owed on Fri 6 Nov for Tue 10 Nov, found that evening, so sent on Mon 9 Nov: that week's own question gives way.
    owner = person(check_in_weekday=FRIDAY, check_in_time=time(15))
    sent = person(
        check_in_weekday=FRIDAY,
        check_in_time=time(15),
        prompts=(SentPrompt("2026-11-10", at("2026-11-09 10:00")),),
    )
    tuesday = (meeting(1, "15:00"),)
    question = of_period(team(owner, meetings=tuesday), "2026-11-06 19:00", "2026-11-10")
    assert (question.skip, shown(question.due_at)) == (None, "Mon 2026-11-09 10:00")
    assert of_period(team(sent, meetings=tuesday), "2026-11-13 15:00", "2026-11-17").skip is SkipReason.ASKED_THIS_WEEK


def test_a_plan_looks_no_further_back_than_eight_days() -> None:
    periods = {one.period for one in plan(team(), Ritual.DIGEST, at("2026-11-30 12:00")).skips}
    assert periods == {"2026-11-23", "2026-11-30"}


def test_a_clock_that_went_backwards_plans_the_same() -> None:
    owner = person(prompts=(SentPrompt("2026-11-09", at("2026-11-06 10:00")),))
    answer = plan(team(owner), Ritual.WEEKLY_CHECK_IN, at("2026-11-06 09:00"))
    assert "2026-11-09" not in {one.period for one in (*answer.messages, *answer.skips)}
    assert answer.next_due_at == at("2026-11-06 10:00")
