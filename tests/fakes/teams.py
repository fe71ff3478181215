"""A small real Teams: the connector's REST API, the token endpoint, and requests signed with keys of its own."""

import itertools
import json
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import aiohttp
import jwt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from jwt.algorithms import RSAAlgorithm

from bot.clock import Clock
from tests.fakes.http import Broken, Dropped, Refused, Server, TooMany, Trouble, cut, pause

APP_ID = "11111111-0000-0000-0000-00000000okra"
PASSWORD = "pretend-secret"
TENANT = "aaaaaaaa-0000-0000-0000-0000000tenant"
BOT = f"28:{APP_ID}"
ISSUER = "https://api.botframework.com"
ACCESS_TOKEN = "pretend-access-token"


@cache
def rsa_key(name: str) -> RSAPrivateKey:
    """A key pair by name; made once for all tests, because making one is slow."""
    return generate_private_key(public_exponent=65537, key_size=2048)


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the connector, as it arrived."""

    verb: str
    path: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the app answered to one of our requests."""

    status: int
    text: str


@dataclass(slots=True)
class Message:
    """A message that stands in a conversation."""

    id: str
    activity: dict[str, Any]
    edits: int = 0

    @property
    def card(self) -> dict[str, Any]:
        """Its Adaptive Card; empty for plain text."""
        attached = self.activity.get("attachments") or [{}]
        card = attached[0].get("content", {})
        assert isinstance(card, dict)
        return card

    @property
    def text(self) -> str:
        """What a person without cards would read."""
        return str(self.activity.get("text") or self.card.get("fallbackText", ""))

    def actions(self) -> list[dict[str, Any]]:
        """Every button, wherever it stands."""
        return list(_actions(self.card))


@dataclass(slots=True)
class _Conversation:
    members: list[dict[str, Any]] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    blocked: bool = False


