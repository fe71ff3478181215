"""Several tabs: each is its own person, all of them live, and nothing that is typed is lost on the way."""

import re
from typing import TYPE_CHECKING

from tests.browser.windows import (
    GONE,
    REFUSED,
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

if TYPE_CHECKING:
    from playwright.sync_api import Route


def only_what_is_sent(route: "Route") -> None:
    if route.request.method == "POST":
        route.continue_()
    else:
        route.abort("connectionreset")


def test_two_tabs_answer_one_question_and_one_of_them_is_told(okra: str, windows: Windows) -> None:
    here = windows.open(okra, "/as/mei/dm")
    lets_time_pass(here, "To the next check-in")
    there = windows.open(okra, "/as/mei/dm", beside=here)
    there.route(re.compile("/events|/as/mei/(dm|plans)"), only_what_is_sent)  # this tab hears of nothing
    windows.accepted = [GONE, REFUSED]

    asked(here).get_by_role("button", name="KR1 lands at 0.7").click()
    expect(asked(here)).to_contain_text("✓ self-score 0.7")
    asked(there).get_by_role("button", name="KR1 lands at 0.3").click()

    expect(there.get_by_role("alert")).to_contain_text("That button is not there any more")
    expect(asked(there)).to_contain_text("✓ self-score 0.7")
    expect(asked(here)).to_contain_text("✓ self-score 0.7")


def test_what_happens_in_one_tab_appears_in_the_other_and_leaves_alone_what_is_being_typed(
    okra: str, windows: Windows
) -> None:
    mei = windows.open(okra, "/as/mei/dm")
    jack = windows.open(okra, "/as/jack/dm")
    box(mei).fill("46k, and there is more to")
    box(mei).press("Home")

    lets_time_pass(jack, "To the next check-in")

    expect(asked(mei)).to_contain_text("Where will it land by 31 Dec?")
    expect(mei.locator("#clock")).to_contain_text("10:00")
    expect(mei.locator("#faces a", has_text="Ana").locator(".unread")).to_contain_text("2")
    expect(box(mei)).to_be_focused()
    expect(box(mei)).to_have_value("46k, and there is more to")
    assert box(mei).evaluate("one => one.selectionStart") == 0
    expect(mei.locator("#announce")).to_contain_text(re.compile("Okra writes: .*Weekly check-in"))


def test_what_is_typed_into_one_form_never_stands_in_another(okra: str, windows: Windows) -> None:
    here = windows.open(okra, "/as/mei/dm")
    lets_time_pass(here, "To the next check-in")
    entry(here, asked(here), "More for KR1", "Update…")
    there = windows.open(okra, "/as/mei/dm", beside=here)
    there.get_by_role("dialog", name="Update KR1").get_by_label("monthly recurring revenue").fill("46k")

    here.keyboard.press("Escape")
    entry(here, asked(here), "More for KR5", "Update…")

    expect(there.get_by_role("dialog", name="Update KR5")).to_be_visible()
    numbers = there.get_by_role("dialog").get_by_role("textbox")
    assert "46k" not in [numbers.nth(at).input_value() for at in range(numbers.count())]
    there.get_by_role("dialog").get_by_label("Note").fill("Two came early")
    there.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    expect(here.get_by_role("dialog")).to_have_count(0)
    assert there.evaluate("Object.keys(sessionStorage).filter(one => one.startsWith('form ')).length") == 0


def test_whoever_types_faster_than_okra_answers_loses_nothing(okra: str, windows: Windows) -> None:
    page = windows.open(okra, "/as/mei/dm")
    lets_time_pass(page, "To the next check-in")
    says(page, "KR1 46k")
    says(page, "KR5 50")
    box(page).fill("and the third")

    expect(messages(page).filter(has_text="✓ KR1 $44k → $46k")).to_have_count(1)
    expect(messages(page).filter(has_text="✓ KR5 47 → 50")).to_have_count(1)
    expect(box(page)).to_have_value("and the third")


def test_what_could_not_be_sent_comes_back_and_goes_out_once(okra: str, windows: Windows) -> None:
    page = windows.open(okra, "/as/mei/dm")
    windows.accepted = [GONE]
    lets_time_pass(page, "To the next check-in")
    lost: list[str] = []

    def lose_the_answer(route: "Route") -> None:
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch().text())
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route("**/as/mei/dm", lose_the_answer)
    says(page, "KR1 46k")
    expect(box(page)).to_have_value("KR1 46k")
    expect(page.get_by_role("alert")).to_contain_text("What you typed is still here")
    box(page).press("Enter")

    expect(box(page)).to_have_value("")
    expect(messages(page).filter(has_text="✓ KR1 $44k → $46k")).to_have_count(1)
    expect(messages(page).filter(has_text="KR1 46k")).to_have_count(1)


