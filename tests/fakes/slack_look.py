"""What Block Kit looks like: an honest drawing in HTML, close to Slack's own, that hides nothing and trusts nothing.

A block that it does not know becomes a red box with everything that stands in it.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from html import escape, unescape
from typing import Any

from tests.fakes.slack_chart import chart_svg

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Look:
    """What ids stand for: people's and channels' names, and pictures as URLs that a browser can show."""

    names: Mapping[str, str] = field(default_factory=dict)
    pictures: Callable[[str], str | None] = lambda _file: None


def blocks_html(blocks: Iterable[Any], look: Look) -> str:
    """The blocks of a message or view, in order."""
    return "".join(_block(block, look) for block in blocks)


def view_html(view: Json, look: Look) -> str:
    """A modal: title bar, fields, and the buttons below them. A home page is its blocks alone."""
    body = f'<div class="blocks">{blocks_html(view.get("blocks", ()), look)}</div>'
    if view.get("type") != "modal":
        return f'<section class="home">{body}</section>'
    close, submit = view.get("close"), view.get("submit")
    buttons = f'<button class="b">{plain(close) if close else "Cancel"}</button>'
    if submit:
        buttons += f'<button class="b primary">{plain(submit)}</button>'
    title = f'<header><span class="app">O</span><h1>{plain(view.get("title"))}</h1><span class="x">×</span></header>'
    return f'<section class="modal" role="dialog">{title}{body}<footer>{buttons}</footer></section>'


def text_html(text: Any, look: Look) -> str:
    """A text object, or the text of a message as it was written."""
    if isinstance(text, str):
        return mrkdwn(text, look)
    return mrkdwn(str(text["text"]), look) if text.get("type") == "mrkdwn" else plain(text)


def plain(text: Any) -> str:
    """A text object whose words stand for themselves."""
    return escape(str(text["text"])) if isinstance(text, Mapping) else escape(str(text or ""))


def mrkdwn(text: str, look: Look) -> str:
    """Slack's own markup: links and mentions in angle brackets, then code, then styles."""
    kept: list[str] = []

    def keep(html: str) -> str:
        kept.append(html)
        return f"\ue000{len(kept) - 1}\ue001"

    shown = re.sub(r"<([^<>\n]+)>", lambda found: keep(_reference(unescape(found[1]), look)), text)
    shown = escape(unescape(shown), quote=False)
    shown = re.sub(r"```(.+?)```", lambda found: keep(f"<pre>{found[1]}</pre>"), shown, flags=re.DOTALL)
    shown = re.sub(r"`([^`\n]+)`", lambda found: keep(f"<code>{found[1]}</code>"), shown)
    for mark, tag in (("*", "b"), ("_", "i"), ("~", "s")):
        sign = re.escape(mark)
        shown = re.sub(rf"(?<![\w{sign}]){sign}(?=\S)([^{sign}\n]+?)(?<=\S){sign}(?![\w{sign}])", _in(tag), shown)
    shown = re.sub(r"(?m)^&gt; ?(.*)$", r"<blockquote>\1</blockquote>", shown)
    while "\ue000" in shown:
        shown = re.sub("\ue000(\\d+)\ue001", lambda found: kept[int(found[1])], shown)
    return shown


def _in(tag: str) -> str:
    return rf"<{tag}>\1</{tag}>"


def _reference(inside: str, look: Look) -> str:
    target, _, label = inside.partition("|")
    if target.startswith("@"):
        return _mention(target[1:], look)
    if target.startswith("#"):
        return f'<span class="mention">#{escape(look.names.get(target[1:], label or target[1:]))}</span>'
    if target.startswith("!"):
        return f'<span class="mention all">@{escape(label or target[1:])}</span>'
    return f'<a href="{escape(target)}">{escape(label or target)}</a>'


def _mention(user: str, look: Look) -> str:
    return f'<span class="mention">@{escape(look.names.get(user, user))}</span>'


# --- blocks ---------------------------------------------------------------------------------------


