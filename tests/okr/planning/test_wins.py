"""When the wins of the week are told, and when not (spec/10 §17)."""

import pytest

from bot.okr.planning import ON_BY_DEFAULT, Message, Planned, SkipReason, TeamFacts, plan
from bot.okr.planning.facts import Ritual
from tests.okr.planning.given import at, day, only, shown, team, week

ON = ON_BY_DEFAULT | {"wins"}


def fridays(facts: TeamFacts, first: str = "2026-11-09", last: str = "2026-11-16") -> list[Planned]:
    return week(facts, Ritual.WINS, first=first, last=last)


def test_wins_are_off_unless_a_team_asks_for_them() -> None:
    assert fridays(team()) == []


def test_wins_are_told_on_friday_at_three_in_team_time_under_the_weeks_monday() -> None:
    (one,) = fridays(team(on=ON, zone="Asia/Shanghai"))
    assert (one.due_at, one.period) == (at("2026-11-13 15:00", "Asia/Shanghai"), "2026-11-09")
    assert (one.subject, one.team_id, one.skip) == ("team:7", 7, None)


@pytest.mark.parametrize(
    ("changes", "skip"),
    [
        ({"off": frozenset({day("2026-11-13")})}, SkipReason.HOLIDAY),
        ({"freeze": ((day("2026-11-12"), day("2026-11-20")),)}, SkipReason.HOLIDAY),
        ({"has_channel": False}, SkipReason.NO_CHANNEL),
        ({"cycle": (day("2026-10-01"), day("2026-11-12"))}, SkipReason.NO_CYCLE),
    ],
)
def test_every_friday_without_wins_has_its_reason(changes: dict[str, object], skip: SkipReason) -> None:
    assert [one.skip for one in fridays(team(on=ON, **changes))] == [skip]


@pytest.mark.parametrize(("now", "skip"), [("2026-11-13 18:00", None), ("2026-11-13 18:01", SkipReason.MOMENT_PASSED)])
def test_friday_evening_is_too_late(now: str, skip: SkipReason | None) -> None:
    answer = plan(team(on=ON), Ritual.WINS, at(now))
    this_week = [one for one in (*answer.messages, *answer.skips) if one.period == "2026-11-09"]
    assert only(this_week, Message.WINS).skip is skip


def test_it_is_three_o_clock_in_winter_and_in_summer() -> None:
    assert [shown(one.due_at) for one in fridays(team(on=ON), "2026-10-19", "2026-11-01")] == [
        "Fri 2026-10-23 15:00",
        "Fri 2026-10-30 15:00",
    ]
