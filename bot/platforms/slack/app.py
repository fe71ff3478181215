"""The Slack edge: what Slack sends, verified and dispatched by Bolt."""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.response import BoltResponse
from slack_sdk.signature import SignatureVerifier

from bot.clock import Clock
from bot.delivery.news import ChannelNews, Hear
from bot.intake.inbound import Inbound, Result
from bot.platforms.edge import AcceptEarly, Afterwards, answered_soon, for_the_log
from bot.platforms.slack import inbound as read
from bot.platforms.slack import news
from bot.platforms.slack.answer import ACK_SECONDS, PATIENCE_SECONDS, Answers, Exchange
from bot.platforms.slack.api import DEFAULT_URL
from bot.platforms.slack.gate import Refusal, admitted, is_readable
from bot.platforms.slack.grants import Apis, Grant, Grants
from bot.platforms.slack.handing import MakeFile
from bot.platforms.slack.port import SlackPort
from bot.platforms.slack.sent_files import with_files
from bot.platforms.slack.signed import signed_body
from bot.platforms.slack.socket import SlackSocket
from bot.platforms.slack.words import Lang, words

logger = logging.getLogger(__name__)

PATH = "/slack/events"
"""Events, commands and interactivity all come here (the manifest names it three times)."""

COMMAND = "/okr"

EVENTS = ("message.im", "app_mention", "app_home_opened", *news.EVENTS)
"""What the manifest subscribes to; `message.im` comes as `message`."""

DRAIN_SECONDS = 10.0
"""How long a clean stop waits for what is in hand."""

Body = dict[str, Any]
_GRANT = "okra_grant"
"""Where the grant of a request stands in Bolt's context."""

_GOODBYES = ("app_uninstalled", "tokens_revoked")
"""Events that come when there may be no grant any more; Bolt asks for none either."""

_NOBODY = Grant("", "")
"""Speaks to addresses that Slack gave us and that need no token."""