def _block(block: Any, look: Look) -> str:
    draw = _BLOCKS.get(block.get("type")) if isinstance(block, Mapping) else None
    try:
        return draw(block, look) if draw else _unknown(block)
    except (KeyError, TypeError, AttributeError, ValueError, IndexError):
        return _unknown(block)


def _unknown(what: Any) -> str:
    shown = escape(json.dumps(what, ensure_ascii=False, indent=1, default=str))
    return f'<pre class="unknown">Slack does not know this: {shown}</pre>'


def _header(block: Json, look: Look) -> str:
    return f"<h2>{plain(block['text'])}</h2>"


def _section(block: Json, look: Look) -> str:
    if "text" not in block and "fields" not in block:
        return _unknown(block)
    text = f'<div class="text">{text_html(block["text"], look)}</div>' if "text" in block else ""
    if fields := block.get("fields"):
        text += '<div class="fields">' + "".join(f"<div>{text_html(each, look)}</div>" for each in fields) + "</div>"
    beside = f'<div class="beside">{_element(block["accessory"], look)}</div>' if "accessory" in block else ""
    return f'<div class="section"><div class="main">{text}</div>{beside}</div>'


def _context(block: Json, look: Look) -> str:
    parts = [
        f'<img class="small" src="{escape(each["image_url"])}" alt="{escape(each["alt_text"])}">'
        if each.get("type") == "image"
        else f"<span>{text_html(each, look)}</span>"
        for each in block["elements"]
    ]
    return f'<div class="context">{"".join(parts)}</div>'


def _image(block: Json, look: Look) -> str:
    source = block.get("image_url") or look.pictures(block["slack_file"]["id"]) or ""
    title = f'<div class="title">{plain(block["title"])}</div>' if "title" in block else ""
    alt = escape(str(block["alt_text"]))
    return f'<figure>{title}<img src="{escape(source)}" alt="{alt}" title="{alt}"></figure>'


def _actions(block: Json, look: Look) -> str:
    return f'<div class="actions">{"".join(_element(each, look) for each in block["elements"])}</div>'


def _input(block: Json, look: Look) -> str:
    optional = ' <span class="optional">(optional)</span>' if block.get("optional") else ""
    hint = f'<div class="hint">{plain(block["hint"])}</div>' if "hint" in block else ""
    label = f"<label>{plain(block['label'])}{optional}</label>"
    return f'<div class="input">{label}{_element(block["element"], look)}{hint}</div>'


def _table(block: Json, look: Look) -> str:
    settings = [setting or {} for setting in block.get("column_settings", ())]
    rows = []
    for number, row in enumerate(block["rows"]):
        tag = "th" if number == 0 else "td"
        cells = []
        for column, cell in enumerate(row):
            align = escape(settings[column].get("align", "left")) if column < len(settings) else "left"
            inside = _rich_text(cell, look) if cell["type"] == "rich_text" else plain(cell)
            cells.append(f'<{tag} style="text-align:{align}">{inside}</{tag}>')
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return f"<table>{''.join(rows)}</table>"


def _chart(block: Json, look: Look) -> str:
    return (
        f'<figure class="chart"><div class="title">{escape(block["title"])}</div>{chart_svg(block["chart"])}</figure>'
    )


# --- rich text ------------------------------------------------------------------------------------


def _rich_text(block: Json, look: Look) -> str:
    return f'<div class="rich">{"".join(_rich_part(part, look) for part in block["elements"])}</div>'


def _rich_part(part: Json, look: Look) -> str:
    kind = part["type"]
    if kind == "rich_text_list":
        tag = "ol" if part.get("style") == "ordered" else "ul"
        items = "".join(f"<li>{_rich_part(each, look)}</li>" for each in part["elements"])
        return f'<{tag} style="margin-left:{int(part.get("indent", 0)) * 24}px">{items}</{tag}>'
    inside = "".join(_rich_element(each, look) for each in part["elements"])
    tags = {"rich_text_section": "div", "rich_text_quote": "blockquote", "rich_text_preformatted": "pre"}
    return f"<{tags[kind]}>{inside}</{tags[kind]}>"


