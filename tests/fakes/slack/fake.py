"""The fake Slack itself: one server with the Web API, response URLs, uploads, OAuth and Socket Mode."""

import json
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import web

from bot.clock import Clock
from tests.fakes.http import Broken, Dropped, Refused, Server, TooMany, Trouble, cut, pause
from tests.fakes.slack import chat, conversations, files, people, scopes, views
from tests.fakes.slack.deliveries import Deliveries
from tests.fakes.slack.limits import Limits
from tests.fakes.slack.oauth import OAuth
from tests.fakes.slack.pages import Pages
from tests.fakes.slack.socket import Sockets
from tests.fakes.slack.state import Ask, State, Token, Workspace
from tests.fakes.slack.values import APP_ID, APP_TOKEN, TEAM, TOKEN, Answer, Call, Channel, Json, Message, Refusal
from tests.fakes.slack.wire import Kind, Mode, Wire

_METHODS: dict[str, Callable[[Ask], Json]] = {
    **chat.METHODS,
    **conversations.METHODS,
    **files.METHODS,
    **people.METHODS,
    **views.METHODS,
}

_FORM_ONLY = frozenset(
    {
        "auth.revoke",
        "bots.info",
        "conversations.history",
        "conversations.info",
        "conversations.list",
        "conversations.members",
        "conversations.replies",
        "files.getUploadURLExternal",
        "files.info",
        "oauth.v2.access",
        "pins.list",
        "users.conversations",
        "users.info",
        "users.list",
    }
)
"""Methods that do not read a JSON body (docs.slack.dev/apis/web-api)."""

_NESTED = ("blocks", "metadata", "files", "attachments")
"""Arguments that come as JSON inside a form."""


