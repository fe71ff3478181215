"""A form that was open while something changed: nothing is recorded by mistake, and what was typed stays."""

from collections.abc import Mapping
from decimal import Decimal

import pytest
from sqlmodel import Session, select

from bot.cards.model import FieldValue
from bot.intake.inbound import FormErrors, Inbound, Nothing, Place, Result, Submitted
from bot.platforms.console.platform import ConsolePlatform
from storage import models as m
from tests.scenarios.week import Pretend, Week
from tests.storage.databases import Kind


@pytest.fixture(autouse=True)
def _on_each(each_database: Kind) -> None:
    """Every test here runs on both databases."""


def kr(week: Week, number: int) -> m.KeyResult:
    def look(session: Session) -> m.KeyResult:
        return session.exec(select(m.KeyResult).where(m.KeyResult.number == number)).one()

    return week.look(look)


async def sends(who: Pretend, form: str, token: str, values: Mapping[str, FieldValue], key: str = "form") -> Result:
    """Any form at all, as a platform brings it."""
    week = who.week
    week._untouched = False
    result = await week.stage.house.intake.accept(
        Inbound(
            platform=ConsolePlatform.name,
            installation=week.stage.console._installation,
            key=key,
            person=who.name,
            place=Place.FORM,
            channel="",
            at=week.clock.now(),
            what=Submitted(form, token, values),
        )
    )
    await week.stage.acts()
    return result


async def opened(who: Pretend, about: str = "") -> None:
    await who.taps("Update…", about)
    assert who.has_form()


async def test_a_key_result_that_was_dropped_meanwhile_takes_nothing_and_the_form_keeps_its_words(
    week: Week, mei: Pretend, li: Pretend
) -> None:
    await week.at("2026-11-12 10:00")
    await opened(li)
    await mei.types("/okr drop KR2 because the market is gone")
    await li.fills_in(value="31%")

    assert week.said_of("GRO-2") == []
    assert "KR2 is not worked on any more, so nothing was recorded." in li.form()
    assert "31%" in li.form()


async def test_a_key_result_that_was_handed_over_meanwhile_takes_nothing(week: Week, mei: Pretend, li: Pretend) -> None:
    await week.at("2026-11-12 10:00")
    await opened(li)
    await mei.types("/okr own KR2 @bea")
    await li.fills_in(value="31%")

    assert week.said_of("GRO-2") == []
    li.sees("Only Bea")


async def test_the_same_form_sent_twice_counts_once_and_hears_the_same(week: Week, li: Pretend) -> None:
    await week.at("2026-11-12 10:00")
    token = kr(week, 2).token
    first = await sends(li, "update", token, {"value": "31%"})
    again = await sends(li, "update", token, {"value": "31%"})
    assert (first, again) == (Nothing(goes_out=True), Nothing())  # the form closes, both times
    assert [row.value for row in week.said_of("GRO-2")] == [Decimal(31)]

    wrong = await sends(li, "update", token, {"value": "many"})
    assert isinstance(wrong, FormErrors)
    assert await sends(li, "update", token, {"value": "many"}) == wrong
    assert len(week.said_of("GRO-2")) == 1


async def test_a_form_that_somebody_else_sends_is_judged_by_who_sends_it(week: Week, bea: Pretend) -> None:
    await week.at("2026-11-12 10:00")
    await sends(bea, "update", kr(week, 2).token, {"value": "31%"})

    assert week.said_of("GRO-2") == []
    bea.sees("Only Li")


async def test_what_a_co_owner_said_meanwhile_is_told(week: Week, jack: Pretend, ana: Pretend) -> None:
    await week.at("2026-11-12 10:00")
    await opened(jack)
    await ana.types("KR3 64, 0.7")
    await jack.fills_in(value="60", self_score="0.7")

    assert kr(week, 3).current.value == Decimal(60)
    assert "While your form was open, Ana said 64 · 0.7. Both are kept; yours is newer and counts." in jack.newest()


async def test_a_note_beside_a_co_owners_number_needs_no_word(week: Week, jack: Pretend, ana: Pretend) -> None:
    await week.at("2026-11-12 10:00")
    await opened(jack)
    await ana.types("KR3 64, 0.7")
    await jack.fills_in(note="legal looks at two of them")

    assert kr(week, 3).current.value == Decimal(64)
    assert "While your form was open" not in jack.newest()


async def test_forms_of_an_earlier_version_keep_what_was_typed(week: Week, li: Pretend) -> None:
    await week.at("2026-11-12 10:00")
    unknown = await sends(li, "check_in_v0", "x", {"number": "31%"})
    assert unknown == FormErrors({"number": "I do not know that form; nothing was recorded."})
    gone = await sends(li, "update", "no such token", {"value": "31%"}, key="2")
    assert gone == FormErrors({"value": "That key result is gone; nothing was recorded."})
    fields = await sends(li, "update", kr(week, 2).token, {"number": "31%"}, key="3")
    assert isinstance(fields, FormErrors)
    await sends(li, "check_in_v0", "x", {}, key="4")
    li.sees("I do not know that form; nothing was recorded.")

    assert week.said_of("GRO-2") == []


async def test_a_line_about_what_is_not_mine_any_more_comes_back(week: Week, mei: Pretend, ana: Pretend) -> None:
    await week.at("2026-11-12 10:00")
    await ana.types("/okr update")
    await mei.types("/okr own KR4 @bea")
    await ana.fills_in(**{kr(week, 3).token: "60, 0.7", kr(week, 4).token: "7/10"})
    assert "This one is not yours to answer any more. Empty the field to save the others." in ana.form()
    assert week.said_of("GRO-3") == []

    await ana.fills_in(**{kr(week, 4).token: ""})
    assert [row.value for row in week.said_of("GRO-3")] == [Decimal(60)]
    assert week.said_of("GRO-4") == []
