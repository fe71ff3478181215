"""The Teams edge: one route that Microsoft posts to, authenticated before anything in it is believed."""

import logging

from aiohttp import web
from botbuilder.core import TurnContext
from botbuilder.integration.aiohttp import CloudAdapter
from botbuilder.schema import Activity
from botframework.connector.auth import AuthenticateRequestResult

from bot.clock import Clock
from bot.delivery.lines import Sleep
from bot.delivery.news import Hear, News
from bot.delivery.port import ChatError
from bot.intake.inbound import Pressed
from bot.platforms.edge import WAIT, AcceptEarly, Afterwards
from bot.platforms.teams.answer import Answers
from bot.platforms.teams.config import CHANNEL, TeamsConfig
from bot.platforms.teams.connector import Connector
from bot.platforms.teams.credentials import Tokens
from bot.platforms.teams.form_cards import CANCEL_FORM
from bot.platforms.teams.gate import Gate, NotAuthentic, NotWelcome
from bot.platforms.teams.inbound import Heard, NotAnActivity, read, said
from bot.platforms.teams.keys import KeysUnavailable
from bot.platforms.teams.places import Places
from bot.platforms.teams.port import TeamsPort
from bot.platforms.teams.request import Refused, activity_in, only_from_here
from bot.platforms.teams.sent_files import with_files
from bot.platforms.teams.turns import Turns

logger = logging.getLogger(__name__)

PATH = "/api/messages"
DRAIN_SECONDS = 10.0
_LONGEST_REASON = 200


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
        accept: AcceptEarly,
        hear: Hear,
        places: Places,
        clock: Clock,
        host: str,
        development: bool = False,
        sleep: Sleep = WAIT,
    ) -> None:
        config.check(host, development)
        self._config = config
        self._clock = clock
        self._tokens = tokens = Tokens(config)
        self._gate = Gate(config, tokens)
        # No `on_turn_error`: it would swallow what went wrong and let a lost message look sent.
        self._adapter = CloudAdapter(self._gate.authentication)
        self._connector = Connector(config, tokens)
        self._after = Afterwards()
        self.port = TeamsPort(self._connector, places)
        self._answers = Answers(self.port, places, self._after, sleep)
        self._turns = Turns(accept, self._telling(hear), self._answers, self._after)

    def routes(self) -> list[web.RouteDef]:
        """What to add to the server."""
        return [web.post(PATH, self._receive)]

    async def close(self) -> None:
        """Finish the answers that are under way, then close the connections."""
        await self._after.drain(DRAIN_SECONDS)
        await self._connector.close()
        self._gate.close()

    async def problem(self) -> str | None:
        """One sentence when Microsoft gives us no token, so that nothing can be sent; else None."""
        try:
            await self._tokens.ensure()
        except ChatError as error:
            return f"Microsoft gives no token for Teams ({error})."
        return None

    def _telling(self, hear: Hear) -> Hear:
        """News is for the port first: what it sends from then on heeds it."""

        async def told(news: News) -> None:
            self.port.readers.hear(news)
            await hear(news)

        return told

    # --- receiving --------------------------------------------------------------------------------

    async def _receive(self, request: web.Request) -> web.Response:
        try:
            if self._config.is_open:
                only_from_here(request)
            authorization = request.headers.getall("Authorization", [])
            await self._gate.screen(authorization)
            body = await activity_in(request)
            genuine = await self._gate.check(authorization, body)
            return await self._turn(genuine, read(body))
        except Refused as error:
            return _refused(error.status, error)
        except NotAuthentic as error:
            return _refused(401, error)
        except NotWelcome as error:
            return _refused(403, error)
        except KeysUnavailable as error:
            return _refused(503, error)
        except NotAnActivity as error:
            return _refused(400, error)

    async def _turn(self, genuine: AuthenticateRequestResult, heard: Heard) -> web.Response:
        # As much of an activity as the SDK's turn needs; what people wrote is read by us alone.
        activity = Activity(type=heard.kind, id=heard.id, channel_id=CHANNEL, service_url=heard.service_url)
        status = 200

        async def logic(_: TurnContext) -> None:
            nonlocal status
            status = await self._hear(heard)

        invoked = await self._adapter.process_activity(genuine, activity, logic)
        if invoked is not None:
            # We ask for no answer in place, so whatever an invoke wants is nothing that we offer.
            return web.Response(status=int(invoked.status))
        return web.Response(status=status)

    async def _hear(self, heard: Heard) -> int:
        """The status to answer with; 500 lets Teams send it again."""
        inbound = said(heard, self._clock.now())
        if inbound is None:
            return await self._turns.news(heard)
        if isinstance(inbound.what, Pressed) and inbound.what.action == CANCEL_FORM:
            self._after.start(self._answers.take_form_away(heard), "taking a form away")
            return 200
        inbound = await with_files(inbound, heard.body, from_here=self._config.is_on_this_machine)
        return await self._turns.take(heard, inbound)


def _refused(status: int, error: Exception) -> web.Response:
    reason = str(error)[:_LONGEST_REASON]
    logger.info("A request to %s was refused with %s: %s", PATH, status, reason)
    return web.Response(status=status, text=reason)
