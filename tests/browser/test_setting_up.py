"""From nothing to a team's first board, by clicking, as somebody does who has just installed Okra."""

from typing import TYPE_CHECKING

from tests.browser.new_team import gives_it_a_rhythm, makes_a_team, publishes, steps, writes_its_okrs
from tests.browser.windows import Windows, asked, expect, lets_time_pass, messages, newest, says

if TYPE_CHECKING:
    from tests.browser.conftest import Start


def test_a_team_from_nothing_to_its_first_board(windows: Windows, start: "Start") -> None:
    page = windows.open(start("--company", "empty").url, "/as/rosa/dm")
    page.locator("#hint").get_by_role("button", name="No more hints").click()

    makes_a_team(page)
    expect(steps(page)).to_contain_text("3 people")
    gives_it_a_rhythm(page)
    writes_its_okrs(page)
    publishes(page)
    lets_time_pass(page, "To the next check-in")
    asked(page).get_by_role("button", name="0.7").first.click()
    says(page, "64%")
    expect(newest(page)).to_contain_text("✓ KR1 64%")
    lets_time_pass(page, "To the meeting")
    page.locator("#talks").get_by_role("link", name="plant-care").click()

    expect(messages(page).first).to_contain_text("Rosa published an objective of Plant care")
    expect(newest(page)).to_contain_text("Plant care · OKR board · week 7 of 13")
    expect(newest(page)).to_contain_text("64% / 80%")
