"""The fake Teams itself: one server with the Bot Connector, the token endpoint and the keys."""

from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiohttp import web

from bot.clock import Clock
from tests.fakes.http import Broken, Dropped, Refused, Server, TooMany, Trouble, cut, pause
from tests.fakes.teams.connector import OPERATIONS, ROUTES, Ask
from tests.fakes.teams.deliveries import Deliveries
from tests.fakes.teams.limits import Limits
from tests.fakes.teams.state import Conversation, State, Team
from tests.fakes.teams.values import TENANT, Call, Garbled, Json, Message, Refusal

_HTML = "<html>upstream</html>"


class TeamsFake(Deliveries):
    """Strict about tokens, parameters, cards, who is where and what exists.

    `clock` gives everything its time and moves the windows of the rate limits (`limits.on`). `stop` fails where the
    app sent a card that Teams would not show as meant; a test that means to do so takes that back by `forgive`.
    """

    def __init__(self, clock: Clock) -> None:
        super().__init__(State(clock), lambda: self._server.url)
        self._troubles: dict[str, deque[Trouble | Garbled]] = {}
        self._seen: set[tuple[str, str]] = set()
        self.calls: list[Call] = []
        self.faults: list[str] = []
        self.limits = Limits(clock)
        self.page_size: int | None = 1
        """How many members a page holds; None: as many as are asked for, but 50 to 500, as Teams has it."""
        app = web.Application()
        app.add_routes(self.routes())
        app.router.add_get("/onedrive/{key}", self._download)
        for verb, path, operation in ROUTES:
            app.router.add_route(verb, f"/emea{path}", self._doing(operation))
        self._server = Server(app)

    async def start(self) -> None:
        await self._server.start()

    async def stop(self) -> None:
        await self._server.stop()
        assert not self.faults, f"Cards that Teams would not show as meant: {self.faults}"

    def forgive(self) -> list[str]:
        """What was wrong with cards until now; forgotten from here on."""
        faults, self.faults = self.faults, []
        return faults

    @property
    def url(self) -> str:
        """Where this Teams stands."""
        return self._server.url

    @property
    def clock(self) -> Clock:
        """The time in Teams, which the limits count in too."""
        return self._state.clock

    @clock.setter
    def clock(self, clock: Clock) -> None:
        self._state.clock, self.limits.clock = clock, clock

    # --- the tenant -------------------------------------------------------------------------------

    def add_person(
        self,
        object_id: str,
        name: str,
        *,
        installed: bool = True,
        zone: str = "Asia/Shanghai",
        locale: str = "en-US",
        **more: Any,
    ) -> str:
        """Somebody, with the app in their personal chat if it is `installed`; returns the chat's id.

        `zone` and `locale` are those of their machine; `more` goes into what member lists say of them.
        """
        given, _, surname = name.partition(" ")
        self.people[object_id] = {
            "id": f"29:{object_id}",
            "name": name,
            "aadObjectId": object_id,
            "objectId": object_id,
            "givenName": given,
            "surname": surname,
            "email": f"{given.lower()}@example.com",
            "userPrincipalName": f"{given.lower()}@example.com",
            "tenantId": TENANT,
            "userRole": "user",
            **more,
        }
        self._state.zones[object_id], self._state.locales[object_id] = zone, locale
        if installed:
            self._state.chat_of(object_id).installed = True
        return f"a:{object_id}"

    def add_conversation(self, conversation: str, *people: str) -> Conversation:
        """A group chat or meeting chat, or, by its id, a channel of a team of its own; the app is in it."""
        return self._state.add_conversation(conversation, people)

    def add_team(
        self, team: str, name: str, *people: str, channels: Mapping[str, str] | None = None, has_app: bool = True
    ) -> Team:
        """A team whose General channel has the id `team`, and further channels (id -> name)."""
        members = [self.people[each] for each in people]
        self._state.add_team(team, name, members, dict(channels or {}))
        self.teams[team].has_app = has_app
        return self.teams[team]

    def add_chat(self, conversation: str, *people: str, has_app: bool = True) -> Conversation:
        """A group chat (`19:...@thread.v2`) or a meeting's chat (`19:meeting_...`), perhaps without the app."""
        chat = self._state.add_conversation(conversation, people)
        chat.installed = has_app
        return chat

    @property
    def people(self) -> dict[str, Json]:
        """Everybody, by Entra object id, as member lists have them."""
        return self._state.people

    @property
    def teams(self) -> dict[str, Team]:
        return self._state.teams

    @property
    def conversations(self) -> dict[str, Conversation]:
        return self._state.conversations

    # --- what reached Teams -----------------------------------------------------------------------

    def play(self, on: str, *troubles: Trouble | Garbled) -> None:
        """Let the next calls go wrong, in this order: of an HTTP verb, of an operation (`send`, ...), or "*" of any.

        Or those in one conversation, by its id.
        """
        self._troubles.setdefault(on, deque()).extend(troubles)

    def called(self, verb: str) -> list[Call]:
        """Every call with a verb, or of an operation."""
        return [call for call in self.calls if verb in (call.verb, call.operation)]

    def messages(self, conversation: str) -> list[Message]:
        """What the app posted in a conversation and did not take away."""
        return self.conversations[conversation].messages

    def texts(self, conversation: str) -> list[str]:
        """The same as text, in order."""
        return [message.text for message in self.messages(conversation)]

    def said(self, person: str, conversation: str | None = None) -> list[Message]:
        """What a person wrote, in their personal chat or elsewhere."""
        where = self.conversations[conversation or f"a:{person}"]
        return [message for message in where.history if message.person == person]

    def thread(self, root: Message) -> list[Message]:
        """What the app posted under a message."""
        return [each for each in self.messages(root.conversation) if each.thread == root.id]

    def books(self) -> dict[str, list[str]]:
        """How every message of the app begins, by conversation; none where there is none."""
        lines = {name: [(text.splitlines() or [""])[0] for text in self.texts(name)] for name in self.conversations}
        return {name: begins for name, begins in lines.items() if begins}

    def read(self, conversation: str) -> list[Message]:
        """What the app posted there since it was last read; from then on it counts as read."""
        found = [each for each in self.messages(conversation) if (conversation, each.id) not in self._seen]
        self._seen |= {(conversation, each.id) for each in found}
        return found

    @property
    def unread(self) -> dict[str, list[str]]:
        """The texts of what nobody has read yet, by conversation."""
        left = {
            name: [each.text for each in self.messages(name) if (name, each.id) not in self._seen]
            for name in self.conversations
        }
        return {name: texts for name, texts in left.items() if texts}

    # --- the connector ----------------------------------------------------------------------------

    def _doing(self, operation: str) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handler(request: web.Request) -> web.StreamResponse:
            return await self._connector(request, operation)

        return handler

    async def _connector(self, request: web.Request, operation: str) -> web.StreamResponse:
        try:
            body = await request.json() if request.can_read_body else {}
        except ValueError:
            return _refused(Refusal(400, "BadSyntax", "The body is no JSON."))
        if not isinstance(body, dict):
            return _refused(Refusal(400, "BadSyntax", "The body is no object."))
        self.calls.append(Call(request.method, request.path, body, operation))
        if request.headers.get("Authorization") != f"Bearer {self.accepted_token}":
            return _refused(Refusal(401, "Unauthorized"))
        trouble = self._trouble(operation, request.method, request.match_info.get("conversation", ""))
        match trouble:
            case TooMany(seconds):
                return _refused(_throttled(seconds))
            case Refused(code, status):
                return _refused(Refusal(status, code))
            case Broken(status, False):
                return web.Response(status=status, text=_HTML, content_type="text/html")
            case Dropped(False):
                cut(request)
                return web.Response()
        answer = self._answer(request, operation, body)
        match trouble:
            case Broken(status):
                return web.Response(status=status, text=_HTML, content_type="text/html")
            case Garbled(text):
                return web.Response(text=text, content_type="application/json")
            case Dropped():
                cut(request)
            case _:
                await pause(trouble)
        return answer

    async def _download(self, request: web.Request) -> web.StreamResponse:
        """A file, for whoever has its address; a token has no business there."""
        assert "Authorization" not in request.headers, "The address alone opens a file; a token must not go there."
        trouble = self._trouble("download")
        if isinstance(trouble, Refused):
            return web.Response(status=302, headers={"Location": f"{self.url}/onedrive/{request.match_info['key']}"})
        if isinstance(trouble, Broken):
            return web.Response(status=trouble.status)
        if isinstance(trouble, Dropped):
            cut(request)
        if not isinstance(trouble, Garbled):
            await pause(trouble)
        data = self.sent.get(request.match_info["key"])
        return web.Response(status=404) if data is None else web.Response(body=data)

    def _trouble(self, *names: str) -> Trouble | Garbled | None:
        for name in (*names, "*"):
            if waiting := self._troubles.get(name):
                return waiting.popleft()
        return None

    def _answer(self, request: web.Request, operation: str, body: Json) -> web.Response:
        ask = Ask(self._state, body, request.query, **request.match_info, page_size=self.page_size, faults=self.faults)
        if wait := self.limits.wait(operation, ask.conversation.partition(";")[0] or ask.team or _target(body)):
            return _refused(_throttled(wait))
        try:
            status, answer = OPERATIONS[operation](ask)
        except Refusal as refusal:
            return _refused(refusal)
        return web.Response(status=status) if answer is None else web.json_response(answer, status=status)


def _target(body: Json) -> str:
    """What a conversation is created in, for the limits."""
    data = body.get("channelData")
    channel = data.get("channel") if isinstance(data, dict) else None
    return str(channel.get("id", "")) if isinstance(channel, dict) else str(body.get("members"))


def _throttled(seconds: int) -> Refusal:
    return Refusal(429, "Throttled", "Too many requests.", Retry_After=str(seconds))


def _refused(refusal: Refusal) -> web.Response:
    error: dict[str, Any] = {"code": refusal.code, "message": refusal.message}
    return web.json_response({"error": error}, status=refusal.status, headers=refusal.headers)
