"""A file with OKRs goes to Okra by the paper clip beside the message box."""

from tests.browser.windows import Windows, expect, messages, newest


def test_a_file_is_attached_sent_and_saved(windows: Windows, okra: str) -> None:
    page = windows.open(okra, "/as/ana/dm")
    page.locator("#clip > summary").click()
    content = b"Objective: Win the regulars\nKR1: Regulars from 5% to 15%\n"
    page.locator("#attached").set_input_files({"name": "okrs.md", "mimeType": "text/markdown", "buffer": content})
    page.get_by_role("button", name="Send").click()

    expect(newest(page)).to_contain_text("I read this in okrs.md:")
    expect(messages(page).nth(-2)).to_contain_text("📎 okrs.md")
    expect(page.locator("#clip")).not_to_have_attribute("open", "")
    newest(page).get_by_role("button", name="Save as draft").click()
    expect(newest(page)).to_contain_text("Saved as drafts of Growth")
