"""Installing from the browser: the real pages on a real server, the fake Slack's consent, and what is stored."""

import html
import re
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import aiohttp
import pytest
from aiohttp import web
from sqlmodel import Session, select

from bot.clock import MovableClock
from bot.platforms.slack.install_links import InstallLinks
from bot.platforms.slack.oauth import NEEDED, REDIRECT_PATH, SCOPES, App, Installing
from bot.platforms.slack.tokens import Tokens
from storage import installations
from storage import models as m
from storage.session import Database
from tests.fakes.http import Broken, Dropped, Refused, Server, TooMany, Trouble
from tests.fakes.slack import SlackFake
from tests.fakes.slack.values import CLIENT_ID, CLIENT_SECRET
from tests.storage.databases import MORNING, held, new_file, url_of

SECRET = "a secret of thirty-two characters"
TOKENS = Tokens(SECRET)
APP = App(CLIENT_ID, CLIENT_SECRET)
_TAG = re.compile(r"<style>.*?</style>|<title>.*?</title>|<[^>]+>")


@dataclass(frozen=True, slots=True)
class Seen:
    """A page in a browser."""

    status: int
    html: str
    headers: dict[str, str]
    url: str

    @property
    def text(self) -> str:
        """What a person reads."""
        return " ".join(html.unescape(_TAG.sub(" ", self.html)).split())

    @property
    def links(self) -> dict[str, str]:
        """Where the links lead, by what they say."""
        found = re.findall(r'<a class="do" href="([^"]*)">([^<]*)</a>', self.html)
        return {html.unescape(label): html.unescape(address) for address, label in found}


class Browser:
    """A person's browser; it keeps its cookies."""

    def __init__(self) -> None:
        self.session = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))

    async def open(self, url: str) -> Seen:
        async with self.session.get(url) as answer:
            return Seen(answer.status, await answer.text(), dict(answer.headers), str(answer.url))


class Door:
    """Okra's side of it behind a proxy that takes `/base` away, beside the fake Slack."""

    def __init__(self, db: Database, clock: MovableClock, slack: SlackFake) -> None:
        self.db, self.clock, self.slack = db, clock, slack
        self.changed = 0
        self.browsers: list[Browser] = []
        self.installing: Installing | None = None
        app = web.Application()
        app.router.add_get("/base/{rest:.*}", self._proxied)
        self._server = Server(app)

    async def start(self) -> None:
        await self._server.start()
        self.base = f"{self._server.url}/base"
        self.links = InstallLinks(self.base, SECRET)
        await self.restart()

    async def restart(self, app: App = APP, api_url: str | None = None) -> None:
        """Okra with other settings."""
        if self.installing is not None:
            await self.installing.close()
        self.installing = Installing(
            app,
            base_url=self.base,
            secret=SECRET,
            tokens=TOKENS,
            db=self.db,
            clock=self.clock,
            api_url=api_url or self.slack.api_url,
            changed=self._changed,
            timeout=1.0,
        )

    async def stop(self) -> None:
        for browser in self.browsers:
            await browser.session.close()
        if self.installing is not None:
            await self.installing.close()
        await self._server.stop()

    def _changed(self) -> None:
        self.changed += 1

    async def _proxied(self, request: web.Request) -> web.StreamResponse:
        assert self.installing is not None
        for route in self.installing.routes():
            if request.path.removeprefix("/base") == route.path:
                return await route.handler(request)
        raise web.HTTPNotFound

    # --- a person ---------------------------------------------------------------------------------

    def browser(self) -> Browser:
        self.browsers.append(Browser())
        return self.browsers[-1]

    async def consent_page(self, browser: Browser, into: str | None = None) -> str:
        """Open Okra's page and follow its button: where Slack asks."""
        page = await browser.open(into or f"{self.base}/slack/install")
        assert page.status == 200, page.text
        return page.links["Add to Slack"]

    async def way_back(
        self,
        browser: Browser,
        into: str | None = None,
        team: str = "T2ACME",
        scopes: Iterable[str] = SCOPES,
        org_wide: bool = False,
    ) -> str:
        """Where Slack sends the browser after a yes to `scopes`."""
        consent = urlsplit(await self.consent_page(browser, into))
        asked = {name: values[0] for name, values in parse_qs(consent.query).items()}
        narrowed = urlencode({**asked, "scope": ",".join(sorted(scopes))})
        return self.slack.oauth.consent(consent._replace(query=narrowed).geturl(), team, org_wide=org_wide)

    async def install(self, browser: Browser, into: str | None = None, team: str = "T2ACME") -> Seen:
        return await browser.open(await self.way_back(browser, into, team))

    # --- what is stored ---------------------------------------------------------------------------

    def rows(self) -> list[m.Installation]:
        return list(self.db.read_now(installations.of_platform, m.Platform.SLACK))

    def row(self, team: str = "T2ACME") -> m.Installation:
        (row,) = [row for row in self.rows() if row.external_id == team]
        return row

    def workspaces(self) -> list[str]:
        return [one.name for one in self.db.read_now(installations.workspaces)]

    def add_workspace(self, name: str) -> int:
        def add(session: Session) -> int:
            workspace = m.Workspace(name=name)
            session.add(workspace)
            session.flush()
            return workspace.id

        return self.db.write_now(add)


