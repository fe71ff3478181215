"""Orders in everyday words are done, or asked about with both readings; none of them becomes a note or a value."""

from decimal import Decimal

import pytest
from sqlmodel import Session, col, select

from storage import models as m
from tests.scenarios.week import Pretend, Week

pytestmark = pytest.mark.sqlite_is_enough


async def test_a_changed_target_is_no_value_of_today(week: Week, li: Pretend) -> None:
    await week.at("2026-11-12 10:05")
    before = week.look(_said)

    await li.types("set the target of KR2 to 55% because the deal moved")

    assert week.look(lambda session: session.get_one(m.KeyResult, 2).target) == Decimal(55)
    assert week.look(_said) == before


async def test_the_same_behind_the_command_is_no_value(week: Week, li: Pretend) -> None:
    await week.at("2026-11-12 10:05")
    before = week.look(_said)

    await li.types("/okr KR2的目标改成55%，因为更忙")

    assert week.look(lambda session: session.get_one(m.KeyResult, 2).target) == Decimal(55)
    assert week.look(_said) == before


async def test_what_may_be_either_is_asked_and_done_once(week: Week, li: Pretend) -> None:
    await week.at("2026-11-12 10:05")
    before = week.look(_said)
    await li.types("KR2 target 31%")
    li.sees("Shall I change that, or is it an update? “KR2 target 31%”", "[Change it] [It's an update]")
    assert week.look(_said) == before

    await li.taps("Change it")
    assert "31" in li.form()
    await li.taps("It's an update")
    told = week.look(_said)
    await li.taps("It's an update")

    li.sees("That is done already.")
    assert week.look(_said) == told


async def test_deleting_asks_why_and_notes_nothing(week: Week, li: Pretend) -> None:
    await week.at("2026-11-12 10:05")
    before = week.look(_said)

    await li.types("delete KR2")

    await li.taps("Open form")
    assert "Drop KR2" in li.form()
    assert week.look(_said) == before


def _said(session: Session) -> list[tuple[int, Decimal | None, str | None]]:
    rows = session.exec(select(m.CheckIn).where(m.CheckIn.kr_id == 2).order_by(col(m.CheckIn.id))).all()
    return [(one.kr_id, one.value, one.note) for one in rows]
