"""A `Form` as an Adaptive Card for Teams, alone or within a message, and what its inputs send back."""

from collections.abc import Mapping

from bot.cards.graphemes import clip
from bot.cards.model import Checkboxes, Choice, Explain, Field, FieldValue, Form, PersonField, Run, TextField
from bot.cards.plain import plain_form
from bot.intake.inbound import Submitted
from bot.platforms.teams.budget import MAX_BYTES, shorter_forms, size
from bot.platforms.teams.texts import Json, Mentions, adaptive, heading, inert, line, stack

SUBMIT_FORM = "submit_form"
CANCEL_FORM = "cancel_form"

_MAX_EXPANDED = 5
_FIELD = "field."
_MANY = "many."
"""Inputs come back beside the data of the button: the prefix keeps a field named `action` apart from it, and tells
the fields that Teams joins with commas."""
_WITHIN = "within"
"""In the data of a form within a message: what the ids of its inputs begin with, as there may be several forms."""
_REQUIRED = {"en": "This one is needed.", "zh": "这一项要填。"}


def render_form(form: Form, errors: Mapping[str, str] | None = None) -> Json:
    """The Adaptive Card that is the form: labelled inputs, and `errors` (field -> sentence) beside their fields."""
    rendered: Json = {}
    for short, fallback in shorter_forms(form):
        mentions = Mentions()
        body = [heading(short.title), *_form_body(short, errors or {}, mentions)]
        rendered = adaptive(body, mentions, inert(clip(plain_form(short, errors), fallback)), form.lang)
        if size(rendered) <= MAX_BYTES:
            break
    return rendered


def form_within(form: Form, prefix: str) -> Json:
    """The card that unfolds in a message: the form without its title, the ids of its inputs begin with `prefix`."""
    mentions = Mentions()
    body: list[Json] = []
    for part in form.parts:
        body.extend(_part(part, form.lang, {}, mentions, prefix))
    data = {"action": SUBMIT_FORM, "form": form.name, "token": form.token, _WITHIN: prefix}
    save = {"type": "Action.Submit", "title": inert(form.submit), "style": "positive", "data": data}
    return {"type": "AdaptiveCard", "body": body, "actions": [save]}


def sent_form(data: object, message_id: str | None = None) -> Submitted | None:
    """The form that a button of ours sent, as `parse_submit` reads it; None for anything else."""
    match data:
        case {"action": "submit_form", "form": str(form), "token": str(token), "within": str(prefix), **rest}:
            return Submitted(form, token, _values(rest, prefix), message_id)
        case {"action": "submit_form", "form": str(form), "token": str(token), **rest}:
            return Submitted(form, token, _values(rest))
        case _:
            return None


def _form_body(form: Form, errors: Mapping[str, str], mentions: Mentions) -> list[Json]:
    body: list[Json] = []
    for part in form.parts:
        body.extend(_part(part, form.lang, errors, mentions))
    data = {"action": SUBMIT_FORM, "value": "", "form": form.name, "token": form.token}
    cancel = {"action": CANCEL_FORM, "value": form.name}
    actions: list[Json] = [
        {"type": "Action.Submit", "title": inert(form.submit), "style": "positive", "data": data},
        {"type": "Action.Submit", "title": inert(form.cancel), "associatedInputs": "none", "data": cancel},
    ]
    body.append({"type": "ActionSet", "actions": actions})
    return body


def _part(
    part: Explain | Field, lang: str, errors: Mapping[str, str], mentions: Mentions, prefix: str = ""
) -> list[Json]:
    """A field with its hint and the sentence beside it, or the words between fields."""
    if isinstance(part, Explain):
        return stack(part.lines, mentions)
    elements = [_input(part, lang, prefix)]
    if part.hint:
        elements.append(line((Run(part.hint),), mentions, subtle=True) | {"spacing": "None"})
    if part.name in errors:
        run = {"type": "TextRun", "text": f"⚠ {inert(errors[part.name])}", "color": "Attention"}
        elements.append({"type": "RichTextBlock", "inlines": [run], "spacing": "None"})
    return elements


def _input(field: Field, lang: str, prefix: str) -> Json:
    is_many = isinstance(field, Checkboxes) or (isinstance(field, PersonField) and field.many)
    kind = _MANY if is_many else _FIELD
    common: Json = {"id": prefix + kind + field.name, "label": inert(field.label)}
    if not field.optional:
        common |= {"isRequired": True, "errorMessage": _REQUIRED[lang]}
    match field:
        case TextField():
            element: Json = {"type": "Input.Text", "maxLength": field.max_length}
            if field.multiline:
                element["isMultiline"] = True
            if field.placeholder:
                element["placeholder"] = inert(field.placeholder)
            initial = field.initial
        case Choice(options=options):
            style = "expanded" if len(options) <= _MAX_EXPANDED else "compact"
            element = {"type": "Input.ChoiceSet", "style": style, "choices": _choices(options)}
            initial = field.initial
        case Checkboxes(options=options):
            element = {"type": "Input.ChoiceSet", "style": "expanded", "isMultiSelect": True}
            element["choices"] = _choices(options)
            initial = ",".join(field.initial)
        case PersonField():
            # Teams' people picker: searches the tenant, yields the Entra object id.
            source = {"type": "Data.Query", "dataset": "graph.microsoft.com/users"}
            element = {"type": "Input.ChoiceSet", "choices": [], "choices.data": source}
            if field.many:
                element["isMultiSelect"] = True
            initial = field.initial
    if initial:
        element["value"] = initial
    return element | common


def _choices(options: tuple[tuple[str, str], ...]) -> list[Json]:
    return [{"title": inert(label), "value": value} for label, value in options]


def _values(data: Mapping[object, object], prefix: str = "") -> dict[str, FieldValue]:
    """What stood in the inputs whose ids begin with `prefix`, by the names of the fields."""
    values: dict[str, FieldValue] = {}
    for key, value in data.items():
        if not (isinstance(key, str) and isinstance(value, str) and value and key.startswith(prefix)):
            continue
        name = key.removeprefix(prefix)
        if name.startswith(_FIELD):
            values[name.removeprefix(_FIELD)] = value
        elif name.startswith(_MANY):
            values[name.removeprefix(_MANY)] = tuple(value.split(","))
    return values
