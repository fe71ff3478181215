"""Socket Mode: Slack's requests down a WebSocket that we opened, for an Okra without a public address.

The SDK's own client is not used. It opens its next connection with a ticket that was used up, asks for tickets every
few seconds for ever, closes the old connection before the new one stands, keeps no hold of its tasks, and turns every
error into a line in the log (docs/decisions/0008).
"""

import asyncio
import json
import logging
import urllib.request
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Protocol
from urllib.parse import urlsplit

import aiohttp
from slack_bolt.async_app import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.delivery.port import ChatError, NotDelivered, RateLimited, Rejected
from bot.platforms.edge import Afterwards
from bot.platforms.slack.api import DEFAULT_URL, SlackApi
from bot.platforms.slack.errors import AppRefused

logger = logging.getLogger(__name__)

WAITS = (0.0, 2.0, 10.0, 30.0, 60.0)
"""Seconds before each try to connect again; the last one repeats. `apps.connections.open` is Tier 1: one a minute."""

STEADY_SECONDS = 60.0
"""A connection that stood so long was a good one, and the next try begins at the first wait again."""

TOLERATED_SECONDS = 60.0
"""How long nothing is said of a connection that is down."""

HELLO_SECONDS = 10.0
LINGER_SECONDS = 15.0
"""How long an old connection is still listened to beside the new one; Slack gives about ten seconds' notice."""

PING_SECONDS = 15.0
"""A connection that answers no ping is taken for dead after half as long again."""

MOST_AT_ONCE = 50
"""Envelopes in hand at the same time; the others wait, unacknowledged."""

Body = Mapping[str, Any]


class Dispatch(Protocol):
    """Where requests go: the one Bolt app that HTTP hands them to as well."""

    def __call__(self, request: AsyncBoltRequest, /) -> Awaitable[BoltResponse]: ...


class _Link:
    """One WebSocket."""

    def __init__(self, socket: "aiohttp.ClientWebSocketResponse[bool]") -> None:
        self.socket = socket
        self.greeted = False
        """Whether Slack has said hello."""
        self.settled = asyncio.Event()
        """Slack has said hello, or the connection is gone."""
        self.leaving = asyncio.Event()
        """Slack has asked us to connect anew, or the connection is gone."""
        self.reader: asyncio.Task[None] | None = None

    @property
    def stands(self) -> bool:
        return self.greeted and not self.socket.closed


