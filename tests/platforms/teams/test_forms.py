"""A form travels with its own button, whole or not at all."""

import json

import pytest

from bot.cards.model import (
    Checkboxes,
    Choice,
    Explain,
    Form,
    Link,
    Mention,
    PersonField,
    Run,
    Style,
    TextField,
)
from bot.platforms.teams.budget import MAX_BYTES, size
from bot.platforms.teams.forms import SHOWN, form_card, pack, typed_into, unpack

FULL = Form(
    "edit",
    "token",
    "Edit KR2",
    "Save",
    "Cancel",
    (
        Explain(((Run("Now ", Style.BOLD), Link("here", "https://example.com"), Mention("Mei", "mei-id")),)),
        TextField("value", "Value", initial="44k", hint="As you say it", multiline=True, optional=False),
        Choice("pace", "Pace", (("Even", "even"), ("Late", "late")), initial="even"),
        Checkboxes("teams", "Teams", (("Sales", "s"), ("Growth", "g")), initial=("s",)),
        PersonField("owner", "Owner", initial="mei-id"),
    ),
    lang="zh",
)


def _data(form: Form) -> dict[str, str]:
    actions = form_card(form)["body"][-1]["actions"]
    data = actions[0]["data"]
    assert isinstance(data, dict)
    return data


def test_a_form_comes_back_as_it_went() -> None:
    assert unpack(pack(FULL)) == FULL
    assert unpack(_data(FULL)[SHOWN]) == FULL


def test_what_was_typed_replaces_what_stood_there_and_empty_stays_empty() -> None:
    form = typed_into(_data(FULL), {"value": "45", "teams": ("s", "g"), "owner": "li-id"})
    assert form is not None
    fields = {each.name: each.initial for each in form.fields}
    assert fields == {"value": "45", "pace": "", "teams": ("s", "g"), "owner": "li-id"}
    assert form.parts[0] == FULL.parts[0]


def test_a_form_that_is_too_big_to_carry_itself_goes_alone() -> None:
    big = Form(
        "edit", "t", "Edit", "Save", "Cancel", (TextField("a", "A", initial="x" * 2000, placeholder="y" * 3000),)
    )
    many = Form("edit", "t", "Edit", "Save", "Cancel", tuple(big.parts[0] for _ in range(5)))
    assert SHOWN not in _data(many)
    assert size(form_card(many)) <= MAX_BYTES
    assert SHOWN in _data(big)


@pytest.mark.parametrize(
    "junk",
    [
        "",
        "7",
        "[]",
        "{}",
        '{"parts": 7}',
        '{"parts": [["text", 7]]}',
        json.dumps({"name": "n", "token": "t", "title": "t", "submit": "s", "cancel": "c", "parts": [["odd", {}]]}),
        json.dumps({"name": 7, "token": "t", "title": "t", "submit": "s", "cancel": "c", "parts": []}),
        "[" * 5000,
    ],
)
def test_anything_else_is_no_form(junk: str) -> None:
    assert unpack(junk) is None
    assert typed_into({SHOWN: junk}, {}) is None
    assert typed_into(junk, {}) is None
