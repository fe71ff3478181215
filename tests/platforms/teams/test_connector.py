"""Every call is made once, holds up nobody else, and its failure is known for what it is."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from aiohttp import web

from bot.clock import MovableClock
from bot.delivery.port import (
    Address,
    ChatError,
    NotDelivered,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    Unreachable,
    Why,
    why_of,
)
from bot.platforms.teams.app import TeamsPlatform
from bot.platforms.teams.config import NO_LIMITS, Limits, TeamsConfig
from bot.platforms.teams.connector import Connector, Operation
from bot.platforms.teams.credentials import Tokens
from bot.platforms.teams.pace import Pace
from bot.platforms.teams.port import text_activity
from bot.platforms.teams.threads import AT_ONCE, Threads
from storage.settings import SHARED_ALLOWED
from tests.delivery.contract import card
from tests.fakes.http import Broken, Dropped, Refused, Server, Slow, TooMany, pause
from tests.fakes.teams import BOT, TENANT, TeamsFake
from tests.platforms.teams.conftest import MEI, SALES, App

CHAT = f"a:{MEI}"


OPEN = {"shared": SHARED_ALLOWED}
"""Whoever reads a place: nobody asks here (test_readers.py does)."""


def at(teams: TeamsFake, conversation: str) -> Address:
    ref = OPEN | {
        "service_url": teams.service_url,
        "conversation_id": conversation,
        "tenant_id": TENANT,
        "bot_id": BOT,
    }
    return Address(1, conversation, is_person=conversation == CHAT, ref=ref)


# --- once -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("stored", [False, True], ids=["before it was stored", "after it was stored"])
@pytest.mark.parametrize("is_warm", [False, True], ids=["a new connection", "one that was used before"])
async def test_a_connection_that_drops_is_exactly_one_post(
    teams: TeamsFake, platform: TeamsPlatform, stored: bool, is_warm: bool
) -> None:
    if is_warm:
        await platform.port.send(at(teams, CHAT), card("Warms up"), "key-0")
    before = len(teams.called("POST"))
    teams.play("POST", Dropped(stored))
    with pytest.raises(OutcomeUnknown):
        await platform.port.send(at(teams, SALES), card("The board"), "key-1")
    assert len(teams.called("POST")) - before == 1
    assert teams.texts(SALES) == (["The board"] if stored else [])


@pytest.mark.parametrize("verb", ["PUT", "DELETE"])
@pytest.mark.parametrize("trouble", [Dropped(False), Dropped(True), Broken(503), Broken(502, stored=True)])
async def test_an_update_and_a_deletion_are_made_once_too(
    teams: TeamsFake, platform: TeamsPlatform, verb: str, trouble: Dropped | Broken
) -> None:
    message = await platform.port.send(at(teams, SALES), card("Old"), "key-1")
    teams.play(verb, trouble)
    port = platform.port
    with pytest.raises(OutcomeUnknown):
        await (port.update(message, card("New"), "key-1") if verb == "PUT" else port.delete(message))
    assert len(teams.called(verb)) == 1


async def test_a_token_that_is_refused_twice_is_the_end_of_it(teams: TeamsFake, platform: TeamsPlatform) -> None:
    await platform.port.send(at(teams, SALES), card("One"), "key-1")
    teams.play("POST", Refused("Unauthorized", 401), Refused("Unauthorized", 401))
    with pytest.raises(NotDelivered, match="401"):
        await platform.port.send(at(teams, SALES), card("Two"), "key-2")
    assert (len(teams.called("POST")), teams.token_calls) == (3, 2)
    await platform.port.send(at(teams, SALES), card("Two"), "key-2")
    assert teams.texts(SALES) == ["One", "Two"]


async def test_twenty_messages_at_once_need_one_token(teams: TeamsFake, platform: TeamsPlatform) -> None:
    await asyncio.gather(*(platform.port.send(at(teams, SALES), card("Hi"), f"key-{n}") for n in range(20)))
    assert (teams.token_calls, len(teams.messages(SALES))) == (1, 20)


# --- what a failure means -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (412, "PreconditionFailed", NotDelivered),
        (408, "RequestTimeout", OutcomeUnknown),
        (500, "ServiceError", OutcomeUnknown),
        (502, "BadGateway", OutcomeUnknown),
        (504, "GatewayTimeout", OutcomeUnknown),
        (413, "MessageSizeTooBig", Rejected),
        (400, "BadSyntax", Rejected),
        (302, "Found", Rejected),
    ],
)
async def test_a_status_says_whether_it_may_be_tried_again(
    teams: TeamsFake, platform: TeamsPlatform, status: int, code: str, kind: type[ChatError]
) -> None:
    teams.play("POST", Refused(code, status))
    with pytest.raises(kind, match=f"{status} {code}"):
        await platform.port.send(at(teams, SALES), card("Hello"), "key-1")
    assert len(teams.called("POST")) == 1


@pytest.mark.parametrize("where", [SALES, CHAT])
@pytest.mark.parametrize(
    ("status", "code", "why"),
    [
        (403, "BotNotInConversationRoster", Why.NOT_MEMBER),
        (403, "MessageWritesBlocked", Why.ARCHIVED),
        (403, "ForbiddenOperationException", Why.NOT_MEMBER),
        (404, "ConversationNotFound", Why.GONE),
    ],
)
async def test_of_a_channel_it_is_known_why_it_cannot_be_written_to(
    teams: TeamsFake, platform: TeamsPlatform, where: str, status: int, code: str, why: Why
) -> None:
    teams.play("POST", Refused(code, status))
    with pytest.raises(Unreachable) as raised:
        await platform.port.send(at(teams, where), card("Hello"), "key-1")
    assert raised.value.why is (why if where == SALES else Why.OTHER)
    assert why_of(str(raised.value))[0] is raised.value.why


@dataclass
class Pages:
    """A proxy in front of Teams that answers with a page of its own."""

    url: str = ""
    status: int = 502
    text: str = "<html>upstream</html>"
    headers: dict[str, str] = field(default_factory=dict)
    calls: int = 0

    async def answer(self, _: web.Request) -> web.Response:
        self.calls += 1
        return web.Response(status=self.status, text=self.text, content_type="text/html", headers=self.headers)


@pytest.fixture
async def pages() -> AsyncIterator[Pages]:
    one = Pages()
    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", one.answer)
    server = Server(app)
    await server.start()
    one.url = f"{server.url}/emea/"
    yield one
    await server.stop()


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (200, OutcomeUnknown),
        (202, OutcomeUnknown),
        (302, Rejected),
        (403, Unreachable),
        (404, Unreachable),
        (412, NotDelivered),
        (413, Rejected),
        (429, RateLimited),
        (502, OutcomeUnknown),
        (503, OutcomeUnknown),
    ],
)
async def test_a_page_instead_of_an_answer_means_what_its_status_means(
    platform: TeamsPlatform, pages: Pages, status: int, kind: type[ChatError]
) -> None:
    pages.status = status
    pages.headers = {"Location": f"{pages.url}elsewhere"} if status == 302 else {}
    address = Address(1, SALES, is_person=False, ref=OPEN | {"service_url": pages.url, "conversation_id": SALES})
    with pytest.raises(kind):
        await platform.port.send(address, card("Hello"), "key-1")
    assert pages.calls == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "7",
        '{"error": 7}',
        '{"error": {"code": {}}}',
        '{"error": {"code": "' + "x" * 5_000 + '"}}',
        "[" * 9_000,
        "\udcff",
    ],
)
async def test_an_error_that_cannot_be_read_is_still_what_its_status_says(
    platform: TeamsPlatform, pages: Pages, text: str
) -> None:
    pages.status, pages.text = 403, text.encode("utf-8", "replace").decode()
    address = Address(1, SALES, is_person=False, ref=OPEN | {"service_url": pages.url, "conversation_id": SALES})
    with pytest.raises(Unreachable) as raised:
        await platform.port.send(address, card("Hello"), "key-1")
    assert len(str(raised.value)) < 200


@pytest.mark.parametrize(
    ("asked", "seconds"), [("7", 7), ("0.5", 0.5), ("0", 0), ("-3", 0), ("soon", 5), ("", 5), ("nan", 0)]
)
async def test_how_long_teams_asks_to_wait_is_taken_with_a_grain_of_salt(
    platform: TeamsPlatform, pages: Pages, asked: str, seconds: float
) -> None:
    pages.status, pages.headers = 429, {"Retry-After": asked}
    address = Address(1, SALES, is_person=False, ref=OPEN | {"service_url": pages.url, "conversation_id": SALES})
    with pytest.raises(RateLimited) as raised:
        await platform.port.send(address, card("Hello"), "key-1")
    assert raised.value.retry_after == seconds


@pytest.mark.parametrize(("asked", "seconds"), [("60", 60), ("inf", 3600), ("99999", 3600)])
async def test_a_long_wait_is_about_its_conversation_alone(
    platform: TeamsPlatform, pages: Pages, asked: str, seconds: float
) -> None:
    pages.status, pages.headers = 429, {"Retry-After": asked}
    address = Address(1, SALES, is_person=False, ref=OPEN | {"service_url": pages.url, "conversation_id": SALES})
    with pytest.raises(NotDelivered) as raised:
        await platform.port.send(address, card("Hello"), "key-1")
    assert raised.value.retry_after == seconds


async def test_a_conversation_that_is_refused_again_and_again_holds_nobody_else_up(
    platform: TeamsPlatform, pages: Pages
) -> None:
    pages.status, pages.headers = 429, {"Retry-After": "0"}
    address = Address(1, SALES, is_person=False, ref=OPEN | {"service_url": pages.url, "conversation_id": SALES})
    with pytest.raises(RateLimited):
        await platform.port.send(address, card("Hello"), "key-1")
    with pytest.raises(NotDelivered) as raised:
        await platform.port.send(address, card("Hello"), "key-1")
    assert raised.value.retry_after is None


# --- the pace -------------------------------------------------------------------------------------


async def test_a_conversation_that_teams_throttled_is_left_alone_and_others_are_not(
    teams: TeamsFake, config: TeamsConfig, platform: TeamsPlatform
) -> None:
    teams.play("POST", TooMany(60))
    with pytest.raises(NotDelivered, match="leave this conversation alone for 60 s"):
        await platform.port.send(at(teams, SALES), card("One"), "key-1")
    with pytest.raises(NotDelivered, match="there is room in 60 s"):
        await platform.port.send(at(teams, SALES), card("One"), "key-1")
    assert len(teams.called("POST")) == 1
    await platform.port.send(at(teams, CHAT), card("Hello"), "key-2")
    assert teams.texts(CHAT) == ["Hello"]


def posting(conversation: str, message: object) -> Operation:
    return lambda calls: calls.send_to_conversation(conversation, message)


async def test_a_teams_that_keeps_its_limits_never_has_to_refuse(
    teams: TeamsFake, config: TeamsConfig, clock: MovableClock
) -> None:
    """Both sides count in the same seconds, which pass by waiting alone."""

    async def sleep(seconds: float) -> None:
        clock.move_to(clock.now() + timedelta(seconds=seconds))

    teams.limits.on = True
    connector = Connector(config, Tokens(config), Pace(Limits(), lambda: clock.now().timestamp(), sleep))
    message = text_activity("One", {"bot_id": BOT})
    postponed = 0
    for number in range(200):
        where = SALES if number % 4 else CHAT
        try:
            await connector.call(teams.service_url, posting(where, message))
        except NotDelivered:
            postponed += 1
            await sleep(5)
    assert (teams.limits.refused, postponed > 0) == (0, True)
    assert len(teams.messages(SALES)) + len(teams.messages(CHAT)) == 200 - postponed
    await connector.close()


async def test_updates_and_deletions_count_and_reading_members_does_not(teams: TeamsFake, config: TeamsConfig) -> None:
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(round(seconds))

    pace = Pace(Limits(writing=((2, 3.0),), reading=(), together=()), lambda: 0.0, sleep)
    connector = Connector(config, Tokens(config), pace)
    message = text_activity("One", {"bot_id": BOT})
    posted = await connector.call(teams.service_url, lambda calls: calls.send_to_conversation(SALES, message))
    await connector.call(teams.service_url, lambda calls: calls.get_conversation_paged_members(SALES))
    await connector.call(teams.service_url, lambda calls: calls.update_activity(SALES, posted.id, message))
    assert waited == []
    await connector.call(teams.service_url, lambda calls: calls.delete_activity(SALES, posted.id))
    assert waited == [3]
    await connector.close()


# --- threads --------------------------------------------------------------------------------------


async def test_slow_calls_leave_the_loops_own_threads_to_others(teams: TeamsFake, platform: TeamsPlatform) -> None:
    """The SDK would hold every thread of the loop's small pool, which the database and others wait for."""
    loop = asyncio.get_running_loop()
    teams.play("POST", *[Slow(0.3)] * 3 * AT_ONCE)
    sending = [
        asyncio.create_task(platform.port.send(at(teams, SALES), card("Hi"), f"key-{n}")) for n in range(3 * AT_ONCE)
    ]
    await asyncio.wait(sending, timeout=0.2)
    began = loop.time()
    await asyncio.gather(*(asyncio.to_thread(time.monotonic) for _ in range(40)))
    assert loop.time() - began < 0.2
    assert len(teams.called("POST")) <= AT_ONCE
    await asyncio.gather(*sending)
    assert len(teams.messages(SALES)) == 3 * AT_ONCE


