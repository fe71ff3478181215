"""Who is asked while an owner is away: somebody who is there, once, and nobody in a chain or a circle."""

from dataclasses import replace

import pytest

from bot.okr.planning import (
    Delegation,
    Message,
    PersonFacts,
    Ritual,
    SentPrompt,
    SkipReason,
    TeamFacts,
    answers_for,
    plan,
)
from tests.okr.planning.given import MONDAY, at, calendar, day, key_result, meeting, only, person, shown, team, week

AWAY = (day("2026-11-04"), day("2026-11-13"))
ASKED_ON = at("2026-11-06 10:00")


def away(number: int, *, stand_in: int | None = None, span: tuple[str, str] | None = None) -> PersonFacts:
    """Somebody who is away over the question of Fri 6 Nov."""
    first, last = AWAY if span is None else (day(span[0]), day(span[1]))
    delegations = () if stand_in is None else (Delegation(first, last, stand_in),)
    return person(number, calendar=calendar(away=((first, last),)), delegations=delegations)


def both(*people: PersonFacts) -> TeamFacts:
    """A team in which everyone owns the key result of their own number."""
    return team(*people)


def asked_about(facts: TeamFacts, number: int, **span: str) -> list[tuple[int, ...]]:
    found = week(facts, **span)
    return [
        one.kr_ids for one in found if one.message is Message.CHECK_IN and one.person_id == number and one.skip is None
    ]


def test_a_stand_in_is_asked_in_their_own_question() -> None:
    facts = both(away(1, stand_in=2), person(2))
    assert asked_about(facts, 1) == []
    assert asked_about(facts, 2) == [(1, 2)]


def test_a_stand_in_who_owns_nothing_gets_a_question_at_their_own_time() -> None:
    stand_in = person(2, zone="Asia/Shanghai")
    facts = replace(both(away(1, stand_in=2), stand_in), key_results=(key_result(1, (1,)),))
    question = next(one for one in week(facts) if one.message is Message.CHECK_IN and one.person_id == 2)
    assert (shown(question.due_at, "Asia/Shanghai"), question.kr_ids) == ("Fri 2026-11-06 10:00", (1,))


def test_a_shared_key_result_stays_with_the_co_owner_and_goes_to_the_stand_in() -> None:
    facts = replace(both(away(1, stand_in=3), person(2), person(3)), key_results=(key_result(1, (1, 2)),))
    assert (asked_about(facts, 2), asked_about(facts, 3)) == ([(1,)], [(1,)])


def test_an_owner_who_stands_in_is_asked_once() -> None:
    facts = replace(both(away(1, stand_in=2), person(2)), key_results=(key_result(1, (1, 2)),))
    assert asked_about(facts, 2) == [(1,)]


@pytest.mark.parametrize(
    "people",
    [
        (away(1, stand_in=2), away(2, stand_in=1), person(3)),  # a circle
        (away(1, stand_in=2), away(2, stand_in=3), person(3)),  # a chain
        (away(1, stand_in=1), person(2), person(3)),  # oneself
        (away(1, stand_in=9), person(2), person(3)),  # somebody unknown
        (away(1, stand_in=2), person(2, active=False), person(3)),
        (away(1, stand_in=2), person(2, muted_until=day("2026-11-30")), person(3)),
    ],
)
def test_where_the_stand_in_is_not_there_nobody_is_asked(people: tuple[PersonFacts, ...]) -> None:
    facts = replace(both(*people), key_results=(key_result(1, (1,)),))
    assert [asked_about(facts, number) for number in (1, 2, 3)] == [[], [], []]


def test_a_day_off_of_the_stand_in_moves_the_question_and_does_not_lose_it() -> None:
    stand_in = person(2, calendar=calendar(off=frozenset({day("2026-11-06")})))
    facts = replace(both(away(1, stand_in=2), stand_in), key_results=(key_result(1, (1,)),))
    (question,) = (one for one in week(facts) if one.message is Message.CHECK_IN and one.person_id == 2)
    assert shown(question.due_at) == "Thu 2026-11-05 10:00"


