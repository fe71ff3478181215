"""A button pressed twice within moments: every press has a key of its own, and what stands already is said once."""

from decimal import Decimal

import pytest

from bot.cards.plain import plain_text
from bot.intake.inbound import Nothing, Result, Say
from tests.scenarios.week import Pretend, Week


def told(result: Result) -> str:
    """The sentence that answered a press; empty where the message itself shows what came of it."""
    return plain_text(result.card) if isinstance(result, Say) else ""


@pytest.mark.parametrize(("who", "label", "key_result"), [
    ("mei", "👍 Same, still $44k", "GRO-1"),
    ("mei", "0.7", "GRO-1"),
    ("mei", "0.3", "GRO-1"),
    ("mei", "Skip this week", "GRO-1"),
    ("ana", "👍 Still 6", "GRO-4"),
])  # fmt: skip
async def test_the_same_press_twice_is_one_answer(week: Week, who: str, label: str, key_result: str) -> None:
    await week.at("2026-11-12 10:00")
    person = week.person(who)
    message, button = person.finds(label)

    first = told(await person.taps_on(message, button, key="one"))
    standing = person.newest()
    again = told(await person.taps_on(message, button, key="two"))

    assert len(week.said_of(key_result)) == 1
    assert again == first
    assert person.newest() == standing


async def test_after_undo_the_same_press_counts_again(week: Week, mei: Pretend) -> None:
    await week.at("2026-11-12 10:00")
    message, button = mei.finds("0.7")
    for key in ("one", "two"):
        await mei.taps_on(message, button, key=key)

    await mei.taps("Undo")
    assert week.said_of("GRO-1") == [], "one Undo takes back what two presses told"

    await mei.taps_on(message, button, key="three")
    assert [row.self_score for row in week.said_of("GRO-1")] == [Decimal("0.7")]


async def test_another_number_is_a_new_answer_and_so_is_the_first_one_after_it(week: Week, mei: Pretend) -> None:
    await week.at("2026-11-12 10:00")
    seven, five = mei.finds("0.7"), mei.finds("0.5")
    for number, tap in enumerate([seven, five, five, seven]):
        await mei.taps_on(*tap, key=f"press {number}")

    assert [row.self_score for row in week.said_of("GRO-1")] == [Decimal("0.7"), Decimal("0.5"), Decimal("0.7")]


async def test_what_a_co_owner_said_between_makes_the_press_an_answer(week: Week, jack: Pretend, ana: Pretend) -> None:
    await week.at("2026-11-12 10:00")
    message, button = jack.finds("0.7")
    await jack.taps_on(message, button, key="one")
    await ana.types("KR3 0.4")

    await jack.taps_on(message, button, key="two")

    assert [row.self_score for row in week.said_of("GRO-3")] == [Decimal("0.7"), Decimal("0.4"), Decimal("0.7")]


async def test_all_as_shown_twice_says_nothing_of_a_change(week: Week, ana: Pretend) -> None:
    await week.at("2026-11-12 10:00")
    message, button = ana.finds("👍 All as shown")

    results = [await ana.taps_on(message, button, key=key) for key in ("one", "two")]

    assert results == [Nothing(), Nothing()]
    assert len(week.said_of("GRO-3")) == len(week.said_of("GRO-4")) == 1


async def test_still_on_a_notice_of_silence_twice_is_one_answer(week: Week, jack: Pretend) -> None:
    await week.at("2026-11-17 10:00")
    message, button = jack.finds("👍 Still 58")

    for key in ("one", "two"):
        await jack.taps_on(message, button, key=key)

    assert [row.value for row in week.said_of("GRO-3")] == [Decimal(58)]
