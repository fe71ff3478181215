"""What stands in a message that somebody wrote in Teams: its words, whom it names, what it quotes, what came with it.

Teams sends a message as `text`, and beside it once more as an attachment of HTML. The text is what is read; the HTML
where it holds what the text loses: a quote apart from the answer to it, the numbers of a list, pictures for emoji.
"""

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from bot.platforms.teams.page import LONGEST, US, Named, Part, read_page, visible
from storage.accounts import account_id

_AT = re.compile(r"<at(?:\s[^<>]*)?>([^<>]*)</at\s*>", re.IGNORECASE)
_MARKUP = re.compile(r"\s*<(?:p|div|span|ul|ol|blockquote|html|body)\b[^<>]*>", re.IGNORECASE)
"""How a text begins that is HTML, whatever its `textFormat` says; what somebody typed has `&lt;` there."""
_EDGES = "\u200c\u200d\u200e\u200f"
_BLANKS = {ord(sign): " " for sign in "\u00a0\u202f"}
_CALLS_US = re.compile(rf"\s*(?:{US}\s*)+[,:;，：；、]?")
_AROUND_US = re.compile(rf"(?<![ \t])[ \t]*{US}[ \t]*")
_TWO_PARTS = re.compile(r"<@([^<>|]+)\|([^<>]*)>\s*<@\1\|([^<>]*)>")
"""A name of two words may come as two mentions of one person."""
_EMPHASIS = re.compile(r"(\*\*|__|~~)(?=\S)([^\n]{1,200}?)(?<=\S)\1")
_LINK = re.compile(r"!?\[([^\[\]\n]*)\]\([^()\s]*\)")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+.!~>-])")
MOST_MENTIONS = 200
"""Mentions of a message that are looked up, more than anybody types; whoever is named after them is a name alone."""
_ACCOUNT = "8:orgid:"
_HTML = "text/html"
_QUOTED = "messagereference"

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Written:
    """A message as its writer meant it."""

    text: str
    """Without the mention of Okra; colleagues stand in it as `<@their id|name>`, or `<at>name</at>` without an id."""
    names_us: bool
    begins_with_us: bool
    quotes: str | None
    """The id of the message that it answers by quoting it."""
    has_files: bool
    """Something came with it that cannot be read."""


def written(body: Body) -> Written:
    """What stands in a message. Never raises, whatever the body holds."""
    mentions = _Mentions(body)
    pages = [read_page(markup) for markup in _pages(body)]
    quotes = next((page.quotes for page in pages if page.quotes), None) or _quoted(body)
    page = next((page for page in pages if page.says_more or page.quotes), None)
    parts = page.parts if page is not None else _text_of(body)
    if not _says_something(parts):
        parts = next((page.parts for page in pages if _says_something(page.parts)), parts)
    line = _joined(parts, mentions)
    calls = _CALLS_US.match(line)
    if calls is not None:
        line = line[calls.end() :]
    text = _TWO_PARTS.sub(r"<@\1|\2 \3>", _AROUND_US.sub(" ", line))
    # What stands nowhere in the words, and is named all the same, was taken out on the way to us.
    elsewhere = mentions.names_us and not mentions.us_seen
    return Written(
        text=text.strip().strip(_EDGES).strip(),
        names_us=mentions.names_us or mentions.us_seen,
        begins_with_us=calls is not None or elsewhere,
        quotes=quotes,
        has_files=any(page.has_files for page in pages) or any(map(_is_file, _attachments(body))),
    )


def _says_something(parts: Sequence[Part]) -> bool:
    return any(part.strip() if isinstance(part, str) else True for part in parts)


def _joined(parts: Sequence[Part], mentions: "_Mentions") -> str:
    words = (part if isinstance(part, str) else mentions.tag(part) for part in parts)
    return "".join(words).translate(_BLANKS)


# --- the text -----------------------------------------------------------------------------------------


def _text_of(body: Body) -> Sequence[Part]:
    text, kind = body.get("text"), body.get("textFormat")
    if not isinstance(text, str):
        return ()
    if kind == "xml" or _MARKUP.match(text):
        return read_page(text).parts
    return tuple(_tokens(_plain(text) if kind == "markdown" else text))


