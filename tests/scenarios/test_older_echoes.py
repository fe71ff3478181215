"""Buttons of an older answer in Slack stay where they are; whoever presses them hears one clear sentence."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from storage import models as m
from tests.scenarios.desks import SLACK, SlackDesk, desk
from tests.storage.away import rows

CLOSED = "That question is closed, and nothing was recorded. Send me a line if something changed."
KEPT = ("check_in", "delivery", "clarification", "next_step", "prompt_item")


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[SlackDesk]:
    async with desk("slack", tmp_path) as one:
        assert isinstance(one, SlackDesk)
        yield one


class Older:
    """A message of Okra's as it stands now, whatever comes after it."""

    def __init__(self, here: SlackDesk, who: str) -> None:
        self._here, self._who = here, who
        self._message = here._last(who)

    @property
    def blocks(self) -> list[dict[str, Any]]:
        """As Slack shows it."""
        return list(self._message.blocks)

    def buttons(self) -> dict[str, dict[str, Any]]:
        """Its buttons by what stands on them."""
        parts = [one for block in self.blocks for one in (*block.get("elements", ()), block.get("accessory", {}))]
        return {str(one["text"]["text"]): one for one in parts if one.get("type") == "button"}

    async def presses(self, button: dict[str, Any]) -> list[str]:
        """What its person alone was told at once."""
        before = len(self._here.slack.responses)
        channel = f"D{SLACK[self._who][1:]}"
        answer = await self._here.slack.press(
            button, user=SLACK[self._who], channel=channel, message_ts=self._message.ts
        )
        assert answer.acknowledged
        await self._here.okra.settled()
        return [str(one["text"]) for one in self._here.slack.responses[before:]]


def kept(here: SlackDesk) -> dict[str, int]:
    return {table: rows(here.okra.house.db, table) for table in KEPT}


def values(here: SlackDesk) -> list[m.CheckIn]:
    return here.said_of("GRO-1")


@pytest.mark.parametrize(
    ("first", "newer"),
    [
        ("KR1 +4k", "KR1 50k"),
        ("KR1 will hit 55k by Christmas", "KR1 50k 0.3 on track"),
        ("KR1 48-50k", "KR1 no change"),
    ],
    ids=["by a number", "by one that is asked about", "by words"],
)
async def test_the_buttons_of_a_question_that_a_newer_reply_closed(here: SlackDesk, first: str, newer: str) -> None:
    await here.says("mei", first)
    older = Older(here, "mei")
    shown = older.buttons()
    assert len(shown) > 1
    await here.says("mei", newer)
    before, said = kept(here), [(row.value, row.self_score) for row in values(here)]

    for button in shown.values():
        assert await older.presses(button) == [CLOSED]

    assert kept(here) == before
    assert [(row.value, row.self_score) for row in values(here)] == said


async def test_undo_of_an_older_answer_takes_back_that_one_and_the_newer_one_stays(here: SlackDesk) -> None:
    await here.says("mei", "KR1 46k")
    older = Older(here, "mei")
    await here.says("mei", "KR1 47k")

    await older.presses(older.buttons()["Undo"])

    assert [row.value for row in values(here)] == [47_000]
    assert "Undo" not in older.buttons(), "it is done"


async def test_undo_pressed_again_where_the_message_could_not_be_brought_up_to_date(here: SlackDesk) -> None:
    await here.says("mei", "KR1 46k")
    older = Older(here, "mei")
    undo = older.buttons()["Undo"]
    await older.presses(undo)
    await here.says("mei", "KR1 47k")

    assert await older.presses(undo) == ["That is taken back already."]
    assert [row.value for row in values(here)] == [47_000]
