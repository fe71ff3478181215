"""A strict reader of Block Kit: what Slack would refuse, and what its SDK's models let pass.

Limits: docs.slack.dev/reference/block-kit, as far as this project uses it; where two generations of the docs differ,
the smaller one. An element that is not listed here is a problem, so that a new one is looked up before it is sent.
"""

import json
import math
from collections.abc import Callable, Iterator
from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block

Json = dict[str, Any]

MESSAGE, HOME, MODAL = "message", "home", "modal"
_MAX_BLOCKS = {MESSAGE: 50, HOME: 100, MODAL: 100}
_MAX_VIEW_BYTES = 250_000
_MAX_CHARTS = 2

Picture = Callable[[Any], str | None]
"""Why a file cannot stand in an image block; None where it can."""


def problems(blocks: list[Any], surface: str = MESSAGE, picture: Picture | None = None) -> list[str]:
    """What is wrong with the blocks of a message, home or modal; empty where nothing is."""
    return list(_Check(surface, picture).blocks(blocks))


def view_problems(view: Json, picture: Picture | None = None) -> list[str]:
    """What is wrong with a modal or home view."""
    return list(_view(view, picture))


def text_problems(text: str) -> list[str]:
    """What is wrong with a top-level text that must hold neither markup nor mention."""
    found = []
    if not text.strip():
        found.append("text: empty")
    if len(text) > 40_000:
        found.append("text: longer than 40,000")
    if "<" in text or ">" in text:
        found.append("text: unescaped < or >")
    return found


def _view(view: Json, picture: Picture | None) -> Iterator[str]:
    shared = {"callback_id", "private_metadata", "external_id"}
    known = {"modal": shared | {"title", "submit", "close", "clear_on_close", "notify_on_close"}, "home": shared}
    kind = view.get("type")
    if kind not in known:
        yield f"view: unknown type {kind!r}"
        return
    yield from _keys(view, {"type", "blocks"}, known[kind], "view")
    if kind == "modal":
        for name in ("title", "submit", "close"):
            if name in view or name == "title":
                yield from _plain_text(view.get(name), 24, name)
        inputs = [block for block in view.get("blocks", ()) if isinstance(block, dict) and block.get("type") == "input"]
        if inputs and "submit" not in view:
            yield "view: inputs without submit"
    for name, most in (("callback_id", 255), ("external_id", 255), ("private_metadata", 3000)):
        if not isinstance(view.get(name, ""), str) or len(view.get(name, "")) > most:
            yield f"view: {name} longer than {most}"
    if len(json.dumps(view, ensure_ascii=False).encode("utf-8", "replace")) > _MAX_VIEW_BYTES:
        yield "view: larger than 250 kB"
    yield from _Check(kind, picture).blocks(view.get("blocks", []))


class _Check:
    def __init__(self, surface: str, picture: Picture | None) -> None:
        self.surface = surface
        self.picture = picture
        self.action_ids: set[str] = set()
        self.block_ids: set[str] = set()

    def blocks(self, blocks: list[Any]) -> Iterator[str]:
        if not blocks:
            yield "no blocks"
        if len(blocks) > _MAX_BLOCKS[self.surface]:
            yield f"{len(blocks)} blocks"
        kinds = [block.get("type") for block in blocks if isinstance(block, dict)]
        if kinds.count("data_visualization") > _MAX_CHARTS:
            yield f"blocks: more than {_MAX_CHARTS} charts"
        if kinds.count("table") > 1:
            yield "blocks: more than one table"
        for number, block in enumerate(blocks):
            where = f"blocks[{number}]"
            try:
                yield from self._block(block, where)
            except (AttributeError, TypeError, KeyError, ValueError) as error:
                yield f"{where}: malformed: {error}"

    def _block(self, block: Json, where: str) -> Iterator[str]:
        kind = block.get("type")
        check = self._known().get(kind) if isinstance(kind, str) else None
        if check is None:
            yield f"{where}: unknown block {kind!r}"
            return
        if self.surface == MODAL and kind in ("table", "data_visualization"):
            yield f"{where}: {kind} in a modal"
        if self.surface == MESSAGE and kind == "input":
            yield f"{where}: input in a message"
        if (block_id := block.get("block_id")) is not None:
            if not 1 <= len(block_id) <= 255:
                yield f"{where}: block_id length"
            if block_id in self.block_ids:
                yield f"{where}: block_id {block_id!r} twice"
            self.block_ids.add(block_id)
        yield from check(block, where)
        if kind != "data_visualization":  # unknown to the SDK yet
            yield from _sdk(block, where)

    def _known(self) -> dict[str, Callable[[Json, str], Iterator[str]]]:
        return {
            "header": self._header,
            "section": self._section,
            "context": self._context,
            "divider": self._divider,
            "image": self._image,
            "actions": self._actions,
            "rich_text": self._rich_text,
            "input": self._input,
            "table": self._table,
            "data_visualization": _chart,
        }

    def _header(self, block: Json, where: str) -> Iterator[str]:
        yield from _keys(block, {"type", "text"}, {"block_id"}, where)
        yield from _plain_text(block.get("text"), 150, where)

    def _section(self, block: Json, where: str) -> Iterator[str]:
        yield from _keys(block, {"type"}, {"block_id", "text", "fields", "accessory", "expand"}, where)
        fields = block.get("fields", [])
        if "text" not in block and not fields:
            yield f"{where}: no 'text'"
        if "text" in block:
            yield from _text(block.get("text"), 3000, f"{where}.text")
        if len(fields) > 10:
            yield f"{where}: {len(fields)} fields"
        for field in fields:
            yield from _text(field, 2000, f"{where}.fields")
        if "accessory" in block:
            yield from self._element(block["accessory"], f"{where}.accessory")

    def _context(self, block: Json, where: str) -> Iterator[str]:
        yield from _keys(block, {"type", "elements"}, {"block_id"}, where)
        yield from _count(block.get("elements", []), 1, 10, where)
        for element in block.get("elements", []):
            yield from _text(element, 3000, where)

    def _divider(self, block: Json, where: str) -> Iterator[str]:
        yield from _keys(block, {"type"}, {"block_id"}, where)

    def _image(self, block: Json, where: str) -> Iterator[str]:
        source = "slack_file" if "slack_file" in block else "image_url"
        yield from _keys(block, {"type", source, "alt_text"}, {"block_id", "title"}, where)
        yield from _length(block.get("alt_text", ""), 1, 2000, f"{where}.alt_text")
        if "title" in block:
            yield from _plain_text(block["title"], 2000, f"{where}.title")
        if source == "image_url":
            yield from _url(block.get("image_url", ""), where)
            return
        yield from _keys(block["slack_file"], {"id"}, set(), f"{where}.slack_file")
        if self.picture is not None and (problem := self.picture(block["slack_file"].get("id"))):
            yield f"{where}: {problem}"

    def _actions(self, block: Json, where: str) -> Iterator[str]:
        yield from _keys(block, {"type", "elements"}, {"block_id"}, where)
        yield from _count(block.get("elements", []), 1, 25, where)
        for number, element in enumerate(block.get("elements", [])):
            yield from self._element(element, f"{where}.elements[{number}]")

    def _rich_text(self, block: Json, where: str) -> Iterator[str]:
        yield from _keys(block, {"type", "elements"}, {"block_id"}, where)
        yield from _count(block.get("elements", []), 1, 1000, where)
        total = 0
        for section in _sections(block.get("elements", []), where):
            if isinstance(section, str):
                yield section
                continue
            if section.get("type") != "rich_text_section":
                yield f"{where}: unknown rich text {section.get('type')!r}"
                continue
            yield from _keys(section, {"type", "elements"}, set(), where)
            yield from _count(section.get("elements", []), 1, 1000, where)
            for element in section.get("elements", []):
                total += len(element.get("text", ""))
                yield from _rich_element(element, where)
        if total > 3000 * len(block.get("elements", [])):
            yield f"{where}: more than 3000 characters a section"

    def _table(self, block: Json, where: str) -> Iterator[str]:
        yield from _keys(block, {"type", "rows"}, {"block_id", "column_settings"}, where)
        rows = block.get("rows", [])
        yield from _count(rows, 1, 100, f"{where}.rows")
        if len({len(row) for row in rows}) > 1:
            yield f"{where}: rows of different lengths"
        for row in rows:
            yield from _count(row, 1, 20, f"{where}.row")
            for cell in row:
                if cell.get("type") == "rich_text":
                    yield from self._rich_text(cell, where)
                    continue
                if cell.get("type") != "raw_text":
                    yield f"{where}: unknown cell {cell.get('type')!r}"
                yield from _keys(cell, {"type", "text"}, set(), f"{where}.cell")
                yield from _length(cell.get("text", ""), 1, 3000, f"{where}.cell")
        settings = block.get("column_settings", [])
        if len(settings) > 20:
            yield f"{where}: {len(settings)} column settings"
        for setting in settings:
            if setting is not None:
                yield from _keys(setting, set(), {"align", "is_wrapped"}, f"{where}.column_settings")
                if setting.get("align", "left") not in ("left", "center", "right"):
                    yield f"{where}: align {setting['align']!r}"

    def _input(self, block: Json, where: str) -> Iterator[str]:
        yield from _keys(block, {"type", "label", "element"}, {"block_id", "optional", "hint"}, where)
        yield from _plain_text(block.get("label"), 2000, where)
        if "hint" in block:
            yield from _plain_text(block["hint"], 2000, where)
        yield from self._element(block.get("element", {}), f"{where}.element", unique=False)

    def _element(self, element: Json, where: str, *, unique: bool = True) -> Iterator[str]:
        action_id = element.get("action_id", "")
        yield from _length(action_id, 1, 255, f"{where}.action_id")
        if unique and action_id in self.action_ids:
            yield f"{where}: action_id {action_id!r} twice"
        self.action_ids.add(action_id)
        kind = element.get("type")
        shared = {"type", "action_id"}
        match kind:
            case "button":
                optional = {"value", "style", "accessibility_label", "url", "confirm"}
                yield from _keys(element, {*shared, "text"}, optional, where)
                if "url" in element:
                    yield from _url(element["url"], where)
                if "confirm" in element:
                    yield from _confirm(element["confirm"], f"{where}.confirm")
                yield from _plain_text(element.get("text"), 75, where)
                yield from _length(element.get("value", "x"), 1, 2000, f"{where}.value")
                yield from _length(element.get("accessibility_label", "x"), 1, 75, f"{where}.accessibility_label")
                if element.get("style", "primary") not in ("primary", "danger"):
                    yield f"{where}: style {element['style']!r}"
            case "overflow":
                yield from _keys(element, {*shared, "options"}, set(), where)
                yield from _options(element, 5, where)
            case "static_select":
                yield from _keys(element, {*shared, "options"}, {"placeholder", "initial_option"}, where)
                yield from _options(element, 100, where)
            case "multi_static_select":
                yield from _keys(element, {*shared, "options"}, {"placeholder", "initial_options"}, where)
                yield from _options(element, 100, where)
            case "radio_buttons":
                yield from _keys(element, {*shared, "options"}, {"initial_option"}, where)
                yield from _options(element, 10, where)
            case "checkboxes":
                yield from _keys(element, {*shared, "options"}, {"initial_options"}, where)
                yield from _options(element, 10, where)
            case "multi_users_select":
                yield from _keys(element, shared, {"placeholder", "initial_users", "max_selected_items"}, where)
            case "users_select":
                yield from _keys(element, shared, {"placeholder", "initial_user"}, where)
            case "plain_text_input":
                optional = {"multiline", "max_length", "initial_value", "placeholder"}
                yield from _keys(element, shared, optional, where)
                limit = element.get("max_length", 3000)
                if not 1 <= limit <= 3000:
                    yield f"{where}: max_length {limit}"
                if len(element.get("initial_value", "")) > limit:
                    yield f"{where}: initial_value longer than max_length"
            case _:
                yield f"{where}: unknown element {kind!r}"
        if "placeholder" in element:
            yield from _plain_text(element["placeholder"], 150, f"{where}.placeholder")


def _chart(block: Json, where: str) -> Iterator[str]:
    yield from _keys(block, {"type", "title", "chart"}, {"block_id"}, where)
    yield from _length(block.get("title", ""), 1, 50, f"{where}.title")
    chart = block.get("chart", {})
    if chart.get("type") == "pie":
        yield from _keys(chart, {"type", "segments"}, set(), f"{where}.chart")
        yield from _count(chart.get("segments", []), 1, 6, f"{where}.segments")
        yield from _points(chart.get("segments", []), f"{where}.segments")
        return
    if chart.get("type") not in ("line", "bar", "area"):
        yield f"{where}: unknown chart {chart.get('type')!r}"
        return
    yield from _keys(chart, {"type", "series", "axis_config"}, set(), f"{where}.chart")
    axis = chart.get("axis_config", {})
    yield from _keys(axis, {"categories"}, {"x_label", "y_label"}, f"{where}.axis_config")
    for name in ("x_label", "y_label"):
        yield from _length(axis.get(name, "x"), 1, 50, f"{where}.{name}")
    categories = axis.get("categories", [])
    yield from _count(categories, 1, 20, f"{where}.categories")
    if len(set(categories)) < len(categories):
        yield f"{where}: a category twice"
    series = chart.get("series", [])
    yield from _count(series, 1, 6, f"{where}.series")
    if len({each.get("name") for each in series}) < len(series):
        yield f"{where}: two series of one name"
    for each in series:
        yield from _keys(each, {"name", "data"}, set(), f"{where}.series")
        yield from _length(each.get("name", ""), 1, 20, f"{where}.series name")
        yield from _count(each.get("data", []), 1, 20, f"{where}.data")
        yield from _points(each.get("data", []), f"{where}.data")
        if [point.get("label") for point in each.get("data", [])] != categories:
            yield f"{where}: labels are not the categories"


