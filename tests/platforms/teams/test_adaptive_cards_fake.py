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
IMAGE = {"type": "Image", "url": "https://x.example/a.png", "altText": "A line that rises"}
FACTS = {"type": "FactSet", "facts": [{"title": "KR2", "value": "31%"}]}
NUMBER = {"type": "Input.Number", "id": "n", "label": "N"}
TOGGLE = {"type": "Input.Toggle", "id": "t", "title": "Blocked", "valueOn": "yes", "valueOff": "no"}
LINK = {"type": "Action.OpenUrl", "title": "Open", "url": "https://x.example"}
BADGE = {"type": "Badge", "text": "new", "style": "Good", "fallback": TEXT}
CELL = {"type": "TableCell", "items": [TEXT]}
MENTION = {"type": "mention", "text": "<at>M</at>", "mentioned": {"id": "29:m", "name": "M"}}


def row(*elements: Any) -> dict[str, Any]:
    return {"type": "ActionSet", "actions": list(elements)}


def unfolds(*body: Any, **more: Any) -> dict[str, Any]:
    return {"type": "Action.ShowCard", "title": "More", "card": {"type": "AdaptiveCard", "body": list(body), **more}}


def without(element: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in element.items() if name not in names}


@pytest.mark.parametrize(
    "element",
    [
        TEXT,
        {"type": "RichTextBlock", "inlines": [{**RUN, "weight": "Bolder", "selectAction": LINK}]},
        row(SUBMIT, {**SUBMIT, "mode": "secondary"}, LINK),
        row(*[SUBMIT] * 6, *[{**SUBMIT, "mode": "secondary"}] * 4),
        row(unfolds(INPUT, row({**SUBMIT, "associatedInputs": "auto"}))),
        {"type": "Container", "items": [INPUT, CHOICES, NUMBER, TOGGLE], "style": "emphasis"},
        {**CHOICES, "value": "1", "isRequired": True, "errorMessage": "Please choose one."},
        {**CHOICES, "choices": [], "choices.data": {"type": "Data.Query", "dataset": "graph.microsoft.com/users"}},
        {"type": "ColumnSet", "columns": [{"type": "Column", "width": "stretch", "items": [IMAGE]}]},
        {**IMAGE, "url": "data:image/png;base64,aaaa"},
        FACTS,
        table(ROW, firstRowAsHeaders=False),
        LINE,
        BADGE,
    ],
)
def test_what_is_well_formed_passes(element: dict[str, Any]) -> None:
    assert problems(card(element)) == []


def test_whoever_is_mentioned_is_listed() -> None:
    good = card({**TEXT, "text": "by <at>M</at>"}, msteams={"width": "full", "entities": [MENTION]})

    assert problems(good) == []


