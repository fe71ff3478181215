"""A new key result or objective in everyday words, while a check-in waits: added or asked about, never a value."""

import pytest
from sqlmodel import Session, col, select

from storage import models as m
from tests.scenarios.week import Pretend, Week

pytestmark = pytest.mark.sqlite_is_enough


@pytest.mark.parametrize(
    "text",
    ["KR: NPS from 40 to 60", "key result: NPS from 40 to 60", "Objective: Be loved by guests", "目标：让客户满意"],
)
async def test_what_may_be_new_or_an_update_is_asked_about(week: Week, li: Pretend, text: str) -> None:
    await week.at("2026-11-12 10:05")
    before = week.look(_said)

    await li.types(text)

    li.sees(f"Shall I add that, or is it an update? “{text}”", "[Add it] [It's an update]")
    await li.taps("Add it")
    li.sees("40 → 60" if "60" in text else "O2")
    assert week.look(_said) == before


@pytest.mark.parametrize("text", ["new kr NPS from 40 to 60", "添加 KR NPS从40提升到60", "加一个KR：NPS从40提升到60"])
async def test_what_is_plainly_new_is_shown_as_new(week: Week, li: Pretend, text: str) -> None:
    await week.at("2026-11-12 10:05")
    before = week.look(_said)

    await li.types(text)

    li.sees("40 → 60")
    assert week.look(_said) == before


@pytest.mark.parametrize("text", ["KR: 31%", "Objective: going well", "KR: blocked on legal"])
async def test_what_tells_how_it_stands_stays_an_update(week: Week, li: Pretend, text: str) -> None:
    await week.at("2026-11-12 10:05")

    await li.types(text)

    li.sees_nothing_of("Shall I add that")


def _said(session: Session) -> list[tuple[int, str | None]]:
    rows = session.exec(select(m.CheckIn).order_by(col(m.CheckIn.id))).all()
    return [(one.kr_id, one.note) for one in rows]
