"""The reader of Block Kit refuses what Slack would refuse."""

from copy import deepcopy
from typing import Any

import pytest
from slackblocks import _limits as limits

from tests.fakes.block_kit import HOME, MESSAGE, MODAL, problems, text_problems, view_problems

PLAIN = {"type": "plain_text", "text": "x"}
BUTTON = {"type": "button", "text": PLAIN, "action_id": "a#1", "value": "v"}
OPTION = {"text": PLAIN, "value": "1"}
INPUT = {"type": "input", "label": PLAIN, "element": {"type": "plain_text_input", "action_id": "value"}}


def actions(*elements: Any) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements)}


def rich(*elements: Any) -> dict[str, Any]:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(elements)}]}


CONFIRM = {"title": PLAIN, "text": PLAIN, "confirm": PLAIN, "deny": PLAIN}
OPTIONS = [{**OPTION, "value": str(n)} for n in range(11)]
CELLS = [{"type": "raw_text", "text": "x"}]


def table(rows: list[Any]) -> dict[str, Any]:
    return {"type": "table", "rows": rows}


def series(name: str, *days: str) -> dict[str, Any]:
    return {"name": name, "data": [{"label": day, "value": 1.5} for day in days or ("Mon", "Tue")]}


def lines(all_series: list[Any]) -> dict[str, Any]:
    chart = {"type": "line", "series": all_series, "axis_config": {"categories": ["Mon", "Tue"]}}
    return {"type": "data_visualization", "title": "KR2", "chart": chart}


LINES = lines([series("Readings"), series("Pace")])

GOOD: list[dict[str, Any]] = [
    {"type": "header", "text": PLAIN},
    {"type": "section", "text": {"type": "mrkdwn", "text": "*x*", "verbatim": True}, "accessory": BUTTON},
    {"type": "context", "elements": [PLAIN]},
    {"type": "divider"},
    {"type": "image", "image_url": "https://x.example/a.png", "alt_text": "x"},
    rich({"type": "text", "text": "x", "style": {"bold": True}}, {"type": "user", "user_id": "U1"}),
    {"type": "image", "slack_file": {"id": "F1"}, "alt_text": "x", "title": PLAIN},
    {"type": "section", "fields": [PLAIN, PLAIN]},
    table([CELLS, CELLS]),
    LINES,
    {"type": "data_visualization", "title": "x", "chart": {"type": "pie", "segments": [{"label": "a", "value": 1}]}},
]


def test_what_is_well_formed_passes() -> None:
    assert problems(GOOD) == []
    assert problems([INPUT], MODAL) == []
    assert view_problems({"type": "home", "blocks": GOOD}) == []


