"""A `Card` as Slack's Block Kit, with Slack's limits held by construction."""

import json

from bot.cards.graphemes import clip
from bot.cards.loose_ends import without_loose_end
from bot.cards.markup import MAX_OPTIONS
from bot.cards.model import (
    Actions,
    Block,
    Button,
    ButtonStyle,
    Card,
    Chart,
    Control,
    Divider,
    Header,
    Image,
    Inline,
    Line,
    ListBlock,
    Menu,
    Note,
    Run,
    Table,
    Text,
)
from bot.cards.plain import notification_text, plain_line
from bot.platforms.slack.chart_blocks import MOST_CHARTS, ShowChart, as_text
from bot.platforms.slack.texts import Json, bullets, escaped_clip, inert, plain, rich_text, split, text_object
from bot.platforms.slack.views import parse_view, render_view

__all__ = ["parse_action", "parse_view", "render_home", "render_message", "render_view"]

MAX_MESSAGE_BLOCKS = 50
MAX_HOME_BLOCKS = 100
MAX_VIEW_BYTES = 250_000
"""Of a whole page or form: Slack refuses more (`view_too_large`, docs.slack.dev/reference/methods/views.publish)."""
MAX_TOP_LEVEL_TEXT = 40_000
_MAX_HEADER = 150
_MAX_BUTTON = 75
_MAX_OPTION = 75
_MAX_PLACEHOLDER = 150
_MAX_ALT = 2000
_MAX_ELEMENTS = 25
_MAX_CONTEXT = 10
_MAX_OVERFLOW = 5
_MAX_OPTION_VALUE = 150
_MENU = ""
"""A menu has no action of its own: the chosen entry carries it."""


def render_message(card: Card, chart: ShowChart = as_text) -> tuple[list[Json], str]:
    """The blocks of a message and its top-level text; `chart` says how a chart is shown.

    The text is complete, because screen readers and phones are given nothing else. It is escaped; post it with
    `mrkdwn=False`, so that an asterisk in it stays one.
    """
    return _Blocks(MAX_MESSAGE_BLOCKS, chart).of(card), escaped_clip(notification_text(card), MAX_TOP_LEVEL_TEXT)


def render_home(card: Card) -> Json:
    """The card as an App Home view."""
    return {"type": "home", "blocks": _fitting(_Blocks(MAX_HOME_BLOCKS, as_text).of(card), MAX_VIEW_BYTES)}


def parse_action(action_id: str, value: str | None) -> tuple[str, str]:
    """Action and value of what was pressed, from the `action_id` and value (of the button or the chosen option).

    Both come from the platform and may be anything; what is no action of ours comes back as it is and is unknown
    further in.
    """
    action = action_id.rpartition("#")[0] if "#" in action_id else action_id
    if action != _MENU:
        return action, value or ""
    chosen, _, token = (value or "").partition(" ")
    return chosen, token


class _Blocks:
    """Builds the blocks of one card; counts its controls, as every `action_id` must differ, and its charts."""

    def __init__(self, limit: int, chart: ShowChart) -> None:
        self._limit = limit
        self._chart = chart
        self._charts = 0
        self._controls = 0

    def of(self, card: Card) -> list[Json]:
        blocks = [block for part in card.blocks for block in self._block(part)]
        return _folded(blocks, self._limit)

    def _block(self, block: Block) -> list[Json]:
        match block:
            case Header(text) if len(inert(text)) <= _MAX_HEADER:
                return [{"type": "header", "text": plain(text, _MAX_HEADER)}]
            case Header(text):
                return rich_text(((Run(text),),), bold=True)
            case Text(lines, None):
                return rich_text(lines)
            case ListBlock(lines):
                # Items that begin with a mark of their own (☐, 🟢) need none of Slack's.
                return bullets(lines) if all(map(_begins_with_a_word, lines)) else rich_text(lines)
            case Text(lines, Button() | Menu() as control):
                return self._with_control(lines, control)
            case Note(lines):
                return _note(lines)
            case Table(_, rows):
                return rich_text(tuple(_row(row) for row in rows))
            case Divider():
                return [{"type": "divider"}]
            case Image(url, alt):
                return [{"type": "image", "image_url": url, "alt_text": clip(inert(alt), _MAX_ALT)}]
            case Chart() as chart:
                self._charts += 1
                return self._chart(chart) if self._charts <= MOST_CHARTS else as_text(chart)
            case Actions(controls):
                elements = [self._control(control) for control in controls]
                return [
                    {"type": "actions", "elements": elements[start : start + _MAX_ELEMENTS]}
                    for start in range(0, len(elements), _MAX_ELEMENTS)
                ]
        raise AssertionError(block)

    def _with_control(self, lines: tuple[Line, ...], control: Control) -> list[Json]:
        *before, last = split(without_loose_end(lines))
        blocks = [block for part in before for block in rich_text(part)]
        text = text_object(last)
        if text is not None:
            blocks.append({"type": "section", "text": text, "accessory": self._control(control)})
        else:
            blocks.extend(rich_text(last))
            blocks.append({"type": "actions", "elements": [self._control(control)]})
        return blocks

    def _control(self, control: Control) -> Json:
        self._controls += 1
        return _button(control, self._controls) if isinstance(control, Button) else _menu(control, self._controls)


