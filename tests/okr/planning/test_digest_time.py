"""Digests: which meetings have one, when, under which key, and why not (spec/08 §13.1, spec/02 §4.8)."""

from bot.okr.planning import Message, OpenedRun, Planned, SkipReason, TeamFacts
from bot.okr.planning.facts import Ritual
from tests.okr.planning.given import (
    FRIDAY,
    MONDAY,
    THURSDAY,
    TUESDAY,
    WEDNESDAY,
    at,
    day,
    meeting,
    only,
    shown,
    team,
    week,
)


def digests(facts: TeamFacts, first: str = "2026-11-07", last: str = "2026-11-14") -> list[Planned]:
    return [one for one in week(facts, Ritual.DIGEST, first=first, last=last) if one.message is Message.DIGEST]


def keys(facts: TeamFacts, **span: str) -> list[tuple[str, str]]:
    return [(shown(one.due_at), one.period) for one in digests(facts, **span)]


def opened(period: str, meeting_id: int | None = 1, ritual: Ritual = Ritual.DIGEST) -> OpenedRun:
    return OpenedRun(ritual, period, meeting_id)


def test_the_digest_comes_ten_minutes_before_the_meeting_in_the_meetings_zone() -> None:
    facts = team(meetings=(meeting(zone="Asia/Shanghai"),))
    (digest,) = digests(facts)
    assert (digest.due_at, digest.period) == (at("2026-11-09 08:50", "Asia/Shanghai"), "2026-11-09")
    assert (digest.subject, digest.team_id, digest.person_id) == ("team:7", 7, None)


def test_a_meeting_chooses_how_long_before_its_digest_comes() -> None:
    assert keys(team(meetings=(meeting(lead_minutes=0),))) == [("Mon 2026-11-09 09:00", "2026-11-09")]
    assert keys(team(meetings=(meeting(lead_minutes=60),))) == [("Mon 2026-11-09 08:00", "2026-11-09")]


def test_without_a_meeting_the_digest_comes_on_tuesday_under_the_weeks_monday() -> None:
    assert keys(team(meetings=())) == [("Tue 2026-11-10 10:00", "2026-11-09")]


def test_main_and_other_meetings_each_have_a_digest() -> None:
    facts = team(meetings=(meeting(MONDAY), meeting(THURSDAY, id=2, main=False)))
    assert keys(facts) == [("Mon 2026-11-09 08:50", "2026-11-09"), ("Thu 2026-11-12 08:50", "2026-11-12")]


def test_a_meeting_on_several_days_has_a_digest_on_each() -> None:
    facts = team(meetings=(meeting(weekdays=(MONDAY, WEDNESDAY)),))
    assert [period for _, period in keys(facts)] == ["2026-11-09", "2026-11-11"]


def test_two_meetings_a_day_are_told_apart_by_time() -> None:
    facts = team(meetings=(meeting(wall="14:00", id=2, main=False), meeting()))
    assert keys(facts) == [("Mon 2026-11-09 08:50", "2026-11-09"), ("Mon 2026-11-09 13:50", "2026-11-09T14:00")]


def test_two_meetings_at_the_same_minute_have_keys_of_their_own() -> None:
    facts = team(meetings=(meeting(), meeting(id=2), meeting(id=3)))
    assert [period for _, period in keys(facts)] == ["2026-11-09", "2026-11-09T09:00", "2026-11-09T09:00#3"]


def test_the_first_of_two_meetings_moved_past_the_second_mixes_up_no_keys() -> None:
    facts = team(
        meetings=(meeting(wall="17:00"), meeting(wall="14:00", id=2, main=False)), opened=(opened("2026-11-09"),)
    )
    assert keys(facts) == [("Mon 2026-11-09 13:50", "2026-11-09T14:00"), ("Mon 2026-11-09 16:50", "2026-11-09")]


def test_meetings_every_two_weeks_are_counted_from_the_cycles_start() -> None:
    # Thu 12 Nov 2026 is day 42: week 6 of 13.
    facts = team(meetings=(meeting(THURSDAY, every=2),))
    assert [period for _, period in keys(facts, first="2026-10-01", last="2026-12-31")] == [
        "2026-10-15",
        "2026-10-29",
        "2026-11-12",
        "2026-11-26",
        "2026-12-10",
        "2026-12-24",
    ]


def test_meetings_every_four_weeks_are_counted_from_the_cycles_start() -> None:
    facts = team(meetings=(meeting(TUESDAY, every=4),))
    assert [period for _, period in keys(facts, first="2026-10-01", last="2026-12-31")] == [
        "2026-10-27",
        "2026-11-24",
        "2026-12-22",
    ]


