"""Draws Okra's icons for Teams: a pod of okra, cut across, with its five seeds.

Run as `python -m tools.draw_icons`; writes `color.png` and `outline.png` into deploy/teams.
"""

import math
from pathlib import Path

from PIL import Image, ImageDraw

FINER = 16
"""Drawn this many times larger, then made smaller, so that edges are smooth."""
GROUND = (28, 107, 74, 255)
POD = (217, 240, 196, 255)
SEED = (28, 107, 74, 255)
WHITE = (255, 255, 255, 255)
CLEAR = (255, 255, 255, 0)

Point = tuple[float, float]


def _edge(size: float, radius: float) -> list[Point]:
    """A ring with five soft corners, the first one on top."""
    points = []
    for step in range(720):
        turn = math.tau * step / 720
        reach = radius * (1 + 0.11 * math.cos(5 * turn))
        points.append((size / 2 + reach * math.sin(turn), size / 2 - reach * math.cos(turn)))
    return points


def _seeds(size: float, away: float) -> list[Point]:
    turns = [math.tau * number / 5 for number in range(5)]
    return [(size / 2 + away * math.sin(turn), size / 2 - away * math.cos(turn)) for turn in turns]


def _dot(draw: ImageDraw.ImageDraw, at: Point, radius: float, colour: tuple[int, int, int, int]) -> None:
    x, y = at
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)


def color() -> Image.Image:
    """192 by 192, on a full ground, because Teams cuts its own corners; the pod within the middle 120."""
    size = 192 * FINER
    image = Image.new("RGBA", (size, size), GROUND)
    draw = ImageDraw.Draw(image)
    draw.polygon(_edge(size, 56 * FINER), fill=POD)
    for seed in _seeds(size, 29 * FINER):
        _dot(draw, seed, 9.5 * FINER, SEED)
    _dot(draw, (size / 2, size / 2), 5 * FINER, SEED)
    return image.resize((192, 192), Image.Resampling.LANCZOS).convert("RGB")


def outline() -> Image.Image:
    """32 by 32, white on nothing."""
    size = 32 * FINER
    shape = Image.new("L", (size, size), 0)
    draw = ImageDraw.Draw(shape)
    draw.polygon(_edge(size, 13.2 * FINER), fill=255)
    draw.polygon(_edge(size, 11.2 * FINER), fill=0)
    for x, y in _seeds(size, 6.2 * FINER):
        reach = 1.9 * FINER
        draw.ellipse((x - reach, y - reach, x + reach, y + reach), fill=255)
    image = Image.new("RGBA", (32, 32), CLEAR)
    image.putalpha(shape.resize((32, 32), Image.Resampling.LANCZOS))
    return image


def main() -> None:
    """Write both."""
    folder = Path(__file__).resolve().parents[1] / "deploy" / "teams"
    color().save(folder / "color.png", optimize=True)
    outline().save(folder / "outline.png", optimize=True)


if __name__ == "__main__":
    main()
