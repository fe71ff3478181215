"""A Slack workspace in which nothing is set up: what its people get, until the first board stands in their channel."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from bot.clock import MovableClock
from storage import models as m
from tests.fakes.slack import SlackFake
from tests.scenarios.running import Running
from tests.scenarios.slack_world import typed
from tests.scenarios.test_slack_installing import START, Town

MEI, JACK = "U1MEI", "U2JACK"
DM = "D1MEI"
CHANNEL = "C1PLANTS"


@pytest.fixture
async def slack() -> AsyncIterator[SlackFake]:
    fake = SlackFake(MovableClock(START))
    fake.add_person(MEI, "Mei Tan")
    fake.add_person(JACK, "Jack Moreno")
    fake.add_channel(CHANNEL, MEI, JACK)
    await fake.start()
    yield fake
    await fake.stop()


@pytest.fixture
def town(tmp_path: Path, slack: SlackFake) -> Town:
    clock = slack._state.clock
    assert isinstance(clock, MovableClock)
    return Town(tmp_path, slack, clock)


async def taps(okra: Running, slack: SlackFake, label: str) -> None:
    """Mei presses the newest button of that label in her DM."""
    for message in reversed(slack.messages[DM]):
        for element in _buttons(message.blocks):
            if element["text"]["text"] == label:
                await slack.press(element, user=MEI, channel=DM, message_ts=message.ts)
                await okra.settled()
                return
    raise AssertionError(f"no [{label}] in {[one.text for one in slack.messages[DM]]}")


def _buttons(blocks: Any) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = []
    for block in blocks:
        found += [one for one in block.get("elements", []) if one.get("type") == "button"]
        accessory = block.get("accessory")
        found += [accessory] if accessory and accessory.get("type") == "button" else []
    return found


async def sends(okra: Running, slack: SlackFake, **values: Any) -> None:
    """Mei fills in the form before her."""
    view = slack.open_views[-1]
    answer = await slack.submit(view, values, user=MEI)
    assert answer.status == 200
    assert "errors" not in (answer.body or {}), answer.body
    await okra.settled()


def people(*ids: str) -> Mapping[str, Any]:
    return {"value": {"type": "multi_users_select", "selected_users": list(ids)}}


def days(*numbers: str) -> Mapping[str, Any]:
    chosen = [{"text": {"type": "plain_text", "text": one}, "value": one} for one in numbers]
    return {"value": {"type": "checkboxes", "selected_options": chosen}}


async def nobody_looks(_what: str, _where: str) -> None:
    """At what stands there meanwhile: a picture may be taken of it."""


async def lives_until_the_first_board(
    okra: Running, slack: SlackFake, look: Callable[[str, str], Awaitable[None]] = nobody_looks
) -> None:
    """From an empty workspace to the first board, as Mei lives it."""
    await okra.house.directory.look()
    await slack.open_home(MEI)
    await okra.settled()
    assert "No team is set up here yet" in str(slack.homes[MEI])
    hello = await slack.command("", user=MEI, channel=CHANNEL)
    assert "No team is set up here yet. It takes about five minutes." in hello.text

    assert (
        "I wrote the next steps to you under Messages."
        in (await slack.command("setup", user=MEI, channel=CHANNEL)).text
    )
    await okra.settled()
    steps = slack.messages[DM][-1]
    assert "Set up a team" in steps.text

    await taps(okra, slack, "Make a team")
    await sends(okra, slack, **typed(name="Plant care", channel=CHANNEL), members=people(JACK))
    await taps(okra, slack, "Set the meeting")
    await sends(okra, slack, **typed(time="10:00"), meeting_days=days("4"))
    await taps(okra, slack, "Start a cycle")
    await sends(okra, slack)
    await taps(okra, slack, "Demo: TeeBee")
    (shown,) = [one for one in slack.messages[DM] if "/okr setup" in one.text]
    assert shown.ts == steps.ts, "one message, brought up to date in place"
    assert "Set up Plant care" in shown.text
    assert "✓ 2 Meeting" in shown.text
    assert "3 in draft" in shown.text
    team = okra.house.db.read_now(lambda session: session.exec(select(m.Team)).one())
    assert (team.key, team.channel_ref) == ("PC", {"channel": CHANNEL})

    await look("setup", DM)

    await taps(okra, slack, "Look at the draft and publish")
    await look("draft", DM)
    await taps(okra, slack, "Publish")
    await sends(okra, slack)
    await okra.at("2026-11-12 10:01")
    assert any("Weekly check-in · Plant care" in text for text in slack.texts(DM))
    await okra.at("2026-11-13 09:51")
    assert any("Plant care · OKR board" in text for text in slack.texts(CHANNEL))
    await look("first-board", CHANNEL)


async def test_from_an_empty_workspace_to_the_first_board(town: Town, slack: SlackFake) -> None:
    async with town.okra(town.one()) as okra:
        await lives_until_the_first_board(okra, slack)


async def test_whoever_installs_it_is_told_how_to_begin(town: Town, slack: SlackFake) -> None:
    async with town.okra(town.many()) as okra:
        page = await town.install("Pretend")
        assert "I wrote to you in Slack how to set up your first team" in page
        await okra.house.tick()
        assert ["Hi " in text and "No team is set up here yet" in text for text in slack.texts(DM)] == [True]
        await town.install("Pretend")
        await okra.house.tick()
        assert len(slack.texts(DM)) == 1


async def test_a_file_that_is_imported_later_takes_the_empty_workspace_over(town: Town, slack: SlackFake) -> None:
    del slack
    async with town.okra(town.one()) as okra:
        town.company(okra, "T0PRETEND", "U")
        names = okra.house.db.read_now(lambda session: list(session.exec(select(m.Workspace.name))))
        assert names == ["TeeBee"]
