"""Reminders: at most two, and none that would come in the night or all at once (spec/07 §12.3)."""

from datetime import datetime, time

import pytest

from bot.okr.localtime import QuietHours
from bot.okr.planning import Message, OpenedRun, SentPrompt, SkipReason, TeamFacts, plan
from bot.okr.planning.facts import PersonFacts, Ritual
from tests.okr.planning.given import (
    FRIDAY,
    MONDAY,
    THURSDAY,
    at,
    calendar,
    day,
    key_result,
    meeting,
    only,
    person,
    shown,
    team,
    times,
    week,
)

LATER_MONDAY = meeting(MONDAY, "11:00")


def reminders(facts: TeamFacts, **span: str) -> list[str]:
    found = week(facts, **span)
    return times(found, Message.REMINDER_1) + times(found, Message.REMINDER_2)


def test_the_first_reminder_comes_at_four_on_the_same_day_and_the_second_an_hour_before_the_digest() -> None:
    assert reminders(team(meetings=(LATER_MONDAY,))) == ["Fri 2026-11-06 16:00", "Mon 2026-11-09 09:50"]


def test_the_second_reminder_waits_for_the_end_of_quiet_hours() -> None:
    assert reminders(team(meetings=(meeting(MONDAY, "09:30"),)))[1] == "Mon 2026-11-09 09:00"


def test_fifteen_minutes_before_the_digest_are_enough_for_the_second_reminder() -> None:
    assert reminders(team(meetings=(meeting(MONDAY, "09:25"),)))[1:] == ["Mon 2026-11-09 09:00"]


def test_less_than_fifteen_minutes_before_the_digest_there_is_no_second_reminder() -> None:
    assert reminders(team(meetings=(meeting(MONDAY, "09:24"),)))[1:] == []


def test_the_second_reminder_of_who_is_quiet_over_midnight_comes_when_their_night_ends() -> None:
    owner = person(zone="Asia/Shanghai", quiet=QuietHours(time(22), time(0, 10)), calendar=calendar())
    facts = team(owner, meetings=(meeting(MONDAY, "17:50", lead_minutes=0),))  # 00:50 on Tuesday in Shanghai
    found = times(week(facts, last="2026-11-11"), Message.REMINDER_2, "Asia/Shanghai")
    assert found == ["Tue 2026-11-10 00:10"]


def test_a_second_reminder_whose_quiet_hours_end_after_the_digest_is_left_out() -> None:
    facts = team(meetings=(meeting(MONDAY, "20:00"),))
    assert reminders(facts)[1:] == []


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (0, []),
        (1, ["Fri 2026-11-06 16:00"]),
        (2, ["Fri 2026-11-06 16:00", "Mon 2026-11-09 09:50"]),
    ],
)
def test_a_team_chooses_how_many_reminders_it_wants(count: int, expected: list[str]) -> None:
    assert reminders(team(meetings=(LATER_MONDAY,), reminders=count)) == expected


def test_a_digest_that_opens_earlier_moves_the_second_reminder() -> None:
    facts = team(meetings=(meeting(MONDAY, "11:00", lead_minutes=45),))
    assert reminders(facts)[1] == "Mon 2026-11-09 09:15"


def test_without_a_meeting_the_second_reminder_is_an_hour_before_the_tuesday_digest() -> None:
    found = reminders(team(meetings=()), first="2026-11-09", last="2026-11-12")
    assert found == ["Mon 2026-11-09 16:00", "Tue 2026-11-10 09:00"]


def test_a_reminder_has_the_key_of_its_question_and_lists_what_is_open() -> None:
    answered = key_result(2, updated_on=day("2026-11-06"))
    owner = person(prompts=(SentPrompt("2026-11-09", at("2026-11-06 10:00")),))
    found = week(team(owner, key_results=(key_result(1), answered), meetings=(LATER_MONDAY,)), first="2026-11-06")
    for message in (Message.REMINDER_1, Message.REMINDER_2):
        reminder = only(found, message)
        assert (reminder.subject, reminder.period, reminder.kr_ids) == ("person:1", "2026-11-09", (1,))


def test_who_has_answered_everything_is_not_reminded() -> None:
    owner = person(prompts=(SentPrompt("2026-11-09", at("2026-11-06 10:00")),))
    facts = team(owner, key_results=(key_result(updated_on=day("2026-11-06")),), meetings=(LATER_MONDAY,))
    assert reminders(facts, first="2026-11-06") == []


