"""Trust: the access token of the app, and the keys and tokens that requests to the app are signed with."""

import json
import time
from collections.abc import Callable
from functools import cache
from typing import Any

import jwt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from jwt.algorithms import RSAAlgorithm

from tests.fakes.http import Broken, Dropped, TooMany, Trouble, cut
from tests.fakes.teams.values import ACCESS_TOKEN, APP_ID, ISSUER, PASSWORD, TENANT


@cache
def rsa_key(name: str) -> RSAPrivateKey:
    """A key pair by name; made once for all tests, because making one is slow."""
    return generate_private_key(public_exponent=65537, key_size=2048)


class Login:
    """The token endpoint, the key set, and genuine tokens; a test may change any of its attributes."""

    def __init__(self, url: Callable[[], str]) -> None:
        self._url = url
        self.token_calls = 0
        self.key_calls = 0
        self.keys = ["key-1"]
        self.endorsements = ["msteams"]
        self.token_lifetime = 3600
        self.token_trouble: Trouble | None = None
        self.accepted_token = ACCESS_TOKEN

    def routes(self) -> list[web.RouteDef]:
        """What to add to the server."""
        return [
            web.post("/{tenant}/oauth2/v2.0/token", self._token),
            web.get("/metadata", self._metadata),
            web.get("/keys", self._keys),
        ]

    @property
    def service_url(self) -> str:
        return f"{self._url()}/emea/"

    @property
    def metadata_url(self) -> str:
        return f"{self._url()}/metadata"

    async def _token(self, request: web.Request) -> web.StreamResponse:
        self.token_calls += 1
        form = await request.post()
        match self.token_trouble:
            case TooMany(seconds):
                return web.json_response({"error": "throttled"}, status=429, headers={"Retry-After": str(seconds)})
            case Broken(status, _):
                return web.Response(status=status)
            case Dropped():
                cut(request)
        good = {"grant_type": "client_credentials", "client_id": APP_ID, "client_secret": PASSWORD}
        if request.match_info["tenant"] != TENANT or any(form.get(name) != value for name, value in good.items()):
            return web.json_response({"error": "invalid_client"}, status=401)
        return web.json_response(
            {"token_type": "Bearer", "access_token": self.accepted_token, "expires_in": self.token_lifetime}
        )

    async def _metadata(self, _: web.Request) -> web.Response:
        self.key_calls += 1
        return web.json_response({"issuer": ISSUER, "jwks_uri": f"{self._url()}/keys"})

    async def _keys(self, _: web.Request) -> web.Response:
        keys = [json.loads(RSAAlgorithm.to_jwk(rsa_key(name).public_key())) | {"kid": name} for name in self.keys]
        return web.json_response({"keys": [key | {"endorsements": self.endorsements} for key in keys]})

    # --- what requests to the app are signed with -------------------------------------------------

    def claims(self, **more: Any) -> dict[str, Any]:
        """What a genuine token says."""
        now = int(time.time())
        claims = {
            "iss": ISSUER,
            "aud": APP_ID,
            "serviceurl": self.service_url,
            "nbf": now - 10,
            "exp": now + 600,
            **more,
        }
        return {name: value for name, value in claims.items() if value is not None}

    def token(self, *, key: str = "key-1", kid: str | None = None, algorithm: str = "RS256", **claims: Any) -> str:
        """A signed token; the arguments make it a wrong one."""
        signer: Any = rsa_key(key) if algorithm.startswith("RS") else "a-shared-secret-that-is-long-enough-for-hs256"
        return jwt.encode(self.claims(**claims), signer, algorithm=algorithm, headers={"kid": kid or key})
