"""Whoever is not Microsoft, or not for us, never reaches `accept`."""

import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from bot.clock import MovableClock
from bot.platforms.teams.app import TeamsPlatform
from bot.platforms.teams.config import TeamsConfig
from tests.fakes.http import Server
from tests.fakes.teams import TeamsFake
from tests.platforms.teams.conftest import App

NOW = int(time.time())


@pytest.mark.usefixtures("platform")
class TestTokens:
    """Every wrong token is a 401, never a 500."""

    async def test_a_genuine_token_is_let_in(self, teams: TeamsFake, app: App) -> None:
        assert (await teams.says("45k")).status == 200
        assert len(app.heard) == 1

    @pytest.mark.parametrize(
        "authorization",
        [
            None,
            "Bearer",
            "Bearer ",
            "Bearer garbage",
            "Bearer a.b.c",
            "Bearer a.b c",
            "Basic dXNlcjpwYXNz",
            "Bearer " + "x" * 20_000,
            "Bearer eyJhbGciOiJub25lIn0.eyJpc3MiOiJodHRwczovL2FwaS5ib3RmcmFtZXdvcmsuY29tIn0.",
        ],
    )
    async def test_no_token_or_garbage(self, teams: TeamsFake, app: App, authorization: str | None) -> None:
        # aiohttp takes no header longer than 8190 bytes: that one is refused before us.
        answer = await teams.post(teams.activity(text="45k"), authorization=authorization)
        assert answer.status in ((400, 401) if authorization and len(authorization) > 8000 else (401,))
        assert app.heard == []

    @pytest.mark.parametrize(
        "wrong",
        [
            {"exp": NOW - 1000},
            {"exp": None},
            {"exp": "tomorrow"},
            {"nbf": NOW + 4000},
            {"aud": "another-app"},
            {"aud": None},
            {"iss": "https://example.com"},
            {"iss": None},
            {"iss": "https://sts.windows.net/d6d49420-f39b-4df7-a1dc-d59a935871db/"},
            {"serviceurl": "https://elsewhere.example.com/"},
            {"serviceurl": None},
            {"algorithm": "HS256"},
            {"algorithm": "RS512"},
            {"key": "key-of-a-stranger"},
            {"key": "key-of-a-stranger", "kid": "key-1"},
        ],
    )
    async def test_a_wrong_token(self, teams: TeamsFake, app: App, wrong: dict[str, Any]) -> None:
        answer = await teams.post(teams.activity(text="45k"), authorization=f"Bearer {teams.token(**wrong)}")
        assert answer.status == 401
        assert app.heard == []
        assert app.news == []

    async def test_a_key_that_may_not_speak_for_teams(self, teams: TeamsFake, app: App) -> None:
        teams.endorsements = ["webchat"]
        assert (await teams.says("45k")).status == 401
        assert app.heard == []

    async def test_a_genuine_token_for_another_channel(self, teams: TeamsFake, app: App) -> None:
        assert (await teams.says("45k", channelId="webchat")).status == 401
        assert app.heard == []

    @pytest.mark.parametrize("tenant", ["another-tenant", None])
    async def test_a_tenant_that_is_not_let_in(self, teams: TeamsFake, app: App, tenant: str | None) -> None:
        body = teams.activity(text="45k", channelData={"tenant": {"id": tenant}} if tenant else None)
        body["conversation"]["tenantId"] = tenant
        assert (await teams.post(body)).status == 403
        assert app.heard == []

    async def test_two_tenants_at_once_are_none(self, teams: TeamsFake, app: App) -> None:
        body = teams.activity(text="45k", channelData={"tenant": {"id": "another-tenant"}})
        assert (await teams.post(body)).status == 403
        assert app.heard == []


@pytest.mark.usefixtures("platform")
class TestShape:
    """What is authentic and no activity is a 400."""

    @pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 100_000])
    async def test_no_activity_at_all(self, teams: TeamsFake, app: App, body: bytes) -> None:
        assert (await teams.post(body)).status == 400

    @pytest.mark.parametrize("part", ["serviceUrl", "conversation", "from", "recipient", "type", "id"])
    async def test_an_activity_without_one_of_its_parts(self, teams: TeamsFake, app: App, part: str) -> None:
        body = teams.activity(text="45k")
        del body[part]
        # Without a service URL the SDK does not compare it with the token's, so this must not get through.
        assert (await teams.post(body)).status == 400
        assert app.heard == []

    @pytest.mark.parametrize("part", ["conversation", "from", "recipient", "entities", "attachments", "timestamp"])
    @pytest.mark.parametrize("value", [7, "text", [], [7], {}, {"id": {"deep": 1}}])
    async def test_parts_of_another_shape_break_nothing(
        self, teams: TeamsFake, app: App, part: str, value: object
    ) -> None:
        assert (await teams.says("45k", **{part: value})).status in (200, 400, 403)


@pytest.mark.usefixtures("platform")
class TestKeys:
    """Keys are fetched once, again when a new one appears, and not for everyone who asks."""

    async def test_many_requests_need_one_fetch(self, teams: TeamsFake) -> None:
        for _ in range(3):
            await teams.says("45k")
        assert teams.key_calls == 1

    async def test_a_new_key_is_learned_within_the_hour_of_its_first_use(
        self, teams: TeamsFake, app: App, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await teams.says("45k")
        teams.keys = ["key-1", "key-2"]
        new = f"Bearer {teams.token(key='key-2')}"
        assert (await teams.post(teams.activity(text="46k"), authorization=new)).status == 401
        monkeypatch.setattr("bot.platforms.teams.keys.HOUR", 0.0)
        assert (await teams.post(teams.activity(text="46k"), authorization=new)).status == 200

    async def test_unknown_keys_do_not_make_us_fetch_again_and_again(self, teams: TeamsFake) -> None:
        await teams.says("45k")
        for number in range(3):
            token = teams.token(key="key-of-a-stranger", kid=f"made-up-{number}")
            assert (await teams.post(teams.activity(text="x"), authorization=f"Bearer {token}")).status == 401
        assert teams.key_calls == 1

    async def test_without_keys_nobody_is_believed_and_nobody_is_blamed(
        self, teams: TeamsFake, app: App, platform: TeamsPlatform
    ) -> None:
        teams.keys = ["key-1"]
        platform._gate._keys._url = f"{teams.url}/nowhere"
        assert (await teams.says("45k")).status == 503
        assert app.heard == []
        platform._gate._keys._url = teams.metadata_url
        assert (await teams.says("45k")).status == 200


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


async def test_in_development_other_machines_are_refused(
    teams: TeamsFake, app: App, open_house: TeamsPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web.BaseRequest, "remote", "10.0.0.9")
    assert (await teams.post(teams.activity(text="45k"), authorization=None)).status == 403
    assert app.heard == []