def _button(button: Button, number: int) -> Json:
    element: Json = {
        "type": "button",
        "text": plain(button.label, _MAX_BUTTON),
        "action_id": f"{button.action}#{number}",
    }
    if button.value:
        element["value"] = button.value
    if button.style is not ButtonStyle.DEFAULT:
        element["style"] = button.style.value
    if button.hint:
        element["accessibility_label"] = clip(inert(button.hint), _MAX_BUTTON)
    return element


def _menu(menu: Menu, number: int) -> Json:
    options = [
        {"text": plain(option.label, _MAX_OPTION), "value": f"{option.action} {option.value}".strip()}
        for option in menu.options[:MAX_OPTIONS]
    ]
    if any(len(option["value"]) > _MAX_OPTION_VALUE for option in options):
        raise ValueError(f"An option of the menu {menu.label!r} carries more than {_MAX_OPTION_VALUE} characters.")
    action_id = f"{_MENU}#{number}"
    if len(options) <= _MAX_OVERFLOW:
        return {"type": "overflow", "action_id": action_id, "options": options}
    # The placeholder is what a screen reader calls the menu.
    placeholder = plain(menu.hint or menu.label, _MAX_PLACEHOLDER)
    return {"type": "static_select", "action_id": action_id, "placeholder": placeholder, "options": options}


def _row(row: tuple[Line, ...]) -> Line:
    """A row as one line, as the samples of spec/08 §13.3 show it and as a phone can."""
    line: list[Inline] = []
    for cell in row:
        if cell:
            line.extend((Run(" · "), *cell) if line else cell)
    return tuple(line)


def _begins_with_a_word(line: Line) -> bool:
    return plain_line(line)[:1].isalnum()


def _note(lines: tuple[Line, ...]) -> list[Json]:
    found: list[Json] = []
    for part in split(lines):
        text = text_object(part)
        found.extend([{"type": "context", "elements": [text]}] if text else rich_text(part))
    return found


# --- too many blocks --------------------------------------------------------------------------


_REST: Json = {"type": "context", "elements": [plain("…", 1)]}


def _folded(blocks: list[Json], limit: int) -> list[Json]:
    """At most `limit` blocks: neighbours are joined first, dividers go next, and what is left over is said to be."""
    for step in (_joined, _without_dividers):
        if len(blocks) <= limit:
            return blocks
        blocks = step(blocks)
    if len(blocks) <= limit:
        return blocks
    return [*blocks[: limit - 1], _REST]


def _fitting(blocks: list[Json], most_bytes: int) -> list[Json]:
    """As many blocks as go into so many bytes, counted as they are sent; what is left over is said to be."""
    room = most_bytes - len(json.dumps({"type": "home", "blocks": [_REST]}))
    for number, block in enumerate(blocks):
        room -= len(json.dumps(block)) + len(", ")
        if room < 0:
            return [*blocks[:number], _REST]
    return blocks


def _joined(blocks: list[Json]) -> list[Json]:
    found: list[Json] = []
    for block in blocks:
        joined = _join(found[-1], block) if found and found[-1]["type"] == block["type"] else None
        if joined is None:
            found.append(block)
        else:
            found[-1] = joined
    return found


def _join(first: Json, second: Json) -> Json | None:
    """Two blocks of one type as one, or None where they are too much for one."""
    room = {"actions": _MAX_ELEMENTS, "context": _MAX_CONTEXT, "rich_text": _MAX_ELEMENTS}.get(first["type"], 0)
    elements: list[Json] = [*first.get("elements", ()), *second.get("elements", ())]
    if not room or len(elements) > room:
        return None
    if first["type"] == "rich_text" and _is_section(first["elements"][-1]) and _is_section(second["elements"][0]):
        last = len(first["elements"]) - 1  # sections of one block follow each other in the same line
        elements[last] = {**elements[last], "elements": [*elements[last]["elements"], {"type": "text", "text": "\n"}]}
    return {**first, "elements": elements}


def _is_section(part: Json) -> bool:
    return bool(part["type"] == "rich_text_section")


def _without_dividers(blocks: list[Json]) -> list[Json]:
    return _joined([block for block in blocks if block["type"] != "divider"])
