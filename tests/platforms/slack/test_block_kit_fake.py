"""The reader of Block Kit refuses what Slack would refuse."""

from copy import deepcopy
from typing import Any

import pytest

from tests.fakes.block_kit import HOME, MESSAGE, MODAL, problems, text_problems, view_problems

PLAIN = {"type": "plain_text", "text": "x"}
BUTTON = {"type": "button", "text": PLAIN, "action_id": "a#1", "value": "v"}
OPTION = {"text": PLAIN, "value": "1"}
INPUT = {"type": "input", "label": PLAIN, "element": {"type": "plain_text_input", "action_id": "value"}}


def actions(*elements: Any) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements)}


def rich(*elements: Any) -> dict[str, Any]:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(elements)}]}


GOOD: list[dict[str, Any]] = [
    {"type": "header", "text": PLAIN},
    {"type": "section", "text": {"type": "mrkdwn", "text": "*x*", "verbatim": True}, "accessory": BUTTON},
    {"type": "context", "elements": [PLAIN]},
    {"type": "divider"},
    {"type": "image", "image_url": "https://x.example/a.png", "alt_text": "x"},
    rich({"type": "text", "text": "x", "style": {"bold": True}}, {"type": "user", "user_id": "U1"}),
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
