"""`away` and `back`: what is noted, what is refused, and that the plans follow."""

from datetime import date

import pytest
from sqlmodel import Session, col, select

from bot.cards.plain import plain_text
from bot.intake.inbound import Say
from storage import models as m
from tests.scenarios.week import Week


async def answer(week: Week, who: str, text: str) -> str:
    result = await week.person(who).types(f"/okr {text}")
    assert isinstance(result, Say), result
    return plain_text(result.card)


def nothing(_session: Session) -> None:
    """From here on the week is lived through and not copied from where it was asked."""


def noted(week: Week, who: str) -> list[tuple[str, str, str | None]]:
    def rows(session: Session) -> list[tuple[str, str, str | None]]:
        found = session.exec(
            select(m.Away)
            .join(m.Person, col(m.Person.id) == col(m.Away.person_id))
            .where(m.Person.handle == who)
            .order_by(col(m.Away.first_day))
        )
        return [
            (
                row.first_day.isoformat()[5:],
                row.last_day.isoformat()[5:],
                None if row.delegate_id is None else session.get_one(m.Person, row.delegate_id).handle,
            )
            for row in found
        ]

    return week.look(rows)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("away 3-14 Dec", ("12-03", "12-14", None)),
        ("away until Friday", ("11-12", "11-13", None)),
        ("AWAY　3-14　Dec @mei", ("12-03", "12-14", "mei")),
        ("away 3-14 Dec <@mei>", ("12-03", "12-14", "mei")),
        ("away 3-14 Dec @Mei.", ("12-03", "12-14", "mei")),
        ("请假 12月3日-14日 @mei", ("12-03", "12-14", "mei")),
        ("请假12月3日-14日", ("12-03", "12-14", None)),
        ("away 20 Dec - 3 Jan", ("12-20", "01-03", None)),
        ("away 9-13 Nov", ("11-09", "11-13", None)),
        ("away next week", ("11-16", "11-20", None)),
        ("请假 @mei 下周", ("11-16", "11-20", "mei")),
        ("请假 这周", ("11-12", "11-13", None)),
    ],
)
async def test_days_are_noted(week: Week, words: str, expected: tuple[str, str, str | None]) -> None:
    text = await answer(week, "li", words)

    assert noted(week, "li") == [expected]
    assert ("Mei may answer for you" in text) == (expected[2] == "mei")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("away", "From when to when?"),
        ("away @mei", "From when to when?"),
        ("away soonish", "From when to when?"),
        ("away 1-5 Nov", "Those days are over"),
        ("away 14 Dec - 3 Dec", "before the first one"),
        ("away until 31 Dec 9998", "more than a year"),
        ("away 3-14 Dec @li", "You cannot stand in for yourself"),
        ("away 3-14 Dec @nobody", "I don't know @nobody"),
    ],
)
async def test_what_makes_no_sense_notes_nothing(week: Week, words: str, sentence: str) -> None:
    assert sentence in await answer(week, "li", words)
    assert noted(week, "li") == []


async def test_a_single_day_is_named_once(week: Week) -> None:
    assert await answer(week, "li", "away 13 Nov") == (
        "I ask nothing on 13 Nov, and your key results do not age. Back sooner? Just say: back."
    )
    assert "nothing on 16 Nov; Mei may answer for you" in await answer(week, "li", "away 16 Nov @mei")
    await answer(week, "mei", "away 16 Nov")
    assert "16 Nov stays noted" in await answer(week, "mei", "back")
    await answer(week, "li", "lang zh")
    assert "11月18日当天不问你" in await answer(week, "li", "请假 11月18日")


async def test_back_in_chinese_may_end_as_it_is_spoken(week: Week) -> None:
    await answer(week, "li", "away 9-20 Nov")

    assert await answer(week, "li", "回来了") == "Welcome back. I ask you again from today on."
    assert noted(week, "li") == [("11-09", "11-11", None)]


async def test_overlapping_days_are_joined_and_the_stand_in_stays(week: Week) -> None:
    await answer(week, "li", "away 3-8 Dec @mei")
    text = await answer(week, "li", "away 7-14 Dec")

    assert "3 Dec to 14 Dec" in text
    assert "Mei may answer for you" in text
    assert noted(week, "li") == [("12-03", "12-14", "mei")]

    await answer(week, "li", "away 20-22 Dec")
    assert len(noted(week, "li")) == 2


async def test_two_who_stand_in_for_each_other_are_told_and_still_noted(week: Week) -> None:
    week.change(nothing)
    await answer(week, "li", "away 12-14 Nov @mei")

    text = await answer(week, "mei", "away 13-20 Nov @li")

    assert "Li is away on some of these days" in text
    assert noted(week, "mei") == [("11-13", "11-20", "li")]
    await week.at("2026-11-13 08:00")


