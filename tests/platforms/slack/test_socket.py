"""Socket Mode stays connected, loses nothing, and acknowledges only what was taken."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from slack_bolt.async_app import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.delivery.port import NotDelivered, Rejected
from bot.intake.inbound import Say
from bot.platforms.slack import socket as socket_module
from bot.platforms.slack.app import SlackPlatform
from bot.platforms.slack.grants import OneGrant
from bot.platforms.slack.socket import SlackSocket
from tests.fakes.http import Broken, Dropped, Refused, TooMany
from tests.fakes.slack import APP_TOKEN, TOKEN, SlackFake
from tests.fakes.slack.wire import Mode
from tests.platforms.slack.conftest import Accepting, card

OPEN = "apps.connections.open"


@pytest.fixture
def mode() -> Mode:
    return "socket"


@dataclass
class Taking:
    """What stands behind the socket: remembers requests, and answers when `held` is let go."""

    status: int = 200
    requests: list[AsyncBoltRequest] = field(default_factory=list)
    held: asyncio.Event = field(default_factory=asyncio.Event)
    arrived: asyncio.Condition = field(default_factory=asyncio.Condition)
    at_once: int = 0
    most_at_once: int = 0

    async def __call__(self, request: AsyncBoltRequest, /) -> BoltResponse:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        async with self.arrived:
            self.requests.append(request)
            self.arrived.notify_all()
        try:
            await self.held.wait()
        finally:
            self.at_once -= 1
        return BoltResponse(status=self.status, body="")

    async def has(self, count: int) -> None:
        """Wait until so many requests are here."""
        async with asyncio.timeout(5), self.arrived:
            await self.arrived.wait_for(lambda: len(self.requests) >= count)

    @property
    def texts(self) -> list[str]:
        return [request.body["event"]["text"] for request in self.requests]


@pytest.fixture
def taking() -> Taking:
    taking = Taking()
    taking.held.set()
    return taking


@dataclass
class Waits:
    """The waits between tries, written down instead of waited for."""

    seconds: list[float] = field(default_factory=list)

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
        await asyncio.sleep(0)


@pytest.fixture
def waits() -> Waits:
    return Waits()


Make = Callable[..., SlackSocket]


@pytest.fixture
async def make(slack: SlackFake, taking: Taking, waits: Waits) -> AsyncIterator[Make]:
    made: list[SlackSocket] = []

    def make(**how: Any) -> SlackSocket:
        given = {"app_token": APP_TOKEN, "api_url": slack.api_url, "timeout": 2.0, "pause": waits, **how}
        made.append(SlackSocket(dispatch=taking, **given))
        return made[-1]

    yield make
    for one in made:
        await one.close()


@pytest.fixture
async def socket(make: Make) -> SlackSocket:
    socket = make()
    await socket.start()
    return socket


def connections(slack: SlackFake) -> int:
    return len(slack.called(OPEN))


async def until(condition: Callable[[], object]) -> None:
    """Let everybody else run until it is so."""
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 - the fake has no event for each of these
            await asyncio.sleep(0)


async def again(slack: SlackFake, times: int) -> None:
    """Wait until a connection has been asked for so often and stands."""
    await until(lambda: connections(slack) >= times and slack.sockets.count > 0)


# --- envelopes ------------------------------------------------------------------------------------


async def test_an_envelope_is_acknowledged_only_when_it_was_taken(
    slack: SlackFake, taking: Taking, socket: SlackSocket
) -> None:
    slack.ack_seconds = 0.5
    taking.status = 500
    assert not (await slack.message("45k")).acknowledged
    taking.status, slack.ack_seconds = 200, 3.0
    (answer,) = await slack.retry()
    assert answer.acknowledged
    assert [request.headers for request in taking.requests] == [
        {},
        {"x-slack-retry-num": ["1"], "x-slack-retry-reason": ["http_timeout"]},
    ]
    assert {request.mode for request in taking.requests} == {"socket_mode"}


async def test_envelopes_are_worked_on_side_by_side(slack: SlackFake, taking: Taking, socket: SlackSocket) -> None:
    taking.held.clear()
    async with asyncio.TaskGroup() as people:
        answers = [people.create_task(slack.message(f"{number}k")) for number in range(20)]
        await taking.has(20)
        taking.held.set()
    assert all(answer.result().acknowledged for answer in answers)


async def test_but_not_more_than_so_many(
    slack: SlackFake, taking: Taking, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket_module, "MOST_AT_ONCE", 3)
    await make().start()
    taking.held.clear()
    async with asyncio.TaskGroup() as people:
        answers = [people.create_task(slack.message(f"{number}k")) for number in range(10)]
        await taking.has(3)
        taking.held.set()
    assert all(answer.result().acknowledged for answer in answers)
    assert (taking.most_at_once, len(taking.requests)) == (3, 10)


async def test_what_makes_no_sense_breaks_nothing(
    slack: SlackFake, taking: Taking, socket: SlackSocket, caplog: pytest.LogCaptureFixture
) -> None:
    (connection,) = slack.sockets._open
    for text in ("", "{", "[]", "null", '"hello"', "[" * 100_000, '{"type": "weather"}', '{"envelope_id": 7}'):
        await connection.socket.send_str(text)
    await connection.socket.send_bytes(b"\x00")
    assert (await slack.message("45k")).acknowledged
    assert caplog.text.count("is not understood") == 8


async def test_a_payload_that_cannot_be_read_is_not_acknowledged(
    slack: SlackFake, taking: Taking, socket: SlackSocket
) -> None:
    slack.ack_seconds = 0.3
    strange: Any = {"authorizations": 7}
    assert not (await slack.deliver("events_api", strange)).acknowledged
    assert taking.requests == []


# --- staying connected ----------------------------------------------------------------------------


@pytest.mark.parametrize("reason", ["refresh_requested", "too_many_websockets", "link_disabled"])
async def test_when_slack_asks_for_it_there_is_a_new_connection(
    slack: SlackFake, taking: Taking, socket: SlackSocket, reason: str
) -> None:
    await slack.sockets.disconnect(reason)
    await again(slack, 2)
    assert (await slack.message("45k")).acknowledged
    assert taking.texts == ["45k"]


async def test_after_a_warning_the_new_connection_stands_before_the_old_one_is_left(
    slack: SlackFake, taking: Taking, socket: SlackSocket
) -> None:
    await slack.sockets.disconnect("warning")
    async with asyncio.timeout(5):
        await slack.sockets.connected(2)
    answers = [await slack.message(f"{number}k") for number in range(4)]
    assert all(answer.acknowledged for answer in answers)
    assert taking.texts == ["0k", "1k", "2k", "3k"]
    assert set(slack.sockets.received_by) == {0, 1}


async def test_what_is_in_hand_when_the_connection_changes_is_acknowledged_there(
    slack: SlackFake, taking: Taking, socket: SlackSocket
) -> None:
    taking.held.clear()
    async with asyncio.TaskGroup() as people:
        answer = people.create_task(slack.message("45k"))
        await taking.has(1)
        await slack.sockets.disconnect("warning")
        await slack.sockets.connected(2)
        taking.held.set()
    assert answer.result().acknowledged


async def test_what_is_in_hand_when_the_connection_is_lost_comes_again_and_counts_once(
    slack: SlackFake, accept: Accepting, platform: SlackPlatform
) -> None:
    slack.ack_seconds = 0.3
    accept.meeting = asyncio.Barrier(2)
    accept.result = Say(card("Saved"))
    async with asyncio.TaskGroup() as people:
        people.create_task(slack.message("45k", event_id="Ev1"))
        await until(lambda: accept.heard)
        slack.sockets.cut()
        await until(lambda: connections(slack) == 1 and slack.sockets.count == 1)
        await accept.meeting.wait()
    accept.meeting, slack.ack_seconds = None, 3.0
    for each in await slack.retry():
        assert each.acknowledged
    await platform._after.drain(2)
    assert list(accept.recorded) == ["event:Ev1"]
    assert slack.texts("D1MEI") == ["Saved"]


async def test_tries_to_connect_are_spaced_as_slack_counts_them(
    slack: SlackFake, socket: SlackSocket, waits: Waits
) -> None:
    slack.play(OPEN, Refused("internal_error"), Broken(503), Dropped(), Refused("invalid_auth"), TooMany(90))
    slack.sockets.cut()
    await again(slack, 7)
    assert waits.seconds == [0.0, 2.0, 10.0, 30.0, 60.0, 90.0]


async def test_a_connection_that_does_not_last_is_not_asked_for_at_once(
    slack: SlackFake, socket: SlackSocket, waits: Waits, monkeypatch: pytest.MonkeyPatch
) -> None:
    slack.sockets.cut()
    await again(slack, 2)
    slack.sockets.cut()
    await again(slack, 3)
    assert waits.seconds == [0.0, 2.0]
    monkeypatch.setattr(socket_module, "STEADY_SECONDS", 0.0)
    slack.sockets.cut()
    await again(slack, 4)
    assert waits.seconds == [0.0, 2.0, 0.0]


async def test_a_ticket_is_never_used_twice(slack: SlackFake, taking: Taking, socket: SlackSocket) -> None:
    for _ in range(3):
        opened = connections(slack)
        slack.sockets.cut()
        await again(slack, opened + 1)
    assert (await slack.message("45k")).acknowledged
    assert connections(slack) == 4


# --- whether it is well ---------------------------------------------------------------------------


async def test_a_connection_that_is_down_for_more_than_a_minute_is_told(
    slack: SlackFake, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str | None] = []

    async def ask(_seconds: float) -> None:
        told.append(kept_up.problem())
        monkeypatch.setattr(kept_up, "_tolerated", 0.0)
        await asyncio.sleep(0)

    kept_up = make(pause=ask)
    assert kept_up.problem() is None
    await kept_up.start()
    assert kept_up.problem() is None
    slack.play(OPEN, Refused("invalid_auth"))
    slack.sockets.cut()
    await again(slack, 3)
    assert told == [
        None,
        "Slack cannot reach Okra: Socket Mode has been down for 0 min (Slack: invalid_auth).",
    ]
    assert (await slack.message("45k")).acknowledged
    assert kept_up.problem() is None


# --- beginning and ending -------------------------------------------------------------------------


async def test_a_token_that_slack_refuses_ends_the_start_with_one_sentence(slack: SlackFake, make: Make) -> None:
    with pytest.raises(Rejected) as refused:
        await make(app_token=TOKEN).start()
    assert str(refused.value) == (
        "Slack does not accept the app-level token (Slack: not_allowed_token_type); "
        "it begins with xapp- and needs the scope connections:write."
    )


async def test_a_slack_that_is_not_there_ends_the_start_with_one_sentence(make: Make) -> None:
    with pytest.raises(NotDelivered, match=r"^Slack's Socket Mode cannot be reached: No connection to Slack: "):
        await make(api_url="http://127.0.0.1:1/api/").start()


async def test_a_rate_limit_at_the_start_is_waited_for(slack: SlackFake, make: Make, waits: Waits) -> None:
    slack.play(OPEN, TooMany(45))
    await make().start()
    await again(slack, 2)
    assert waits.seconds == [45.0]
    assert (await slack.message("45k")).acknowledged


async def test_closing_takes_nothing_more_and_lets_what_is_in_hand_be_acknowledged(
    slack: SlackFake, taking: Taking, socket: SlackSocket
) -> None:
    slack.ack_seconds = 1.0
    taking.held.clear()
    async with asyncio.TaskGroup() as people:
        in_hand = people.create_task(slack.message("45k"))
        await taking.has(1)
        closing = people.create_task(socket.close(5))
        await asyncio.sleep(0)
        too_late = people.create_task(slack.message("46k"))
        await until(lambda: len(slack.sockets.received_by) == 2)
        taking.held.set()
        await closing
    assert in_hand.result().acknowledged
    assert not too_late.result().acknowledged
    assert taking.texts == ["45k"]
    assert slack.sockets.count == 0


async def test_closing_does_not_wait_for_ever(
    slack: SlackFake, taking: Taking, socket: SlackSocket, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    slack.ack_seconds = 0.3
    taking.held.clear()
    async with asyncio.TaskGroup() as people:
        answer = people.create_task(slack.message("45k"))
        await taking.has(1)
        await socket.close(0)
    assert not answer.result().acknowledged
    assert caplog.records == []


async def test_closing_while_nothing_stands_ends_the_tries(slack: SlackFake, socket: SlackSocket) -> None:
    slack.play(OPEN, *[Refused("internal_error")] * 1000)
    slack.sockets.cut()
    await until(lambda: connections(slack) >= 3)
    await socket.close(5)
    tried = connections(slack)
    for _ in range(20):
        await asyncio.sleep(0)
    assert connections(slack) == tried
    assert socket.problem() is None


async def test_with_an_app_token_nothing_is_served_over_http(platform: SlackPlatform, accept: Accepting) -> None:
    assert platform.routes() == []
    assert platform.problem() is None
    with pytest.raises(ValueError, match="Slack needs an app-level token or a signing secret"):
        SlackPlatform(grants=OneGrant(TOKEN), accept=accept, hear=platform._hear, clock=platform._clock)


@pytest.mark.parametrize(
    ("url", "bypassed", "proxy"),
    [
        ("wss://wss-primary.slack.com/link/?ticket=1", "", "http://proxy.example.com:3128"),
        ("wss://wss-primary.slack.com/link/?ticket=1", ".slack.com", None),
        ("ws://127.0.0.1:9/link/", "127.0.0.1", None),
    ],
)
def test_the_proxy_of_the_environment_is_used_and_its_exceptions_too(
    monkeypatch: pytest.MonkeyPatch, url: str, bypassed: str, proxy: str | None
) -> None:
    for name in ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY", "https_proxy", "http_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("https_proxy", "http://proxy.example.com:3128")
    monkeypatch.setenv("no_proxy", bypassed)
    assert socket_module._proxy_for(url) == proxy