@pytest.mark.parametrize(
    ("element", "says"),
    [
        # What Teams does not know, or does not know everywhere.
        ({"type": "Marquee"}, "'Marquee' is not used here"),
        ({"type": "textBlock", "text": "x", "wrap": True}, "'textBlock' is not used here"),
        ({"type": "Component", "name": "x"}, "'Component' is not used here"),
        ({"type": "Chart.Pie", "data": [{"legend": "a", "value": 1}]}, "'Chart.Pie' without fallback"),
        (without(LINE, "fallback"), "'Chart.Line' without fallback"),
        ({**LINE, "fallback": "drop"}, "'Chart.Line' without fallback"),
        ({**LINE, "fallback": without(BADGE, "fallback")}, "'Badge' without fallback"),
        ({**LINE, "fallback": without(TEXT, "text")}, "TextBlock: no 'text'"),
        (without(BADGE, "fallback"), "'Badge' without fallback"),
        ({"type": "CodeBlock", "codeSnippet": "x"}, "'CodeBlock' without fallback"),
        (row({**SUBMIT, "type": "Action.Execute", "verb": "x"}), "'Action.Execute' is not used here"),
        (row({"type": "Action.Popover", "title": "x", "content": TEXT}), "'Action.Popover' is not used here"),
        # Objects and keys.
        ({"text": "x"}, "an object without type"),
        ({**TEXT, "bold": True}, "unknown key 'bold'"),
        ({**TEXT, "Weight": "Bolder"}, "unknown key 'Weight'"),
        ({"type": "RichTextBlock", "inlines": [{**RUN, "italics": True}]}, "unknown key 'italics'"),
        (table(ROW, firstRowAsHeader=True), "unknown key 'firstRowAsHeader'"),
        ({**LINE, "data": [{**DRAWN, "values": [{"x": "2026-10-06", "z": 1}]}]}, "unknown key 'z'"),
        # Values.
        ({**TEXT, "weight": "bold"}, "weight"),
        ({**TEXT, "weight": "bolder"}, "weight"),
        ({**TEXT, "color": "green"}, "color"),
        ({**TEXT, "wrap": "true"}, "wrap"),
        ({**TEXT, "maxLines": "3"}, "maxLines"),
        ({**BADGE, "style": "good"}, "style"),
        ({**CHOICES, "style": "Compact"}, "style"),
        (row({**SUBMIT, "style": "Positive"}), "style"),
        ({**LINE, "data": [{**DRAWN, "color": "CategoricalBlue"}]}, "color"),
        (
            {"type": "ColumnSet", "columns": [{"type": "Column", "width": "wide", "items": [TEXT]}]},
            "width 'wide'",
        ),
        # Texts and pictures.
        ({"type": "TextBlock", "wrap": True}, "no 'text'"),
        ({**TEXT, "text": ""}, "no 'text'"),
        (without(TEXT, "wrap"), "no 'wrap'"),
        ({**TEXT, "text": "{{DATE(2026-10-06T00:00:00Z)}}"}, "a date function"),
        ({"type": "RichTextBlock", "inlines": []}, "no 'inlines'"),
        ({"type": "RichTextBlock", "inlines": [TEXT]}, "'TextBlock' in 'inlines'"),
        (without(IMAGE, "altText"), "no 'altText'"),
        ({**IMAGE, "altText": ""}, "no 'altText'"),
        ({**IMAGE, "url": "http://x.example/a.png"}, "a picture that Teams does not fetch"),
        ({**IMAGE, "url": "data:image/svg+xml;base64,aaaa"}, "a picture that Teams does not fetch"),
        ({**TEXT, "text": "<at>Boss</at>"}, "<at> without entity"),
        ({"type": "RichTextBlock", "inlines": [{**RUN, "text": "<at>Boss</at>"}]}, "<at> in rich text"),
        ({**TEXT, "text": "x" * 15_000}, "bytes as UTF-16"),
        ({**TEXT, "text": "表" * 14_500}, "bytes as UTF-16"),
        ({**TEXT, "text": "half \ud83d"}, "half a character"),
        # Where things stand.
        (SUBMIT, "'Action.Submit' in 'body'"),
        (RUN, "'TextRun' in 'body'"),
        (row(TEXT), "'TextBlock' in 'actions'"),
        ({"type": "ColumnSet", "columns": [{"width": 1}]}, "'None' in 'columns'"),
        ({"type": "Table", "columns": [{"width": 1}], "rows": [CELL]}, "Input should be 'TableRow'"),
        (row(unfolds(TEXT, row(unfolds(TEXT)))), "Action.ShowCard inside Action.ShowCard"),
        ({"type": "Container", "items": [TEXT], "selectAction": unfolds(TEXT)}, "'Action.ShowCard' in 'selectAction'"),
        (row(unfolds()), "no 'body'"),
        ({"type": "Container", "items": []}, "no 'items'"),
        (table(ROW, columns=2), "a row that does not fit its columns"),
        ({**FACTS, "facts": [{"title": "KR2"}]}, "no 'value'"),
        # Buttons.
        (row(), "no 'actions'"),
        (row(*[SUBMIT] * 7), "7 buttons in a row"),
        (row({**SUBMIT, "data": "a"}), "data"),
        (row(without(SUBMIT, "data")), "no 'data'"),
        (row({**SUBMIT, "title": ""}), "no 'title'"),
        (row(without(LINK, "title")), "a button without title"),
        (row({**LINK, "url": "javascript:alert(1)"}), "the link leads nowhere"),
        (row({**LINK, "url": "/board"}), "the link leads nowhere"),
        (row({**SUBMIT, "data": {"msteams": {"type": "imBack", "value": "x"}}}), "data changes what the button does"),
        (row({"type": "Action.ToggleVisibility", "title": "x", "targetElements": ["gone"]}), "what is not there"),
        # Inputs.
        ({"type": "Input.Text", "id": "a"}, "no 'label'"),
        ({"type": "Input.Text", "label": "A"}, "no 'id'"),
        ({**INPUT, "isRequired": True}, "required without errorMessage"),
        ({**INPUT, "maxLength": 3, "value": "four"}, "holds more than it takes"),
        ({**CHOICES, "choices": []}, "no 'choices'"),
        ({**CHOICES, "choices": [{"title": "1"}]}, "a choice without title or value"),
        ({**CHOICES, "choices": [{"value": "1"}]}, "a choice without title or value"),
        ({**CHOICES, "choices": [*CHOICES["choices"], *CHOICES["choices"]]}, "two choices with one value"),
        ({**CHOICES, "value": "2"}, "holds what is no choice"),
        ({**CHOICES, "isMultiSelect": True, "value": "1,2"}, "holds what is no choice"),
        (
            {**CHOICES, "isMultiSelect": True, "choices": [{"title": "both", "value": "1,2"}]},
            "a comma in a choice of several",
        ),
        ({**NUMBER, "min": 3, "max": 1}, "takes no number at all"),
        ({**NUMBER, "max": 1, "value": 7}, "holds a number that it does not take"),
        ({**NUMBER, "value": "7"}, "value"),
        ({"type": "Input.Date", "id": "d", "label": "D", "value": "6 Oct"}, "value is no day"),
        ({"type": "Input.Time", "id": "d", "label": "D", "value": "10 am"}, "value is no time"),
        (without(TOGGLE, "title"), "no 'title'"),
        # Charts.
        ({**LINE, "data": []}, "no 'data'"),
        (without(LINE, "title"), "no 'title'"),
        ({**LINE, "data": [DRAWN, DRAWN]}, "two lines of one name"),
        ({**LINE, "data": [{**DRAWN, "legend": ""}]}, "a line without name"),
        ({**LINE, "data": [{**DRAWN, "values": DRAWN["values"][:1]}]}, "no line from day to day"),
        ({**LINE, "data": [{**DRAWN, "values": DRAWN["values"][::-1]}]}, "no line from day to day"),
        ({**LINE, "data": [{**DRAWN, "values": [{"x": "6 Oct", "y": 1}, {"x": "7 Oct", "y": 2}]}]}, "day to day"),
    ],
)
def test_what_teams_would_not_show_as_meant_is_told(element: dict[str, Any], says: str) -> None:
    assert any(says in problem for problem in problems(card(element))), problems(card(element))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"version": "1.6"}, "version '1.6'"),
        ({"version": None}, "version None"),
        ({"fallbackText": ""}, "no 'fallbackText'"),
        ({"body": []}, "no 'body'"),
        ({"type": "Card"}, "no AdaptiveCard"),
        ({"actions": [SUBMIT] * 7}, "7 buttons in a row"),
        ({"body": [INPUT, INPUT]}, "2 elements with the id 'a'"),
        ({"body": [INPUT, row(unfolds(INPUT))]}, "2 elements with the id 'a'"),
        ({"body": [INPUT, row({**SUBMIT, "data": {"a": "1"}})]}, "what an input overwrites"),
        ({"refresh": {"userIds": ["29:m"]}}, "'refresh' is not used here"),
        ({"authentication": {"text": "x"}}, "'authentication' is not used here"),
        ({"msteams": {"width": "Full"}}, "width"),
        ({"msteams": {"entities": [MENTION]}}, "is nowhere"),
        ({"msteams": {"entities": [{**MENTION, "text": "M"}]}, "body": [{**TEXT, "text": "M"}]}, "is no <at>"),
        (
            {"msteams": {"entities": [MENTION, MENTION]}, "body": [{**TEXT, "text": "<at>M</at> <at>M</at>"}]},
            "two mentions with one text",
        ),
        (
            {
                "msteams": {"entities": [{**MENTION, "mentioned": {"id": "29:m"}}]},
                "body": [{**TEXT, "text": "<at>M</at>"}],
            },
            "no 'name'",
        ),
    ],
)
def test_what_is_wrong_with_the_whole_is_told(changes: dict[str, Any], says: str) -> None:
    wrong = {**card(TEXT), **changes}

    assert any(says in problem for problem in problems(wrong)), problems(wrong)
