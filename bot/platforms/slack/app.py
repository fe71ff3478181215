"""The Slack edge: one route that Slack posts to, verified and dispatched by Bolt."""

import asyncio
import logging
import re
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.response import BoltResponse

from bot.clock import Clock
from bot.intake.inbound import Inbound, Result
from bot.platforms.edge import Accept, Afterwards
from bot.platforms.slack import inbound as read
from bot.platforms.slack.answer import ACK_SECONDS, Answers, Exchange
from bot.platforms.slack.api import DEFAULT_URL, SlackApi
from bot.platforms.slack.port import SlackPort
from bot.platforms.slack.words import Lang, words

logger = logging.getLogger(__name__)

PATH = "/slack/events"
"""Events, commands and interactivity all come here (the manifest names it three times)."""

DRAIN_SECONDS = 10.0

_ANYTHING = re.compile(".*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class SlackIdentity:
    """Who the bot token speaks for."""

    team_id: str
    team: str
    bot_user_id: str
    enterprise_id: str | None


class SlackPlatform:
    """Okra in one Slack workspace. `port` sends; `routes()` receives; `close()` ends both cleanly.

    `installation` is the workspace's (or organisation's) id: requests for any other are refused. Without it every
    request that the signing secret vouches for is taken.
    """

    def __init__(
        self,
        *,
        bot_token: str,
        signing_secret: str,
        accept: Accept,
        clock: Clock,
        api_url: str = DEFAULT_URL,
        installation: str | None = None,
        lang: Lang = "en",
        timeout: float = 10.0,
    ) -> None:
        self._accept = accept
        self._clock = clock
        self._installation = installation
        self._bot_token = bot_token
        self._api = SlackApi(bot_token, api_url, timeout)
        self._after = Afterwards()
        self.port = SlackPort(self._api)
        self._answers = Answers(self._api, self.port, self._after, words(lang))
        self._bolt = self._listening(signing_secret)

    def routes(self) -> list[web.RouteDef]:
        """What to add to the server."""
        return [web.post(PATH, self._receive)]

    async def identity(self) -> SlackIdentity:
        """Ask Slack who the token speaks for: at set-up, never per request. Raises `ChatError`."""
        answer = await self._api.call("auth.test")
        return SlackIdentity(
            team_id=answer["team_id"],
            team=answer.get("team", ""),
            bot_user_id=answer["user_id"],
            enterprise_id=answer.get("enterprise_id"),
        )

    async def close(self) -> None:
        """Finish the answers that are under way, then close the connections."""
        await self._after.drain(DRAIN_SECONDS)
        await self._api.close()

    # --- receiving --------------------------------------------------------------------------------

    def _listening(self, signing_secret: str) -> AsyncApp:
        # Bolt formats its debug lines, messages included, for any logger whose own level is not set.
        sdk_logger = logging.getLogger(f"{__name__}.bolt")
        sdk_logger.setLevel(logging.INFO)

        async def authorize(
            context: AsyncBoltContext, enterprise_id: str | None, team_id: str | None
        ) -> AuthorizeResult | None:
            # The token from memory: Bolt's own way asks Slack (auth.test), within the three seconds.
            if self._installation not in (None, self._place_of(context)):
                return None
            return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token=self._bot_token)

        bolt = AsyncApp(
            name="okra",
            logger=sdk_logger,
            signing_secret=signing_secret,
            authorize=authorize,  # type: ignore[arg-type] # None refuses the request, though not in Bolt's annotation
            # Nothing is acknowledged before it is stored; an error becomes a 500 and Slack sends the event again.
            process_before_response=True,
            raise_error_for_unhandled_request=True,
        )
        bolt.command("/okr")(self._on_command)
        bolt.event("message")(self._on_message)
        bolt.event("app_mention")(self._on_mention)
        bolt.action(_ANYTHING)(self._on_press)
        bolt.view(_ANYTHING)(self._on_submission)
        bolt.error(self._on_error)
        return bolt

    async def _receive(self, request: web.Request) -> web.Response:
        raw = await request.read()
        try:
            # Bolt reads the body before it checks the signature, so this may be anybody's.
            bolt_request = AsyncBoltRequest(
                body=raw.decode(),
                query=request.query_string,
                headers=dict(request.headers),
            )
        except (ValueError, TypeError, AttributeError, RecursionError):
            return web.Response(status=400, text="not a request from Slack")
        return await to_aiohttp_response(await self._bolt.async_dispatch(bolt_request))

    async def _on_command(self, ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        exchange = _exchange(read.from_command(body, self._place_of(context), self._clock.now()), body)
        await ack(await self._answers.to_command(exchange, await self._stored(exchange)))

    async def _on_press(self, ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        inbound = read.from_press(body, self._place_of(context), self._clock.now())
        if inbound is not None:
            exchange = _exchange(inbound, body)
            await self._answers.to_press(exchange, await self._stored(exchange))
        await ack()

    async def _on_submission(self, ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        exchange = _exchange(read.from_submission(body, self._place_of(context), self._clock.now()), body)
        await ack(await self._answers.to_submission(exchange, await self._stored(exchange)))

    async def _on_message(self, body: dict[str, Any], context: AsyncBoltContext) -> None:
        await self._on_event(read.from_message(body, self._place_of(context), self._clock.now()), body)

    async def _on_mention(self, body: dict[str, Any], context: AsyncBoltContext) -> None:
        await self._on_event(read.from_mention(body, self._place_of(context), self._clock.now()), body)

    async def _on_event(self, inbound: Inbound | None, body: dict[str, Any]) -> None:
        if inbound is not None:
            self._answers.to_event(_exchange(inbound, body), await self._accept(inbound))

    async def _on_error(self, error: Exception) -> BoltResponse:
        if isinstance(error, BoltUnhandledRequestError):
            # Nothing of ours. Acknowledged all the same, or Slack would send it again and in the end stop sending.
            return BoltResponse(status=200, body="")
        logger.error("A request from Slack was not taken: %s", error, exc_info=error)
        return BoltResponse(status=500, body="")

    # --- steps ------------------------------------------------------------------------------------

    async def _stored(self, exchange: Exchange) -> Result | None:
        """The result, or None where it could not be stored: Slack never sends a command or a press again."""
        try:
            return await self._accept(exchange.inbound)
        except Exception:  # whatever the reason, the person must be told that nothing was kept
            logger.exception("A %s was not stored.", type(exchange.inbound.what).__name__)
            return None

    def _place_of(self, context: AsyncBoltContext) -> str:
        return read.installation_of(context.enterprise_id, context.team_id, bool(context.is_enterprise_install))


def _exchange(inbound: Inbound, body: dict[str, Any]) -> Exchange:
    return Exchange(inbound, body, asyncio.get_running_loop().time() + ACK_SECONDS)
