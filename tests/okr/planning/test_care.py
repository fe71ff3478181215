"""Silence of people and teams: who is asked what, on which morning, once (spec/07 §12.3, §12.5, spec/03 §8.3)."""

from dataclasses import replace
from datetime import time
from typing import Any

import pytest

from bot.okr.localtime import QuietHours
from bot.okr.planning import Message, Planned, TeamFacts, WeekCount, plan
from bot.okr.planning.care import average_of, low_weeks
from bot.okr.planning.facts import Ritual
from tests.okr.planning.given import at, calendar, day, key_result, person, shown, team

LEAD = person(9)
THREE = (day("2026-10-22"), day("2026-10-29"), day("2026-11-05"))
"""Thursdays on which a question went out that nobody answered."""
FRIDAY_AT_TEN = "2026-11-06 10:00"


def weeks(*counts: tuple[int, int]) -> tuple[WeekCount, ...]:
    """Updated of due in the weeks up to the meeting of Fri 6 Nov 10:00."""
    fridays = ["2026-10-09", "2026-10-16", "2026-10-23", "2026-10-30", "2026-11-06"][-len(counts) :]
    return tuple(
        WeekCount(one, at(f"{one} 10:00"), updated, due) for one, (updated, due) in zip(fridays, counts, strict=True)
    )


def silent_person(**changes: Any) -> TeamFacts:
    return team(person(unanswered=THREE, **changes), LEAD, key_results=(key_result(),), lead_id=9, updated_on=THREE[2])


def silent_team(**changes: object) -> TeamFacts:
    """Nothing was updated since Mon 2 Nov; ten working days later it is Mon 16 Nov."""
    facts = team(person(), LEAD, key_results=(key_result(),), lead_id=9, updated_on=day("2026-11-02"))
    return replace(facts, **changes)  # type: ignore[arg-type]  # changes by name, as the test says


def few(*counts: tuple[int, int], **changes: object) -> TeamFacts:
    return replace(silent_team(updated_on=day("2026-11-06"), participation=weeks(*counts)), **changes)  # type: ignore[arg-type]  # changes by name


def due(facts: TeamFacts, now: str) -> list[Planned]:
    return list(plan(facts, Ritual.CARE, at(now)).messages)


def coming(facts: TeamFacts, now: str = "2026-11-06 09:00") -> list[tuple[str, str, int | None]]:
    """What will be said in the ten days after `now`, if nothing changes."""
    found = plan(facts, Ritual.CARE, at(now), at(now.replace("2026-11-06", "2026-11-17")))
    return [(one.message.value, shown(one.due_at), one.person_id) for one in found.messages]


# --- a person -------------------------------------------------------------------------------------


def test_after_three_questions_without_an_answer_another_time_is_offered() -> None:
    (one,) = due(silent_person(), FRIDAY_AT_TEN)
    assert (one.message, one.person_id, one.due_at) == (Message.BAD_TIME, 1, at(FRIDAY_AT_TEN))
    assert (one.subject, one.period) == ("person:1", "since:2026-10-22")


def test_two_questions_without_an_answer_are_nothing() -> None:
    facts = team(person(unanswered=THREE[:2]), LEAD, lead_id=9, updated_on=THREE[2])
    assert coming(facts) == []


def test_a_longer_silence_keeps_its_key() -> None:
    facts = team(person(unanswered=(*THREE, day("2026-11-12"))), key_results=(key_result(),))
    assert [one.period for one in due(facts, "2026-11-13 10:00")] == ["since:2026-10-22"]


def test_who_owns_nothing_that_is_asked_is_left_alone() -> None:
    facts = replace(silent_person(), key_results=(key_result(ask=False), key_result(2, (9,))))
    assert [one.message for one in due(facts, FRIDAY_AT_TEN)] == []


@pytest.mark.parametrize(
    ("now", "said"),
    [
        ("2026-11-06 09:55", "Fri 2026-11-06 10:00"),
        ("2026-11-06 11:59", "Fri 2026-11-06 10:00"),
        ("2026-11-06 12:01", "Mon 2026-11-09 10:00"),
        ("2026-11-07 10:00", "Mon 2026-11-09 10:00"),
    ],
)
def test_it_is_said_in_the_next_allowed_morning(now: str, said: str) -> None:
    answer = plan(silent_person(), Ritual.CARE, at(now), at("2026-11-09 23:00"))
    assert [shown(one.due_at) for one in answer.messages] == [said]


def test_days_off_and_quiet_hours_are_kept() -> None:
    off = calendar(off=frozenset({day("2026-11-06")}), away=((day("2026-11-09"), day("2026-11-10")),))
    facts = silent_person(calendar=off, quiet=QuietHours(time(20), time(13)))
    assert [one[1] for one in coming(facts)] == ["Wed 2026-11-11 13:00"]


@pytest.mark.parametrize("changes", [{"active": False}, {"muted_until": day("2026-11-30")}])
def test_who_is_gone_or_wants_silence_is_not_asked(changes: dict[str, object]) -> None:
    assert coming(silent_person(**changes)) == []


