"""Behind its fence no message leaves for Slack: the question stands where the first byte is written."""

import asyncio
import json
import socket
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from aiohttp import AddrInfoType

from bot.delivery.port import NO_FENCE, Fence, FencePassed, NotDelivered, OutcomeUnknown
from bot.platforms import sockets
from bot.platforms.slack.grants import Apis, OneGrant
from bot.platforms.slack.port import SlackPort
from tests.delivery.contract import LONG_AGO, card
from tests.fakes.http import Slow
from tests.fakes.slack import TOKEN, SlackFake
from tests.platforms.ear import Ear, answering, is_whole, own_certificate, server_side
from tests.platforms.slack.test_port import MEI, SALES

POSTED = answering(200, json.dumps({"ok": True, "channel": "D1MEI", "ts": "1.000001"}).encode())


class Watch:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.time = 0.0
        self.fence = Fence(10.0, lambda: self.time)


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def slow_sockets(monkeypatch: pytest.MonkeyPatch, watch: Watch) -> None:
    """A minute passes before a connection stands."""
    real = sockets.opened

    def opened(address: AddrInfoType) -> socket.socket:
        watch.time += 60.0
        return real(address)

    monkeypatch.setattr(sockets, "opened", opened)


@pytest.fixture
async def ear() -> AsyncIterator[Ear]:
    one = await Ear(POSTED).start()
    yield one
    await one.stop()


@pytest.mark.usefixtures("slow_sockets")
async def test_a_connection_that_takes_too_long_is_ended_without_a_byte(ear: Ear, watch: Watch) -> None:
    apis = Apis(OneGrant(TOKEN), ear.url, timeout=5.0)
    with pytest.raises(FencePassed):
        await SlackPort(apis).send(MEI, card("Hello"), "key-1", watch.fence)
    await ear.until_ended()
    assert (ear.connections, bytes(ear.heard)) == (1, b"")

    ref = await SlackPort(apis).send(MEI, card("Hello"), "key-1", Fence(1000.0, lambda: watch.time))
    assert (ref.message_id, ear.connections) == ("1.000001", 2)
    assert is_whole(bytes(ear.heard))
    await apis.close()


async def test_over_tls_not_a_byte_of_it_leaves_either(tmp_path: Path, watch: Watch) -> None:
    certificate = own_certificate(tmp_path)
    ear = await Ear(POSTED, server_side(certificate)).start()
    apis = Apis(OneGrant(TOKEN), ear.url, timeout=5.0)
    trusting = aiohttp.TCPConnector(ssl=ssl.create_default_context(cafile=certificate), socket_factory=sockets.opened)
    apis._connections._session = aiohttp.ClientSession(connector=trusting)
    watch.time = 60.0
    with pytest.raises(FencePassed):
        await SlackPort(apis).send(MEI, card("Hello"), "key-1", watch.fence)
    await ear.until_ended()
    assert (ear.connections, bytes(ear.heard)) == (1, b"")
    watch.time = 0.0
    await SlackPort(apis).send(MEI, card("Hello"), "key-1", watch.fence)
    assert is_whole(bytes(ear.heard))
    await apis.close()
    await ear.stop()


@pytest.fixture
async def one_connection(slack: SlackFake) -> AsyncIterator[Apis]:
    """All messages share one connection, so that each waits for the one before."""
    apis = Apis(OneGrant(TOKEN), slack.api_url, timeout=5.0)
    apis._connections._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=1))
    yield apis
    await apis.close()


async def until_called(slack: SlackFake, times: int) -> None:
    async with asyncio.timeout(30):
        while len(slack.called("chat.postMessage")) < times:  # noqa: ASYNC110 - the fake has no event for it
            await asyncio.sleep(0.005)


async def test_what_waits_for_a_connection_until_it_is_too_late_does_not_reach_slack(
    slack: SlackFake, one_connection: Apis, watch: Watch
) -> None:
    port = SlackPort(one_connection)
    slack.play("chat.postMessage", Slow(0.3))
    first = asyncio.create_task(port.send(MEI, card("One"), "key-1", watch.fence))
    await until_called(slack, 1)
    second = asyncio.create_task(port.send(MEI, card("Two"), "key-2", watch.fence))
    await asyncio.sleep(0)
    watch.time = 60.0
    await first
    with pytest.raises(FencePassed):
        await second
    assert (slack.texts("D1MEI"), len(slack.called("chat.postMessage"))) == (["One"], 1)

    await port.send(MEI, card("Two"), "key-2")
    assert slack.texts("D1MEI") == ["One", "Two"]


