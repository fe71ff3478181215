"""Files brought to Slack, and what becomes of an answer whose picture does not come."""

import logging
from collections.abc import AsyncIterator

import pytest

from bot.cards.chart_png import draw
from bot.cards.model import Card, Run, Text
from bot.delivery.port import ChatError, OutcomeUnknown, RateLimited, Rejected
from bot.intake.inbound import Say, Update
from bot.platforms.slack import files
from bot.platforms.slack.api import SlackApi
from bot.platforms.slack.app import SlackPlatform
from bot.platforms.slack.grants import Grant, OneGrant
from tests.cards.charts import CHART
from tests.fakes.http import Broken, Dropped, Refused, Slow, TooMany, Trouble
from tests.fakes.slack import SlackFake
from tests.fakes.slack.values import TEAM, TOKEN
from tests.platforms.slack.conftest import Accepting

ANSWER = Card((Text(((Run("KR2 in detail"),),)), CHART, Text(((Run("and more"),),))))
BARS = f"▁▃▇█ {CHART.caption}"
EVERY_STEP = ("files.getUploadURLExternal", "files.completeUploadExternal", "files.info")
"""And between the first two the bytes."""


@pytest.fixture(autouse=True)
def nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "WAITS", (0.0, 0.0, 0.0))


@pytest.fixture
async def api(slack: SlackFake) -> AsyncIterator[SlackApi]:
    api = SlackApi(TOKEN, slack.api_url, timeout=1.0)
    yield api
    await api.close()


def picture_of(blocks: list[dict[str, object]]) -> dict[str, object]:
    (image,) = [block for block in blocks if block["type"] == "image"]
    return image


# --- uploading ----------------------------------------------------------------------------------------


async def test_a_picture_is_there_when_slack_knows_what_it_is(slack: SlackFake, api: SlackApi) -> None:
    slack.looks_until_processed = 2

    file = await files.upload_picture(api, "chart.png", b"\x89PNG", "28% on 22 Oct")

    there = slack.workspace.files[file]
    assert (there.data, there.alt_text, there.looks) == (b"\x89PNG", "28% on 22 Oct", 2)
    assert there.channel is None, "it is shared with nobody"


async def test_a_picture_that_slack_does_not_get_ready_with_is_given_up(slack: SlackFake, api: SlackApi) -> None:
    slack.looks_until_processed = 99

    with pytest.raises(OutcomeUnknown, match="ready"):
        await files.upload_picture(api, "chart.png", b"\x89PNG", "")

    assert len(slack.called("files.info")) == len(files.WAITS)


