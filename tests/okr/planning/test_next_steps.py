"""After the meeting: when next steps are asked for, under which key, and why not (spec/07 §12.8, spec/10 §17)."""

import pytest

from bot.okr.planning import Message, OpenedRun, Planned, SkipReason, TeamFacts, plan
from bot.okr.planning.facts import Ritual
from tests.okr.planning.given import THURSDAY, at, day, meeting, only, shown, team, week

OPENED = (OpenedRun(Ritual.DIGEST, "2026-11-09", 1),)
OVER = "2026-11-09 10:05"
"""The meeting of Mon 9 Nov begins at 09:00 and takes an hour."""


def asked(facts: TeamFacts, first: str = "2026-11-07", last: str = "2026-11-14") -> list[Planned]:
    return week(facts, Ritual.NEXT_STEPS, first=first, last=last)


def found_at(facts: TeamFacts, now: str) -> Planned:
    answer = plan(facts, Ritual.NEXT_STEPS, at(now))
    return only([one for one in (*answer.messages, *answer.skips) if one.period == "2026-11-09"], Message.NEXT_STEPS)


def test_next_steps_are_asked_for_five_minutes_after_the_planned_end() -> None:
    (one,) = asked(team())
    assert (shown(one.due_at), one.skip) == ("Mon 2026-11-09 10:05", None)
    assert (one.subject, one.period, one.team_id, one.person_id) == ("team:7", "2026-11-09", 7, None)


def test_a_short_meeting_is_over_sooner_and_a_zone_is_its_own() -> None:
    (one,) = asked(team(meetings=(meeting(zone="Asia/Shanghai", duration=15),)))
    assert one.due_at == at("2026-11-09 09:20", "Asia/Shanghai")


def test_each_meeting_of_a_day_is_followed_under_the_key_of_its_digest() -> None:
    facts = team(meetings=(meeting(), meeting(wall="14:00", id=2, main=False)))
    assert [one.period for one in asked(facts)] == ["2026-11-09", "2026-11-09T14:00"]


def test_a_team_without_a_meeting_is_not_asked() -> None:
    assert asked(team(meetings=())) == []


def test_a_team_may_switch_it_off() -> None:
    assert asked(team(on=frozenset({"digest"}))) == []


@pytest.mark.parametrize(
    "facts",
    [
        team(off=frozenset({day("2026-11-09")})),
        team(freeze=((day("2026-11-06"), day("2026-11-10")),)),
        team(has_channel=False),
    ],
)
def test_where_no_digest_is_posted_nothing_is_asked(facts: TeamFacts) -> None:
    assert [one.skip for one in asked(facts)] == [SkipReason.NO_DIGEST]


def test_outside_the_cycle_nothing_is_asked() -> None:
    assert [one.skip for one in asked(team(cycle=None))] == [SkipReason.NO_CYCLE]


def test_a_meeting_that_was_not_opened_while_okra_was_down_is_not_followed() -> None:
    assert found_at(team(), OVER).skip is SkipReason.NO_DIGEST
    assert found_at(team(opened=OPENED), OVER).skip is None


def test_a_digest_that_may_still_come_is_waited_for() -> None:
    facts = team(meetings=(meeting(duration=0),))
    assert found_at(facts, "2026-11-09 09:06").skip is None


@pytest.mark.parametrize(("now", "skip"), [("2026-11-09 12:05", None), ("2026-11-09 12:06", SkipReason.MOMENT_PASSED)])
def test_two_hours_later_nobody_is_asked_any_more(now: str, skip: SkipReason | None) -> None:
    assert found_at(team(opened=OPENED), now).skip is skip


def test_a_meeting_moved_within_its_week_is_followed_at_its_new_end_under_its_old_key() -> None:
    facts = team(meetings=(meeting(THURSDAY, "15:00"),), opened=OPENED)
    assert [(shown(one.due_at), one.period) for one in asked(facts)] == [("Thu 2026-11-12 16:05", "2026-11-09")]


def test_daylight_saving_moves_nothing_on_the_wall() -> None:
    facts = team(meetings=(meeting(6, "02:30", duration=60),))
    (one,) = asked(facts, first="2026-10-24", last="2026-10-26")
    assert shown(one.due_at) == "Sun 2026-10-25 02:35"  # the night in which the hour from 2 to 3 occurs twice
