"""The whole of Okra behind Slack: signed requests in, and what reached Slack out."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.fakes.slack import SlackFake
from tests.scenarios.running import Running
from tests.scenarios.slack_world import behind, slack_time, started, typed

PEOPLE = {"mei": "U1MEI", "jack": "U2JACK"}


@pytest.fixture
async def slack() -> AsyncIterator[SlackFake]:
    fake = SlackFake(slack_time())
    fake.add_person("U1MEI", "Mei Tan")
    fake.add_person("U2JACK", "Jack Moreno")
    fake.add_person("U9NEW", "Somebody New", is_restricted=True)
    async with started(fake, ("U1MEI", "U2JACK", "U9NEW")):
        yield fake


@pytest.fixture
async def okra(tmp_path: Path, slack: SlackFake) -> AsyncIterator[Running]:
    async with behind(slack, tmp_path, PEOPLE) as one:
        yield one


def _option(blocks: list[dict[str, Any]], label: str) -> dict[str, Any]:
    """The menu that has an entry of this label, as Slack sends it when the entry is picked."""
    for block in blocks:
        for element in block.get("elements", ()):
            for option in element.get("options", ()):
                if option["text"]["text"] == label:
                    return {"type": element["type"], "action_id": element["action_id"], "selected_option": option}
    raise AssertionError(f"{label} is not offered: {json.dumps(blocks)}")


async def test_a_command_is_answered_in_its_acknowledgement(okra: Running, slack: SlackFake) -> None:
    answer = await slack.command("")

    assert answer.status == 200
    assert answer.body["response_type"] == "ephemeral"
    assert "Enterprise MRR" in json.dumps(answer.body, ensure_ascii=False)


async def test_a_stranger_is_told_so(okra: Running, slack: SlackFake) -> None:
    answer = await slack.command("", user="U9NEW")

    assert "I don't know you yet" in json.dumps(answer.body)


async def test_a_typed_reply_is_stored_and_echoed(okra: Running, slack: SlackFake) -> None:
    answer = await slack.message("KR1 46k")
    await okra.settled()

    assert answer.status == 200
    assert [format(row.value, "f") for row in okra.said_of("GRO-1") if row.value is not None] == ["46000"]
    assert "$44k → $46k" in slack.texts("D1MEI")[-1]


async def test_a_second_delivery_of_the_same_event_changes_nothing(okra: Running, slack: SlackFake) -> None:
    await slack.message("KR1 46k", event_id="Ev-again")
    await okra.settled()
    await slack.message("KR1 46k", event_id="Ev-again")
    await okra.settled()

    assert len(okra.said_of("GRO-1")) == 1
    assert len(slack.texts("D1MEI")) == 1


async def test_the_weekly_question_reaches_the_dm_and_a_tap_changes_it_in_place(
    okra: Running, slack: SlackFake
) -> None:
    await okra.at("2026-11-12 10:00")
    prompt = next(message for message in slack.messages["D1MEI"] if "Weekly check-in" in message.text)
    button = next(
        element
        for block in prompt.blocks
        for element in block.get("elements", ())
        if element.get("text", {}).get("text") == "0.7"
    )

    await slack.press({**button, "type": "button"}, message_ts=prompt.ts)
    await okra.settled()

    assert prompt.edits == 1
    assert "✓" in prompt.text
    assert len(okra.said_of("GRO-5") + okra.said_of("GRO-1")) == 1


async def test_a_form_opens_while_its_trigger_lives_and_its_errors_are_the_acknowledgement(
    okra: Running, slack: SlackFake
) -> None:
    await okra.at("2026-11-12 10:00")
    prompt = next(message for message in slack.messages["D2JACK"] if "Weekly check-in" in message.text)

    await slack.press(_option(prompt.blocks, "Update…"), user="U2JACK", channel="D2JACK", message_ts=prompt.ts)
    (view,) = slack.views  # one whose trigger is dead is not opened

    refused = await slack.submit(view, typed(value="many"), user="U2JACK")
    assert refused.body["response_action"] == "errors"
    assert "cannot read many as a number" in refused.body["errors"]["value"]
    assert okra.said_of("GRO-4") == []

    taken = await slack.submit(view, typed(value="372"), user="U2JACK")
    await okra.settled()
    assert taken.text == ""
    assert [format(row.value, "f") for row in okra.said_of("GRO-4") if row.value is not None] == ["372"]


async def test_the_digest_reaches_the_channel(okra: Running, slack: SlackFake) -> None:
    await okra.at("2026-11-12 10:00")
    await okra.at("2026-11-13 09:50")

    assert "Growth · OKR board" in slack.texts("C1SALES")[-1]


async def test_the_server_says_that_it_is_well(okra: Running) -> None:
    async with aiohttp.ClientSession() as session, session.get(f"{okra.url}/healthz") as answer:
        assert (answer.status, await answer.text()) == (200, "ok")
