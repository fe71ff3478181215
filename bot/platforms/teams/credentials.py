"""The token that Okra sends with: one for many messages, renewed before it runs out."""

import asyncio
import time
from typing import Any

from botframework.connector.auth import ServiceClientCredentialsFactory
from msrest.authentication import Authentication

from bot.clock import Monotonic
from bot.delivery.port import ChatError
from bot.platforms.teams.config import TeamsConfig
from bot.platforms.teams.token_sources import Fetch, source_of

_EARLY = 300.0
"""Seconds before its end at which a token is renewed."""
_AT_LAST = 30.0
"""Seconds before its end from which on a token is no longer good, even where there is no new one."""


class Tokens:
    """Tokens of one registration. (The SDK makes a new MSAL application and token for every turn.)"""

    def __init__(self, config: TeamsConfig, fetch: Fetch | None = None, monotonic: Monotonic = time.monotonic) -> None:
        self._config = config
        self._fetch = fetch or source_of(config)
        self._monotonic = monotonic
        self._renewing: asyncio.Task[None] | None = None
        self._token: str | None = None
        self._good_until = 0.0

    @property
    def current(self) -> str | None:
        """The token that was fetched last."""
        return self._token

    async def ensure(self) -> str | None:
        """A token that is good for some time; None where none is needed. Raises `ChatError`: nothing was sent yet.

        Whoever asks meanwhile waits for the same answer, so that a login that is down is asked once by all of them.
        """
        if self._config.is_open:
            return None
        if not self._is_good_for(_EARLY):
            if self._renewing is None:
                self._renewing = asyncio.create_task(self._renew())
                self._renewing.add_done_callback(self._renewed)
            try:
                await asyncio.shield(self._renewing)
            except ChatError:
                if not self._is_good_for(_AT_LAST):
                    raise
        return self._token

    def forget(self, token: str | None) -> None:
        """A token was refused; the next call fetches another, unless somebody did so already."""
        if token == self._token:
            self._token = None

    def _is_good_for(self, seconds: float) -> bool:
        return self._token is not None and self._monotonic() <= self._good_until - seconds

    async def _renew(self) -> None:
        token, lifetime = await self._fetch()
        self._token, self._good_until = token, self._monotonic() + lifetime

    def _renewed(self, task: "asyncio.Task[None]") -> None:
        self._renewing = None
        if not task.cancelled():
            task.exception()  # seen, even where nobody waits for it any more


class Signed(Authentication):
    """Puts the token that is at hand on a request; fetching it is done before, off this path."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens

    def signed_session(self, session: Any = None) -> Any:
        session = super().signed_session(session)
        if self._tokens.current is not None:
            session.headers["Authorization"] = f"Bearer {self._tokens.current}"
        return session


class CachedCredentials(ServiceClientCredentialsFactory):  # type: ignore[misc] # the SDK has no types
    """What the SDK asks for credentials, answered with one set for all."""

    def __init__(self, config: TeamsConfig, tokens: Tokens) -> None:
        self._config = config
        self._signed = Signed(tokens)

    async def is_valid_app_id(self, app_id: str) -> bool:
        """Whether a token was meant for us."""
        return bool(app_id) and app_id == self._config.app_id

    async def is_authentication_disabled(self) -> bool:
        """Whether nobody is asked who they are: in development alone."""
        return self._config.is_open

    async def create_credentials(
        self,
        app_id: str,  # noqa: ARG002 - the SDK's signature
        oauth_scope: str,  # noqa: ARG002 - as above
        login_endpoint: str,  # noqa: ARG002 - as above
        validate_authority: bool,  # noqa: ARG002 - as above
    ) -> Authentication:
        """The same credentials every time, whatever the SDK has in mind for them."""
        return self._signed
