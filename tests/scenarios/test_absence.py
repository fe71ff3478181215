"""Away with and without somebody who stands in, going and coming back in the middle of a week, and changed owners."""

from datetime import date

import pytest
from sqlmodel import Session, select

from storage import calendars
from storage import models as m
from tests.scenarios.week import Place, Pretend, Week


def person_of(session: Session, handle: str) -> m.Person:
    return session.exec(select(m.Person).where(m.Person.handle == handle)).one()


def goes_away(week: Week, name: str, first: str, last: str, stand_in: str | None = None) -> None:
    """Somebody's absence is noted."""

    def change(session: Session) -> None:
        delegate = None if stand_in is None else person_of(session, stand_in)
        calendars.go_away(
            session, person_of(session, name), date.fromisoformat(first), date.fromisoformat(last), delegate
        )

    week.change(change)


def hand_to(week: Week, key_result: int, name: str) -> None:
    """A key result gets another owner."""

    def change(session: Session) -> None:
        row = session.exec(select(m.KeyResult).where(m.KeyResult.number == key_result)).one()
        row.lead_owner_id = person_of(session, name).id
        session.add(row)

    week.change(change)


def questions(person: Pretend) -> int:
    return sum("Weekly check-in" in header for header in person.headers())


# --- somebody stands in -----------------------------------------------------------------------------------


async def test_who_stands_in_is_asked_in_their_own_question_and_told_for_whom(
    week: Week, li: Pretend, ana: Pretend
) -> None:
    goes_away(week, "li", "2026-11-11", "2026-11-20", "ana")

    await week.at("2026-11-12 10:00")

    assert li.count() == 0
    assert questions(ana) == 1
    ana.sees("KR4 · Single sign-on", "KR2 · Self-serve renewals · for Li")


async def test_what_a_stand_in_says_is_recorded_for_the_owner(week: Week, ana: Pretend) -> None:
    goes_away(week, "li", "2026-11-11", "2026-11-20", "ana")
    await week.at("2026-11-12 10:00")

    await ana.types("KR2 31%")

    (row,) = week.said_of("GRO-2")
    by, behalf = week.look(
        lambda session: (person_of(session, "ana").id, person_of(session, "li").id),
    )
    assert (row.by_id, row.on_behalf_of_id) == (by, behalf)
    ana.sees("28% → 31%")


async def test_a_stand_in_is_reminded_too(week: Week, ana: Pretend) -> None:
    goes_away(week, "li", "2026-11-11", "2026-11-20", "ana")

    await week.at("2026-11-12 16:00")

    assert ana.newest().startswith("Three to go for Friday's board")
    assert "KR2" in ana.newest()


async def test_a_stand_in_in_a_week_of_their_own_is_asked_at_their_own_time(week: Week, ana: Pretend) -> None:
    def at_eleven(session: Session) -> None:
        ana = person_of(session, "ana")
        ana.timezone = "Europe/London"
        session.add(ana)

    week.change(at_eleven)
    goes_away(week, "li", "2026-11-11", "2026-11-20", "ana")

    await week.at("2026-11-12 10:59")
    assert questions(ana) == 0
    await week.at("2026-11-12 11:00")
    ana.sees("KR2 · Self-serve renewals · for Li")


CIRCLE = [("li", "ana"), ("ana", "li")]
CHAIN = [("li", "ana"), ("ana", "bea")]
NOBODY = [("li", "li")]
AWAY_AS_WELL = [("li", "jack"), ("jack", None)]


@pytest.mark.parametrize("absences", [CIRCLE, CHAIN, NOBODY, AWAY_AS_WELL])
async def test_where_the_stand_in_is_not_there_either_nobody_is_asked(
    week: Week, growth: Place, absences: list[tuple[str, str | None]]
) -> None:
    for name, stand_in in absences:
        goes_away(week, name, "2026-11-09", "2026-11-20", stand_in)

    await week.at("2026-11-13 09:50")

    for name in ("mei", "jack", "ana", "bea", "li"):
        week.person(name).sees_nothing_of("for Li")
    growth.sees("of 4" if absences in (NOBODY,) else "Updated")


async def test_a_chain_ends_at_its_first_link(week: Week, bea: Pretend) -> None:
    for name, stand_in in CHAIN:
        goes_away(week, name, "2026-11-09", "2026-11-20", stand_in)

    await week.at("2026-11-12 10:00")

    bea.sees("KR4 · Single sign-on · for Ana")
    bea.sees_nothing_of("Self-serve")


async def test_an_account_that_is_off_stands_in_for_nobody(week: Week, li: Pretend, mei: Pretend) -> None:
    def off(session: Session) -> None:
        bea = person_of(session, "bea")
        bea.active = False
        session.add(bea)

    goes_away(week, "li", "2026-11-09", "2026-11-20", "bea")
    week.change(off)

    await week.at("2026-11-17 10:00")

    assert week.person("bea").count() == 0
    assert li.count() == 0
    mei.sees_nothing_of("KR2 (Li) has had no update")


async def test_what_nobody_is_there_for_leaves_the_count(week: Week, growth: Place) -> None:
    goes_away(week, "li", "2026-11-09", "2026-11-20", "ana")
    goes_away(week, "ana", "2026-11-09", "2026-11-20")

    await week.at("2026-11-13 09:50")

    growth.sees("of 3")


