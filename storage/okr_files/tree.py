"""YAML as a tree whose nodes know their lines; what an OKR file never needs (tags, aliases, depth) is refused."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

from storage.okr_files.schema import Problem

MOST_BYTES = 5 * 1024 * 1024
MOST_DEPTH = 16
MOST_PROBLEMS = 1000

_BOM = "\ufeff"
_LINE_END = re.compile("\r\n|\r|\n")
_UNFIT = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufdd0-\ufdef\ufffe\uffff]"
)
"""Control characters, line ends that no editor shows, and marks that turn the order of a line around."""
_PARSER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml where PyYAML was built with it: ten times as fast."""


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text. `quoted` tells `"null"` from `null`."""

    text: str
    line: int
    quoted: bool = False

    @property
    def is_blank(self) -> bool:
        """True where nothing stands behind the key."""
        return not self.quoted and self.text == ""

    @property
    def is_null(self) -> bool:
        """True for `null` and `~`: the file says that there is none."""
        return not self.quoted and self.text.lower() in ("null", "~")


@dataclass(frozen=True, slots=True)
class Sequence:
    items: tuple["Node", ...]
    line: int


@dataclass(frozen=True, slots=True)
class Pair:
    key: Scalar
    value: "Node"


@dataclass(frozen=True, slots=True)
class Mapping:
    pairs: tuple[Pair, ...]
    line: int


Node = Scalar | Sequence | Mapping


@dataclass(slots=True)
class Report:
    """Collects what cannot be read, so that a person sees all of it at once."""

    found: list[Problem] = field(default_factory=list)

    def add(self, line: int, path: str, sentence: str) -> None:
        """Note a problem; after a thousand it only says that there are more."""
        if len(self.found) < MOST_PROBLEMS:
            self.found.append(Problem(line, path, sentence))
        elif len(self.found) == MOST_PROBLEMS:
            self.found.append(Problem(line, "", "There are more problems from here on; mend these first."))

    def sorted(self) -> list[Problem]:
        """By line, each once."""
        return sorted(dict.fromkeys(self.found), key=lambda one: one.line)


class NotYaml(Exception):
    """The text is not YAML that can be walked; the report says why."""


def read_tree(data: bytes, report: Report) -> Node | None:
    """The document in `data`; None, with the reason in `report`, where there is none to read."""
    text = _decoded(data, report)
    if text is None:
        return None
    reader = _Reader(text, report)
    try:
        return reader.document()
    except NotYaml:
        return None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = 1 if mark is None else mark.line + 1
        report.add(line, "", _why_not_yaml(text, error.problem or "", mark))
    except yaml.YAMLError:
        report.add(1, "", "This is not YAML that can be read.")
    return None


def unfit_character(text: str) -> str | None:
    """The first character that no name or note needs, as `U+202E`; None where all are fit."""
    for sign in text:
        if _UNFIT.match(sign) or "\ud800" <= sign <= "\udfff" or ord(sign) & 0xFFFE == 0xFFFE:
            return f"U+{ord(sign):04X}"
    return None


def _decoded(data: bytes, report: Report) -> str | None:
    if len(data) > MOST_BYTES:
        report.add(1, "", "The file is larger than 5 MB; an OKR file holds text, and far less of it.")
        return None
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        report.add(1, "", "The file is UTF-16; save it as UTF-8.")
        return None
    if b"\x00" in data:
        report.add(1, "", "This is not a text file; an OKR file is YAML, written in UTF-8.")
        return None
    try:
        text = data.decode("utf-8").removeprefix(_BOM)
    except UnicodeDecodeError as error:
        report.add(data.count(b"\n", 0, error.start) + 1, "", "This line is not UTF-8; save the file as UTF-8.")
        return None
    if not text.strip():
        report.add(1, "", "The file is empty.")
        return None
    for number, line in enumerate(_LINE_END.split(text), 1):
        unfit = unfit_character(line.replace("\t", ""))
        if unfit:
            report.add(number, "", f"This line holds an invisible character ({unfit}); take it out.")
            return None
    return text


def _why_not_yaml(text: str, problem: str, mark: yaml.Mark | None) -> str:
    """The parser's complaint as a sentence that says what to do."""
    lines = _LINE_END.split(text)
    line = lines[mark.line] if mark is not None and mark.line < len(lines) else ""
    sign = line[mark.column : mark.column + 1] if mark is not None else ""
    if sign == "\t":
        return "A tab stands where blanks are needed; indent with blanks."
    if sign in ("@", "`", "%"):
        return f"A text that begins with {sign} must stand in quotes."
    if "mapping values" in problem:
        return "A text that holds ': ' must stand in quotes, or this line is indented too far."
    if "end of stream" in problem:
        return "A quote or a bracket is opened and never closed."
    return "This line does not go with those before it; check its indentation and that quotes and brackets are closed."


def _line_of(event: yaml.Event) -> int:
    return 1 if event.start_mark is None else event.start_mark.line + 1


class _Reader:
    """Builds the tree from the parser's events, so that depth, aliases and tags are met before they can do harm."""

    def __init__(self, text: str, report: Report) -> None:
        self._events: Iterator[yaml.Event] = iter(yaml.parse(text, Loader=_PARSER))
        self._report = report

    def document(self) -> Node:
        found: Node | None = None
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                if found is not None:
                    line = _line_of(event)
                    self._report.add(line, "", "A second document begins here; an OKR file is one document.")
                    raise NotYaml
                found = self._node(next(self._events), 0)
        if found is None:
            self._report.add(1, "", "The file is empty.")
            raise NotYaml
        return found

    def _node(self, event: yaml.Event, depth: int) -> Node:
        line = _line_of(event)
        if depth > MOST_DEPTH:
            self._report.add(line, "", "This is nested deeper than an OKR file ever is.")
            raise NotYaml
        if isinstance(event, yaml.AliasEvent):
            self._report.add(line, "", f"*{event.anchor} is an alias; write it out, or put the text in quotes.")
            return Scalar("", line, quoted=True)
        if not isinstance(event, yaml.NodeEvent):
            raise NotYaml
        self._refuse_extras(event, line)
        if isinstance(event, yaml.ScalarEvent):
            return Scalar(event.value, line, quoted=event.style not in (None, ""))
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(line, depth)
        return self._mapping(line, depth)

    def _refuse_extras(self, event: yaml.NodeEvent, line: int) -> None:
        if event.anchor is not None:
            self._report.add(line, "", f"&{event.anchor} is an anchor; write things out, or put the text in quotes.")
        tag = getattr(event, "tag", None)
        if tag is not None:
            self._report.add(line, "", f"{tag} is a tag; an OKR file has none. A text that begins with ! needs quotes.")

    def _sequence(self, line: int, depth: int) -> Sequence:
        items = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            items.append(self._node(event, depth + 1))
        return Sequence(tuple(items), line)

    def _mapping(self, line: int, depth: int) -> Mapping:
        pairs: list[Pair] = []
        seen: dict[str, int] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._node(event, depth + 1)
            value = self._node(next(self._events), depth + 1)
            if not isinstance(key, Scalar):
                self._report.add(key.line, "", "A key is one word, not a list.")
            elif key.text in seen:
                again = f"'{key.text}' stands here a second time (first in line {seen[key.text]}); keep one."
                self._report.add(key.line, "", again)
            else:
                seen[key.text] = key.line
                pairs.append(Pair(key, value))
        return Mapping(tuple(pairs), line)