@pytest.fixture
async def door(tmp_path: Path) -> AsyncIterator[Door]:
    clock = MovableClock(MORNING)
    slack = SlackFake(clock)
    slack.add_workspace("T2ACME", "Acme & <b>Sons</b>")
    slack.add_workspace("T3BLUE", "Bluebird", enterprise="E1")
    await slack.start()
    db = Database(new_file(tmp_path), clock, busy_seconds=0.1)
    door = Door(db, clock, slack)
    await door.start()
    yield door
    await door.stop()
    await slack.stop()
    db.close()


@pytest.fixture
async def browser(door: Door) -> Browser:
    return door.browser()


@contextmanager
def nothing_happens(door: Door) -> Iterator[None]:
    """Whatever a browser does there, nothing is stored."""
    before = [(row.external_id, row.tokens, row.workspace_id) for row in door.rows()], door.workspaces()
    yield
    assert ([(row.external_id, row.tokens, row.workspace_id) for row in door.rows()], door.workspaces()) == before


def given_back(door: Door) -> list[str]:
    """The Slack workspaces whose token Okra gave back."""
    return [call.team for call in door.slack.calls if call.method == "auth.revoke"]


# --- the way it should be -----------------------------------------------------------------------------


async def test_the_page_leads_to_slack_s_consent(door: Door, browser: Browser) -> None:
    url = urlsplit(await door.consent_page(browser))

    asked = parse_qs(url.query)
    assert f"{url.scheme}://{url.netloc}" == door.slack.url
    assert url.path == "/oauth/v2/authorize"
    assert asked["client_id"] == [CLIENT_ID]
    assert asked["scope"] == [",".join(sorted(SCOPES))]
    assert asked["redirect_uri"] == [door.base + REDIRECT_PATH]
    assert CLIENT_SECRET not in url.query


async def test_slack_s_own_address_is_the_one_of_its_consent_page(door: Door, browser: Browser) -> None:
    await door.restart(api_url="https://slack.com/api/")

    assert (await door.consent_page(browser)).startswith("https://slack.com/oauth/v2/authorize?")


