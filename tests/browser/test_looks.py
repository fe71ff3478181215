"""How it looks and reads: on a phone, in the dark, in Chinese, and to whoever does not see it (axe)."""

import re

import pytest

from tests.browser.conftest import Start
from tests.browser.windows import (
    FITS,
    PHONE,
    Windows,
    asked,
    box,
    entry,
    expect,
    findings,
    lets_time_pass,
    newest,
    says,
)


def test_on_a_phone_one_part_is_shown_at_a_time_and_a_bar_leads_to_the_others(okra: str, windows: Windows) -> None:
    page = windows.open(okra, size=PHONE, has_touch=True, is_mobile=True)
    bar = page.get_by_role("navigation", name="Parts of the page")
    expect(box(page)).to_be_in_viewport()
    bar.get_by_role("link", name="Time").tap()
    expect(box(page)).not_to_be_in_viewport()
    page.get_by_role("button", name="To the next check-in").tap()
    expect(asked(page)).to_contain_text("Where will it land by 31 Dec?")
    bar.get_by_role("link", name="Chat").tap()
    expect(box(page)).to_be_in_viewport()
    button = asked(page).get_by_role("button", name="KR1 lands at 0.7")
    button.tap()
    expect(asked(page)).to_contain_text("✓ self-score 0.7")
    says(page, "/okr board")
    expect(newest(page).get_by_role("row").first).to_be_visible()
    assert page.evaluate(FITS)
    said = "[...document.querySelectorAll('#messages .said')].map(one => one.getBoundingClientRect().right)"
    assert max(page.evaluate(said)) <= PHONE["width"]

    bar.get_by_role("link", name="People").tap()
    page.locator("#faces a", has_text="Jack Moreno").tap()
    expect(page.locator("h1")).to_be_in_viewport()
    expect(asked(page)).to_be_attached()


def test_a_message_that_is_taller_than_its_place_is_read_from_its_beginning(okra: str, windows: Windows) -> None:
    page = windows.open(okra, "/as/mei/dm", size={"width": 1280, "height": 600})
    lets_time_pass(page, "To the next check-in")
    heading = asked(page).get_by_role("heading")
    expect(heading).to_be_in_viewport()
    page.reload()
    expect(heading).to_be_in_viewport()
    says(page, "KR5 50")
    expect(newest(page)).to_contain_text("✓ KR5 47 → 50")
    expect(newest(page).locator("button", has_text="Undo")).to_be_in_viewport()


def test_in_the_dark_the_page_is_dark_and_the_choice_is_kept(okra: str, windows: Windows) -> None:
    page = windows.open(okra, color_scheme="dark")
    lightness = r"getComputedStyle(document.body).backgroundColor.match(/[\d.]+/g).slice(0, 3).map(Number)"
    assert max(page.evaluate(lightness)) < 60
    page.get_by_role("button", name="Auto").click()
    assert min(page.evaluate(lightness)) > 200
    page.get_by_role("button", name="Light").click()
    assert max(page.evaluate(lightness)) < 60
    page.reload()
    assert max(page.evaluate(lightness)) < 60


def test_whoever_reads_chinese_reads_chinese(okra: str, windows: Windows) -> None:
    page = windows.open(okra, "/as/linmei/dm", lang="zh-CN")
    assert page.locator("html").get_attribute("lang") == "zh-Hans"
    english = re.compile("[A-Za-z]{3,}")
    names = {"Okra", "TeeBee", "Europe", "Asia", "Shanghai"}

    def english_words() -> set[str]:
        # What people are called, and what teams wrote about themselves, is as they wrote it.
        shown = page.locator(
            "header.top > .brand-what, #clock, #hint, .composer, .bar, h2.label, h1 + p"
        ).all_inner_texts()
        return {word for text in shown for word in english.findall(text)} - names

    assert english_words() <= {"OKR", "Enter", "Shift", "okr", "OKRs"}
    expect(page.locator("#plans")).to_contain_text("每周")
    lets_time_pass(page, "+1 天")
    expect(asked(page)).to_be_visible()
    assert page.evaluate(FITS)


def test_axe_finds_nothing_serious_on_any_page(okra: str, windows: Windows) -> None:
    page = windows.open(okra, "/as/mei/dm")
    windows.accepted = [r"status of 404 "]
    found: list[str] = []

    def look(what: str) -> None:
        found.extend(f"{what}, {one}" for one in findings(page))

    look("an empty conversation with the first hint")
    lets_time_pass(page, "To the next check-in")
    asked(page).get_by_role("button", name="KR5 lands at 0.7").click()
    says(page, "46")
    expect(newest(page)).to_contain_text("$46 is far from $44k. Sure?")
    look("a question, an answer, a clarification")
    entry(page, asked(page), "More for KR1", "Update…")
    page.get_by_role("dialog").get_by_label("monthly recurring revenue").fill("many")
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    expect(page.get_by_role("dialog").locator("[aria-invalid=true]")).to_have_count(1)
    look("a dialog with a sentence beside a field")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.locator("#company > summary").click()
    look("the other companies")
    page.keyboard.press("Escape")
    lets_time_pass(page, "To the meeting")
    page.locator("#talks").get_by_role("link", name="growth").click()
    box(page).fill("/okr b")
    box(page).press("o")
    expect(page.get_by_role("listbox")).to_be_visible()
    look("the digest, and what may be meant")
    page.set_viewport_size(PHONE)
    for place in ("people", "time", "chat"):
        page.goto(f"{okra}/as/mei/channel/%23growth#{place}")
        look(f"{place} on a phone")
    page.goto(f"{okra}/as/nobody/dm")
    look("somebody who is not there")

    assert found == []


def test_axe_finds_nothing_serious_where_the_passphrase_is_asked_for(
    start: Start, windows: Windows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAYGROUND_PASSPHRASE", "an okra a day")
    page = windows.open(start().url, lang="zh-CN")
    windows.accepted = [r"status of 403 "]
    page.locator("input[type=password]").fill("a guess")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    assert findings(page) == []

    page.locator("input[type=password]").fill("an okra a day")
    page.keyboard.press("Enter")
    expect(page.locator("#me")).to_contain_text("Mei Tan")
    assert findings(page) == []
