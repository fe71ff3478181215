"""When the weekly question goes out (spec/10 §17)."""

from datetime import time
from itertools import pairwise

import pytest

from bot.okr.localtime import QuietHours
from bot.okr.planning import Message, OpenedRun, SentPrompt, SkipReason, plan, prompt_due_at
from bot.okr.planning.facts import Ritual
from bot.okr.workdays import StandIn
from tests.okr.planning.given import (
    FRIDAY,
    MADRID,
    MONDAY,
    THURSDAY,
    TUESDAY,
    WEDNESDAY,
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
    why_not,
)


def test_a_monday_meeting_is_asked_about_on_friday_at_ten() -> None:
    assert asked(team()) == ["Fri 2026-11-06 10:00"]


def test_a_meeting_in_midweek_is_asked_about_the_day_before() -> None:
    assert asked(team(meetings=(meeting(THURSDAY),)), first="2026-11-09", last="2026-11-14") == ["Wed 2026-11-11 10:00"]


def test_the_question_knows_its_meeting_and_its_digest() -> None:
    question = only(week(team()), Message.CHECK_IN)
    assert (question.period, question.subject, question.meeting_id) == ("2026-11-09", "person:1", 1)
    assert (question.meeting_at, question.digest_at) == (at("2026-11-09 09:00"), at("2026-11-09 08:50"))


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("Europe/Madrid", "Fri 2026-11-06 10:00"),
        ("America/Los_Angeles", "Fri 2026-11-06 10:00"),
        ("Asia/Shanghai", "Fri 2026-11-06 10:00"),
        ("Pacific/Auckland", "Fri 2026-11-06 10:00"),
    ],
)
def test_an_owner_in_another_zone_is_asked_at_their_own_ten(zone: str, expected: str) -> None:
    assert asked(team(person(zone=zone)), zone) == [expected]


def test_a_monday_meeting_in_auckland_is_still_sunday_in_los_angeles() -> None:
    facts = team(person(zone="America/Los_Angeles"), meetings=(meeting(zone="Pacific/Auckland"),))
    assert asked(facts, "America/Los_Angeles") == ["Fri 2026-11-06 10:00"]


def test_a_monday_meeting_in_los_angeles_is_already_tuesday_in_auckland() -> None:
    facts = team(person(zone="Pacific/Auckland"), meetings=(meeting(zone="America/Los_Angeles"),))
    assert asked(facts, "Pacific/Auckland") == ["Mon 2026-11-09 10:00"]


def test_a_holiday_before_the_meeting_moves_the_question_to_the_working_day_before_it() -> None:
    assert asked(team(person(calendar=calendar(off=frozenset({day("2026-11-06")}))))) == ["Thu 2026-11-05 10:00"]


def test_a_make_up_working_day_before_the_meeting_is_the_last_working_day() -> None:
    golden_week = frozenset(day(f"2026-10-0{n}") for n in range(1, 8))
    owner = person(zone="Asia/Shanghai", calendar=calendar(off=golden_week, make_up=frozenset({day("2026-10-10")})))
    facts = team(owner, meetings=(meeting(zone="Asia/Shanghai"),))
    assert asked(facts, "Asia/Shanghai", first="2026-10-06", last="2026-10-13") == ["Sat 2026-10-10 10:00"]


def test_the_last_day_before_a_long_shutdown_asks_once_for_all_its_weeks() -> None:
    shutdown = ((day("2026-11-07"), day("2026-11-29")),)
    facts = team(person(calendar=calendar(freeze=shutdown)), freeze=shutdown)
    found = week(facts, last="2026-11-07")
    asks = [(one.period, one.skip, one.asked_in) for one in found if one.message is Message.CHECK_IN]
    assert asks == [
        ("2026-11-09", None, None),
        ("2026-11-16", SkipReason.ASKED_THIS_WEEK, "2026-11-09"),
        ("2026-11-23", SkipReason.ASKED_THIS_WEEK, "2026-11-09"),
        ("2026-11-30", SkipReason.ASKED_THIS_WEEK, "2026-11-09"),
    ]
    assert only([one for one in found if one.skip is None], Message.CHECK_IN).digest_at == at("2026-11-30 08:50")


def test_who_works_on_sundays_is_asked_on_sunday() -> None:
    owner = person(calendar=calendar(working_days=frozenset({6, 0, 1, 2, 3})))
    assert asked(team(owner)) == ["Sun 2026-11-08 10:00"]


def test_away_until_after_the_digest_drops_the_question() -> None:
    owner = person(calendar=calendar(away=((day("2026-11-05"), day("2026-11-12")),)))
    assert why_not(team(owner)) is SkipReason.AWAY


