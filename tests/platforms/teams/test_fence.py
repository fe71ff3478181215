"""Behind its fence no message leaves for Teams, whatever it waited for, and in whichever thread it still is."""

import asyncio
import http.client
import socket
import threading
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.delivery.port import NO_FENCE, Fence, FencePassed, NotDelivered, OutcomeUnknown
from bot.platforms.teams.config import Limits, TeamsConfig
from bot.platforms.teams.connector import Connector, Operation
from bot.platforms.teams.credentials import Tokens
from bot.platforms.teams.pace import Pace
from bot.platforms.teams.port import text_activity
from bot.platforms.teams.threads import Threads
from tests.fakes.http import Refused, Slow
from tests.fakes.teams import BOT, TeamsFake
from tests.platforms.ear import Ear, answering, is_whole, own_certificate, server_side
from tests.platforms.teams.conftest import SALES

POSTED = answering(200, b'{"id": "1"}')


class Watch:
    """A clock that a test moves, also from another thread."""

    def __init__(self) -> None:
        self.time = 0.0
        self.fence = Fence(10.0, lambda: self.time)

    async def passes(self, _: float = 0.0) -> None:
        self.time += 60.0


def posting(text: str) -> Operation:
    return lambda calls: calls.send_to_conversation(SALES, text_activity(text, {"bot_id": BOT}))


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
async def ear() -> AsyncIterator[Ear]:
    one = await Ear(POSTED).start()
    yield one
    await one.stop()


@pytest.fixture
async def connector(config: TeamsConfig) -> AsyncIterator[Connector]:
    one = Connector(config, Tokens(config))
    await one._tokens.ensure()
    yield one
    await one.close()


