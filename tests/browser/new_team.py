"""A team from nothing, by clicking: made, with a meeting, a cycle, an objective and a key result, and published."""

from typing import TYPE_CHECKING

from tests.browser.windows import expect, messages, newest, says

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

FIRST_DAY, LAST_DAY = "2026-10-01", "2026-12-31"


def steps(page: "Page") -> "Locator":
    """The message with the four steps, which is brought up to date in place."""
    return messages(page).filter(has_text="Team and channel").last


def makes_a_team(page: "Page") -> None:
    """Write /okr to an Okra that nobody has set up, and make a team of three."""
    says(page, "/okr")
    newest(page).get_by_role("button", name="Set up a team").click()
    steps(page).get_by_role("button", name="Make a team").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name of the team").fill("Plant care")
    for name in ("Pau Mas", "Ines Rey"):
        dialog.get_by_label(name).check()
    _send(page, "Make a team")
    expect(steps(page)).to_contain_text("✓ 1 Team and channel")


def gives_it_a_rhythm(page: "Page") -> None:
    """A meeting on Fridays at 10:00, and a quarter."""
    steps(page).get_by_role("button", name="Set the meeting").click()
    page.get_by_role("dialog").get_by_label("Friday").check()
    page.get_by_role("dialog").get_by_label("At what time?").fill("10:00")
    _send(page, "Save")
    expect(steps(page)).to_contain_text("✓ 2 Meeting")
    steps(page).get_by_role("button", name="Start a cycle").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("First day").fill(FIRST_DAY)
    dialog.get_by_label("Last day").fill(LAST_DAY)
    dialog.get_by_role("button", name="Start").click()
    expect(dialog).to_have_count(0)


def writes_its_okrs(page: "Page") -> None:
    """An objective by its form, a key result by a line, with one tap."""
    steps(page).get_by_role("button", name="Add an objective").click()
    page.get_by_role("dialog").get_by_role("textbox").first.fill("Be the place where plants get well")
    _send(page, "Save")
    expect(newest(page)).to_contain_text("O1 is saved as a draft")
    says(page, '/okr add kr "Raise plants that recover from 60% to 80%"')
    expect(newest(page)).to_contain_text("increase, 60% → 80%")
    newest(page).get_by_role("button", name="Save").click()
    expect(newest(page)).to_contain_text("PC-1 is saved as a draft")


def publishes(page: "Page") -> None:
    """All of the draft, with how sure one is."""
    says(page, "/okr publish")
    newest(page).get_by_role("button", name="Publish", exact=True).click()
    page.get_by_role("dialog").get_by_role("textbox").first.fill("6")
    page.get_by_role("dialog").get_by_role("button", name="Publish").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(steps(page)).to_contain_text("First question goes out")


def _send(page: "Page", label: str) -> None:
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name=label).click()
    expect(dialog).to_have_count(0)