class TeamsFake:
    """Strict about tokens and what exists. `clock` gives what is sent to the app its time."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._count = itertools.count(1)
        self._troubles: dict[str, deque[Trouble]] = {}
        self.conversations: dict[str, _Conversation] = {}
        self.people: dict[str, dict[str, Any]] = {}
        self.calls: list[Call] = []
        self.token_calls = 0
        self.key_calls = 0
        self.keys = ["key-1"]
        self.endorsements = ["msteams"]
        self.token_lifetime = 3600
        self.token_trouble: Trouble | None = None
        self.accepted_token = ACCESS_TOKEN
        self.page_size = 1
        self.app_url = ""
        app = web.Application()
        app.router.add_post("/{tenant}/oauth2/v2.0/token", self._token)
        app.router.add_get("/metadata", self._metadata)
        app.router.add_get("/keys", self._keys)
        base = "/emea/v3/conversations/{conversation}"
        app.router.add_post(f"{base}/activities", self._connector)
        app.router.add_route("*", f"{base}/activities/{{activity}}", self._connector)
        app.router.add_get(f"{base}/members/{{member}}", self._connector)
        app.router.add_get(f"{base}/pagedmembers", self._connector)
        self._server = Server(app)

    async def start(self) -> None:
        await self._server.start()

    async def stop(self) -> None:
        await self._server.stop()

    @property
    def url(self) -> str:
        return self._server.url

    @property
    def metadata_url(self) -> str:
        return f"{self.url}/metadata"

    @property
    def service_url(self) -> str:
        return f"{self.url}/emea/"

    # --- the tenant -------------------------------------------------------------------------------

    def add_person(self, object_id: str, name: str, **more: Any) -> str:
        """Somebody whose personal chat with the bot exists; returns its conversation id."""
        given, _, surname = name.partition(" ")
        self.people[object_id] = {
            "id": f"29:{object_id}",
            "name": name,
            "aadObjectId": object_id,
            "objectId": object_id,
            "givenName": given,
            "surname": surname,
            "email": f"{given.lower()}@example.com",
            "tenantId": TENANT,
            "userRole": "user",
            **more,
        }
        chat = f"a:{object_id}"
        self.add_conversation(chat, object_id)
        return chat

    def add_conversation(self, conversation: str, *people: str) -> None:
        self.conversations[conversation] = _Conversation([self.people[each] for each in people])

    def play(self, verb: str, *troubles: Trouble) -> None:
        """Let the next calls with an HTTP verb go wrong, in this order."""
        self._troubles.setdefault(verb, deque()).extend(troubles)

    def called(self, verb: str) -> list[Call]:
        return [call for call in self.calls if call.verb == verb]

    def messages(self, conversation: str) -> list[Message]:
        return self.conversations[conversation].messages

    def texts(self, conversation: str) -> list[str]:
        """What stands in a conversation, in order."""
        return [message.text for message in self.messages(conversation)]

    # --- Microsoft's side -------------------------------------------------------------------------

    async def _token(self, request: web.Request) -> web.StreamResponse:
        self.token_calls += 1
        form = await request.post()
        match self.token_trouble:
            case TooMany(seconds):
                return web.json_response({"error": "throttled"}, status=429, headers={"Retry-After": str(seconds)})
            case Broken(status, _):
                return web.Response(status=status)
            case Dropped():
                cut(request)
        good = {"grant_type": "client_credentials", "client_id": APP_ID, "client_secret": PASSWORD}
        if request.match_info["tenant"] != TENANT or any(form.get(name) != value for name, value in good.items()):
            return web.json_response({"error": "invalid_client"}, status=401)
        return web.json_response(
            {"token_type": "Bearer", "access_token": self.accepted_token, "expires_in": self.token_lifetime}
        )

    async def _metadata(self, _: web.Request) -> web.Response:
        self.key_calls += 1
        return web.json_response({"issuer": ISSUER, "jwks_uri": f"{self.url}/keys"})

    async def _keys(self, _: web.Request) -> web.Response:
        keys = [json.loads(RSAAlgorithm.to_jwk(rsa_key(name).public_key())) | {"kid": name} for name in self.keys]
        return web.json_response({"keys": [key | {"endorsements": self.endorsements} for key in keys]})

    async def _connector(self, request: web.Request) -> web.StreamResponse:
        body = await request.json() if request.can_read_body else {}
        self.calls.append(Call(request.method, request.path, body))
        if request.headers.get("Authorization") != f"Bearer {self.accepted_token}":
            return _error(401, "Unauthorized")
        waiting = self._troubles.get(request.method)
        trouble = waiting.popleft() if waiting else None
        match trouble:
            case TooMany(seconds):
                return _error(429, "Throttled", {"Retry-After": str(seconds)})
            case Refused(code, status):
                return _error(status, code)
            case Broken(status, False):
                return web.Response(status=status, text="<html>upstream</html>", content_type="text/html")
            case Dropped(False):
                cut(request)
                return web.Response()
        answer = self._do(request, body)
        await pause(trouble)
        if isinstance(trouble, Broken):
            return web.Response(status=trouble.status, text="<html>upstream</html>", content_type="text/html")
        if isinstance(trouble, Dropped):
            cut(request)
        return answer

    def _do(self, request: web.Request, body: dict[str, Any]) -> web.Response:
        name = request.match_info["conversation"].partition(";messageid=")[0]
        conversation = self.conversations.get(name)
        if conversation is None:
            return _error(404, "ConversationNotFound")
        if conversation.blocked:
            return _error(403, "MessageWritesBlocked")
        if "member" in request.match_info:
            member = request.match_info["member"]
            found = [each for each in conversation.members if member in (each["id"], each["aadObjectId"])]
            return web.json_response(found[0]) if found else _error(404, "MemberNotFoundInConversation")
        if request.path.endswith("/pagedmembers"):
            return self._page(conversation, request)
        if request.method == "POST":
            if len(json.dumps(body)) > 100_000:
                return _error(413, "MessageSizeTooBig")
            message = Message(f"m{next(self._count)}", body)
            conversation.messages.append(message)
            return web.json_response({"id": message.id}, status=201)
        standing = [each for each in conversation.messages if each.id == request.match_info["activity"]]
        if not standing:
            return _error(404, "ActivityNotFoundInConversation")
        if request.method == "DELETE":
            conversation.messages.remove(standing[0])
            return web.Response(status=200)
        standing[0].activity, standing[0].edits = body, standing[0].edits + 1
        return web.json_response({"id": standing[0].id})

    def _page(self, conversation: _Conversation, request: web.Request) -> web.Response:
        start = int(request.query.get("continuationToken", 0))
        page = conversation.members[start : start + self.page_size]
        body: dict[str, Any] = {"members": page}
        if start + self.page_size < len(conversation.members):
            body["continuationToken"] = str(start + self.page_size)
        return web.json_response(body)

    # --- what Teams sends to the app --------------------------------------------------------------

    def activity(self, person: str = "mei-object-id", conversation: str | None = None, **more: Any) -> dict[str, Any]:
        """An activity as Teams makes it; `more` overrides or adds, None takes a part away."""
        personal = conversation is None
        who = self.people[person]
        body = {
            "type": "message",
            "id": f"in{next(self._count)}",
            "timestamp": self._clock.now().isoformat().replace("+00:00", "Z"),
            "localTimezone": "Asia/Shanghai",
            "channelId": "msteams",
            "serviceUrl": self.service_url,
            "from": {"id": who["id"], "name": who["name"], "aadObjectId": who["aadObjectId"]},
            "conversation": {
                "id": f"a:{person}" if personal else conversation,
                "conversationType": "personal" if personal else "channel",
                "tenantId": TENANT,
            },
            "recipient": {"id": BOT, "name": "Okra"},
            "channelData": {"tenant": {"id": TENANT}},
            "locale": "en-US",
            **more,
        }
        return {name: value for name, value in body.items() if value is not None}

    async def says(self, text: str, **more: Any) -> Answer:
        """Somebody writes to the bot."""
        return await self.post(self.activity(text=text, **more))

    async def mentions(self, text: str, conversation: str, **more: Any) -> Answer:
        """Somebody names the bot in a channel."""
        entity = {"type": "mention", "text": "<at>Okra</at>", "mentioned": {"id": BOT, "name": "Okra"}}
        body = self.activity(conversation=conversation, text=f"<at>Okra</at> {text}", entities=[entity], **more)
        return await self.post(body)

    async def presses(
        self, message: Message, action: Mapping[str, Any], inputs: Mapping[str, str] | None = None, **more: Any
    ) -> Answer:
        """Somebody presses a button of a message that we posted, with what stands in its inputs."""
        value = {**action["data"], **(inputs or {})}
        return await self.post(self.activity(value=value, replyToId=message.id, **more))

    def claims(self, **more: Any) -> dict[str, Any]:
        """What a genuine token says."""
        now = int(time.time())
        claims = {
            "iss": ISSUER,
            "aud": APP_ID,
            "serviceurl": self.service_url,
            "nbf": now - 10,
            "exp": now + 600,
            **more,
        }
        return {name: value for name, value in claims.items() if value is not None}

    def token(self, *, key: str = "key-1", kid: str | None = None, algorithm: str = "RS256", **claims: Any) -> str:
        """A signed token; the arguments make it a wrong one."""
        signer: Any = rsa_key(key) if algorithm.startswith("RS") else "a-shared-secret-that-is-long-enough-for-hs256"
        return jwt.encode(self.claims(**claims), signer, algorithm=algorithm, headers={"kid": kid or key})

    async def post(self, body: object, *, authorization: str | None = "") -> Answer:
        """Post to the app with a genuine token, or with the `authorization` given, or with none."""
        headers = {"Content-Type": "application/json"}
        if authorization == "":
            authorization = f"Bearer {self.token()}"
        if authorization is not None:
            headers["Authorization"] = authorization
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{self.app_url}/api/messages", data=data, headers=headers) as answer,
        ):
            return Answer(answer.status, await answer.text())


def _error(status: int, code: str, headers: Mapping[str, str] | None = None) -> web.Response:
    return web.json_response({"error": {"code": code, "message": code}}, status=status, headers=headers)


def _actions(element: object) -> Any:
    if isinstance(element, dict):
        if str(element.get("type", "")).startswith("Action."):
            yield element
        for each in element.values():
            yield from _actions(each)
    elif isinstance(element, list):
        for each in element:
            yield from _actions(each)
