"""Okra comes to Slack workspaces, goes and comes back, on the whole app: what it sends there, and what it says."""

import html
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from pydantic import SecretStr
from sqlmodel import Session, col, select
from structlog.testing import capture_logs

from app import build_house
from bot.cli.composing import Connection, compose
from bot.cli.import_file import read_file, write
from bot.cli.output import CommandProblem
from bot.cli.slack_side import NO_KEY_FITS
from bot.clock import MovableClock
from bot.okr.localtime import instant
from bot.platforms.slack.grants import NOT_ACCEPTED
from bot.platforms.slack.install_links import InstallLinks
from bot.settings import Settings
from bot.web.server import Server
from storage import installations, ways
from storage import models as m
from storage.session import Database
from tests.fakes.slack import SECRET, TEAM, TOKEN, SlackFake
from tests.fakes.slack.values import APP_TOKEN, CLIENT_ID, CLIENT_SECRET
from tests.scenarios.running import BEGIN, MADRID, TEEBEE, Running, moved_to
from tests.storage.databases import new_url

pytestmark = (
    pytest.mark.sqlite_is_enough
)  # about Slack's consent; tests/storage/test_installations asks the same of both

SLACK = m.Platform.SLACK
START = instant(BEGIN.date(), BEGIN.time(), MADRID)
KEY = "a secret of thirty-two characters"
QUESTION = "2026-11-12 10:00"


class Town:
    """A database and a Slack that outlive Okra, which can be started again with other settings."""

    def __init__(self, folder: Path, slack: SlackFake, clock: MovableClock) -> None:
        self.slack, self.clock = slack, clock
        self.url = new_url(folder)
        with socket.socket() as one:
            one.bind(("127.0.0.1", 0))
            self.port = int(one.getsockname()[1])
        self.base = f"http://127.0.0.1:{self.port}"

    def one(self, token: str = TOKEN, **more: object) -> Settings:
        """The settings of one workspace."""
        return self._settings(slack_bot_token=SecretStr(token), slack_signing_secret=SecretStr(SECRET), **more)

    def many(self, key: str = KEY) -> Settings:
        """The settings of several."""
        return self._settings(
            slack_client_id=CLIENT_ID,
            slack_client_secret=SecretStr(CLIENT_SECRET),
            slack_signing_secret=SecretStr(SECRET),
            base_url=self.base,
            secret_key=SecretStr(key),
        )

    def _settings(self, **values: object) -> Settings:
        return Settings(_env_file=None, slack_api_url=self.slack.api_url, **values)  # type: ignore[arg-type,call-arg]

    @asynccontextmanager
    async def okra(self, settings: Settings) -> AsyncIterator[Running]:
        """Okra with these settings, until the end of the block."""
        db = Database(self.url, self.clock)
        try:
            house = build_house(db, self.clock, sends_per_second=0)
            async with compose(house, settings) as composed:
                server = Server(composed.app)
                self.slack.app_url = await server.start("127.0.0.1", self.port)
                try:
                    await house.start()
                    yield Running(house, composed, self.clock, self.slack.app_url)
                finally:
                    await server.stop()
        finally:
            db.close()

    def company(self, okra: Running, team: str, prefix: str) -> None:
        """TeeBee's OKRs for a Slack workspace, under a name and with ids of its own."""
        people = {"mei": f"{prefix}1MEI", "jack": f"{prefix}2JACK"}
        file = moved_to(read_file(TEEBEE), SLACK, people, {"GRO": f"C{prefix}SALES"})
        okra.house.db.write_now(write, file, (Connection(SLACK, team, team, "UBOT"),), START)

    async def health(self) -> tuple[int, str]:
        async with aiohttp.ClientSession() as session, session.get(f"{self.base}/healthz") as answer:
            return answer.status, await answer.text()

    async def install(self, team_name: str, into: str | None = None) -> str:
        """Somebody clicks through it; what the last page says."""
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser:
            async with browser.get(into or f"{self.base}/slack/install") as answer:
                page = await answer.text()
            consent = html.unescape(re.findall(r'href="([^"]*)">Add to Slack', page)[0])
            async with browser.get(consent) as answer:
                page = await answer.text()
            way = html.unescape(re.findall(rf'href="([^"]*)">Allow in {team_name}<', page)[0])
            async with browser.get(self.slack.url + way) as answer:
                return re.sub(r"<[^>]+>", " ", await answer.text())


def row(okra: Running, team: str = TEAM) -> m.Installation:
    found = okra.house.db.read_now(installations.installation, SLACK, team)
    assert found is not None
    return found


def waiting(okra: Running) -> list[str | None]:
    """The reasons of what is due and was not sent."""

    def read(session: Session) -> list[str | None]:
        rows = session.exec(
            select(m.Delivery).where(
                m.Delivery.state == m.DeliveryState.PLANNED, col(m.Delivery.due_at) <= okra.clock.now()
            )
        )
        return [one.reason for one in rows]

    return okra.house.db.read_now(read)


