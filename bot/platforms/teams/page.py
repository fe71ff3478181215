"""The HTML of a message in Teams, read into words, names and what cannot be read."""

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from itertools import groupby

US = "\ue000"
"""Stands for the mention of Okra while a line is read; nobody types this sign."""
LONGEST = 32_000
"""Signs of HTML that are read, more than a person types into one message; longer ones are read from their text."""

_BLOCKS = frozenset(
    (
        "p",
        "div",
        "li",
        "ul",
        "ol",
        "tr",
        "table",
        "pre",
        "codeblock",
        "blockquote",
        "hr",
        *(f"h{n}" for n in range(1, 7)),
    )
)
_PICTURES = frozenset(("emoji", "customemoji"))
_FILES = frozenset(("attachment", "video", "audio", "object", "iframe", "embed"))
_UNREAD = frozenset(("script", "style", "title", "template"))
_SPACES = re.compile(r"[ \t\r\n\f]+")
_WORDS = re.compile(r"[A-Za-z]")
_INVISIBLE = re.compile("[\u200b\u2060\ufeff\ue000\ue001]")
"""Zero-width signs that join nothing, and the two that stand for mentions while a line is read."""
_INDENT = "\u00a0\u00a0"
"""Before an entry of a list in a list: blanks of the page itself lay nothing out."""
_LINES = re.compile(r"(?<! ) *\n[ \n]*")
_DECLARATION = re.compile(r"<(?=[!?])")


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody who is mentioned, under the name that stands there; `order` counts the mentions of the message."""

    name: str
    order: int


Part = str | Named


@dataclass(frozen=True, slots=True)
class Page:
    """What stands in the HTML. `says_more`: it holds what the text beside it loses."""

    parts: tuple[Part, ...]
    quotes: str | None
    has_files: bool
    says_more: bool


def visible(words: str) -> str:
    """Without the signs that nobody sees and nobody types."""
    return _INVISIBLE.sub("", words)


def read_page(markup: str) -> Page:
    """Read HTML, well made or not; what is longer than `LONGEST` is cut."""
    reader = _Reader()
    reader.feed(_plain(markup[:LONGEST]))
    reader.close()
    return Page(tuple(reader.tidy()), reader.quotes, reader.has_files, reader.says_more)


def _plain(markup: str) -> str:
    """Without comments, declarations and tags that never end: the library's parser reads many of them in minutes."""
    whole: list[str] = []
    at = 0
    while (begins := markup.find("<!--", at)) >= 0:
        whole.append(markup[at:begins])
        ends = markup.find("-->", begins)
        at = ends + 3 if ends >= 0 else len(markup)
    markup = _DECLARATION.sub("&lt;", "".join([*whole, markup[at:]]))
    end = markup.rfind(">") + 1
    return markup[:end] + markup[end:].replace("<", "&lt;")


class _Reader(HTMLParser):
    """Collects the words; a quote of another message is no part of them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[Part] = []
        self.quotes: str | None = None
        self.has_files = False
        self.says_more = False
        self._in_quote = 0
        self._unread = 0
        self._kept = 0
        self._lists: list[int | None] = []
        self._name: list[str] | None = None
        self._name_ends = ""
        self._name_depth = 0
        self._order = 0
        self._names = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        kind = given.get("itemtype", "").rpartition("/")[2].lower()
        if self._in_quote:
            self._in_quote += tag == "blockquote"
        elif tag == "blockquote" and kind == "reply":
            self._in_quote = 1
            self.quotes = self.quotes or given.get("itemid") or None
        elif tag in _UNREAD:
            self._unread += 1
        elif self._name is not None:
            self._name_depth += tag == self._name_ends
        elif tag == "at" or (tag == "span" and kind == "mention"):
            self._begin_name(tag, given.get("itemid") or given.get("id") or "")
        elif tag == "img" or tag in _PICTURES:
            self._picture(tag, kind, given.get("alt", ""))
        elif tag in _FILES:
            self.has_files = True
        else:
            self._lay_out(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._in_quote:
            self._in_quote -= tag == "blockquote"
        elif tag in _UNREAD:
            self._unread = max(0, self._unread - 1)
        elif self._name is not None:
            self._end_name(tag)
        elif tag in ("ul", "ol") and self._lists:
            self._lists.pop()
            self.parts.append("\n")
        elif tag in _BLOCKS:
            self._kept -= tag in ("pre", "codeblock") and self._kept > 0
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if self._in_quote or self._unread:
            return
        data = visible(data)
        if self._name is not None:
            self._name.append(data)
        else:
            self.parts.append(data if self._kept else _SPACES.sub(" ", data))

    def close(self) -> None:
        super().close()
        if self._name is not None:  # a name that never ended is words
            self.parts.append("".join(self._name))

    def tidy(self) -> list[Part]:
        """The parts with single line breaks."""
        tidy: list[Part] = []
        for is_text, parts in groupby(self.parts, lambda part: isinstance(part, str)):
            if is_text:
                tidy.append(_LINES.sub("\n", "".join(map(str, parts))))
            else:
                tidy.extend(parts)
        return tidy

    def _lay_out(self, tag: str) -> None:
        if tag == "br":
            self.parts.append("\n")
        elif tag in ("td", "th"):
            self.parts.append(" ")
        elif tag in _BLOCKS:
            self.parts.append("\n")
        if tag in ("ul", "ol"):
            self._lists.append(0 if tag == "ol" else None)
        elif tag in ("pre", "codeblock"):
            self._kept += 1
        elif tag == "li":
            self._item()

    def _item(self) -> None:
        self.says_more = True
        number = self._lists[-1] if self._lists else None
        indent = _INDENT * (len(self._lists) - 1)
        if number is None:
            self.parts.append(f"{indent}• ")
        else:
            self._lists[-1] = number + 1
            self.parts.append(f"{indent}{number + 1}. ")

    def _picture(self, tag: str, kind: str, alt: str) -> None:
        """An emoji is a sign among the words; any other picture is something that is not read."""
        alt = visible(alt).strip()
        if tag in _PICTURES or kind == "emoji" or (alt and not _WORDS.search(alt)):
            self.says_more = True
            self.parts.append(alt)
        else:
            self.has_files = True

    def _begin_name(self, tag: str, order: str) -> None:
        self._name, self._name_ends, self._name_depth = [], tag, 0
        self._order = int(order) if order.isascii() and order.isdecimal() and len(order) < 6 else self._names
        self._names += 1

    def _end_name(self, tag: str) -> None:
        if tag != self._name_ends or self._name is None:
            return
        if self._name_depth:
            self._name_depth -= 1
            return
        self.parts.append(Named(" ".join("".join(self._name).split()), self._order))
        self._name = None
