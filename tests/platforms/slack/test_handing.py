"""A file in the asker's direct messages instead of a link, where somebody makes it and Slack takes it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from bot.cards.model import Card, Handout, Run, Text
from bot.clock import MovableClock
from bot.intake.inbound import Say
from bot.platforms.slack.app import SlackPlatform
from bot.platforms.slack.grants import Grant, OneGrant
from bot.views.exports import File
from storage.problems import StorageProblem
from tests.fakes.http import Broken, Refused, Trouble
from tests.fakes.slack import SECRET, TOKEN, SlackFake
from tests.platforms.slack.conftest import Accepting, hear_nothing, served

HANDOUT = Handout("7 csv 3", "3 key results & more, with their history", "The file is in your direct messages with me.")
LINKED = Card((Text(((Run("Fetch it here"),),)),), handout=HANDOUT)

FILE = File("okrs-gro.csv", "text/csv", b"team,kr\nGRO,KR2\n")


@dataclass
class Maker:
    """Makes one file, or none."""

    file: File | None = FILE
    problem: Exception | None = None
    asked: list[str] = field(default_factory=list)

    async def __call__(self, key: str) -> File | None:
        self.asked.append(key)
        if self.problem is not None:
            raise self.problem
        return self.file


@pytest.fixture
def maker() -> Maker:
    return Maker()


@pytest.fixture
async def platform(
    slack: SlackFake, accept: Accepting, clock: MovableClock, grants: OneGrant, maker: Maker
) -> AsyncIterator[SlackPlatform]:
    platform = SlackPlatform(
        signing_secret=SECRET,
        grants=grants,
        accept=accept,
        hear=hear_nothing,
        clock=clock,
        api_url=slack.api_url,
        timeout=1.0,
        make_file=maker,
    )
    accept.result = Say(LINKED, private=True)
    async with served(platform, slack):
        yield platform


async def test_the_file_is_sent_to_its_asker_and_the_channel_sees_nothing(
    slack: SlackFake, platform: SlackPlatform, maker: Maker
) -> None:
    answer = await slack.command("export", channel="C1SALES")
    await platform._after.drain(5)

    (message,) = slack.messages["D1MEI"]
    (file,) = slack.workspace.files.values()
    assert answer.text == ""
    assert maker.asked == ["7 csv 3"]
    assert (file.name, file.data, file.channel) == ("okrs-gro.csv", b"team,kr\nGRO,KR2\n", "D1MEI")
    assert message.text == "3 key results &amp; more, with their history"
    assert slack.messages.get("C1SALES") is None
    assert [use["text"] for use in slack.responses] == [HANDOUT.sent]
    assert slack.responses[0]["response_type"] == "ephemeral"


async def test_in_the_direct_messages_the_file_says_it_all(slack: SlackFake, platform: SlackPlatform) -> None:
    await slack.command("export", channel="D1MEI")
    await slack.press({"type": "button", "action_id": "export_csv#1", "value": "GRO"})
    await platform._after.drain(5)

    assert len(slack.workspace.files) == 2
    assert slack.responses == []


@pytest.mark.parametrize("trouble", [Refused("file_uploads_disabled"), Refused("missing_scope"), Broken(502)])
@pytest.mark.parametrize("method", ["conversations.open", "files.getUploadURLExternal", "files.completeUploadExternal"])
async def test_whatever_goes_wrong_there_is_the_link(
    slack: SlackFake, platform: SlackPlatform, method: str, trouble: Trouble
) -> None:
    slack.play(method, trouble)

    await slack.command("export")
    await platform._after.drain(5)

    assert [use["text"] for use in slack.responses] == ["Fetch it here"]


@pytest.mark.parametrize("missing", ["file", "database"])
async def test_a_file_that_is_not_made_is_not_sent(
    slack: SlackFake, platform: SlackPlatform, maker: Maker, missing: str
) -> None:
    maker.file = None
    maker.problem = StorageProblem("The disk is full.") if missing == "database" else None

    await slack.command("export")
    await platform._after.drain(5)

    assert slack.workspace.files == {}
    assert [use["text"] for use in slack.responses] == ["Fetch it here"]


async def test_where_uploads_are_not_allowed_the_link_is_the_acknowledgement(
    slack: SlackFake, platform: SlackPlatform, grants: OneGrant, maker: Maker
) -> None:
    grants.grant = Grant("", TOKEN, scopes=frozenset({"chat:write"}))

    answer = await slack.command("export")

    assert answer.body["text"] == "Fetch it here"
    assert maker.asked == []
