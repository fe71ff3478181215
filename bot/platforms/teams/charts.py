"""A chart as Teams can show it: its own line chart, and for clients that have none a picture, or bars of text."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from bot.cards.bars import MOST_BARS, sparkline, thinned
from bot.cards.chart_png import legend
from bot.cards.graphemes import clip
from bot.cards.model import Chart, Point, Run
from bot.platforms.teams.texts import Json, Mentions, inert, line

NATIVE = "Chart.Line"
MOST_POINTS = 40
"""Of one line: about 3 KB of the 28 that a card may have, and more than the pixels of a phone can tell apart."""

_MAX_NAME = 40
_MAX_TITLE = 100
_MAX_ALT = 1000
_READINGS, _PACE, _LOW, _HIGH = "categoricalBlue", "categoricalMarigold", "categoricalTeal", "categoricalGreen"


def chart_elements(chart: Chart, mentions: Mentions) -> list[Json]:
    """The chart with what stands for it where it is unknown, and below it the caption in words.

    The caption stays in any case: Teams' chart has no text for those who do not see it, and a picture may not come.
    Bars of text beside a drawn line would tell less than the line; they stand where there is neither chart nor picture.
    """
    low = _low_end(chart)
    native: Json = {
        "type": NATIVE,
        "title": clip(inert(chart.title), _MAX_TITLE),
        "showLegend": True,
        "data": _lines(chart),
        "fallback": _picture(chart, mentions) if chart.picture.startswith("https://") else _bars(chart, mentions),
    }
    if low is not None:
        native["yMin"] = _figure(low)
    return [native, line((Run(chart.caption),), mentions, subtle=True)]


def _picture(chart: Chart, mentions: Mentions) -> Json:
    image: Json = {"type": "Image", "url": chart.picture, "altText": clip(inert(chart.alt), _MAX_ALT)}
    return {"type": "Container", "items": [image, line((Run(legend(chart)),), mentions, subtle=True)]}


def _bars(chart: Chart, mentions: Mentions) -> Json:
    shown = thinned(chart.readings.points, MOST_BARS)
    return line((Run(sparkline([point.value for point in shown])),), mentions)


def _lines(chart: Chart) -> list[Json]:
    """Readings, pace and aim, each with a name of its own: nothing is told by its colour alone."""
    readings = with_ends_and_extremes(chart.readings.points, MOST_POINTS)
    lines = [_line(chart.readings.name, readings, _READINGS)]
    days = [readings[0].on, readings[-1].on]
    if chart.expected is not None:
        pace = with_ends_and_extremes(chart.expected.points, MOST_POINTS)
        lines.append(_line(chart.expected.name, pace, _PACE))
        days += [pace[0].on, pace[-1].on]
    if chart.aim is not None:
        low, high = chart.aim.low, chart.aim.high
        if low is not None:
            name = chart.aim.name if low == high else f"{chart.aim.name} ≥"
            lines.append(_line(name, _level(low, min(days), max(days)), _LOW))
        if high is not None and low != high:
            lines.append(_line(f"{chart.aim.name} ≤", _level(high, min(days), max(days)), _HIGH))
    return lines


def _line(name: str, points: Sequence[Point], color: str) -> Json:
    """Days as `YYYY-MM-DD` alone make a time axis of it."""
    values = [{"x": point.on.isoformat(), "y": _figure(point.value)} for point in points]
    return {"legend": clip(inert(name), _MAX_NAME), "color": color, "values": values}


def _figure(value: Decimal) -> int | float:
    """As short as it is in JSON."""
    return int(value) if value == value.to_integral_value() else float(value)


def _low_end(chart: Chart) -> Decimal | None:
    """Where the axis of values begins: None is the client's own choice, which is zero.

    Figures far from zero that differ little (6.5 to 8) would all lie in one level line; a round number below them
    shows how they move.
    """
    values = [point.value for point in (*chart.readings.points, *(chart.expected.points if chart.expected else ()))]
    values += [bound for bound in ((chart.aim.low, chart.aim.high) if chart.aim else ()) if bound is not None]
    low, spread = min(values), max(values) - min(values)
    if spread == 0 or low <= spread:
        return None
    step = Decimal(1).scaleb(spread.adjusted())
    return low // step * step


def _level(value: Decimal, first: date, last: date) -> tuple[Point, Point]:
    return Point(first, value), Point(last, value)


def with_ends_and_extremes(points: Sequence[Point], most: int) -> tuple[Point, ...]:
    """At most `most` of the points: the first, the last, the lowest and the highest, and evenly spread ones."""
    if len(points) <= most:
        return tuple(points)
    extremes = (min(points, key=lambda point: point.value), max(points, key=lambda point: point.value))
    kept = {point.on: point for point in (*thinned(points, most - len(extremes)), *extremes)}
    return tuple(kept[on] for on in sorted(kept))