def _points(points: list[Json], where: str) -> Iterator[str]:
    for point in points:
        yield from _keys(point, {"label", "value"}, set(), where)
        yield from _length(point.get("label", ""), 1, 20, f"{where}.label")
        value = point.get("value")
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            yield f"{where}: value {value!r}"


def _confirm(confirm: Json, where: str) -> Iterator[str]:
    yield from _keys(confirm, {"title", "text", "confirm", "deny"}, {"style"}, where)
    yield from _text(confirm.get("text"), 300, where)
    for name, most in (("title", 100), ("confirm", 30), ("deny", 30)):
        yield from _plain_text(confirm.get(name), most, f"{where}.{name}")


def _sections(elements: list[Any], where: str) -> Iterator[Json | str]:
    """The sections of a rich text, those of its lists too, and what is wrong with the lists."""
    for element in elements:
        if element.get("type") != "rich_text_list":
            yield element
            continue
        yield from _keys(element, {"type", "style", "elements"}, {"indent", "border", "offset"}, where)
        if element.get("style") not in ("bullet", "ordered"):
            yield f"{where}: a list of style {element.get('style')!r}"
        yield from _count(element.get("elements", []), 1, 1000, where)
        yield from element.get("elements", [])


def _rich_element(element: Json, where: str) -> Iterator[str]:
    match element.get("type"):
        case "text":
            yield from _keys(element, {"type", "text"}, {"style"}, where)
            if not 1 <= len(element.get("text", "")) <= 3000:
                yield f"{where}: {len(element.get('text', ''))} characters in a text element"
        case "link":
            yield from _keys(element, {"type", "url"}, {"text", "style"}, where)
            yield from _url(element.get("url", ""), where)
        case "user":
            yield from _keys(element, {"type", "user_id"}, {"style"}, where)
        case "channel":
            yield from _keys(element, {"type", "channel_id"}, {"style"}, where)
        case kind:
            yield f"{where}: unknown rich text element {kind!r}"
    style = element.get("style", {})
    if not isinstance(style, dict) or set(style) - {"bold", "italic", "strike", "code"}:
        yield f"{where}: style {style!r}"


def _options(element: Json, most: int, where: str) -> Iterator[str]:
    options = element.get("options", [])
    yield from _count(options, 1, most, where)
    values = [option.get("value") for option in options]
    if len(set(values)) < len(values):
        yield f"{where}: two options with one value"
    for option in options:
        yield from _keys(option, {"text", "value"}, set(), where)
        yield from _plain_text(option.get("text"), 75, where)
        yield from _length(option.get("value", ""), 1, 150, f"{where}.value")
    initial = element.get("initial_options", [element["initial_option"]] if "initial_option" in element else [])
    if any(option not in options for option in initial) or ("initial_options" in element and not initial):
        yield f"{where}: initial option that is none"


def _text(text: Any, most: int, where: str) -> Iterator[str]:
    if isinstance(text, dict) and text.get("type") == "mrkdwn":
        yield from _keys(text, {"type", "text"}, {"verbatim"}, where)
        yield from _length(text.get("text", ""), 1, most, where)
    else:
        yield from _plain_text(text, most, where)


def _plain_text(text: Any, most: int, where: str) -> Iterator[str]:
    if not isinstance(text, dict) or text.get("type") != "plain_text":
        yield f"{where}: no plain_text"
        return
    yield from _keys(text, {"type", "text"}, {"emoji"}, where)
    yield from _length(text.get("text", ""), 1, most, where)


def _length(text: str, least: int, most: int, where: str) -> Iterator[str]:
    if not least <= len(text) <= most or (least and not text.strip()):
        yield f"{where}: {len(text)} characters, not {least}-{most}"


def _count(elements: list[Any], least: int, most: int, where: str) -> Iterator[str]:
    if not least <= len(elements) <= most:
        yield f"{where}: {len(elements)} elements, not {least}-{most}"


def _url(url: str, where: str) -> Iterator[str]:
    if not url.startswith(("https://", "http://")) or len(url) > 3000:
        yield f"{where}: url {url!r}"


def _keys(node: Json, needed: set[str], optional: set[str], where: str) -> Iterator[str]:
    for key in sorted(needed - set(node)):
        yield f"{where}: no {key!r}"
    for key in sorted(set(node) - needed - optional):
        yield f"{where}: unknown key {key!r}"


def _sdk(block: Json, where: str) -> Iterator[str]:
    """What Slack's own SDK thinks: it must read the block, find no fault, and lose nothing of it."""
    try:
        parsed = Block.parse(block)
        again = parsed.to_dict() if parsed is not None else None
    except (SlackObjectFormationError, AttributeError, TypeError, ValueError) as error:
        yield f"{where}: slack_sdk: {error}"
        return
    if again != block:
        yield f"{where}: slack_sdk reads something else"
