"""The keys that tell who is Microsoft, and the house that is open to this machine alone."""

import asyncio
from collections.abc import AsyncIterator, Callable

import aiohttp
import pytest
from aiohttp import web

from bot.clock import MovableClock
from bot.platforms.teams.app import TeamsPlatform
from bot.platforms.teams.config import TeamsConfig
from bot.platforms.teams.keys import AFTER_A_FAILURE, DAY, HOUR
from tests.fakes.http import Server
from tests.fakes.teams import TeamsFake
from tests.platforms.teams.conftest import App


class Ticking:
    """Real seconds that a test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds(platform: TeamsPlatform) -> Ticking:
    """The time of the keys."""
    ticking = Ticking()
    platform._gate._keys._monotonic = ticking
    return ticking


@pytest.fixture
async def elsewhere(platform: TeamsPlatform) -> AsyncIterator[Callable[[str], None]]:
    """Another place for keys, which answers with what it is told; KEYS stands for its own address."""
    told = [""]

    async def answering(request: web.Request) -> web.Response:
        text = told[0].replace("KEYS", str(request.url))
        return web.Response(text=text, content_type="application/json")

    web_app = web.Application()
    web_app.router.add_get("/keys", answering)
    server = Server(web_app)
    await server.start()

    def tell(answer: str) -> None:
        told[0] = answer
        platform._gate._keys._url = f"{server.url}/keys"

    yield tell
    await server.stop()


async def comes(teams: TeamsFake, key: str = "key-1", kid: str | None = None) -> int:
    """A message signed with a key; the status that it gets."""
    token = teams.token(key=key, kid=kid)
    return (await teams.post(teams.activity(text="45k"), authorization=f"Bearer {token}")).status


async def test_many_requests_at_once_need_one_fetch_of_the_keys(teams: TeamsFake, seconds: Ticking) -> None:
    assert await asyncio.gather(*(comes(teams) for _ in range(8))) == [200] * 8
    assert teams.key_calls == 1


async def test_a_new_key_is_learned_within_the_hour(teams: TeamsFake, seconds: Ticking) -> None:
    assert await comes(teams) == 200
    teams.keys = ["key-1", "key-2"]
    assert await comes(teams, "key-2") == 401
    seconds.now += HOUR + 1
    assert await comes(teams, "key-2") == 200
    assert await comes(teams) == 200
    assert teams.key_calls == 2


async def test_a_key_that_is_withdrawn_is_refused_a_day_later(teams: TeamsFake, seconds: Ticking) -> None:
    assert await comes(teams) == 200
    teams.keys = ["key-2"]
    seconds.now += DAY + 1
    assert await comes(teams) == 401


async def test_made_up_key_ids_do_not_make_us_fetch_again_and_again(teams: TeamsFake, seconds: Ticking) -> None:
    assert await comes(teams) == 200
    for number in range(3):
        assert await comes(teams, "key-of-a-stranger", f"made-up-{number}") == 401
    seconds.now += HOUR + 1
    for number in range(3):
        assert await comes(teams, "key-of-a-stranger", f"made-up-{number}") == 401
    assert teams.key_calls == 2


async def test_without_keys_nobody_is_believed_and_nobody_is_blamed(
    teams: TeamsFake, app: App, platform: TeamsPlatform, seconds: Ticking
) -> None:
    platform._gate._keys._url = f"{teams.url}/nowhere"
    assert await comes(teams) == 503
    platform._gate._keys._url = teams.metadata_url
    assert await comes(teams) == 503
    assert (app.heard, teams.key_calls) == ([], 0)
    seconds.now += AFTER_A_FAILURE
    assert await comes(teams) == 200


async def test_keys_that_cannot_be_renewed_serve_for_one_day_more(
    teams: TeamsFake, platform: TeamsPlatform, seconds: Ticking
) -> None:
    assert await comes(teams) == 200
    platform._gate._keys._url = f"{teams.url}/nowhere"
    seconds.now += DAY + 1
    assert await comes(teams) == 200
    assert await comes(teams, "key-of-a-stranger") == 503
    seconds.now += DAY
    assert await comes(teams) == 503


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "[]",
        "null",
        "<html>",
        '{"jwks_uri": 7}',
        '{"jwks_uri": "http://127.0.0.1:9/keys"}',
        '{"jwks_uri": "KEYS", "keys": 7}',
        '{"jwks_uri": "KEYS", "keys": [7]}',
        '{"jwks_uri": "KEYS", "keys": [{"kid": ["key-1"]}]}',
    ],
)
async def test_keys_that_make_no_sense_are_none(
    teams: TeamsFake, app: App, elsewhere: Callable[[str], None], answer: str
) -> None:
    elsewhere(answer)
    assert await comes(teams) == 503
    assert app.heard == []


@pytest.mark.parametrize(
    "key",
    ['{"kid": "key-1"}', '{"kid": "key-1", "kty": "RSA", "endorsements": ["msteams"]}', '{"kid": "key-1", "n": 7}'],
)
async def test_a_key_that_makes_no_sense_lets_nobody_in(
    teams: TeamsFake, app: App, elsewhere: Callable[[str], None], key: str
) -> None:
    elsewhere(f'{{"jwks_uri": "KEYS", "keys": [{key}]}}')
    assert await comes(teams) == 401
    assert app.heard == []


async def test_keys_that_come_too_slowly_hold_up_nobody_else(
    teams: TeamsFake, platform: TeamsPlatform, seconds: Ticking
) -> None:
    async def never(_: web.Request) -> web.Response:
        await asyncio.Event().wait()
        return web.Response()

    web_app = web.Application()
    web_app.router.add_get("/keys", never)
    server = Server(web_app)
    await server.start()
    platform._gate._keys._url = f"{server.url}/keys"
    asked = asyncio.create_task(comes(teams))
    answer = await teams.post(b"{}", authorization=None)
    assert (answer.status, asked.done()) == (401, False)
    assert await asked == 503
    await server.stop()


@pytest.fixture
async def open_house(teams: TeamsFake, app: App, clock: MovableClock) -> AsyncIterator[TeamsPlatform]:
    platform = TeamsPlatform(
        TeamsConfig("", "", ""),
        accept=app.accept,
        hear=app.hear,
        places=app,
        clock=clock,
        host="127.0.0.1",
        development=True,
    )
    web_app = web.Application()
    web_app.add_routes(platform.routes())
    server = Server(web_app)
    await server.start()
    teams.app_url = server.url
    yield platform
    await platform.close()
    await server.stop()


async def test_in_development_this_machine_needs_no_token(
    teams: TeamsFake, app: App, open_house: TeamsPlatform
) -> None:
    assert (await teams.post(teams.activity(text="45k"), authorization=None)).status == 200
    assert len(app.heard) == 1


async def test_in_development_what_is_not_teams_is_refused_too(
    teams: TeamsFake, app: App, open_house: TeamsPlatform
) -> None:
    emulated = teams.activity(text="45k", channelId="emulator")
    assert (await teams.post(emulated, authorization=None)).status == 401
    assert app.heard == []


@pytest.mark.parametrize("remote", ["10.0.0.9", "fe80::1", None, ""])
async def test_in_development_other_machines_are_refused(
    teams: TeamsFake, app: App, open_house: TeamsPlatform, monkeypatch: pytest.MonkeyPatch, remote: str | None
) -> None:
    monkeypatch.setattr(web.BaseRequest, "remote", remote)
    assert (await teams.post(teams.activity(text="45k"), authorization=None)).status == 403
    assert app.heard == []


@pytest.mark.parametrize(
    ("header", "value", "status"),
    [
        ("Host", "127.0.0.1:3978", 200),
        ("Host", "localhost", 200),
        ("Host", "[::1]:3978", 200),
        # a page in a browser of this machine, whose name was made to lead here
        ("Host", "evil.example.com", 403),
        ("Host", "127.0.0.1.evil.example.com:3978", 403),
        ("Host", "127.0.0.1@evil.example.com", 403),
        # a tunnel or a proxy on this machine
        ("X-Forwarded-For", "203.0.113.7", 403),
        ("X-Forwarded-Host", "okra.example.com", 403),
        ("X-Real-IP", "203.0.113.7", 403),
        ("Forwarded", "for=203.0.113.7", 403),
        # a form of a page, which a browser posts without asking
        ("Content-Type", "text/plain", 415),
        ("Content-Type", "application/x-www-form-urlencoded", 415),
    ],
)
async def test_in_development_what_only_passes_through_this_machine_is_refused(
    teams: TeamsFake, app: App, open_house: TeamsPlatform, header: str, value: str, status: int
) -> None:
    headers = {"Content-Type": "application/json", header: value}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{teams.app_url}/api/messages", json=teams.activity(text="45k"), headers=headers) as answer,
    ):
        assert answer.status == status
    assert bool(app.heard) == (status == 200)