def _rich_element(element: Json, look: Look) -> str:
    match element["type"]:
        case "text":
            shown = escape(element["text"])
        case "link":
            shown = f'<a href="{escape(element["url"])}">{escape(element.get("text") or element["url"])}</a>'
        case "user":
            shown = _mention(element["user_id"], look)
        case "channel":
            shown = (
                f'<span class="mention">#{escape(look.names.get(element["channel_id"], element["channel_id"]))}</span>'
            )
        case "emoji":
            shown = f":{escape(element['name'])}:"
        case "broadcast":
            shown = f'<span class="mention all">@{escape(element["range"])}</span>'
        case _:
            return _unknown(element)
    for style, tag in (("code", "code"), ("bold", "b"), ("italic", "i"), ("strike", "s")):
        if element.get("style", {}).get(style):
            shown = f"<{tag}>{shown}</{tag}>"
    return shown


# --- elements -------------------------------------------------------------------------------------


def _element(element: Json, look: Look) -> str:
    draw = _ELEMENTS.get(element.get("type", ""))
    return draw(element, look) if draw else _unknown(element)


def _button(element: Json, look: Look) -> str:
    hint = element.get("accessibility_label")
    label = f' aria-label="{escape(hint)}" title="{escape(hint)}"' if hint else ""
    return f'<button class="b {escape(element.get("style", ""))}"{label}>{plain(element["text"])}</button>'


def _overflow(element: Json, look: Look) -> str:
    entries = "".join(f"<li>{plain(option['text'])}</li>" for option in element["options"])
    return f'<details class="menu"><summary>⋯</summary><ul>{entries}</ul></details>'


def _select(element: Json, look: Look) -> str:
    first = element.get("initial_option")
    chosen = [first] if first else element.get("initial_options", [])
    shown = ", ".join(plain(option["text"]) for option in chosen) or plain(
        element.get("placeholder", "Select an option")
    )
    entries = "".join(f"<li>{plain(option['text'])}</li>" for option in element["options"])
    faint = "" if chosen else " faint"
    return f'<details class="select{faint}"><summary>{shown}</summary><ul>{entries}</ul></details>'


def _people(element: Json, look: Look) -> str:
    user = element.get("initial_user")
    shown = escape(look.names.get(user, user)) if user else plain(element.get("placeholder", "Select a person"))
    return f'<details class="select{"" if user else " faint"}"><summary>{shown}</summary></details>'


def _typed(element: Json, look: Look) -> str:
    value = escape(element.get("initial_value", ""))
    hint = f' placeholder="{plain(element["placeholder"])}"' if "placeholder" in element else ""
    if element.get("multiline"):
        return f'<textarea rows="4"{hint}>\n{value}</textarea>'
    return f'<input type="text" value="{value}"{hint}>'


def _choices(element: Json, look: Look) -> str:
    kind = "radio" if element["type"] == "radio_buttons" else "checkbox"
    first = element.get("initial_option")
    chosen = [first] if first else element.get("initial_options", [])
    return "".join(
        f'<label class="choice"><input type="{kind}" name="{escape(element["action_id"])}"'
        f"{' checked' if option in chosen else ''}> {text_html(option['text'], look)}</label>"
        for option in element["options"]
    )


_BLOCKS: dict[Any, Callable[[Json, Look], str]] = {
    "header": _header,
    "section": _section,
    "context": _context,
    "divider": lambda _block, _look: "<hr>",
    "image": _image,
    "actions": _actions,
    "rich_text": _rich_text,
    "input": _input,
    "table": _table,
    "data_visualization": _chart,
}

_ELEMENTS: dict[str, Callable[[Json, Look], str]] = {
    "button": _button,
    "overflow": _overflow,
    "static_select": _select,
    "multi_static_select": _select,
    "users_select": _people,
    "multi_users_select": _people,
    "plain_text_input": _typed,
    "radio_buttons": _choices,
    "checkboxes": _choices,
}
