"""The picture of a chart as a PNG: digits, signs and lines, and no words, so that it reads in every language."""

import asyncio
import io
import threading
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from bot.cards.figures import amount, amount_short
from bot.cards.model import Aim, Chart, Point

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH, HEIGHT = 1000, 420
"""In a message it is shown at about a third of this, so figures and lines are three times as large as they look."""
MOST_BYTES = 100_000
"""More than this is no chart of ours; it is not sent."""

_DPI = 100
_INK, _FAINT, _PAPER = "#1d1c1d", "#d5d5d5", "#ffffff"
_READINGS, _PACE, _AIM = "#0b5cad", "#8a4b00", "#2b6e4f"
_FONT = "DejaVu Sans"
"""It comes with the library, so a picture is the same on every machine."""
_SIGNS = frozenset("$€£¥₹₩₽%‰°")
"""Units that the font has a sign for; any other is told in the words around the picture."""
_SMALL, _LARGE = 21, 24
_PLACES = 6
_DAYS = 4
_DOTS = 40
"""Above so many readings they have no dots: those would run into one another."""

_one_at_a_time = threading.Lock()
"""The library shares its fonts between figures."""


def legend(chart: Chart) -> str:
    """`● Readings · ╌ Pace · ┈ Target`, to stand beside the picture, which itself holds no words."""
    parts = [f"● {chart.readings.name}"]
    if chart.expected is not None:
        parts.append(f"╌ {chart.expected.name}")
    if chart.aim is not None:
        parts.append(f"{'┈' if chart.aim.low == chart.aim.high else '▒'} {chart.aim.name}")
    return " · ".join(parts)


async def picture(chart: Chart) -> bytes | None:
    """The PNG of a chart, drawn on a thread of its own; None where it came out too big."""
    data = await asyncio.to_thread(draw, chart)
    return data if len(data) <= MOST_BYTES else None


def draw(chart: Chart) -> bytes:
    """The PNG of a chart; always the same for the same chart.

    Readings are dots on a solid line, the pace is dashed, the aim dotted or a hatched band: nothing is told by its
    colour alone. The paper is white, so that it can be read in a dark window, too.
    """
    with _one_at_a_time:
        return _drawn(chart)


def _drawn(chart: Chart) -> bytes:
    # Imported here: it takes a second, and most of those who start Okra never ask for a picture.
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH / _DPI, HEIGHT / _DPI), dpi=_DPI, facecolor=_PAPER, layout="constrained")
    axes = figure.add_subplot(facecolor=_PAPER)
    readings = chart.readings.points
    if chart.expected is not None:
        axes.plot(*_places(chart.expected.points), color=_PACE, linewidth=4, linestyle=(0, (4, 2.5)))
    dots = "o" if len(readings) <= _DOTS else ""
    axes.plot(*_places(readings), color=_READINGS, linewidth=5, marker=dots, markersize=14)
    if chart.aim is not None:
        _aim(axes, chart.aim)
    _last(axes, readings[-1], _sign(chart))
    _label(axes, chart)
    drawn = io.BytesIO()
    figure.savefig(drawn, format="png", dpi=_DPI, facecolor=_PAPER, metadata={"Software": None})
    return drawn.getvalue()


def _aim(axes: "Axes", aim: Aim) -> None:
    low, high = (None if bound is None else float(bound) for bound in (aim.low, aim.high))
    for bound in (low, high):
        if bound is not None:
            axes.axhline(bound, color=_AIM, linewidth=4, linestyle=(0, (1, 1.5)))
    if low == high:
        return
    axes.margins(y=0.15)
    bottom, top = axes.get_ylim()
    ends = bottom if low is None else low, top if high is None else high
    axes.axhspan(*ends, facecolor=_AIM, edgecolor=_AIM, alpha=0.12, hatch="/")
    axes.set_ylim(bottom, top)


def _last(axes: "Axes", last: Point, sign: str) -> None:
    """The newest value, written above its dot."""
    axes.annotate(
        amount_short(last.value, sign, _PLACES),
        (last.on.toordinal(), float(last.value)),
        xytext=(0, 16),
        textcoords="offset points",
        horizontalalignment="center",
        verticalalignment="bottom",
        bbox={"facecolor": _PAPER, "edgecolor": "none", "alpha": 0.85, "pad": 1},
        color=_READINGS,
        fontsize=_LARGE,
        fontweight="bold",
        fontfamily=_FONT,
    )


def _label(axes: "Axes", chart: Chart) -> None:
    """Days below, values at the left, and lines so faint that they cannot be taken for data."""
    days = [point.on for point in [*chart.readings.points, *(chart.expected.points if chart.expected else ())]]
    ticks = _spread(min(days), max(days))
    axes.set_xticks([day.toordinal() for day in ticks], _written(ticks))
    axes.margins(x=0.05)
    axes.locator_params(axis="y", nbins=4)
    low, high = axes.get_ylim()
    values = [value for value in axes.get_yticks() if low <= value <= high]
    axes.set_yticks(values, _amounts([Decimal(f"{value:.{_PLACES}f}") for value in values], _sign(chart)))
    axes.tick_params(colors=_INK, labelsize=_SMALL, labelfontfamily=_FONT, length=0)
    axes.grid(axis="y", color=_FAINT, linewidth=1.5)
    axes.set_axisbelow(True)
    for name, spine in axes.spines.items():
        spine.set_visible(name == "bottom")
        spine.set_color(_INK)


def _places(points: Sequence[Point]) -> tuple[list[float], list[float]]:
    return [float(point.on.toordinal()) for point in points], [float(point.value) for point in points]


def _spread(first: date, last: date) -> list[date]:
    days = (last - first).days
    parts = min(days, _DAYS - 1)
    return [date.fromordinal(first.toordinal() + days * part // parts) for part in range(parts + 1)]


def _written(days: Sequence[date]) -> list[str]:
    """`2026-10-01`, `10-19`, …, `2026-12-31`: the first and the last say the year, and so which figure is the month."""
    return [day.isoformat() if day in (days[0], days[-1]) else f"{day:%m-%d}" for day in days]


def _amounts(values: Sequence[Decimal], sign: str) -> list[str]:
    short = [amount_short(value, sign, _PLACES) for value in values]
    return short if len(set(short)) == len(short) else [amount(value, sign, _PLACES) for value in values]


def _sign(chart: Chart) -> str:
    return chart.unit if chart.unit in _SIGNS else ""