def test_an_owner_who_is_back_before_the_digest_is_asked_themselves() -> None:
    facts = replace(
        both(away(1, stand_in=2, span=("2026-11-04", "2026-11-08")), person(2)),
        meetings=(meeting(MONDAY, "15:00"),),
    )
    question = next(one for one in week(facts) if one.message is Message.CHECK_IN and one.person_id == 1)
    assert (shown(question.due_at), question.skip) == ("Mon 2026-11-09 10:00", None)


def test_away_that_begins_after_the_question_joins_the_stand_in_s() -> None:
    stand_in = person(2, prompts=(SentPrompt("2026-11-09", ASKED_ON),))
    owner = replace(
        away(1, stand_in=2, span=("2026-11-07", "2026-11-13")), prompts=(SentPrompt("2026-11-09", ASKED_ON),)
    )
    facts = both(owner, stand_in)
    assert asked_about(facts, 2, first="2026-11-06") == [(2,)]
    (joined,) = (
        one
        for one in plan(facts, Ritual.WEEKLY_CHECK_IN, at("2026-11-07 09:00")).messages
        if one.message is Message.CHECK_IN and one.person_id == 2 and one.period == "2026-11-09"
    )
    assert joined.kr_ids == (1, 2)


@pytest.mark.parametrize(
    ("people", "moment", "expected"),
    [
        ((person(1), person(2)), "2026-11-06 10:00", (True, False)),
        ((away(1, stand_in=2), person(2)), "2026-11-06 10:00", (False, True)),
        ((away(1, stand_in=2), person(2)), "2026-11-14 00:00", (True, False)),
        ((away(1, stand_in=2), person(2)), "2026-11-07 10:00", (False, True)),  # a weekend changes nothing
        ((away(1), person(2)), "2026-11-06 10:00", (True, False)),
        ((away(1, stand_in=2), away(2)), "2026-11-06 10:00", (True, False)),
    ],
)
def test_whose_a_question_is(people: tuple[PersonFacts, ...], moment: str, expected: tuple[bool, bool]) -> None:
    facts = both(*people)
    kr = key_result(1, (1,))
    assert tuple(answers_for(facts, number, kr, at(moment)) for number in (1, 2)) == expected


def test_who_is_not_known_any_more_is_asked_nothing() -> None:
    assert answers_for(both(person(1)), 9, key_result(1, (1,)), ASKED_ON) is False


def notices(facts: TeamFacts, **span: str) -> list[tuple[str, int | None, str]]:
    found = week(facts, Ritual.STALE, **span)
    return [
        (shown(one.due_at), one.person_id, one.subject)
        for one in found
        if one.message is Message.STALE and not one.skip
    ]


def test_the_notice_of_silence_goes_to_the_stand_in_under_the_owner_s_key() -> None:
    silent = key_result(1, (1,), updated_on=day("2026-10-30"))
    facts = replace(both(away(1, stand_in=2, span=("2026-11-09", "2026-11-20")), person(2)), key_results=(silent,))
    assert notices(facts, first="2026-11-08", last="2026-11-13") == [("Wed 2026-11-11 10:00", 2, "kr:1:person:1")]


def test_without_anybody_to_stand_in_the_notice_waits_or_is_left_out() -> None:
    silent = key_result(1, (1,), updated_on=day("2026-10-30"))
    facts = replace(both(away(1, stand_in=2, span=("2026-11-09", "2026-11-20")), away(2)), key_results=(silent,))
    assert notices(facts, first="2026-11-08", last="2026-11-13") == []


def test_a_team_that_asks_nothing_gives_no_notice_either() -> None:
    silent = key_result(1, (1,), updated_on=day("2026-10-30"))
    facts = replace(both(person(1)), key_results=(silent,), on=frozenset({"digest"}))
    assert notices(facts, first="2026-11-08", last="2026-11-13") == []
    assert week(facts) == []


def test_an_owner_whose_absence_has_no_stand_in_is_seen_to_be_away() -> None:
    assert only(week(both(away(1))), Message.CHECK_IN).skip is SkipReason.AWAY
