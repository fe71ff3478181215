"""Forms as Slack's modals, and submitted modals as what was typed."""

from typing import Any

from bot.cards.form_markup import parse_form
from bot.cards.model import Checkboxes, Choice, Form, PersonField, TextField
from bot.intake.inbound import Submitted
from bot.platforms.slack.views import parse_view, render_view
from tests.fakes import block_kit


def view_of(*parts: Any, title: str = "KR2", about: str = "t") -> dict[str, Any]:
    view = render_view(Form("update", about, title, "Save", "Cancel", parts))
    assert block_kit.view_problems(view) == []
    return view


def options(count: int) -> tuple[tuple[str, str], ...]:
    return tuple((f"Option {n}", str(n)) for n in range(count))


def test_a_field_s_block_is_its_name_and_the_token_travels_along() -> None:
    view = view_of(TextField("value", "Value", "31%", "45k", "as you write it", 60, optional=False), about="tok")

    assert (view["callback_id"], view["private_metadata"]) == ("update", "tok")
    assert view["blocks"] == [
        {
            "type": "input",
            "block_id": "value",
            "optional": False,
            "label": {"type": "plain_text", "text": "Value", "emoji": True},
            "element": {
                "action_id": "value",
                "type": "plain_text_input",
                "multiline": False,
                "max_length": 60,
                "initial_value": "31%",
                "placeholder": {"type": "plain_text", "text": "45k", "emoji": True},
            },
            "hint": {"type": "plain_text", "text": "as you write it", "emoji": True},
        }
    ]


def test_every_field_finds_the_element_that_fits() -> None:
    view = view_of(
        Choice("a", "A", options(3), "1", optional=False),
        Choice("b", "B", options(3), "1"),
        Choice("c", "C", options(100), optional=False),
        Checkboxes("d", "D", options(10), ("1", "2")),
        Checkboxes("e", "E", options(11)),
        PersonField("f", "F", "U0MEI"),
        PersonField("g", "G", "not one of Slack's"),
    )

    elements = [block["element"] for block in view["blocks"]]
    assert [element["type"] for element in elements] == [
        "radio_buttons",
        "static_select",
        "static_select",
        "checkboxes",
        "multi_static_select",
        "users_select",
        "users_select",
    ]
    assert elements[0]["initial_option"]["value"] == "1"
    assert [option["value"] for option in elements[3]["initial_options"]] == ["1", "2"]
    assert elements[5]["initial_user"] == "U0MEI"
    assert "initial_user" not in elements[6]


def test_a_long_title_is_cut_in_the_bar_and_whole_above_the_fields() -> None:
    view = view_of(TextField("a", "A"), title="Update of self-serve renewals")

    assert view["title"]["text"] == "Update of self-serve re…"
    assert view["blocks"][0]["text"]["text"] == "Update of self-serve renewals"


def test_the_longest_form_stays_within_the_limits() -> None:
    form = parse_form(
        f"""<form name="f" token="{"t" * 2000}" title="{"T" * 300}" submit="{"S" * 90}" cancel="{"C" * 90}">
        <explain>{"e" * 9000}</explain>
        <textfield name="a" label="{"l" * 3000}" initial="{"i" * 9000}" placeholder="{"p" * 400}" hint="{"h" * 3000}"
          max_length="3000"/>
        <choice name="b" label="b"><option value="{"v" * 150}">{"o" * 200}</option></choice></form>""",
        "x.xml",
    )

    assert block_kit.view_problems(render_view(form)) == []


def test_what_was_typed_comes_back_and_what_was_left_empty_is_absent() -> None:
    values: dict[str, Any] = {
        "text": {"value": {"type": "plain_text_input", "value": "45k"}},
        "empty": {"value": {"type": "plain_text_input", "value": None}},
        "select": {"value": {"type": "static_select", "selected_option": {"text": {}, "value": "0.7"}}},
        "none": {"value": {"type": "static_select", "selected_option": None}},
        "radio": {"value": {"type": "radio_buttons", "selected_option": {"value": "0.3"}}},
        "boxes": {"value": {"type": "checkboxes", "selected_options": [{"value": "1"}, {"value": "2"}]}},
        "unticked": {"value": {"type": "checkboxes", "selected_options": []}},
        "many": {"value": {"type": "multi_static_select", "selected_options": [{"value": "3"}]}},
        "person": {"value": {"type": "users_select", "selected_user": "U0LI"}},
        "nobody": {"value": {"type": "users_select", "selected_user": None}},
        "strange": {"other": {"type": "datepicker"}},
    }
    view = {"callback_id": "update", "private_metadata": "tok", "state": {"values": values}}

    assert parse_view(view) == Submitted(
        "update",
        "tok",
        {"text": "45k", "select": "0.7", "radio": "0.3", "boxes": ("1", "2"), "many": ("3",), "person": "U0LI"},
    )


def test_a_view_without_fields_is_an_empty_submission() -> None:
    assert parse_view({}) == Submitted("", "", {})
