"""The XML behind the markup: a small tree that knows its lines, and the folding of white space.

Parsing our own templates with the standard library is safe: what people wrote reaches the XML only as escaped text
(the templates are autoescaped), so they cannot open an element or a declaration, and the one thing that makes an XML
parser dangerous, a DOCTYPE with entities, is refused. No entity but the five of XML can occur, nothing is fetched.
"""

import re
from dataclasses import dataclass, field
from xml.parsers import expat

_WHITE_SPACE = re.compile(r"[ \t\r\n]+")
_UNFOLDED = re.compile(r"[\t\r\n]|  ")
_AFTER_CHINESE = re.compile(r"(?<=[。！？，、；：）”])[ \t\r]*\n[ \t\r\n]*(?=[^\s])")
_BLANKS = " \t\r\n"
_BOOLEANS = {"true": True, "false": False, "": False}


class MarkupError(ValueError):
    """A template made markup that is none; the message names the template and the line."""


@dataclass(slots=True)
class Node:
    """An element with its attributes, its children in order (text and elements) and where it stands."""

    tag: str
    attributes: dict[str, str]
    template: str
    line: int
    children: list["Node | str"] = field(default_factory=list)

    def error(self, what: str) -> MarkupError:
        """The error to raise about this element."""
        return MarkupError(f"{self.template}, line {self.line} as rendered: {what}")

    def allow(self, *names: str) -> None:
        """Raise MarkupError if the element has any other attribute."""
        if self.attributes and (unknown := sorted(set(self.attributes).difference(names))):
            raise self.error(f"<{self.tag}> has no attribute {unknown[0]!r}.")

    def need(self, name: str) -> str:
        """An attribute that must be there and say something."""
        value = self.attributes.get(name, "").strip()
        if not value:
            raise self.error(f"<{self.tag}> needs the attribute {name!r}.")
        return value

    def get(self, name: str, default: str = "") -> str:
        """An attribute that may be left out; spaces around it do not count."""
        return self.attributes.get(name, default).strip()

    def flag(self, name: str, default: bool = False) -> bool:
        """A yes/no attribute: `true`, `false`, or empty for no."""
        if name not in self.attributes:
            return default
        value = self.get(name).lower()
        if value not in _BOOLEANS:
            raise self.error(f"{name!r} is {value!r}; it must be true or false.")
        return _BOOLEANS[value]

    def elements(self, *tags: str) -> list["Node"]:
        """The children, which must all be elements of these tags."""
        found: list[Node] = []
        for child in self.children:
            if isinstance(child, str):
                if child.strip(_BLANKS):
                    raise self.error(f"Text stands directly in <{self.tag}>; it belongs into an element.")
            elif child.tag in tags:
                found.append(child)
            else:
                raise child.error(f"<{child.tag}> cannot stand in <{self.tag}>.")
        return found

    def words(self) -> str:
        """The text of an element that holds nothing but text, folded to one line."""
        parts: list[str] = []
        for child in self.children:
            if isinstance(child, Node):
                raise child.error(f"<{child.tag}> cannot stand in <{self.tag}>.")
            parts.append(child)
        return fold("".join(parts)).strip(" ")


def parse(markup: str, template: str) -> Node:
    """Parse rendered markup into its root element. Raises MarkupError with template and line."""
    builder = _Builder(template)
    try:
        builder.parser.Parse(markup.encode("utf-8"), True)
    except expat.ExpatError as error:
        raise MarkupError(
            f"{template}, line {error.lineno} as rendered: {expat.errors.messages[error.code]}."
        ) from error
    except UnicodeEncodeError as error:
        raise MarkupError(f"{template}: text that is no Unicode text reached the markup.") from error
    return builder.root


def fold(text: str) -> str:
    """White space of a template (blanks, tabs, line ends) as single blanks; other spaces are kept as they are.

    Where a line of the template ends with Chinese punctuation, nothing is put between the sentences.
    """
    if "\n" in text:
        text = _AFTER_CHINESE.sub("", text)
    return _WHITE_SPACE.sub(" ", text) if _UNFOLDED.search(text) else text


class _Builder:
    def __init__(self, template: str) -> None:
        self.template = template
        self.root = Node("", {}, template, 1)
        self.open: list[Node] = []
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.text
        self.parser.StartDoctypeDeclHandler = self.doctype

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        node = Node(tag, attributes, self.template, self.parser.CurrentLineNumber)
        if self.open:
            self.open[-1].children.append(node)
        else:
            self.root = node
        self.open.append(node)

    def end(self, _tag: str) -> None:
        self.open.pop()

    def text(self, data: str) -> None:
        self.open[-1].children.append(data)

    def doctype(self, *_declaration: object) -> None:
        raise MarkupError(f"{self.template}, line {self.parser.CurrentLineNumber} as rendered: no DOCTYPE here.")
