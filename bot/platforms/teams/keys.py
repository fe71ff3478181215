"""The keys that what comes in is signed with, fetched with a limit and without holding up anything else."""

import asyncio
import json
import time
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from botframework.connector.auth.jwt_token_extractor import JwtTokenExtractor
from jwt import PyJWTError
from jwt.algorithms import RSAAlgorithm

from bot.clock import Monotonic

DAY = 24 * 3600.0
HOUR = 3600.0
AFTER_A_FAILURE = 10.0
"""Seconds in which keys that could not be had are not asked for again, however many strangers knock."""


class KeysUnavailable(Exception):
    """The keys cannot be had just now: nobody can be believed, and nobody is to blame."""


class UnknownKey(Exception):
    """A token names a key that its issuer does not have."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """One key, in the shape that the SDK's token extractor asks for."""

    public_key: Any
    endorsements: list[str] = field(default_factory=list)
    """The channels that this key may speak for."""


class SigningKeys:
    """Stands in the SDK's cache in place of its own.

    That one fetches on the event loop without a time-out, and its search for an unknown key id ends in an IndexError
    before the refresh is tried, so that a new key is refused for up to a day.
    """

    def __init__(self, metadata_url: str, timeout: float = 10.0, monotonic: Monotonic = time.monotonic) -> None:
        self._url = metadata_url
        self._monotonic = monotonic
        self._timeout = aiohttp.ClientTimeout(total=timeout)
        self._keys: dict[str, dict[str, Any]] = {}
        self._fetched_at = float("-inf")
        self._failed_at = float("-inf")
        self._refreshing = asyncio.Lock()
        JwtTokenExtractor.metadataCache[metadata_url] = self

    async def get(self, key_id: str | None) -> SigningKey:
        """A key by its id. A day-old set is renewed; for an unknown id at most once an hour.

        A set that cannot be renewed serves for one day more. Raises `UnknownKey`, `KeysUnavailable`.
        """
        if self._older_than(DAY):
            try:
                await self._refresh(DAY)
            except KeysUnavailable:
                if key_id not in self._keys or self._older_than(2 * DAY):
                    raise
        if key_id not in self._keys and self._older_than(HOUR):
            await self._refresh(HOUR)
        key = self._keys.get(key_id or "")
        if key is None:
            raise UnknownKey(f"No key has the id {key_id!r:.80}.")
        try:
            return SigningKey(RSAAlgorithm.from_jwk(json.dumps(key)), _texts(key.get("endorsements")))
        except (PyJWTError, ValueError, KeyError, TypeError) as error:
            raise UnknownKey(f"The key {key_id!r:.80} is no RSA key.") from error

    def close(self) -> None:
        """Leave the SDK's cache."""
        JwtTokenExtractor.metadataCache.pop(self._url, None)

    def _older_than(self, seconds: float) -> bool:
        return self._monotonic() - self._fetched_at > seconds

    async def _refresh(self, age: float) -> None:
        async with self._refreshing:
            if not self._older_than(age):
                return
            if self._monotonic() - self._failed_at < AFTER_A_FAILURE:
                raise KeysUnavailable(f"The keys at {self._url} could not be read a moment ago.")
            try:
                async with aiohttp.ClientSession(timeout=self._timeout, trust_env=True) as session:
                    metadata = await _json(session, self._url)
                    keys = (await _json(session, metadata["jwks_uri"]))["keys"]
                self._keys = {key["kid"]: key for key in keys}
            except (aiohttp.ClientError, TimeoutError, OSError, ValueError, KeyError, TypeError) as error:
                self._failed_at = self._monotonic()
                raise KeysUnavailable(f"The keys at {self._url} cannot be read: {error}") from error
            self._fetched_at = self._monotonic()


async def _json(session: aiohttp.ClientSession, url: str) -> Any:
    async with session.get(url) as answer:
        answer.raise_for_status()
        return await answer.json(content_type=None)


def _texts(found: object) -> list[str]:
    return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []
