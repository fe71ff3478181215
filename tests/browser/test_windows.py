"""That nothing is wrong is worth saying only where what is wrong is noticed."""

from tests.browser.windows import Windows, expect, findings


def test_what_a_page_complains_of_is_noticed(okra: str, windows: Windows) -> None:
    page = windows.open(okra)
    page.evaluate("console.error('Something is odd.')")
    page.evaluate("setTimeout(() => { throw new Error('Something broke.') })")
    with page.expect_console_message(lambda one: "192.0.2.1" in one.text):
        page.evaluate("document.body.append(Object.assign(new Image(), { src: 'http://192.0.2.1/pixel.png' }))")
    noticed = "\n".join(windows.complaints)
    windows.complaints.clear()

    assert "Something is odd." in noticed
    assert "Something broke." in noticed
    assert "Content Security Policy" in noticed


def test_a_request_that_leaves_the_machine_is_noticed(okra: str, windows: Windows) -> None:
    page = windows.open(okra, bypass_csp=True)
    page.route("http://192.0.2.1/*", lambda route: route.fulfill(body="Hello"))
    page.evaluate("fetch('http://192.0.2.1/pixel.png', { mode: 'no-cors' })")
    noticed = list(windows.complaints)
    windows.complaints.clear()

    assert noticed == ["request to http://192.0.2.1/pixel.png"]


def test_what_somebody_cannot_see_or_read_is_found(okra: str, windows: Windows) -> None:
    page = windows.open(okra)
    page.locator("#composer button").evaluate("one => one.removeAttribute('aria-label')")
    page.locator("#me p").first.evaluate("one => { one.style.color = '#999' }")
    expect(page.locator("#me")).to_be_visible()

    found = {one.split(": ")[1] for one in findings(page)}

    assert found == {"button-name", "color-contrast"}
