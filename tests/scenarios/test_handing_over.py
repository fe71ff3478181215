"""A key result changes hands: who is asked, who is told, and what stands in the messages before."""

from sqlmodel import select

from storage import models as m
from tests.scenarios.week import Place, Pretend, Week


async def test_the_question_moves_from_one_owner_to_the_other(
    week: Week, mei: Pretend, li: Pretend, jack: Pretend
) -> None:
    await week.at("2026-11-12 10:00")

    await mei.types("/okr own KR2 @jack")

    mei.sees("GRO-2 Self-serve renewals is with Jack now. I'll let Jack and Li know.")
    li.sees("GRO-2 Self-serve renewals is with Jack now (Mei changed it). I do not ask you about it any more.")
    jack.sees("Mei handed GRO-2 Self-serve renewals to you; it was with Li.", "[Update]")
    li.sees("Weekly check-in", "KR2 · Self-serve renewals", "Jack answers for it now.")
    jack.sees("Weekly check-in", "KR3 · Yearly contracts", "KR2 · Self-serve renewals", "Where will it land")


async def test_the_new_owner_answers_in_the_question_that_stands(week: Week, mei: Pretend, jack: Pretend) -> None:
    await week.at("2026-11-12 10:00")
    await mei.types("/okr own KR2 @jack")

    await jack.taps("0.7", "KR2")

    assert [row.by_id for row in week.said_of("GRO-2")] == [person_id(week, "jack")]


async def test_the_next_question_goes_to_the_new_owner_alone(
    week: Week, mei: Pretend, li: Pretend, jack: Pretend
) -> None:
    await week.at("2026-11-12 09:30")
    week.change(lambda _session: None)  # from here on this week is its own
    await mei.types("/okr own KR2 @jack")

    await week.at("2026-11-12 10:00")

    jack.sees("Weekly check-in", "KR2 · Self-serve renewals")
    assert not any("Weekly check-in" in text for text in li.texts())


async def test_nothing_of_it_is_said_in_the_channel(week: Week, mei: Pretend, growth: Place) -> None:
    await week.at("2026-11-12 10:00")
    await mei.types("/okr own KR2 @jack")
    await week.at("2026-11-12 12:00")

    assert growth.count() == 0


async def test_the_lead_gives_away_what_is_not_theirs(week: Week, mei: Pretend, jack: Pretend) -> None:
    await week.at("2026-11-12 10:00")
    await jack.taps("Not mine", "KR3")
    mei.sees("Jack says that GRO-3 Yearly contracts is not theirs. Who owns it?", "[Change owner]")

    await mei.taps("Change owner")
    assert "Now: Jack / Ana" in mei.form()
    await mei.fills_in(owner="li")

    mei.sees("GRO-3 Yearly contracts is with Li / Ana now. I'll let Li and Jack know.")
    assert not any("[Change owner]" in text for text in mei.texts())


async def test_a_second_press_of_an_old_form_changes_nothing_twice(week: Week, mei: Pretend, jack: Pretend) -> None:
    await week.at("2026-11-12 10:00")
    await mei.types("/okr own KR2 @jack", key="once")
    await mei.types("/okr own KR2 @jack", key="once")
    await mei.types("/okr own KR2 @jack")

    mei.sees("GRO-2 is with Jack already.")
    assert sum("handed GRO-2" in text for text in jack.texts()) == 1


async def test_somebody_of_the_team_cannot_take_it(week: Week, jack: Pretend) -> None:
    await week.at("2026-11-12 10:00")
    await jack.types("/okr own KR2 me")

    assert "Nothing was recorded." in jack.newest()
    assert owner(week) == person_id(week, "li")


def owner(week: Week) -> int | None:
    query = select(m.KeyResult.lead_owner_id).where(m.KeyResult.number == 2)
    return week.look(lambda session: session.exec(query).one())


def person_id(week: Week, handle: str) -> int:
    query = select(m.Person.id).where(m.Person.handle == handle)
    return week.look(lambda session: session.exec(query).one())


async def test_who_had_no_question_yet_is_asked_this_week(
    week: Week, mei: Pretend, jack: Pretend, bea: Pretend
) -> None:
    await week.at("2026-11-12 10:00")
    await mei.types("/okr own KR5 @jack")
    assert not any("KR2" in text for text in bea.texts())
    await week.at("2026-11-12 11:00")

    await mei.types("/okr own KR2 @bea")
    await week.at("2026-11-12 12:00")

    bea.sees("Weekly check-in", "KR2 · Self-serve renewals", "Where will it land")
