"""What Adaptive Cards in Teams need beyond the classes of `microsoft-teams-cards`, one rule for each kind of node."""

import math
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, time
from typing import Any

Node = Mapping[str, Any]

_CONTAINERS = {"Container", "ColumnSet", "FactSet", "ImageSet", "ActionSet", "Table"}
_INPUTS = {"Input.Text", "Input.Number", "Input.Date", "Input.Time", "Input.Toggle", "Input.ChoiceSet"}
_ACTIONS = {"Action.Submit", "Action.OpenUrl", "Action.ShowCard", "Action.ToggleVisibility"}
_PARTS = {"AdaptiveCard", "TextRun", "Column", "TableRow", "TableCell", "Data.Query", "mention"}

ELEMENTS = {"TextBlock", "RichTextBlock", "Image", "Media", *_CONTAINERS, *_INPUTS, *_ACTIONS, *_PARTS}
"""Schema 1.5, without Action.Execute: it needs an answer within five seconds and gives nothing that we use."""

TEAMS_ONLY = {
    "Badge", "Carousel", "CarouselPage", "CodeBlock", "CompoundButton", "Icon", "Input.Rating", "ProgressBar",
    "ProgressRing", "Rating", "Chart.Donut", "Chart.Gauge", "Chart.HorizontalBar", "Chart.HorizontalBar.Stacked",
    "Chart.Line", "Chart.Pie", "Chart.VerticalBar", "Chart.VerticalBar.Grouped",
}  # fmt: skip
"""Older and other clients do not know these, so that something must stand for them."""

FORBIDDEN_KEYS = {"refresh", "authentication"}
"""They belong to Action.Execute."""

NEEDED: Mapping[str, tuple[str, ...]] = {
    "AdaptiveCard": ("body",),
    "TextBlock": ("text", "wrap"),
    "TextRun": ("text",),
    "RichTextBlock": ("inlines",),
    "Image": ("url", "altText"),
    "ImageSet": ("images",),
    "Media": ("sources", "altText"),
    "Container": ("items",),
    "ColumnSet": ("columns",),
    "FactSet": ("facts",),
    "Fact": ("title", "value"),
    "ActionSet": ("actions",),
    "Table": ("columns", "rows"),
    "Input.Text": ("id", "label"),
    "Input.Number": ("id", "label"),
    "Input.Date": ("id", "label"),
    "Input.Time": ("id", "label"),
    "Input.Toggle": ("id", "title"),
    "Input.ChoiceSet": ("id", "label", "choices"),
    "Data.Query": ("dataset",),
    "Action.Submit": ("title", "data"),
    "Action.OpenUrl": ("url",),
    "Action.ShowCard": ("title", "card"),
    "Action.ToggleVisibility": ("targetElements",),
    "mention": ("text", "mentioned"),
    "MentionedEntity": ("id", "name"),
    "Chart.Line": ("title", "data"),
}
MOST_PRIMARY = 6
"""Buttons in a row that all clients show."""

_WIDTH = re.compile(r"auto|stretch|\d+(\.\d+)?|\d+px")
_DATA_IMAGE = re.compile(r"data:image/(png|jpeg|gif);base64,")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_LINK = re.compile(r"(https?://|mailto:)\S+")


def _is_element(kind: str, parent: str) -> bool:
    """What can stand in a body: no buttons, no parts of something else."""
    return kind not in _ACTIONS | _PARTS | {"CarouselPage"}


CHILDREN: Mapping[str, Callable[[str, str], bool]] = {
    "body": _is_element,
    "items": _is_element,
    "actions": lambda kind, _: kind.startswith("Action."),
    "selectAction": lambda kind, _: kind in _ACTIONS - {"Action.ShowCard"},
    "inlineAction": lambda kind, _: kind in _ACTIONS - {"Action.ShowCard"},
    "inlines": lambda kind, _: kind == "TextRun",
    "images": lambda kind, _: kind == "Image",
    "card": lambda kind, _: kind == "AdaptiveCard",
    "cells": lambda kind, _: kind == "TableCell",
    "rows": lambda kind, _: kind == "TableRow",
    "columns": lambda kind, parent: (kind == "Column") is (parent == "ColumnSet"),
    "fallback": lambda kind, parent: _is_element(kind, "") or parent.startswith("Action."),
}


def broken(node: Node, kind: str) -> Iterator[str]:
    """The rules of its kind that a node breaks."""
    if node.get("isRequired") and not node.get("errorMessage"):
        yield "required without errorMessage"
    rule = _RULES.get(kind)
    if rule is not None:
        yield from rule(node)


