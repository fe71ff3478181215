"""A Slack Web API client that never repeats a request by itself."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractStreamWriter
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.internal_utils import get_user_agent

from bot.delivery.port import Fence, OutcomeUnknown
from bot.intake.inbound import FileProblem
from bot.platforms import sockets
from bot.platforms.attached import NotFetched, bytes_of
from bot.platforms.departure import Departure
from bot.platforms.slack.errors import (
    TOKEN_IS_DEAD,
    code_in,
    code_of,
    from_answer,
    from_api,
    from_connection,
    from_status,
    not_sent,
)

DEFAULT_URL = "https://slack.com/api/"

Answer = Mapping[str, Any]


class Connections:
    """The connections to Slack, which clients may share: no token belongs to them. Opened when first needed."""

    def __init__(self, timeout: float) -> None:
        self._timeout = timeout
        self._session: aiohttp.ClientSession | None = None

    def open(self) -> aiohttp.ClientSession:
        """The session. Made here and not at construction: a session belongs to the loop that runs it."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                # No limit: no workspace waits for another one's slow answers.
                connector=aiohttp.TCPConnector(limit=0, socket_factory=sockets.opened),
                cookie_jar=aiohttp.DummyCookieJar(),  # what Slack sets for one workspace is not sent for another
                timeout=aiohttp.ClientTimeout(total=self._timeout),
                trust_env=True,
            )
        return self._session

    async def close(self) -> None:
        """Close them all. Whoever calls next opens them again."""
        if self._session is not None:
            await self._session.close()
            self._session = None