def test_a_meeting_moved_by_hours_keeps_its_period() -> None:
    assert keys(team(meetings=(meeting(wall="16:30"),), opened=(opened("2026-11-09"),))) == [
        ("Mon 2026-11-09 16:20", "2026-11-09")
    ]


def test_a_meeting_moved_by_days_within_its_week_keeps_the_period_of_its_open_run() -> None:
    assert keys(team(meetings=(meeting(WEDNESDAY),), opened=(opened("2026-11-09"),))) == [
        ("Wed 2026-11-11 08:50", "2026-11-09")
    ]


def test_a_meeting_moved_before_anything_was_open_has_the_period_of_its_new_day() -> None:
    assert keys(team(meetings=(meeting(WEDNESDAY),))) == [("Wed 2026-11-11 08:50", "2026-11-11")]


def test_a_meeting_moved_to_the_next_week_gets_a_period_of_its_own() -> None:
    facts = team(meetings=(meeting(MONDAY),), opened=(opened("2026-11-06"),))
    assert [period for _, period in keys(facts)] == ["2026-11-09"]


def test_the_days_of_a_meeting_on_several_days_do_not_take_over_each_others_runs() -> None:
    facts = team(meetings=(meeting(weekdays=(MONDAY, FRIDAY)),), opened=(opened("2026-11-09"),))
    assert [period for _, period in keys(facts)] == ["2026-11-09", "2026-11-13"]


def test_the_key_of_a_meeting_that_is_no_more_is_not_used_again() -> None:
    facts = team(meetings=(meeting(wall="14:00"),), opened=(opened("2026-11-09", 5),))
    assert [period for _, period in keys(facts)] == ["2026-11-09T14:00"]


def test_the_run_of_another_meeting_is_not_taken_over() -> None:
    facts = team(meetings=(meeting(WEDNESDAY, id=2),), opened=(opened("2026-11-09", 1), opened("2026-11-10", None)))
    assert [period for _, period in keys(facts)] == ["2026-11-11"]


def test_the_question_keeps_its_period_whatever_became_of_the_meeting() -> None:
    for moved in ((meeting(WEDNESDAY),), (meeting(FRIDAY, id=2),), (meeting(wall="18:00"),)):
        facts = team(meetings=moved, opened=(opened("2026-11-09", 1, Ritual.WEEKLY_CHECK_IN),))
        found = {one.period for one in week(facts, first="2026-11-05", last="2026-11-13")}
        assert {period for period in found if period > "2026-11-08"} == {"2026-11-09"}


def test_a_question_whose_meeting_moved_to_the_next_week_gets_a_period_of_its_own() -> None:
    facts = team(meetings=(meeting(MONDAY),), opened=(opened("2026-11-06", 1, Ritual.WEEKLY_CHECK_IN),))
    assert only(week(facts), Message.CHECK_IN).period == "2026-11-09"


def test_a_zone_changed_in_midweek_keeps_the_period() -> None:
    moved = team(meetings=(meeting(zone="America/Los_Angeles"),), opened=(opened("2026-11-09"),))
    assert [one.period for one in digests(moved)] == ["2026-11-09"]


def test_no_digest_on_the_teams_holiday() -> None:
    (digest,) = digests(team(off=frozenset({day("2026-11-09")})))
    assert digest.skip is SkipReason.HOLIDAY


def test_no_digest_in_the_companys_shutdown() -> None:
    (digest,) = digests(team(freeze=((day("2026-11-08"), day("2026-11-09")),)))
    assert digest.skip is SkipReason.HOLIDAY


def test_no_digest_without_a_channel() -> None:
    (digest,) = digests(team(has_channel=False))
    assert digest.skip is SkipReason.NO_CHANNEL


def test_no_digest_outside_the_cycle() -> None:
    for cycle in (None, (day("2026-10-01"), day("2026-11-08")), (day("2026-11-10"), day("2027-01-31"))):
        (digest,) = digests(team(cycle=cycle))
        assert digest.skip is SkipReason.NO_CYCLE


def test_a_digest_on_the_last_day_of_the_cycle() -> None:
    (digest,) = digests(team(cycle=(day("2026-10-01"), day("2026-11-09"))))
    assert digest.skip is None


def test_quiet_hours_do_not_bind_digests() -> None:
    assert keys(team(meetings=(meeting(wall="07:00"),))) == [("Mon 2026-11-09 06:50", "2026-11-09")]
