"""With the keyboard alone: from the first page to an answer and a form, and back to where one was."""

from typing import TYPE_CHECKING

from tests.browser.windows import Windows, asked, box, entry, expect, lets_time_pass, messages

if TYPE_CHECKING:
    from playwright.sync_api import Page

MOST_STEPS = 60
"""Presses of Tab to anything on the page."""


def focused(page: "Page") -> str:
    """What a screen reader would call the focused thing, or its text."""
    return str(
        page.evaluate(
            "(one => one.ariaLabel || one.labels?.[0]?.innerText || one.innerText || one.id)(document.activeElement)"
        )
    ).strip()


def tab_to(page: "Page", name: str) -> None:
    """Press Tab until something of that name is focused, and can be seen to be."""
    for _ in range(MOST_STEPS):
        page.keyboard.press("Tab")
        if focused(page) == name:
            outline = page.evaluate(
                "(style => style.outlineStyle !== 'none' || style.boxShadow !== 'none')"
                "(getComputedStyle(document.activeElement))"
            )
            assert outline, f"nobody sees that {name} is focused"
            return
    raise AssertionError(f"Tab does not lead to {name}")


def test_a_question_is_answered_with_the_keyboard_alone(okra: str, windows: Windows) -> None:
    page = windows.open(okra)
    page.keyboard.press("Tab")
    assert focused(page) == "To the message box"
    page.keyboard.press("Tab")
    assert focused(page) == "To the clock"
    page.keyboard.press("Enter")
    tab_to(page, "To the next check-in")
    page.keyboard.press("Enter")
    expect(asked(page)).to_contain_text("Where will it land by 31 Dec?")
    assert focused(page) == "To the next check-in"

    # Back to the top, into the conversation, to a button of the question.
    page.locator("a.skip").first.focus()
    tab_to(page, "Messages")
    tab_to(page, "KR5 lands at 0.7")
    page.keyboard.press("Enter")
    expect(asked(page)).to_contain_text("✓ self-score 0.7")
    assert page.evaluate("document.activeElement.closest('[data-id]')?.dataset.id") == asked(page).get_attribute(
        "data-id"
    ), "the focus stays with the message that changed"

    # A menu, and the form behind it.
    tab_to(page, "More for KR1")
    page.keyboard.press("Enter")
    tab_to(page, "Update…")
    page.keyboard.press("Escape")
    assert focused(page) == "More for KR1"
    page.keyboard.press("Enter")
    tab_to(page, "Update…")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Update KR1")
    expect(dialog.get_by_label("monthly recurring revenue")).to_be_focused()
    page.keyboard.type("46k")
    for _ in range(MOST_STEPS):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement === document.body || !!document.activeElement.closest('dialog')")
        if focused(page) == "Save":
            break
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    expect(messages(page).filter(has_text="✓ KR1 $44k → $46k")).to_have_count(1)
    assert focused(page) == "More for KR1", "the focus is back where the form was opened"

    # Escape leaves a form, and nothing is sent.
    box(page).focus()
    page.keyboard.type("KR5 50, two came early")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("and one left")
    page.keyboard.press("Enter")
    expect(messages(page).filter(has_text="✓ KR5 47 → 50")).to_have_count(1)
    expect(box(page)).to_be_focused()


def test_commands_and_key_results_are_completed_while_one_types(okra: str, windows: Windows) -> None:
    page = windows.open(okra, "/as/mei/dm")
    box(page).focus()
    page.keyboard.type("/okr b")
    offers = page.get_by_role("listbox", name="Suggestions")
    expect(offers.get_by_role("option", name="/okr board").first).to_be_visible()
    expect(box(page)).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    expect(offers.get_by_role("option", selected=True)).to_have_count(1)
    page.keyboard.press("Escape")
    expect(offers).to_have_count(0)
    expect(box(page)).to_have_value("/okr b")
    page.keyboard.type("o")
    page.keyboard.press("Tab")
    assert box(page).input_value().startswith("/okr bo")
    box(page).fill("")
    page.keyboard.type("KR")
    expect(offers.get_by_role("option").first).to_contain_text("KR")
    page.keyboard.press("Tab")
    assert box(page).input_value().startswith("KR")
    page.keyboard.press("Shift+Tab")
    expect(box(page)).not_to_be_focused()


def test_escape_leaves_a_form_and_nothing_is_sent(okra: str, windows: Windows) -> None:
    page = windows.open(okra, "/as/mei/dm")
    lets_time_pass(page, "To the next check-in")
    entry(page, asked(page), "More for KR1", "Update…")
    dialog = page.get_by_role("dialog", name="Update KR1")
    dialog.get_by_label("monthly recurring revenue").fill("46k")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    assert focused(page) == "More for KR1"
    page.reload()
    expect(dialog).to_have_count(0)
    expect(messages(page).filter(has_text="✓")).to_have_count(0)


def test_what_okra_writes_while_a_form_is_open_is_heard_in_it_and_the_way_back_is_kept(
    okra: str, windows: Windows
) -> None:
    page = windows.open(okra, "/as/mei/dm")
    lets_time_pass(page, "To the next check-in")
    there = windows.open(okra, "/as/mei/dm", beside=page)
    entry(page, asked(page), "More for KR1", "Update…")
    dialog = page.get_by_role("dialog", name="Update KR1")
    expect(dialog.get_by_label("monthly recurring revenue")).to_be_focused()

    # The message from which the form was opened changes meanwhile.
    expect(there.get_by_role("dialog")).to_be_visible()
    there.locator("button[aria-label='KR5 lands at 0.7']").evaluate("one => one.click()")

    expect(asked(page)).to_contain_text("✓ self-score 0.7")
    expect(dialog.get_by_role("status")).to_contain_text("Okra changed a message:")
    expect(page.locator("#announce")).not_to_contain_text("Okra changed a message:")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    assert focused(page) == "More for KR1"
