"""The Teams edge: one route that Microsoft posts to, authenticated before anything in it is believed."""

import asyncio
import json
import logging
from collections.abc import Mapping
from typing import Any

from aiohttp import web
from azure.core.exceptions import DeserializationError
from botbuilder.core import TurnContext
from botbuilder.integration.aiohttp import CloudAdapter
from botbuilder.schema import Activity
from botframework.connector.auth import AuthenticateRequestResult

from bot.clock import Clock
from bot.delivery.news import Hear
from bot.delivery.port import ChatError
from bot.intake.inbound import Inbound, Pressed
from bot.platforms.edge import Accept, Afterwards
from bot.platforms.teams.answer import Answers
from bot.platforms.teams.cards import CANCEL_FORM
from bot.platforms.teams.config import TeamsConfig, is_loopback
from bot.platforms.teams.connector import Connector
from bot.platforms.teams.credentials import Tokens
from bot.platforms.teams.gate import Gate, NotAuthentic, NotWelcome
from bot.platforms.teams.inbound import Heard, NotAnActivity, read, said
from bot.platforms.teams.keys import KeysUnavailable
from bot.platforms.teams.news import news_of
from bot.platforms.teams.places import Places
from bot.platforms.teams.port import TeamsPort

logger = logging.getLogger(__name__)

PATH = "/api/messages"
DRAIN_SECONDS = 10.0
TELL_SECONDS = 10.0
"""Teams sends again what takes longer than 15 s."""


class TeamsPlatform:
    """Okra in Microsoft Teams. `port` sends; `routes()` receives; `close()` ends both cleanly.

    `hear` is told where a person or channel can be written to, before what they said is handed to `accept`; `places`
    gives that back. `host` is what the server listens on: without an app id, loopback alone will do.
    Raises ValueError where the configuration would let strangers in.
    """

    def __init__(
        self,
        config: TeamsConfig,
        *,
        accept: Accept,
        hear: Hear,
        places: Places,
        clock: Clock,
        host: str,
        development: bool = False,
    ) -> None:
        config.check(host, development)
        self._config = config
        self._accept = accept
        self._hear_news = hear
        self._clock = clock
        tokens = Tokens(config)
        self._gate = Gate(config, tokens)
        # No `on_turn_error`: it would swallow what went wrong and let a lost message look sent.
        self._adapter = CloudAdapter(self._gate.authentication)
        self._connector = Connector(self._adapter, config, tokens)
        self._after = Afterwards()
        self.port = TeamsPort(self._connector, places)
        self._answers = Answers(self.port, places, self._after)

    def routes(self) -> list[web.RouteDef]:
        """What to add to the server."""
        return [web.post(PATH, self._receive)]

    async def close(self) -> None:
        """Finish the answers that are under way, then close the connections."""
        await self._after.drain(DRAIN_SECONDS)
        await self._connector.close()
        self._gate.close()

    # --- receiving --------------------------------------------------------------------------------

    async def _receive(self, request: web.Request) -> web.Response:
        if self._config.is_open and not is_loopback(request.remote):
            return _refused(403, "Only this machine may post here without authentication.")
        try:
            body = json.loads(await request.read())
        except (ValueError, RecursionError):
            return _refused(400, "The body is no JSON.")
        if not isinstance(body, dict):
            return _refused(400, "The body is no activity.")
        try:
            genuine = await self._gate.check(request.headers.get("Authorization"), body)
            return await self._turn(genuine, body)
        except NotAuthentic as error:
            return _refused(401, str(error))
        except NotWelcome as error:
            return _refused(403, str(error))
        except KeysUnavailable as error:
            return _refused(503, str(error))
        except (NotAnActivity, DeserializationError) as error:
            return _refused(400, str(error))

    async def _turn(self, genuine: AuthenticateRequestResult, body: Mapping[str, Any]) -> web.Response:
        heard = read(body)
        activity = Activity().deserialize(dict(body))
        status = 200

        async def logic(_: TurnContext) -> None:
            nonlocal status
            status = await self._hear(heard)

        invoked = await self._adapter.process_activity(genuine, activity, logic)
        if invoked is not None:
            return web.Response(status=int(invoked.status))
        return web.Response(status=status)

    async def _hear(self, heard: Heard) -> int:
        """The status to answer with; 500 lets Teams send it again."""
        inbound = said(heard, self._clock.now())
        if inbound is not None and isinstance(inbound.what, Pressed) and inbound.what.action == CANCEL_FORM:
            self._after.start(self._answers.take_form_away(heard), "taking a form away")
            return 200
        try:
            for news in news_of(heard):
                await self._hear_news(news)
            result = None if inbound is None else await self._accept(inbound)
        except Exception:  # whatever the reason, the person must be told that nothing was kept
            logger.exception("An activity of kind %s was not stored.", heard.kind)
            return await self._not_stored(heard, inbound)
        if inbound is not None and result is not None:
            self._answers.answer(heard, inbound, result)
        return 200

    async def _not_stored(self, heard: Heard, inbound: Inbound | None) -> int:
        if inbound is None:
            return 500
        try:
            async with asyncio.timeout(TELL_SECONDS):
                await self._answers.not_saved(heard, inbound)
        except (ChatError, TimeoutError) as error:
            logger.warning("Nor could the person be told: %s", error)
            return 500
        # They were told to try again; a second delivery by Teams must not record it behind their back.
        return 200


def _refused(status: int, reason: str) -> web.Response:
    logger.info("A request to %s was refused with %s: %s", PATH, status, reason)
    return web.Response(status=status, text=reason)
