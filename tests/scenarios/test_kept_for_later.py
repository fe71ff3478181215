"""If anything inside fails, the text is kept, its writer is told so, and it is read again when it is mended."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bot.cards.plain import plain_text
from bot.intake.inbound import Result, Say
from bot.okr.replies import Reply
from tests.scenarios.week import Pretend, Week


@contextmanager
def a_mistake_of_ours() -> Iterator[None]:
    """The reader breaks, at whatever it reads."""

    def breaks(*_given: object) -> Reply:
        raise LookupError("no such rule")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.okr.replies.reader.read", breaks)
        yield


def words(result: Result) -> str:
    assert isinstance(result, Say), result
    return plain_text(result.card)


async def test_the_text_is_kept_and_read_again_after_a_fix(week: Week, mei: Pretend) -> None:
    week.expect("error")
    await week.at("2026-11-12 11:00")
    before = len(week.said_of("GRO-1"))
    with a_mistake_of_ours():
        said = words(await mei.types("46k"))
    assert said == "Something went wrong on my side. I kept your text and will read it again: '46k'."
    assert len(week.said_of("GRO-1")) == before, "nothing is recorded of it"

    await week.restarts("2026-11-12 15:00")
    await week.minutes(1)

    row = week.said_of("GRO-1")[-1]
    assert row.value == 46_000
    assert f"{row.at:%H:%M}" == "10:00", "it counts from when it was said, 11:00 in Madrid"
    mei.sees("Now I could read what you wrote on 12 Nov 11:00: '46k'", "✓ KR1 $44k → $46k")


async def test_what_was_said_since_counts(week: Week, mei: Pretend) -> None:
    week.expect("error")
    await week.at("2026-11-12 11:00")
    with a_mistake_of_ours():
        await mei.types("46k")
    await week.minutes(30)
    await mei.types("47k")

    await week.restarts("2026-11-12 15:00")
    await week.minutes(1)

    told = sorted(week.said_of("GRO-1"), key=lambda row: row.at)
    assert [row.value for row in told[-2:]] == [46_000, 47_000]
    await mei.types("/okr")
    mei.sees("$47k")


async def test_a_question_that_was_asked_since_is_not_answered_by_it(week: Week, mei: Pretend) -> None:
    week.expect("error")
    await week.at("2026-11-12 11:00")
    with a_mistake_of_ours():
        await mei.types("yes")
    await week.minutes(30)
    await mei.types("+4k")
    mei.sees("Is $48k the new total?")

    await week.restarts("2026-11-12 15:00")
    await week.minutes(1)

    assert all(row.value != 48_000 for row in week.said_of("GRO-1"))


@contextmanager
def buttons_that_break() -> Iterator[None]:
    """What finds the question of a button breaks, whatever is pressed."""

    def breaks(*_given: object) -> None:
        raise LookupError("no such rule")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("storage.conversations.item_by_token", breaks)
        yield


async def test_a_press_on_a_question_that_was_the_newest_then_counts(week: Week, jack: Pretend) -> None:
    """It was taken while its question stood; that the next one stands when it is read does not close it."""
    week.expect("error")
    await week.at("2026-11-18 11:00")
    with buttons_that_break():
        await jack.taps("0.7")
        pressed = len(week.said_of("GRO-3"))
        await week.at("2026-11-19 11:00")
    asked = jack.count

    await week.restarts("2026-11-19 15:00")
    await week.minutes(1)

    row = week.said_of("GRO-3")[-1]
    assert (len(week.said_of("GRO-3")), f"{row.at:%d %H:%M}") == (pressed + 1, "18 10:00")
    assert jack.count == asked, "nobody is told that it was closed"
    jack.sees("you said 0.7")


async def test_a_press_on_a_question_that_was_over_by_then_does_not_count(week: Week, jack: Pretend) -> None:
    week.expect("error")
    await week.at("2026-11-18 11:00")
    old, button = jack.finds("0.7")
    await week.at("2026-11-19 11:00")
    with buttons_that_break():
        await jack.taps_on(old, button)
    before = len(week.said_of("GRO-3"))

    await week.restarts("2026-11-19 15:00")
    await week.minutes(1)

    assert len(week.said_of("GRO-3")) == before
    jack.sees("That check-in is closed, and nothing was recorded.")


async def test_in_chinese(elsewhere: Week, lin: Pretend) -> None:
    elsewhere.expect("error")
    await elsewhere.at("2026-11-18 11:00")
    with a_mistake_of_ours():
        said = words(await lin.types("13家"))
    assert "13家" in said

    await elsewhere.restarts("2026-11-12 12:00")
    await elsewhere.minutes(1)

    lin.sees("写的“13家”，现在读懂了", "13家")
