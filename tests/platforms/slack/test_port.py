"""The Slack port: the contract of every port, and what is Slack's own."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.clock import MovableClock
from bot.delivery.port import (
    Address,
    ChatError,
    NotDelivered,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    Unreachable,
)
from bot.platforms.slack.errors import AppRefused, refusal
from bot.platforms.slack.grants import Apis, OneGrant
from bot.platforms.slack.port import SlackPort
from tests.delivery.contract import LONG_AGO, ChatPortContract, World, card
from tests.fakes.http import Refused, Slow, TooMany, Trouble
from tests.fakes.slack import TOKEN, SlackFake
from tests.platforms.slack.conftest import NOW

MEI = Address(1, "U1MEI", is_person=True)
SALES = Address(1, "C1SALES", is_person=False)


class SlackWorld(World):
    reads_back = True
    person, channel = MEI, SALES
    nowhere = Address(1, "C9GONE", is_person=False)

    def __init__(self, fake: SlackFake, port: SlackPort) -> None:
        self.fake, self.port = fake, port

    def play(self, *troubles: Trouble) -> None:
        self.fake.play("chat.postMessage", *troubles)

    def play_too_big(self) -> None:
        self.fake.play("chat.postMessage", Refused("msg_too_long"))

    def posts(self) -> int:
        return len(self.fake.called("chat.postMessage"))

    def shown(self, where: Address) -> list[str]:
        return self.fake.texts("D1MEI" if where.is_person else where.external_id)

    async def stop(self) -> None:
        await self.fake.stop()


@pytest.fixture
async def port(slack: SlackFake) -> AsyncIterator[SlackPort]:
    apis = Apis(OneGrant(TOKEN), slack.api_url, timeout=1.0)
    yield SlackPort(apis)
    await apis.close()


@pytest.fixture
def world(slack: SlackFake, port: SlackPort) -> World:
    return SlackWorld(slack, port)


class TestSlackPort(ChatPortContract):
    """Slack keeps the contract."""


async def test_a_direct_message_is_posted_to_the_person_and_remembered_by_its_channel(
    slack: SlackFake, port: SlackPort
) -> None:
    ref = await port.send(MEI, card("Where will it land?"), "key-1")
    assert ref.channel == "D1MEI"
    assert slack.called("conversations.open") == []
    (sent,) = slack.called("chat.postMessage")
    assert sent["channel"] == "U1MEI"
    assert sent["metadata"] == {"event_type": "okra_message", "event_payload": {"key": "key-1"}}
    assert (sent["unfurl_links"], sent["unfurl_media"], sent["mrkdwn"]) == (False, False, False)
    assert sent["text"] == "Where will it land?"
    assert sent["blocks"]


async def test_a_dm_that_is_known_is_written_to_and_searched_by_its_channel(slack: SlackFake, port: SlackPort) -> None:
    known = Address(1, "U1MEI", is_person=True, ref={"channel": "D1MEI"})
    ref = await port.send(known, card("Hello"), "key-1")
    assert await port.find(known, "key-1", LONG_AGO) == ref
    assert slack.called("conversations.open") == []


async def test_an_updated_message_is_still_found_by_its_key(port: SlackPort) -> None:
    ref = await port.send(SALES, card("Board"), "key-1")
    await port.update(ref, card("Board, newer"), "key-1")
    assert await port.find(SALES, "key-1", LONG_AGO) == ref


async def test_a_message_is_found_behind_a_page_of_others(port: SlackPort, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.platforms.slack.history.PAGE", 2)
    ref = await port.send(SALES, card("The one"), "key-1")
    for number in range(5):
        await port.send(SALES, card("Other"), f"other-{number}")
    assert await port.find(SALES, "key-1", LONG_AGO) == ref


async def test_half_a_history_proves_nothing_and_the_next_search_goes_on_from_there(
    slack: SlackFake, port: SlackPort, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.platforms.slack.history.PAGE", 1)
    monkeypatch.setattr("bot.platforms.slack.history.MOST_PAGES", 2)
    for number in range(3):
        await port.send(SALES, card("Other"), f"other-{number}")
    with pytest.raises(OutcomeUnknown):
        await port.find(SALES, "key-1", LONG_AGO)
    assert await port.find(SALES, "key-1", LONG_AGO) is None
    assert len(slack.called("conversations.history")) == 4


async def test_what_arrives_while_a_search_is_cut_short_is_found(
    slack: SlackFake, port: SlackPort, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would count as absent else, and be sent a second time."""
    monkeypatch.setattr("bot.platforms.slack.history.PAGE", 1)
    monkeypatch.setattr("bot.platforms.slack.history.MOST_PAGES", 2)
    for number in range(3):
        await port.send(SALES, card("Other"), f"other-{number}")
    with pytest.raises(OutcomeUnknown):
        await port.find(SALES, "key-1", LONG_AGO)
    ref = await port.send(SALES, card("The late one"), "key-1")
    with pytest.raises(OutcomeUnknown):
        await port.find(SALES, "key-1", LONG_AGO)
    assert await port.find(SALES, "key-1", LONG_AGO) == ref


