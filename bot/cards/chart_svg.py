"""A chart as an SVG element that needs no script and no style: it takes the colour of the text around it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from html import escape

from bot.cards.figures import amount_short
from bot.cards.model import Chart, Point

WIDTH, HEIGHT = 600, 240
_LEFT, _RIGHT, _TOP, _BOTTOM = 60, 12, 12, 28
_PLACES = 2
"""Decimals of the figures at the edge, of which idle zeros are left out."""


def chart_svg(chart: Chart) -> str:
    """Readings as dots on a line, what was expected as dashes, the aim as a dotted line or a light band."""
    frame = _Frame.around(chart)
    parts = [_aim(chart, frame), _edges(chart, frame)]
    if chart.expected is not None:
        dashes = 'stroke-width="1.5" stroke-dasharray="7 5" stroke-opacity="0.7"'
        parts.append(
            f'<polyline points="{frame.path(chart.expected.points)}" fill="none" stroke="currentColor" {dashes}/>'
        )
    readings = chart.readings.points
    parts.append(f'<polyline points="{frame.path(readings)}" fill="none" stroke="currentColor" stroke-width="2.5"/>')
    for point in readings:
        x, y = frame.at(point)
        parts.append(f'<circle cx="{x}" cy="{y}" r="4" fill="currentColor"/>')
    alt = escape(chart.alt)
    return f'<svg role="img" aria-label="{alt}" viewBox="0 0 {WIDTH} {HEIGHT}" width="100%">{"".join(parts)}</svg>'


@dataclass(frozen=True, slots=True)
class _Frame:
    """From when to when, and from what to what."""

    first: date
    last: date
    low: Decimal
    high: Decimal

    @classmethod
    def around(cls, chart: Chart) -> "_Frame":
        points = [*chart.readings.points, *(chart.expected.points if chart.expected is not None else ())]
        bounds = (chart.aim.low, chart.aim.high) if chart.aim is not None else ()
        values = [point.value for point in points] + [bound for bound in bounds if bound is not None]
        days = [point.on for point in points]
        return cls(min(days), max(days), min(values), max(values))

    def x(self, on: date) -> float:
        share = (on - self.first).days / ((self.last - self.first).days or 1)
        return round(_LEFT + share * (WIDTH - _LEFT - _RIGHT), 1)

    def y(self, value: Decimal) -> float:
        share = float((value - self.low) / (self.high - self.low)) if self.high > self.low else 0.5
        return round(HEIGHT - _BOTTOM - share * (HEIGHT - _TOP - _BOTTOM), 1)

    def at(self, point: Point) -> tuple[float, float]:
        return self.x(point.on), self.y(point.value)

    def path(self, points: tuple[Point, ...]) -> str:
        return " ".join("{},{}".format(*self.at(point)) for point in points)


def _aim(chart: Chart, frame: _Frame) -> str:
    if chart.aim is None:
        return ""
    width = WIDTH - _LEFT - _RIGHT
    if chart.aim.low == chart.aim.high and chart.aim.low is not None:
        y = frame.y(chart.aim.low)
        ends = f'x1="{_LEFT}" x2="{_LEFT + width}" y1="{y}" y2="{y}"'
        return f'<line {ends} stroke="currentColor" stroke-width="1.5" stroke-dasharray="1.5 4"/>'
    top = float(_TOP) if chart.aim.high is None else frame.y(chart.aim.high)
    bottom = float(HEIGHT - _BOTTOM) if chart.aim.low is None else frame.y(chart.aim.low)
    size = f'x="{_LEFT}" y="{top}" width="{width}" height="{round(bottom - top, 1)}"'
    return f'<rect {size} fill="currentColor" fill-opacity="0.12"/>'


def _edges(chart: Chart, frame: _Frame) -> str:
    """The lowest and highest value, and the first and last day."""
    values = {frame.low: frame.y(frame.low), frame.high: frame.y(frame.high)}
    words = [
        f'<text x="{_LEFT - 8}" y="{y + 4}" text-anchor="end">{escape(amount_short(value, chart.unit, _PLACES))}</text>'
        for value, y in values.items()
    ]
    y = HEIGHT - 8
    words.append(f'<text x="{_LEFT}" y="{y}">{frame.first.isoformat()}</text>')
    words.append(f'<text x="{WIDTH - _RIGHT}" y="{y}" text-anchor="end">{frame.last.isoformat()}</text>')
    return f'<g font-size="13" fill="currentColor">{"".join(words)}</g>'
