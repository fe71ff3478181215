"""With a passphrase: who is let in stays so, and an open page says when it is asked for again."""

import signal

import pytest

from tests.browser.conftest import Start
from tests.browser.windows import GONE, Windows, box, expect

PASSPHRASE = "pretend tea at four"
UNKNOWN = r"the server responded with a status of 401 "
"""What a browser says of a server that was started anew and knows nobody yet."""


@pytest.fixture(autouse=True)
def asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAYGROUND_PASSPHRASE", PASSPHRASE)


def test_a_link_from_another_site_leads_in_and_logs_nobody_out(start: Start, windows: Windows) -> None:
    playing = start()
    page = windows.open(playing.url)
    page.get_by_label("Passphrase").fill(PASSPHRASE)
    page.keyboard.press("Enter")
    expect(box(page)).to_be_visible()

    page.goto(f"data:text/html,<a href='{playing.url}/as/jack/dm'>There</a>")
    page.get_by_role("link").click()

    expect(page.locator("#me")).to_contain_text("Jack")
    page.goto(f"{playing.url}/as/mei/dm")
    expect(page.locator("#me")).to_contain_text("Mei Tan")


def test_an_open_page_asks_for_it_again_after_a_restart_and_keeps_what_was_typed(
    start: Start, windows: Windows
) -> None:
    playing = start()
    page = windows.open(playing.url)
    windows.accepted = [GONE, UNKNOWN]
    page.get_by_label("Passphrase").fill(PASSPHRASE)
    page.keyboard.press("Enter")
    box(page).fill("KR1 46k, and")
    here = page.url
    port = playing.port
    playing.end(signal.SIGKILL)
    expect(page.locator("#trouble")).to_contain_text("Okra cannot be reached just now")

    playing.start(port)
    page.get_by_label("Passphrase").fill(PASSPHRASE)
    page.keyboard.press("Enter")

    expect(box(page)).to_have_value("KR1 46k, and")
    assert page.url == here
