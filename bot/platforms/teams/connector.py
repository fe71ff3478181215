"""Calls to Teams' connector through the SDK: one attempt each, in a thread, with a limit."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from botbuilder.core import CloudAdapterBase

from bot.delivery.port import OutcomeUnknown
from bot.platforms.teams.config import TeamsConfig
from bot.platforms.teams.credentials import Tokens
from bot.platforms.teams.errors import SDK_ERRORS, TokenRefused, from_sdk

_AT_ONCE = 4
"""Calls in flight. Each holds a thread of the loop's own small pool, which others need too."""

Operation = Callable[[Any], Awaitable[Any]]
"""What to do with the SDK's `conversations`."""


class Connector:
    """Keeps one SDK client for each service URL."""

    def __init__(self, adapter: CloudAdapterBase, config: TeamsConfig, tokens: Tokens) -> None:
        self._adapter = adapter
        self._config = config
        self._tokens = tokens
        self._clients: dict[str, Any] = {}
        self._slots = asyncio.Semaphore(_AT_ONCE)

    async def call(self, service_url: str, operation: Operation) -> Any:
        """Run one operation once. Raises `ChatError`."""
        await self._tokens.ensure()
        async with self._slots:
            client = await self._client(service_url)
            try:
                # The thread's own limit is per read; this one is for the whole.
                async with asyncio.timeout(self._config.timeout * 2):
                    return await operation(client.conversations)
            except SDK_ERRORS as error:
                told = from_sdk(error)
                if isinstance(told, TokenRefused):
                    self._tokens.forget()
                raise told from error
            except TimeoutError as error:
                raise OutcomeUnknown("No answer from Teams in time.") from error

    async def close(self) -> None:
        """Close every connection."""
        clients, self._clients = self._clients, {}
        for client in clients.values():
            await client.__aexit__(None, None, None)

    async def _client(self, service_url: str) -> Any:
        client = self._clients.get(service_url)
        if client is None:
            identity = self._adapter.create_claims_identity(self._config.app_id)
            factory = self._adapter.bot_framework_authentication.create_connector_factory(identity)
            client = await factory.create(service_url)
            settings = client.config
            settings.connection.timeout = self._config.timeout
            settings.redirect_policy.allow = False
            # The SDK would repeat a PUT or DELETE by itself; what is repeated is decided by delivery alone.
            settings.retry_policy.retries = 0
            settings.retry_policy.policy.status_forcelist = ()
            client = self._clients.setdefault(service_url, client)
        return client
