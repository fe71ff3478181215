"""Health metrics, holiday weeks, rituals that are off, and days on which something turns by itself."""

from dataclasses import replace
from datetime import date

import pytest

from bot.okr.planning import (
    HealthFacts,
    Message,
    Planned,
    Ritual,
    SentPrompt,
    SkipReason,
    TeamFacts,
    next_turn,
    plan,
)
from bot.okr.planning.meetings import is_holiday_week
from tests.okr.planning.given import (
    FRIDAY,
    MONDAY,
    asked,
    at,
    calendar,
    day,
    key_result,
    meeting,
    only,
    person,
    shown,
    team,
    week,
)

WEEK_6 = {"first": "2026-11-03", "last": "2026-11-07"}
WEEK_7 = {"first": "2026-11-10", "last": "2026-11-14"}


def with_health(**changes: object) -> TeamFacts:
    """Mei 1 owns a key result and a metric, Mei 2 a metric alone; they meet on Fridays."""
    facts = team(person(1), person(2), meetings=(meeting(FRIDAY),), key_results=(key_result(1, (1,)),))
    return replace(facts, health=(HealthFacts(5, 1), HealthFacts(6, 2)), **changes)  # type: ignore[arg-type]  # any field


def of_person(found: list[Planned], number: int) -> list[tuple[Message, tuple[int, ...], SkipReason | None]]:
    return [
        (one.message, one.health_ids, one.skip)
        for one in found
        if one.person_id == number and one.message in (Message.CHECK_IN, Message.HEALTH)
    ]


# --- health ---------------------------------------------------------------------------------------------------


def test_every_second_question_asks_about_health() -> None:
    assert of_person(week(with_health(), **WEEK_6), 1) == [(Message.CHECK_IN, (5,), None)]
    assert of_person(week(with_health(), **WEEK_7), 1) == [(Message.CHECK_IN, (), None)]


def test_who_has_a_metric_and_no_question_is_asked_at_the_same_moment() -> None:
    found = week(with_health(), **WEEK_6)
    assert of_person(found, 2) == [(Message.HEALTH, (6,), None)]
    health = only(found, Message.HEALTH)
    assert (health.subject, health.period, shown(health.due_at)) == (
        "person:2:team:7",
        "2026-11-06",
        "Thu 2026-11-05 10:00",
    )
    assert of_person(week(with_health(), **WEEK_7), 2) == []


def test_where_everything_was_updated_recently_health_is_asked_alone() -> None:
    recent = replace(with_health(), key_results=(key_result(1, (1,), updated_on=day("2026-11-04")),))
    assert set(of_person(week(recent, **WEEK_6), 1)) == {
        (Message.CHECK_IN, (), SkipReason.UPDATED_RECENTLY),
        (Message.HEALTH, (5,), None),
    }


def test_a_biweekly_team_asks_about_health_at_every_second_of_its_questions() -> None:
    facts = with_health(biweekly=True)
    assert of_person(week(facts, **WEEK_6), 1) == [(Message.CHECK_IN, (), None)]
    assert of_person(week(facts, first="2026-11-17", last="2026-11-21"), 1) == [(Message.CHECK_IN, (5,), None)]


def test_health_that_is_off_is_not_asked() -> None:
    facts = with_health(on=frozenset({"weekly_checkin", "digest"}))
    assert of_person(week(facts, **WEEK_6), 1) == [(Message.CHECK_IN, (), None)]
    assert of_person(week(facts, **WEEK_6), 2) == []


def test_health_follows_the_rules_of_the_question() -> None:
    away = calendar(away=((day("2026-11-02"), day("2026-11-20")),))
    facts = with_health()
    facts = replace(facts, people={1: person(1), 2: person(2, calendar=away)})
    assert of_person(week(facts, **WEEK_6), 2) == [(Message.HEALTH, (6,), SkipReason.AWAY)]
    muted = replace(facts, people={1: person(1), 2: person(2, muted_until=day("2026-11-30"))})
    assert of_person(week(muted, **WEEK_6), 2) == [(Message.HEALTH, (6,), SkipReason.MUTED)]