@pytest.mark.parametrize(
    ("block", "says"),
    [
        ({"type": "section", "text": {"type": "mrkdwn", "text": ""}}, "0 characters"),
        ({"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}, "3001 characters"),
        ({"type": "header", "text": {"type": "mrkdwn", "text": "x"}}, "no plain_text"),
        ({"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}, "151 characters"),
        ({"type": "section"}, "no 'text'"),
        ({"type": "divider", "colour": "red"}, "unknown key 'colour'"),
        ({"type": "banner", "text": PLAIN}, "unknown block 'banner'"),
        ({"type": "image", "alt_text": "x"}, "no 'image_url'"),
        ({"type": "image", "image_url": "file:///x", "alt_text": "x"}, "url 'file:///x'"),
        ({"type": "image", "image_url": "https://x.example", "alt_text": ""}, "alt_text"),
        ({"type": "context", "elements": [PLAIN] * 11}, "11 elements"),
        (actions(), "0 elements"),
        (actions(*({**BUTTON, "action_id": f"a#{n}"} for n in range(26))), "26 elements"),
        (actions(BUTTON, BUTTON), "action_id 'a#1' twice"),
        (actions({**BUTTON, "style": "loud"}), "style 'loud'"),
        (actions({**BUTTON, "text": {"type": "plain_text", "text": "x" * 76}}), "76 characters"),
        (actions({**BUTTON, "value": "x" * 2001}), "value: 2001"),
        (actions({**BUTTON, "action_id": "x" * 256}), "action_id: 256"),
        (actions({"type": "datepicker", "action_id": "a"}), "unknown element 'datepicker'"),
        (
            actions({"type": "overflow", "action_id": "a", "options": [{**OPTION, "value": str(n)} for n in range(6)]}),
            "6 elements",
        ),
        (actions({"type": "overflow", "action_id": "a", "options": [OPTION, OPTION]}), "two options with one value"),
        (
            actions({"type": "static_select", "action_id": "a", "options": [{**OPTION, "value": "x" * 151}]}),
            "value: 151",
        ),
        (
            actions(
                {
                    "type": "static_select",
                    "action_id": "a",
                    "options": [OPTION],
                    "initial_option": {**OPTION, "value": "2"},
                }
            ),
            "initial option",
        ),
        (rich(), "0 elements"),
        (rich({"type": "text", "text": ""}), "0 characters in a text"),
        (rich({"type": "broadcast", "range": "here"}), "unknown rich text element 'broadcast'"),
        (rich({"type": "link", "url": "javascript:x"}), "url 'javascript:x'"),
        (INPUT, "input in a message"),
        ("text", "malformed"),
        ({"type": ["section"]}, "unknown block"),
        ({"type": "section", "text": "x"}, "no plain_text"),
        ({"type": "section", "fields": [PLAIN] * 11}, "11 fields"),
        ({"type": "section", "fields": [{"type": "mrkdwn", "text": "x" * 2001}]}, "2001 characters"),
        ({"type": "header", "text": {"type": "plain_text", "text": 7}}, "malformed"),
        ({"type": "actions", "elements": {}}, "0 elements"),
        ({"type": "image", "slack_file": {"id": "F1"}, "image_url": "https://x.example", "alt_text": "x"}, "image_url"),
        ({"type": "image", "slack_file": {}, "alt_text": "x"}, "no 'id'"),
        ({"type": "image", "image_url": "https://x.example/" + "x" * 3000, "alt_text": "x"}, "url"),
        (actions({**BUTTON, "url": "ftp://x.example"}), "url 'ftp"),
        (actions({**BUTTON, "confirm": {**CONFIRM, "title": {"type": "plain_text", "text": "x" * 101}}}), "101"),
        (actions({"type": "checkboxes", "action_id": "a", "options": OPTIONS}), "11 elements"),
        (table([[{"type": "raw_text", "text": "x"}] * 21]), "21 elements"),
        (table([CELLS] * 101), "101 elements"),
        (table([CELLS, CELLS * 2]), "rows of different lengths"),
        (table([[{"type": "mrkdwn", "text": "x"}]]), "unknown cell 'mrkdwn'"),
        (table([[{"type": "raw_text", "text": ""}]]), "0 characters"),
        ({**table([CELLS]), "column_settings": [{"align": "middle"}]}, "align 'middle'"),
        ({**LINES, "title": "x" * 51}, "51 characters"),
        ({**LINES, "chart": {"type": "donut"}}, "unknown chart 'donut'"),
        (lines([series(f"s{n}") for n in range(7)]), "7 elements"),
        (lines([series("a"), series("a")]), "two series of one name"),
        (lines([series("x" * 21)]), "21 characters"),
        (lines([series("a", "Mon", "Wed")]), "labels are not the categories"),
        (lines([{"name": "a", "data": [{"label": "Mon", "value": "1"}, {"label": "Tue", "value": 2}]}]), "value '1'"),
        (lines([{"name": "a", "data": [{"label": "Mon", "value": float("nan")}]}]), "value nan"),
        ({"type": "data_visualization", "title": "x", "chart": {"type": "pie", "segments": []}}, "0 elements"),
    ],
)
def test_what_slack_would_refuse_is_told(block: dict[str, Any], says: str) -> None:
    assert any(says in problem for problem in problems([block])), problems([block])


def test_too_many_blocks_are_told_for_each_surface() -> None:
    divider = {"type": "divider"}

    assert problems([divider] * 51) == ["51 blocks"]
    assert problems([divider] * 100, HOME) == []
    assert problems([divider] * 101, MODAL) == ["101 blocks"]
    assert problems([], MESSAGE) == ["no blocks"]


def test_some_blocks_stand_on_some_surfaces_only_and_some_only_once() -> None:
    for block in (table([CELLS]), LINES):
        assert any("in a modal" in problem for problem in problems([block], MODAL))
        assert problems([block], HOME) == []
    assert problems([LINES] * 3) == ["blocks: more than 2 charts"]
    assert problems([table([CELLS])] * 2) == ["blocks: more than one table"]


def test_a_picture_must_be_one_that_slack_has() -> None:
    (told,) = problems([GOOD[6]], picture=lambda file: None if file == "F2" else "invalid slack file")

    assert told == "blocks[0]: invalid slack file"


def test_the_limits_are_those_that_others_know_too() -> None:
    """slackblocks keeps a list of Slack's limits; each is held at its edge and refused one beyond it."""

    def text(length: int) -> dict[str, Any]:
        return {"type": "plain_text", "text": "x" * length}

    def button(**more: Any) -> dict[str, Any]:
        return actions({**BUTTON, **more})

    edges: list[tuple[int, Any]] = [
        (limits.HEADER_TEXT_MAX_LENGTH, lambda n: {"type": "header", "text": text(n)}),
        (limits.SECTION_TEXT_MAX_LENGTH, lambda n: {"type": "section", "text": text(n)}),
        (limits.SECTION_FIELDS_MAX_ITEMS, lambda n: {"type": "section", "fields": [PLAIN] * n}),
        (limits.SECTION_FIELDS_ITEM_MAX_LENGTH, lambda n: {"type": "section", "fields": [text(n)]}),
        (limits.CONTEXT_ELEMENTS_MAX_ITEMS, lambda n: {"type": "context", "elements": [PLAIN] * n}),
        (
            limits.ACTIONS_ELEMENTS_MAX_ITEMS,
            lambda n: actions(*({**BUTTON, "action_id": f"a#{each}"} for each in range(n))),
        ),
        (limits.BUTTON_TEXT_MAX_LENGTH, lambda n: button(text=text(n))),
        (limits.BUTTON_VALUE_MAX_LENGTH, lambda n: button(value="x" * n)),
        (limits.BUTTON_ACCESSIBILITY_LABEL_MAX_LENGTH, lambda n: button(accessibility_label="x" * n)),
        (limits.ACTION_ID_MAX_LENGTH, lambda n: button(action_id="x" * n)),
        (limits.BLOCK_ID_MAX_LENGTH, lambda n: {"type": "divider", "block_id": "x" * n}),
        (
            limits.IMAGE_ALT_TEXT_MAX_LENGTH,
            lambda n: {"type": "image", "image_url": "https://x.example", "alt_text": "x" * n},
        ),
        (limits.TABLE_ROWS_MAX_ITEMS, lambda n: table([CELLS] * n)),
        (limits.TABLE_COLUMNS_MAX_ITEMS, lambda n: table([CELLS * n])),
        (limits.DATA_VISUALIZATION_TITLE_MAX_LENGTH, lambda n: {**LINES, "title": "x" * n}),
        (limits.DATA_VISUALIZATION_SERIES_NAME_MAX_LENGTH, lambda n: lines([series("x" * n)])),
    ]
    for most, block in edges:
        assert problems([block(most)]) == []
        assert problems([block(most + 1)]) != []


def test_two_fields_of_one_name_are_told() -> None:
    field = {**deepcopy(INPUT), "block_id": "a"}

    assert any("block_id 'a' twice" in problem for problem in problems([field, field], MODAL))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"title": {"type": "plain_text", "text": "x" * 25}}, "title: 25"),
        ({"private_metadata": "x" * 3001}, "private_metadata"),
        ({"type": "dialog"}, "unknown type 'dialog'"),
        ({"blocks": [{**INPUT, "label": {"type": "plain_text", "text": "x" * 2001}}]}, "2001 characters"),
        ({"blocks": [{"type": "divider"}] * 101}, "101 blocks"),
        ({"blocks": [rich({"type": "text", "text": "好" * 1000})] * 100}, "larger than 250 kB"),
        ({"title": None}, "title: no plain_text"),
        ({"callback_id": "x" * 256}, "callback_id"),
        ({"mood": "good"}, "unknown key 'mood'"),
    ],
)
def test_what_is_wrong_with_a_view_is_told(changes: dict[str, Any], says: str) -> None:
    view: dict[str, Any] = {
        "type": "modal",
        "title": PLAIN,
        "submit": PLAIN,
        "close": PLAIN,
        "callback_id": "f",
        "private_metadata": "",
    }
    view["blocks"] = [INPUT]
    assert view_problems(view) == []

    assert any(says in problem for problem in view_problems({**view, **changes}))


def test_what_is_wrong_with_a_text_is_told() -> None:
    assert text_problems("fine &lt;") == []
    assert text_problems("<!here>") == ["text: unescaped < or >"]
    assert text_problems(" ") == ["text: empty"]
    assert text_problems("x" * 40_001) == ["text: longer than 40,000"]
