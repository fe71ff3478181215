"""Pictures of the playground, taken of the real one in the machine's own Chromium. Needs `make browser`."""

import asyncio
import tempfile
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from tests.browser.new_team import gives_it_a_rhythm, makes_a_team, publishes, writes_its_okrs
from tests.browser.playing import Playing
from tests.browser.windows import (
    PHONE,
    Browser,
    Windows,
    asked,
    entry,
    expect,
    lets_time_pass,
    messages,
    newest,
    says,
)

if TYPE_CHECKING:
    from playwright.sync_api import Page

LAPTOP = {"width": 1280, "height": 900}
COLOURS = 256
TALL = {"width": 1280, "height": 1240}
"""For what is shown as a whole."""


async def take(folder: Path) -> None:
    """Live the week until the board, and take a picture of what people see."""
    await asyncio.to_thread(_take, folder)


def _take(folder: Path) -> None:
    for story, company in ((_week, "teebee"), (_new_team, "empty")):
        with tempfile.TemporaryDirectory() as data, Browser() as chromium:
            playing = Playing(Path(data) / "play", "--company", company)
            playing.start()
            windows = Windows(chromium)
            try:
                story(windows, playing.url, folder)
            finally:
                windows.close()
                playing.end()
        if windows.complaints:
            raise SystemExit("\n".join(windows.complaints))


def _new_team(windows: Windows, url: str, folder: Path) -> None:
    page = windows.open(url, "/as/rosa/dm", size=TALL)
    page.locator("#hint").get_by_role("button", name="No more hints").click()
    makes_a_team(page)
    _picture(page, folder, "setup")
    gives_it_a_rhythm(page)
    writes_its_okrs(page)
    _picture(page, folder, "writing")
    publishes(page)
    lets_time_pass(page, "To the next check-in")
    says(page, "64%")
    expect(newest(page)).to_contain_text("✓ KR1 64%")
    lets_time_pass(page, "To the meeting")
    page.locator("#talks").get_by_role("link", name="plant-care").click()
    expect(newest(page)).to_contain_text("OKR board")
    _picture(page, folder, "first-board")


def _week(windows: Windows, url: str, folder: Path) -> None:
    page = windows.open(url, "/as/mei/dm", size=LAPTOP)
    _picture(page, folder, "begin")
    lets_time_pass(page, "To the next check-in")
    page.locator("#hint").get_by_role("button", name="No more hints").click()
    asked(page).get_by_role("button", name="KR5 lands at 0.7").click()
    expect(asked(page)).to_contain_text("✓ self-score 0.7")
    says(page, "KR1 46k, closed one of three pilots")
    expect(newest(page)).to_contain_text("✓ KR1")
    says(page, "48")
    expect(newest(page)).to_contain_text("Which one is '48' for?")
    page.set_viewport_size(TALL)
    _picture(page, folder, "dm")

    phone = windows.open(url, "/as/mei/dm", size=PHONE, has_touch=True, is_mobile=True, device_scale_factor=2)
    _picture(phone, folder, "phone")
    dark = windows.open(url, "/as/mei/dm", size=LAPTOP, color_scheme="dark")
    _picture(dark, folder, "dark")

    jack = windows.open(url, "/as/jack/dm", size=LAPTOP)
    entry(jack, asked(jack), "More for GRO-4", "Update…")
    dialog = jack.get_by_role("dialog")
    dialog.get_by_label("calls").fill("350")
    dialog.get_by_label("Note").fill("The new help pages answer the most frequent question.")
    _picture(jack, folder, "dialog")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)

    lets_time_pass(page, "To the meeting")
    page.locator("#talks").get_by_role("link", name="growth").click()
    expect(messages(page).first).to_be_visible()
    page.reload()
    _picture(page, folder, "digest")
    _of(page, "#time", folder, "panel")

    chinese = windows.open(url, "/as/linmei/dm", size=LAPTOP, lang="zh-CN")
    expect(asked(chinese)).to_be_visible()
    asked(chinese).locator("button", has_text="0.7").first.click()
    expect(asked(chinese).locator(".changed")).to_be_visible()
    _picture(chinese, folder, "zh")


def _picture(page: "Page", folder: Path, what: str) -> None:
    """Of the window, when it has come to rest."""
    _rest(page)
    _keep(page.screenshot(), folder, what)


def _of(page: "Page", part: str, folder: Path, what: str) -> None:
    """Of one part of the window."""
    _rest(page)
    _keep(page.locator(part).screenshot(), folder, what)


def _keep(taken: bytes, folder: Path, what: str) -> None:
    """In few colours: the pages have no more, and it is a third of the size."""
    with Image.open(BytesIO(taken)) as image:
        image.convert("RGB").quantize(COLOURS).save(folder / f"playground-{what}.png", optimize=True)


def _rest(page: "Page") -> None:
    expect(page.locator("#plans")).not_to_contain_text("…")
    page.evaluate("document.activeElement.blur()")
    page.evaluate("Promise.all(document.getAnimations().map(one => one.finished))")