def test_a_question_that_was_decided_against_has_no_reminders() -> None:
    facts = team(person(prompts_skipped=frozenset({"2026-11-09"})), meetings=(LATER_MONDAY,))
    assert reminders(facts) == []


def test_a_question_that_is_skipped_has_no_reminders() -> None:
    facts = team(person(muted_until=day("2026-11-06")), meetings=(LATER_MONDAY,))
    assert reminders(facts) == []


def test_who_asked_for_silence_after_the_question_is_not_reminded() -> None:
    owner = person(prompts=(SentPrompt("2026-11-09", at("2026-11-06 10:00")),), muted_until=day("2026-11-08"))
    assert reminders(team(owner, meetings=(LATER_MONDAY,)), first="2026-11-06") == ["Mon 2026-11-09 09:50"]


def test_whose_account_was_closed_after_the_question_is_not_reminded() -> None:
    owner = person(prompts=(SentPrompt("2026-11-09", at("2026-11-06 10:00")),), active=False)
    assert reminders(team(owner, meetings=(LATER_MONDAY,)), first="2026-11-06") == []


def test_the_second_reminder_is_left_out_on_the_owners_day_off() -> None:
    owner = person(calendar=calendar(off=frozenset({day("2026-11-09")})))
    assert reminders(team(owner, meetings=(LATER_MONDAY,))) == ["Fri 2026-11-06 16:00"]


def test_a_question_in_the_afternoon_has_no_reminder_within_the_hour() -> None:
    owner = person(check_in_time=time(15, 30))
    assert reminders(team(owner, meetings=(LATER_MONDAY,))) == ["Mon 2026-11-09 09:50"]


def test_where_both_reminders_would_come_within_an_hour_only_the_second_does() -> None:
    owner = person(check_in_weekday=THURSDAY, check_in_time=time(10))
    facts = team(owner, meetings=(meeting(THURSDAY, "17:10"),))
    assert reminders(facts, first="2026-11-12", last="2026-11-13") == ["Thu 2026-11-12 16:00"]
    assert times(week(facts, first="2026-11-12", last="2026-11-13"), Message.REMINDER_1) == []


def test_the_first_reminder_does_not_come_just_before_the_digest() -> None:
    owner = person(check_in_weekday=THURSDAY, check_in_time=time(10))
    facts = team(owner, meetings=(meeting(THURSDAY, "16:20"),), reminders=1)
    assert reminders(facts, first="2026-11-12", last="2026-11-13") == []


def test_a_question_that_went_out_late_is_reminded_of_on_the_day_it_went_out() -> None:
    owner = person(prompts=(SentPrompt("2026-11-12", at("2026-11-12 09:30")),))
    facts = team(owner, meetings=(meeting(THURSDAY, "17:45"),))
    assert reminders(facts, first="2026-11-11", last="2026-11-13") == ["Thu 2026-11-12 16:35"]


def test_a_question_shortly_before_the_digest_has_no_reminder_within_the_hour() -> None:
    owner = person(check_in_weekday=MONDAY, check_in_time=time(10))
    facts = team(owner, meetings=(meeting(MONDAY, "11:40"),))
    assert reminders(facts, first="2026-11-09", last="2026-11-10") == []


def test_a_question_found_late_in_the_afternoon_has_no_reminder_within_the_hour() -> None:
    found = plan(team(meetings=(LATER_MONDAY,)), Ritual.WEEKLY_CHECK_IN, at("2026-11-06 15:30"), at("2026-11-07 00:00"))
    assert [one.message for one in found.messages] == [Message.CHECK_IN]


def test_a_meeting_moved_after_the_question_leaves_the_first_reminder_where_it_was() -> None:
    owner = person(prompts=(SentPrompt("2026-11-09", at("2026-11-06 10:00")),))
    run = OpenedRun(Ritual.WEEKLY_CHECK_IN, "2026-11-09", 1)
    facts = team(owner, meetings=(meeting(FRIDAY, "11:00"),), opened=(run,))
    assert plan(facts, Ritual.WEEKLY_CHECK_IN, at("2026-11-06 12:00")).next_due_at == at("2026-11-06 16:00")
    assert reminders(facts, first="2026-11-06", last="2026-11-14") == ["Fri 2026-11-06 16:00", "Fri 2026-11-13 09:50"]