def _tokens(text: str) -> Iterator[Part]:
    """The words and the names in them; entities are read once."""
    at = 0
    for order, found in enumerate(_AT.finditer(text)):
        yield visible(html.unescape(text[at : found.start()]))
        yield Named(visible(html.unescape(found[1])).strip(), order)
        at = found.end()
    yield visible(html.unescape(text[at:]))


def _plain(markdown: str) -> str:
    """Without the signs of Markdown that the reader of replies does not know."""
    return _ESCAPED.sub(r"\1", _EMPHASIS.sub(r"\2", _LINK.sub(r"\1", markdown)))


# --- who is named -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Mentioned:
    name: str
    person: str
    """The Entra object id; empty where Teams does not tell."""
    is_us: bool


class _Mentions:
    """The mentions of a message, by the name under which each stands in it."""

    def __init__(self, body: Body) -> None:
        recipient = body.get("recipient")
        us = recipient if isinstance(recipient, Mapping) else {}
        our_name = us.get("name")
        self._our_id, self._our_name = _bare(us.get("id")), _name(our_name) if isinstance(our_name, str) else ""
        entities = body.get("entities")
        self._all = list(islice(self._read(entities if isinstance(entities, list) else ()), MOST_MENTIONS))
        self._first: dict[str, _Mentioned] = {}
        for one in self._all:
            self._first.setdefault(one.name, one)
        self.names_us = any(one.is_us for one in self._all)
        self.us_seen = False

    def _read(self, entities: Sequence[object]) -> Iterator[_Mentioned]:
        for entity in entities:
            match entity:
                case {"type": "mention", "mentioned": {"id": str(account)} as mentioned, **more}:
                    shown = more.get("text")
                    name = _AT.sub(r"\1", shown) if isinstance(shown, str) else str(mentioned.get("name") or "")
                    is_us = bool(self._our_id) and _bare(account) == self._our_id
                    yield _Mentioned(_name(name), _object_id(mentioned, account), is_us)

    def tag(self, named: Named) -> str:
        """How somebody who is named stands in the words."""
        name = _name(named.name)
        one = self._find(name, named.order)
        if (bool(name) and name == self._our_name) if one is None else one.is_us:
            self.us_seen = True
            return US
        if one is not None and one.person:
            return f"<@{one.person}|{name}>"
        return f"<at>{name}</at>" if name else ""

    def _find(self, name: str, order: int) -> _Mentioned | None:
        """Who is meant by a name: of several people of that name the one who is mentioned at its place."""
        at_its_place = self._all[order] if 0 <= order < len(self._all) else None
        return at_its_place if at_its_place is not None and at_its_place.name == name else self._first.get(name)


def _object_id(mentioned: Mapping[object, object], account: str) -> str:
    told = mentioned.get("aadObjectId")
    person = told if isinstance(told, str) else account.removeprefix(_ACCOUNT) if account.startswith(_ACCOUNT) else ""
    return "" if re.search(r"[\s<>|]", person) else account_id(person)


def _bare(account: object) -> str:
    return account.removeprefix("28:") if isinstance(account, str) else ""


def _name(text: str) -> str:
    """A name on one line, and without what would end the mention that it stands in."""
    return " ".join(visible(re.sub(r"[<>|]", "", html.unescape(text))).split())


# --- what came with it --------------------------------------------------------------------------------


def _attachments(body: Body) -> Sequence[Mapping[str, Any]]:
    found = body.get("attachments")
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []


def _kind(attachment: Mapping[str, Any]) -> str:
    kind = attachment.get("contentType")
    return kind.partition(";")[0].strip().lower() if isinstance(kind, str) else ""


def _pages(body: Body) -> Iterator[str]:
    for one in _attachments(body):
        content = one.get("content")
        if _kind(one) == _HTML and isinstance(content, str) and len(content) <= LONGEST:
            yield content


def _quoted(body: Body) -> str | None:
    """The message that is quoted, where the quote comes as an attachment of its own."""
    for one in _attachments(body):
        name = one.get("id")
        if _kind(one) == _QUOTED and isinstance(name, str) and name:
            return name
    return None


def _is_file(attachment: Mapping[str, Any]) -> bool:
    """Whether it is more than the message itself or a message that is quoted."""
    return _kind(attachment) not in (_HTML, _QUOTED)
