"""Takes a picture of a page with chromium, and cuts off what is empty below."""

import asyncio
import shutil
import subprocess
from pathlib import Path

from PIL import Image, ImageChops

MARGIN = 12
"""Pixels that stay below what is shown."""


async def picture(url: str, file: Path, width: int, height: int, *, cut: bool = False) -> None:
    """Show `url` in a window of this size. Raises `SystemExit` where that is not possible."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if browser is None:
        raise SystemExit("There is no chromium here.")
    how = ("--headless", "--no-sandbox", "--hide-scrollbars", f"--window-size={width},{height}")
    taking = await asyncio.create_subprocess_exec(
        browser, *how, f"--screenshot={file}", url, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    if await taking.wait() != 0:
        raise SystemExit(f"{url} could not be shown.")
    if cut:
        _cut(file)


def _cut(file: Path) -> None:
    """What is below the last line that differs from the page's own colour goes."""
    with Image.open(file) as taken:
        image = taken.convert("RGB")
    empty = Image.new("RGB", image.size, image.getpixel((0, image.height - 1)))
    box = ImageChops.difference(image, empty).getbbox()
    if box is not None:
        image.crop((0, 0, image.width, min(image.height, box[3] + MARGIN))).save(file, optimize=True)