def test_health_joins_the_question_that_another_team_asked_this_week() -> None:
    elsewhere = person(2, prompts=(SentPrompt("2026-11-04", at("2026-11-03 10:00")),))
    facts = replace(with_health(), people={1: person(1), 2: elsewhere})
    health = only(week(facts, **WEEK_6), Message.HEALTH)
    assert (health.skip, health.asked_in) == (SkipReason.ASKED_THIS_WEEK, "2026-11-04")


def test_a_question_asks_about_health_without_reminders_of_it() -> None:
    facts = replace(with_health(), meetings=(meeting(FRIDAY, "12:00"),))
    for one in week(facts, **WEEK_6):
        if one.message in (Message.REMINDER_1, Message.REMINDER_2):
            assert (one.health_ids, one.person_id) == ((), 1)


# --- holidays -------------------------------------------------------------------------------------------------

NATIONAL = frozenset(date(2026, 10, number) for number in range(1, 8))


@pytest.mark.parametrize(
    ("on", "off", "expected"),
    [
        ("2026-11-09", frozenset(), False),
        ("2026-11-09", frozenset({day("2026-11-06")}), True),  # Friday off, Monday's meeting
        ("2026-11-10", frozenset({day("2026-11-06")}), False),
        ("2026-11-10", frozenset({day("2026-11-09")}), True),
        ("2026-11-09", frozenset({day("2026-11-07")}), False),  # a Saturday is nobody's holiday
        ("2026-11-09", frozenset({day("2026-11-09")}), False),
        ("2026-11-09", frozenset({day("2026-11-06"), day("2026-11-09")}), False),
        ("2026-10-08", NATIONAL, True),
        ("2026-10-09", NATIONAL, False),
    ],
)
def test_a_holiday_week_is_the_first_working_day_after_a_holiday(on: str, off: frozenset[date], expected: bool) -> None:
    assert is_holiday_week(calendar(off=off), day(on)) is expected


def test_a_shutdown_makes_a_holiday_week_too() -> None:
    shutdown = ((day("2026-12-24"), day("2027-01-01")),)
    assert is_holiday_week(calendar(freeze=shutdown), day("2027-01-04"))
    assert not is_holiday_week(calendar(freeze=shutdown), day("2026-12-28"))


def test_a_working_saturday_is_the_first_day_after_a_holiday_and_the_monday_after_it_is_not() -> None:
    october = calendar(off=NATIONAL | {day("2026-10-08"), day("2026-10-09")}, make_up=frozenset({day("2026-10-10")}))
    assert is_holiday_week(october, day("2026-10-10"))
    assert not is_holiday_week(october, day("2026-10-12"))


def test_after_a_holiday_the_question_is_on_the_last_working_day_before_it() -> None:
    off = frozenset({day("2026-11-05"), day("2026-11-06")})
    assert asked(team(person(calendar=calendar(off=off)), off=off)) == ["Wed 2026-11-04 10:00"]


def test_a_make_up_saturday_before_the_meeting_is_a_working_day() -> None:
    facts = team(person(calendar=calendar(make_up=frozenset({day("2026-11-07")}))))
    assert asked(facts) == ["Sat 2026-11-07 10:00"]


def test_on_a_holiday_there_is_no_digest_and_the_answers_go_to_the_next() -> None:
    facts = team(off=frozenset({day("2026-11-09")}))
    assert only(week(facts, Ritual.DIGEST), Message.DIGEST).skip is SkipReason.HOLIDAY
    question = only(week(facts), Message.CHECK_IN)
    assert question.digest_at is not None
    assert shown(question.digest_at) == "Mon 2026-11-16 08:50"


# --- rituals that are off -------------------------------------------------------------------------------------