def _buttons(node: Node) -> Iterator[str]:
    actions = node.get("actions") or ()
    primary = sum(action.get("mode") != "secondary" for action in actions)
    if primary > MOST_PRIMARY:
        yield f"{primary} buttons in a row"
    if any(not action.get("title") for action in actions):
        yield "a button without title"


def _submit(node: Node) -> Iterator[str]:
    data = node.get("data")
    if not isinstance(data, dict):
        yield "data is no object"
    elif "msteams" in data:
        yield "data changes what the button does"


def _link(node: Node) -> Iterator[str]:
    if not _LINK.fullmatch(str(node.get("url"))):
        yield "the link leads nowhere"


def _picture(node: Node) -> Iterator[str]:
    url = str(node.get("url"))
    if not url.startswith("https://") and not _DATA_IMAGE.match(url):
        yield "a picture that Teams does not fetch"


def _text(node: Node) -> Iterator[str]:
    if re.search(r"\{\{(DATE|TIME)\(", str(node.get("text"))):
        yield "a date function, which each client shows otherwise"


def _choices(node: Node) -> Iterator[str]:
    choices = [each for each in node.get("choices") or () if isinstance(each, dict)]
    values = [str(each.get("value")) for each in choices]
    if len(set(values)) < len(values):
        yield "two choices with one value"
    held = str(node.get("value") or "")
    chosen = held.split(",") if node.get("isMultiSelect") else [held]
    if held and "choices.data" not in node and not set(chosen) <= set(values):
        yield "holds what is no choice"
    if node.get("isMultiSelect") and any("," in value for value in values):
        yield "a comma in a choice of several"


def _choice(node: Node) -> Iterator[str]:
    if not node.get("title") or not node.get("value"):
        yield "a choice without title or value"


def _typed(node: Node) -> Iterator[str]:
    longest = node.get("maxLength")
    if longest is not None and len(str(node.get("value") or "")) > longest:
        yield "holds more than it takes"


def _number(node: Node) -> Iterator[str]:
    least, most, value = node.get("min"), node.get("max"), node.get("value")
    if least is not None and most is not None and least > most:
        yield "takes no number at all"
    if value is not None and ((least is not None and value < least) or (most is not None and value > most)):
        yield "holds a number that it does not take"


def _day(node: Node) -> Iterator[str]:
    for name in ("value", "min", "max"):
        try:
            date.fromisoformat(node.get(name) or "2026-01-01")
        except ValueError:
            yield f"{name} is no day"


def _hour(node: Node) -> Iterator[str]:
    for name in ("value", "min", "max"):
        try:
            time.fromisoformat(node.get(name) or "10:00")
        except ValueError:
            yield f"{name} is no time"


def _table(node: Node) -> Iterator[str]:
    if any(len(row.get("cells") or ()) != len(node["columns"]) for row in node.get("rows") or ()):
        yield "a row that does not fit its columns"


def _column(node: Node) -> Iterator[str]:
    if node.get("width") is not None and not _WIDTH.fullmatch(str(node["width"])):
        yield f"width {node['width']!r}"


def _chart(node: Node) -> Iterator[str]:
    names = [each.get("legend") for each in node.get("data") or ()]
    if len(set(names)) < len(names):
        yield "two lines of one name"


def _line(node: Node) -> Iterator[str]:
    """Days as Teams makes a time axis of them, from the first to the last, each with a number."""
    if not node.get("legend") or not node.get("color"):
        yield "a line without name or color"
    values = [each for each in node.get("values") or () if isinstance(each, dict)]
    days = [str(each.get("x")) for each in values]
    if len(days) < 2 or any(_DAY.fullmatch(day) is None for day in days) or days != sorted(set(days)):
        yield f"{node.get('legend')!r} is no line from day to day"
    if not all(math.isfinite(each.get("y", math.nan)) for each in values):
        yield "a value that is no number"


_RULES: Mapping[str, Callable[[Node], Iterator[str]]] = {
    "AdaptiveCard": _buttons,
    "ActionSet": _buttons,
    "Action.Submit": _submit,
    "Action.OpenUrl": _link,
    "Image": _picture,
    "TextBlock": _text,
    "Input.ChoiceSet": _choices,
    "Choice": _choice,
    "Input.Text": _typed,
    "Input.Number": _number,
    "Input.Date": _day,
    "Input.Time": _hour,
    "Table": _table,
    "Column": _column,
    "ColumnDefinition": _column,
    "Chart.Line": _chart,
    "LineChartData": _line,
}
