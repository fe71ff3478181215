"""The markup of templates, parsed into a `Card` (`docs/cards.md` describes it)."""

import re
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from urllib.parse import urlsplit

from bot.cards.clean import without_bidi_controls
from bot.cards.i18n import Lang
from bot.cards.model import (
    Actions,
    Aim,
    Block,
    Button,
    ButtonStyle,
    Card,
    Chart,
    Control,
    Divider,
    Handout,
    Header,
    Image,
    Inline,
    Line,
    Link,
    ListBlock,
    Mention,
    Menu,
    Note,
    Option,
    Point,
    Run,
    Series,
    Style,
    Table,
    Text,
)
from bot.cards.tree import MarkupError, Node, fold, parse

__all__ = ["MarkupError", "parse_card"]

MAX_VALUE = 150
"""Longest value of a button, and longest `action value` of a menu entry: what every platform carries."""
MAX_OPTIONS = 100
MAX_URL = 2000
NO_WORDS = "…"
"""Stands for a label that people's data left empty: a message is not lost over it."""

_ACTION = re.compile(r"[a-z][a-z0-9_.:-]{0,63}")
_STYLES = {"b": Style.BOLD, "i": Style.ITALIC, "code": Style.CODE}
_BUTTON_STYLES = {style.value: style for style in ButtonStyle}
_INLINE_TAGS = ("b", "i", "code", "link", "person", "channel", "br")


def parse_card(markup: str, template: str, lang: Lang = "en") -> Card:
    """The `Card` that rendered markup describes; parts without content are left out.

    Raises MarkupError, which names the template and the line.
    """
    root = parse(markup, template)
    if root.tag != "card":
        raise root.error(f"A message is a <card>, not a <{root.tag}>.")
    root.allow("summary", "file", "file_words", "file_sent")
    blocks: list[Block] = []
    for node in root.elements(*_BLOCKS):
        block = _BLOCKS[node.tag](node)
        if block is not None:
            blocks.append(block)
    if not blocks:
        raise root.error("The card is empty.")
    return Card(tuple(blocks), lang, fold(root.get("summary")), _handout(root))


def _handout(root: Node) -> Handout | None:
    if not root.get("file"):
        return None
    return Handout(root.need("file"), fold(root.need("file_words")), fold(root.need("file_sent")))


def lines_of(node: Node) -> tuple[Line, ...]:
    """The lines of an element that holds text and inline elements only."""
    node.allow()
    return _lines(node.children)


# --- blocks -----------------------------------------------------------------------------------


def _header(node: Node) -> Block | None:
    node.allow()
    words = node.words()
    return Header(words) if words else None


def _text(node: Node) -> Block | None:
    node.allow()
    children = list(node.children)
    while children and isinstance(children[-1], str) and not fold(children[-1]).strip(" "):
        children.pop()
    control: Control | None = None
    if children and isinstance(last := children[-1], Node) and last.tag in ("button", "menu"):
        control = _control(last)
        children.pop()
    lines = _lines(children)
    if lines:
        return Text(lines, control)
    return Actions((control,)) if control else None


def _note(node: Node) -> Block | None:
    lines = lines_of(node)
    return Note(lines) if lines else None


def _list(node: Node) -> Block | None:
    node.allow()
    items = tuple(line for item in node.elements("item") if (line := _one_line(item)))
    return ListBlock(items) if items else None


def _table(node: Node) -> Block | None:
    node.allow()
    children = node.elements("col", "row")
    columns: list[str] = []
    rows: list[tuple[Line, ...]] = []
    for child in children:
        child.allow()
        if child.tag == "col":
            columns.append(child.words())
            continue
        row = tuple(_one_line(cell) for cell in child.elements("cell"))
        if len(row) != len(columns):
            raise child.error(f"The row has {len(row)} cells, the table has {len(columns)} columns.")
        rows.append(row)
    return Table(tuple(columns), tuple(rows)) if rows else None


def _divider(node: Node) -> Block | None:
    node.allow()
    node.elements()
    return Divider()


def _image(node: Node) -> Block | None:
    node.allow("url", "alt")
    node.elements()
    url = node.need("url")
    if not _is_address(url):
        raise node.error("An image needs a web address (https://…).")
    return Image(url, fold(node.need("alt")))


def _chart(node: Node) -> Block | None:
    node.allow("title", "caption", "alt", "unit", "picture")
    parts = {part.tag: part for part in node.elements("readings", "expected", "aim")}
    if "readings" not in parts:
        raise node.error("A chart needs its <readings>.")
    readings, expected = _series(parts["readings"]), None
    if "expected" in parts:
        expected = _series(parts["expected"])
    if node.get("picture") and not _is_address(node.get("picture")):
        raise node.error("The picture of a chart needs a web address (https://…).")
    if len(readings.points) < 2:
        return None
    return Chart(
        title=fold(node.need("title")),
        caption=fold(node.need("caption")),
        alt=fold(node.need("alt")),
        unit=fold(node.get("unit")),
        readings=readings,
        expected=expected if expected is not None and len(expected.points) > 1 else None,
        aim=_aim(parts["aim"]) if "aim" in parts else None,
        picture=node.get("picture"),
    )


def _series(node: Node) -> Series:
    node.allow("name")
    points: list[Point] = []
    for child in node.elements("point"):
        child.allow("on", "value")
        child.elements()
        points.append(Point(_day(child), _number(child, "value")))
    if any(later.on <= earlier.on for earlier, later in pairwise(points)):
        raise node.error(f"The points of <{node.tag}> go from day to day, each day once.")
    return Series(fold(node.need("name")), tuple(points))


