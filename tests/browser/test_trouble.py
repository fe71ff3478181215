"""What goes wrong with time, restarts, reloads and hostile names: said in a sentence, and nothing is lost."""

import re
import signal
from pathlib import Path

import pytest

from tests.browser.conftest import Start
from tests.browser.windows import (
    FITS,
    GONE,
    LAPTOP,
    PHONE,
    REFUSED,
    STANDS_STILL,
    Windows,
    asked,
    box,
    entry,
    expect,
    lets_time_pass,
    messages,
    newest,
    says,
)


def company(name: str, workspace: str = "Ours") -> str:
    """An OKR file in which everything that can have a name has this one."""
    return f"""
workspace: {{name: "{workspace}", timezone: Europe/Madrid}}
people:
  - {{handle: ada, name: "{name}"}}
  - {{handle: bo, name: "<script>alert(1)</script> & 'Bo'"}}
teams:
  - key: GRO
    name: "{name[:60]}"
    lead: ada
    members: [bo]
    channel: {{console: "#growth"}}
    meetings:
      - {{weekdays: fri, time: "10:00"}}
cycles:
  - {{name: 2026 Q4, first_day: 2026-10-01, last_day: 2026-12-31}}
objectives:
  - title: "{name[:140]}"
    key_results:
      - {{title: "{name[:140]}", from: 5%, to: 15%, owner: ada}}
      - {{title: "<img src=x onerror=alert(1)>", from: 9, to: 4, unit: min, owner: bo}}
"""


NAME = "Ada " + "vonundzuweitentferntundhinterdenhügeln" * 110
"""A name of four thousand characters, in two words."""


def test_a_server_that_is_killed_comes_back_with_everything_and_the_open_page_goes_on(
    start: Start, windows: Windows
) -> None:
    playing = start()
    page = windows.open(playing.url, "/as/mei/dm")
    windows.accepted = [GONE, r"status of 403 "]
    lets_time_pass(page, "To the next check-in")
    says(page, "KR1 46k")
    expect(newest(page)).to_contain_text("✓ KR1 $44k → $46k")
    entry(page, asked(page), "More for KR5", "Update…")
    page.get_by_role("dialog").get_by_label("Note").fill("Half a sentence")
    shown = messages(page).all_inner_texts()
    port = playing.port
    playing.end(signal.SIGKILL)
    expect(page.locator("#trouble")).to_contain_text("Okra cannot be reached just now")

    playing.start(port)
    expect(page.locator("#trouble")).to_have_text("")
    expect(page.locator("#clock")).to_contain_text("10:00")
    assert messages(page).all_inner_texts() == shown
    expect(page.get_by_role("dialog").get_by_label("Note")).to_have_value("Half a sentence")
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    says(page, "KR5 50")
    expect(newest(page)).to_contain_text("✓ KR5 47 → 50")
    lets_time_pass(page, "To the meeting")
    expect(page.locator("#talks").get_by_role("link", name="growth").locator(".unread")).to_contain_text("1")


def test_a_dialog_that_stayed_open_over_a_week_tells_what_became_of_it(okra: str, windows: Windows) -> None:
    page = windows.open(okra, "/as/mei/dm")
    lets_time_pass(page, "To the next check-in")
    entry(page, asked(page), "More for KR1", "Update…")
    page.get_by_role("dialog").get_by_label("monthly recurring revenue").fill("46k")
    jack = windows.open(okra, "/as/jack/dm")
    jack.locator("#to").fill("2026-11-19T12:00")
    jack.get_by_role("button", name="Go", exact=True).click()
    expect(jack.locator("#clock")).to_contain_text("Thursday, 19 Nov", timeout=60_000)
    expect(jack.locator("#clock")).to_contain_text(STANDS_STILL)
    expect(page.locator("#clock")).to_contain_text("Thursday, 19 Nov")

    expect(page.get_by_role("dialog").get_by_label("monthly recurring revenue")).to_have_value("46k")
    page.get_by_role("dialog").get_by_role("button", name="Save").click()

    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(newest(page)).to_contain_text("KR1")
    expect(newest(page)).to_contain_text("$46k")