_ANYTHING = re.compile(".*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class SlackIdentity:
    """Who the bot token speaks for."""

    team_id: str
    team: str
    bot_user_id: str
    enterprise_id: str | None


class SlackPlatform:
    """Okra in Slack. `port` sends; `routes()` receives; `close()` ends both cleanly.

    `grants` says in which workspaces: requests from any other are refused.

    With an `app_token` requests come by Socket Mode, over a connection that `start()` opens, and there is no route for
    them: Slack delivers one way or the other, and with Socket Mode switched on it posts nothing to an address. Without
    it they come to `routes()`, signed with `signing_secret`. Everything behind that is the same.
    """

    def __init__(
        self,
        *,
        signing_secret: str | None = None,
        app_token: str | None = None,
        grants: Grants,
        accept: AcceptEarly,
        hear: Hear,
        clock: Clock,
        api_url: str = DEFAULT_URL,
        lang: Lang = "en",
        timeout: float = 10.0,
        native_charts: bool = False,
        make_file: MakeFile | None = None,
    ) -> None:
        self._grants = grants
        self._accept = accept
        self._hear = hear
        self._clock = clock
        self._apis = Apis(grants, api_url, timeout)
        self._after = Afterwards()
        self.port = SlackPort(self._apis)
        self._words = words(lang)
        self._answers = Answers(self._after, self._words, native_charts=native_charts, make_file=make_file)
        self._bolt = self._listening()
        self._in_hand: set[asyncio.Task[Result | None]] = set()
        """Commands and presses whose answers are under way."""
        self._next: asyncio.Future[None] | None = None
        """Done when the next of them comes."""
        self._socket: SlackSocket | None = None
        self._verifier: SignatureVerifier | None = None
        if app_token is not None:
            self._socket = SlackSocket(app_token, self._take, api_url=api_url, timeout=timeout)
        elif signing_secret:
            self._verifier = SignatureVerifier(signing_secret)
        else:
            raise ValueError("Slack needs an app-level token or a signing secret to receive anything.")

    def routes(self) -> list[web.RouteDef]:
        """What to add to the server."""
        verifier = self._verifier
        if verifier is None:
            return []

        async def receive(request: web.Request) -> web.Response:
            return await self._receive(await signed_body(request, verifier), request)

        return [web.post(PATH, receive)]

    async def start(self) -> None:
        """Begin to receive. Raises `ChatError` with a sentence where Slack does not let us connect."""
        if self._socket is not None:
            await self._socket.start()

    def problem(self) -> str | None:
        """One sentence when nothing from Slack has reached us for a while, else None."""
        return None if self._socket is None else self._socket.problem()

    async def identity(self, token: str) -> SlackIdentity:
        """Ask Slack who a bot token speaks for: at set-up, never per request. Raises `ChatError`."""
        answer = await self._apis.of(Grant("", token)).call("auth.test")
        return SlackIdentity(
            team_id=answer["team_id"],
            team=answer.get("team", ""),
            bot_user_id=answer["user_id"],
            enterprise_id=answer.get("enterprise_id"),
        )

    async def rest(self) -> None:
        """Take nothing more; what is in hand is stored and acknowledged. The server does the same for HTTP."""
        if self._socket is not None:
            await self._socket.close(DRAIN_SECONDS)

    async def close(self) -> None:
        """Finish the answers that are under way, then close the connections."""
        await self.rest()
        await self._after.drain(DRAIN_SECONDS)
        await self._apis.close()

    # --- receiving --------------------------------------------------------------------------------

    def _listening(self) -> AsyncApp:
        # Bolt formats its debug lines, messages included, for any logger whose own level is not set.
        sdk_logger = logging.getLogger(f"{__name__}.bolt")
        sdk_logger.setLevel(logging.INFO)

        async def authorize(
            context: AsyncBoltContext, enterprise_id: str | None, team_id: str | None
        ) -> AuthorizeResult | None:
            # The token from memory: Bolt's own way asks Slack (auth.test), within the three seconds.
            grant: Grant | None = context.get(_GRANT)
            if grant is None:
                return None
            return AuthorizeResult(
                enterprise_id=enterprise_id,
                team_id=team_id,
                bot_token=grant.bot_token,
                bot_user_id=grant.bot_user_id,
            )

        bolt = AsyncApp(
            name="okra",
            logger=sdk_logger,
            signing_secret="",
            request_verification_enabled=False,  # done before Bolt reads anything (signed.py)
            before_authorize=self._admit,
            authorize=authorize,  # type: ignore[arg-type] # None refuses the request, though not in Bolt's annotation
            # Nothing is acknowledged before it is stored; an error becomes a 500 and Slack sends the event again.
            process_before_response=True,
            raise_error_for_unhandled_request=True,
        )
        # Bolt asks one after the other whether it is meant: first what people do in a rush.
        bolt.block_action(_ANYTHING)(self._on_press)
        bolt.command(COMMAND)(self._on_command)
        bolt.event("message")(self._on_message)
        bolt.event("app_mention")(self._on_mention)
        bolt.event("app_home_opened")(self._on_opened_home)
        bolt.view(_ANYTHING)(self._on_submission)
        bolt.shortcut(_ANYTHING)(self._on_shortcut)
        for name in news.EVENTS:
            bolt.event(name)(self._on_news)
        bolt.error(self._on_error)
        return bolt

    async def _receive(self, body: str, request: web.Request) -> web.Response:
        try:
            bolt_request = AsyncBoltRequest(body=body, query=request.query_string, headers=dict(request.headers))
        except (ValueError, TypeError, AttributeError, RecursionError):
            return web.Response(status=400, text="not a request from Slack")
        return await to_aiohttp_response(await self._take(bolt_request))

    async def _take(self, request: AsyncBoltRequest) -> BoltResponse:
        """Where both ways meet: what came over HTTP and what came over Socket Mode."""
        if not is_readable(request.body):
            logger.warning("A request from Slack was refused: it cannot be read.")
            return BoltResponse(status=200, body="")
        return await self._bolt.async_dispatch(request)

    async def _admit(self, request: AsyncBoltRequest, next: Callable[[], Awaitable[BoltResponse]]) -> BoltResponse:
        """Let through what people of our workspaces did; refuse the rest in a way that Slack does not repeat.

        Only where our own token is the trouble Slack is to send an event again: commands and presses it never does.
        """
        body = request.body
        if body.get("type") == "url_verification" or _event_type(body) in _GOODBYES:
            return await next()
        found = await admitted(request, self._grants)
        if isinstance(found, Refusal):
            logger.warning("A request from Slack was refused: %s.", found.why)
            if found.passes and body.get("type") == "event_callback":
                return BoltResponse(status=503, body="")
            sentence: str = getattr(self._words, found.told)
            ack = self._answers.to_refused(body, sentence, self._apis.of(_NOBODY))
            return BoltResponse(status=200, body=ack)
        request.context[_GRANT] = found
        return await next()

    async def _on_command(self, ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        exchange = self._exchange(read.from_command(body, _team(context), self._clock.now()), body, context)
        answering, in_time = await self._begun(exchange, PATIENCE_SECONDS)
        if in_time:
            await ack(await self._answers.to_command(exchange, await answering))
        else:
            self._after.start(self._answers.after_command(exchange, answering), "answering a command")
            await ack()

    async def _on_press(self, ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        inbound = read.from_press(body, _team(context), self._clock.now())
        if inbound is not None:
            exchange = self._exchange(inbound, body, context)
            # Its acknowledgement says nothing: beside others it waits for nothing but the disk.
            patience = 0.0 if self._in_hand else PATIENCE_SECONDS
            answering, in_time = await self._begun(exchange, patience, until_next=True)
            if in_time:
                await self._answers.to_press(exchange, await answering)
            else:
                self._after.start(self._answers.after_press(exchange, answering), "answering a press")
        await ack()

    async def _on_shortcut(self, ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        inbound = read.from_shortcut(body, _team(context), self._clock.now())
        if inbound is not None:
            exchange = self._exchange(inbound, body, context)
            await self._answers.to_shortcut(exchange, await self._stored(exchange))
        await ack()

    async def _on_submission(self, ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        exchange = self._exchange(read.from_submission(body, _team(context), self._clock.now()), body, context)
        await ack(await self._answers.to_submission(exchange, await self._stored(exchange)))

    async def _on_message(self, body: Body, context: AsyncBoltContext) -> None:
        inbound = read.from_message(body, _team(context), self._clock.now())
        if inbound is not None:
            grant: Grant = context[_GRANT]
            inbound = await with_files(inbound, body["event"], self._apis.of(grant), grant)
            self._answers.to_event(self._exchange(inbound, body, context), await self._accept(inbound))

    async def _on_mention(self, body: Body, context: AsyncBoltContext) -> None:
        inbound = read.from_mention(body, _team(context), self._clock.now())
        if inbound is not None:
            self._answers.to_event(self._exchange(inbound, body, context), await self._accept(inbound))

    async def _on_opened_home(self, body: Body, context: AsyncBoltContext) -> None:
        inbound = read.from_opened_home(body, _team(context), self._clock.now())
        if inbound is not None:
            self._answers.to_opened_home(self._exchange(inbound, body, context), await self._accept(inbound))

    async def _on_news(self, body: Body, context: AsyncBoltContext) -> None:
        heard = news.from_event(body, _team(context))
        if isinstance(heard, ChannelNews):
            self.port.channels.forget(heard.channel)
        if heard is not None:
            await self._hear(heard)

    async def _on_error(self, error: Exception, body: Body) -> BoltResponse:
        if isinstance(error, BoltUnhandledRequestError):
            if body.get("type") == "app_rate_limited":
                logger.warning("Slack holds events back: there were more than 30,000 in an hour.")
            # Nothing of ours. Acknowledged all the same, or Slack would send it again and in the end stop sending.
            return BoltResponse(status=200, body="")
        logger.error("A request from Slack was not taken: %s", for_the_log(error))
        return BoltResponse(status=500, body="")

    # --- steps ------------------------------------------------------------------------------------

    async def _begun(
        self, exchange: Exchange, patience: float, *, until_next: bool = False
    ) -> "tuple[asyncio.Task[Result | None], bool]":
        """The result under way, and whether it is there; else what was said is stored, and Slack need not wait.

        `patience`: seconds to wait for more than that; with `until_next` only as long as nobody else comes.
        """
        if self._next is not None:
            self._next.set_result(None)
        self._next = asyncio.get_running_loop().create_future()
        enough = self._next if until_next else None
        stored = asyncio.Event()
        answering = self._after.start(self._stored(exchange, stored.set), "hearing a person")
        self._in_hand.add(answering)
        answering.add_done_callback(self._in_hand.discard)
        return answering, await answered_soon(answering, stored, patience, enough)

    async def _stored(self, exchange: Exchange, stored_now: Callable[[], None] = lambda: None) -> Result | None:
        """The result, or None where it could not be stored: Slack never sends a command or a press again."""
        try:
            return await self._accept(exchange.inbound, stored_now)
        except Exception as error:  # noqa: BLE001 - whatever the reason, the person must be told that nothing was kept
            logger.error("A %s was not stored: %s", type(exchange.inbound.what).__name__, for_the_log(error))
            return None

    def _exchange(self, inbound: Inbound, body: Body, context: AsyncBoltContext) -> Exchange:
        grant: Grant = context[_GRANT]
        return Exchange(inbound, body, self._apis.of(grant), grant, asyncio.get_running_loop().time() + ACK_SECONDS)


def _team(context: AsyncBoltContext) -> str:
    return context.team_id or ""


def _event_type(body: Body) -> object:
    event = body.get("event")
    return event.get("type") if isinstance(event, dict) else None
