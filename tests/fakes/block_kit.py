"""A strict reader of Block Kit: what Slack would refuse, and what its SDK's models let pass.

Limits: docs.slack.dev/reference/block-kit, as far as this project uses it. An element that is not listed here is a
problem, so that a new one is looked up before it is sent.
"""

from collections.abc import Callable, Iterator
from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block

Json = dict[str, Any]

MESSAGE, HOME, MODAL = "message", "home", "modal"
_MAX_BLOCKS = {MESSAGE: 50, HOME: 100, MODAL: 100}
_MAX_VIEW_BYTES = 250_000


def problems(blocks: list[Json], surface: str = MESSAGE) -> list[str]:
    """What is wrong with the blocks of a message, home or modal; empty where nothing is."""
    return list(_Check(surface).blocks(blocks))


def view_problems(view: Json) -> list[str]:
    """What is wrong with a modal or home view."""
    return list(_view(view))


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


def _view(view: Json) -> Iterator[str]:
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
        if len(view.get("callback_id", "")) > 255:
            yield "view: callback_id longer than 255"
        if len(view.get("private_metadata", "")) > 3000:
            yield "view: private_metadata longer than 3000"
        if any(block.get("type") == "input" for block in view.get("blocks", ())) and "submit" not in view:
            yield "view: inputs without submit"
    if len(str(view).encode("utf-8", "replace")) > _MAX_VIEW_BYTES:
        yield "view: larger than 250 kB"
    yield from _Check(kind).blocks(view.get("blocks", []))


class _Check:
    def __init__(self, surface: str) -> None:
        self.surface = surface
        self.action_ids: set[str] = set()
        self.block_ids: set[str] = set()

    def blocks(self, blocks: list[Json]) -> Iterator[str]:
        if not blocks:
            yield "no blocks"
        if len(blocks) > _MAX_BLOCKS[self.surface]:
            yield f"{len(blocks)} blocks"
        for number, block in enumerate(blocks):
            where = f"blocks[{number}]"
            check = self._known().get(block.get("type", ""))
            if check is None:
                yield f"{where}: unknown block {block.get('type')!r}"
                continue
            if (block_id := block.get("block_id")) is not None:
                if not 1 <= len(block_id) <= 255:
                    yield f"{where}: block_id length"
                if block_id in self.block_ids:
                    yield f"{where}: block_id {block_id!r} twice"
                self.block_ids.add(block_id)
            yield from check(block, where)
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
        }

    def _header(self, block: Json, where: str) -> Iterator[str]:
        yield from _keys(block, {"type", "text"}, {"block_id"}, where)
        yield from _plain_text(block.get("text"), 150, where)

    def _section(self, block: Json, where: str) -> Iterator[str]:
        yield from _keys(block, {"type", "text"}, {"block_id", "accessory"}, where)
        yield from _text(block.get("text"), 3000, where)
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
        yield from _keys(block, {"type", "image_url", "alt_text"}, {"block_id", "title"}, where)
        yield from _length(block.get("alt_text", ""), 1, 2000, f"{where}.alt_text")
        yield from _url(block.get("image_url", ""), where)

    def _actions(self, block: Json, where: str) -> Iterator[str]:
        yield from _keys(block, {"type", "elements"}, {"block_id"}, where)
        yield from _count(block.get("elements", []), 1, 25, where)
        for number, element in enumerate(block.get("elements", [])):
            yield from self._element(element, f"{where}.elements[{number}]")

    def _rich_text(self, block: Json, where: str) -> Iterator[str]:
        yield from _keys(block, {"type", "elements"}, {"block_id"}, where)
        yield from _count(block.get("elements", []), 1, 1000, where)
        total = 0
        for section in block.get("elements", []):
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

    def _input(self, block: Json, where: str) -> Iterator[str]:
        if self.surface == MESSAGE:
            yield f"{where}: input in a message"
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
                yield from _keys(element, {*shared, "text"}, {"value", "style", "accessibility_label"}, where)
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
