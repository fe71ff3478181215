"""A whole week in Slack, over HTTP and over Socket Mode: what everybody was sent, and nothing besides."""

import json
from collections import Counter
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from bot.clock import MovableClock
from bot.okr.localtime import instant
from tests.fakes.slack import Message, SlackFake
from tests.fakes.slack.wire import Mode
from tests.scenarios.running import MADRID, Running
from tests.scenarios.slack_world import CHANNEL, behind, slack_time, started, typed

PEOPLE = {"mei": "U1MEI", "jack": "U2JACK", "ana": "U3ANA", "li": "U4LI"}
NAMES = {"mei": "Mei Tan", "jack": "Jack Moreno", "ana": "Ana Prado", "li": "Li Chen"}


@pytest.fixture(params=["http", "socket"])
def mode(request: pytest.FixtureRequest) -> Mode:
    """How Slack reaches Okra."""
    return "socket" if request.param == "socket" else "http"


@pytest.fixture
def slack_clock() -> MovableClock:
    """The time in Slack."""
    return slack_time()


@pytest.fixture
async def slack(mode: Mode, slack_clock: MovableClock) -> AsyncIterator[SlackFake]:
    fake = SlackFake(slack_clock)
    for handle, user in PEOPLE.items():
        fake.add_person(user, NAMES[handle], tz="Europe/Madrid")
    fake.mode = mode
    async with started(fake, PEOPLE.values()):
        yield fake


@pytest.fixture
async def okra(tmp_path: Path, slack: SlackFake, mode: Mode) -> AsyncIterator[Running]:
    async with behind(slack, tmp_path, PEOPLE, mode) as one:
        yield one


def dm(handle: str) -> str:
    return f"D{PEOPLE[handle][1:]}"


def question(slack: SlackFake, handle: str) -> Message:
    """The weekly question that stands in somebody's DM."""
    (found,) = [message for message in slack.messages[dm(handle)] if "Weekly check-in" in message.text]
    return found


def control(blocks: list[dict[str, Any]], label: str) -> dict[str, Any]:
    """A button, or the menu with an entry, of this label: as Slack sends it when it is pressed."""
    for block in blocks:
        for element in (*block.get("elements", ()), block.get("accessory", {})):
            if element.get("type") == "button" and element["text"]["text"] == label:
                return dict(element)
            for option in element.get("options", ()):
                if option["text"]["text"] == label:
                    return {"type": element["type"], "action_id": element["action_id"], "selected_option": option}
    raise AssertionError(f"{label} is not offered: {json.dumps(blocks, ensure_ascii=False)}")


def values_of(okra: Running, key_result: str) -> list[str]:
    return [format(row.value.normalize(), "f") for row in okra.said_of(key_result) if row.value is not None]


def begins(slack: SlackFake, handle: str) -> list[str]:
    """The first line of everything that stands in somebody's DM."""
    return [message.text.splitlines()[0] for message in slack.messages[dm(handle)]]


def key_of(message: Message) -> str:
    assert message.metadata is not None, message.text
    return str(message.metadata["event_payload"]["key"])


BOOKS = {
    "mei": [
        "Weekly check-in · Growth · week 7 of 13",
        "One to go for Friday's board: KR1.",
        "Next step noted: Call the guests",
    ],
    "jack": [
        "Weekly check-in · Growth + Support · week 7 of 13",
        "✓ GRO-4 380 calls → 372 calls · score 0.14 · heading for 0.30 [Undo]",
        "SUP-4 · Guests can order without calling",
    ],
    "ana": [
        "Weekly check-in · Growth · week 7 of 13",
        "That's all, thank you.",
        "✓ KR3 6.8 → 7.1 · score 0.40 · heading for 0.85 🟡",
        "✓ KR3 7.1 → 7.2 · score 0.47 · heading for 0.99 🟡",
    ],
    "li": [
        "Weekly check-in · Growth · week 7 of 13",
        "You edited this message, so what it told me is taken back. My answer to the new words stands below.",
        "✓ KR2 28% → 32% · blocked on legal · score 0.40 · heading for 0.87 🟡",
    ],
}
"""How each message in each DM begins at the end of the week, after the welcome."""


