"""Weekly answers that begin like a command or look like a pasted set are recorded, and no OKR is made of them."""

from decimal import Decimal

import pytest
from sqlmodel import col, select

from storage import models as m
from tests.scenarios.week import Pretend, Week


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("新增目标客户 12 家，KR2 到 31%", 31),
        ("add objective reached, KR2 31%", 31),
        ("add KR 2: 31%", 31),
        ("edit objective page done, KR2 31%", 31),
        ("O1: on track\nKR2: 31%", 31),
        ("Objective: Win\nKR1: NPS from 30 to 45\nKR2: 31%", 31),
    ],
)
async def test_an_answer_is_recorded(week: Week, li: Pretend, text: str, value: int) -> None:
    await week.at("2026-11-12 10:05")

    await li.types(text)

    newest = select(m.CheckIn).where(m.CheckIn.kr_id == 2).order_by(col(m.CheckIn.id).desc())
    assert [one.value for one in week.look(lambda session: session.exec(newest).all())[:1]] == [Decimal(value)]
    drafts = select(m.Objective).where(m.Objective.state == m.ObjectiveState.DRAFT)
    assert week.look(lambda session: session.exec(drafts).first()) is None


async def test_a_paste_that_is_refused_is_read_as_an_answer(week: Week, li: Pretend) -> None:
    await week.at("2026-11-12 10:05")

    await li.types("Objective: Win\n" + "KR: NPS from 30 to 45\n" * 51)

    assert "That is more than" not in li.texts()[-1]
