"""Calls to Teams' connector through the SDK: paced, one attempt each, in threads of our own, with a limit."""

from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from functools import partial
from typing import Any

import requests
from botframework.connector.aio import ConnectorClient
from botframework.connector.bot_framework_sdk_client_async import BotFrameworkConnectorConfiguration
from msrest.pipeline.async_abc import AsyncPipeline
from msrest.pipeline.async_requests import AsyncPipelineRequestsHTTPSender, AsyncRequestsCredentialsPolicy
from msrest.pipeline.universal import RawDeserializer
from msrest.universal_http.async_requests import AsyncRequestsClientResponse, AsyncRequestsHTTPSender

from bot.delivery.port import NO_FENCE, ChatError, Fence, NotDelivered, OutcomeUnknown, RateLimited
from bot.platforms.departure import Departure
from bot.platforms.teams.config import TeamsConfig
from bot.platforms.teams.credentials import Signed, Tokens
from bot.platforms.teams.errors import SDK_ERRORS, TokenRefused, from_answer, from_sdk, not_sent
from bot.platforms.teams.pace import Pace, Where, where_to
from bot.platforms.teams.threads import Threads
from bot.platforms.teams.wire import AskingAdapter, leaving

_LONGEST_ERROR = 10_000
LONGEST_FOR_ALL = 10.0
"""Seconds that a whole tenant waits because Teams takes no more in one conversation; once, and not again at once."""

Operation = Callable[[Any], Awaitable[Any]]
"""What to do with the SDK's `conversations`."""

_FENCE: ContextVar[Fence] = ContextVar("fence")
"""That of the call that is under way: the SDK has no room for it between a call and its request."""


class Connector:
    """Keeps one SDK client for each service URL."""

    def __init__(self, config: TeamsConfig, tokens: Tokens, pace: Pace | None = None) -> None:
        self._config = config
        self._tokens = tokens
        self._pace = pace or Pace(config.cloud.limits)
        # The requests' own limit is per read; this one is for the whole of a call.
        self._threads = Threads(config.timeout * 2)
        self._clients: dict[str, Any] = {}

    async def call(self, service_url: str, operation: Operation, fence: Fence = NO_FENCE) -> Any:
        """Run one operation once; a second time only where the token was refused, since then nothing was done.

        Behind `fence` not a byte of a request leaves. Raises `FencePassed`, or another `ChatError`.
        """
        token = await self._tokens.ensure()
        try:
            return await self._once(service_url, operation, token, fence)
        except TokenRefused:
            if token is None:
                raise
        return await self._once(service_url, operation, await self._tokens.ensure(), fence)

    async def close(self) -> None:
        """Close every connection."""
        clients, self._clients = self._clients, {}
        for client in clients.values():
            await client.__aexit__(None, None, None)
        self._threads.close()

    async def _once(self, service_url: str, operation: Operation, token: str | None, fence: Fence) -> Any:
        here = _FENCE.set(fence)
        try:
            return await operation(self._client(service_url).conversations)
        except TokenRefused:
            self._tokens.forget(token)
            raise
        except SDK_ERRORS as error:
            raise from_sdk(error) from error
        except TimeoutError as error:
            raise OutcomeUnknown("No answer from Teams in time.") from error
        finally:
            _FENCE.reset(here)

    def _client(self, service_url: str) -> Any:
        client = self._clients.get(service_url)
        if client is None:
            credentials = Signed(self._tokens)
            settings = BotFrameworkConnectorConfiguration(credentials, service_url)
            settings.connection.timeout = self._config.timeout
            settings.redirect_policy.allow = False
            # The SDK would repeat a PUT or DELETE by itself; what is repeated is decided by delivery alone.
            settings.retry_policy.retries = 0
            settings.retry_policy.policy.status_forcelist = ()
            sender = AsyncPipelineRequestsHTTPSender(_Sender(settings, self._threads, self._pace))
            signing = AsyncRequestsCredentialsPolicy(credentials)  # type: ignore[no-untyped-call]
            policies = [settings.user_agent_policy, signing, RawDeserializer()]
            settings.custom_pipeline = AsyncPipeline(policies, sender)
            client = ConnectorClient(credentials, base_url=service_url, custom_configuration=settings)
            self._clients[service_url] = client
        return client


class _Sender(AsyncRequestsHTTPSender):
    """The SDK's way to send, at a pace, and with threads of our own instead of the loop's small pool."""

    def __init__(self, settings: Any, threads: Threads, pace: Pace) -> None:
        super().__init__(settings)
        self._threads = threads
        self._pace = pace

    def _init_session(self, session: Any) -> None:
        """As the SDK does it, but for its patch of `requests`, which breaks on every redirect that is not followed."""
        for scheme in ("https://", "http://"):
            session.mount(scheme, AskingAdapter(max_retries=self.config.retry_policy()))

    async def send(self, request: Any, **kwargs: Any) -> Any:  # type: ignore[override] # as the SDK does it
        options = self._configure_send(request, **kwargs)
        session = options.pop("session", self.session)
        where = where_to(request.url, request.data)
        reads = request.method == "GET"
        await self._pace.turn(where, reads=reads)
        answer = await self._left(partial(session.request, request.method, request.url, **options))
        if not 200 <= answer.status_code < 300:
            said = answer.content[:_LONGEST_ERROR].decode("utf-8", "replace")
            error = from_answer(where, answer.status_code, answer.headers, said)
            if isinstance(error, RateLimited):
                error = self._throttled(where, error.retry_after, reads=reads)
            raise error
        self._pace.taken(where)
        return AsyncRequestsClientResponse(request, answer)  # type: ignore[no-untyped-call]

    async def _left(self, request: Callable[[], Any]) -> Any:
        """Make a request in a thread. One that has not left when nobody waits for it any more never leaves."""
        departure = Departure(_FENCE.get())
        try:
            return await self._threads.run(partial(leaving, departure, request))
        except (TimeoutError, requests.RequestException) as error:
            if departure.end():
                raise
            raise not_sent(error) from error
        finally:
            departure.end()

    def _throttled(self, where: Where, seconds: float, *, reads: bool) -> ChatError:
        """What it means that Teams takes no more: of one conversation, nothing for all the others.

        Delivery holds everybody back for a `RateLimited`, so that is left for what is about everybody, or soon over.
        A reading is held up alone and goes on afterwards, so it may wait.
        """
        is_again = self._pace.pause(where, seconds)
        if reads or not where.conversation or (seconds <= LONGEST_FOR_ALL and not is_again):
            return RateLimited(seconds)
        said = f"Teams asks to leave this conversation alone for {seconds:g} s."
        return NotDelivered(said, seconds if seconds > LONGEST_FOR_ALL else None)