def test_in_a_week_without_a_digest_there_is_only_the_first_reminder() -> None:
    facts = team(meetings=(LATER_MONDAY,), off=frozenset({day("2026-11-09")}))
    assert reminders(facts, last="2026-11-13") == ["Fri 2026-11-06 16:00"]


def test_a_first_reminder_that_is_two_hours_late_still_goes_out() -> None:
    owner = person(quiet=QuietHours(time(20), time(9)), prompts=(SentPrompt("2026-11-09", at("2026-11-06 10:00")),))
    found = plan(team(owner), Ritual.WEEKLY_CHECK_IN, at("2026-11-06 18:00"))
    assert shown(only(list(found.messages), Message.REMINDER_1).due_at) == "Fri 2026-11-06 16:00"


@pytest.mark.parametrize(("quiet_from", "now"), [(20, "2026-11-06 18:01"), (17, "2026-11-06 17:00")])
def test_a_first_reminder_that_is_later_or_found_in_quiet_hours_is_skipped(quiet_from: int, now: str) -> None:
    owner = person(
        quiet=QuietHours(time(quiet_from), time(9)), prompts=(SentPrompt("2026-11-09", at("2026-11-06 10:00")),)
    )
    found = plan(team(owner), Ritual.WEEKLY_CHECK_IN, at(now))
    assert only(list(found.skips), Message.REMINDER_1).skip is SkipReason.MOMENT_PASSED


@pytest.mark.parametrize(("now", "expected"), [("2026-11-09 10:35", None), ("2026-11-09 10:36", "skipped")])
def test_a_second_reminder_goes_out_until_fifteen_minutes_before_the_digest(now: str, expected: str | None) -> None:
    owner = person(prompts=(SentPrompt("2026-11-09", at("2026-11-06 10:00")),))
    found = plan(team(owner, meetings=(LATER_MONDAY,)), Ritual.WEEKLY_CHECK_IN, at(now))
    skip = only([*found.messages, *found.skips], Message.REMINDER_2).skip
    assert (None if skip is None else "skipped") == expected


ASKED = (SentPrompt("2026-11-09", at("2026-11-06 10:00")),)
TWICE = (at("2026-11-03 16:00"), at("2026-11-04 09:00"))


@pytest.mark.parametrize(
    ("left_out", "reason"),
    [
        (person(prompts=ASKED, active=False), SkipReason.ACCOUNT_OFF),
        (person(prompts=ASKED, muted_until=day("2026-11-06")), SkipReason.MUTED),
        (person(prompts=ASKED, reminded=TWICE), SkipReason.REMINDED_TWICE),
    ],
    ids=["account off", "muted", "reminded twice"],
)
def test_a_reminder_is_left_out_for_good_only_when_its_moment_is_over(
    left_out: PersonFacts, reason: SkipReason
) -> None:
    def first(owner: PersonFacts, now: str) -> list[SkipReason | None]:
        found = plan(team(owner, meetings=(LATER_MONDAY,)), Ritual.WEEKLY_CHECK_IN, at(now))
        return [one.skip for one in (*found.messages, *found.skips) if one.message is Message.REMINDER_1]

    def next_look(now: str) -> datetime | None:
        facts = team(left_out, meetings=(LATER_MONDAY,))
        return plan(facts, Ritual.WEEKLY_CHECK_IN, at(now)).next_due_at

    assert first(left_out, "2026-11-06 16:00") == []
    assert next_look("2026-11-06 15:00") == at("2026-11-06 16:00")
    assert next_look("2026-11-06 16:00") == at("2026-11-06 16:30")
    assert next_look("2026-11-06 17:50") == at("2026-11-06 18:01")
    assert first(person(prompts=ASKED), "2026-11-06 16:10") == [None]
    assert first(left_out, "2026-11-06 18:01") == [reason]


def test_a_second_reminder_that_is_held_back_is_left_out_before_the_digest() -> None:
    facts = team(person(prompts=ASKED, active=False), meetings=(LATER_MONDAY,))
    held = plan(facts, Ritual.WEEKLY_CHECK_IN, at("2026-11-09 10:30"))
    assert held.next_due_at == at("2026-11-09 10:36")
    over = plan(facts, Ritual.WEEKLY_CHECK_IN, at("2026-11-09 10:36"))
    assert only(list(over.skips), Message.REMINDER_2).skip is SkipReason.ACCOUNT_OFF
