"""A form that holds what was typed into it before, as far as its fields can hold it."""

from bot.cards.filling import filled
from bot.cards.model import Checkboxes, Choice, Explain, Form, PersonField, Run, TextField

FORM = Form(
    "update",
    "token",
    "KR2",
    "Save",
    "Cancel",
    (
        Explain(((Run("Renewals"),),)),
        TextField("value", "Value", initial="31%", max_length=5),
        Choice("blocked", "Blocked?", (("Yes", "yes"), ("No", "no")), initial="no"),
        Checkboxes("steps", "Steps", (("One", "1"), ("Two", "2")), initial=("2",)),
        PersonField("owner", "Owner", initial="mei-id"),
    ),
)


def held(**typed: str | tuple[str, ...]) -> dict[str, str | tuple[str, ...]]:
    return {field.name: field.initial for field in filled(FORM, typed).fields}


def test_what_was_typed_stands_in_its_field_and_the_others_are_empty() -> None:
    assert held(value="45k", steps=("1",)) == {"value": "45k", "blocked": "", "steps": ("1",), "owner": ""}
    assert filled(FORM, {}).parts[0] == FORM.parts[0]


def test_what_no_field_can_hold_is_left_out() -> None:
    assert held(value="4" * 4000, blocked="maybe", steps=("1", "99", ""), owner="li-id", other="x") == {
        "value": "44444",
        "blocked": "",
        "steps": ("1",),
        "owner": "li-id",
    }


def test_one_where_many_belong_and_many_where_one_belongs() -> None:
    assert held(steps="2")["steps"] == ("2",)
    assert held(value=("a", "b"))["value"] == "a,b"
    assert held(blocked=("yes", "no"))["blocked"] == ""
