"""Who may post to the bot: the SDK's token check, fed with our keys and answered with the right errors."""

from collections.abc import Mapping, Sequence
from typing import Any

import jwt
from botbuilder.integration.aiohttp import ConfigurationBotFrameworkAuthentication
from botbuilder.schema import Activity
from botframework.connector.auth import AuthenticateRequestResult, BotFrameworkAuthentication, ConnectorFactory

from bot.platforms.teams.config import CHANNEL, TeamsConfig
from bot.platforms.teams.credentials import CachedCredentials, Tokens
from bot.platforms.teams.keys import SigningKeys, UnknownKey

LONGEST_TOKEN = 16_384


class NotAuthentic(Exception):
    """The request does not come from Microsoft, or not for us."""


class NotWelcome(Exception):
    """The request is genuine, and its tenant is not one of ours."""


class Gate:
    """Checks requests. `authentication` is what the adapter is built on."""

    def __init__(self, config: TeamsConfig, tokens: Tokens) -> None:
        cloud = config.cloud
        self._config = config
        self._keys = SigningKeys(cloud.open_id_metadata_url, config.timeout)
        self.authentication: BotFrameworkAuthentication = _Authentication(
            _Configuration(cloud.login_url, cloud.issuer, cloud.open_id_metadata_url),
            credentials_factory=CachedCredentials(config, tokens),
        )

    async def screen(self, authorization: Sequence[str]) -> None:
        """Refuse what cannot be genuine, before anything is read. Raises `NotAuthentic`, `KeysUnavailable`.

        This is also what the SDK answers with a bare `Exception`, or leads into its branch for the emulator.
        """
        if self._config.is_open:
            return
        if len(authorization) != 1:
            raise NotAuthentic("There is no token." if not authorization else "There is more than one token.")
        scheme, _, token = authorization[0].partition(" ")
        if scheme != "Bearer" or not token or " " in token or len(token) > LONGEST_TOKEN:
            raise NotAuthentic("The header holds no bearer token.")
        try:
            header = jwt.get_unverified_header(token)
            claims = jwt.decode(token, options={"verify_signature": False})
        except (jwt.PyJWTError, ValueError, RecursionError) as error:
            raise NotAuthentic("The token cannot be read.") from error
        if header.get("alg") != "RS256":
            raise NotAuthentic("The token is not signed with RS256.")
        if claims.get("iss") != self._config.cloud.issuer:
            raise NotAuthentic("The token has another issuer.")
        if not isinstance(claims.get("exp"), int | float):
            raise NotAuthentic("The token has no end.")
        if claims.get("aud") != self._config.app_id:
            raise NotAuthentic("The token is for somebody else.")
        try:
            key = await self._keys.get(header.get("kid"))
        except UnknownKey as error:
            raise NotAuthentic(str(error)) from error
        if CHANNEL not in key.endorsements:
            raise NotAuthentic("The key does not speak for Teams.")

    async def check(self, authorization: Sequence[str], body: Mapping[str, Any]) -> AuthenticateRequestResult:
        """Believe a request that was screened, or raise `NotAuthentic`, `NotWelcome`, `KeysUnavailable`.

        `body` has been read but nothing in it is believed before this returns.
        """
        if body.get("channelId") != CHANNEL:
            raise NotAuthentic("The request is not from Teams.")
        if self._config.is_open:
            return _without_clients(await self.authentication.authenticate_request(_addressed(body), None))
        try:
            result = await self.authentication.authenticate_request(_addressed(body), authorization[0])
        except (PermissionError, jwt.PyJWTError, UnknownKey) as error:
            raise NotAuthentic(str(error)) from error
        self._welcome(body)
        return _without_clients(result)

    def close(self) -> None:
        """Let go of the keys."""
        self._keys.close()

    def _welcome(self, body: Mapping[str, Any]) -> None:
        tenant = tenant_of(body)
        if tenant is None or tenant not in self._config.tenants:
            raise NotWelcome("This tenant is not let in.")


def tenant_of(body: Mapping[str, Any]) -> str | None:
    """The tenant an activity comes from, in lower case. Where two are named they must be one."""
    found = (_tenant_in_channel_data(body), _text_in(body.get("conversation"), "tenantId"))
    named = {tenant.lower() for tenant in found if tenant is not None}
    return named.pop() if len(named) == 1 else None


def _tenant_in_channel_data(body: Mapping[str, Any]) -> str | None:
    data = body.get("channelData")
    return _text_in(data.get("tenant"), "id") if isinstance(data, Mapping) else None


def _text_in(found: object, name: str) -> str | None:
    value = found.get(name) if isinstance(found, Mapping) else None
    return value if isinstance(value, str) and value else None


def _addressed(body: Mapping[str, Any]) -> Activity:
    """As much of an activity as the token check looks at; the rest is not read for strangers."""
    return Activity(channel_id=_text_in(body, "channelId"), service_url=_text_in(body, "serviceUrl"))


class _NoClient(ConnectorFactory):  # type: ignore[misc] # the SDK has no types
    """The SDK makes two HTTP clients for every turn, which takes longer than all the rest; what we say goes by ours."""

    async def create(self, service_url: str, audience: str | None = None) -> object:  # noqa: ARG002 - its signature
        """Something that is there and does nothing."""
        return self


class _Authentication(ConfigurationBotFrameworkAuthentication):  # type: ignore[misc] # as above
    async def create_user_token_client(self, claims_identity: object) -> None:
        """Nobody signs in through us."""


def _without_clients(result: AuthenticateRequestResult) -> AuthenticateRequestResult:
    result.connector_factory = _NoClient()
    return result


class _Configuration:
    """The SDK reads its settings off an object, by these names."""

    def __init__(self, login_url: str, issuer: str, metadata_url: str) -> None:
        self.TO_CHANNEL_FROM_BOT_LOGIN_URL = login_url
        self.TO_CHANNEL_FROM_BOT_OAUTH_SCOPE = "https://api.botframework.com"
        self.TO_BOT_FROM_CHANNEL_TOKEN_ISSUER = issuer
        self.OAUTH_URL = "https://api.botframework.com"
        self.TO_BOT_FROM_CHANNEL_OPENID_METADATA_URL = metadata_url
        # Tokens of the emulator are refused before they get here; this keeps the SDK from fetching other keys.
        self.TO_BOT_FROM_EMULATOR_OPENID_METADATA_URL = metadata_url
        self.CALLER_ID = "urn:botframework:azure"
