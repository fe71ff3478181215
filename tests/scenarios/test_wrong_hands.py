"""A button in the wrong hands, an old one, or the same one twice."""

import pytest

from bot.intake.inbound import Say
from tests.scenarios.week import Pretend, Week

pytestmark = pytest.mark.sqlite_is_enough  # about who may press; test_publishing asks the same of both


async def test_somebody_else_s_button_records_nothing(week: Week, mei: Pretend, li: Pretend) -> None:
    await week.at("2026-11-12 10:00")
    message, button = mei.finds("0.7")

    await li.taps_on(message, button)

    assert week.said_of("GRO-1") == []
    assert any("That question went to someone else" in str(one.card) for one in week.posted)


async def test_somebody_else_s_key_result_is_not_changed_by_words(week: Week, jack: Pretend) -> None:
    await week.at("2026-11-12 10:00")

    await jack.types("KR1 50k")

    assert week.said_of("GRO-1") == []


async def test_a_button_of_last_week_s_question_records_nothing(week: Week, li: Pretend) -> None:
    await week.at("2026-11-12 10:00")
    message, button = li.finds("0.7")

    await week.at("2026-11-19 10:00")
    await li.taps_on(message, button)

    assert week.said_of("GRO-2") == []
    li.sees("That check-in is closed, and nothing was recorded.")


async def test_last_week_s_question_has_no_buttons_any_more(week: Week, li: Pretend) -> None:
    await week.at("2026-11-12 10:00")
    asked = li.messages()[-1]

    await week.at("2026-11-19 10:00")

    assert "not updated" in str(asked.card)
    assert "Button" not in str(asked.card)


async def test_the_same_press_delivered_twice_counts_once(week: Week, mei: Pretend) -> None:
    await week.at("2026-11-12 10:00")
    message, button = mei.finds("0.7")
    await mei.taps_on(message, button, key="press 1")
    await mei.taps_on(message, button, key="press 1")

    assert len(week.said_of("GRO-1")) == 1


async def test_an_undo_that_is_pressed_twice_says_so(week: Week, mei: Pretend) -> None:
    await week.at("2026-11-12 10:00")
    await mei.taps("0.7")
    again = mei.finds("Undo")

    await mei.taps("Undo")
    second = await mei.taps_on(*again)

    assert isinstance(second, Say)
    assert week.said_of("GRO-1") == []
    mei.sees("That is taken back already.")


async def test_a_stranger_is_told_so_and_nothing_is_kept(week: Week) -> None:
    stranger = week.person("nobody")

    result = await stranger.types("KR1 50k")

    assert isinstance(result, Say)
    assert week.said_of("GRO-1") == []
