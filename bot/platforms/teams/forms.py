"""Forms that live in the chat: the form travels with its own button, so that nothing is kept open on our side.

Answering with sentences beside the fields needs the form again, and Teams does not give a message back. What a client
sends is only ever shown to that client again; what is recorded comes from the values and the token.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from pydantic import TypeAdapter

from bot.cards.filling import filled
from bot.cards.model import Checkboxes, Choice, Explain, FieldValue, Form, PersonField, TextField
from bot.platforms.teams.budget import MAX_BYTES, size
from bot.platforms.teams.form_cards import SUBMIT_FORM, render_form

SHOWN = "shown"
"""The name under which the form travels; inputs are prefixed, so none can have it."""

_KINDS: dict[str, Any] = {
    "explain": Explain,
    "text": TextField,
    "choice": Choice,
    "checkboxes": Checkboxes,
    "person": PersonField,
}
_NAMES = {kind: name for name, kind in _KINDS.items()}

Part = Explain | TextField | Choice | Checkboxes | PersonField


def form_card(form: Form, errors: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The card that is the form and carries it, with `errors` beside their fields."""
    card = render_form(form, errors)
    packed = pack(form)
    for element in card["body"]:
        for action in element.get("actions", ()):
            if action.get("data", {}).get("action") == SUBMIT_FORM:
                action["data"][SHOWN] = packed
                if size(card) > MAX_BYTES:
                    del action["data"][SHOWN]
    return card


def typed_into(data: object, values: Mapping[str, FieldValue]) -> Form | None:
    """The form that a submit came from, holding what was typed; None if it did not travel along whole."""
    packed = data.get(SHOWN) if isinstance(data, Mapping) else None
    form = unpack(packed) if isinstance(packed, str) else None
    return None if form is None else filled(form, values)


def pack(form: Form) -> str:
    """A form as JSON."""
    parts = [[_NAMES[type(part)], asdict(part)] for part in form.parts]
    return json.dumps(asdict(replace(form, parts=())) | {"parts": parts}, ensure_ascii=False)


def unpack(text: str) -> Form | None:
    """The form that was packed; None for anything else."""
    try:
        data = json.loads(text)
        parts = tuple(_part(name, fields) for name, fields in data.pop("parts"))
        return replace(TypeAdapter(Form).validate_python(data | {"parts": ()}), parts=parts)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _part(name: str, fields: Any) -> Part:
    part: Part = TypeAdapter(_KINDS[name]).validate_python(fields)
    return part