async def test_copies_on_all_pages_are_told_also_where_reading_them_was_cut_short(
    slack: SlackFake, port: SlackPort, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.platforms.slack.history.PAGE", 2)
    copies = []
    for number in range(3):
        copies.append(await port.send(SALES, card("The one"), "key-1"))
        await port.send(SALES, card("Other"), f"other-{number}")
    assert await port.copies(SALES, "key-1", LONG_AGO) == copies

    slack.play("conversations.history", Slow(0), TooMany(60))
    with pytest.raises(OutcomeUnknown, match=r"again in 60 s\.$"):
        await port.copies(SALES, "key-1", LONG_AGO)
    monkeypatch.setattr(port._history, "_closed_until", {})
    copies.append(await port.send(SALES, card("The one"), "key-1"))
    assert await port.copies(SALES, "key-1", LONG_AGO) == copies
    assert await port.find(SALES, "key-1", LONG_AGO) in copies


async def test_copies_in_a_thread_are_those_of_that_thread_since_the_first_attempt(
    port: SlackPort, clock: MovableClock
) -> None:
    parent = await port.send(SALES, card("Review"), "key-1")
    thread = Address(1, "C1SALES", is_person=False, ref={"thread": parent.message_id})
    await port.send(thread, card("First question"), "key-2")
    clock.move_to(NOW + timedelta(minutes=10))
    late = await port.send(thread, card("First question"), "key-2")
    assert len(await port.copies(thread, "key-2", LONG_AGO)) == 2
    assert await port.copies(thread, "key-2", NOW + timedelta(minutes=10)) == [late]
    assert await port.copies(SALES, "key-2", LONG_AGO) == []


async def test_a_search_that_nobody_goes_on_with_is_not_remembered_for_ever(
    port: SlackPort, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.platforms.slack.history.PAGE", 1)
    monkeypatch.setattr("bot.platforms.slack.history.MOST_PAGES", 1)
    for number in range(2):
        await port.send(SALES, card("Other"), f"other-{number}")
    for key in ("key-1", "key-2"):
        with pytest.raises(OutcomeUnknown):
            await port.find(SALES, key, LONG_AGO)
    assert set(port._history._left) == {"first key-1", "first key-2"}

    monkeypatch.setattr("bot.platforms.slack.history.LEFT_FOR", 0.0)
    with pytest.raises(OutcomeUnknown):
        await port.find(SALES, "key-3", LONG_AGO)
    assert set(port._history._left) == {"first key-3"}


async def test_a_history_that_may_be_read_once_a_minute_holds_up_no_message(
    slack: SlackFake, port: SlackPort, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.platforms.slack.history.PAGE", 15)
    ref = await port.send(SALES, card("The one"), "key-1")
    for number in range(20):
        await port.send(SALES, card("Other"), f"other-{number}")
    slack.play("conversations.history", Slow(0), TooMany(60))
    with pytest.raises(OutcomeUnknown, match=r"again in 60 s\.$"):
        await port.find(SALES, "key-1", LONG_AGO)
    with pytest.raises(OutcomeUnknown, match=r"again in 60 s\.$"):
        await port.find(SALES, "key-1", LONG_AGO)
    assert len(slack.called("conversations.history")) == 2
    await port.send(SALES, card("Next"), "key-2")
    monkeypatch.setattr(port._history, "_closed_until", {})
    assert await port.find(SALES, "key-1", LONG_AGO) == ref
    assert len(slack.called("conversations.history")) == 3


async def test_only_messages_since_the_attempt_are_searched_with_a_minute_to_spare(
    slack: SlackFake, port: SlackPort, clock: MovableClock
) -> None:
    await port.send(SALES, card("Board"), "key-1")
    assert await port.find(SALES, "key-1", NOW + timedelta(seconds=59)) is not None
    assert await port.find(SALES, "key-1", NOW + timedelta(seconds=61)) is None


async def test_a_message_in_a_thread_is_posted_and_found_there(slack: SlackFake, port: SlackPort) -> None:
    parent = await port.send(SALES, card("Review"), "key-1")
    thread = Address(1, "C1SALES", is_person=False, ref={"thread": parent.message_id})
    ref = await port.send(thread, card("First question"), "key-2")
    assert slack.messages["C1SALES"][1].thread_ts == parent.message_id
    assert await port.find(thread, "key-2", LONG_AGO) == ref


async def test_a_persons_zone_language_and_standing_are_read(slack: SlackFake, port: SlackPort) -> None:
    slack.add_person("U3ANA", "Ana", deleted=True)
    mei, jack, ana = [await port.person(1, each) for each in ("U1MEI", "U2JACK", "U3ANA")]
    assert mei is not None
    assert jack is not None
    assert ana is not None
    assert (mei.timezone, mei.locale, mei.e_mail) == ("Asia/Shanghai", "zh-CN", "mei@example.com")
    assert (jack.is_guest, ana.active, ana.short_name) == (True, False, "Ana")


async def test_a_large_channel_is_read_from_the_directory_without_bots(slack: SlackFake, port: SlackPort) -> None:
    people = [f"U{number}BIG" for number in range(35)]
    for person in people:
        slack.add_person(person, f"Bea {person}")
    slack.add_person("U9BOT", "Helper", is_bot=True)
    slack.add_channel("C3BIG", *people, "U9BOT")
    members = await port.members(Address(1, "C3BIG", is_person=False))
    assert sorted(member.external_id for member in members) == sorted(people)
    assert slack.called("users.info") == []


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("ratelimited", RateLimited),
        ("channel_not_found", Unreachable),
        ("is_archived", Unreachable),
        ("account_inactive", NotDelivered),
        ("not_in_channel", Unreachable),
        ("is_inactive", Unreachable),
        ("user_disabled", Unreachable),
        ("restricted_action", Unreachable),
        ("messages_tab_disabled", Unreachable),
        ("external_channel_migrating", NotDelivered),
        ("missing_scope", AppRefused),
        ("not_allowed_token_type", AppRefused),
        ("token_revoked", NotDelivered),
        ("request_timeout", NotDelivered),
        ("internal_error", OutcomeUnknown),
        ("fatal_error", OutcomeUnknown),
        ("invalid_blocks", Rejected),
        ("msg_too_long", Rejected),
        ("a_code_of_tomorrow", Rejected),
    ],
)
async def test_every_refusal_has_its_class(slack: SlackFake, port: SlackPort, code: str, kind: type[ChatError]) -> None:
    slack.play("chat.postMessage", Refused(code))
    with pytest.raises(kind):
        await port.send(MEI, card("Hello"), "key-1")
    assert isinstance(refusal(code), kind)


async def test_a_token_that_slack_does_not_know_reaches_nobody(slack: SlackFake) -> None:
    apis = Apis(OneGrant("xoxb-wrong"), slack.api_url, timeout=1.0)
    with pytest.raises(NotDelivered):
        await SlackPort(apis).send(MEI, card("Hello"), "key-1")
    await apis.close()
    assert slack.texts("D1MEI") == []
