"""Where Okra's token comes from: a client secret, or the identity that Azure gives a machine."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import aiohttp
import msal
import requests

from bot.delivery.port import ChatError, NotDelivered, RateLimited
from bot.platforms.teams.config import AppType, TeamsConfig
from bot.platforms.teams.errors import retry_after

Fetch = Callable[[], Awaitable[tuple[str, float]]]
"""A new token and the seconds that it is good for. Raises `ChatError`: nothing has been sent yet."""

_THROTTLED = 30.0
"""Seconds to wait where the login does not say."""


def source_of(config: TeamsConfig) -> Fetch:
    """How a registration gets its tokens."""
    if config.app_type is AppType.MANAGED_IDENTITY:
        return lambda: _by_identity(config)
    return lambda: _by_password(config)


async def _by_password(config: TeamsConfig) -> tuple[str, float]:
    form = {
        "grant_type": "client_credentials",
        "client_id": config.app_id,
        "client_secret": config.app_password,
        "scope": f"{config.cloud.resource}/.default",
    }
    url = f"{config.cloud.login_url}/{config.token_tenant}/oauth2/v2.0/token"
    limit = aiohttp.ClientTimeout(total=config.timeout)
    try:
        async with (
            aiohttp.ClientSession(timeout=limit, trust_env=True) as session,
            session.post(url, data=form) as answer,
        ):
            if answer.status != 200:
                raise _refused(answer.status, answer.headers, await answer.text(errors="replace"))
            body = await answer.json(content_type=None)
        return str(body["access_token"]), float(body["expires_in"])
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError, KeyError, TypeError) as error:
        raise _no_token(error) from error


async def _by_identity(config: TeamsConfig) -> tuple[str, float]:
    """By msal, which knows the identity endpoints of Azure's ways to run things. It blocks: a thread for it."""
    try:
        async with asyncio.timeout(config.timeout * 2):
            return await asyncio.to_thread(_ask_identity, config)
    except (requests.RequestException, TimeoutError, OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise _no_token(error) from error


def _ask_identity(config: TeamsConfig) -> tuple[str, float]:
    with _Machine(config.timeout) as machine:
        # A client anew each time: it keeps what it fetched, and a token that was refused must not come again.
        identity = msal.UserAssignedManagedIdentity(client_id=config.app_id)
        client = msal.ManagedIdentityClient(identity, http_client=machine)
        found = client.acquire_token_for_client(resource=config.cloud.resource)
        if "access_token" not in found:
            raise _refused(machine.status, machine.headers_of_answer, json.dumps(found))
        return str(found["access_token"]), float(found["expires_in"])


class _Machine(requests.Session):
    """What msal speaks HTTP with: with a limit, and past every proxy, since the endpoint is on this machine."""

    def __init__(self, timeout: float) -> None:
        super().__init__()
        self.trust_env = False
        self.status = 0
        self.headers_of_answer: Mapping[str, str] = {}
        self._timeout = timeout

    def request(self, *args: Any, **kwargs: Any) -> requests.Response:
        answer = super().request(*args, **{"timeout": self._timeout, **kwargs})
        self.status, self.headers_of_answer = answer.status_code, answer.headers
        return answer


def _refused(status: int, headers: Mapping[str, str], body: str) -> ChatError:
    if status == 429:
        return RateLimited(retry_after(headers, _THROTTLED))
    try:
        code = json.loads(body).get("error", "")
    except (ValueError, AttributeError):
        code = ""
    return NotDelivered(f"No token from Microsoft: {status} {code}".rstrip())


def _no_token(error: Exception) -> ChatError:
    said = getattr(error, "strerror", None) or ""
    return NotDelivered(f"No token from Microsoft: {type(error).__name__} {said}".rstrip())
