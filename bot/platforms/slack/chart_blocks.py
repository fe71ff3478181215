"""A chart as Slack can show it: as bars of text, as a picture that was uploaded, or as Slack's own chart block."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from bot.cards.bars import bars_line, thinned
from bot.cards.chart_png import legend
from bot.cards.graphemes import clip
from bot.cards.model import Chart, Point, Run, Series
from bot.platforms.slack.texts import Json, inert, plain, rich_text

ShowChart = Callable[[Chart], list[Json]]
"""The blocks that stand for a chart."""

NATIVE = "data_visualization"
MOST_CHARTS = 2
"""In one message; of its own Slack takes no more, and a phone is full by then."""

_MAX_TITLE = 50
_MAX_NAME = 20
_MAX_POINTS = 20
_MAX_ALT = 2000


def as_text(chart: Chart) -> list[Json]:
    """Bars and the caption. Slack needs nothing for it, and a phone's notification can show it, too."""
    return rich_text(((Run(bars_line(chart)),),))


def as_pictures(files: Mapping[Chart, str]) -> ShowChart:
    """The uploaded picture with its alt text, and below it what the lines mean; bars where there is no picture."""

    def show(chart: Chart) -> list[Json]:
        file = files.get(chart)
        if file is None:
            return as_text(chart)
        picture: Json = {
            "type": "image",
            "slack_file": {"id": file},
            "title": plain(chart.caption, _MAX_ALT),
            "alt_text": clip(inert(chart.alt), _MAX_ALT),
        }
        return [picture, {"type": "context", "elements": [plain(legend(chart), _MAX_ALT)]}]

    return show


def as_native(chart: Chart) -> list[Json]:
    """Slack's own line chart, and below it the caption; the block itself can carry no words of ours beside the title.

    Shape and limits: docs.slack.dev/reference/block-kit/blocks/data-visualization-block. Every series must hold the
    same labels, so that what was expected is told on the days that were read, and on the last day.
    """
    readings = thinned(chart.readings.points, _MAX_POINTS)
    days = [point.on for point in readings]
    series = [_native(chart.readings.name, [(point.on, point.value) for point in readings])]
    if chart.expected is not None:
        series.append(_native(chart.expected.name, [(on, _on(chart.expected, on)) for on in days]))
    if chart.aim is not None:
        bounds = dict.fromkeys(bound for bound in (chart.aim.low, chart.aim.high) if bound is not None)
        signs = [""] if len(bounds) == 1 else [" ≥", " ≤"]
        for bound, sign in zip(bounds, signs, strict=True):
            series.append(_native(chart.aim.name + sign, [(on, bound) for on in days]))
    block: Json = {
        "type": NATIVE,
        "title": clip(inert(chart.title), _MAX_TITLE),
        "chart": {
            "type": "line",
            "series": series,
            "axis_config": {"categories": [on.isoformat() for on in days]},
        },
    }
    return [block, {"type": "context", "elements": [plain(chart.caption, _MAX_ALT)]}]


def _native(name: str, values: list[tuple[date, Decimal]]) -> dict[str, Any]:
    data = [{"label": on.isoformat(), "value": float(value)} for on, value in values]
    return {"name": clip(inert(name), _MAX_NAME), "data": data}


def _on(series: Series, on: date) -> Decimal:
    """The value of a line on a day: between its points, and level before the first and after the last."""
    before = [point for point in series.points if point.on <= on]
    after = [point for point in series.points if point.on > on]
    if not before:
        return after[0].value
    if not after:
        return before[-1].value
    return _between(before[-1], after[0], on)


def _between(first: Point, second: Point, on: date) -> Decimal:
    share = Decimal((on - first.on).days) / Decimal((second.on - first.on).days)
    return first.value + share * (second.value - first.value)
