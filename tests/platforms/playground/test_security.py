"""Who may talk to the playground: its own pages on this machine, or whoever knows the passphrase."""

import re
from collections.abc import AsyncIterator, Callable
from io import BytesIO
from pathlib import Path

import aiohttp
import pytest

from bot.cards.render import Cards
from bot.platforms.playground import tries
from bot.platforms.playground.security import LONGEST_BODY, LONGEST_FILE, Guard
from bot.platforms.playground.server import Pages
from bot.platforms.playground.tries import Tries
from tests.platforms.playground.browsing import Browser, Page, browser_at, served
from tests.platforms.playground.small_world import SmallWorld

DM = "/as/ana/dm"
SAY = [("do", "say"), ("text", "45k")]
PASSPHRASE = "pretend tea at four"


@pytest.fixture
async def guarded(small: SmallWorld) -> AsyncIterator[Browser]:
    """A browser before a playground that asks for a passphrase."""
    async with served(Pages(small, PASSPHRASE).application()) as url, browser_at(url) as browser:
        yield browser


async def enter(browser: Browser, passphrase: str) -> Page:
    return await browser.post("/login", [("passphrase", passphrase)])


# --- other hosts, other origins ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "host", ["okra.example", "127.0.0.1.okra.example", "192.168.0.7:8080", "", "[::1", "evil@[::]"]
)
async def test_any_other_name_than_this_machines_is_refused(browser: Browser, small: SmallWorld, host: str) -> None:
    page = await browser.get(DM, Host=host)

    assert page.status in (400, 403)  # a host that is none is refused by the server itself
    assert "Ana" not in page.html


@pytest.mark.parametrize("host", ["localhost:9000", "LOCALHOST", "127.0.0.1", "[::1]:80"])
async def test_every_name_of_this_machine_will_do(browser: Browser, host: str) -> None:
    assert (await browser.get(DM, Host=host)).status == 200


@pytest.mark.parametrize(
    "origin",
    ["http://evil.example", "null", "", "http://127.0.0.1", "https://127.0.0.1", "http://localhost:1", "x://["],
)
async def test_a_form_of_another_origin_is_refused(browser: Browser, small: SmallWorld, origin: str) -> None:
    page = await browser.post(DM, SAY, Origin=origin)

    assert page.status == 403
    assert page.html == "This came from another page than the playground's own, so nothing was done."
    assert small.heard == []


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none"])
async def test_a_form_that_the_browser_says_is_not_ours_is_refused(
    browser: Browser, small: SmallWorld, site: str
) -> None:
    assert (await browser.post(DM, SAY, Sec_Fetch_Site=site)).status == 403
    assert small.heard == []


async def test_another_site_may_lead_here_and_not_look_inside(browser: Browser) -> None:
    link = {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "navigate", "Sec_Fetch_Dest": "document"}
    picture = {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "no-cors", "Sec_Fetch_Dest": "image"}

    assert (await browser.get(DM, **link)).status == 200
    assert (await browser.get(DM, **{**link, "Sec_Fetch_Dest": "iframe"})).status == 403
    assert (await browser.get("/events", **picture)).status == 403


async def test_a_form_needs_the_token_of_its_own_browser(browser: Browser, small: SmallWorld, url: str) -> None:
    mine = (await browser.get(DM)).token
    async with browser_at(url) as other:
        await other.get(DM)
        for token in ("", "0" * 64, mine):
            page = await other.post(DM, SAY, token=token)

            assert page.status == 403
            assert "nothing was sent" in page.text
    assert small.heard == []


async def test_what_was_typed_into_a_page_from_before_a_restart_is_shown(browser: Browser, small: SmallWorld) -> None:
    page = await browser.post(DM, SAY, token="0" * 64)

    assert ">\n45k</textarea>" in page.html
    assert f'href="{DM}"' in page.html


async def test_other_methods_are_no_way_in(browser: Browser) -> None:
    async with browser.session.put(browser.url + DM, data=b"x") as response:
        assert response.status == 405


# --- what is sent along ------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", DM, "/as/nobody/dm", "/events", "/login", "/static/playground.js", "/nowhere"])
async def test_every_answer_says_that_nothing_inline_or_from_elsewhere_is_meant(browser: Browser, path: str) -> None:
    async with browser.session.get(browser.url + path) as response:
        policy = response.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'; ")
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Referrer-Policy"] == "same-origin"


async def test_refusals_carry_the_same(browser: Browser) -> None:
    page = await browser.get(DM, Host="okra.example")

    assert "default-src 'none'" in page.headers["Content-Security-Policy"]


async def test_the_cookie_is_for_no_script_and_goes_to_no_other_sites_forms_and_pictures(browser: Browser) -> None:
    page = await browser.get(DM)

    cookie = page.headers["Set-Cookie"]
    assert "SameSite=Lax" in cookie
    assert "HttpOnly" in cookie


async def test_the_pages_hold_no_script_and_no_style_of_their_own(browser: Browser, small: SmallWorld) -> None:
    small.ask()

    page = await browser.get(DM)

    assert "<style" not in page.html
    assert " style=" not in page.html
    assert re.search(r"<[^>]*\son\w+=", page.html) is None
    assert page.html.count("<script ") == 1


# --- too much ----------------------------------------------------------------------------------------


async def test_a_form_that_is_too_big_is_refused_with_a_sentence(browser: Browser, small: SmallWorld) -> None:
    page = await browser.post(DM, [("do", "say"), ("text", "x" * LONGEST_BODY)])

    assert page.status == 413
    assert "That is too big to be taken, so nothing was sent." in page.text
    assert small.heard == []


