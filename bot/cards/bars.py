"""Values over time as bars of text, for wherever no picture can stand."""

from collections.abc import Sequence
from decimal import Decimal

from bot.cards.model import Chart, Point
from bot.okr.shown import rounded

BARS = "▁▂▃▄▅▆▇█"
MOST_BARS = 20
"""What fits beside a few words on a phone."""


def sparkline(values: Sequence[Decimal]) -> str:
    """The values as bars, the lowest `▁` and the highest `█`; empty for fewer than two, level where all are equal."""
    if len(values) < 2:
        return ""
    low, high = min(values), max(values)
    if low == high:
        return BARS[3] * len(values)
    return "".join(BARS[int(rounded((one - low) / (high - low) * (len(BARS) - 1), 0))] for one in values)


def thinned(points: Sequence[Point], most: int) -> tuple[Point, ...]:
    """At most `most` of the points, evenly spread, the first and the last among them."""
    if len(points) <= most:
        return tuple(points)
    return tuple(points[number * (len(points) - 1) // (most - 1)] for number in range(most))


def bars_line(chart: Chart) -> str:
    """A chart as one line: its bars and its caption."""
    shown = thinned(chart.readings.points, MOST_BARS)
    return f"{sparkline([point.value for point in shown])} {chart.caption}"