class SlackFake(Deliveries):
    """Strict about tokens, scopes, JSON, blocks, metadata, triggers and what exists.

    `clock` gives the messages their time and moves the windows of the rate limits. The workspace `TEAM` is there from
    the beginning, with `TOKEN` for every scope; `people`, `channels`, `messages`, ... are those of that workspace.
    """

    def __init__(self, clock: Clock) -> None:
        self._troubles: dict[str, deque[Trouble]] = {}
        self.calls: list[Call] = []
        self.downloads: list[str] = []
        """The paths of every file that was asked for."""
        super().__init__(State(clock, lambda: self._server.url), Wire())
        self.limits = Limits(clock)
        self.oauth = OAuth(self._state)
        self.workspace = self.add_workspace(TEAM, "Pretend", token=TOKEN)
        app = web.Application()
        app.router.add_post("/api/{method}", self._api)
        app.router.add_get("/api/{method}", self._api)
        app.router.add_post("/respond/{token}", self._respond)
        app.router.add_post("/upload/{team}/{file}", self._upload)
        app.router.add_get("/files-pri/{file}/download/{name}", self._download)
        app.router.add_get("/link/", self._wire.sockets.serve)
        app.router.add_get("/oauth/v2/authorize", self.oauth.page)
        app.router.add_get("/oauth/v2/consent", self.oauth.decide)
        app.add_routes(Pages(self._state).routes())
        self._server = Server(app)

    async def start(self) -> None:
        await self._server.start()

    async def stop(self) -> None:
        await self._wire.sockets.close()
        await self._server.stop()

    @property
    def url(self) -> str:
        """Where this Slack stands."""
        return self._server.url

    @property
    def api_url(self) -> str:
        return f"{self._server.url}/api/"

    # --- how the app is set up --------------------------------------------------------------------

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
    def trigger_lifetime(self) -> float:
        """How many seconds a trigger opens a form."""
        return self._state.trigger_lifetime

    @trigger_lifetime.setter
    def trigger_lifetime(self, seconds: float) -> None:
        self._state.trigger_lifetime = seconds

    @property
    def looks_until_processed(self) -> int:
        """How often `files.info` is asked before it tells a file's type."""
        return self._state.looks_until_processed

    @looks_until_processed.setter
    def looks_until_processed(self, looks: int) -> None:
        self._state.looks_until_processed = looks

    @property
    def marketplace(self) -> bool:
        """Whether the app may read histories as apps of the Marketplace and internal ones may."""
        return self._state.marketplace

    @marketplace.setter
    def marketplace(self, marketplace: bool) -> None:
        self._state.marketplace = marketplace

    def play(self, method: str, *troubles: Trouble) -> None:
        """Let the next calls of `method` go wrong, in this order; "*" means the next calls of any method."""
        self._troubles.setdefault(method, deque()).extend(troubles)

    async def deliver(self, kind: Kind, payload: Json) -> Answer:
        """Send any payload to the app in the present mode, as it is: for what Slack should never send."""
        return await self._wire.deliver(kind, payload)

    async def post(self, body: str, **how: Any) -> Answer:
        """Post any body to the app, by HTTP whatever the mode; `how` as `Wire.post` has it."""
        return await self._wire.post(body, **how)

    # --- the workspaces ---------------------------------------------------------------------------

    def add_workspace(self, team: str, name: str, enterprise: str | None = None, token: str | None = None) -> Workspace:
        """Another workspace. With a `token` the app is installed there already."""
        self._state.workspaces[team] = Workspace(team, name, enterprise)
        if token is not None:
            self._state.tokens[token] = Token(token, team, enterprise)
        return self._state.workspaces[team]

    @property
    def workspaces(self) -> Mapping[str, Workspace]:
        """Every workspace by its id."""
        return self._state.workspaces

    @property
    def tokens(self) -> dict[str, Token]:
        """Every bot token; a test may narrow its `scopes` or set how it was `lost`."""
        return self._state.tokens

    def add_person(self, user: str, name: str, **more: Any) -> None:
        """A member; `more` goes into their `users.info` (tz, locale, deleted, is_restricted, is_bot, ...)."""
        self.workspace.add_person(user, name, **more)

    def add_channel(self, channel: str, *members: str, **more: Any) -> Channel:
        """A channel that the app is in; `more`: name, is_private, is_archived, is_ext_shared, is_member."""
        return self.workspace.add_channel(channel, *members, **more)

    def put(self, channel: str, text: str, *, user: str | None = None) -> Message:
        """A message that stands there, the app's own or somebody's, without anybody being told."""
        where = self.workspace.channel(channel).id
        return self.workspace.add(where, Message(self._state.new_ts(), text, [], user=user))

    def trigger(self, user: str = "U1MEI", view: str | None = None) -> str:
        """A trigger as a command, a press or a form carries it; `view` is the modal it comes from."""
        return self._state.new_trigger(TEAM, user, view)

    def response_url(self, channel: str, message_ts: str | None = None, *, user: str = "U1MEI") -> str:
        """A response_url as a command or a press carries it."""
        return self._state.new_response_url(TEAM, channel, user, message_ts)

    @property
    def people(self) -> dict[str, Json]:
        return self.workspace.people

    @property
    def channels(self) -> dict[str, Channel]:
        return self.workspace.channels

    @property
    def messages(self) -> dict[str, list[Message]]:
        """What the app posted for all to see, by channel."""
        return self.workspace.messages

    @property
    def history(self) -> dict[str, list[Message]]:
        """Everything that stands in each channel, people's messages and ephemeral ones too."""
        return self.workspace.history

    @property
    def ephemeral(self) -> list[Json]:
        """The arguments of every chat.postEphemeral that was accepted."""
        return self.workspace.ephemeral

    @property
    def views(self) -> list[Json]:
        """Every modal that was opened."""
        return self.workspace.views

    @property
    def homes(self) -> dict[str, Json]:
        """Home pages by person."""
        return self.workspace.homes

    @property
    def open_views(self) -> list[Json]:
        """The modals that are shown, the top one last."""
        return [view for view in self.workspace.views if not view["closed"]]

    def called(self, method: str) -> list[Mapping[str, Any]]:
        """The arguments of every call of a method."""
        return [call.arguments for call in self.calls if call.method == method]

    def texts(self, channel: str) -> list[str]:
        """What the app posted in a channel, in order."""
        return self.workspace.texts(channel)

    def said(self, user: str, channel: str | None = None) -> list[Message]:
        """What a person wrote, in the direct message with the app or in a channel."""
        return self.workspace.said(user, channel)

    @property
    def responses(self) -> list[Json]:
        """Everything posted to any response_url, in order of the URLs."""
        return [use for url in self._state.urls.values() for use in url.uses]

    # --- the Web API ------------------------------------------------------------------------------

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        headers: dict[str, str] = {}
        try:
            arguments = await _arguments(request, method)
            ask = None
            if method == "apps.connections.open":
                self._check_app_token(request)
            elif method != "oauth.v2.access":
                ask = self._ask(request, arguments)
                headers["X-OAuth-Scopes"] = ",".join(sorted(ask.token.scopes or ()))
        except Refusal as refusal:
            return _refused(refusal)
        team = ask.workspace.team if ask else ""
        self.calls.append(Call(method, arguments, team))
        trouble = self._trouble(method)
        match trouble:
            case TooMany(seconds):
                return _too_many(seconds)
            case Refused(code):
                return web.json_response({"ok": False, "error": code})
            case Broken(status, False):
                return web.Response(status=status, text="<html>upstream</html>", content_type="text/html")
            case Dropped(False):
                cut(request)
                return web.Response()
        if wait := self.limits.wait(method, team, ask):
            return _too_many(wait)
        try:
            answer = {"ok": True, **self._do(method, ask, arguments, request.headers.get("Authorization", ""))}
        except Refusal as refusal:
            answer = {"ok": False, "error": str(refusal), **refusal.more}
        await pause(trouble)
        if isinstance(trouble, Broken):
            return web.Response(status=trouble.status, text="<html>upstream</html>", content_type="text/html")
        if isinstance(trouble, Dropped):
            cut(request)
        return web.json_response(answer, headers=headers)

    def _trouble(self, method: str) -> Trouble | None:
        for name in (method, "*"):
            if waiting := self._troubles.get(name):
                return waiting.popleft()
        return None

    def _do(self, method: str, ask: Ask | None, arguments: Json, authorization: str) -> Json:
        if method == "oauth.v2.access":
            return self.oauth.access(arguments, authorization)
        if method == "apps.connections.open":
            url = self._server.url.replace("http://", "ws://", 1)
            return {"url": f"{url}/link/?ticket={self.sockets.new_ticket()}&app_id={APP_ID}"}
        if method not in _METHODS or ask is None:
            raise Refusal("unknown_method")
        scopes.check(ask, method)
        return _METHODS[method](ask)

    def _check_app_token(self, request: web.Request) -> None:
        token = _bearer(request)
        if token != APP_TOKEN:
            raise Refusal("not_allowed_token_type" if token in self._state.tokens else "invalid_auth")

    def _ask(self, request: web.Request, arguments: Json) -> Ask:
        value = _bearer(request)
        token = self._state.tokens.get(value)
        if token is None:
            raise Refusal("not_allowed_token_type" if value == APP_TOKEN else "invalid_auth" if value else "not_authed")
        if token.lost is not None:
            raise Refusal(token.lost)
        team = token.team or str(arguments.get("team_id", ""))
        workspace = self._state.workspaces.get(team)
        if workspace is None or workspace.enterprise != token.enterprise:
            raise Refusal("team_not_found" if team else "missing_argument")
        return Ask(self._state, workspace, token, arguments)

    # --- other doors ------------------------------------------------------------------------------

    async def _respond(self, request: web.Request) -> web.Response:
        url = self._state.urls.get(request.match_info["token"])
        try:
            if url is None:
                raise Refusal("expired_url")
            chat.respond(self._state, url, await request.json())
        except Refusal as refusal:
            status = 404 if str(refusal) in ("used_url", "expired_url") else 400
            return web.json_response({"ok": False, "error": str(refusal), **refusal.more}, status=status)
        return web.Response(text="ok")

    async def _upload(self, request: web.Request) -> web.Response:
        workspace = self._state.workspaces.get(request.match_info["team"])
        file = workspace.files.get(request.match_info["file"]) if workspace else None
        data = await _body(request)
        if file is None or file.complete or len(data) != file.length:
            return web.Response(status=400, text="no such upload, or another length")
        file.data = data
        return web.Response(text=f"OK - {len(data)}")

    async def _download(self, request: web.Request) -> web.StreamResponse:
        """A file that somebody sent; whoever may not have it is shown the login in its place, with 200."""
        self.downloads.append(request.path)
        team, _, name = request.match_info["file"].partition("-")
        workspace = self._state.workspaces.get(team)
        file = workspace.files.get(name) if workspace else None
        trouble = self._trouble("download")
        if isinstance(trouble, Broken):
            return web.Response(status=trouble.status, text="<html>upstream</html>", content_type="text/html")
        if isinstance(trouble, Dropped):
            cut(request)
        await pause(trouble)
        if file is None or file.data is None:
            return web.Response(status=404)
        if file.leads_to is not None:
            return web.Response(status=302, headers={"Location": file.leads_to})
        token = self._state.tokens.get(_bearer(request))
        if token is None or token.lost or (token.scopes is not None and "files:read" not in token.scopes):
            return web.Response(text="<html>Sign in to Pretend</html>", content_type="text/html")
        return web.Response(body=file.data, content_type="application/octet-stream")