def test_away_in_part_moves_the_question_to_the_next_allowed_ten_before_the_digest() -> None:
    owner = person(calendar=calendar(away=((day("2026-11-11"), day("2026-11-11")),)))
    facts = team(owner, meetings=(meeting(THURSDAY, "14:00"),))
    assert asked(facts, first="2026-11-09", last="2026-11-14") == ["Thu 2026-11-12 10:00"]


def test_someone_away_is_not_written_to_while_a_delegate_keeps_the_clock_running() -> None:
    away = (day("2026-11-02"), day("2026-11-13"))
    owner = person(calendar=calendar(away=(away,), stand_ins=(StandIn(*away, calendar()),)))
    assert why_not(team(owner)) is SkipReason.AWAY


def test_a_day_off_at_the_own_check_in_time_with_no_working_day_left_drops_the_question() -> None:
    owner = person(
        check_in_weekday=FRIDAY, check_in_time=time(15), calendar=calendar(off=frozenset({day("2026-11-06")}))
    )
    assert why_not(team(owner)) is SkipReason.DAY_OFF


def test_an_own_weekday_and_time_replace_the_rule() -> None:
    owner = person(check_in_weekday=WEDNESDAY, check_in_time=time(15, 30))
    assert asked(team(owner)) == ["Wed 2026-11-04 15:30"]


def test_an_own_weekday_that_is_the_meeting_day_is_used_where_it_is_before_the_digest() -> None:
    owner = person(check_in_weekday=THURSDAY, check_in_time=time(10))
    facts = team(owner, meetings=(meeting(THURSDAY, "15:00"),))
    assert asked(facts, first="2026-11-09", last="2026-11-14") == ["Thu 2026-11-12 10:00"]


def test_an_own_weekday_that_is_the_meeting_day_is_a_week_earlier_where_it_is_after_the_digest() -> None:
    owner = person(check_in_weekday=MONDAY, check_in_time=time(10))
    question = only(week(team(owner), first="2026-11-09", last="2026-11-11"), Message.CHECK_IN)
    assert (shown(question.due_at), question.period) == ("Mon 2026-11-09 10:00", "2026-11-16")


def test_an_own_time_alone_keeps_the_day_of_the_rule() -> None:
    assert asked(team(person(check_in_time=time(11, 15)))) == ["Fri 2026-11-06 11:15"]


def test_a_check_in_time_in_the_quiet_morning_moves_to_ten() -> None:
    assert asked(team(person(check_in_time=time(7)))) == ["Fri 2026-11-06 10:00"]


def test_a_check_in_time_in_the_quiet_evening_moves_to_ten_on_the_next_working_day() -> None:
    owner = person(check_in_weekday=WEDNESDAY, check_in_time=time(20))
    assert asked(team(owner)) == ["Thu 2026-11-05 10:00"]


def test_where_ten_is_quiet_a_moved_question_waits_for_the_end_of_quiet_hours() -> None:
    assert asked(team(person(quiet=QuietHours(time(20), time(11, 30))))) == ["Fri 2026-11-06 11:30"]


def test_quiet_hours_that_do_not_cross_midnight_hold_too() -> None:
    owner = person(quiet=QuietHours(time(0), time(10, 30)))
    assert asked(team(owner)) == ["Fri 2026-11-06 10:30"]


def test_without_quiet_hours_an_early_time_is_kept() -> None:
    owner = person(quiet=QuietHours(time(0), time(0)), check_in_time=time(5, 45))
    assert asked(team(owner)) == ["Fri 2026-11-06 05:45"]


def test_a_team_without_a_meeting_asks_on_monday_for_its_tuesday_digest() -> None:
    question = only(week(team(meetings=()), first="2026-11-09", last="2026-11-13"), Message.CHECK_IN)
    assert (shown(question.due_at), question.period) == ("Mon 2026-11-09 10:00", "2026-11-09")
    assert (question.meeting_at, question.digest_at) == (None, at("2026-11-10 10:00"))


def test_without_a_meeting_whose_monday_comes_after_the_digest_is_asked_on_friday() -> None:
    owner = person(zone="Pacific/Pago_Pago")
    facts = team(owner, meetings=(), zone="Pacific/Kiritimati")
    assert asked(facts, "Pacific/Pago_Pago", first="2026-11-04", last="2026-11-09") == ["Fri 2026-11-06 10:00"]


def test_the_question_belongs_to_the_main_meeting() -> None:
    other = meeting(WEDNESDAY, id=2, main=False)
    assert asked(team(meetings=(other, meeting(FRIDAY, id=3))), last="2026-11-14") == [
        "Thu 2026-11-05 10:00",
        "Thu 2026-11-12 10:00",
    ]


