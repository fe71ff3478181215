"""A `Form` as Slack's modal, and a submitted modal as what was typed."""

import re
from collections.abc import Mapping
from typing import Any

from bot.cards.graphemes import clip
from bot.cards.model import Checkboxes, Choice, Explain, Field, FieldValue, Form, PersonField, TextField
from bot.intake.inbound import Submitted
from bot.platforms.slack.texts import Json, inert, plain, rich_text

_MAX_TITLE = 24
_MAX_HEADER = 150
_MAX_LABEL = 2000
_MAX_PLACEHOLDER = 150
_MAX_OPTION = 75
_MAX_RADIO = 10
_MAX_CHECKBOXES = 10
_MAX_TYPED = 3000
_ELEMENT = "value"
"""The action_id of every input; a field is told apart by its block."""
_USER_ID = re.compile(r"[UW][A-Z0-9]{1,40}")


def render_view(form: Form) -> Json:
    """The modal of a form. A field's block_id is its name: that is what errors stand beside."""
    blocks: list[Json] = []
    if len(inert(form.title)) > _MAX_TITLE:
        blocks.append({"type": "header", "text": plain(form.title, _MAX_HEADER)})
    for part in form.parts:
        blocks.extend(rich_text(part.lines) if isinstance(part, Explain) else [_input(part)])
    return {
        "type": "modal",
        "callback_id": form.name,
        "private_metadata": form.token,
        "title": plain(form.title, _MAX_TITLE),
        "submit": plain(form.submit, _MAX_TITLE),
        "close": plain(form.cancel, _MAX_TITLE),
        "blocks": blocks,
    }


def parse_view(view: Mapping[str, Any]) -> Submitted:
    """What was sent with a modal of ours; an empty field is absent. Unknown shapes are passed over."""
    values: dict[str, FieldValue] = {}
    for name, block in view.get("state", {}).get("values", {}).items():
        value = _value(block.get(_ELEMENT, {}))
        if value:
            values[name] = value
    return Submitted(view.get("callback_id", ""), view.get("private_metadata", ""), values)


def _value(element: Mapping[str, Any]) -> FieldValue:
    match element:
        case (
            {"type": "plain_text_input", "value": str(value)}
            | {"type": "static_select" | "radio_buttons", "selected_option": {"value": str(value)}}
            | {"type": "users_select", "selected_user": str(value)}
        ):
            return value
        case {"type": "checkboxes" | "multi_static_select", "selected_options": [*options]}:
            return tuple(str(option["value"]) for option in options)
        case {"type": "multi_users_select", "selected_users": [*users]}:
            return tuple(str(one) for one in users)
        case _:
            return ""


def _input(field: Field) -> Json:
    block: Json = {
        "type": "input",
        "block_id": field.name,
        "optional": field.optional,
        "label": plain(field.label, _MAX_LABEL),
        "element": {"action_id": _ELEMENT, **_element(field)},
    }
    if field.hint:
        block["hint"] = plain(field.hint, _MAX_LABEL)
    return block


def _element(field: Field) -> Json:
    match field:
        case TextField():
            limit = min(field.max_length, _MAX_TYPED)
            element: Json = {"type": "plain_text_input", "multiline": field.multiline, "max_length": limit}
            if field.initial:
                element["initial_value"] = clip(field.initial, limit)
            if field.placeholder:
                element["placeholder"] = plain(field.placeholder, _MAX_PLACEHOLDER)
        case Choice():
            options = _options(field.options)
            # A radio button cannot be taken back, so it is for what must be answered.
            radio = not field.optional and len(options) <= _MAX_RADIO
            element = {"type": "radio_buttons" if radio else "static_select", "options": options}
            if initial := _chosen(options, (field.initial,)):
                element["initial_option"] = initial[0]
        case Checkboxes():
            options = _options(field.options)
            boxes = len(options) <= _MAX_CHECKBOXES
            element = {"type": "checkboxes" if boxes else "multi_static_select", "options": options}
            if initial := _chosen(options, field.initial):
                element["initial_options"] = initial
        case PersonField(many=True):
            element = {"type": "multi_users_select"}
        case PersonField():
            element = {"type": "users_select"}
            if _USER_ID.fullmatch(field.initial):
                element["initial_user"] = field.initial
    return element


def _options(pairs: tuple[tuple[str, str], ...]) -> list[Json]:
    return [{"text": plain(label, _MAX_OPTION), "value": value} for label, value in pairs]


def _chosen(options: list[Json], values: tuple[str, ...]) -> list[Json]:
    return [option for option in options if option["value"] in values]
