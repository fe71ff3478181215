"""Markdown as headings, paragraphs, lists and tables whose lines are known; what is too much to be OKRs is refused."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from markdown_it import MarkdownIt
from markdown_it.token import Token

from storage.okr_files.schema import Problem
from storage.okr_files.tree import MOST_BYTES, unfit_character

MOST_LINES = 20_000
MOST_ENTRIES = 5_000
MOST_PARAGRAPHS = 10_000
MOST_TEXT = 1_000_000
MOST_IN_ONE = 10_000
"""Characters of one paragraph; a longer one is no objective and is not looked into."""
MOST_MARKS = 400
"""Brackets, stars and the like in one paragraph: more of them mean nothing, and cost a parser much time."""
MOST_DEPTH = 60

_NO_SIZE = "The file is larger than 5 MB; a file of objectives holds text, and far less of it."
_NO_LINES = f"The file has more than {MOST_LINES:,} lines; one of objectives and key results has far fewer."
_NO_ENTRIES = f"The file has more than {MOST_ENTRIES:,} bullets and rows; objectives and key results are far fewer."
_NO_TEXT = "The file holds more text than objectives and key results ever do; take out what does not belong to them."
_MARKS = re.compile(r"[\[\]*_`<~!&\\]")
_BOM = "\ufeff"
_LINE_END = re.compile(r"\r\n?|\n")
_FRONT = re.compile(r"\A---[ \t]*\n(?P<body>.*?\n)??(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_BOX = re.compile(r"\\?\[(?P<mark>[ xX✓✔√]?)\\?\](?:\s+|$)|(?P<sign>[☐☑☒✅✔✓⬜])\ufe0f?\s*")
_TAG = re.compile(r"</?[a-zA-Z][^>]*>")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_MASKED_LINK = re.compile(r"[A-Z]{1,2}\d{0,2}")
_STRIKE = "\x01"
"""Stands around struck text until a whole line is known; no text that people wrote holds it."""


@dataclass(frozen=True, slots=True)
class Words:
    """One line of text as it is seen, without its marks."""

    line: int
    text: str
    bold: str = ""
    """The bold text at its beginning; empty where it does not begin so."""
    is_struck: bool = False
    has_masked_link: bool = False
    """A lone letter that is a link: it stands for a number that is not told here."""
    is_anchor: bool = False
    """All of it is a link into the same file, as in a table of contents."""


@dataclass(frozen=True, slots=True)
class Heading:
    level: int
    words: Words


@dataclass(frozen=True, slots=True)
class Paragraph:
    """`lines` are those of the source, each with its number."""

    lines: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a list: its own lines, whether its box is ticked (None: it has none), and what stands below it."""

    line: int
    lines: tuple[Words, ...]
    done: bool | None
    blocks: tuple["Block", ...]


@dataclass(frozen=True, slots=True)
class Listing:
    line: int
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Row:
    line: int
    cells: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Table:
    line: int
    header: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Opaque:
    """Something that holds no OKRs by its kind; `why` in one sentence."""

    line: int
    text: str
    why: str


Block = Heading | Paragraph | Listing | Table | Opaque


@dataclass(frozen=True, slots=True)
class Document:
    """A whole file. `front` is its front matter, line by line."""

    blocks: tuple[Block, ...]
    front: tuple[Words, ...] = ()


def read_document(data: bytes) -> Document | Problem:
    """The blocks of a Markdown file, or the one sentence why it is not read."""
    text = _text_of(data)
    if isinstance(text, Problem):
        return text
    front: tuple[Words, ...] = ()
    found = _FRONT.match(text)
    if found:
        body = (found["body"] or "").split("\n")
        front = tuple(Words(number, line) for number, line in enumerate(body, 2) if line.strip())
        text = "\n" * found[0].count("\n") + text[found.end() :]
    builder = _Builder(text)
    return builder.too_much() or Document(builder.blocks(), front)


def _text_of(data: bytes) -> str | Problem:
    if len(data) > MOST_BYTES:
        return Problem(1, "", _NO_SIZE)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Problem(1, "", "The file is UTF-16; save it as UTF-8.")
    if b"\x00" in data:
        return Problem(1, "", "This is not a text file; Markdown is text, written in UTF-8.")
    try:
        text = data.decode("utf-8").removeprefix(_BOM)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return Problem(line, "", "This line is not UTF-8; save the file as UTF-8.")
    if not text.strip():
        return Problem(1, "", "The file is empty.")
    text = _LINE_END.sub("\n", text)
    if text.count("\n") > MOST_LINES:
        return Problem(1, "", _NO_LINES)
    return text