def test_a_main_meeting_on_several_days_is_asked_about_once_a_week() -> None:
    facts = team(meetings=(meeting(weekdays=(WEDNESDAY, MONDAY, FRIDAY)),))
    assert asked(facts, last="2026-11-17") == ["Fri 2026-11-06 10:00", "Fri 2026-11-13 10:00"]


def test_in_a_week_without_the_main_meeting_the_question_keeps_its_weekday() -> None:
    facts = team(meetings=(meeting(WEDNESDAY, every=2),))
    found = [one for one in week(facts, last="2026-11-21") if one.message is Message.CHECK_IN]
    # Wed 4 Nov is in week 5, Wed 11 Nov in week 6, Wed 18 Nov in week 7 of the cycle: only the second is held.
    assert [(shown(one.due_at), one.period, shown(one.digest_at or one.due_at)) for one in found] == [
        ("Tue 2026-11-03 10:00", "2026-11-04", "Wed 2026-11-11 08:50"),
        ("Tue 2026-11-10 10:00", "2026-11-11", "Wed 2026-11-11 08:50"),
        ("Tue 2026-11-17 10:00", "2026-11-18", "Wed 2026-11-25 08:50"),
    ]


def test_a_holiday_on_the_meeting_day_sends_the_answers_to_the_next_digest() -> None:
    question = only(week(team(off=frozenset({day("2026-11-09")}))), Message.CHECK_IN)
    assert (shown(question.due_at), question.digest_at) == ("Fri 2026-11-06 10:00", at("2026-11-16 08:50"))


def test_with_no_digest_left_the_answers_are_for_the_moment_of_the_meeting() -> None:
    facts = team(meetings=(meeting(FRIDAY),), off=frozenset({day("2027-01-01")}))
    question = only(week(facts, first="2026-12-30", last="2027-01-01"), Message.CHECK_IN)
    assert question.digest_at == at("2027-01-01 08:50")


def test_a_biweekly_team_is_asked_in_every_second_week_of_the_cycle() -> None:
    # Mondays 12 and 26 Oct, 9 and 23 Nov are in weeks 2, 4, 6 and 8.
    facts = team(biweekly=True)
    assert [one[4:14] for one in asked(facts, first="2026-10-01", last="2026-11-28")] == [
        "2026-10-09",
        "2026-10-23",
        "2026-11-06",
        "2026-11-20",
    ]


def test_many_people_are_spread_over_ten_minutes_in_an_order_that_stays() -> None:
    facts = team(*(person(number) for number in range(1, 26)))
    found = sorted(week(facts), key=lambda one: one.person_id or 0)
    sent = [one.due_at for one in found if one.message is Message.CHECK_IN]
    assert sent[0] == at("2026-11-06 10:00")
    assert {later - earlier for earlier, later in pairwise(sent)} == {(sent[1] - sent[0])}
    assert shown(sent[-1]) == "Fri 2026-11-06 10:09"


def test_who_else_is_asked_does_not_change_ones_minute() -> None:
    people = [person(number) for number in range(1, 26)]
    all_asked = {one.person_id: one.due_at for one in week(team(*people))}
    away = person(1, calendar=calendar(away=((day("2026-11-01"), day("2026-11-30")),)))
    fewer = {one.person_id: one.due_at for one in week(team(away, *people[1:])) if one.skip is None}
    assert fewer.items() <= all_asked.items()
    assert len(fewer) == 24


def test_nobody_is_spread_into_quiet_hours() -> None:
    people = [person(number, check_in_time=time(17, 55)) for number in range(1, 26)]
    assert {shown(one.due_at)[-5:] for one in week(team(*people)) if one.message is Message.CHECK_IN} == {
        "17:55",
        "17:56",
        "17:57",
        "17:58",
        "17:59",
    }


def test_nobody_is_spread_past_the_digest() -> None:
    no_quiet = QuietHours(time(0), time(0))
    early = [person(n, quiet=no_quiet, check_in_weekday=MONDAY, check_in_time=time(8, 45)) for n in range(1, 26)]
    found = [one.due_at for one in week(team(*early)) if one.message is Message.CHECK_IN]
    assert at("2026-11-09 08:49") < max(found) < at("2026-11-09 08:50")
    assert len([one for one in found if one == at("2026-11-09 08:45")]) == 13


def test_in_a_week_without_a_digest_a_question_waits_a_week_at_most() -> None:
    owner = person(calendar=calendar(away=((day("2026-11-06"), day("2026-11-17")),)))
    # Mondays in weeks 4 and 8 are 26 Oct and 23 Nov.
    assert why_not(team(owner, meetings=(meeting(every=4),)), last="2026-11-12") is SkipReason.AWAY


