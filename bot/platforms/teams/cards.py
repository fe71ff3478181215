"""A `Card` as an Adaptive Card 1.5 for Teams, at most 28 KB by construction."""

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
    Control,
    Divider,
    FormWithin,
    Header,
    Image,
    Line,
    ListBlock,
    Menu,
    Note,
    Option,
    Run,
    Table,
    Text,
)
from bot.cards.plain import plain_line, plain_text
from bot.intake.inbound import Pressed, Submitted
from bot.platforms.teams.budget import MAX_BYTES, shorter_cards, size
from bot.platforms.teams.charts import chart_elements
from bot.platforms.teams.form_cards import form_within, sent_form
from bot.platforms.teams.texts import Json, Mentions, adaptive, heading, inert, line, stack

_MAX_ACTIONS = 6
_NARROWEST, _WIDEST, _NAME = 8, 30, 40
"""Letters that a column of a table is made for, and the first one, which names its rows."""
_STYLE = {ButtonStyle.PRIMARY: "positive", ButtonStyle.DANGER: "destructive"}


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


def parse_submit(data: object, message_id: str | None = None) -> Pressed | Submitted | None:
    """What an Action.Submit of ours brought, or None if it is none of ours. All of it is the client's word.

    `message_id` is the message on which it was pressed.
    """
    sent = sent_form(data, message_id)
    if sent is not None:
        return sent
    match data:
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
    return adaptive(body, mentions, inert(clip(plain_text(card), fallback)), card.lang)


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
            return stack(lines, mentions)
        case Text(lines, Button() | Menu() as control):
            return [_with_control(stack(without_loose_end(lines), mentions), ways.sets((control,)))]
        case Note(lines):
            return stack(lines, mentions, subtle=True)
        case Table(columns, rows):
            return [_table(columns, rows, mentions)]
        case Image(url, alt):
            return [{"type": "Image", "url": url, "altText": alt}]
        case Chart() as chart:
            return chart_elements(chart, mentions)
        case Actions(controls):
            return ways.sets(controls)
    raise AssertionError(block)


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
        action: Json = {"type": "Action.ShowCard", "title": inert(control.label), "card": form_within(form, prefix)}
        if isinstance(control, Button) and control.hint:
            action["tooltip"] = inert(control.hint)
        return action