def slow_lookup(monkeypatch: pytest.MonkeyPatch, meanwhile: Callable[[], object]) -> None:
    """Something happens before the address of a server is known."""
    real = socket.getaddrinfo

    def getaddrinfo(*args: Any, **kwargs: Any) -> Any:
        meanwhile()
        return real(*args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


async def test_a_connection_that_takes_too_long_is_ended_without_a_byte(
    connector: Connector, ear: Ear, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    def passes() -> None:
        watch.time = 60.0

    slow_lookup(monkeypatch, passes)
    with pytest.raises(FencePassed):
        await connector.call(ear.url, posting("Hello"), watch.fence)
    await ear.until_ended()
    assert (ear.connections, bytes(ear.heard)) == (1, b"")

    await connector.call(ear.url, posting("Hello"), Fence(1000.0, lambda: watch.time))
    assert is_whole(bytes(ear.heard))
    assert ear.connections == 2


async def test_a_connection_that_was_used_before_is_no_way_past_it(
    connector: Connector, ear: Ear, watch: Watch
) -> None:
    await connector.call(ear.url, posting("One"), watch.fence)
    first = bytes(ear.heard)
    watch.time = 60.0
    with pytest.raises(FencePassed):
        await connector.call(ear.url, posting("Two"), watch.fence)
    await ear.until_ended()
    assert (ear.connections, bytes(ear.heard)) == (1, first)


async def test_over_tls_not_a_byte_of_it_leaves_either(
    connector: Connector, watch: Watch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = own_certificate(tmp_path)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    ear = await Ear(POSTED, server_side(certificate)).start()
    watch.time = 60.0
    with pytest.raises(FencePassed):
        await connector.call(ear.url, posting("Hello"), watch.fence)
    await ear.until_ended()
    assert (ear.connections, bytes(ear.heard)) == (1, b"")
    watch.time = 0.0
    await connector.call(ear.url, posting("Hello"), watch.fence)
    assert is_whole(bytes(ear.heard))
    await connector.close()
    await ear.stop()


async def test_through_a_proxy_it_holds_as_well(
    connector: Connector, ear: Ear, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", ear.url)
    watch.time = 60.0
    with pytest.raises(FencePassed):
        await connector.call("http://teams.example/", posting("Hello"), watch.fence)
    await ear.until_ended()
    assert bytes(ear.heard) == b""
    await connector.call("http://teams.example/", posting("Hello"), NO_FENCE)
    assert bytes(ear.heard).startswith(b"POST http://teams.example/v3/conversations/")


async def test_a_tunnel_may_stand_and_the_message_stays_here_all_the_same(
    connector: Connector, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What opens the tunnel is no message, so it is not asked about; the message would come behind it."""
    proxy = await Ear(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n").start()
    monkeypatch.setenv("HTTPS_PROXY", proxy.url)
    watch.time = 60.0
    with pytest.raises(NotDelivered):
        await connector.call("https://teams.example/", posting("Hello"), watch.fence)
    assert bytes(proxy.heard).startswith(b"CONNECT teams.example:443 ")
    assert b"POST" not in proxy.heard
    await connector.close()
    await proxy.stop()


async def test_a_request_is_one_write_so_that_no_freeze_comes_between_its_parts(
    connector: Connector, ear: Ear, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[bytes] = []
    real = http.client.HTTPConnection.send

    def send(self: http.client.HTTPConnection, data: Any) -> None:
        written.append(bytes(data))
        real(self, data)

    monkeypatch.setattr(http.client.HTTPConnection, "send", send)
    await connector.call(ear.url, posting("Hello"))
    assert [is_whole(one) for one in written] == [True]
    assert written == [bytes(ear.heard)]


# --- whatever it waits for ------------------------------------------------------------------------


async def test_waiting_for_the_pace_counts(teams: TeamsFake, config: TeamsConfig, watch: Watch) -> None:
    pace = Pace(Limits(writing=((1, 2.0),), reading=(), together=()), lambda: 0.0, watch.passes)
    connector = Connector(config, Tokens(config), pace)
    await connector.call(teams.service_url, posting("One"), watch.fence)
    with pytest.raises(FencePassed):
        await connector.call(teams.service_url, posting("Two"), watch.fence)
    assert (watch.time, teams.texts(SALES), len(teams.called("POST"))) == (60.0, ["One"], 1)
    await connector.close()


async def test_waiting_for_a_token_counts(teams: TeamsFake, config: TeamsConfig, watch: Watch) -> None:
    async def fetch() -> tuple[str, float]:
        await watch.passes()
        return teams.accepted_token, 3600.0

    connector = Connector(config, Tokens(config, fetch))
    with pytest.raises(FencePassed):
        await connector.call(teams.service_url, posting("One"), watch.fence)
    assert teams.called("POST") == []
    await connector.close()


async def test_what_is_sent_again_with_a_new_token_is_asked_about_again(
    teams: TeamsFake, config: TeamsConfig, watch: Watch
) -> None:
    fetched = 0

    async def fetch() -> tuple[str, float]:
        nonlocal fetched
        fetched += 1
        watch.time = 0.0 if fetched == 1 else 60.0
        return teams.accepted_token, 3600.0

    teams.play("POST", Refused("Unauthorized", 401))
    connector = Connector(config, Tokens(config, fetch))
    with pytest.raises(FencePassed):
        await connector.call(teams.service_url, posting("One"), watch.fence)
    assert (fetched, len(teams.called("POST")), teams.texts(SALES)) == (2, 1, [])
    await connector.close()


async def test_waiting_for_a_thread_counts(teams: TeamsFake, config: TeamsConfig, watch: Watch) -> None:
    connector = Connector(replace(config, timeout=5.0), Tokens(config))
    connector._threads = Threads(5.0, at_once=1)
    teams.play("POST", Slow(0.3))
    first = asyncio.create_task(connector.call(teams.service_url, posting("One"), watch.fence))
    async with asyncio.timeout(30):
        while not teams.called("POST"):  # noqa: ASYNC110 - the fake has no event for it
            await asyncio.sleep(0.005)
    second = asyncio.create_task(connector.call(teams.service_url, posting("Two"), watch.fence))
    await asyncio.sleep(0)
    watch.time = 60.0
    await first
    with pytest.raises(FencePassed):
        await second
    assert (teams.texts(SALES), len(teams.called("POST"))) == (["One"], 1)
    await connector.close()


# --- the thread that was left behind --------------------------------------------------------------


async def test_a_thread_that_nobody_waits_for_any_more_sends_nothing(
    connector: Connector, ear: Ear, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its look-up hangs longer than the call may take; with no fence at all it is known that nothing was sent."""
    may_go_on = threading.Event()
    slow_lookup(monkeypatch, may_go_on.wait)
    connector._threads = Threads(0.2)
    with pytest.raises(NotDelivered, match="No connection to Teams"):
        await connector.call(ear.url, posting("Hello"), NO_FENCE)
    may_go_on.set()
    await ear.until_ended()
    assert (ear.connections, bytes(ear.heard)) == (1, b"")


async def test_nor_does_one_whose_call_was_called_off(
    connector: Connector, ear: Ear, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_there, may_go_on = threading.Event(), threading.Event()

    def hangs() -> None:
        is_there.set()
        may_go_on.wait()

    slow_lookup(monkeypatch, hangs)
    call = asyncio.create_task(connector.call(ear.url, posting("Hello")))
    await asyncio.to_thread(is_there.wait, 30)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    may_go_on.set()
    await ear.until_ended()
    assert (ear.connections, bytes(ear.heard)) == (1, b"")


async def test_a_call_that_left_and_was_given_up_stays_open(connector: Connector) -> None:
    silent = await Ear().start()
    connector._threads = Threads(0.2)
    with pytest.raises(OutcomeUnknown, match="in time"):
        await connector.call(silent.url, posting("Hello"), NO_FENCE)
    assert is_whole(bytes(silent.heard))
    await silent.stop()


@pytest.mark.skipif(not hasattr(socket, "TCP_USER_TIMEOUT"), reason="this system has no TCP_USER_TIMEOUT")
async def test_the_system_is_told_when_to_give_up(
    connector: Connector, ear: Ear, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    real = http.client.HTTPConnection.send

    def send(self: http.client.HTTPConnection, data: Any) -> None:
        seen.append(self.sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT))
        real(self, data)

    monkeypatch.setattr(http.client.HTTPConnection, "send", send)
    await connector.call(ear.url, posting("Hello"))
    assert seen == [20_000]