async def test_a_call_that_never_began_is_known_not_to_have_been_made() -> None:
    held = threading.Event()
    threads = Threads(limit=0.2, at_once=1)
    busy = asyncio.create_task(threads.run(held.wait))
    await asyncio.sleep(0)
    with pytest.raises(NotDelivered, match="Too many calls"):
        await threads.run(lambda: None)
    with pytest.raises(TimeoutError):
        await busy
    held.set()
    threads.close()


async def test_a_thread_that_was_left_behind_comes_back() -> None:
    held = threading.Event()
    threads = Threads(limit=0.2, at_once=1)
    with pytest.raises(TimeoutError):
        await threads.run(held.wait)
    held.set()
    assert await threads.run(lambda: "again") == "again"
    threads.close()


async def test_an_answer_that_trickles_in_ends_with_the_limit(config: TeamsConfig, teams: TeamsFake, app: App) -> None:
    """Each byte comes within the time for one read; the limit for the whole ends it all the same."""

    async def trickle(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "100"})
        await response.prepare(request)
        for _ in range(100):
            await response.write(b" ")
            await pause(Slow(0.05))
        return response

    web_app = web.Application()
    web_app.router.add_route("*", "/{rest:.*}", trickle)
    server = Server(web_app)
    await server.start()
    quick = replace(config, timeout=0.2, cloud=replace(config.cloud, limits=NO_LIMITS))
    connector = Connector(quick, Tokens(quick))
    message = text_activity("One", {"bot_id": BOT})
    with pytest.raises(OutcomeUnknown, match="in time"):
        await connector.call(f"{server.url}/", lambda calls: calls.send_to_conversation(SALES, message))
    await connector.close()
    await server.stop()