def test_a_team_may_want_boards_and_no_questions_or_the_other_way_round() -> None:
    assert week(team(on=frozenset({"digest"}))) == []
    assert len(week(team(on=frozenset({"digest"})), Ritual.DIGEST)) == 1
    assert week(team(on=frozenset({"weekly_checkin"})), Ritual.DIGEST) == []
    assert asked(team(on=frozenset({"weekly_checkin"}))) == ["Fri 2026-11-06 10:00"]


# --- several meetings, and none ---------------------------------------------------------------------------------


def test_only_the_main_meeting_asks() -> None:
    daily = meeting(MONDAY, "16:00", id=2, main=False, weekdays=(0, 1, 2, 3, 4))
    facts = team(meetings=(meeting(FRIDAY), daily))
    assert asked(facts, first="2026-11-09", last="2026-11-14") == ["Thu 2026-11-12 10:00"]
    boards = [one.period for one in week(facts, Ritual.DIGEST, first="2026-11-09", last="2026-11-14")]
    assert boards == ["2026-11-09", "2026-11-10", "2026-11-11", "2026-11-12", "2026-11-13", "2026-11-13T16:00"]


@pytest.mark.parametrize(("every", "boards"), [(1, 4), (2, 2), (4, 1)])
def test_a_meeting_every_few_weeks_has_fewer_boards_and_as_many_questions(every: int, boards: int) -> None:
    facts = team(meetings=(meeting(FRIDAY, every=every),))
    span = {"first": "2026-10-12", "last": "2026-11-07"}
    four_weeks = [one for one in week(facts, Ritual.DIGEST, **span) if one.skip is None]
    assert len(four_weeks) == boards
    weeks = [("2026-10-12", "2026-10-18"), ("2026-10-19", "2026-10-25"), ("2026-10-26", "2026-11-01")]
    assert [len(asked(facts, first=first, last=last)) for first, last in weeks] == [1, 1, 1]


def test_a_team_without_a_meeting_is_asked_on_monday_and_shown_on_tuesday() -> None:
    facts = team(meetings=())
    assert asked(facts, first="2026-11-09", last="2026-11-14") == ["Mon 2026-11-09 10:00"]
    (board,) = week(facts, Ritual.DIGEST, first="2026-11-09", last="2026-11-14")
    assert (shown(board.due_at), board.period) == ("Tue 2026-11-10 10:00", "2026-11-09")


# --- what turns by itself -----------------------------------------------------------------------------------


def test_the_next_turn_is_the_day_after_a_pause_in_the_owner_s_own_night() -> None:
    paused = key_result(calendar=calendar(paused=((day("2026-11-02"), day("2026-11-11")),)), ask=False)
    facts = team(person(zone="Asia/Shanghai"), key_results=(paused,))
    turn = next_turn(facts, at("2026-11-09 12:00"))
    assert turn is not None
    assert shown(turn, "Asia/Shanghai") == "Thu 2026-11-12 00:00"
    assert next_turn(facts, turn) is None


def test_a_pause_without_an_end_turns_by_no_day() -> None:
    paused = key_result(calendar=calendar(paused=((day("2026-11-02"), date.max),)), ask=False)
    assert next_turn(team(key_results=(paused,)), at("2026-11-09 12:00")) is None


def test_leaving_and_being_back_are_turns() -> None:
    away = calendar(away=((day("2026-11-11"), day("2026-11-13")),))
    facts = team(person(calendar=away))
    first = next_turn(facts, at("2026-11-09 12:00"))
    assert first is not None
    assert shown(first) == "Wed 2026-11-11 00:00"
    second = next_turn(facts, first)
    assert second is not None
    assert shown(second) == "Sat 2026-11-14 00:00"


def test_what_ends_in_the_middle_of_a_week_asks_no_more() -> None:
    facts = team(meetings=(meeting(FRIDAY),), cycle=(day("2026-08-10"), day("2026-11-11")))
    found = plan(facts, Ritual.WEEKLY_CHECK_IN, at("2026-11-12 10:00"))
    assert [one.skip for one in found.skips if one.period == "2026-11-13"] == [SkipReason.NO_CYCLE]
    assert [one for one in found.messages if one.period == "2026-11-13"] == []