def attempts(okra: Running) -> int:
    """How often anything was tried."""
    return okra.house.db.read_now(lambda session: sum(session.exec(select(m.Delivery.attempts))))


@pytest.fixture
async def slack() -> AsyncIterator[SlackFake]:
    fake = SlackFake(MovableClock(START))
    blue = fake.add_workspace("T2BLUE", "Bluebird")
    for place, prefix in ((fake.workspace, "U"), (blue, "U9")):
        place.add_person(f"{prefix}1MEI", "Mei Tan")
        place.add_person(f"{prefix}2JACK", "Jack Moreno")
        place.add_channel(f"C{prefix}SALES", f"{prefix}1MEI", f"{prefix}2JACK")
    await fake.start()
    yield fake
    await fake.stop()


@pytest.fixture
def town(tmp_path: Path, slack: SlackFake) -> Town:
    clock = slack._state.clock
    assert isinstance(clock, MovableClock)
    return Town(tmp_path, slack, clock)


# --- one workspace ------------------------------------------------------------------------------------


async def test_a_token_that_dies_stops_all_sending_until_a_new_one_is_set(
    town: Town, slack: SlackFake, caplog: pytest.LogCaptureFixture
) -> None:
    with capture_logs():
        async with town.okra(town.one()) as okra:
            town.company(okra, TEAM, "U")
            slack.tokens[TOKEN].lost = "token_revoked"
            await okra.at(QUESTION)

            assert row(okra).state is m.InstallationState.REVOKED
            assert set(waiting(okra)) == {ways.NOT_INSTALLED}
            assert await town.health() == (503, NOT_ACCEPTED)
            tried = attempts(okra)
            for _ in range(3):
                await okra.house.tick()
            assert attempts(okra) == tried
    assert [one.getMessage() for one in caplog.records if one.getMessage() == NOT_ACCEPTED] == [NOT_ACCEPTED]

    with pytest.raises(CommandProblem, match=r"Slack does not accept SLACK_BOT_TOKEN \(Slack: token_revoked\); copy"):
        async with town.okra(town.one()):
            pass

    slack.add_workspace(TEAM, "Pretend", token="xoxb-new")
    fresh = slack.workspaces[TEAM]
    fresh.add_person("U1MEI", "Mei Tan")
    fresh.add_person("U2JACK", "Jack Moreno")
    fresh.add_channel("CUSALES", "U1MEI", "U2JACK")
    async with town.okra(town.one("xoxb-new")) as okra:
        await okra.house.tick()
        assert await town.health() == (200, "ok")
        assert waiting(okra) == []
        assert any("Weekly check-in" in one.text for one in fresh.messages["D1MEI"])


@pytest.mark.parametrize("order", [("tokens_revoked", "app_uninstalled"), ("app_uninstalled", "tokens_revoked")])
async def test_an_app_that_is_removed_sends_nothing_more(town: Town, slack: SlackFake, order: tuple[str, ...]) -> None:
    with capture_logs() as logged:
        async with town.okra(town.one()) as okra:
            town.company(okra, TEAM, "U")
            okra.clock.move_to(START.replace(minute=30))
            for answer in [*await slack.uninstall(order=order), *await slack.uninstall(order=order)]:
                assert answer.status == 200
            await okra.at(QUESTION)

            assert (row(okra).state, row(okra).tokens) == (m.InstallationState.REVOKED, None)
            assert slack.called("chat.postMessage") == []
            assert await town.health() == (503, NOT_ACCEPTED)
    assert [(one["id"], one["log_level"]) for one in logged if one["event"] == "removed from Slack"] == [
        (TEAM, "warning")
    ]


async def test_a_token_of_another_workspace_does_not_speak_for_the_former_one(town: Town, slack: SlackFake) -> None:
    """People are known by ids that the other Slack has not: they would all count as unreachable."""
    async with town.okra(town.one()) as okra:
        town.company(okra, TEAM, "U")
        assert row(okra).state is m.InstallationState.ACTIVE
    slack.add_workspace("T3NEW", "New", token="xoxb-elsewhere")
    with capture_logs() as logged:
        async with town.okra(town.one("xoxb-elsewhere")) as okra:
            await okra.at(QUESTION)
            assert row(okra).state is m.InstallationState.REVOKED
            assert slack.called("chat.postMessage") == []
    assert [one["problem"] for one in logged if one["event"] == "not installed"] == [
        "SLACK_BOT_TOKEN is that of another workspace"
    ]

    async with town.okra(town.one()) as okra:
        await okra.house.tick()
        assert row(okra).state is m.InstallationState.ACTIVE
        assert any("Weekly check-in" in text for text in slack.texts("D1MEI"))