class SlackApi:
    """Calls Slack for one workspace. Every error that leaves is a `ChatError`.

    The SDK's own retries are off: its default handler repeats a POST whose connection dropped, and so posts twice.
    """

    def __init__(
        self,
        token: str,
        base_url: str = DEFAULT_URL,
        timeout: float = 10.0,
        lost: Callable[[], Awaitable[None]] | None = None,
        connections: Connections | None = None,
    ) -> None:
        self._token = token
        self._lost = lost
        self._base_url = base_url if base_url.endswith("/") else base_url + "/"
        self._timeout = timeout
        self._connections = connections or Connections(timeout)

    async def call(self, method: str, *, timeout: float | None = None, **arguments: Any) -> Answer:  # noqa: ASYNC109
        """Call a method once, with JSON arguments; `timeout` in seconds is shorter than usual. Raises `ChatError`."""
        body = {name: value for name, value in arguments.items() if value is not None}
        return await self._once(method, timeout or self._timeout, json=body)

    async def send(self, method: str, fence: Fence, **arguments: Any) -> Answer:
        """Call a method that must not be done twice, once: behind `fence` not a byte of the request leaves.

        By a call of our own, since the SDK's has no place to ask in. Raises `FencePassed`, or another `ChatError`.
        """
        body = {name: value for name, value in arguments.items() if value is not None}
        departure = Departure(fence)
        try:
            status, headers, said = await self._posted(method, _Leaving(json.dumps(body).encode(), departure))
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            if departure.end():
                raise from_connection(error) from error
            raise departure.refusal or not_sent(error) from error
        finally:
            departure.end()
        answer = _object_in(said)
        if status == 200 and answer is not None and answer.get("ok"):
            return answer
        code = code_in(answer)
        if self._lost is not None and code in TOKEN_IS_DEAD:
            await self._lost()
        raise from_answer(status, headers, code)

    async def read(self, method: str, **arguments: Any) -> Answer:
        """Call a reading method, whose arguments Slack takes from a form only. Raises `ChatError`."""
        fields = {name: _form_value(value) for name, value in arguments.items() if value is not None}
        return await self._once(method, self._timeout, data=fields)

    async def respond(self, response_url: str, body: Mapping[str, Any]) -> None:
        """Post to a `response_url`, once. Raises `ChatError`."""
        await self._to_address(response_url, json=body)

    async def put(self, upload_url: str, data: bytes) -> None:
        """Post the bytes of a file to the address that Slack gave for them, once. Raises `ChatError`."""
        await self._to_address(upload_url, data=data)

    async def fetch(self, url: str) -> bytes:
        """The bytes of a file that somebody sent. Raises `NotFetched`.

        The token goes to Slack's own hosts alone, and after no redirect. Where it is not enough, Slack sends to its
        login, or shows that page in the file's place.
        """
        if not self._is_slacks(url):
            raise NotFetched(FileProblem.NOT_FETCHED)
        headers = {"Authorization": f"Bearer {self._token}", "User-Agent": get_user_agent()}
        try:
            async with self._connections.open().get(url, headers=headers, allow_redirects=False) as answer:
                if 300 <= answer.status < 400:
                    to_login = self._is_slacks(answer.headers.get("Location", ""))
                    raise NotFetched(FileProblem.NO_LEAVE if to_login else FileProblem.NOT_FETCHED)
                if answer.status in (401, 403):
                    raise NotFetched(FileProblem.NO_LEAVE)
                if answer.status != 200:
                    raise NotFetched(FileProblem.NOT_FETCHED)
                if answer.content_type == "text/html":
                    raise NotFetched(FileProblem.NO_LEAVE)
                return await bytes_of(answer)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise NotFetched(FileProblem.NOT_FETCHED) from error

    def _is_slacks(self, url: str) -> bool:
        """Whether an address is of the same family as the API's: `files.slack.com` beside `slack.com`."""
        try:
            there, here = urlsplit(url), urlsplit(self._base_url)
            same_door = (there.scheme, there.port) == (here.scheme, here.port)
        except ValueError:
            return False
        host, family = there.hostname or "", here.hostname or ""
        return same_door and bool(family) and (host == family or host.endswith(f".{family}"))

    async def close(self) -> None:
        """Close the connections. The next call opens them again."""
        await self._connections.close()

    async def _once(self, method: str, seconds: float, **how: Any) -> Answer:
        client = AsyncWebClient(
            token=self._token, base_url=self._base_url, session=self._connections.open(), retry_handlers=[], timeout=60
        )
        client.proxy = None  # the session reads the environment's proxies, and their exceptions too
        try:
            # The SDK leaves the limit to the session's owner, so it stands around the call.
            async with asyncio.timeout(seconds):
                response = await client.api_call(method, **how)
        except SlackApiError as error:
            if self._lost is not None and code_of(error) in TOKEN_IS_DEAD:
                await self._lost()
            raise from_api(error) from error
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise from_connection(error) from error
        except AttributeError as error:
            # The SDK's own reading of a 200 that holds no JSON object, as some proxies answer.
            raise OutcomeUnknown(f"Slack answered {method} with something unreadable.") from error
        data = response.data
        if not isinstance(data, dict):
            raise OutcomeUnknown(f"Slack answered {method} with something unreadable.")
        return data

    async def _posted(self, method: str, body: "_Leaving") -> tuple[int, Mapping[str, str], bytes]:
        """Post a body, follow nowhere, and read the answer whole."""
        headers = {
            "Authorization": f"Bearer {self._token}",
            "Content-Type": "application/json;charset=utf-8",
            "User-Agent": get_user_agent(),
        }
        session = self._connections.open()
        async with (
            asyncio.timeout(self._timeout),
            session.post(self._base_url + method, data=body, headers=headers, allow_redirects=False) as answer,
        ):
            return answer.status, answer.headers, await answer.read()

    async def _to_address(self, url: str, **how: Any) -> None:
        """Post to an address that Slack gave us: it needs no token, and gets none."""
        try:
            async with self._connections.open().post(url, **how) as answer:
                if not answer.ok:
                    raise from_status(answer.status, answer.headers, await answer.text(errors="replace"))
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise from_connection(error) from error


class _Leaving(aiohttp.BytesPayload):
    """A body that asks before it is written, and so before anything is: aiohttp keeps the headers back until then.

    It writes both at once, with no pause between the question and the socket. A body that refuses to be written ends
    its connection.
    """

    def __init__(self, value: bytes, departure: Departure) -> None:
        super().__init__(value)
        self._departure = departure

    async def write(self, writer: AbstractStreamWriter) -> None:
        await self.write_with_length(writer, None)

    async def write_with_length(self, writer: AbstractStreamWriter, content_length: int | None) -> None:
        self._departure.leave()
        await super().write_with_length(writer, content_length)


def _object_in(said: bytes) -> dict[str, Any] | None:
    """The JSON object that an answer is; None for anything else, as some proxies answer."""
    try:
        found = json.loads(said)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _form_value(value: object) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)
