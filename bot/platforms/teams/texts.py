"""Text for Adaptive Cards, chosen so that what people typed is never formatting, a link, a mention or a function.

Lines go out as `RichTextBlock`, which has no Markdown by its schema. As Teams' own page is less sure of that, and as
headings and mentions need a `TextBlock`, which has, every text is made inert as well.
"""

import re
from dataclasses import dataclass, field
from typing import Any

from bot.cards.model import Inline, Line, Link, Mention, Run, Style

Json = dict[str, Any]

_LOCALE = {"en": "en", "zh": "zh-CN"}
_WORD_JOINER = "\u2060"
_ASTERISK_OPERATOR = "\u2217"
_BREAKS = re.compile(
    r"\](?=\()|\](?=\[)"  # [text](link)
    r"|\{(?=\{)"  # {{DATE(...)}}
    r"|<(?=/?at\b|[a-z][a-z0-9+.-]*:|\S+@)"  # <at>name</at>, <https://...>, <a@b.c>
    r"|(?<!\S)(?:\d+(?=[.)]\s)|(?=[-+#>]+\s))"  # lists, headings, quotes
    r"|(?<!\w)_|_(?!\w)",  # _emphasis_
    re.IGNORECASE,
)
_SLASH = re.compile(r"(?<![A-Za-z0-9/.])/okr(?![\w-])")
"""Teams has no slash commands for bots, and opens its own menu at a slash: the word alone is understood."""


def inert(text: str) -> str:
    """`text` with invisible joiners, and `∗` for `*`, so that no Markdown, mention or date function takes effect."""
    text = _SLASH.sub("okr", text.replace("*", _ASTERISK_OPERATOR))
    return _BREAKS.sub(lambda match: f"{_WORD_JOINER if match[0] == '_' else ''}{match[0]}{_WORD_JOINER}", text)


@dataclass(slots=True)
class Mentions:
    """The people a card mentions, as Teams wants them listed beside it."""

    entities: list[Json] = field(default_factory=list)

    def tag(self, name: str, external_id: str) -> str:
        """`<at>name</at>` for the text, with its entity noted; the same person twice is one entity."""
        shown = inert(name).replace("<", "‹").replace(">", "›")
        taken = {entity["text"]: entity["mentioned"]["id"] for entity in self.entities}
        text = f"<at>{shown}</at>"
        while taken.get(text, external_id) != external_id:
            shown += _WORD_JOINER  # two people of one name
            text = f"<at>{shown}</at>"
        if text not in taken:
            mentioned = {"id": external_id, "name": inert(name)}
            self.entities.append({"type": "mention", "text": text, "mentioned": mentioned})
        return text


def line(inlines: Line, mentions: Mentions, *, subtle: bool = False, bold: bool = False) -> Json:
    """One line: rich text, or a text block where someone is mentioned, because rich text knows no mentions."""
    if any(isinstance(inline, Mention) and inline.external_id and not inline.is_channel for inline in inlines):
        text = "".join(_in_text_block(inline, mentions) for inline in inlines)
        block: Json = {"type": "TextBlock", "text": text, "wrap": True}
        if subtle:
            block |= {"isSubtle": True, "size": "Small"}
        if bold:
            block["weight"] = "Bolder"
        return block
    extra: Json = {"isSubtle": True, "size": "Small"} if subtle else {}
    if bold:
        extra["weight"] = "Bolder"
    return {"type": "RichTextBlock", "inlines": [_text_run(inline) | extra for inline in inlines]}


def heading(text: str, size: str = "Medium") -> Json:
    """A heading, which a screen reader can jump to."""
    return {
        "type": "TextBlock",
        "text": inert(text),
        "style": "heading",
        "size": size,
        "weight": "Bolder",
        "wrap": True,
    }


def stack(lines: tuple[Line, ...], mentions: Mentions, *, subtle: bool = False) -> list[Json]:
    """One element a line: a line end inside a text run is not shown everywhere."""
    stack = [line(inlines, mentions, subtle=subtle) for inlines in lines]
    for element in stack[1:]:
        element["spacing"] = "None"
    return stack


def adaptive(body: list[Json], mentions: Mentions, fallback: str, lang: str) -> Json:
    """The card around its elements; `fallback` is all of it in words, for where no card is shown."""
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


def _text_run(inline: Inline) -> Json:
    match inline:
        case Run(text, style):
            run: Json = {"type": "TextRun", "text": inert(text)}
            if style is Style.BOLD:
                run["weight"] = "Bolder"
            elif style is Style.ITALIC:
                run["italic"] = True
            elif style is Style.CODE:
                run["fontType"] = "Monospace"
            return run
        case Link(text, url):
            return {"type": "TextRun", "text": inert(text), "selectAction": {"type": "Action.OpenUrl", "url": url}}
        case Mention(name):
            return {"type": "TextRun", "text": inert(name)}


def _in_text_block(inline: Inline, mentions: Mentions) -> str:
    match inline:
        case Run(text):
            return inert(text)
        case Link(text):
            return inert(text)
        case Mention(name, external_id, is_channel):
            return mentions.tag(name, external_id) if external_id and not is_channel else inert(name)