async def test_a_new_slack_workspace_becomes_a_workspace_of_its_own(door: Door, browser: Browser) -> None:
    door.add_workspace("Teebee")

    page = await door.install(browser)

    assert page.status == 200
    assert page.text.startswith("Okra is installed in Acme & <b>Sons</b> “Acme & <b>Sons</b>” is a new workspace")
    assert "<b>" not in page.html
    assert page.links["Open Okra in Slack"] == f"{door.slack.url}/app_redirect?app=A1&team=T2ACME"
    row = door.row()
    assert door.workspaces() == ["Teebee", "Acme & <b>Sons</b>"]
    assert (row.state, row.installed_at, row.enterprise_id) == (m.InstallationState.ACTIVE, MORNING, None)
    assert set(row.scopes.split(",")) == SCOPES
    assert row.tokens is not None
    token = TOKENS.open("T2ACME", row.tokens)
    assert token in door.slack.tokens
    assert token not in row.tokens
    assert row.bot_id == door.slack.workspaces["T2ACME"].bot_user
    assert door.changed == 1


async def test_a_workspace_of_an_organisation_keeps_its_organisation(door: Door, browser: Browser) -> None:
    await door.install(browser, team="T3BLUE")

    assert door.row("T3BLUE").enterprise_id == "E1"


async def test_a_person_clicks_through_it(door: Door, browser: Browser) -> None:
    consent = await browser.open(await door.consent_page(browser))
    (way,) = [html.unescape(one) for one in re.findall(r'href="([^"]*)">Allow in Bluebird<', consent.html)]

    page = await browser.open(door.slack.url + way)

    assert page.text.startswith("Okra is installed in Bluebird")


async def test_a_link_installs_into_the_workspace_that_it_was_made_for(door: Door, browser: Browser) -> None:
    into = door.add_workspace("Teebee")
    link = door.links.address(into, MORNING)

    first = await browser.open(link)
    page = await door.install(browser, into=link)

    assert "will be connected with “Teebee”" in first.text
    assert "It belongs to “Teebee” in Okra" in page.text
    assert door.row().workspace_id == into
    assert door.workspaces() == ["Teebee"]


async def test_installing_again_keeps_the_workspace(door: Door, browser: Browser) -> None:
    await door.install(browser)
    first = door.row()
    door.clock.move_to(MORNING + timedelta(days=1))

    page = await door.install(door.browser())

    assert "It belongs to “Acme & <b>Sons</b>” in Okra" in page.text
    row = door.row()
    assert (row.id, row.workspace_id) == (first.id, first.workspace_id)
    assert row.tokens != first.tokens
    assert len(door.rows()) == 1


async def test_two_tabs_do_not_disturb_each_other(door: Door, browser: Browser) -> None:
    first = await door.way_back(browser, team="T2ACME")
    second = await door.way_back(browser, team="T3BLUE")

    assert (await browser.open(first)).status == 200
    assert (await browser.open(second)).status == 200
    assert [row.external_id for row in door.rows()] == ["T2ACME", "T3BLUE"]


# --- the pages ----------------------------------------------------------------------------------------


async def test_pages_bring_nothing_from_elsewhere_and_are_kept_nowhere(door: Door, browser: Browser) -> None:
    first = await browser.open(f"{door.base}/slack/install")
    wrong = await browser.open(door.base + REDIRECT_PATH)

    for page in (first, wrong):
        assert page.headers["Content-Type"] == "text/html; charset=utf-8"
        assert page.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'sha256-")
        assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert page.headers["X-Content-Type-Options"] == "nosniff"
        assert '<meta name="viewport" content="width=device-width, initial-scale=1">' in page.html
        assert "<script" not in page.html
        assert "<img" not in page.html