def test_time_does_not_run_backwards_and_what_is_no_date_is_said(okra: str, windows: Windows) -> None:
    page = windows.open(okra, "/as/mei/dm")
    windows.accepted = [REFUSED]
    page.locator("#to").fill("2026-11-02T09:00")
    page.get_by_role("button", name="Go", exact=True).click()

    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator("#clock")).to_contain_text("Thursday, 12 Nov")
    expect(page.locator("#to")).to_have_value("2026-11-02T09:00")
    says(page, "/okr")
    expect(newest(page)).to_contain_text("Your KRs")
    expect(page.locator("#to")).to_have_value("2026-11-02T09:00")


def test_back_and_reload_in_a_form_send_nothing_twice(okra: str, windows: Windows) -> None:
    page = windows.open(okra, "/as/mei/dm")
    lets_time_pass(page, "To the next check-in")
    entry(page, asked(page), "More for KR1", "Update…")
    page.get_by_role("dialog").get_by_label("Note").fill("Half a sentence")
    page.reload()
    expect(page.get_by_role("dialog").get_by_label("Note")).to_have_value("Half a sentence")

    page.get_by_role("dialog").get_by_label("monthly recurring revenue").fill("46k")
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    expect(newest(page)).to_contain_text("✓ KR1 $44k → $46k · “Half a sentence”")
    page.reload()
    page.locator("#talks").get_by_role("link", name="growth").click()
    expect(page.locator("h1")).to_contain_text("growth")
    page.go_back()

    expect(page.locator("h1")).to_contain_text("Okra")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(messages(page).filter(has_text="✓ KR1 $44k → $46k · “Half")).to_have_count(1)


def test_a_form_that_another_tab_has_sent_is_told_and_changes_nothing(okra: str, windows: Windows) -> None:
    here = windows.open(okra, "/as/mei/dm")
    lets_time_pass(here, "To the next check-in")
    entry(here, asked(here), "More for KR1", "Update…")
    there = windows.open(okra, "/as/mei/dm", beside=here)
    there.get_by_role("dialog").get_by_label("monthly recurring revenue").fill("47k")
    here.get_by_role("dialog").get_by_label("monthly recurring revenue").fill("46k")
    here.get_by_role("dialog").get_by_role("button", name="Save").click()
    expect(newest(here)).to_contain_text("✓ KR1 $44k → $46k")
    expect(there.get_by_role("dialog")).to_have_count(0)
    expect(newest(there)).to_contain_text("✓ KR1 $44k → $46k")


def test_a_name_of_four_thousand_characters_is_refused_in_a_sentence_and_all_is_as_before(
    okra: str, windows: Windows
) -> None:
    page = windows.open(okra, "/as/mei/dm")
    windows.accepted = [REFUSED]
    page.locator("#company > summary").click()
    file = {"name": "ours.yaml", "mimeType": "text/yaml", "buffer": company(NAME).encode()}
    page.get_by_label("Your own OKRs, as a file").set_input_files([file])
    page.locator("form.bring button").click()

    expect(page.get_by_role("alert")).to_contain_text(re.compile(r"ours\.yaml.*(4,?184) characters"))
    expect(page.locator("#me")).to_contain_text("Mei Tan")
    assert page.evaluate(FITS)


@pytest.mark.parametrize("size", [LAPTOP, PHONE])
def test_the_longest_name_there_can_be_breaks_no_page(
    start: Start, windows: Windows, tmp_path: Path, size: dict[str, int]
) -> None:
    file = tmp_path / "ours.yaml"
    file.write_text(company(NAME[:200], NAME[:80]), encoding="utf-8")
    page = windows.open(start(str(file)).url, size=size)
    page.locator("#hint button").last.click()
    expect(page.locator("#hint section")).to_have_count(0)

    for place in ("people", "time", "chat"):
        page.goto(f"{page.url.partition('#')[0]}#{place}")
        assert page.evaluate(FITS), place
    expect(box(page)).to_be_visible()