def test_another_meeting_of_the_day_shows_the_answers_where_the_main_one_is_left_out() -> None:
    daily = meeting(MONDAY, "09:00", id=2, main=False)
    facts = team(meetings=(meeting(MONDAY, "14:00", every=4), daily))
    assert only(week(facts), Message.CHECK_IN).digest_at == at("2026-11-09 08:50")


def test_a_small_team_is_not_spread() -> None:
    facts = team(*(person(number) for number in range(1, 21)))
    assert set(asked(facts)) == {"Fri 2026-11-06 10:00"}


def test_the_time_can_be_told_before_any_meeting_is_planned() -> None:
    assert shown(prompt_due_at(person(), at("2026-11-09 09:00"), has_meeting=True)) == "Fri 2026-11-06 10:00"
    assert shown(prompt_due_at(person(), at("2026-11-10 10:00"), has_meeting=False)) == "Mon 2026-11-09 10:00"


def test_a_person_who_never_works_is_not_asked() -> None:
    assert why_not(team(person(calendar=calendar(working_days=frozenset())))) is SkipReason.DAY_OFF


def test_the_next_look_is_at_the_next_question() -> None:
    assert plan(team(), Ritual.WEEKLY_CHECK_IN, at("2026-11-05 21:00")).next_due_at == at("2026-11-06 10:00")


def test_the_next_look_is_at_most_a_day_away() -> None:
    assert plan(team(), Ritual.WEEKLY_CHECK_IN, at("2026-11-03 21:00")).next_due_at == at("2026-11-04 21:00")


def test_one_question_covers_all_key_results_of_a_person() -> None:
    facts = team(key_results=(key_result(1), key_result(2), key_result(3, owners=(9, 1))))
    assert only(week(facts), Message.CHECK_IN).kr_ids == (1, 2, 3)


def test_summer_time_ends_and_ten_stays_ten() -> None:
    # Madrid's clocks go back on Sun 25 Oct 2026.
    assert asked(team(), MADRID, first="2026-10-15", last="2026-11-01") == [
        "Fri 2026-10-16 10:00",
        "Fri 2026-10-23 10:00",
        "Fri 2026-10-30 10:00",
    ]
    assert at("2026-10-30 10:00") - at("2026-10-23 10:00") != at("2026-10-23 10:00") - at("2026-10-16 10:00")


def test_tuesday_is_a_day_like_any_other() -> None:
    assert asked(team(meetings=(meeting(TUESDAY),)), first="2026-11-07", last="2026-11-11") == ["Mon 2026-11-09 10:00"]


def test_clocks_that_go_forward_on_a_working_sunday_leave_a_time_that_is_not_there_to_the_next_hour() -> None:
    # New York has no 02:30 on Sun 8 Mar 2026.
    owner = person(
        zone="America/New_York",
        quiet=QuietHours(time(0), time(0)),
        check_in_time=time(2, 30),
        calendar=calendar(working_days=frozenset({6, 0, 1, 2, 3})),
    )
    facts = team(
        owner,
        cycle=(day("2026-01-01"), day("2026-03-31")),
        key_results=(key_result(start=day("2026-01-01")),),
        known_since=at("2026-01-01 00:00"),
    )
    assert asked(facts, "America/New_York", first="2026-03-07", last="2026-03-09") == ["Sun 2026-03-08 03:30"]


def test_a_day_that_the_calendar_left_out_is_not_made_up_for_on_a_day_off() -> None:
    # Samoa had no Fri 30 Dec 2011, so 10:00 on that day is 10:00 on Saturday.
    facts = team(
        person(zone="Pacific/Apia"),
        meetings=(meeting(zone="Pacific/Apia"),),
        cycle=(day("2011-12-01"), day("2012-02-29")),
        key_results=(key_result(start=day("2011-12-01"), due=day("2012-02-29")),),
        known_since=at("2011-12-01 00:00"),
    )
    assert why_not(facts, first="2011-12-29", last="2012-01-01") is SkipReason.DAY_OFF


def test_who_moves_to_another_zone_in_midweek_is_not_asked_again() -> None:
    run = OpenedRun(Ritual.WEEKLY_CHECK_IN, "2026-11-09", 1)
    asked_in_auckland = (SentPrompt("2026-11-09", at("2026-11-06 10:00", "Pacific/Auckland")),)
    facts = team(person(zone="America/Los_Angeles", prompts=asked_in_auckland), opened=(run,))
    question = only(week(facts), Message.CHECK_IN)
    assert (question.subject, question.period, question.skip) == ("person:1", "2026-11-09", None)