async def test_a_file_that_is_too_big_is_refused_with_a_sentence(browser: Browser, small: SmallWorld) -> None:
    token = (await browser.get(DM)).token
    body = aiohttp.FormData([("csrf", token), ("do", "bring")])
    body.add_field("file", BytesIO(b"x" * LONGEST_FILE), filename="mine.yaml")

    async with browser.session.post(browser.url + DM, data=body, headers={"Origin": browser.url}) as response:
        assert response.status == 413
        assert "too big" in await response.text()
    assert small.brought == []


async def test_a_body_without_its_length_is_refused(browser: Browser, small: SmallWorld) -> None:
    async def parts() -> AsyncIterator[bytes]:
        yield b"do=say&text=45k"

    headers = {"Origin": browser.url, "Content-Type": "application/x-www-form-urlencoded"}
    async with browser.session.post(browser.url + DM, data=parts(), headers=headers) as response:
        assert response.status == 411
    assert small.heard == []


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/x-www-form-urlencoded", b"do=say&text=\xff\xfe"),
        ("application/x-www-form-urlencoded; charset=klingon", b"do=say"),
        ("multipart/form-data; boundary=x", b"--y"),
        ("multipart/form-data", b"--y"),
        ("application/json", b"{}"),
    ],
)
async def test_a_body_that_cannot_be_read_is_refused(
    browser: Browser, small: SmallWorld, content_type: str, body: bytes
) -> None:
    headers = {"Origin": browser.url, "Content-Type": content_type}
    async with browser.session.post(browser.url + DM, data=body, headers=headers) as response:
        assert response.status in (400, 403)
    assert small.heard == []


# --- the passphrase ----------------------------------------------------------------------------------


async def test_with_a_passphrase_nothing_is_seen_before_it_is_given(guarded: Browser, small: SmallWorld) -> None:
    page = await guarded.get(DM)

    assert page.path == "/login"
    assert "Ana" not in page.html
    assert (await guarded.get("/events", Sec_Fetch_Mode="cors")).status == 401
    assert (await guarded.post(DM, SAY, token=page.token)).status == 401
    assert small.heard == []


@pytest.mark.parametrize("path", ["/login/x", "/loginx", "/static/no", "/static/../as/ana/dm", "/as/no/dm", "/x"])
async def test_no_address_names_anybody_to_whoever_does_not_know_the_passphrase(guarded: Browser, path: str) -> None:
    page = await guarded.get(path)

    assert page.path == "/login" or page.status == 404
    assert "Ana" not in page.html


async def test_whoever_knows_the_passphrase_comes_in_under_any_name(guarded: Browser, small: SmallWorld) -> None:
    assert (await guarded.get("/login", Host="okra.example:8080")).status == 200

    page = await enter(guarded, PASSPHRASE)

    assert page.path == DM
    assert "Noted: 45k" in (await guarded.says(DM, "45k")).text


async def test_the_mark_that_is_let_in_is_a_new_one(guarded: Browser) -> None:
    before = (await guarded.get("/login")).headers["Set-Cookie"]
    await enter(guarded, PASSPHRASE)

    after = {one.value for one in guarded.session.cookie_jar}
    assert not any(value in before for value in after)


async def test_a_wrong_passphrase_is_told_and_a_few_of_them_must_wait(guarded: Browser) -> None:
    for _ in range(tries.MOST_OF_ONE):
        page = await enter(guarded, "tea")
        assert (page.status, page.trouble) == (403, "That is not the passphrase.")

    page = await enter(guarded, PASSPHRASE)

    assert page.status == 429
    assert "tried often just now" in page.trouble
    assert 0 < int(page.headers["Retry-After"]) <= 60


async def test_the_form_that_asks_for_it_cannot_be_forged(guarded: Browser) -> None:
    assert (await guarded.post("/login", [("passphrase", PASSPHRASE)], Origin="http://evil.example")).status == 403
    assert (await guarded.post("/login", [("passphrase", PASSPHRASE)], token="0" * 64)).status == 403


@pytest.mark.parametrize("passphrase", ["", "  "])
def test_an_empty_passphrase_is_none(tmp_path: Path, cards: Cards, passphrase: str) -> None:
    with pytest.raises(ValueError, match="empty"):
        Guard(passphrase)


# --- how often it may be tried -----------------------------------------------------------------------


def test_wrong_tries_count_for_a_minute() -> None:
    now = [1000.0]
    counted = Tries(_reads(now))
    for _ in range(tries.MOST_OF_ONE):
        assert counted.wait("a") == 0
        counted.wrong("a")

    assert counted.wait("a") == tries.WINDOW
    assert counted.wait("b") == 0
    now[0] += tries.WINDOW
    assert counted.wait("a") == 0


def test_many_addresses_together_must_wait_as_well() -> None:
    counted = Tries(_reads([1000.0]))
    for number in range(tries.MOST_OF_ALL):
        counted.wrong(f"address {number}")

    assert counted.wait("one more") > 0


def test_whoever_got_it_right_may_mistype_it_again() -> None:
    counted = Tries(_reads([1000.0]))
    for _ in range(tries.MOST_OF_ONE):
        counted.wrong("a")
    counted.right("a")

    assert counted.wait("a") == 0


def _reads(now: list[float]) -> Callable[[], float]:
    return lambda: now[0]