async def test_socket_mode_needs_no_address(town: Town, slack: SlackFake) -> None:
    slack.mode = "socket"
    settings = town._settings(slack_bot_token=SecretStr(TOKEN), slack_app_token=SecretStr(APP_TOKEN))
    async with town.okra(settings) as okra:
        town.company(okra, TEAM, "U")
        await slack.sockets.connected(1)

        answer = await slack.command("", user="U1MEI", channel="CUSALES")

        assert "Enterprise MRR" in answer.text
        assert await town.health() == (200, "ok")
        async with aiohttp.ClientSession() as session, session.post(f"{town.base}/slack/events") as refused:
            assert refused.status == 404


async def test_a_wrong_app_token_is_one_sentence(town: Town) -> None:
    settings = town._settings(slack_bot_token=SecretStr(TOKEN), slack_app_token=SecretStr("xapp-wrong"))

    with pytest.raises(CommandProblem, match=r"^SLACK_APP_TOKEN: Slack does not accept the app-level token"):
        async with town.okra(settings):
            pass


# --- several ------------------------------------------------------------------------------------------


async def test_workspaces_come_and_go_without_disturbing_each_other(town: Town, slack: SlackFake) -> None:
    async with town.okra(town.many()) as okra:
        assert "is a new workspace in Okra" in await town.install("Pretend")
        await okra.house.tick()
        assert await town.health() == (200, "ok")
        file = moved_to(read_file(TEEBEE), SLACK, {"mei": "U91MEI", "jack": "U92JACK"}, {"GRO": "CU9SALES"})
        okra.house.db.write_now(write, file, (), START)
        (teebee,) = [one for one in okra.house.db.read_now(installations.workspaces) if one.name == file.workspace.name]
        link = InstallLinks(town.base, KEY).address(teebee.id, START)
        assert f"It belongs to “{teebee.name}” in Okra" in await town.install("Bluebird", link)
        okra.house.db.write_now(write, file, (), START)
        blue = slack.workspaces["T2BLUE"]

        known = await slack.command("", user="U91MEI", channel="CU9SALES", team="T2BLUE")
        assert "Enterprise MRR" in known.text

        okra.clock.move_to(START.replace(minute=20))
        await slack.uninstall(team=TEAM)
        assert row(okra, TEAM).state is m.InstallationState.REVOKED
        assert await town.health() == (200, "ok")
        await okra.at(QUESTION)
        assert any("Weekly check-in" in one.text for one in blue.messages["D91MEI"])

        okra.clock.move_to(instant(BEGIN.date(), BEGIN.time().replace(hour=11), MADRID))
        await slack.uninstall(team="T2BLUE")
        sent = len(blue.messages["D91MEI"])
        await okra.at("2026-11-13 09:50")
        assert len(blue.messages["D91MEI"]) == sent
        assert ways.NOT_INSTALLED in waiting(okra)

        assert f"It belongs to “{teebee.name}” in Okra" in await town.install("Bluebird")
        await okra.house.tick()
        assert ways.NOT_INSTALLED not in waiting(okra)
        assert "Growth · OKR board" in blue.messages["CU9SALES"][-1].text
        assert len({one.external_id for one in okra.house.db.read_now(installations.of_platform, SLACK)}) == 2


async def test_a_removal_of_a_workspace_that_nobody_knows_is_nothing(town: Town, slack: SlackFake) -> None:
    async with town.okra(town.many()):
        for answer in await slack.uninstall(team="T2BLUE"):
            assert answer.status == 200


async def test_with_another_secret_key_nothing_is_sent_and_with_the_former_all_is_as_it_was(
    town: Town, slack: SlackFake
) -> None:
    async with town.okra(town.many()) as okra:
        await town.install("Pretend")
    with capture_logs():
        async with town.okra(town.many("another secret of the same length")) as okra:
            assert await town.health() == (503, NO_KEY_FITS)
            assert row(okra).state is m.InstallationState.REVOKED
            assert row(okra).tokens is not None
            refused = await slack.command("")
            assert "could not save" in refused.text
            assert (await slack.message("KR1 45k")).status == 503

    async with town.okra(town.many()) as okra:
        assert await town.health() == (200, "ok")
        assert row(okra).state is m.InstallationState.ACTIVE


async def test_from_one_token_to_installing_the_workspace_stays_the_same(town: Town, slack: SlackFake) -> None:
    async with town.okra(town.one()) as okra:
        town.company(okra, TEAM, "U")
        before = row(okra)
    with capture_logs() as logged:
        async with town.okra(town.many()) as okra:
            assert row(okra).state is m.InstallationState.REVOKED
            await town.install("Pretend")
            after = row(okra)
            assert (after.id, after.workspace_id) == (before.id, before.workspace_id)
            await okra.at(QUESTION)
            assert any("Weekly check-in" in text for text in slack.texts("D1MEI"))
    assert [one["problem"] for one in logged if one["event"] == "not installed"] == [
        f"there is no token for it; install Okra there: {town.base}/slack/install"
    ]
