"""Where Okra's own token comes from: a client secret or a managed identity, and one for many messages."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from aiohttp import web

from bot.delivery.port import ChatError, NotDelivered, RateLimited
from bot.platforms.teams.config import AppType, Cloud, TeamsConfig
from bot.platforms.teams.credentials import Tokens
from tests.fakes.http import Broken, Dropped, Server, Slow, TooMany, Trouble, pause
from tests.fakes.teams import ACCESS_TOKEN, APP_ID, PASSWORD, TENANT, TeamsFake


@dataclass
class Identity:
    """Azure App Service's identity endpoint on loopback: gives a token to whoever knows the header."""

    url: str = ""
    asked: list[dict[str, str]] = field(default_factory=list)
    status: int = 200
    answer: Any = None
    trouble: Slow | None = None

    async def ask(self, request: web.Request) -> web.Response:
        assert request.headers["X-IDENTITY-HEADER"] == "pretend-header"
        self.asked.append(dict(request.query))
        await pause(self.trouble)
        token = {"access_token": f"pretend-{len(self.asked)}", "expires_on": str(int(time.time()) + 7200)}
        body = token if self.answer is None else self.answer
        if isinstance(body, str):
            return web.Response(text=body, status=self.status, content_type="text/html")
        return web.json_response(body, status=self.status, headers={"Retry-After": "17"})


@pytest.fixture
async def identity(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Identity]:
    one = Identity()
    app = web.Application()
    app.router.add_get("/msi/token", one.ask)
    server = Server(app)
    await server.start()
    one.url = f"{server.url}/msi/token"
    monkeypatch.setenv("IDENTITY_ENDPOINT", one.url)
    monkeypatch.setenv("IDENTITY_HEADER", "pretend-header")
    # Whatever stands between us and the world, the endpoint is on this machine.
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    yield one
    await server.stop()


MANAGED = TeamsConfig(APP_ID, "", TENANT, app_type=AppType.MANAGED_IDENTITY, timeout=0.3)


async def test_a_managed_identity_gets_its_token_from_the_machine(identity: Identity) -> None:
    tokens = Tokens(MANAGED)
    assert await asyncio.gather(*(tokens.ensure() for _ in range(5))) == ["pretend-1"] * 5
    assert identity.asked == [
        {"api-version": "2019-08-01", "resource": "https://api.botframework.com", "client_id": APP_ID}
    ]


async def test_a_managed_identitys_token_that_is_refused_is_fetched_anew(identity: Identity) -> None:
    tokens = Tokens(MANAGED)
    tokens.forget(await tokens.ensure())
    assert await tokens.ensure() == "pretend-2"


@pytest.mark.parametrize(
    ("status", "answer", "kind", "said"),
    [
        (429, {"statusCode": 429, "message": "slow down"}, RateLimited, "17 s"),
        (400, {"statusCode": 400, "message": "no such identity"}, NotDelivered, "No token from Microsoft: 400"),
        (500, {"statusCode": 500, "message": "oh"}, NotDelivered, "No token from Microsoft: 500"),
        (502, "<html>", NotDelivered, "No token from Microsoft: JSONDecodeError"),
        (200, [], NotDelivered, "No token from Microsoft"),
        (200, {"access_token": "x", "expires_on": "tomorrow"}, NotDelivered, "No token from Microsoft: ValueError"),
    ],
)
async def test_without_an_identity_nothing_was_sent(
    identity: Identity, status: int, answer: object, kind: type[ChatError], said: str
) -> None:
    identity.status, identity.answer = status, answer
    with pytest.raises(kind, match=said):
        await Tokens(MANAGED).ensure()


async def test_an_identity_endpoint_that_does_not_answer_holds_up_nobody(identity: Identity) -> None:
    identity.trouble = Slow(2)
    asked = asyncio.create_task(Tokens(MANAGED).ensure())
    await asyncio.sleep(0)
    assert not asked.done()
    with pytest.raises(NotDelivered, match="ReadTimeout"):
        await asked


async def test_no_identity_endpoint_at_all_is_no_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IDENTITY_ENDPOINT", "http://127.0.0.1:9/msi/token")
    monkeypatch.setenv("IDENTITY_HEADER", "pretend-header")
    with pytest.raises(NotDelivered, match="ConnectionError"):
        await Tokens(MANAGED).ensure()


# --- client secrets -------------------------------------------------------------------------------


async def test_a_single_tenant_bot_gets_its_token_in_its_own_tenant(config: TeamsConfig, teams: TeamsFake) -> None:
    assert await Tokens(config).ensure() == ACCESS_TOKEN


async def test_a_multi_tenant_bot_gets_its_token_where_all_bots_are(teams: TeamsFake) -> None:
    """The pretend login serves one tenant; here that stands for botframework.com."""
    cloud = Cloud(login_url=teams.url, bots_tenant=TENANT)
    config = TeamsConfig(APP_ID, PASSWORD, "", frozenset({"other"}), app_type=AppType.MULTI_TENANT, cloud=cloud)
    assert await Tokens(config).ensure() == ACCESS_TOKEN
    assert replace(config, cloud=Cloud()).token_tenant == "botframework.com"


async def test_a_wrong_password_is_named_by_microsofts_word_and_not_shown(
    config: TeamsConfig, teams: TeamsFake
) -> None:
    with pytest.raises(NotDelivered) as raised:
        await Tokens(replace(config, app_password="wrong-secret")).ensure()
    assert str(raised.value) == "No token from Microsoft: 401 invalid_client"


@pytest.mark.parametrize("trouble", [Broken(503), Dropped(), TooMany(9)])
async def test_a_login_that_is_down_is_asked_once_by_all_who_wait(
    config: TeamsConfig, teams: TeamsFake, trouble: Trouble
) -> None:
    teams.token_trouble = trouble
    tokens = Tokens(config)
    results = await asyncio.gather(*(tokens.ensure() for _ in range(20)), return_exceptions=True)
    assert all(isinstance(each, ChatError) for each in results)
    assert teams.token_calls == 1
    teams.token_trouble = None
    assert await tokens.ensure() == ACCESS_TOKEN


class Seconds:
    now = 0.0

    def __call__(self) -> float:
        return self.now


async def test_a_token_is_renewed_before_its_end_and_serves_to_its_end_where_that_fails(
    config: TeamsConfig, teams: TeamsFake
) -> None:
    seconds = Seconds()
    tokens = Tokens(config, monotonic=seconds)
    await tokens.ensure()
    seconds.now = 3200
    await tokens.ensure()
    assert teams.token_calls == 1
    seconds.now = 3400
    teams.token_trouble = Broken(503)
    assert await tokens.ensure() == ACCESS_TOKEN
    seconds.now = 3590
    with pytest.raises(NotDelivered):
        await tokens.ensure()
    assert teams.token_calls == 3


async def test_somebody_who_gives_up_waiting_does_not_spoil_it_for_the_others(
    config: TeamsConfig, teams: TeamsFake
) -> None:
    tokens = Tokens(config)
    first = asyncio.create_task(tokens.ensure())
    second = asyncio.create_task(tokens.ensure())
    await asyncio.sleep(0)
    first.cancel()
    assert await second == ACCESS_TOKEN
    assert teams.token_calls == 1


async def test_in_development_no_token_is_needed() -> None:
    assert await Tokens(TeamsConfig("", "", "")).ensure() is None
