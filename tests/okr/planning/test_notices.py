"""Stale and dark: who is told, on which morning, and only once per silence (spec/03 §7.2, §7.5)."""

from datetime import time

import pytest

from bot.okr.localtime import QuietHours
from bot.okr.planning import Message, Planned, SentPrompt, SkipReason, TeamFacts, plan
from bot.okr.planning.facts import Ritual
from bot.okr.planning.stale import day_of_age
from tests.okr.planning.given import (
    THURSDAY,
    TUESDAY,
    WEDNESDAY,
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

LEAD = person(9)
QUIET_SINCE_2_NOV = key_result(updated_on=day("2026-11-02"))


def silent(*key_results: object, **changes: object) -> TeamFacts:
    """Mei's key result was last updated on Mon 2 Nov; the team meets on Wednesdays, its lead owns nothing."""
    base: dict[str, object] = {
        "key_results": key_results or (QUIET_SINCE_2_NOV,),
        "lead_id": 9,
        "meetings": (meeting(WEDNESDAY),),
    }
    return team(person(), LEAD, **(base | changes))


def notices(facts: TeamFacts, first: str = "2026-11-03", last: str = "2026-12-20") -> list[Planned]:
    return week(facts, Ritual.STALE, first=first, last=last)


def told(facts: TeamFacts, **span: str) -> list[tuple[str, str, int | None]]:
    return [(one.message.value, shown(one.due_at), one.person_id) for one in notices(facts, **span) if one.skip is None]


def test_the_owner_is_told_on_the_eighth_working_day_and_the_lead_on_the_eleventh() -> None:
    assert told(silent()) == [("stale", "Thu 2026-11-12 10:00", 1), ("dark", "Tue 2026-11-17 10:00", 9)]


def test_holidays_do_not_age() -> None:
    off = calendar(off=frozenset({day("2026-11-04"), day("2026-11-13")}))
    assert told(silent(key_result(updated_on=day("2026-11-02"), calendar=off))) == [
        ("stale", "Mon 2026-11-16 10:00", 1),
        ("dark", "Thu 2026-11-19 10:00", 9),
    ]


def test_a_make_up_working_day_ages() -> None:
    china = calendar(off=frozenset(day(f"2026-10-0{n}") for n in range(1, 8)), make_up=frozenset({day("2026-10-10")}))
    # On Mon 12 Oct the age is 6 (spec/03 §7.2), so it is 8 on Wed 14 Oct.
    assert day_of_age(china, day("2026-09-28"), 6) == day("2026-10-12")
    assert day_of_age(china, day("2026-09-28"), 8) == day("2026-10-14")


def test_paused_days_do_not_age() -> None:
    paused = calendar().with_pauses([(day("2026-11-03"), day("2026-11-06"))])
    assert told(silent(key_result(updated_on=day("2026-11-02"), calendar=paused)))[0][1] == "Wed 2026-11-18 10:00"


def test_a_biweekly_key_result_is_stale_after_thirteen_and_dark_after_twenty_one() -> None:
    assert told(silent(key_result(updated_on=day("2026-11-02"), asked_biweekly=True))) == [
        ("stale", "Thu 2026-11-19 10:00", 1),
        ("dark", "Tue 2026-12-01 10:00", 9),
    ]


def test_a_workspace_chooses_its_grace_and_its_dark_factor() -> None:
    assert [one[1] for one in told(silent(grace_days=0, dark_factor=3, meetings=(meeting(THURSDAY),)))] == [
        "Tue 2026-11-10 10:00",
        "Tue 2026-11-24 10:00",
    ]


def test_where_the_grace_is_as_long_as_a_cadence_dark_overtakes_stale() -> None:
    found = notices(silent(grace_days=5, meetings=(meeting(THURSDAY),)))
    assert [(one.message, one.skip) for one in found] == [
        (Message.DARK, None),
        (Message.STALE, SkipReason.DAY_OFF),
    ]


def test_never_updated_counts_from_the_start() -> None:
    assert told(silent(key_result(counts_from=day("2026-11-02"))))[0][1] == "Thu 2026-11-12 10:00"


def test_an_update_before_the_start_does_not_age_before_it() -> None:
    early = key_result(counts_from=day("2026-11-02"), updated_on=day("2026-10-05"))
    assert told(silent(early))[0][1] == "Thu 2026-11-12 10:00"


def test_the_key_is_the_silence_so_it_is_told_once() -> None:
    stale, dark = (one for one in notices(silent()) if one.skip is None)
    assert (stale.subject, stale.period) == ("kr:1:person:1", "since:2026-11-02")
    assert (dark.subject, dark.period) == ("kr:1", "since:2026-11-02")
    later = plan(silent(), Ritual.STALE, at("2026-11-12 15:00"))
    assert [(one.subject, one.period) for one in later.messages] == [("kr:1:person:1", "since:2026-11-02")]


def test_all_owners_are_told_each_in_their_own_morning() -> None:
    shared = key_result(1, owners=(1, 2), updated_on=day("2026-11-02"))
    facts = silent(shared, people={1: person(1), 2: person(2, zone="Asia/Shanghai"), 9: LEAD})
    stale = [one for one in notices(facts) if one.message is Message.STALE]
    assert [(one.person_id, one.due_at) for one in stale] == [
        (2, at("2026-11-12 10:00", "Asia/Shanghai")),
        (1, at("2026-11-12 10:00")),
    ]


def test_a_co_owner_on_a_day_off_is_told_on_their_next_working_day() -> None:
    shared = key_result(1, owners=(1, 2), updated_on=day("2026-11-02"))
    bea = person(2, calendar=calendar(off=frozenset({day("2026-11-12")})))
    facts = silent(shared, people={1: person(1), 2: bea, 9: LEAD})
    assert ("stale", "Fri 2026-11-13 10:00", 2) in told(facts)


def test_a_co_owner_away_until_the_key_result_is_dark_is_not_told() -> None:
    shared = key_result(1, owners=(1, 2), updated_on=day("2026-11-02"))
    bea = person(2, calendar=calendar(away=((day("2026-11-10"), day("2026-11-20")),)))
    facts = silent(shared, people={1: person(1), 2: bea, 9: LEAD})
    (notice,) = (one for one in notices(facts) if (one.message, one.person_id) == (Message.STALE, 2))
    assert notice.skip is SkipReason.AWAY


def test_a_notice_in_quiet_hours_waits_for_their_end() -> None:
    facts = silent(people={1: person(1, quiet=QuietHours(time(20), time(11))), 9: LEAD})
    assert told(facts)[0][1] == "Thu 2026-11-12 11:00"


def test_a_notice_on_the_day_of_the_question_is_folded_into_it() -> None:
    facts = silent(meetings=(meeting(4),))  # Friday: asked on Thu 12 Nov, the day on which it is stale
    stale = only([one for one in notices(facts) if one.message is Message.STALE], Message.STALE)
    assert (shown(stale.due_at), stale.skip) == ("Thu 2026-11-12 10:00", SkipReason.ASKED_TODAY)


def test_the_lead_is_told_of_a_dark_key_result_also_on_the_day_of_the_question() -> None:
    facts = silent(meetings=(meeting(WEDNESDAY),))  # asked on Tue 17 Nov, the day on which it is dark
    assert ("dark", "Tue 2026-11-17 10:00", 9) in told(facts)


def test_a_question_that_was_decided_against_folds_nothing() -> None:
    owner = person(prompts_skipped=frozenset({"2026-11-13"}))
    assert told(silent(meetings=(meeting(4),), people={1: owner, 9: LEAD}))[0] == ("stale", "Thu 2026-11-12 10:00", 1)


def test_a_question_that_went_out_a_day_later_folds_the_notice_of_neither_day() -> None:
    owner = person(prompts=(SentPrompt("2026-11-13", at("2026-11-13 08:30")),))
    assert told(silent(meetings=(meeting(4, "17:00"),), people={1: owner, 9: LEAD}))[0][1] == "Thu 2026-11-12 10:00"


@pytest.mark.parametrize(("now", "skip"), [("2026-11-13 09:30", None), ("2026-11-13 10:01", SkipReason.TOO_LATE)])
def test_a_notice_up_to_a_day_late_is_still_given(now: str, skip: SkipReason | None) -> None:
    answer = plan(silent(), Ritual.STALE, at(now))
    assert only([*answer.messages, *answer.skips], Message.STALE).skip is skip


def test_a_notice_found_in_the_night_is_given_in_the_morning() -> None:
    answer = plan(silent(), Ritual.STALE, at("2026-11-12 22:00"))
    assert shown(only(list(answer.messages), Message.STALE).due_at) == "Fri 2026-11-13 10:00"


def test_a_notice_found_when_dark_has_overtaken_it_is_skipped() -> None:
    # Stale on Wed 11 Nov, dark on Thu 12 Nov.
    facts = silent(grace_days=4, meetings=(meeting(TUESDAY),), key_results=(key_result(updated_on=day("2026-10-28")),))
    answer = plan(facts, Ritual.STALE, at("2026-11-12 10:00"))
    notices_found = {one.message: one.skip for one in (*answer.messages, *answer.skips)}
    assert notices_found == {Message.DARK: None, Message.STALE: SkipReason.MOMENT_PASSED}


def test_a_long_silence_is_not_brought_up_again_after_eight_days() -> None:
    answer = plan(silent(), Ritual.STALE, at("2026-12-07 12:00"))
    assert (answer.messages, answer.skips) == ((), ())


def test_automated_key_results_are_nobodys_silence() -> None:
    found = notices(silent(key_result(updated_on=day("2026-11-02"), automated=True)))
    assert [one for one in found if one.message in (Message.STALE, Message.DARK)] == []


def test_paused_key_results_are_not_brought_up() -> None:
    assert notices(silent(key_result(updated_on=day("2026-11-02"), ask=False))) == []


def test_a_key_result_that_is_due_before_it_would_be_stale_is_left_alone() -> None:
    assert notices(silent(key_result(updated_on=day("2026-11-02"), due=day("2026-11-11")))) == []


def test_after_the_cycle_nobody_is_told() -> None:
    assert notices(silent(cycle=(day("2026-10-01"), day("2026-11-11")))) == []
    assert notices(silent(cycle=None)) == []


def test_without_a_lead_the_dark_notice_is_a_skip_of_the_teams() -> None:
    dark = only([one for one in notices(silent(lead_id=None)) if one.message is Message.DARK], Message.DARK)
    assert (dark.skip, dark.team_id, dark.person_id) == (SkipReason.NO_LEAD, 7, None)


def test_a_closed_account_and_a_wish_for_silence_are_reasons() -> None:
    off = silent(people={1: person(1, active=False), 9: LEAD})
    muted = silent(people={1: person(1, muted_until=day("2026-11-12")), 9: LEAD})
    reasons = [next(one.skip for one in notices(facts) if one.message is Message.STALE) for facts in (off, muted)]
    assert reasons == [SkipReason.ACCOUNT_OFF, SkipReason.MUTED]


def test_the_team_may_meet_on_any_day() -> None:
    assert told(silent(meetings=(meeting(TUESDAY),)))[0] == ("stale", "Thu 2026-11-12 10:00", 1)


def test_without_a_working_day_in_sight_nothing_ages() -> None:
    assert day_of_age(calendar(working_days=frozenset()), day("2026-11-02"), 8) is None