# --- a team ---------------------------------------------------------------------------------------


def test_the_lead_is_asked_after_ten_working_days_without_any_update() -> None:
    assert coming(silent_team()) == [("team_quiet", "Mon 2026-11-16 10:00", 9)]
    assert due(silent_team(), "2026-11-16 09:59") == []
    (one,) = due(silent_team(), "2026-11-16 10:00")
    assert (one.subject, one.period) == ("team:7", "since:2026-11-02")


def test_a_holiday_week_does_not_count() -> None:
    off = calendar(off=frozenset(day(f"2026-11-{number:02}") for number in range(9, 14)))
    facts = silent_team(people={1: person(), 9: replace(LEAD, calendar=off)})
    assert coming(facts) == []


def test_a_cycle_that_began_is_given_two_weeks() -> None:
    facts = silent_team(updated_on=day("2026-09-20"))
    assert [shown(one.due_at) for one in due(facts, "2026-10-15 10:00")] == ["Thu 2026-10-15 10:00"]
    assert due(facts, "2026-10-14 10:00") == []


def test_a_new_team_and_new_key_results_are_given_two_weeks() -> None:
    new = silent_team(updated_on=None, known_since=at("2026-11-04 12:00"))
    assert due(new, "2026-11-17 10:00") == []
    assert len(due(new, "2026-11-18 10:00")) == 1
    published = silent_team(updated_on=None, key_results=(key_result(counts_from=day("2026-11-05")),))
    assert due(published, "2026-11-18 10:00") == []
    assert len(due(published, "2026-11-19 10:00")) == 1


def test_a_biweekly_team_has_twice_the_time() -> None:
    facts = silent_team(biweekly=True)
    assert due(facts, "2026-11-27 10:00") == []
    assert [one.message for one in due(facts, "2026-11-30 10:00")] == [Message.TEAM_QUIET]


@pytest.mark.parametrize(
    "changes",
    [
        {"on": frozenset({"digest"})},
        {"cycle": (day("2026-10-01"), day("2026-11-13"))},
        {"cycle": None},
        {"key_results": ()},
        {"key_results": (key_result(ask=False), key_result(2, automated=True))},
        {"lead_id": None},
    ],
)
def test_a_team_that_is_stopped_over_or_asked_nothing_is_left_alone(changes: dict[str, object]) -> None:
    assert due(silent_team(**changes), "2026-11-16 10:00") == []


# --- participation ----------------------------------------------------------------------------------


def test_below_seventy_percent_three_weeks_running_the_lead_is_asked_what_would_help() -> None:
    facts = few((5, 8), (5, 8), (4, 8))
    assert coming(facts) == [("participation", "Mon 2026-11-09 10:00", 9)]
    assert due(facts, "2026-11-09 10:00")[0].period == "week:2026-11-06"


@pytest.mark.parametrize("counts", [((5, 8), (6, 8), (5, 8)), ((7, 10), (6, 10), (6, 10)), ((5, 8), (5, 8))])
def test_one_good_week_or_a_third_that_is_to_come_is_enough(counts: tuple[tuple[int, int], ...]) -> None:
    assert coming(few(*counts)) == []


def test_a_week_in_which_nothing_was_due_neither_counts_nor_breaks_the_row() -> None:
    assert [one.period for one in low_weeks(few((1, 8), (2, 8), (0, 0), (3, 8)))] == [
        "2026-10-16",
        "2026-10-23",
        "2026-11-06",
    ]


def test_weeks_of_the_last_cycle_do_not_count() -> None:
    assert coming(few((1, 8), (1, 8), (1, 8), cycle=(day("2026-10-26"), day("2026-12-31")))) == []


def test_participation_of_long_ago_is_not_brought_up() -> None:
    facts = few((1, 8), (1, 8), (1, 8), updated_on=day("2026-11-30"))
    assert due(facts, "2026-11-30 10:00") == []


def test_a_quiet_team_is_not_also_told_how_few_answer() -> None:
    facts = few((0, 8), (0, 8), (0, 8), updated_on=day("2026-10-23"))
    assert [one.message for one in due(facts, "2026-11-09 10:00")] == [Message.TEAM_QUIET]


@pytest.mark.parametrize(
    ("counts", "shown_as"),
    [(((5, 8), (5, 8), (4, 8)), (4, 8)), (((0, 7), (0, 8), (0, 8)), (0, 8)), (((5, 8), (5, 8), (5, 8)), (5, 8))],
)
def test_the_average_never_says_more_than_there_was(
    counts: tuple[tuple[int, int], ...], shown_as: tuple[int, int]
) -> None:
    average = average_of(weeks(*counts))
    assert (average.updated, average.due) == shown_as


def test_the_plan_is_made_anew_every_morning() -> None:
    answer = plan(silent_team(updated_on=day("2026-11-06")), Ritual.CARE, at("2026-11-06 10:00"))
    assert answer.next_due_at == at("2026-11-07 10:00")