class SlackSocket:
    """A connection that is kept up. `start` opens it, `close` ends it, `problem` says whether it is down.

    An envelope is acknowledged when `dispatch` answered 200 and not before: what could not be stored is not
    acknowledged, and Slack sends it again. Around a change of connection an envelope may come twice; what is stored
    has a key, so that changes nothing.
    """

    def __init__(
        self,
        app_token: str,
        dispatch: Dispatch,
        *,
        api_url: str = DEFAULT_URL,
        timeout: float = 10.0,
        waits: Sequence[float] = WAITS,
        tolerated: float = TOLERATED_SECONDS,
        pause: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._api = SlackApi(app_token, api_url, timeout)
        self._dispatch = dispatch
        self._timeout = timeout
        self._waits = waits
        self._tolerated = tolerated
        self._pause = pause
        self._session: aiohttp.ClientSession | None = None
        self._links: list[_Link] = []
        self._keeping: asyncio.Task[None] | None = None
        self._in_hand = Afterwards()
        self._farewells = Afterwards()
        self._seats = asyncio.Semaphore(MOST_AT_ONCE)
        self._closing = False
        self._down_since: float | None = None
        self._why_down = ""

    async def start(self) -> None:
        """Connect, and stay connected from then on. Raises `ChatError` with a sentence where that cannot be.

        A rate limit is no reason to give up: a service that is started again and again would keep itself out.
        """
        self._down("it is connecting")
        link: _Link | None = None
        try:
            link = await self._connect()
        except RateLimited as error:
            logger.warning("Slack asks to wait %g s before Socket Mode can connect.", error.retry_after)
            self._keeping = asyncio.create_task(self._keep(None, 1, error.retry_after), name="Socket Mode")
            return
        except AppRefused as error:
            await self.close()
            raise Rejected(
                f"Slack does not accept the app-level token ({error}); "
                "it begins with xapp- and needs the scope connections:write."
            ) from error
        except ChatError as error:
            await self.close()
            raise NotDelivered(f"Slack's Socket Mode cannot be reached: {error}") from error
        self._keeping = asyncio.create_task(self._keep(link), name="Socket Mode")

    def problem(self) -> str | None:
        """One sentence when there has been no connection for a minute, else None."""
        if self._down_since is None:
            return None
        seconds = asyncio.get_running_loop().time() - self._down_since
        if seconds < self._tolerated:
            return None
        return f"Slack cannot reach Okra: Socket Mode has been down for {seconds / 60:.0f} min ({self._why_down})."

    async def close(self, seconds: float = 0.0) -> None:
        """Take nothing more, let what is in hand end and be acknowledged within `seconds`, then disconnect."""
        self._closing = True
        self._down_since = None
        if self._keeping is not None:
            self._keeping.cancel()
            await asyncio.wait((self._keeping,))
        await self._in_hand.drain(seconds)
        for link in list(self._links):
            await self._part(link)
        await self._farewells.drain(0)
        if self._session is not None:
            await self._session.close()
        await self._api.close()

    # --- connecting -------------------------------------------------------------------------------

    async def _keep(self, link: _Link | None, tries: int = 0, owed: float = 0.0) -> None:
        """Replace the connection whenever it goes. Runs until cancelled; `owed` is the first wait at least."""
        loop = asyncio.get_running_loop()
        while True:
            since = loop.time()
            if link is not None:
                await link.leaving.wait()
                tries = 0 if loop.time() - since >= STEADY_SECONDS else tries
            new, tries = await self._again(tries, owed)
            owed = 0.0
            if link is not None:
                self._farewells.start(self._linger(link), "leaving an old connection")
            link = new

    async def _again(self, tries: int, owed: float) -> tuple[_Link, int]:
        """A new connection, however long that takes, and how often it has been tried by now."""
        while True:
            await self._pause(max(owed, self._waits[min(tries, len(self._waits) - 1)]))
            tries, owed = tries + 1, 0.0
            try:
                return await self._connect(), tries
            except ChatError as error:
                owed = error.retry_after if isinstance(error, RateLimited) else 0.0
                self._why_down = str(error)
                logger.warning("Socket Mode is not connected: %s", error)

    async def _connect(self) -> _Link:
        """A connection on which Slack has said hello. Raises `ChatError`."""
        answer = await self._api.call("apps.connections.open")
        url = answer.get("url")
        if not isinstance(url, str):
            raise NotDelivered("Slack named no address to connect to.")
        try:
            async with asyncio.timeout(self._timeout):
                socket = await self._open().ws_connect(
                    url, heartbeat=PING_SECONDS, timeout=aiohttp.ClientWSTimeout(ws_close=2.0), proxy=_proxy_for(url)
                )
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise NotDelivered(
                f"no connection to {urlsplit(url).hostname}: {type(error).__name__} {error}".rstrip()
            ) from error
        link = _Link(socket)
        self._links.append(link)
        link.reader = asyncio.create_task(self._read(link), name="reading Socket Mode")
        try:
            async with asyncio.timeout(HELLO_SECONDS):
                await link.settled.wait()
        except TimeoutError:
            await self._part(link)
        if not link.stands:
            raise NotDelivered("Slack closed the connection before it said hello.")
        logger.info("Socket Mode is connected.")
        return link

    async def _linger(self, link: _Link) -> None:
        """Listen to an old connection until Slack closes it; what is in hand is still acknowledged there."""
        if link.reader is not None:
            await asyncio.wait((link.reader,), timeout=LINGER_SECONDS)
        await self._part(link)

    async def _part(self, link: _Link) -> None:
        await link.socket.close()
        if link.reader is not None:
            link.reader.cancel()
            await asyncio.wait((link.reader,))

    def _open(self) -> aiohttp.ClientSession:
        # Made here and not at construction: a session belongs to the loop that runs it.
        if self._session is None:
            self._session = aiohttp.ClientSession()
        return self._session

    def _down(self, why: str) -> None:
        """Note since when nothing stands, unless something does."""
        if not self._closing and not any(link.stands for link in self._links):
            self._why_down = why
            if self._down_since is None:
                self._down_since = asyncio.get_running_loop().time()

    # --- what Slack says --------------------------------------------------------------------------

    async def _read(self, link: _Link) -> None:
        try:
            async for frame in link.socket:
                if frame.type is aiohttp.WSMsgType.TEXT:
                    self._heard(link, frame.data)
        finally:
            self._links.remove(link)
            link.settled.set()
            link.leaving.set()
            self._down("the connection was lost")

    def _heard(self, link: _Link, text: str) -> None:
        try:
            said = json.loads(text)
        except (ValueError, RecursionError):
            said = None
        match said:
            case {"type": "hello"}:
                link.greeted = True
                self._down_since = None
                link.settled.set()
            case {"type": "disconnect"}:
                logger.info("Slack asks for a new connection (%s).", said.get("reason"))
                link.leaving.set()
            case {"envelope_id": str()}:
                if not self._closing:  # not acknowledged, so Slack sends it again to whoever runs next
                    self._in_hand.start(self._take(link, said), "answering an envelope")
            case _:
                logger.warning("Slack said something over Socket Mode that is not understood.")

    async def _take(self, link: _Link, envelope: Body) -> None:
        """Hand one envelope over and acknowledge it, if it was taken."""
        async with self._seats:
            try:
                payload = envelope.get("payload") or {}
                request = AsyncBoltRequest(mode="socket_mode", body=payload, headers=_retry(envelope))
            except (ValueError, TypeError, AttributeError, RecursionError):
                logger.warning("An envelope from Slack is not understood; it is not acknowledged.")
                return
            response = await self._dispatch(request)
        if response.status != 200:
            logger.warning("An envelope was not taken (%s); Slack sends it again.", response.status)
            return
        await self._acknowledge(link, envelope, response)

    async def _acknowledge(self, link: _Link, envelope: Body, response: BoltResponse) -> None:
        """Tell Slack that an envelope was taken: where it came from, or where that is gone, by the newest link."""
        acknowledgement: dict[str, Any] = {"envelope_id": envelope["envelope_id"]}
        if response.body and envelope.get("accepts_response_payload", True):
            acknowledgement["payload"] = _payload(response)
        for one in (link, *reversed(self._links)):
            if one.stands:
                try:
                    await one.socket.send_str(json.dumps(acknowledgement))
                except (ConnectionError, aiohttp.ClientError):
                    continue
                return
        logger.warning("There was no connection left to acknowledge an envelope; Slack may send it again.")


def _retry(envelope: Body) -> dict[str, str | Sequence[str]]:
    """The headers that HTTP would have had."""
    attempt = envelope.get("retry_attempt")
    if not attempt:
        return {}
    return {"x-slack-retry-num": str(attempt), "x-slack-retry-reason": str(envelope.get("retry_reason") or "")}


def _payload(response: BoltResponse) -> object:
    """The body of an acknowledgement; plain words are a message's text, as they are over HTTP."""
    try:
        return json.loads(response.body)
    except ValueError:
        return {"text": response.body}


def _proxy_for(url: str) -> str | None:
    """The proxy for `wss://`: the environment names one for `https://` and means both. aiohttp looks for its own."""
    address = urlsplit(url)
    if urllib.request.proxy_bypass(address.hostname or ""):
        return None
    return urllib.request.getproxies().get("https" if address.scheme == "wss" else "http")