async def test_someone_who_has_left_cannot_stand_in(week: Week) -> None:
    def leaves(session: Session) -> None:
        mei = session.exec(select(m.Person).where(m.Person.handle == "jack")).one()
        mei.active = False
        session.add(mei)

    week.change(leaves)

    assert "noted nothing" in await answer(week, "li", "away 3-14 Dec @jack")
    assert noted(week, "li") == []


async def test_back_ends_today_and_asks_again(week: Week) -> None:
    await answer(week, "li", "away 9-20 Nov")
    assert await answer(week, "li", "back") == "Welcome back. I ask you again from today on."
    assert noted(week, "li") == [("11-09", "11-11", None)]
    assert await answer(week, "li", "back") == "You are not noted as away."


async def test_back_on_a_day_ends_it_there_and_a_later_one_can_be_taken_back(week: Week) -> None:
    await answer(week, "li", "away 3-14 Dec")

    assert "back 3 Dec" in await answer(week, "li", "back")
    assert "from 10 Dec on" in await answer(week, "li", "back 10 Dec")
    assert noted(week, "li") == [("12-03", "12-09", None)]
    assert "from 3 Dec on" in await answer(week, "li", "back 3 Dec")
    assert noted(week, "li") == []


@pytest.mark.parametrize("words", ["back on track", "back 1 Nov"])
async def test_back_with_no_coming_day_changes_nothing(week: Week, words: str) -> None:
    await answer(week, "li", "away 9-20 Nov")

    assert "From which day on?" in await answer(week, "li", words)
    assert noted(week, "li") == [("11-09", "11-20", None)]


async def test_who_is_away_is_not_asked_and_who_is_back_is(week: Week) -> None:
    week.change(nothing)
    await answer(week, "li", "away 12-13 Nov")
    await answer(week, "mei", "away 12-13 Nov")
    await answer(week, "mei", "back")

    await week.at("2026-11-12 10:00")

    assert not any("Weekly check-in" in header for header in week.person("li").headers())
    assert any("Weekly check-in" in header for header in week.person("mei").headers())


@pytest.mark.parametrize("words", ["away 3-14 Dec", "back 10 Dec"])
async def test_everything_of_the_person_is_planned_anew(week: Week, words: str) -> None:
    await week.at("2026-11-12 10:30")
    await answer(week, "li", "away 1-20 Dec")
    await week.minutes(1)
    before = week.look(lambda session: {one.id: one.updated_at for one in session.exec(select(m.Agenda))})

    await answer(week, "li", words)

    after = week.look(lambda session: {one.id: one.updated_at for one in session.exec(select(m.Agenda))})
    assert all(after[one] != before[one] for one in before)


async def test_the_button_says_how(week: Week) -> None:
    await answer(week, "li", "")
    result = await week.person("li").taps("I'm away")

    assert isinstance(result, Say)
    assert "away 3-14 Dec" in plain_text(result.card)
    assert date(2026, 12, 3).isoformat() not in str(noted(week, "li"))


async def test_who_stands_in_may_answer_while_the_owner_is_away(week: Week) -> None:
    week.change(nothing)
    await week.at("2026-11-12 11:00")
    await week.person("bea").types("GRO-2 46%")
    assert week.said_of("GRO-2") == []

    await answer(week, "li", "away 12-13 Nov @bea")
    await week.person("bea").types("GRO-2 33%")

    (said,) = week.said_of("GRO-2")
    names = week.look(
        lambda session: [session.get_one(m.Person, one).handle for one in (said.by_id, said.on_behalf_of_id) if one]
    )
    assert (str(said.value), names) == ("33", ["bea", "li"])


async def test_who_stands_in_may_not_answer_once_the_owner_is_back(week: Week) -> None:
    week.change(nothing)
    await answer(week, "li", "away 12-13 Nov @bea")
    await answer(week, "li", "back")

    await week.person("bea").types("GRO-2 33%")

    assert week.said_of("GRO-2") == []


async def test_who_stands_in_from_another_team_may_answer_too(elsewhere: Week) -> None:
    await answer(elsewhere, "tom", "away 12-20 Nov @lin")

    await elsewhere.person("lin").types("SUP-1 25")

    assert [str(one.value) for one in elsewhere.said_of("SUP-1")] == ["25"]


async def test_a_stand_in_of_the_future_may_not_answer_yet(elsewhere: Week) -> None:
    await answer(elsewhere, "tom", "away 16-20 Nov @lin")

    await elsewhere.person("lin").types("SUP-1 25")

    assert elsewhere.said_of("SUP-1") == []
