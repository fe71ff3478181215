"""The reader of Adaptive Cards refuses what Teams would not show as meant."""

from typing import Any

import pytest

from tests.fakes.adaptive_cards import problems

TEXT = {"type": "TextBlock", "text": "x", "wrap": True}
SUBMIT = {"type": "Action.Submit", "title": "x", "data": {"action": "a"}}
INPUT = {"type": "Input.Text", "id": "a", "label": "A"}
CHOICES = {"type": "Input.ChoiceSet", "id": "c", "label": "C", "choices": [{"title": "1", "value": "1"}]}
RUN = {"type": "TextRun", "text": "x"}


def card(*body: Any, **more: Any) -> dict[str, Any]:
    return {"type": "AdaptiveCard", "version": "1.5", "fallbackText": "x", "body": list(body), **more}


def table(*rows: Any, columns: int = 1, **more: Any) -> dict[str, Any]:
    return {"type": "Table", "columns": [{"width": 1}] * columns, "rows": list(rows), **more}


ROW = {"type": "TableRow", "cells": [{"type": "TableCell", "items": [TEXT]}]}


DRAWN: dict[str, Any] = {
    "legend": "Readings",
    "color": "categoricalBlue",
    "values": [{"x": "2026-10-06", "y": 20}, {"x": "2026-10-13", "y": 22.5}],
}
LINE = {"type": "Chart.Line", "title": "KR2", "data": [DRAWN], "fallback": TEXT}


def test_what_is_well_formed_passes() -> None:
    mention = {"type": "mention", "text": "<at>M</at>", "mentioned": {"id": "1", "name": "M"}}
    good = card(
        {**TEXT, "text": "by <at>M</at>"},
        {"type": "RichTextBlock", "inlines": [{**RUN, "weight": "Bolder"}]},
        {"type": "ActionSet", "actions": [SUBMIT, {**SUBMIT, "mode": "secondary"}]},
        INPUT,
        CHOICES,
        table(ROW, firstRowAsHeaders=False),
        LINE,
        msteams={"width": "full", "entities": [mention]},
    )

    assert problems(good) == []


@pytest.mark.parametrize(
    ("element", "says"),
    [
        ({"type": "TextBlock", "wrap": True}, "no 'text'"),
        ({**TEXT, "weight": "bold"}, "weight"),
        ({**TEXT, "bold": True}, "unknown key 'bold'"),
        ({"type": "Chart.Pie"}, "'Chart.Pie' is not used here"),
        ({key: value for key, value in LINE.items() if key != "fallback"}, "no fallback"),
        ({**LINE, "data": [{**DRAWN, "color": "CategoricalBlue"}]}, "color"),
        ({**LINE, "data": [{**DRAWN, "legend": ""}]}, "a line without name"),
        ({**LINE, "data": [{**DRAWN, "values": DRAWN["values"][:1]}]}, "no line from day to day"),
        ({**LINE, "data": [{**DRAWN, "values": DRAWN["values"][::-1]}]}, "no line from day to day"),
        ({**LINE, "data": [{**DRAWN, "values": [{"x": "6 Oct", "y": 1}, {"x": "7 Oct", "y": 2}]}]}, "day to day"),
        ({**LINE, "data": [{**DRAWN, "values": [{"x": "2026-10-06", "z": 1}]}]}, "unknown key 'z'"),
        ({**LINE, "data": []}, "no 'data'"),
        ({"type": "Marquee"}, "'Marquee' is not used here"),
        ({"text": "x"}, "an object without type"),
        ({"type": "RichTextBlock", "inlines": []}, "no 'inlines'"),
        ({"type": "RichTextBlock", "inlines": [{**RUN, "italics": True}]}, "unknown key 'italics'"),
        ({"type": "Image", "url": "https://x.example"}, "no 'altText'"),
        ({"type": "ActionSet", "actions": []}, "no 'actions'"),
        ({"type": "ActionSet", "actions": [SUBMIT] * 7}, "7 buttons in a row"),
        ({"type": "ActionSet", "actions": [{**SUBMIT, "data": "a"}]}, "data"),
        ({"type": "ActionSet", "actions": [{**SUBMIT, "style": "Positive"}]}, "style"),
        ({"type": "Input.Text", "id": "a"}, "no 'label'"),
        ({"type": "Input.Text", "label": "A"}, "no 'id'"),
        ({**INPUT, "isRequired": True}, "required without errorMessage"),
        ({**CHOICES, "choices": [{"title": "1"}]}, "a choice without title or value"),
        ({**CHOICES, "style": "Compact"}, "style"),
        (table(ROW, columns=2), "a row that does not fit its columns"),
        (table(ROW, firstRowAsHeader=True), "unknown key 'firstRowAsHeader'"),
        ({**TEXT, "text": "<at>Boss</at>"}, "<at> without entity"),
        ({"type": "RichTextBlock", "inlines": [{**RUN, "text": "<at>Boss</at>"}]}, "<at> in rich text"),
        ({**TEXT, "text": "x" * 15_000}, "bytes as UTF-16"),
    ],
)
def test_what_teams_would_not_show_as_meant_is_told(element: dict[str, Any], says: str) -> None:
    assert any(says in problem for problem in problems(card(element))), problems(card(element))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"version": "1.6"}, "version '1.6'"),
        ({"fallbackText": ""}, "no 'fallbackText'"),
        ({"body": []}, "no 'body'"),
        ({"body": [INPUT, INPUT]}, "two inputs with one id"),
        ({"msteams": {"width": "Full"}}, "width"),
        (
            {"msteams": {"entities": [{"type": "mention", "text": "<at>M</at>", "mentioned": {"id": "1"}}]}},
            "is nowhere",
        ),
        ({"type": "Card"}, "no AdaptiveCard"),
    ],
)
def test_what_is_wrong_with_the_whole_is_told(changes: dict[str, Any], says: str) -> None:
    assert any(says in problem for problem in problems({**card(TEXT), **changes}))