async def test_the_cookie_is_for_this_purpose_alone(door: Door, browser: Browser) -> None:
    page = await browser.open(f"{door.base}/slack/install")

    cookie = page.headers["Set-Cookie"]
    assert cookie.startswith("okra-install=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Max-Age=600" in cookie
    assert "Secure" not in cookie


async def test_on_https_no_neighbour_can_set_the_cookie(door: Door, browser: Browser) -> None:
    base, door.base = door.base, "https://okra.example.com/base"
    await door.restart()
    door.base = base

    cookie = (await browser.open(f"{base}/slack/install")).headers["Set-Cookie"]

    assert cookie.startswith("__Host-okra-install=")
    assert "Secure" in cookie
    assert "Path=/;" in cookie + ";"
    assert "Domain" not in cookie


# --- ways back that are not followed ------------------------------------------------------------------


async def test_a_way_back_works_once(door: Door, browser: Browser) -> None:
    url = await door.way_back(browser)
    await browser.open(url)

    with nothing_happens(door):
        again = await browser.open(url)

    assert again.status == 409
    assert "This page was opened before. If it said then that Okra is installed, all is well" in again.text
    assert len(door.slack.called("oauth.v2.access")) == 1


async def test_the_state_of_another_browser_is_refused(door: Door, browser: Browser) -> None:
    url = await door.way_back(browser)
    other = door.browser()
    await other.open(f"{door.base}/slack/install")

    with nothing_happens(door):
        page = await other.open(url)

    assert page.status == 403
    assert "This installation began in another browser, so nothing was installed." in page.text
    assert door.slack.called("oauth.v2.access") == []


@pytest.mark.parametrize("cookie", ["", "okra-install=", "okra-install=\xff\xfe", "other=1"])
async def test_a_browser_without_the_cookie_is_refused(door: Door, browser: Browser, cookie: str) -> None:
    url = await door.way_back(browser)

    with nothing_happens(door):
        async with aiohttp.ClientSession() as bare, bare.get(url, headers={"Cookie": cookie}) as answer:
            status, text = answer.status, await answer.text()

    assert status == 403
    assert "did not bring back Okra" in text or "another browser" in text


async def test_ten_minutes_later_it_is_too_late(door: Door, browser: Browser) -> None:
    url = await door.way_back(browser)
    door.clock.move_to(MORNING + timedelta(minutes=10))

    with nothing_happens(door):
        page = await browser.open(url)

    assert page.status == 410
    assert "It took longer than 10 minutes, so nothing was installed." in page.text
    assert page.links == {"Start again": f"{door.base}/slack/install"}


async def test_to_start_again_leads_into_the_same_workspace(door: Door, browser: Browser) -> None:
    """Otherwise whoever was a little slow would get an empty workspace of their own."""
    link = door.links.address(door.add_workspace("Teebee"), MORNING)
    url = await door.way_back(browser, into=link)
    door.clock.move_to(MORNING + timedelta(minutes=10))

    page = await browser.open(url)

    assert page.links == {"Start again": link}
    assert (await door.install(browser, into=page.links["Start again"])).status == 200
    assert door.workspaces() == ["Teebee"]


@pytest.mark.parametrize("state", ["", "x", "é", "A" * 3000, "%00", "W3" * 40])
async def test_a_state_that_okra_did_not_make_is_refused(door: Door, browser: Browser, state: str) -> None:
    await browser.open(f"{door.base}/slack/install")

    with nothing_happens(door):
        page = await browser.open(f"{door.base}{REDIRECT_PATH}?code=c&state={state}")

    assert page.status == 400
    assert "did not begin on Okra's own page" in page.text


async def test_a_link_s_word_is_no_state(door: Door, browser: Browser) -> None:
    await browser.open(f"{door.base}/slack/install")
    word = parse_qs(urlsplit(door.links.address(1, MORNING)).query)["into"][0]

    assert (await browser.open(f"{door.base}{REDIRECT_PATH}?code=c&state={word}")).status == 400


async def test_a_huge_query_is_refused(door: Door, browser: Browser) -> None:
    with nothing_happens(door):
        assert (await browser.open(f"{door.base}{REDIRECT_PATH}?state={'A' * 5000}")).status == 400
        assert (await browser.open(f"{door.base}/slack/install?into={'A' * 5000}")).status == 404
        assert (await browser.open(f"{door.base}{REDIRECT_PATH}?state={'A' * 9000}")).status == 400


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ("access_denied", "You cancelled it in Slack, so nothing was installed."),
        ("invalid_scope", "Slack did not allow it (invalid_scope), so nothing was installed."),
        ("<script>alert(1)</script>", "Slack did not allow it (it did not say why), so nothing was installed."),
        ("", "Slack did not allow it (it did not say why), so nothing was installed."),
    ],
)
async def test_a_no_in_slack_is_one_sentence(door: Door, browser: Browser, error: str, said: str) -> None:
    with nothing_happens(door):
        page = await browser.open(f"{door.base}{REDIRECT_PATH}?error={error}&state=whatever")

    assert (page.status, page.text) == (400, f"Okra was not installed {said} Start again")
    assert "<script" not in page.html