def visible(text: str) -> str:
    """Without the characters that no editor shows; people do not know that they are there."""
    if unfit_character(text.replace("\t", " ")) is None:
        return text
    return "".join(sign for sign in text if sign == "\t" or unfit_character(sign) is None)


@dataclass(slots=True)
class _Open:
    """A list or an entry of it that is being read."""

    line: int
    items: list[Item] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)


class _Builder:
    """Walks the parser's tokens once, with a stack of its own: depth costs no recursion."""

    def __init__(self, text: str) -> None:
        parser = MarkdownIt("commonmark", {"maxNesting": MOST_DEPTH}).enable(["table", "strikethrough"])
        self._inline = MarkdownIt("commonmark", {"maxNesting": MOST_DEPTH}).enable("strikethrough")
        self._env: dict[str, object] = {}
        # Only blocks: what stands in a line is parsed by `_lines`, which knows when a paragraph is too long.
        parser.core.ruler.disable("inline")
        self._tokens = parser.parse(text, self._env)

    def too_much(self) -> Problem | None:
        """Said before any line is looked into, so that it is said at once."""
        entries = sum(token.type in ("list_item_open", "tr_open") for token in self._tokens)
        if entries > MOST_ENTRIES:
            return Problem(1, "", _NO_ENTRIES)
        texts = [len(token.content) for token in self._tokens if token.type == "inline"]
        return Problem(1, "", _NO_TEXT) if len(texts) > MOST_PARAGRAPHS or sum(texts) > MOST_TEXT else None

    def blocks(self) -> tuple[Block, ...]:
        stack: list[_Open] = [_Open(1)]
        tokens = iter(self._tokens)
        deep = 0
        for token in tokens:
            line = token.map[0] + 1 if token.map else stack[-1].line
            if token.level >= MOST_DEPTH - 2:
                deep = deep or line
            match token.type:
                case "bullet_list_open" | "ordered_list_open" | "list_item_open":
                    stack.append(_Open(line))
                case "list_item_close":
                    done = stack.pop()
                    stack[-1].items.append(self._item(done))
                case "bullet_list_close" | "ordered_list_close":
                    listing = stack.pop()
                    stack[-1].blocks.append(Listing(listing.line, tuple(listing.items)))
                case "heading_open":
                    lines = self._lines(next(tokens), line)
                    stack[-1].blocks.append(Heading(int(token.tag[1]), joined(lines, line)))
                case "inline":
                    stack[-1].blocks.append(self._paragraph(token, line))
                case "table_open":
                    stack[-1].blocks.append(self._table(tokens, line))
                case "fence" | "code_block":
                    stack[-1].blocks.append(Opaque(line, first_words(token.content), "It is code."))
                case "html_block":
                    stack[-1].blocks.extend(self._html(token, line))
        if deep:
            stack[0].blocks.append(Opaque(deep, "", "What follows here is nested deeper than OKRs ever are."))
        return tuple(stack[0].blocks)

    def _item(self, done: _Open) -> Item:
        """The first paragraph of an entry is its own text; a box at its beginning is ticked or empty."""
        own: tuple[Words, ...] = ()
        blocks = done.blocks
        if blocks and isinstance(blocks[0], Paragraph):
            own, blocks = blocks[0].lines, blocks[1:]
        elif blocks and isinstance(blocks[0], Heading):
            own, blocks = (blocks[0].words,), blocks[1:]
        box, own = _boxed(own)
        return Item(done.line, own, box, tuple(blocks))

    def _paragraph(self, token: Token, line: int) -> Block:
        if _is_too_long(token.content):
            return Opaque(line, first_words(token.content), "It is longer than any objective or key result.")
        return Paragraph(self._lines(token, line))

    def _html(self, token: Token, line: int) -> Iterator[Block]:
        """Comments are for those who edit the file; other HTML is shown to people and so told of."""
        seen = _TAG.sub(" ", _COMMENT.sub(" ", token.content)).strip()
        if seen:
            yield Opaque(line, first_words(seen), "It is HTML; write it as Markdown.")

    def _table(self, tokens: Iterator[Token], line: int) -> Table:
        rows: list[Row] = []
        cells: list[Words] = []
        at = line
        for token in tokens:
            match token.type:
                case "table_close":
                    break
                case "tr_open":
                    cells, at = [], token.map[0] + 1 if token.map else at
                case "inline":
                    cells.append(joined(self._lines(token, at), at))
                case "tr_close":
                    rows.append(Row(at, tuple(cells)))
        header = tuple(cell.text for cell in rows[0].cells) if rows else ()
        return Table(line, header, tuple(rows[1:]))

    # --- one paragraph -------------------------------------------------------------------------------

    def _lines(self, token: Token, line: int) -> tuple[Words, ...]:
        """The lines of a paragraph. A box is not a link, even where the file has an address for `[x]`."""
        content = visible(token.content)
        if _is_too_long(content):
            return (Words(line, first_words(content)),)
        box = _BOX.match(content)
        start = box[0] if box else ""
        parsed = self._inline.parseInline(content[len(start) :], self._env)[0].children or []
        found: list[Words] = []
        current = _Line()
        for child in parsed:
            if child.type in ("softbreak", "hardbreak") or (child.type == "html_inline" and "<br" in child.content):
                found.append(current.words(line + len(found)))
                current = current.next()
            else:
                current.take(child)
        found.append(current.words(line + len(found)))
        if start:
            found[0] = replace(found[0], text=f"{start.strip()} {found[0].text}".strip())
        return tuple(found)