async def test_what_gave_up_waiting_for_a_connection_is_known_not_to_have_been_sent(
    slack: SlackFake, one_connection: Apis
) -> None:
    port = SlackPort(one_connection)
    slack.play("chat.postMessage", Slow(0.5))
    first = asyncio.create_task(port.send(MEI, card("One"), "key-1"))
    await until_called(slack, 1)
    one_connection._timeout = 0.1
    with pytest.raises(NotDelivered, match="no connection in time"):
        await port.send(MEI, card("Two"), "key-2")
    await first
    assert await port.find(MEI, "key-2", LONG_AGO) is None
    assert len(slack.called("chat.postMessage")) == 1


async def test_what_was_called_off_while_it_waited_for_a_connection_never_leaves(
    slack: SlackFake, one_connection: Apis
) -> None:
    port = SlackPort(one_connection)
    slack.play("chat.postMessage", Slow(0.3))
    first = asyncio.create_task(port.send(MEI, card("One"), "key-1"))
    await until_called(slack, 1)
    second = asyncio.create_task(port.send(MEI, card("Two"), "key-2"))
    await asyncio.sleep(0)
    second.cancel()
    await first
    with pytest.raises(asyncio.CancelledError):
        await second
    await port.send(MEI, card("Three"), "key-3")
    assert slack.texts("D1MEI") == ["One", "Three"]


async def test_asking_who_reads_a_channel_costs_time_too(
    slack: SlackFake, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    apis = Apis(OneGrant(TOKEN), slack.api_url, timeout=5.0)

    async def slowly(*_: object) -> None:
        watch.time = 60.0

    port = SlackPort(apis)
    monkeypatch.setattr(port.channels, "must_be_ours", slowly)
    with pytest.raises(FencePassed):
        await port.send(SALES, card("The board"), "key-1", watch.fence)
    assert slack.called("chat.postMessage") == []
    await apis.close()


async def test_a_request_is_sent_on_to_no_other_address(slack: SlackFake) -> None:
    """Whoever answers so is not Slack; and sent on, a message would leave once more without being asked for."""
    elsewhere = await Ear(answering(307, b"", f"Location: {slack.api_url}chat.postMessage")).start()
    apis = Apis(OneGrant(TOKEN), elsewhere.url, timeout=5.0)
    with pytest.raises(NotDelivered, match="307"):
        await SlackPort(apis).send(MEI, card("Hello"), "key-1")
    assert slack.calls == []
    await apis.close()
    await elsewhere.stop()


@pytest.mark.parametrize("said", [b"", b"[]", b"7", b"<html>", b'{"ok": "', b"\xff", b"[" * 100_000, b"{}"])
async def test_an_answer_that_cannot_be_read_leaves_open_whether_it_was_posted(said: bytes) -> None:
    ear = await Ear(answering(200, said)).start()
    apis = Apis(OneGrant(TOKEN), ear.url, timeout=5.0)
    with pytest.raises(OutcomeUnknown):
        await SlackPort(apis).send(MEI, card("Hello"), "key-1")
    await apis.close()
    await ear.stop()


async def test_a_long_message_is_handed_over_whole_though_nobody_reads_it_yet() -> None:
    """What stayed with us would leave when a frozen process goes on, whatever its fence says by then."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        apis = Apis(OneGrant(TOKEN), f"http://127.0.0.1:{server.getsockname()[1]}/", timeout=0.3)
        api = await apis.of_installation(1)
        with pytest.raises(OutcomeUnknown):
            await api.send("chat.postMessage", NO_FENCE, text="x" * 150_000)
        await apis.close()
        connection, _ = server.accept()
        arrived = bytearray()
        with connection:
            connection.settimeout(5)
            while chunk := connection.recv(65536):
                arrived += chunk
    assert is_whole(bytes(arrived))
    assert len(arrived) > 150_000