async def test_no_code_is_one_sentence(door: Door, browser: Browser) -> None:
    url = re.sub(r"code=[^&]*&", "", await door.way_back(browser))

    with nothing_happens(door):
        assert "Slack sent no code" in (await browser.open(url)).text


async def test_a_code_of_another_app_is_refused(door: Door, browser: Browser) -> None:
    url = re.sub(r"code=[^&]*", "code=of-another-app", await door.way_back(browser))

    with nothing_happens(door):
        page = await browser.open(url)

    assert "Slack's permission was used already or is too old, so nothing was installed now." in page.text


@pytest.mark.parametrize("app", [App("99.99", CLIENT_SECRET), App(CLIENT_ID, "wrong-secret")])
async def test_wrong_credentials_are_told_to_whoever_runs_okra(
    door: Door, browser: Browser, app: App, caplog: pytest.LogCaptureFixture
) -> None:
    url = await door.way_back(browser)
    await door.restart(app)

    with nothing_happens(door):
        page = await browser.open(url)

    assert page.status == 502
    assert "Whoever runs Okra finds in its log what to check." in page.text
    (said,) = [one.getMessage() for one in caplog.records if one.name.startswith("bot")]
    assert said.endswith("Check SLACK_CLIENT_ID, SLACK_CLIENT_SECRET and BASE_URL against the app's pages.")
    for secret in (CLIENT_SECRET, "wrong-secret", "code-"):
        assert secret not in caplog.text


@pytest.mark.parametrize("trouble", [TooMany(), Broken(500), Broken(503, stored=True), Dropped(), Dropped(False)])
async def test_a_slack_that_is_down_is_one_sentence_and_the_code_is_not_tried_twice(
    door: Door, browser: Browser, trouble: Trouble
) -> None:
    door.slack.play("oauth.v2.access", trouble)

    with nothing_happens(door):
        page = await door.install(browser)

    assert page.status == 502
    assert "Slack does not answer just now, so nothing was installed." in page.text
    assert len(door.slack.called("oauth.v2.access")) == 1


async def test_what_slack_says_otherwise_is_named(door: Door, browser: Browser) -> None:
    door.slack.play("oauth.v2.access", Refused("no_permission_to_install"))

    assert "(no_permission_to_install)" in (await door.install(browser)).text


# --- what Okra cannot serve ---------------------------------------------------------------------------


async def test_a_whole_organisation_is_refused(door: Door, browser: Browser) -> None:
    url = await door.way_back(browser, team="T3BLUE", org_wide=True)

    with nothing_happens(door):
        page = await browser.open(url)

    assert "cannot be installed for a whole organisation at once; choose one of its workspaces" in page.text


async def test_too_few_scopes_are_named_and_what_was_there_stays(door: Door, browser: Browser) -> None:
    url = await door.way_back(browser, scopes=NEEDED - {"im:history", "commands"})

    with nothing_happens(door):
        page = await browser.open(url)

    assert "Okra may do too little there to work; it also needs commands, im:history." in page.text
    assert given_back(door) == ["T2ACME"]


async def test_without_the_scopes_that_it_can_do_without_it_is_installed(door: Door, browser: Browser) -> None:
    assert (await browser.open(await door.way_back(browser, scopes=NEEDED))).status == 200
    assert set(door.row().scopes.split(",")) == NEEDED