@dataclass(slots=True)
class _Line:
    """Gathers one line; what is open at its end goes on in the next."""

    bold: int = 0
    struck: int = 0
    link: int | None = None
    text: str = ""
    lead: str = ""
    lead_is_over: bool = False
    masked: bool = False
    inside: str = ""
    to_anchor: bool = False

    def take(self, child: Token) -> None:
        match child.type:
            case "strong_open":
                self.bold += 1
            case "strong_close":
                self.bold -= 1
            case "s_open":
                self.struck += 1
                self.text += _STRIKE
            case "s_close":
                self.struck -= 1
                self.text += _STRIKE
            case "link_open":
                self.link = len(self.text)
                self.to_anchor = str(child.attrGet("href") or "").startswith("#")
            case "link_close":
                if self.link is not None:
                    linked = self.text[self.link :].strip()
                    self.masked = self.masked or _MASKED_LINK.fullmatch(linked) is not None
                    self.inside = linked if self.to_anchor else ""
                self.link = None
            case "text" | "code_inline" | "text_special":
                self._say(child.content)
            case "image":
                self._say("".join(one.content for one in child.children or []))

    def next(self) -> "_Line":
        """The line after this one."""
        text = _STRIKE if self.struck else ""
        return _Line(self.bold, self.struck, None if self.link is None else len(text), text)

    def _say(self, text: str) -> None:
        if self.bold and not self.lead_is_over:
            self.lead += text
        elif text.strip():
            self.lead_is_over = True
        self.text += text

    def words(self, line: int) -> Words:
        parts = self.text.split(_STRIKE)
        kept, struck = "".join(parts[::2]), "".join(parts[1::2])
        is_struck = bool(struck.strip()) and not re.sub(r"[\W_]+", "", kept)
        text = " ".join((struck if is_struck else kept).split())
        is_anchor = bool(self.inside) and self.inside == self.text.strip()
        return Words(line, text, " ".join(self.lead.split()), is_struck, self.masked, is_anchor)


def _boxed(lines: tuple[Words, ...]) -> tuple[bool | None, tuple[Words, ...]]:
    found = _BOX.match(lines[0].text) if lines else None
    if found is None:
        return None, lines
    mark = found["mark"] or found["sign"] or ""
    done = mark.strip() not in ("", "☐", "⬜", "☒")
    return done, (replace(lines[0], text=lines[0].text[found.end() :]), *lines[1:])


def _is_too_long(content: str) -> bool:
    return len(content) > MOST_IN_ONE or len(_MARKS.findall(content)) > MOST_MARKS


def joined(lines: tuple[Words, ...], line: int) -> Words:
    """Several lines as one."""
    if len(lines) == 1:
        return lines[0]
    text = " ".join(one.text for one in lines)
    struck = bool(lines) and all(one.is_struck for one in lines)
    bold = lines[0].bold if lines else ""
    return Words(line, text, bold, struck, any(one.has_masked_link for one in lines))


def first_words(text: str) -> str:
    """The beginning of a text, for a list of what was not read."""
    line = " ".join(visible(text[:400]).split())
    return line if len(line) <= 60 else f"{line[:59].rsplit(' ', 1)[0]}…"
