"""The fake Slack itself: a fake that lies is worse than none."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.fakes.http import Server
from tests.fakes.slack import APP_TOKEN, TOKEN, SlackFake


def client(slack: SlackFake, token: str = TOKEN) -> AsyncWebClient:
    return AsyncWebClient(token=token, base_url=slack.api_url, retry_handlers=[])


async def refused(call: Any) -> str:
    """The code of a call that must be refused."""
    with pytest.raises(SlackApiError) as told:
        await call
    return str(told.value.response["error"])


# --- Socket Mode ----------------------------------------------------------------------------------


async def socket_of(slack: SlackFake, session: aiohttp.ClientSession) -> aiohttp.ClientWebSocketResponse:
    opened = await client(slack).apps_connections_open(app_token=APP_TOKEN)
    socket = await session.ws_connect(opened["url"])
    hello = await socket.receive_json()
    assert hello["type"] == "hello"
    return socket


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def test_a_connection_needs_the_app_token_and_a_fresh_ticket(
    slack: SlackFake, session: aiohttp.ClientSession
) -> None:
    web_client = client(slack)
    assert await refused(web_client.apps_connections_open(app_token=TOKEN)) == "not_allowed_token_type"
    assert await refused(web_client.apps_connections_open(app_token="xapp-guessed")) == "invalid_auth"
    assert await refused(client(slack, APP_TOKEN).auth_test()) == "not_allowed_token_type"

    url = (await web_client.apps_connections_open(app_token=APP_TOKEN))["url"]
    await session.ws_connect(url)
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await session.ws_connect(url)


async def test_an_envelope_is_acknowledged_with_its_payload(slack: SlackFake, session: aiohttp.ClientSession) -> None:
    slack.mode = "socket"
    socket = await socket_of(slack, session)
    commanded = asyncio.create_task(slack.command("board"))
    envelope = await socket.receive_json()
    assert (envelope["type"], envelope["accepts_response_payload"]) == ("slash_commands", True)
    assert (envelope["payload"]["command"], envelope["payload"]["text"]) == ("/okr", "board")
    await socket.send_json({"envelope_id": envelope["envelope_id"], "payload": {"text": "Here"}})

    assert ((await commanded).status, (await commanded).body) == (200, {"text": "Here"})
    assert slack.sockets.faults == []


async def test_an_event_that_nobody_acknowledges_comes_again_with_its_number(
    slack: SlackFake, session: aiohttp.ClientSession
) -> None:
    slack.mode, slack.ack_seconds = "socket", 0.05
    socket = await socket_of(slack, session)
    assert not (await slack.message("45k")).acknowledged
    first = await socket.receive_json()
    slack.ack_seconds = 3.0
    again = asyncio.create_task(slack.retry())
    second = await socket.receive_json()
    await socket.send_json({"envelope_id": second["envelope_id"]})

    assert [answer.acknowledged for answer in await again] == [True]
    assert [(each["retry_attempt"], each["payload"]["event_id"]) for each in (first, second)] == [
        (0, first["payload"]["event_id"]),
        (1, first["payload"]["event_id"]),
    ]
    assert await slack.retry() == []


async def test_an_event_is_given_up_after_three_retries(slack: SlackFake) -> None:
    slack.mode = "socket"
    await slack.message("45k")
    for _ in range(3):
        assert len(await slack.retry()) == 1
    assert await slack.retry() == []


async def test_a_retry_by_http_says_so_and_can_be_forbidden(slack: SlackFake) -> None:
    heard: list[tuple[str | None, str | None]] = []
    answers = [web.Response(status=500), web.Response(status=400, headers={"x-slack-no-retry": "1"})]

    async def receive(request: web.Request) -> web.Response:
        heard.append((request.headers.get("x-slack-retry-num"), request.headers.get("x-slack-retry-reason")))
        return answers.pop(0)

    app = web.Application()
    app.router.add_post("/slack/events", receive)
    server = Server(app)
    await server.start()
    slack.app_url = server.url
    await slack.message("45k")
    await slack.retry()
    await server.stop()
    assert heard == [(None, None), ("1", "http_error")]
    assert await slack.retry() == []


async def test_several_connections_take_turns_and_are_told_to_go(
    slack: SlackFake, session: aiohttp.ClientSession
) -> None:
    slack.mode = "socket"
    sockets = [await socket_of(slack, session) for _ in range(2)]
    await slack.sockets.connected(2)
    for socket in sockets:
        sent = asyncio.create_task(slack.message("45k"))
        envelope = await socket.receive_json()
        await socket.send_json({"envelope_id": envelope["envelope_id"]})
        assert (await sent).acknowledged

    await slack.sockets.disconnect("warning")
    assert [(await socket.receive_json())["reason"] for socket in sockets] == ["warning", "warning"]
    gone = asyncio.create_task(slack.sockets.disconnect("refresh_requested"))
    assert [(await socket.receive_json())["reason"] for socket in sockets] == ["refresh_requested"] * 2
    assert [(await socket.receive()).type for socket in sockets] == [aiohttp.WSMsgType.CLOSE] * 2
    await gone
    assert slack.sockets.count == 0


async def test_what_slack_would_not_understand_is_named(slack: SlackFake, session: aiohttp.ClientSession) -> None:
    slack.mode = "socket"
    socket = await socket_of(slack, session)
    sent = asyncio.create_task(slack.message("45k"))
    envelope = await socket.receive_json()
    await socket.send_str("nonsense")
    await socket.send_json({"envelope_id": "guessed"})
    await socket.send_json({"envelope_id": envelope["envelope_id"], "payload": {"text": "for nobody"}})
    await sent
    assert [fault.split(":")[0] for fault in slack.sockets.faults] == [
        "no acknowledgement",
        "acknowledges what was not sent",
        "a payload where none is accepted",
    ]
    slack.sockets.faults.clear()


async def test_slack_s_own_client_understands_it(slack: SlackFake) -> None:
    async def authorize(**_: Any) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id=None, bot_token=TOKEN)

    app = AsyncApp(signing_secret="x", authorize=authorize, client=client(slack))

    @app.command("/okr")
    async def on_command(ack: Any, body: Any) -> None:
        await ack(f"heard {body['text']}")

    handler = AsyncSocketModeHandler(app, APP_TOKEN, web_client=client(slack))
    slack.mode = "socket"
    await handler.connect_async()  # type: ignore[no-untyped-call]
    await slack.sockets.connected()
    assert (await slack.command("board")).body == {"text": "heard board"}
    await handler.close_async()  # type: ignore[no-untyped-call]
    assert slack.sockets.faults == []
