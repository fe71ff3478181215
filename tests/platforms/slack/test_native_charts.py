"""Slack's own chart block, where it is switched on, and bars from the first time that Slack refuses it."""

import logging
from collections.abc import AsyncIterator

import pytest

from bot.clock import MovableClock
from bot.intake.inbound import Say
from bot.platforms.slack import files
from bot.platforms.slack.app import SlackPlatform
from bot.platforms.slack.chart_blocks import NATIVE
from bot.platforms.slack.grants import OneGrant
from tests.cards.charts import CHART
from tests.fakes.http import Refused
from tests.fakes.slack import SECRET, SlackFake
from tests.platforms.slack.conftest import Accepting, hear_nothing, served
from tests.platforms.slack.test_files import ANSWER, BARS


@pytest.fixture(autouse=True)
def nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "WAITS", (0.0, 0.0, 0.0))


@pytest.fixture
async def native(
    slack: SlackFake, accept: Accepting, clock: MovableClock, grants: OneGrant
) -> AsyncIterator[SlackPlatform]:
    platform = SlackPlatform(
        signing_secret=SECRET,
        grants=grants,
        accept=accept,
        hear=hear_nothing,
        clock=clock,
        api_url=slack.api_url,
        timeout=1.0,
        native_charts=True,
    )
    accept.result = Say(ANSWER, private=True)
    async with served(platform, slack):
        yield platform


def kinds(blocks: list[dict[str, object]]) -> list[object]:
    return [block["type"] for block in blocks]


async def test_slack_draws_it_and_the_text_is_complete(native: SlackPlatform, slack: SlackFake) -> None:
    answer = await slack.command("show KR2")
    await slack.message("show KR2")
    await native._after.drain(5)

    (said,) = slack.responses
    (message,) = slack.messages["D1MEI"]
    assert answer.text == "", "an acknowledgement would hide that Slack refuses a block"
    assert NATIVE in kinds(said["blocks"])
    assert NATIVE in kinds(message.blocks)
    assert BARS in said["text"]
    assert CHART.caption in str(message.blocks)
    assert slack.called("files.getUploadURLExternal") == []


async def test_once_refused_it_is_not_sent_again_and_the_log_says_so_once(
    native: SlackPlatform, slack: SlackFake, caplog: pytest.LogCaptureFixture
) -> None:
    slack.play("chat.postMessage", Refused("invalid_blocks"))

    with caplog.at_level(logging.WARNING):
        await slack.message("show KR2")
        await native._after.drain(5)
        await slack.message("show KR2")
        answer = await slack.command("show KR2")
        await native._after.drain(5)

    assert [BARS in text for text in slack.texts("D1MEI")] == [True, True]
    assert all(NATIVE not in kinds(message.blocks) for message in slack.messages["D1MEI"])
    assert BARS in answer.body["text"]
    assert len([record for record in caplog.records if "chart block" in record.getMessage()]) == 1
    assert slack.called("files.getUploadURLExternal") != [], "from now on charts are drawn"