async def test_a_slack_workspace_of_another_workspace_here_stays_there(door: Door, browser: Browser) -> None:
    await door.install(browser)
    link = door.links.address(door.add_workspace("Teebee"), MORNING)

    with nothing_happens(door):
        page = await door.install(browser, into=link)

    assert page.status == 409
    assert "belongs to “Acme & <b>Sons</b>” in Okra, and this link is for another one" in page.text
    assert page.links == {"Start again": link}
    assert given_back(door) == [], "its token is the one that Okra works with there"


async def test_a_second_slack_workspace_for_one_here_is_refused(door: Door, browser: Browser) -> None:
    link = door.links.address(door.add_workspace("Teebee"), MORNING)
    await door.install(browser, into=link)

    with nothing_happens(door):
        page = await door.install(browser, into=link, team="T3BLUE")

    assert "The workspace of this link is connected with Acme & <b>Sons</b> in Slack already" in page.text
    assert page.links == {"Start again": link}
    assert given_back(door) == ["T3BLUE"]


@pytest.mark.parametrize("trouble", [TooMany(), Broken(500), Dropped(), Refused("invalid_auth")])
async def test_a_token_that_cannot_be_given_back_changes_nothing_of_the_answer(
    door: Door, browser: Browser, trouble: Trouble, caplog: pytest.LogCaptureFixture
) -> None:
    url = await door.way_back(browser, scopes=NEEDED - {"im:history"})
    door.slack.play("auth.revoke", trouble)

    with nothing_happens(door):
        page = await browser.open(url)

    assert (page.status, page.links) == (400, {"Start again": f"{door.base}/slack/install"})
    (said,) = [one.getMessage() for one in caplog.records if one.name.startswith("bot")]
    assert said.startswith("The token of an installation in T2ACME was not given back to Slack:")
    assert "xoxb-" not in caplog.text


async def test_a_link_that_is_over_or_forged_shows_no_button(door: Door, browser: Browser) -> None:
    link = door.links.address(door.add_workspace("Teebee"), MORNING)
    forged = InstallLinks(door.base, "another secret of the same length").address(1, MORNING)
    of_nobody = door.links.address(99, MORNING)

    assert "not one that this Okra made" in (await browser.open(forged)).text
    assert "is not in Okra any more" in (await browser.open(of_nobody)).text
    door.clock.move_to(MORNING + timedelta(hours=24))
    over = await browser.open(link)

    assert (over.status, over.links) == (410, {})
    assert "This link held for a day, and that is over." in over.text


async def test_a_link_that_ends_during_the_consent_still_installs(door: Door, browser: Browser) -> None:
    link = door.links.address(door.add_workspace("Teebee"), MORNING)
    door.clock.move_to(MORNING + timedelta(hours=23, minutes=59))
    url = await door.way_back(browser, into=link)
    door.clock.move_to(MORNING + timedelta(hours=24, minutes=5))

    assert (await browser.open(url)).status == 200
    assert door.workspaces() == ["Teebee"]


async def test_a_workspace_that_is_deleted_during_the_consent(door: Door, browser: Browser) -> None:
    into = door.add_workspace("Teebee")
    url = await door.way_back(browser, into=door.links.address(into, MORNING))

    def delete(session: Session) -> None:
        session.delete(session.exec(select(m.Workspace)).one())

    door.db.write_now(delete)
    with nothing_happens(door):
        page = await browser.open(url)

    assert (page.status, page.links) == (404, {})
    assert "is not in Okra any more" in page.text


async def test_a_database_that_cannot_be_written_to(door: Door, browser: Browser) -> None:
    url = await door.way_back(browser)

    with nothing_happens(door), held(url_of(door.db)):
        page = await browser.open(url)

    assert page.status == 503
    assert "Slack allowed it, but Okra could not save it just now, and Slack's permission works only once." in page.text
    assert page.links == {"Start again": f"{door.base}/slack/install"}
    assert (await door.install(browser)).status == 200