async def _arguments(request: web.Request, method: str) -> Json:
    arguments: Json = dict(request.query)
    if request.method == "GET":
        return arguments
    if request.content_type == "application/json":
        try:
            body = await request.json()
        except ValueError as error:
            raise Refusal("invalid_json") from error
        if not isinstance(body, dict):
            raise Refusal("json_not_object")
        return {} if method in _FORM_ONLY else body
    if request.content_type == "application/x-www-form-urlencoded":
        return _unpacked({**arguments, **dict(await request.post())})
    if request.content_type == "application/octet-stream" and not await request.read():
        return arguments
    raise Refusal("invalid_post_type")


def _unpacked(form: Json) -> Json:
    for name in _NESTED:
        if isinstance(form.get(name), str):
            try:
                form[name] = json.loads(form[name])
            except ValueError as error:
                raise Refusal("invalid_arguments") from error
    return form


async def _body(request: web.Request) -> bytes:
    if request.content_type.startswith("multipart/"):
        form = await request.post()
        field = form.get("file") or form.get("filename")
        return field.file.read() if isinstance(field, web.FileField) else b""
    return await request.read()


def _bearer(request: web.Request) -> str:
    return request.headers.get("Authorization", "").removeprefix("Bearer ")


def _refused(refusal: Refusal) -> web.Response:
    return web.json_response({"ok": False, "error": str(refusal), **refusal.more})


def _too_many(seconds: int) -> web.Response:
    headers = {"Retry-After": str(seconds)}
    return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)
