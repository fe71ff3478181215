"""The token that Okra sends with: one for many messages, renewed before it runs out."""

import asyncio
import time
from typing import Any

import aiohttp
from botframework.connector.auth import ServiceClientCredentialsFactory
from msrest.authentication import Authentication

from bot.delivery.port import ChatError, NotDelivered, RateLimited
from bot.platforms.teams.config import TeamsConfig

_EARLY = 300.0
"""Seconds before its end at which a token is renewed."""


class Tokens:
    """Client credentials of one registration. (The SDK makes a new MSAL application and token for every turn.)"""

    def __init__(self, config: TeamsConfig) -> None:
        self._config = config
        self._asking = asyncio.Lock()
        self._token: str | None = None
        self._good_until = 0.0

    @property
    def current(self) -> str | None:
        """The token that was fetched last."""
        return self._token

    async def ensure(self) -> None:
        """Have a token that is good for some minutes. Raises `ChatError`: nothing has been sent yet."""
        if self._config.is_open:
            return
        async with self._asking:
            if self._token is None or time.monotonic() > self._good_until - _EARLY:
                self._token, lifetime = await self._fetch()
                self._good_until = time.monotonic() + lifetime

    def forget(self) -> None:
        """The token was refused; the next call fetches another."""
        self._token = None

    async def _fetch(self) -> tuple[str, float]:
        config = self._config
        form = {
            "grant_type": "client_credentials",
            "client_id": config.app_id,
            "client_secret": config.app_password,
            "scope": config.cloud.scope,
        }
        url = f"{config.cloud.login_url}/{config.tenant_id}/oauth2/v2.0/token"
        limit = aiohttp.ClientTimeout(total=config.timeout)
        try:
            async with (
                aiohttp.ClientSession(timeout=limit, trust_env=True) as session,
                session.post(url, data=form) as answer,
            ):
                if answer.status != 200:
                    raise await _refused(answer)
                body = await answer.json(content_type=None)
            return str(body["access_token"]), float(body["expires_in"])
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError, KeyError, TypeError) as error:
            raise NotDelivered(f"No token from Microsoft: {type(error).__name__} {error}".rstrip()) from error


async def _refused(answer: aiohttp.ClientResponse) -> ChatError:
    if answer.status == 429:
        try:
            return RateLimited(float(answer.headers.get("Retry-After", "30")))
        except ValueError:
            return RateLimited(30)
    try:
        code = (await answer.json(content_type=None)).get("error", "")
    except (ValueError, AttributeError):
        code = ""
    return NotDelivered(f"No token from Microsoft: {answer.status} {code}".rstrip())


class _Signed(Authentication):
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
        self._signed = _Signed(tokens)

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
