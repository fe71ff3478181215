"""A button attests what it shows: once something else counts, it records nothing and says what it is now."""

from dataclasses import replace
from decimal import Decimal

import pytest
from sqlmodel import Session, col, select

from bot.cards.plain import plain_text
from bot.intake.inbound import Result, Say
from storage import models as m
from tests.scenarios.week import Pretend, Week

pytestmark = pytest.mark.sqlite_is_enough  # about words on buttons; test_questions asks the same of both


def said(result: Result) -> str:
    """The sentence that answered a press."""
    assert isinstance(result, Say), result
    return plain_text(result.card)


async def test_same_as_shown_is_not_recorded_after_another_number(week: Week, mei: Pretend) -> None:
    await week.at("2026-11-12 10:00")
    message, button = mei.finds("👍 Same, still $44k")
    await mei.types("KR1 50k")

    result = await mei.taps_on(message, button)

    assert [row.value for row in week.said_of("GRO-1")] == [Decimal(50_000)]
    assert "KR1 is at $50k now, so nothing was recorded." in said(result)


async def test_same_as_shown_is_not_recorded_after_another_self_score(week: Week, mei: Pretend) -> None:
    await week.at("2026-11-12 10:00")
    message, button = mei.finds("👍 Same, still $44k")
    await mei.types("KR1 0.4")

    result = await mei.taps_on(message, button)

    assert [(row.value, row.self_score) for row in week.said_of("GRO-1")] == [(None, Decimal("0.4"))]
    assert "The self-score of KR1 is 0.4 now, so nothing was recorded." in said(result)


async def test_same_as_shown_is_recorded_as_long_as_it_counts(week: Week, mei: Pretend) -> None:
    await week.at("2026-11-12 10:00")

    await mei.taps("👍 Same, still $44k")

    assert [(row.kind.value, row.value) for row in week.said_of("GRO-1")] == [("confirm", Decimal(44_000))]


async def test_a_likelihood_that_changed_is_not_confirmed_by_an_old_button(week: Week, ana: Pretend) -> None:
    await week.at("2026-11-12 10:00")
    message, button = ana.finds("👍 Still 6")
    await ana.types("KR4 8/10")

    result = await ana.taps_on(message, button)

    assert [row.confidence for row in week.said_of("GRO-4")] == [Decimal(8)]
    assert "KR4 is at 8/10 now, so nothing was recorded." in said(result)


async def test_a_notice_of_silence_does_not_confirm_what_a_co_owner_told_since(
    week: Week, jack: Pretend, ana: Pretend
) -> None:
    await week.at("2026-11-17 10:00")
    message, button = jack.finds("👍 Still 58")
    await ana.types("KR3 64")

    result = await jack.taps_on(message, button)

    assert [row.value for row in week.said_of("GRO-3")] == [Decimal(64)]
    assert "KR3 is at 64 now, so nothing was recorded." in said(result)


async def test_a_notice_of_silence_is_no_button_for_ever(week: Week, bea: Pretend) -> None:
    await week.at("2026-11-17 10:00")
    still, update = bea.finds("👍 Still 7.2"), bea.finds("Update", "KR5")
    assert still[0] == update[0], "both stand on the notice"

    await week.at("2026-12-01 10:00")
    on_the_day = await bea.taps_on(*update)
    await week.at("2026-12-09 10:00")
    result = await bea.taps_on(*still)
    form = await bea.taps_on(*update)

    assert not isinstance(on_the_day, Say)
    assert week.said_of("GRO-5") == []
    assert "closed, and nothing was recorded" in said(result)
    assert "closed, and nothing was recorded" in said(form)


async def test_a_notice_of_somebody_else_is_no_button_of_mine(week: Week, mei: Pretend, bea: Pretend) -> None:
    await week.at("2026-11-17 10:00")
    notice = bea.finds("👍 Still 7.2")

    result = await mei.taps_on(*notice)

    assert week.said_of("GRO-5") == []
    assert "went to someone else" in said(result)


async def test_all_as_shown_records_nothing_once_something_else_counts(week: Week, jack: Pretend, ana: Pretend) -> None:
    await week.at("2026-11-12 10:00")
    message, button = ana.finds("👍 All as shown")

    def other_number(session: Session) -> None:
        row = session.exec(select(m.KeyResult).where(col(m.KeyResult.number) == 3)).one()
        row.current = replace(row.current, value=Decimal(64))
        session.add(row)

    week.change(other_number)
    result = await ana.taps_on(message, button)

    assert week.said_of("GRO-3") == week.said_of("GRO-4") == []
    assert "Something has changed since that was shown, so nothing was recorded." in said(result)
    assert not isinstance(await ana.taps("👍 All as shown"), Say), "the message shows the newest now"
    assert [row.value for row in week.said_of("GRO-3")] == [Decimal(64)]


async def test_a_lead_who_asks_again_is_told_that_it_was_asked(week: Week, mei: Pretend, li: Pretend) -> None:
    await week.at("2026-11-16 10:00")
    ask = mei.finds("Ask Li")
    assert "I'll ask Li." in said(await mei.taps_on(*ask))
    asked = li.count()

    again = await mei.taps_on(*ask, key="again")

    assert li.count() == asked
    assert "Li was asked already." in said(again)