async def test_an_upload_that_hangs_ends(slack: SlackFake, api: SlackApi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_SECONDS", 0.05)
    slack.play("files.getUploadURLExternal", Slow(0.5))

    with pytest.raises(OutcomeUnknown, match="too long"):
        await files.upload_picture(api, "chart.png", b"\x89PNG", "")


@pytest.mark.parametrize("method", EVERY_STEP)
@pytest.mark.parametrize(
    ("trouble", "error"),
    [
        (Refused("file_uploads_disabled"), Rejected),
        (TooMany(30), RateLimited),
        (Broken(502), OutcomeUnknown),
        (Dropped(), OutcomeUnknown),
    ],
    ids=["refused", "rate limit", "broken", "dropped"],
)
async def test_every_step_may_fail_and_says_how(
    slack: SlackFake, api: SlackApi, method: str, trouble: Trouble, error: type[ChatError]
) -> None:
    slack.play(method, trouble)

    with pytest.raises(error):
        await files.upload_picture(api, "chart.png", b"\x89PNG", "")


async def test_a_file_is_posted_with_its_name_and_a_sentence(slack: SlackFake, api: SlackApi) -> None:
    await files.share_file(api, "okrs-gro.csv", b"a,b\n", "D1MEI", "Here it is.")

    (message,) = slack.messages["D1MEI"]
    assert message.text == "Here it is."
    assert [file["name"] for file in message.files] == ["okrs-gro.csv"]


def test_without_both_scopes_nothing_is_tried() -> None:
    assert files.may_upload(Grant(TEAM, TOKEN))
    assert files.may_upload(Grant(TEAM, TOKEN, scopes=frozenset(files.SCOPES)))
    assert not files.may_upload(Grant(TEAM, TOKEN, scopes=frozenset({"files:write", "chat:write"})))


# --- answers ------------------------------------------------------------------------------------------


async def test_a_command_is_answered_at_once_and_the_picture_follows_to_the_same_eyes(
    slack: SlackFake, platform: SlackPlatform, accept: Accepting
) -> None:
    accept.result = Say(ANSWER, private=True)

    answer = await slack.command("show KR2")
    assert BARS in answer.body["text"]
    assert answer.body["response_type"] == "ephemeral"
    await platform._after.drain(5)

    (follows,) = slack.responses
    image = picture_of(follows["blocks"])
    assert (follows["response_type"], follows["replace_original"]) == ("ephemeral", False)
    assert image["alt_text"] == follows["text"] == CHART.alt
    (file,) = slack.workspace.files.values()
    assert file.data == draw(CHART)
    assert "KR2" not in file.name + file.title


async def test_a_posted_answer_gets_its_picture_in_place(
    slack: SlackFake, platform: SlackPlatform, accept: Accepting
) -> None:
    accept.result = Say(ANSWER, private=True)

    await slack.message("show KR2")
    await platform._after.drain(5)

    (message,) = slack.messages["D1MEI"]
    image = picture_of(message.blocks)
    assert image["alt_text"] == CHART.alt
    assert message.edits == 1
    assert "and more" in str(message.blocks)
    assert BARS in message.text


async def test_where_one_person_is_told_in_a_channel_the_picture_follows_below(
    slack: SlackFake, platform: SlackPlatform, accept: Accepting
) -> None:
    accept.result = Say(ANSWER, private=True)

    await slack.mention("show KR2")
    await platform._after.drain(5)

    whole, picture = slack.ephemeral
    assert BARS in whole["text"]
    assert picture["user"] == "U1MEI"
    assert picture_of(picture["blocks"])["alt_text"] == CHART.alt


async def test_a_pressed_message_is_replaced_and_then_again_with_its_picture(
    slack: SlackFake, platform: SlackPlatform, accept: Accepting
) -> None:
    message = slack.put("D1MEI", "before")
    accept.result = Update(ANSWER)

    await slack.press({"type": "button", "action_id": "show#1", "value": "t"}, message_ts=message.ts)
    await platform._after.drain(5)

    assert message.edits == 2
    assert picture_of(message.blocks)["alt_text"] == CHART.alt


async def test_an_answer_without_a_chart_brings_nothing_after_it(
    slack: SlackFake, platform: SlackPlatform, accept: Accepting
) -> None:
    accept.result = Say(Card(ANSWER.blocks[:1]), private=True)

    await slack.command("board")
    await platform._after.drain(5)

    assert slack.responses == []
    assert slack.calls == []


async def test_where_uploads_are_not_allowed_nothing_is_tried_and_the_bars_stay(
    slack: SlackFake, platform: SlackPlatform, accept: Accepting, grants: OneGrant
) -> None:
    grants.grant = Grant("", TOKEN, scopes=frozenset({"chat:write", "commands"}))
    accept.result = Say(ANSWER, private=True)

    answer = await slack.command("show KR2")
    await platform._after.drain(5)

    assert BARS in answer.body["text"]
    assert (slack.responses, slack.calls) == ([], [])


@pytest.mark.parametrize("method", EVERY_STEP)
@pytest.mark.parametrize("trouble", [Refused("missing_scope"), Refused("file_uploads_disabled"), Broken(500)])
async def test_whatever_goes_wrong_the_bars_stay_and_the_log_has_one_line(
    slack: SlackFake,
    platform: SlackPlatform,
    accept: Accepting,
    caplog: pytest.LogCaptureFixture,
    method: str,
    trouble: Trouble,
) -> None:
    accept.result = Say(ANSWER, private=True)
    slack.play(method, trouble)

    with caplog.at_level(logging.WARNING):
        answer = await slack.command("show KR2")
        await platform._after.drain(5)

    assert BARS in answer.body["text"]
    assert slack.responses == []
    assert len([record for record in caplog.records if "stays as text" in record.getMessage()]) == 1


async def test_a_mistake_in_drawing_costs_no_answer(
    slack: SlackFake, platform: SlackPlatform, accept: Accepting, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_chart: object) -> bytes:
        raise ZeroDivisionError

    monkeypatch.setattr("bot.cards.chart_png.draw", broken)
    accept.result = Say(ANSWER, private=True)

    await slack.message("show KR2")
    await platform._after.drain(5)

    assert [BARS in text for text in slack.texts("D1MEI")] == [True]


async def test_a_picture_that_slack_does_not_take_leaves_the_bars(
    slack: SlackFake, platform: SlackPlatform, accept: Accepting
) -> None:
    accept.result = Say(ANSWER, private=True)
    slack.play("chat.update", Refused("invalid_blocks"))

    await slack.message("show KR2")
    await platform._after.drain(5)

    (message,) = slack.messages["D1MEI"]
    assert BARS in str(message.blocks)
    assert message.edits == 0