async def test_the_week(okra: Running, slack: SlackFake, slack_clock: MovableClock) -> None:
    async def at(moment: str) -> None:
        wall = datetime.fromisoformat(moment)
        slack_clock.move_to(instant(wall.date(), wall.time(), MADRID))
        await okra.at(moment)

    async def says(handle: str, text: str, **more: str) -> str:
        await slack.message(text, user=PEOPLE[handle], **more)
        await okra.settled()
        return slack.said(PEOPLE[handle], dm(handle))[-1].ts

    # Thursday, 10:00: everybody is asked once.
    await at("2026-11-12 10:00")
    assert {who: len(slack.messages[dm(who)]) for who in PEOPLE} == dict.fromkeys(PEOPLE, 2)  # a welcome, the question

    # Mei taps; the message itself shows it.
    mei = question(slack, "mei")
    await slack.press(control(mei.blocks, "0.7"), user="U1MEI", channel=dm("mei"), message_ts=mei.ts)
    await okra.settled()
    assert "✓ self-score 0.7 · number still 47 of 5 Nov" in mei.text

    # Jack opens the form, mistypes, corrects.
    jack = question(slack, "jack")
    await slack.press(control(jack.blocks, "Update…"), user="U2JACK", channel=dm("jack"), message_ts=jack.ts)
    (view,) = slack.views
    refused = await slack.submit(view, typed(value="many"), user="U2JACK")
    assert "cannot read many as a number" in refused.body["errors"]["value"]
    await slack.submit(view, typed(value="372"), user="U2JACK")
    await okra.settled()
    assert "✓ 380 calls → 372 calls" in jack.text

    # Li writes, and corrects by editing.
    ts = await says("li", "KR2 31%, blocked on legal")
    await at("2026-11-12 10:05")
    await slack.edit_message("U4LI", ts, "KR2 32%, blocked on legal")
    await okra.settled()
    assert values_of(okra, "GRO-2")[-1] == "32"

    # Ana is silent and Mei has another one to go: both are reminded, in one message each.
    await at("2026-11-12 16:00")
    await at("2026-11-13 08:50")
    assert {who: len(slack.messages[dm(who)]) for who in PEOPLE} == {"mei": 3, "jack": 3, "ana": 3, "li": 4}

    # Friday, 09:50: the board; what is said before the meeting changes it in place, afterwards no more.
    await at("2026-11-13 09:50")
    (board,) = slack.messages[CHANNEL]
    assert board.text.startswith("Growth · OKR board · week 7 of 13")
    assert "KR2 Self-serve renewals · 32% / 50%" in board.text
    await says("ana", "KR3 7.1")
    await at("2026-11-13 09:52")
    assert "7.1 / 8" in board.text
    await at("2026-11-13 10:00")
    await says("ana", "KR3 7.2")
    await at("2026-11-13 10:02")
    assert (board.edits, "7.1 / 8" in board.text) == (1, True)

    # After the meeting: next steps in the board's thread, where @Okra stands in for the command.
    await at("2026-11-13 11:05")
    asked = slack.messages[CHANNEL][-1]
    assert (asked.thread_ts, asked.text.splitlines()[0]) == (board.ts, "Next steps from today?")
    await slack.mention('next "Call the guests" <@U2JACK> KR3', user="U1MEI", channel=CHANNEL, thread_ts=board.ts)
    await okra.settled()
    await at("2026-11-13 11:07")
    assert "Call the guests" in asked.text

    # The page of one's own, and the command, tell the same.
    await slack.open_home("U3ANA")
    await okra.settled()
    assert "System satisfaction" in json.dumps(slack.homes["U3ANA"], ensure_ascii=False)
    told = await slack.command("show KR3", user="U3ANA")
    assert "7.2" in told.body["text"]

    # The books: nobody was sent anything that is not told here, and nothing twice.
    assert {who: begins(slack, who)[1:] for who in PEOPLE} == BOOKS
    assert all(begins(slack, who)[0].startswith("Hi, I'm the OKR bot for TeeBee.") for who in PEOPLE)
    assert len(slack.messages[CHANNEL]) == 2
    keys = Counter(key_of(message) for messages in slack.messages.values() for message in messages)
    assert set(keys.values()) == {1}
    assert values_of(okra, "GRO-4") == ["372"]
    assert values_of(okra, "GRO-3") == ["7.1", "7.2"]
