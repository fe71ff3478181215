"""Quiet feeds: told to the owner and the admins, once, and never counted against anyone (spec/03 §7.3)."""

from dataclasses import replace

import pytest

from bot.okr.planning import Message, Planned, TeamFacts, plan
from bot.okr.planning.facts import Ritual
from tests.okr.planning.given import at, calendar, day, key_result, person, shown, team

FED = key_result(automated=True, fed_on=day("2026-11-03"), updated_on=day("2026-11-03"))
"""Last read on Tue 3 Nov: on Mon 9 Nov that is four working days ago, one more than it may be."""


def fed(*key_results: object, **changes: object) -> TeamFacts:
    facts = team(person(), person(8), key_results=key_results or (FED,), admin_ids=(8,))
    return replace(facts, **changes)  # type: ignore[arg-type]  # changes by name, as the test says


def told(facts: TeamFacts, now: str) -> list[Planned]:
    return [one for one in plan(facts, Ritual.STALE, at(now)).messages if one.message is Message.FEED_QUIET]


def test_the_owner_and_the_admins_are_told_on_the_first_morning() -> None:
    assert told(fed(), "2026-11-09 09:59") == []
    assert [(one.subject, one.period, shown(one.due_at)) for one in told(fed(), "2026-11-09 10:00")] == [
        ("kr:1:person:1", "since:2026-11-03", "Mon 2026-11-09 10:00"),
        ("kr:1:person:8", "since:2026-11-03", "Mon 2026-11-09 10:00"),
    ]


def test_an_owner_who_is_admin_is_told_once() -> None:
    assert len(told(fed(admin_ids=(1,)), "2026-11-09 10:00")) == 1


def test_a_co_owner_is_spared() -> None:
    shared = replace(FED, owner_ids=(1, 2))
    facts = fed(shared, people={1: person(), 2: person(2)}, admin_ids=())
    assert [one.person_id for one in told(facts, "2026-11-09 10:00")] == [1]


def test_a_feed_may_be_allowed_more_days() -> None:
    slow = replace(FED, feed_max_age=5)
    assert told(fed(slow), "2026-11-10 10:00") == []
    assert len(told(fed(slow), "2026-11-11 10:00")) == 2


def test_weekends_and_holidays_do_not_count() -> None:
    off = replace(FED, calendar=calendar(off=frozenset({day("2026-11-09")})))
    assert told(fed(off), "2026-11-09 10:00") == []
    assert len(told(fed(off), "2026-11-10 10:00")) == 2


def test_a_feed_that_never_read_counts_from_the_key_results_first_day() -> None:
    never = replace(FED, fed_on=None, updated_on=None, counts_from=day("2026-11-02"))
    assert [one.period for one in told(fed(never), "2026-11-06 10:00")] == ["since:2026-11-02"] * 2


def test_it_is_said_in_the_morning_of_each_reader() -> None:
    facts = fed(people={1: person(), 8: person(8, zone="Asia/Shanghai")})
    found = plan(facts, Ritual.STALE, at("2026-11-08 12:00"), at("2026-11-09 23:00"))
    assert [(one.person_id, one.due_at) for one in found.messages] == [
        (8, at("2026-11-09 10:00", "Asia/Shanghai")),
        (1, at("2026-11-09 10:00")),
    ]


@pytest.mark.parametrize(
    "facts",
    [
        fed(replace(FED, automated=False, updated_on=day("2026-11-08"))),
        fed(replace(FED, ask=False)),
        fed(replace(FED, due=day("2026-11-06"))),
        fed(replace(FED, fed_on=day("2026-10-20"), due=day("2026-11-06"))),
        fed(replace(FED, fed_on=day("2026-10-20")), cycle=(day("2026-10-01"), day("2026-11-06"))),
        fed(cycle=(day("2026-10-01"), day("2026-11-06"))),
        fed(on=frozenset({"digest"})),
        fed(replace(FED, fed_on=day("2026-11-05"))),
    ],
)
def test_feeds_that_read_and_what_is_not_in_force_are_not_brought_up(facts: TeamFacts) -> None:
    assert told(facts, "2026-11-09 10:00") == []
