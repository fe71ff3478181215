"""Slack's ways to write text, chosen so that what people typed is never formatting, a link, or a broadcast.

Lines go out as `rich_text`, whose text elements are taken literally. Only where a control stands at the end of a text
a section is needed: `plain_text`, or `mrkdwn` if the line is styled and nothing in it could format.
"""

import re
from dataclasses import replace
from typing import Any

from bot.cards.graphemes import clip, pieces
from bot.cards.model import Inline, Line, Link, Mention, Run, Style
from bot.cards.plain import plain_line

Json = dict[str, Any]

MAX_TEXT = 3000
_WORD_JOINER = "\u2060"

_BROADCAST = re.compile(r"@(?=(?:channel|here|everyone|group|all)(?![a-z0-9]))|(?:<|&lt;)(?=[!@#])", re.IGNORECASE)
_SHORTCODE = re.compile(r":(?=[a-z0-9_+'-]*[a-z+][a-z0-9_+'-]*:)", re.IGNORECASE)
_FORMATS = re.compile(r"[*_~`|\\]|^\s*(?:>|&gt;)", re.MULTILINE)
_URL_SIGNS = re.compile(r"[<>|]")
_USER_ID = re.compile(r"[UW][A-Z0-9]{1,40}")
_CHANNEL_ID = re.compile(r"[CG][A-Z0-9]{1,40}")
_STYLE = {Style.BOLD: "bold", Style.ITALIC: "italic", Style.CODE: "code"}
_MARK = {Style.PLAIN: "", Style.BOLD: "*", Style.ITALIC: "_", Style.CODE: "`"}


def inert(text: str) -> str:
    """`text` with an invisible joiner in every `@channel`, `<!here>` and `:shortcode:`, so that none takes effect."""
    return _SHORTCODE.sub(f":{_WORD_JOINER}", _BROADCAST.sub(lambda match: match[0] + _WORD_JOINER, text))


def escaped(text: str) -> str:
    """`text` with the three control characters of Slack's markup as entities."""
    return inert(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def escaped_clip(text: str, limit: int) -> str:
    """`escaped(text)` in at most `limit` characters, never cut inside an entity."""
    whole = escaped(text)
    if len(whole) <= limit:
        return whole
    fits, too_long = 1, limit + 1
    while too_long - fits > 1:
        middle = (fits + too_long) // 2
        if len(escaped(clip(text, middle))) <= limit:
            fits = middle
        else:
            too_long = middle
    return escaped(clip(text, fits))


def plain(text: str, limit: int) -> Json:
    """A `plain_text` object."""
    return {"type": "plain_text", "text": clip(inert(text), limit), "emoji": True}


def rich_text(lines: tuple[Line, ...], bold: bool = False) -> list[Json]:
    """Lines as `rich_text` blocks, more than one where they are long."""
    return [
        {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": _rich_lines(part, bold)}]}
        for part in split(lines)
    ]


def bullets(lines: tuple[Line, ...]) -> list[Json]:
    """Lines as the items of a list with bullets, more than one block where they are long."""
    return [
        {"type": "rich_text", "elements": [{"type": "rich_text_list", "style": "bullet", "elements": _items(part)}]}
        for part in split(lines)
    ]


def _items(lines: tuple[Line, ...]) -> list[Json]:
    return [{"type": "rich_text_section", "elements": _rich_lines((line,), False)} for line in lines]


def text_object(lines: tuple[Line, ...]) -> Json | None:
    """Lines as one text object, or None where only `rich_text` shows them whole and safely."""
    inlines = [inline for line in lines for inline in line]
    if all(isinstance(inline, Run) and inline.style is Style.PLAIN for inline in inlines):
        return {"type": "plain_text", "text": inert("\n".join(map(plain_line, lines))), "emoji": True}
    texts = [inline.name if isinstance(inline, Mention) else inline.text for inline in inlines]
    if any(_FORMATS.search(text) for text in texts) or not all(map(_marks_stand_free, lines)):
        return None
    text = "\n".join("".join(_mrkdwn(inline) for inline in line) for line in lines)
    return {"type": "mrkdwn", "text": text, "verbatim": True} if len(text) <= MAX_TEXT else None


def split(lines: tuple[Line, ...], limit: int = MAX_TEXT) -> list[tuple[Line, ...]]:
    """Lines in parts of at most `limit` characters, cut at line ends, else inside a long text."""
    parts: list[list[list[Inline]]] = [[]]
    room = limit
    for line in lines:
        parts[-1].append([])
        room -= 1
        for inline in line:
            for piece in _pieces(inline, limit):
                size = len(inert(plain_line((piece,))))
                if size > room and room < limit:
                    parts.append([[]])
                    room = limit
                parts[-1][-1].append(piece)
                room -= size
    return [kept for part in parts if (kept := tuple(tuple(line) for line in part if line))]


def _pieces(inline: Inline, limit: int) -> list[Inline]:
    # Half the limit: making a text inert may lengthen it.
    match inline:
        case Run(text, style) if len(text) > limit // 2:
            return [Run(piece, style) for piece in pieces(text, limit // 2)]
        case Link(text, url) if len(text) + len(url) > limit // 2:
            return [Link(clip(text, limit // 4), url)]
        case Mention(name) if len(name) > limit // 2:
            return [replace(inline, name=clip(name, limit // 2))]
    return [inline]


def _rich_lines(lines: tuple[Line, ...], bold: bool) -> list[Json]:
    elements: list[Json] = []
    for number, line in enumerate(lines):
        if number:
            elements.append({"type": "text", "text": "\n"})
        elements.extend(_rich(inline, bold) for inline in line)
    return elements


def _rich(inline: Inline, bold: bool) -> Json:
    match inline:
        case Link(text, url):
            element: Json = {"type": "link", "url": url, "text": inert(text)}
        case Mention(_, str(external_id)) if _USER_ID.fullmatch(external_id):
            return {"type": "user", "user_id": external_id}
        case Mention(_, str(external_id), True) if _CHANNEL_ID.fullmatch(external_id):
            return {"type": "channel", "channel_id": external_id}
        case Mention(name):
            element = {"type": "text", "text": inert(name)}
        case Run(text, style):
            element = {"type": "text", "text": inert(text)}
            if style is not Style.PLAIN:
                element["style"] = {_STYLE[style]: True}
    if bold:
        element["style"] = {"bold": True}
    return element


def _marks_stand_free(line: Line) -> bool:
    """True where every styled run touches its marks and stands between blanks or ends: else Slack shows the marks."""
    return all(
        inline.text == inline.text.strip()
        and (number == 0 or plain_line((line[number - 1],)).endswith(" "))
        and (number + 1 == len(line) or plain_line((line[number + 1],)).startswith(" "))
        for number, inline in enumerate(line)
        if isinstance(inline, Run) and inline.style is not Style.PLAIN
    )


def _mrkdwn(inline: Inline) -> str:
    match inline:
        case Link(text, url):
            return f"<{_URL_SIGNS.sub(lambda sign: f'%{ord(sign[0]):X}', url).replace('&', '&amp;')}|{escaped(text)}>"
        case Mention(_, str(external_id)) if _USER_ID.fullmatch(external_id):
            return f"<@{external_id}>"
        case Mention(_, str(external_id), True) if _CHANNEL_ID.fullmatch(external_id):
            return f"<#{external_id}>"
        case Mention(name):
            return escaped(name)
        case Run(text, style):
            return f"{_MARK[style]}{escaped(text)}{_MARK[style]}"