def test_what_was_done_though_the_answer_said_otherwise_is_done_once(okra: str, windows: Windows) -> None:
    page = windows.open(okra, "/as/mei/dm")
    windows.accepted = ["status of 503 "]
    lets_time_pass(page, "To the next check-in")
    told: list[str] = []

    def say_no(route: "Route") -> None:
        if route.request.method == "POST" and not told:
            answer = route.fetch()
            told.append(answer.text())
            route.fulfill(response=answer, status=503)
        else:
            route.continue_()

    page.route("**/as/mei/dm", say_no)
    says(page, "KR1 46k")
    expect(box(page)).to_have_value("KR1 46k")
    box(page).press("Enter")

    expect(box(page)).to_have_value("")
    expect(messages(page).filter(has_text="✓ KR1 $44k → $46k")).to_have_count(1)
    expect(messages(page).filter(has_text="KR1 46k")).to_have_count(1)


def test_a_tab_that_nobody_looks_at_counts_what_is_new_in_its_title(okra: str, windows: Windows) -> None:
    mei = windows.open(okra)
    mei.clock.install()
    mei.goto(f"{okra}/as/mei/dm")
    mei.evaluate("Object.defineProperty(document, 'hidden', { value: true })")
    mei.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    jack = windows.open(okra, "/as/jack/dm")
    lets_time_pass(jack, "To the next check-in")

    mei.clock.fast_forward(10_000)

    expect(mei).to_have_title(re.compile(r"^\(2\) "))


def test_a_draft_is_still_there_when_one_comes_back(okra: str, windows: Windows) -> None:
    page = windows.open(okra, "/as/mei/dm")
    box(page).fill("KR1 46k, and")
    page.locator("#faces a", has_text="Jack").click()
    expect(box(page)).to_have_value("")
    page.go_back()
    expect(page.locator("#me")).to_contain_text("Mei Tan")
    expect(box(page)).to_have_value("KR1 46k, and")
    page.reload()
    expect(box(page)).to_have_value("KR1 46k, and")
    box(page).press("Enter")
    expect(newest(page)).to_contain_text("KR1")
    expect(box(page)).to_have_value("")
    page.reload()
    expect(box(page)).to_have_value("")


def test_everything_works_without_script(okra: str, windows: Windows) -> None:
    page = windows.open(okra, "/as/mei/dm", java_script_enabled=False)
    page.get_by_role("button", name="To the next check-in").click()
    asked(page).get_by_role("button", name="KR1 lands at 0.7").click()
    expect(asked(page)).to_contain_text("✓ self-score 0.7")
    asked(page).locator("details.menu", has_text="Update…").last.locator("summary").click()
    asked(page).get_by_role("button", name="Update…").last.click()
    page.get_by_role("dialog").get_by_label("Note").fill("By hand")
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    says(page, "KR5 50")
    expect(newest(page)).to_contain_text("✓ KR5 47 → 50")
    page.reload()
    page.reload()
    expect(messages(page).filter(has_text="✓ KR5 47 → 50")).to_have_count(1)
