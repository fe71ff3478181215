"""Slack's own chart block as a small SVG with its legend: lines, areas, bars, and the parts of a pie."""

from collections.abc import Mapping
from html import escape
from typing import Any

_WIDTH, _HEIGHT, _LEFT, _BELOW = 460, 180, 50, 22
_COLOURS = ("#1264a3", "#e8912d", "#2bac76", "#cd2553", "#7c4dbd", "#5f6a72")


def chart_svg(chart: Mapping[str, Any]) -> str:
    """The chart, with every label and every value in it."""
    if chart["type"] == "pie":
        return _legend([f"{part['label']}: {part['value']:g}" for part in chart["segments"]])
    every = [point["value"] for line in chart["series"] for point in line["data"]]
    low, high = min(0, *every), max(0, *every) or 1
    categories = chart["axis_config"]["categories"]
    drawn = [_axis(low, high, categories)]
    for number, line in enumerate(chart["series"]):
        points = [
            (_x(place, len(categories)), _y(point["value"], low, high), point["value"])
            for place, point in enumerate(line["data"])
        ]
        drawn.append(_bars(points, number, low, high) if chart["type"] == "bar" else _line(points, number))
    axis = chart["axis_config"]
    names = [axis[name] for name in ("y_label", "x_label") if name in axis]
    svg = f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" height="{_HEIGHT}" role="img">{"".join(drawn)}</svg>'
    return f"{svg}{_legend([line['name'] for line in chart['series']])}<div>{escape(' · '.join(names))}</div>"


def _line(points: list[tuple[float, float, float]], number: int) -> str:
    colour = _COLOURS[number % len(_COLOURS)]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y, _ in points)
    dots = "".join(
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"><title>{value:g}</title></circle>'
        for x, y, value in points
    )
    return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>{dots}'


def _bars(points: list[tuple[float, float, float]], number: int, low: float, high: float) -> str:
    colour, zero = _COLOURS[number % len(_COLOURS)], _y(0, low, high)
    return "".join(
        f'<rect x="{x - 12 + 8 * number:.1f}" y="{min(y, zero):.1f}" width="7" height="{abs(y - zero):.1f}"'
        f' fill="{colour}"><title>{value:g}</title></rect>'
        for x, y, value in points
    )


def _axis(low: float, high: float, categories: list[str]) -> str:
    lines = "".join(
        f'<line x1="{_LEFT}" x2="{_WIDTH}" y1="{_y(value, low, high):.1f}" y2="{_y(value, low, high):.1f}"'
        f' stroke="#ddd"/><text x="{_LEFT - 6}" y="{_y(value, low, high) + 4:.1f}" text-anchor="end">{value:g}</text>'
        for value in (low, (low + high) / 2, high)
    )
    often = -(-len(categories) // 6)
    labels = "".join(
        f'<text x="{_x(place, len(categories)):.1f}" y="{_HEIGHT - 4}" text-anchor="middle">'
        f"{escape(label) if place % often == 0 else ''}<title>{escape(label)}</title></text>"
        for place, label in enumerate(categories)
    )
    return lines + labels


def _legend(names: list[str]) -> str:
    parts = [
        f'<span><i style="background:{_COLOURS[number % len(_COLOURS)]}"></i>{escape(name)}</span>'
        for number, name in enumerate(names)
    ]
    return f'<div class="legend">{"".join(parts)}</div>'


def _x(place: int, count: int) -> float:
    return _LEFT + 34 + place * (_WIDTH - _LEFT - 68) / max(1, count - 1)


def _y(value: float, low: float, high: float) -> float:
    return 8 + (high - value) / (high - low) * (_HEIGHT - _BELOW - 16)
