"""A `Card` or a `Form` as an Adaptive Card 1.5 for Teams, at most 28 KB by construction."""

from collections.abc import Mapping
from unicodedata import east_asian_width

from bot.cards.graphemes import clip
from bot.cards.loose_ends import without_loose_end
from bot.cards.model import (
    Actions,
    Block,
    Button,
    ButtonStyle,
    Card,
    Chart,
    Checkboxes,
    Choice,
    Control,
    Divider,
    Explain,
    Field,
    FieldValue,
    Form,
    FormWithin,
    Header,
    Image,
    Line,
    ListBlock,
    Menu,
    Note,
    Option,
    PersonField,
    Run,
    Table,
    Text,
    TextField,
)
from bot.cards.plain import plain_form, plain_line, plain_text
from bot.intake.inbound import Pressed, Submitted
from bot.platforms.teams.budget import MAX_BYTES, shorter_cards, shorter_forms, size
from bot.platforms.teams.charts import chart_elements
from bot.platforms.teams.texts import Json, Mentions, heading, inert, line

SUBMIT_FORM = "submit_form"
CANCEL_FORM = "cancel_form"

_MAX_ACTIONS = 6
_MAX_EXPANDED = 5
_NARROWEST, _WIDEST, _NAME = 8, 30, 40
"""Letters that a column of a table is made for, and the first one, which names its rows."""
_FIELD = "field."
_MANY = "many."
"""Inputs come back beside the data of the button: the prefix keeps a field named `action` apart from it, and tells
the fields that Teams joins with commas."""
_WITHIN = "within"
"""In the data of a form within a message: what the ids of its inputs begin with, as there may be several forms."""
_STYLE = {ButtonStyle.PRIMARY: "positive", ButtonStyle.DANGER: "destructive"}
_REQUIRED = {"en": "This one is needed.", "zh": "这一项要填。"}
_LOCALE = {"en": "en", "zh": "zh-CN"}


def render_card(card: Card) -> Json:
    """The Adaptive Card of a message, with its complete plain text as `fallbackText`.

    Of too long a card the buttons carry their data in short; then it loses the forms that stand in it, from the last
    one on: the buttons that open them stay. Only then is it shortened, in the order of `budget.shorter_cards`.
    """
    short, fallback = next(shorter_cards(card))
    rendered = _message(short, _Controls(card.forms), fallback)
    for kept in range(len(card.forms), 0, -1):
        if size(rendered) <= MAX_BYTES:
            return rendered
        rendered = _message(short, _Controls(card.forms[:kept], tight=True), fallback)
    shorter = shorter_cards(card)
    while size(rendered) > MAX_BYTES and (following := next(shorter, None)) is not None:
        short, fallback = following
        rendered = _message(short, _Controls((), tight=True), fallback)
    return rendered


def render_form(form: Form, errors: Mapping[str, str] | None = None) -> Json:
    """The Adaptive Card that is the form: labelled inputs, and `errors` (field -> sentence) beside their fields."""
    rendered: Json = {}
    for short, fallback in shorter_forms(form):
        mentions = Mentions()
        body = [heading(short.title), *_form_body(short, errors or {}, mentions)]
        rendered = _adaptive(body, mentions, inert(clip(plain_form(short), fallback)), form.lang)
        if size(rendered) <= MAX_BYTES:
            break
    return rendered


def parse_submit(data: object, message_id: str | None = None) -> Pressed | Submitted | None:
    """What an Action.Submit of ours brought, or None if it is none of ours. All of it is the client's word.

    `message_id` is the message on which it was pressed.
    """
    match data:
        case {"action": "submit_form", "form": str(form), "token": str(token), "within": str(prefix), **rest}:
            return Submitted(form, token, _values(rest, prefix), message_id)
        case {"action": "submit_form", "form": str(form), "token": str(token), **rest}:
            return Submitted(form, token, _values(rest))
        case {"action": str(action), "value": str(value)}:
            return Pressed(action, value, message_id)
        case {"do": str(both)}:
            action, _, value = both.partition(" ")
            return Pressed(action, value, message_id)
        case _:
            return None


# --- cards ------------------------------------------------------------------------------------


def _message(card: Card, controls: "_Controls", fallback: int) -> Json:
    mentions = Mentions()
    body = _body(card, mentions, controls)
    return _adaptive(body, mentions, inert(clip(plain_text(card), fallback)), card.lang)


def _adaptive(body: list[Json], mentions: Mentions, fallback: str, lang: str) -> Json:
    msteams: Json = {"width": "full"}
    if mentions.entities:
        msteams["entities"] = mentions.entities
    return {
        "type": "AdaptiveCard",
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "version": "1.5",
        "lang": _LOCALE[lang],
        "fallbackText": fallback,
        "msteams": msteams,
        "body": body,
    }


def _body(card: Card, mentions: Mentions, controls: "_Controls") -> list[Json]:
    body: list[Json] = []
    divided = False
    for block in card.blocks:
        if isinstance(block, Divider):
            divided = bool(body)
            continue
        elements = _block(block, mentions, controls)
        if divided:
            elements[0] |= {"separator": True, "spacing": "Medium"}
            divided = False
        body.extend(elements)
    return body


def _block(block: Block, mentions: Mentions, ways: "_Controls") -> list[Json]:
    match block:
        case Header(text):
            return [heading(text, "Large")]
        case Text(lines, None) | ListBlock(lines):
            return _stack(lines, mentions)
        case Text(lines, Button() | Menu() as control):
            return [_with_control(_stack(without_loose_end(lines), mentions), ways.sets((control,)))]
        case Note(lines):
            return _stack(lines, mentions, subtle=True)
        case Table(columns, rows):
            return [_table(columns, rows, mentions)]
        case Image(url, alt):
            return [{"type": "Image", "url": url, "altText": alt}]
        case Chart() as chart:
            return chart_elements(chart, mentions)
        case Actions(controls):
            return ways.sets(controls)
    raise AssertionError(block)


