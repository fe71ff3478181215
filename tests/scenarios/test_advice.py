"""Advice on what a team works on: somebody asks for it, sets a piece aside, and takes that back (spec/04 §9)."""

from sqlmodel import Session, col, select

from bot.cards.plain import plain_text
from bot.intake.inbound import Result, Say
from storage import models as m
from tests.scenarios.week import Place, Pretend, Week


def said(result: Result) -> str:
    assert isinstance(result, Say), result
    return plain_text(result.card)


def with_downloads(session: Session) -> None:
    """KR2 counts what mostly goes up by itself; Growth has no delivery beside it that would be advised on."""
    row = session.exec(select(m.KeyResult).where(m.KeyResult.number == 2)).first()
    assert row is not None
    row.title, row.short_title, row.unit = "Downloads of the app from 5k to 20k", "Downloads", ""
    session.add(row)


def dismissed(session: Session) -> list[str]:
    return [row.check for row in session.exec(select(m.DismissedCheck).order_by(col(m.DismissedCheck.id)))]


async def test_advice_is_asked_for_set_aside_and_taken_back(week: Week, li: Pretend, growth: Place) -> None:
    week.change(with_downloads)
    await week.at("2026-11-12 10:05")
    posted = growth.texts()

    told = said(await li.types("/okr check KR2"))
    assert "Advice on KR2 Downloads" in told
    assert "'Downloads' mostly goes up by itself." in told
    assert "[Change the wording] [Dismiss]" in told

    await li.taps("Dismiss")
    assert week.look(dismissed) == ["K05"]
    again = said(await li.types("/okr check KR2"))
    assert "Nothing to add" in again
    assert "Set aside: KR2 · 'Downloads'" in again

    await li.taps("Undo")
    assert week.look(dismissed) == []
    assert "'Downloads' mostly goes up by itself." in said(await li.types("/okr 检查 KR2"))
    assert growth.texts() == posted  # advice is between Okra and whoever asks


async def test_a_list_that_stands_in_the_chat_changes_in_place(week: Week, li: Pretend) -> None:
    week.change(with_downloads)
    await week.at("2026-11-12 10:05")
    await li.types("check KR2")
    await week.at("2026-11-12 10:06")
    li.sees("Advice on KR2 Downloads", "[Change the wording] [Dismiss]")
    before = len(li.texts())

    await li.taps("Dismiss")
    await week.at("2026-11-12 10:07")

    li.sees("Advice on KR2 Downloads", "Nothing to add", "Set aside: KR2", "[Undo]")
    assert len(li.texts()) == before

    await li.taps("Undo")
    await week.at("2026-11-12 10:08")
    li.sees("Advice on KR2 Downloads", "[Change the wording] [Dismiss]")
    assert len(li.texts()) == before


async def test_my_team_as_a_whole_is_looked_at(week: Week, li: Pretend) -> None:
    await week.at("2026-11-12 10:05")

    assert "Advice on Growth" in said(await li.types("/okr check"))
