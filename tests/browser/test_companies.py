"""Another company is one press away, for every open tab; one's own file is entered from the page."""

from pathlib import Path
from typing import TYPE_CHECKING

from tests.browser.windows import Windows, asked, expect, lets_time_pass

if TYPE_CHECKING:
    from playwright.sync_api import Page

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def enter(page: "Page", company: str) -> None:
    """Choose a company among those on the page."""
    page.locator("#company > summary").click()
    page.locator("#company li", has_text=company).get_by_role("button").click()


def test_another_company_is_entered_by_a_press_and_every_tab_follows(okra: str, windows: Windows) -> None:
    here = windows.open(okra, "/as/mei/dm")
    lets_time_pass(here, "To the next check-in")
    there = windows.open(okra, "/as/jack/dm")
    windows.accepted = [r"status of 404 "]
    enter(here, "Bluebird")

    expect(here.locator("#company > summary")).to_contain_text("Bluebird")
    expect(there.locator("#company > summary")).to_contain_text("Bluebird")
    expect(asked(there)).to_have_count(0)
    expect(there.locator("#me")).to_contain_text("Jack")

    enter(there, "麦穗面包坊")
    expect(there.locator("#company > summary")).to_contain_text("麦穗面包坊")
    expect(here.locator("body")).to_contain_text("There is no such person or channel in this company.")
    here.get_by_role("link").first.click()
    expect(here.locator("#company > summary")).to_contain_text("麦穗面包坊")


def test_a_file_of_ones_own_is_entered_from_the_page(okra: str, windows: Windows) -> None:
    page = windows.open(okra)
    page.locator("#company > summary").click()
    page.get_by_label("Your own OKRs, as a file").set_input_files(EXAMPLES / "small.yaml")
    page.locator("form.bring button").click()

    expect(page.locator("#company > summary")).to_contain_text("Bluebird")
    lets_time_pass(page, "To the next check-in")
    expect(asked(page)).to_contain_text("Regulars who bring a friend")