def _stack(lines: tuple[Line, ...], mentions: Mentions, *, subtle: bool = False) -> list[Json]:
    """One element a line: a line end inside a text run is not shown everywhere."""
    stack = [line(inlines, mentions, subtle=subtle) for inlines in lines]
    for element in stack[1:]:
        element["spacing"] = "None"
    return stack


def _with_control(items: list[Json], sets: list[Json]) -> Json:
    return {
        "type": "ColumnSet",
        "columns": [
            {"type": "Column", "width": "stretch", "verticalContentAlignment": "Center", "items": items},
            {"type": "Column", "width": "auto", "items": sets},
        ],
    }


def _table(columns: tuple[str, ...], rows: tuple[tuple[Line, ...], ...], mentions: Mentions) -> Json:
    named = any(columns)
    head = [_cells([((Run(name),) if name else ()) for name in columns], mentions, bold=True)] if named else []
    return {
        "type": "Table",
        "columns": [{"width": width} for width in _widths(len(columns), rows)],
        "firstRowAsHeaders": named,
        "showGridLines": False,
        "rows": [*head, *(_cells(row, mentions) for row in rows)],
    }


def _widths(columns: int, rows: tuple[tuple[Line, ...], ...]) -> list[int]:
    """Shares of the width by what stands in the columns: a name has room, a figure alone takes little."""
    longest = [max((_wide(plain_line(row[number])) for row in rows), default=0) for number in range(columns)]
    return [min(max(each, _NARROWEST), _WIDEST if number else _NAME) for number, each in enumerate(longest)]


def _wide(text: str) -> int:
    """How wide a text is, in letters; a Chinese character is as wide as two."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def _cells(row: tuple[Line, ...] | list[Line], mentions: Mentions, *, bold: bool = False) -> Json:
    cells = [{"type": "TableCell", "items": [line(cell, mentions, bold=bold)] if cell else []} for cell in row]
    return {"type": "TableRow", "cells": cells}


class _Controls:
    """Buttons and menus of one message; a form that stands in it takes the place of the first control that opens it."""

    def __init__(self, forms: tuple[FormWithin, ...], *, tight: bool = False) -> None:
        """`tight`: what a button carries is written in short (`{"do": "action value"}`)."""
        self._forms = {(one.action, one.value): one.form for one in forms}
        self._has_forms = bool(forms)
        self._tight = tight
        self._shown = 0

    def sets(self, controls: tuple[Control, ...]) -> list[Json]:
        """Buttons six a row, as many as Teams shows; a menu's entries go under the [⋯] of the row."""
        actions: list[Json] = []
        for control in controls:
            if isinstance(control, Button):
                actions.append(self._within(control) or self._button(control))
                continue
            entries = [(option, self._within(option)) for option in control.options]
            actions.extend(form for _, form in entries if form is not None)
            actions.extend(self._entry(option) for option, form in entries if form is None)
        sets: list[list[Json]] = [[]]
        for action in actions:
            primary = sum("mode" not in other for other in sets[-1])
            if "mode" not in action and primary == _MAX_ACTIONS:
                sets.append([])
            sets[-1].append(action)
        return [{"type": "ActionSet", "actions": members} for members in sets]

    def _button(self, button: Button) -> Json:
        action = self._submit(button)
        if button.style in _STYLE:
            action["style"] = _STYLE[button.style]
        if button.hint:
            action["tooltip"] = inert(button.hint)
        return action

    def _entry(self, option: Option) -> Json:
        return self._submit(option) | {"mode": "secondary"}

    def _submit(self, control: Button | Option) -> Json:
        data = {"action": control.action, "value": control.value}
        if self._tight:
            data = {"do": f"{control.action} {control.value}"}
        action: Json = {"type": "Action.Submit", "title": inert(control.label), "data": data}
        if self._has_forms:
            action["associatedInputs"] = "none"  # a tap does not carry what stands in a form beside it
        return action

    def _within(self, control: Button | Option) -> Json | None:
        """The control as one that unfolds its form in place; None where it has none, or it stands above already."""
        form = self._forms.pop((control.action, control.value), None)
        if form is None:
            return None
        prefix = f"{self._shown}."
        self._shown += 1
        mentions = Mentions()
        body: list[Json] = []
        for part in form.parts:
            body.extend(_part(part, form.lang, {}, mentions, prefix))
        data = {"action": SUBMIT_FORM, "form": form.name, "token": form.token, _WITHIN: prefix}
        save = {"type": "Action.Submit", "title": inert(form.submit), "style": "positive", "data": data}
        card = {"type": "AdaptiveCard", "body": body, "actions": [save]}
        action: Json = {"type": "Action.ShowCard", "title": inert(control.label), "card": card}
        if isinstance(control, Button) and control.hint:
            action["tooltip"] = inert(control.hint)
        return action


# --- forms ------------------------------------------------------------------------------------


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
        return _stack(part.lines, mentions)
    elements = [_input(part, lang, prefix)]
    if part.hint:
        elements.append(line((Run(part.hint),), mentions, subtle=True) | {"spacing": "None"})
    if part.name in errors:
        run = {"type": "TextRun", "text": f"⚠ {inert(errors[part.name])}", "color": "Attention"}
        elements.append({"type": "RichTextBlock", "inlines": [run], "spacing": "None"})
    return elements


def _input(field: Field, lang: str, prefix: str) -> Json:
    kind = _MANY if isinstance(field, Checkboxes) else _FIELD
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
