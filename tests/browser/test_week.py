"""One person lives a whole week of Okra by clicking: asked, answered in every way, for others too, to the meeting."""

from tests.browser.windows import Windows, asked, be, entry, expect, lets_time_pass, messages, newest, says


def test_a_week_is_lived_by_clicking(okra: str, windows: Windows) -> None:
    page = windows.open(okra)
    expect(page.locator("#clock")).to_contain_text("09:30")
    expect(page.locator("#hint")).to_contain_text("1/3")
    be(page, "Mei Tan")

    # Okra asks.
    lets_time_pass(page, "To the next check-in")
    expect(page.locator("#clock")).to_contain_text("10:00")
    question = asked(page)
    expect(question).to_contain_text("Where will it land by 31 Dec?")
    expect(page.locator("#hint")).to_contain_text("2/3")
    expect(page.locator("#faces a", has_text="Jack").locator(".unread")).to_contain_text("2")

    # By a button: the message changes in place, and says so.
    expect(question.locator(".changed")).to_have_count(0)
    question.get_by_role("button", name="KR5 lands at 0.7").click()
    expect(question).to_contain_text("✓ self-score 0.7")
    expect(question.locator(".changed")).to_contain_text("changed 10:00")

    # By a form, which tells what it cannot read and keeps what was typed.
    entry(page, question, "More for KR1", "Update…")
    dialog = page.get_by_role("dialog", name="Update KR1")
    dialog.get_by_label("monthly recurring revenue").fill("many")
    dialog.get_by_label("Note").fill("Closed one of three pilots")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_label("monthly recurring revenue")).to_have_attribute("aria-invalid", "true")
    expect(dialog.get_by_label("monthly recurring revenue")).to_have_value("many")
    expect(dialog.get_by_label("Note")).to_have_value("Closed one of three pilots")
    dialog.get_by_label("monthly recurring revenue").fill("46k")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)
    expect(newest(page)).to_contain_text("✓ KR1 $44k → $46k · “Closed one of three pilots”")

    # By words, and back.
    says(page, "KR5 50, two renewals came early")
    expect(newest(page)).to_contain_text("✓ KR5 47 → 50 · “two renewals came early”")
    newest(page).locator("button", has_text="Undo").click()
    expect(newest(page)).to_contain_text("Back to 47 (5 Nov).")
    expect(newest(page).locator(".changed")).to_contain_text("changed 10:00")

    # A number alone: Okra asks which one is meant.
    says(page, "48")
    expect(newest(page)).to_contain_text("Which one is '48' for?")
    newest(page).get_by_role("button", name="KR5 Yearly contracts").click()
    expect(messages(page).filter(has_text="47 → 48").first).to_be_visible()

    # A command.
    says(page, "/okr board")
    expect(newest(page).get_by_role("row").filter(has_text="KR5 Yearly contracts")).to_contain_text("48 / 80")

    # Another person: their own question, read by being them.
    be(page, "Jack Moreno")
    expect(page.locator("#faces a", has_text="Jack").locator(".unread")).to_have_count(0)
    asked(page).get_by_role("button", name="GRO-4 lands at 0.3").click()
    expect(asked(page).locator(".changed")).to_have_count(1)

    # The meeting: the digest stands in the channel, for everyone.
    lets_time_pass(page, "To the meeting")
    expect(page.locator("#clock")).to_contain_text("09:50")
    channel = page.locator("#talks").get_by_role("link", name="growth")
    expect(channel.locator(".unread")).to_contain_text("1")
    channel.click()
    digest = messages(page).filter(has_text="Growth")
    expect(digest.first).to_contain_text("KR1")
    expect(digest.first).to_contain_text("$46k")
    expect(page.locator("#plans")).to_contain_text("weekly check-in")
    expect(page.locator("#hint section")).to_have_count(0)
    be(page, "Mei Tan")
    page.locator("#talks").get_by_role("link", name="growth").click()
    expect(messages(page).filter(has_text="$46k").first).to_be_visible()
