"""Windows of a real browser: what is clicked and read in them, and all that they complain of."""

import re
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tools import browser

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, Request

LAPTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
FITS = """() => {
  const { scrollWidth, scrollHeight } = document.documentElement;
  return scrollWidth <= innerWidth && scrollHeight <= innerHeight;
}"""
"""Whether the whole page is in the window, so that only its parts scroll."""
STANDS_STILL = re.compile("Time stands still|时间就停着")
PATIENCE_MS = 15_000
"""How long something may take to appear on a busy machine."""
GONE = r"net::ERR_(CONNECTION_REFUSED|CONNECTION_RESET|INCOMPLETE_CHUNKED_ENCODING|EMPTY_RESPONSE|SOCKET_NOT_CONNECTED)"
"""What a browser says of a server that was taken away."""
REFUSED = r"the server responded with a status of (409|422) "
"""What a browser says of an answer that is no."""


class Browser:
    """The machine's own Chromium, driven by playwright."""

    def __enter__(self) -> "Browser":
        from playwright.sync_api import expect, sync_playwright  # not there on every machine

        self._playwright = sync_playwright().start()
        self._chromium = self._playwright.chromium.launch(executable_path=browser.find())
        expect.set_options(timeout=PATIENCE_MS)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._chromium.close()
        self._playwright.stop()

    def context(self, **options: Any) -> "BrowserContext":
        """A browser of its own: nothing is remembered from another."""
        context = self._chromium.new_context(**options)
        context.set_default_timeout(PATIENCE_MS)
        return context


class Windows:
    """Everything that one test opens. `complaints` must be empty in the end."""

    def __init__(self, chromium: Browser) -> None:
        self.complaints: list[str] = []
        self.accepted: list[str] = []
        """What the console may say in this test, as patterns: `GONE`, `REFUSED`."""
        self._chromium = chromium
        self._contexts: list[BrowserContext] = []

    def open(
        self,
        url: str,
        path: str = "/",
        *,
        size: Mapping[str, int] = LAPTOP,
        lang: str = "en-GB",
        beside: "Page | None" = None,
        **options: Any,
    ) -> "Page":
        """A window of a new browser; with `beside`, another tab of that one's."""
        context = beside.context if beside is not None else self._context(size, lang, options)
        page = context.new_page()
        page.goto(f"{url}{path}")
        return page

    def picture(self, folder: Path) -> None:
        """Keep what all windows show."""
        pages = [page for context in self._contexts for page in context.pages]
        for number, page in enumerate(pages, start=1):
            page.screenshot(path=folder / f"window-{number}.png", full_page=True)

    def close(self) -> None:
        """Close all of them."""
        for context in self._contexts:
            context.close()

    def _context(self, size: Mapping[str, int], lang: str, options: Mapping[str, Any]) -> "BrowserContext":
        context = self._chromium.context(viewport=dict(size), locale=lang, **options)
        context.on("console", self._hear)
        context.on("weberror", lambda error: self.complaints.append(f"error: {error.error}"))
        context.on("request", self._look_at)
        self._contexts.append(context)
        return context

    def _hear(self, message: "ConsoleMessage") -> None:
        if message.type in ("error", "warning") and not any(re.search(one, message.text) for one in self.accepted):
            self.complaints.append(f"{message.type}: {message.text}")

    def _look_at(self, request: "Request") -> None:
        """No request leaves the machine."""
        address = urlsplit(request.url)
        if address.scheme not in ("data", "blob") and address.hostname != "127.0.0.1":
            self.complaints.append(f"request to {request.url}")


def findings(page: "Page") -> list[str]:
    """What axe finds on the page as it is, in light and in dark, that is serious for somebody."""
    from axe_playwright_python.sync_playwright import Axe  # not there on every machine

    found: list[str] = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.evaluate("Promise.all(document.getAnimations().map(one => one.finished))")
        for one in Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]:
            if one["impact"] in ("serious", "critical"):
                where = ", ".join(str(node["target"]) for node in one["nodes"][:3])
                found.append(f"{scheme}: {one['id']}: {where}")
    return found


def expect(what: Any) -> Any:
    """What playwright expects of a window or a part of one, soon."""
    from playwright.sync_api import expect as expected  # not there on every machine

    return expected(what)


def messages(page: "Page") -> "Locator":
    """All that stands in the conversation, days left out."""
    return page.locator("#messages > li.message")


def newest(page: "Page") -> "Locator":
    """The last message of the conversation."""
    return messages(page).last


def asked(page: "Page") -> "Locator":
    """The weekly question."""
    return messages(page).filter(has=page.get_by_role("heading", name=re.compile("^(Weekly check-in|每周)"))).last


def box(page: "Page") -> "Locator":
    """Where one writes."""
    return page.locator("#write")


def says(page: "Page", text: str) -> None:
    """Write something and send it."""
    box(page).fill(text)
    page.locator("#composer button").click()


def be(page: "Page", name: str) -> None:
    """Be somebody else."""
    page.locator("#faces a", has_text=name).click()
    expect(page.locator("#me")).to_contain_text(name)


def lets_time_pass(page: "Page", way: str) -> None:
    """Press one of the clock's buttons, and wait until that time has come."""
    clock = page.locator("#clock")
    before = clock.locator(".big").text_content()
    clock.get_by_role("button", name=way, exact=True).click()
    expect(clock.locator(".big")).not_to_have_text(before)
    expect(clock).to_contain_text(STANDS_STILL)


def entry(page: "Page", message: "Locator", more: str, label: str) -> None:
    """Pick an entry of a menu of a message."""
    menu = message.locator("details.menu").filter(has=page.locator(f"summary[aria-label='{more}']"))
    menu.locator("summary").click()
    menu.get_by_role("button", name=label).click()