async def test_the_notice_of_silence_goes_to_who_stands_in(week: Week, bea: Pretend, jack: Pretend) -> None:
    goes_away(week, "bea", "2026-11-16", "2026-11-20", "jack")

    await week.at("2026-11-17 10:00")

    assert "8 working days ago (7.2)" in jack.newest()
    bea.sees_nothing_of("working days ago (7.2)")
    await jack.taps("👍 Still 7.2")
    assert [row.kind.value for row in week.said_of("GRO-5")] == ["confirm"]


# --- in the middle of a week -------------------------------------------------------------------------------


async def test_leaving_after_the_question_moves_what_is_open_to_the_stand_in(
    week: Week, li: Pretend, ana: Pretend
) -> None:
    await week.at("2026-11-12 11:00")
    asked, told = ana.count(), li.count()

    goes_away(week, "li", "2026-11-12", "2026-11-20", "ana")
    await week.minutes(1)

    assert (ana.count(), li.count()) == (asked, told)
    ana.sees("KR2 · Self-serve renewals · for Li")
    li.sees("KR2 · Self-serve renewals", "Ana answers for it now.")


async def test_leaving_tomorrow_moves_it_tomorrow(week: Week, li: Pretend, ana: Pretend) -> None:
    await week.at("2026-11-12 11:00")
    goes_away(week, "li", "2026-11-13", "2026-11-20", "ana")

    await week.at("2026-11-12 23:59")
    ana.sees_nothing_of("for Li")
    await week.at("2026-11-13 00:00")
    ana.sees("KR2 · Self-serve renewals · for Li")
    li.sees("Ana answers for it now.")


async def test_coming_back_the_same_week_opens_it_again_without_another_question(
    week: Week, li: Pretend, ana: Pretend
) -> None:
    await week.at("2026-11-12 11:00")
    goes_away(week, "li", "2026-11-12", "2026-11-20", "ana")
    await week.minutes(5)
    before = li.count()

    await li.types("back")
    await week.minutes(5)

    assert questions(li) == 1
    assert li.count() == before + 1  # "Welcome back."
    ana.sees("KR2 · Self-serve renewals", "Li answers for it now.")
    await li.types("KR2 31%")
    assert [str(row.value) for row in week.said_of("GRO-2")] == ["31"]


async def test_coming_back_earlier_brings_the_question_of_this_week(week: Week, li: Pretend, ana: Pretend) -> None:
    goes_away(week, "li", "2026-11-10", "2026-11-20", "ana")
    await week.at("2026-11-12 11:00")
    assert questions(li) == 0

    await li.types("back")
    await week.minutes(5)

    assert questions(li) == 1
    li.sees("KR2 · Self-serve renewals")
    ana.sees("Li answers for it now.")


async def test_coming_back_after_the_stand_in_answered_asks_nothing(week: Week, li: Pretend, ana: Pretend) -> None:
    goes_away(week, "li", "2026-11-10", "2026-11-20", "ana")
    await week.at("2026-11-12 11:00")
    await ana.types("KR2 31%")

    await li.types("back")
    await week.minutes(5)

    assert questions(li) == 0


async def test_coming_back_without_a_stand_in_brings_the_question_too(week: Week, jack: Pretend) -> None:
    goes_away(week, "jack", "2026-11-11", "2026-11-16")
    await week.at("2026-11-12 11:00")
    assert jack.count() == 0

    await jack.types("back")
    await week.minutes(5)

    assert questions(jack) == 1
    await week.at("2026-11-12 16:00")
    assert jack.newest().startswith("One to go for Friday's board")


# --- changed owners -----------------------------------------------------------------------------------------


async def test_a_new_owner_is_asked_in_the_question_they_have(week: Week, li: Pretend, jack: Pretend) -> None:
    await week.at("2026-11-12 11:00")
    before = (li.count(), jack.count())

    hand_to(week, 2, "jack")
    await week.minutes(1)

    assert (li.count(), jack.count()) == before
    li.sees("KR2 · Self-serve renewals", "Jack answers for it now.")
    jack.sees("KR3 · Yearly contracts", "KR2 · Self-serve renewals")
    jack.sees_nothing_of("for Li")


async def test_the_old_owner_s_buttons_say_who_answers_now(week: Week, li: Pretend) -> None:
    await week.at("2026-11-12 11:00")
    message, button = li.finds("0.7", "KR2")
    hand_to(week, 2, "jack")
    await week.minutes(1)

    await li.taps_on(message, button)

    assert week.said_of("GRO-2") == []


async def test_a_new_owner_who_was_not_asked_is_asked_at_once(week: Week, li: Pretend) -> None:
    hand_to(week, 2, "mei")
    await week.at("2026-11-12 11:00")
    assert questions(li) == 0

    hand_to(week, 2, "li")
    await week.minutes(1)

    assert questions(li) == 1
    li.sees("KR2 · Self-serve renewals")


async def test_after_the_board_a_new_owner_is_asked_with_the_next_question(week: Week, jack: Pretend) -> None:
    await week.at("2026-11-13 12:00")
    hand_to(week, 2, "jack")
    await week.minutes(1)
    jack.sees_nothing_of("Self-serve")

    await week.at("2026-11-19 10:00")
    jack.sees("KR3 · Yearly contracts", "KR2 · Self-serve renewals")
