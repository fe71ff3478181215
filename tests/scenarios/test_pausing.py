"""A key result is paused, dropped, taken back; the channel reads one line, questions stop and come again."""

import pytest
from sqlmodel import Session, select

from bot.cards.plain import plain_text
from bot.intake.inbound import Result, Say
from bot.okr.model import KRState
from storage import models as m
from tests.scenarios.week import Place, Pretend, Week


def said(result: Result) -> str:
    assert isinstance(result, Say), result
    return plain_text(result.card)


def nothing(_session: Session) -> None:
    """From here on the week is lived through and not copied from where it was asked."""


def key_result(week: Week, number: int) -> m.KeyResult:
    return week.look(lambda session: session.exec(select(m.KeyResult).where(m.KeyResult.number == number)).one())


async def test_a_pause_stops_questions_and_tells_the_channel(week: Week, li: Pretend, growth: Place) -> None:
    await week.at("2026-11-12 10:05")

    await li.types("/okr pause KR2 until 20 Nov because legal has to look at it")

    growth.sees("KR2 paused by Li until 20 Nov. Because: legal has to look at it.")
    li.sees_nothing_of("Where will it land")
    await week.at("2026-11-19 12:00")
    assert not any("week 7" in text for text in li.texts())
    await week.at("2026-11-23 00:30")
    assert key_result(week, 2).state is KRState.ACTIVE


async def test_what_was_paused_until_a_day_is_asked_about_after_it(week: Week, li: Pretend) -> None:
    week.change(nothing)
    await li.types("/okr pause KR2 until 20 Nov because legal has to look at it")

    await week.at("2026-11-12 10:05")
    assert not any("Weekly check-in" in text for text in li.texts())

    await week.at("2026-11-26 10:05")
    li.sees("Weekly check-in · Growth · week 9", "KR2")


async def test_undo_opens_the_question_again_and_the_line_says_so(week: Week, li: Pretend, growth: Place) -> None:
    await week.at("2026-11-12 10:05")
    await li.types("/okr drop KR2 because the price plan is gone")
    growth.sees("KR2 dropped by Li. Because: the price plan is gone.")

    result = await li.taps("Undo")

    assert "is active" in said(result)
    growth.sees("KR2 dropped by Li. Because: the price plan is gone. (Taken back.)")
    await li.taps("0.7")
    assert [str(row.self_score) for row in week.said_of("GRO-2")] == ["0.7"]


async def test_a_dropped_key_result_stands_on_the_board_with_its_reason(week: Week, li: Pretend, growth: Place) -> None:
    await week.at("2026-11-12 10:05")
    await li.types("/okr drop KR2 because the price plan is gone")

    await week.at("2026-11-13 09:55")

    assert "KR2" not in [line[2:5] for line in growth.newest().splitlines()]
    assert "the price plan is gone" in said(await li.types("/okr board"))


async def test_a_notice_s_buttons_pause_and_drop(week: Week, mei: Pretend, li: Pretend) -> None:
    await week.at("2026-11-16 10:00")
    assert [one for one in mei.offered() if one in ("Ask Li", "Change owner", "Pause", "Drop")] == [
        "Ask Li", "Change owner", "Pause", "Drop",
    ]  # fmt: skip

    await mei.taps("Drop")
    assert mei.has_form()
    await mei.fills_in(because="nobody buys it", category="market")

    mei.sees("KR2 Self-serve renewals is dropped")
    mei.sees("KR2 is dropped.")
    assert key_result(week, 2).dropped_because == "nobody buys it"
    del li


async def test_a_stale_notice_is_paused_in_its_form(week: Week, bea: Pretend, growth: Place) -> None:
    await week.at("2026-11-17 10:00")
    assert bea.offered() == ["👍 Still 7.2", "Update", "Change owner", "Pause"]

    await bea.taps("Pause")
    await bea.fills_in(until="1 Nov", because="", category="")
    assert "That day is over" in bea.form()
    await bea.fills_in(until="1 Dec", because="guests are away", category="market")

    bea.sees("KR5 is paused until 1 Dec.")
    growth.sees("KR5 paused by Bea until 1 Dec. Because: guests are away.")


async def test_drop_or_change_in_the_weekly_menu(week: Week, li: Pretend) -> None:
    await week.at("2026-11-12 10:05")

    result = await li.taps("Drop or change")

    assert said(result).endswith("[Pause] [Drop] [Change owner]")


async def test_who_may_not_is_told_who_may_and_can_ask(week: Week, jack: Pretend, li: Pretend) -> None:
    await week.at("2026-11-12 10:05")

    refused = await jack.types("/okr GRO-2 46%, I counted again")
    assert said(refused) == "Only Li or Mei can change GRO-2. Nothing was recorded.\n[Ask them]"
    assert said(await jack.taps("Ask them")) == "I've asked Li."

    li.sees("Jack asks about GRO-2: 'GRO-2 46%, I counted again'", "[Update]")
    told = li.count()
    assert said(await jack.taps("Ask them")) == "Li was asked already."
    assert li.count() == told


async def test_who_wants_it_dropped_has_the_owner_asked_with_a_button_for_it(
    week: Week, jack: Pretend, li: Pretend
) -> None:
    await week.at("2026-11-12 10:05")
    await jack.types("/okr drop GRO-2 because nobody renews")
    await jack.taps("Ask them")

    li.sees("Jack asks about GRO-2: 'drop GRO-2 because nobody renews'", "[Drop] [Update]")
    await li.taps("Drop", "GRO-2")
    assert "GRO-2" in li.form() or "KR2" in li.form()


async def test_a_private_refusal_typed_in_the_dm_can_be_passed_on_too(week: Week, jack: Pretend, li: Pretend) -> None:
    await week.at("2026-11-12 10:05")
    await jack.types("GRO-2 46%")

    await jack.taps("Ask them")

    li.sees("Jack asks about GRO-2: 'GRO-2 46%'")


@pytest.mark.parametrize("words", ["pause", "drop", "resume"])
async def test_a_single_word_in_the_dm_pauses_nothing(week: Week, li: Pretend, words: str) -> None:
    await week.at("2026-11-12 10:05")

    await li.types(words)

    assert key_result(week, 2).state is KRState.ACTIVE


async def test_a_team_without_a_channel_is_told_nothing_and_the_pause_holds(elsewhere: Week, tom: Pretend) -> None:
    await tom.types("/okr pause SUP-1 because of the summer")

    def paused(session: Session) -> list[KRState]:
        return [one.state for one in session.exec(select(m.KeyResult)).all() if one.state is KRState.PAUSED]

    assert elsewhere.look(paused) == [KRState.PAUSED]
    assert ("change_post", "the team has no channel") in elsewhere.not_sent()
