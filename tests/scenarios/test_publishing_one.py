"""A key result that was left as a draft below a published objective is published by itself, with one tap."""

import pytest
from sqlmodel import Session, select

from bot.cards.plain import plain_text
from bot.intake.inbound import Result, Say
from bot.okr.model import KRState
from storage import models as m
from tests.scenarios.week import Place, Pretend, Week

pytestmark = pytest.mark.sqlite_is_enough
LINE = '/okr add kr "Refund rate from 0.5% to 0.2%" because refunds hurt'


def said(result: Result) -> str:
    assert isinstance(result, Say), result
    return plain_text(result.card)


def state_of(week: Week) -> KRState:
    return week.look(lambda session: session.exec(select(m.KeyResult).where(m.KeyResult.number == 6)).one().state)


async def left_below(week: Week, mei: Pretend) -> None:
    """It was added to what is published, and taken back: a draft again."""
    await week.at("2026-11-12 10:05")
    await mei.types(LINE)
    await mei.taps("Save")
    await mei.types("undo")
    assert state_of(week) is KRState.DRAFT


async def test_one_tap_publishes_it_with_its_reason(week: Week, mei: Pretend, growth: Place) -> None:
    await left_below(week, mei)

    await mei.types("/okr show GRO-6")
    mei.sees("Its objective is published. Publish GRO-6, too? The team's channel is told. Why now?")
    button = mei.finds("The market moved")
    await mei.taps("The market moved")

    assert state_of(week) is KRState.ACTIVE
    mei.sees("is active.", "question")
    growth.sees("KR6 added by Mei: Refund rate, 0.5% → 0.2%, due 31 Dec.")
    change = week.look(lambda session: session.exec(select(m.Change).order_by(m.Change.id.desc())).first())  # type: ignore[attr-defined]  # the column
    assert change is not None
    assert (change.field, change.new, change.category) == ("state", "active", "market")
    assert said(await mei.taps_on(*button)) == "GRO-6 is published already."
    await mei.types("undo")
    assert state_of(week) is KRState.DRAFT


async def test_who_may_not_and_what_has_no_owner(week: Week, mei: Pretend, ana: Pretend) -> None:
    def nobody(session: Session) -> None:
        row = session.exec(select(m.KeyResult).where(m.KeyResult.number == 6)).one()
        row.lead_owner_id = None
        session.add(row)

    await left_below(week, mei)
    await mei.types("/okr show GRO-6")
    button = mei.finds("The market moved")

    assert "Only Mei or an admin can publish" in said(await ana.taps_on(*button))
    assert "The market moved" not in said(await ana.types("/okr show GRO-6"))
    week.change(nobody)
    await mei.taps_on(*button)
    mei.sees("Refund rate is not published yet.", "KR6: who answers for this one?")
    assert "Choose owner" in mei.offered()
    assert state_of(week) is KRState.DRAFT
