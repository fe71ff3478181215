"""A small real Slack: the Web API methods that Okra calls, and signed requests as Slack makes them."""

import itertools
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aiohttp import web

from bot.clock import Clock
from tests.fakes.http import Broken, Dropped, Refused, Server, TooMany, Trouble, cut, pause
from tests.fakes.slack.socket import Sockets
from tests.fakes.slack.values import (
    APP_ID,
    APP_TOKEN,
    BOT_ID,
    BOT_USER,
    TEAM,
    TOKEN,
    Answer,
    Call,
    Json,
    Message,
    Refusal,
)
from tests.fakes.slack.wire import Mode, Wire

MOST_RETRIES = 3
"""How often Slack sends an event again (docs.slack.dev/apis/events-api#retries)."""


@dataclass(slots=True)
class Unacknowledged:
    """An event that Slack will send again."""

    body: Json
    attempts: int
    reason: str


@dataclass(slots=True)
class _ResponseUrl:
    channel: str
    message_ts: str | None
    uses: list[dict[str, Any]] = field(default_factory=list)


class SlackFake:
    """Strict about the token, JSON, metadata, triggers and what exists. `clock` gives the messages their time."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._count = itertools.count(1)
        self._troubles: dict[str, deque[Trouble]] = {}
        self._triggers: dict[str, float] = {}
        self._urls: dict[str, _ResponseUrl] = {}
        self.trigger_lifetime = 3.0
        self.calls: list[Call] = []
        self.people: dict[str, dict[str, Any]] = {}
        self.channels: dict[str, list[str]] = {}
        self.messages: dict[str, list[Message]] = {}
        self.ephemeral: list[dict[str, Any]] = []
        self.views: list[dict[str, Any]] = []
        self.unacknowledged: list[Unacknowledged] = []
        self._wire = Wire()
        app = web.Application()
        app.router.add_post("/api/{method}", self._api)
        app.router.add_post("/respond/{token}", self._respond)
        app.router.add_get("/link/", self._wire.sockets.serve)
        self._server = Server(app)

    async def start(self) -> None:
        await self._server.start()

    async def stop(self) -> None:
        await self._wire.sockets.close()
        await self._server.stop()

    @property
    def app_url(self) -> str:
        """Where the app listens, for deliveries by HTTP."""
        return self._wire.app_url

    @app_url.setter
    def app_url(self, url: str) -> None:
        self._wire.app_url = url

    @property
    def mode(self) -> Mode:
        """Whether deliveries go out by HTTP or by Socket Mode."""
        return self._wire.mode

    @mode.setter
    def mode(self, mode: Mode) -> None:
        self._wire.mode = mode

    @property
    def ack_seconds(self) -> float:
        """How long Slack waits for an acknowledgement."""
        return self._wire.ack_seconds

    @ack_seconds.setter
    def ack_seconds(self, seconds: float) -> None:
        self._wire.ack_seconds = seconds

    @property
    def sockets(self) -> Sockets:
        """The connections of Socket Mode: wait for them, disconnect them, cut them."""
        return self._wire.sockets

    @property
    def api_url(self) -> str:
        return f"{self._server.url}/api/"

    # --- the workspace ----------------------------------------------------------------------------

    def add_person(self, user: str, name: str, **more: Any) -> None:
        """A member; `more` goes into their `users.info` (tz, locale, deleted, is_restricted, is_bot, ...)."""
        profile = {
            "real_name": name,
            "display_name": name.split()[0],
            "email": f"{name.split()[0].lower()}@example.com",
        }
        self.people[user] = {"id": user, "real_name": name, "tz": "Europe/Berlin", "profile": profile, **more}

    def add_channel(self, channel: str, *members: str) -> None:
        self.channels[channel] = list(members)

    def play(self, method: str, *troubles: Trouble) -> None:
        """Let the next calls of `method` go wrong, in this order."""
        self._troubles.setdefault(method, deque()).extend(troubles)

    def called(self, method: str) -> list[Mapping[str, Any]]:
        """The arguments of every call of a method."""
        return [call.arguments for call in self.calls if call.method == method]

    def texts(self, channel: str) -> list[str]:
        """What stands in a channel, in order."""
        return [message.text for message in self.messages.get(channel, [])]

    @property
    def responses(self) -> list[dict[str, Any]]:
        """Everything posted to any response_url, in order of the URLs."""
        return [use for url in self._urls.values() for use in url.uses]

    # --- the Web API ------------------------------------------------------------------------------

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        try:
            arguments = await self._arguments(request)
        except Refusal as refusal:
            return web.json_response({"ok": False, "error": str(refusal)})
        self.calls.append(Call(method, arguments))
        waiting = self._troubles.get(method)
        trouble = waiting.popleft() if waiting else None
        match trouble:
            case TooMany(seconds):
                headers = {"Retry-After": str(seconds)}
                return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)
            case Refused(code):
                return web.json_response({"ok": False, "error": code})
            case Broken(status, False):
                return web.Response(status=status, text="<html>upstream</html>", content_type="text/html")
            case Dropped(False):
                cut(request)
                return web.Response()
        try:
            answer = {"ok": True, **self._do(method, arguments)}
        except Refusal as refusal:
            answer = {"ok": False, "error": str(refusal)}
        await pause(trouble)
        if isinstance(trouble, Broken):
            return web.Response(status=trouble.status, text="<html>upstream</html>", content_type="text/html")
        if isinstance(trouble, Dropped):
            cut(request)
        return web.json_response(answer)

    async def _arguments(self, request: web.Request) -> dict[str, Any]:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if token not in (TOKEN, APP_TOKEN):
            raise Refusal("invalid_auth" if token else "not_authed")
        if (token == APP_TOKEN) != (request.match_info["method"] == "apps.connections.open"):
            raise Refusal("not_allowed_token_type")
        if request.content_type == "application/json":
            try:
                body = await request.json()
            except ValueError as error:
                raise Refusal("invalid_json") from error
            if not isinstance(body, dict):
                raise Refusal("json_not_object")
            return body
        if request.content_type == "application/x-www-form-urlencoded":
            return dict(await request.post())
        raise Refusal("invalid_post_type")

    def _do(self, method: str, arguments: dict[str, Any]) -> dict[str, Any]:
        doers = {
            "apps.connections.open": self._open_connection,
            "auth.test": self._auth_test,
            "chat.postMessage": self._post,
            "chat.postEphemeral": self._post_ephemeral,
            "chat.update": self._update,
            "chat.delete": self._delete,
            "views.open": self._open_view,
            "conversations.open": self._open_dm,
            "conversations.history": self._history,
            "conversations.replies": self._history,
            "conversations.members": self._members,
            "users.info": self._user,
            "users.list": self._users,
        }
        if method not in doers:
            raise Refusal("unknown_method")
        return doers[method](arguments)

    def _open_connection(self, _: dict[str, Any]) -> dict[str, Any]:
        url = self._server.url.replace("http://", "ws://", 1)
        return {"url": f"{url}/link/?ticket={self.sockets.new_ticket()}&app_id={APP_ID}"}

    def _auth_test(self, _: dict[str, Any]) -> dict[str, Any]:
        return {"team_id": TEAM, "team": "Pretend", "user_id": BOT_USER, "bot_id": BOT_ID}

    def _post(self, arguments: dict[str, Any]) -> dict[str, Any]:
        channel = self._channel(arguments)
        message = Message(
            self._ts(),
            arguments.get("text", ""),
            _blocks(arguments),
            _metadata(arguments),
            arguments.get("thread_ts"),
        )
        if not message.text:
            raise Refusal("no_text")
        self.messages.setdefault(channel, []).append(message)
        return {"channel": channel, "ts": message.ts, "message": {"text": message.text}}

    def _post_ephemeral(self, arguments: dict[str, Any]) -> dict[str, Any]:
        self._channel(arguments)
        if arguments.get("user") not in self.channels.get(arguments["channel"], ()):
            raise Refusal("user_not_in_channel")
        self.ephemeral.append(arguments)
        return {"message_ts": self._ts()}

    def _update(self, arguments: dict[str, Any]) -> dict[str, Any]:
        message = self._message(arguments)
        message.text, message.blocks = arguments.get("text", ""), _blocks(arguments)
        message.metadata = _metadata(arguments) or message.metadata
        message.edits += 1
        return {"channel": arguments["channel"], "ts": message.ts}

    def _delete(self, arguments: dict[str, Any]) -> dict[str, Any]:
        self.messages[arguments["channel"]].remove(self._message(arguments))
        return {"channel": arguments["channel"], "ts": arguments["ts"]}

    def _open_view(self, arguments: dict[str, Any]) -> dict[str, Any]:
        issued = self._triggers.pop(arguments.get("trigger_id", ""), None)
        if issued is None:
            raise Refusal("exchanged_trigger_id")
        if time.monotonic() - issued > self.trigger_lifetime:
            raise Refusal("expired_trigger_id")
        view = arguments.get("view")
        if not isinstance(view, dict) or view.get("type") != "modal" or not view.get("blocks"):
            raise Refusal("invalid_arguments")
        self.views.append({**view, "id": f"V{next(self._count)}", "hash": f"{next(self._count)}.h"})
        return {"view": self.views[-1]}

    def _open_dm(self, arguments: dict[str, Any]) -> dict[str, Any]:
        if arguments.get("users") not in self.people:
            raise Refusal("user_not_found")
        return {"channel": {"id": f"D{arguments['users'][1:]}"}}

    def _history(self, arguments: dict[str, Any]) -> dict[str, Any]:
        channel, oldest = self._channel(arguments), float(arguments.get("oldest", "0"))
        with_metadata = arguments.get("include_all_metadata") == "true"
        thread = arguments.get("ts")
        found = [
            _shown(message, with_metadata)
            for message in reversed(self.messages.get(channel, []))
            if float(message.ts) > oldest and thread in (None, message.ts, message.thread_ts)
        ]
        return _page("messages", found, arguments)

    def _members(self, arguments: dict[str, Any]) -> dict[str, Any]:
        return _page("members", self.channels[self._channel(arguments)], arguments)

    def _user(self, arguments: dict[str, Any]) -> dict[str, Any]:
        user = self.people.get(arguments.get("user", ""))
        if user is None:
            raise Refusal("user_not_found")
        return {"user": _person(user, arguments)}

    def _users(self, arguments: dict[str, Any]) -> dict[str, Any]:
        return _page("members", [_person(user, arguments) for user in self.people.values()], arguments)

    def _channel(self, arguments: dict[str, Any]) -> str:
        channel = arguments.get("channel", "")
        if channel in self.people:
            return f"D{channel[1:]}"
        if channel in self.channels or f"U{channel[1:]}" in self.people:
            return str(channel)
        raise Refusal("channel_not_found")

    def _message(self, arguments: dict[str, Any]) -> Message:
        for message in self.messages.get(arguments.get("channel", ""), []):
            if message.ts == arguments.get("ts"):
                return message
        raise Refusal("message_not_found")

    async def _respond(self, request: web.Request) -> web.Response:
        url = self._urls.get(request.match_info["token"])
        if url is None or len(url.uses) >= 5:
            return web.json_response({"ok": False, "error": "used_url"}, status=404)
        body = await request.json()
        url.uses.append(body)
        if body.get("replace_original") and url.message_ts is not None:
            message = self._message({"channel": url.channel, "ts": url.message_ts})
            message.text, message.blocks = body["text"], body.get("blocks", [])
        return web.Response(text="ok")

    # --- what Slack sends to the app --------------------------------------------------------------

    async def command(self, text: str, *, user: str = "U1MEI", channel: str = "C1SALES", name: str = "/okr") -> Answer:
        """Somebody types a slash command."""
        form = {
            "command": name,
            "text": text,
            "team_id": TEAM,
            "user_id": user,
            "channel_id": channel,
            "trigger_id": self._trigger(),
            "response_url": self._response_url(channel, None),
            "api_app_id": APP_ID,
        }
        return await self._wire.deliver("slash_commands", form)

    async def message(
        self, text: str, *, user: str = "U1MEI", event_id: str | None = None, thread_ts: str | None = None, **more: Any
    ) -> Answer:
        """Somebody writes to the bot; `more` goes into the event (subtype, bot_id, channel_type, ...)."""
        event = {
            "type": "message",
            "channel": f"D{user[1:]}",
            "channel_type": "im",
            "user": user,
            "text": text,
            "ts": self._ts(),
            **({"thread_ts": thread_ts} if thread_ts else {}),
            **more,
        }
        return await self.event({name: value for name, value in event.items() if value is not None}, event_id)

    async def mention(self, text: str, *, user: str = "U1MEI", channel: str = "C1SALES") -> Answer:
        """Somebody names the bot in a channel."""
        event = {"type": "app_mention", "channel": channel, "user": user, "ts": self._ts()}
        return await self.event({**event, "text": f"<@{BOT_USER}> {text}"})

    async def event(self, event: Mapping[str, Any], event_id: str | None = None) -> Answer:
        """Any event of the Events API."""
        body = {
            "type": "event_callback",
            "team_id": TEAM,
            "api_app_id": APP_ID,
            "event_id": event_id or f"Ev{next(self._count)}",
            "event_time": int(self._clock.now().timestamp()),
            "authorizations": [{"team_id": TEAM, "user_id": BOT_USER, "is_bot": True}],
            "event": dict(event),
        }
        return await self._event(Unacknowledged(body, 0, ""))

    async def retry(self) -> list[Answer]:
        """Send every event again that was not acknowledged: at once here, after a moment, 1 and 5 minutes there."""
        again, self.unacknowledged = self.unacknowledged, []
        return [await self._event(each) for each in again]

    async def _event(self, event: Unacknowledged) -> Answer:
        answer = await self._wire.deliver("events_api", event.body, event.attempts, event.reason)
        forbidden = answer.headers.get("x-slack-no-retry") == "1"
        if not answer.acknowledged and not forbidden and event.attempts < MOST_RETRIES:
            event.reason = "http_error" if answer.status else "http_timeout"
            event.attempts += 1
            self.unacknowledged.append(event)
        return answer

    async def press(
        self,
        element: Mapping[str, Any],
        *,
        user: str = "U1MEI",
        channel: str = "D1MEI",
        message_ts: str = "1.000001",
        ephemeral: bool = False,
    ) -> Answer:
        """Somebody presses a button or picks a menu entry; `element` is the action as Block Kit sends it."""
        payload = {
            "type": "block_actions",
            "team": {"id": TEAM},
            "user": {"id": user, "team_id": TEAM},
            "channel": {"id": channel},
            "container": {
                "type": "message",
                "message_ts": message_ts,
                "channel_id": channel,
                "is_ephemeral": ephemeral,
            },
            "actions": [{"block_id": "b", "action_ts": self._ts(), **element}],
            "trigger_id": self._trigger(),
            "response_url": self._response_url(channel, message_ts),
        }
        return await self.interaction(payload)

    async def submit(self, view: Mapping[str, Any], values: Mapping[str, Any], *, user: str = "U1MEI") -> Answer:
        """Somebody sends the modal `view`; `values` is its state by block and action id."""
        payload = {
            "type": "view_submission",
            "team": {"id": TEAM},
            "user": {"id": user, "team_id": TEAM},
            "trigger_id": self._trigger(),
            "view": {**view, "team_id": TEAM, "state": {"values": values}},
            "response_urls": [],
        }
        return await self.interaction(payload)

    async def interaction(self, payload: Mapping[str, Any]) -> Answer:
        """Any interactive payload."""
        return await self._wire.deliver("interactive", dict(payload))

    async def post(self, body: str, **how: Any) -> Answer:
        """Post any body to the app, by HTTP whatever the mode; `how` as `Wire.post` has it."""
        return await self._wire.post(body, **how)

    def _trigger(self) -> str:
        trigger = f"{next(self._count)}.trigger"
        self._triggers[trigger] = time.monotonic()
        return trigger

    def _response_url(self, channel: str, message_ts: str | None) -> str:
        token = f"r{next(self._count)}"
        self._urls[token] = _ResponseUrl(channel, message_ts)
        return f"{self._server.url}/respond/{token}"

    def _ts(self) -> str:
        now: datetime = self._clock.now()
        return f"{int(now.timestamp())}.{next(self._count):06d}"


def _blocks(arguments: Mapping[str, Any]) -> list[dict[str, Any]]:
    blocks = arguments.get("blocks", [])
    if not isinstance(blocks, list) or len(blocks) > 50:
        raise Refusal("invalid_blocks")
    if not all(isinstance(block, dict) and block.get("type") for block in blocks):
        raise Refusal("invalid_blocks")
    return blocks


def _metadata(arguments: Mapping[str, Any]) -> dict[str, Any] | None:
    metadata = arguments.get("metadata")
    if metadata is None:
        return None
    if not isinstance(metadata, dict) or set(metadata) != {"event_type", "event_payload"}:
        raise Refusal("invalid_metadata_format")
    return metadata


def _shown(message: Message, with_metadata: bool) -> dict[str, Any]:
    shown: dict[str, Any] = {"type": "message", "ts": message.ts, "text": message.text, "bot_id": BOT_ID}
    if message.metadata is not None:
        shown["metadata"] = message.metadata if with_metadata else {"event_type": message.metadata["event_type"]}
    return shown


def _person(user: Mapping[str, Any], arguments: Mapping[str, Any]) -> dict[str, Any]:
    shown = dict(user)
    if arguments.get("include_locale") != "true":
        shown.pop("locale", None)
    return shown


def _page(name: str, items: list[Any], arguments: Mapping[str, Any]) -> dict[str, Any]:
    start, limit = int(arguments.get("cursor") or 0), int(arguments.get("limit", 100))
    following = start + limit if start + limit < len(items) else None
    return {
        name: items[start : start + limit],
        "response_metadata": {"next_cursor": "" if following is None else str(following)},
    }