def _aim(node: Node) -> Aim | None:
    node.allow("name", "low", "high")
    node.elements()
    low, high = (_number(node, name) if node.get(name) else None for name in ("low", "high"))
    return None if low is None and high is None else Aim(fold(node.need("name")), low, high)


def _day(node: Node) -> date:
    try:
        return date.fromisoformat(node.need("on"))
    except ValueError as error:
        raise node.error(f"{node.get('on')!r} is no day; write it with the filter iso_day.") from error


def _number(node: Node, name: str) -> Decimal:
    try:
        value = Decimal(node.need(name))
    except InvalidOperation as error:
        raise node.error(f"{node.get(name)!r} is no number; write it with the filter digits.") from error
    if not value.is_finite():
        raise node.error(f"{node.get(name)!r} cannot be drawn.")
    return value


def _actions(node: Node) -> Block | None:
    node.allow()
    controls = tuple(control for child in node.elements("button", "menu") if (control := _control(child)))
    return Actions(controls) if controls else None


_BLOCKS: dict[str, Callable[[Node], Block | None]] = {
    "header": _header,
    "text": _text,
    "note": _note,
    "list": _list,
    "table": _table,
    "divider": _divider,
    "image": _image,
    "chart": _chart,
    "actions": _actions,
}


# --- controls ---------------------------------------------------------------------------------


def _control(node: Node) -> Control | None:
    return _button(node) if node.tag == "button" else _menu(node)


def _button(node: Node) -> Button:
    node.allow("action", "value", "style", "hint")
    label = node.words() or NO_WORDS
    style = node.get("style", "default")
    if style not in _BUTTON_STYLES:
        raise node.error(f"A button has no style {style!r}.")
    action, value = _press(node)
    if len(value) > MAX_VALUE:
        raise node.error(f"The value of a button is at most {MAX_VALUE} characters.")
    return Button(label, action, value, _BUTTON_STYLES[style], fold(node.get("hint")))


def _menu(node: Node) -> Menu | None:
    node.allow("label", "hint")
    label = fold(node.get("label")) or "⋯"
    options: list[Option] = []
    for child in node.elements("option"):
        child.allow("action", "value")
        words = child.words() or NO_WORDS
        action, value = _press(child)
        if len(action) + 1 + len(value) > MAX_VALUE:
            raise child.error(f"Action and value of an option are together at most {MAX_VALUE - 1} characters.")
        options.append(Option(words, action, value))
    if len(options) > MAX_OPTIONS:
        raise node.error(f"At most {MAX_OPTIONS} options.")
    if len({(option.action, option.value) for option in options}) < len(options):
        raise node.error("Two options of the menu do the same.")
    return Menu(label, tuple(options), fold(node.get("hint"))) if options else None


def _press(node: Node) -> tuple[str, str]:
    action = node.need("action")
    if not _ACTION.fullmatch(action):
        raise node.error(f"{action!r} is no action: lower-case letters, digits and . : _ - only.")
    return action, node.get("value")


# --- inline -----------------------------------------------------------------------------------


def _one_line(node: Node) -> Line:
    lines = lines_of(node)
    if len(lines) > 1:
        raise node.error(f"<{node.tag}> is one line; it cannot hold <br/>.")
    return lines[0] if lines else ()


def _lines(children: Iterable[Node | str]) -> tuple[Line, ...]:
    lines: list[list[Inline]] = [[]]
    for child in children:
        if isinstance(child, Node) and child.tag == "br":
            child.allow()
            lines.append([])
        else:
            lines[-1].append(_inline(child))
    return tuple(line for raw in lines if (line := _folded(raw)))


def _inline(child: Node | str) -> Inline:
    if isinstance(child, str):
        return Run(fold(child))
    if child.tag in _STYLES:
        child.allow()
        return Run(fold("".join(_only_text(child))), _STYLES[child.tag])
    if child.tag == "link":
        child.allow("url")
        words, url = child.words(), without_bidi_controls(child.get("url"))
        # What people take for an address may be none: then it is shown and leads nowhere.
        return Link(words or url, url) if _is_address(url) else Run(words or fold(url))
    if child.tag in ("person", "channel"):
        child.allow("name", "id")
        name = fold(child.get("name"))
        return Mention(name, child.get("id") or None, child.tag == "channel") if name else Run("")
    if child.tag in ("button", "menu"):
        raise child.error(f"<{child.tag}> stands at the end of a <text>, or in <actions>.")
    raise child.error(f"<{child.tag}> cannot stand in a line; known are {', '.join(_INLINE_TAGS)}.")


def _only_text(node: Node) -> Iterable[str]:
    for child in node.children:
        if isinstance(child, Node):
            raise child.error(f"<{child.tag}> cannot stand in <{node.tag}>: one style at a time.")
        yield child


def _folded(raw: list[Inline]) -> Line:
    """One line without doubled blanks, blanks at its ends, or neighbours of one style."""
    line: list[Inline] = []
    blank_before = True
    for inline in raw:
        if not isinstance(inline, Run):
            line.append(inline)
            blank_before = False
            continue
        text = inline.text.lstrip(" ") if blank_before else inline.text
        if not text:
            continue
        blank_before = text.endswith(" ")
        previous = line[-1] if line else None
        if isinstance(previous, Run) and previous.style is inline.style:
            line[-1] = Run(previous.text + text, inline.style)
        else:
            line.append(Run(text, inline.style))
    while line and isinstance(last := line[-1], Run):
        stripped = last.text.rstrip(" ")
        if stripped:
            line[-1] = Run(stripped, last.style)
            break
        line.pop()
    return tuple(line)


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    fits = len(url) <= MAX_URL and not re.search(r'[\s<>"|\\^`{}]', url)
    return fits and parts.scheme in ("https", "http") and bool(parts.netloc)
