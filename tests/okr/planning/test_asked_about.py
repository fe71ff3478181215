"""What is asked about, and why nothing is asked (spec/03 §7.4, spec/10 §17)."""

from bot.okr.planning import Message, SentPrompt, SkipReason, asked_together, plan
from bot.okr.planning.facts import Ritual
from tests.okr.planning.given import (
    FRIDAY,
    MONDAY,
    THURSDAY,
    TUESDAY,
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


def test_a_key_result_that_has_not_started_is_not_asked() -> None:
    facts = team(key_results=(key_result(1), key_result(2, start=day("2026-11-07"))))
    assert only(week(facts), Message.CHECK_IN).kr_ids == (1,)


def test_a_key_result_is_asked_on_its_first_day() -> None:
    assert asked(team(key_results=(key_result(start=day("2026-11-06")),))) == ["Fri 2026-11-06 10:00"]


def test_a_key_result_is_asked_on_its_due_day_and_not_after() -> None:
    facts = team(key_results=(key_result(due=day("2026-11-06")),))
    assert asked(facts, last="2026-11-21") == ["Fri 2026-11-06 10:00"]


def test_where_all_key_results_are_past_due_nothing_is_decided_at_all() -> None:
    assert week(team(key_results=(key_result(due=day("2026-11-05")),))) == []


def test_a_paused_key_result_is_not_asked() -> None:
    facts = team(key_results=(key_result(1), key_result(2, ask=False)))
    assert only(week(facts), Message.CHECK_IN).kr_ids == (1,)


def test_who_owns_only_paused_key_results_is_not_asked() -> None:
    assert week(team(key_results=(key_result(ask=False),))) == []


def test_a_biweekly_key_result_is_asked_in_every_second_week_of_the_cycle() -> None:
    facts = team(key_results=(key_result(1), key_result(2, asked_biweekly=True)))
    found = [one for one in week(facts, last="2026-11-21") if one.message is Message.CHECK_IN]
    assert [(one.period, one.kr_ids) for one in found] == [
        ("2026-11-09", (1, 2)),  # week 6
        ("2026-11-16", (1,)),
        ("2026-11-23", (1, 2)),  # week 8
    ]


def test_updated_two_working_days_ago_is_not_asked() -> None:
    facts = team(key_results=(key_result(1), key_result(2, updated_on=day("2026-11-04"))))
    question = only(week(facts), Message.CHECK_IN)
    assert (question.kr_ids, question.suppressed_kr_ids) == ((1,), (2,))


def test_updated_three_working_days_ago_is_asked() -> None:
    assert only(week(team(key_results=(key_result(updated_on=day("2026-11-03")),))), Message.CHECK_IN).kr_ids == (1,)


def test_recent_is_counted_in_working_days() -> None:
    # Asked on Mon 9 Nov for a Tuesday meeting: Thu 5 Nov is two working days ago.
    facts = team(meetings=(meeting(TUESDAY),), key_results=(key_result(updated_on=day("2026-11-05")),))
    assert why_not(facts, first="2026-11-07", last="2026-11-10") is SkipReason.UPDATED_RECENTLY


def test_where_everything_was_updated_recently_nobody_is_asked_and_the_reason_is_kept() -> None:
    question = only(week(team(key_results=(key_result(updated_on=day("2026-11-05")),))), Message.CHECK_IN)
    assert (question.skip, question.kr_ids, question.suppressed_kr_ids) == (SkipReason.UPDATED_RECENTLY, (), (1,))


def test_the_cap_counts_the_owners_own_calendar_week() -> None:
    # Asked on Mon 9 Nov in the owner's zone, which was still Sunday in Madrid; the team asks on Fri 13 Nov.
    owner = person(zone="Pacific/Auckland", prompts=(SentPrompt("2026-11-10", at("2026-11-08 23:00")),))
    question = only(week(team(owner), first="2026-11-12", last="2026-11-14"), Message.CHECK_IN)
    assert (question.skip, question.asked_in) == (SkipReason.ASKED_THIS_WEEK, "2026-11-10")


def test_asked_in_the_week_before_does_not_count() -> None:
    owner = person(prompts=(SentPrompt("2026-11-05", at("2026-10-30 10:00")),))
    assert asked(team(owner)) == ["Fri 2026-11-06 10:00"]


def test_a_question_within_two_working_days_is_merged_into_the_earlier_one() -> None:
    owner = person(prompts=(SentPrompt("2026-11-09", at("2026-11-06 10:00")),))
    facts = team(owner, meetings=(meeting(TUESDAY),))
    question = only(week(facts, first="2026-11-08", last="2026-11-10"), Message.CHECK_IN)
    assert (shown(question.due_at), question.period) == ("Mon 2026-11-09 10:00", "2026-11-10")
    assert (question.skip, question.asked_in) == (SkipReason.ASKED_JUST_BEFORE, "2026-11-09")


def test_three_working_days_after_the_last_question_the_next_one_goes_out() -> None:
    owner = person(prompts=(SentPrompt("2026-11-09", at("2026-11-06 10:00")),))
    facts = team(owner, meetings=(meeting(THURSDAY),))
    assert asked(facts, first="2026-11-08", last="2026-11-13") == ["Wed 2026-11-11 10:00"]


def test_days_away_do_not_bring_two_questions_nearer() -> None:
    away = calendar(away=((day("2026-11-09"), day("2026-11-11")),))
    owner = person(calendar=away, prompts=(SentPrompt("2026-11-09", at("2026-11-06 10:00")),))
    facts = team(owner, meetings=(meeting(FRIDAY),))
    assert asked(facts, first="2026-11-10", last="2026-11-14") == ["Thu 2026-11-12 10:00"]


def test_the_question_that_went_out_already_is_not_in_its_own_way() -> None:
    owner = person(prompts=(SentPrompt("2026-11-09", at("2026-11-06 10:00")),))
    assert only(week(team(owner), first="2026-11-06"), Message.CHECK_IN).skip is None


def test_a_question_that_was_decided_against_leaves_room_for_the_next() -> None:
    shutdown = ((day("2026-11-07"), day("2026-11-15")),)
    owner = person(calendar=calendar(freeze=shutdown), prompts_skipped=frozenset({"2026-11-09"}))
    found = [one for one in week(team(owner), last="2026-11-07") if one.message is Message.CHECK_IN]
    assert [(one.period, one.skip) for one in found] == [("2026-11-09", None), ("2026-11-16", None)]


def test_the_questions_of_other_teams_in_the_same_week_go_into_the_first() -> None:
    mei = person()
    thursday = team(mei, meetings=(meeting(THURSDAY),))  # asks on Wed 11 Nov
    monday = team(mei, meetings=(meeting(MONDAY, id=2),), key_results=(key_result(8),))  # Fri 6, Fri 13 Nov
    tuesday = team(mei, meetings=(meeting(TUESDAY, id=3),), key_results=(key_result(9),))  # Mon 9, Mon 16 Nov
    now = at("2026-11-11 10:00")
    question = only(list(plan(thursday, Ritual.WEEKLY_CHECK_IN, now).messages), Message.CHECK_IN)
    others = [
        one
        for other in (monday, tuesday)
        for one in plan(other, Ritual.WEEKLY_CHECK_IN, now, at("2026-11-21 10:00")).messages
    ]
    merged = asked_together(mei, question, others)
    assert [(one.period, one.kr_ids) for one in merged] == [("2026-11-16", (8,))]


def test_what_merges_is_what_will_be_skipped_for_it() -> None:
    mei = person(prompts=(SentPrompt("2026-11-12", at("2026-11-11 10:00")),))
    question = only(week(team(mei), first="2026-11-12", last="2026-11-14"), Message.CHECK_IN)
    assert (question.period, question.skip, question.asked_in) == (
        "2026-11-16",
        SkipReason.ASKED_THIS_WEEK,
        "2026-11-12",
    )


def test_only_the_same_persons_questions_merge() -> None:
    li = team(person(2), meetings=(meeting(MONDAY),))
    question = only(week(team(person(1))), Message.CHECK_IN)
    assert asked_together(person(1), question, week(li)) == ()


def test_an_account_that_is_off_is_not_asked() -> None:
    assert why_not(team(person(active=False))) is SkipReason.ACCOUNT_OFF


def test_who_asked_for_silence_is_not_asked_until_the_day_after() -> None:
    assert why_not(team(person(muted_until=day("2026-11-06")))) is SkipReason.MUTED
    assert asked(team(person(muted_until=day("2026-11-05")))) == ["Fri 2026-11-06 10:00"]


def test_the_last_day_of_the_cycle_still_asks() -> None:
    facts = team(cycle=(day("2026-10-01"), day("2026-11-06")))
    assert asked(facts) == ["Fri 2026-11-06 10:00"]


def test_after_the_cycle_nobody_is_asked() -> None:
    assert why_not(team(cycle=(day("2026-10-01"), day("2026-11-05")))) is SkipReason.NO_CYCLE


def test_before_the_cycle_nobody_is_asked() -> None:
    assert why_not(team(cycle=(day("2026-11-07"), day("2027-01-31")))) is SkipReason.NO_CYCLE
    assert asked(team(cycle=(day("2026-11-06"), day("2027-01-31")))) == ["Fri 2026-11-06 10:00"]


def test_without_a_cycle_nobody_is_asked() -> None:
    assert why_not(team(cycle=None)) is SkipReason.NO_CYCLE


def test_a_question_that_was_never_owed_leaves_room_for_the_first_one_in_that_week() -> None:
    # The question of Mon 9 Nov was before the team came; two days off move that of the next week to Thu 12 Nov.
    off = calendar(off=frozenset({day("2026-11-13"), day("2026-11-16")}))
    facts = team(person(calendar=off), meetings=(meeting(TUESDAY),))
    assert asked(facts, first="2026-11-09", last="2026-11-14") == ["Mon 2026-11-09 10:00"]
    late = team(person(calendar=off), meetings=(meeting(TUESDAY),), known_since=at("2026-11-10 12:00"))
    assert asked(late, first="2026-11-09", last="2026-11-14") == ["Thu 2026-11-12 10:00"]


def test_a_team_without_a_channel_still_asks() -> None:
    assert asked(team(has_channel=False)) == ["Fri 2026-11-06 10:00"]


def test_what_was_due_before_the_team_was_known_was_never_owed() -> None:
    friday = at("2026-11-06 10:00")
    assert week(team(known_since=at("2026-11-06 10:01")), first="2026-11-06", last="2026-11-07") == []
    assert len(week(team(known_since=friday), first="2026-11-06", last="2026-11-07")) == 2


def test_a_question_that_waits_in_the_outbox_gets_no_new_time_once_its_owner_is_away() -> None:
    away = calendar(away=((day("2026-11-06"), day("2026-11-10")),))
    owner = person(calendar=away, prompts=(SentPrompt("2026-11-09", at("2026-11-06 10:00")),))
    found = plan(team(owner), Ritual.WEEKLY_CHECK_IN, at("2026-11-06 09:55"), at("2026-11-06 10:30"))
    assert "2026-11-09" not in {one.period for one in (*found.messages, *found.skips)}


def test_what_was_not_owed_on_the_day_is_not_asked_when_it_is_found_late() -> None:
    owner, tuesday, late = person(check_in_weekday=FRIDAY), (meeting(TUESDAY),), at("2026-11-07 08:00")
    not_begun = team(owner, meetings=tuesday, key_results=(key_result(start=day("2026-11-07")),))
    # Tue 10 Nov is in week 5 of this cycle, whose last day was Fri 6 Nov.
    not_its_turn = team(
        owner,
        meetings=tuesday,
        key_results=(key_result(asked_biweekly=True),),
        cycle=(day("2026-10-08"), day("2026-11-06")),
    )
    for facts in (not_begun, not_its_turn):
        found = plan(facts, Ritual.WEEKLY_CHECK_IN, late)
        assert "2026-11-10" not in {one.period for one in (*found.messages, *found.skips)}


def test_a_question_of_the_cycles_last_day_may_be_found_a_day_late() -> None:
    facts = team(
        person(check_in_weekday=THURSDAY),
        meetings=(meeting(TUESDAY),),
        cycle=(day("2026-10-01"), day("2026-11-05")),
        key_results=(key_result(due=day("2026-11-05")),),
    )
    found = plan(facts, Ritual.WEEKLY_CHECK_IN, at("2026-11-06 09:30"))
    assert only(list(found.messages), Message.CHECK_IN).kr_ids == (1,)


def test_what_a_feed_read_this_morning_is_asked_about_all_the_same() -> None:
    fed = key_result(automated=True, updated_on=day("2026-11-06"), fed_on=day("2026-11-06"))
    assert only(week(team(key_results=(fed,))), Message.CHECK_IN).kr_ids == (1,)


def test_what_somebody_said_about_a_fed_key_result_yesterday_is_not_asked() -> None:
    said = key_result(automated=True, updated_on=day("2026-11-06"), said_on=day("2026-11-05"))
    assert why_not(team(key_results=(said,))) is SkipReason.UPDATED_RECENTLY
