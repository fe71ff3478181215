"""Objectives and key results as somebody pastes them into a chat: line by line, and each line has its place.

A file of Markdown is read by `markdown_files`. In a chat a line is a line: nothing is joined with the one above it, the
key result stays as it was written (`bot.okr.kr_lines` reads it), and what is not kept is told with its reason.
"""

import re
from dataclasses import dataclass, field
from enum import StrEnum

from bot.okr.pasted import goes_from_to
from storage.okr_files.markdown_text import (
    is_container,
    is_step_container,
    key_result_label,
    named_field,
    objective_label,
    owners_in,
    tidy,
    why_label,
)

MOST_CHARACTERS = 2_000
"""Of one line; what stands beyond is no part of a key result."""


class Left(StrEnum):
    """Why a line is left out."""

    PROSE = "prose"
    """It is neither an objective nor a key result."""
    ASIDE = "aside"
    """It stands below a heading about something else: `Notes:`, `Todo:`."""
    NO_LABEL = "no_label"
    """The other key results begin with `KR`, and this line does not."""
    EARLY = "early"
    """It stands before the first objective."""
    NO_STEPS = "no_steps"
    """Something below a key result that is a number, and so has no steps."""
    EMPTY = "empty"
    """A label without words."""
    OF_OBJECTIVE = "of_objective"
    """An owner, a day or a number of an objective, which has none of its own here."""
    OTHER_FIELD = "other_field"
    """A score, a status, a tag: a key result that is being written has none."""
    REASON = "reason"
    """`because …`: a draft keeps no reason."""
    LONG = "long"
    """What goes beyond the longest title."""
    UNREAD_FIELD = "unread_field"
    """A day, number or weight that cannot be read."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    line: int
    text: str
    why: Left


@dataclass(slots=True)
class PastedKR:
    """A key result as it was written, and what stands below it."""

    line: int
    text: str
    below: list[tuple[int, str]] = field(default_factory=list)
    """Entries that are its steps where it has some."""
    fields: list[tuple[int, str, str]] = field(default_factory=list)
    """`Owner: Bob`, `Due: 15 Dec`, each in a line of its own: line, name and value."""
    says_steps: bool = False
    """Its entries stand below `Steps:`, or have a box to tick."""


@dataclass(slots=True)
class PastedObjective:
    line: int
    title: str
    why: str = ""
    key_results: list[PastedKR] = field(default_factory=list)


@dataclass(slots=True)
class PastedText:
    """Everything that was pasted."""

    objectives: list[PastedObjective] = field(default_factory=list)
    left: list[LeftOut] = field(default_factory=list)

    @property
    def key_results(self) -> int:
        return sum(len(one.key_results) for one in self.objectives)


_HAN = "一二三四五六七八九十"
_NUMBER = (
    r"[0-9]\ufe0f?\u20e3|\U0001f51f|[\u2460-\u2473]|[0-9]{1,2}[.)](?=[ \t])|[0-9]{1,2}、"
    r"|:(?:one|two|three|four|five|six|seven|eight|nine|keycap_ten):"
    rf"|[（(][0-9{_HAN}]{{1,2}}[)）]|[{_HAN}]{{1,2}}[、.](?=.)"
)
_BULLET = r"[-+*–—](?=[ \t])|[•·▪▫◦‣⁃●○■□➤►▸➢§\u2756\uf0a7\uf0b7\uf0d8]|o(?=\t)"
_MARK = re.compile(
    r"(?P<indent>[ \t\u3000]*)(?:>[ \t]?)*(?P<heading>#{1,6}[ \t]+)?"
    rf"(?:(?:(?P<number>{_NUMBER})|(?P<letter>[a-z][.)](?=[ \t]))|(?P<bullet>{_BULLET}))[ \t\u3000]*)?"
    r"(?P<box>(?:\\?\[[ xX✓✔√]?\\?\](?=\s|$)|[☐☑☒✅✔✓⬜]\ufe0f?)\s*)?"
)
_PICTURES = re.compile(r"^(?:[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f\u200d]+\s*)+")
"""Emoji at the beginning of a line decorate it."""
_RULE = re.compile(r"[\s\-=_*~—–·.|#>`]*")
_PAIRS = tuple(
    re.compile(pattern)
    for pattern in (
        r"\*\*(?=\S)([^*\n]{1,300})(?<=\S)\*\*",
        r"(?<!\w)__(?=\S)([^_\n]{1,300})(?<=\S)__(?!\w)",
        r"~~(?=\S)([^~\n]{1,300})(?<=\S)~~",
        r"`([^`\n]{1,300})`",
        r"(?<![\w*])\*(?=\S)([^*\n]{1,300})(?<=\S)\*(?![\w*])",
        r"(?<!\w)_(?=\S)([^_\n]{1,300})(?<=\S)_(?!\w)",
    )
)
_ASIDE = re.compile(
    r"(?:notes?|to-?\s?dos?|links?|references?|resources|background|context|glossary|retro(?:spective)?s?|risks?"
    r"|appendix|agenda|attendees|participants|legend|examples?|faq|questions?|next steps?|comments?|assumptions?"
    r"|dependencies|out of scope|non-goals?|备注|说明|待办|背景|附录|参考|风险|复盘|议程|问题|下一步|依赖)",
    re.IGNORECASE,
)
_SPLIT = re.compile(r"\s*[:：]\s*")
_TITLE = re.compile(
    r"(?:[^:：%]*\b(?:OKRs?|Q[1-4])\b[^:：%]*|[^:：%]*(?:OKR|季度|目标与关键结果)[^:：%]*)[:：]?\s*", re.IGNORECASE
)
_OF_KR = ("owner", "due", "weight", "from", "to", "unit")


@dataclass(frozen=True, slots=True)
class _Line:
    """One line taken apart: its words, and how it is marked as an entry of a list."""

    number: int
    text: str
    level: int
    kind: str
    """Which kind of entry it is; empty for a line that is none."""
    has_box: bool
    is_heading: bool

    @property
    def is_entry(self) -> bool:
        return bool(self.kind)


def read_pasted(text: str) -> PastedText:
    """What a pasted text says. Never raises; each line with words is in what it gives, or is a mere heading."""
    return _Reader([_line(number, line) for number, line in enumerate(_lines_of(text), 1)]).read()


def _lines_of(text: str) -> list[str]:
    return re.split(r"\r\n?|[\n\u2028\u2029\x0b\x0c\x85]", text.removeprefix("\ufeff"))


def _line(number: int, line: str) -> _Line:
    line = line[:MOST_CHARACTERS].replace("\u00a0", " ").replace("\u200b", "")
    found = _MARK.match(line)
    if found is None:  # nothing in it is needed, so this is never so
        return _Line(number, _plain(line), 0, "", False, False)
    bullet = found["bullet"] or ""
    kind = "number" if found["number"] else "letter" if found["letter"] else "-" if bullet in "-+*–—" else bullet
    if not bullet and kind == "-":
        kind = "box" if found["box"] else ""
    level = sum(4 if one == "\t" else 2 if one == "\u3000" else 1 for one in found["indent"])
    has_box, is_heading = found["box"] is not None, found["heading"] is not None
    return _Line(number, _plain(line[found.end() :]), level, kind, has_box, is_heading)


def _plain(words: str) -> str:
    """Without signs of emphasis and emoji before the words, with single blanks."""
    words = _PICTURES.sub("", words)
    for pair in _PAIRS:
        words = pair.sub(r"\1", words)
    return " ".join(words.split())


class _Reader:
    """Goes through the lines once, and knows which objective and key result is open."""

    def __init__(self, lines: list[_Line]) -> None:
        self._lines = [one for one in lines if one.text and not _RULE.fullmatch(one.text)]
        self._found = PastedText()
        self._objective: PastedObjective | None = None
        self._kr: PastedKR | None = None
        self._entry: _Line | None = None
        """The first entry of this objective that is a key result by its place; others are like it."""
        self._labelled = False
        self._listed = False
        self._measured = False
        self._is_aside = False
        self._used: set[int] = set()
        """Lines that gave their words to the one above."""

    def read(self) -> PastedText:
        for at, line in enumerate(self._lines):
            self._take(at, line)
        return self._found

    def _take(self, at: int, line: _Line) -> None:
        title, own = objective_label(line.text), key_result_label(line.text)
        if line.number in self._used:
            return
        if is_container(line.text) and not (title == "" and self._text_below(at)):
            self._is_aside, self._kr = False, None
        elif own is not None and self._objective is not None:
            self._is_aside = False
            self._start(line, own)
        elif title is not None and own is None and not self._is_field_of_kr(line):
            self._start_objective(at, line, title)
        elif self._objective is None:
            if self._found.left or not _TITLE.fullmatch(line.text):
                self._leave(line, Left.EARLY)
        elif self._is_aside and not line.is_heading:
            self._leave(line, Left.ASIDE)
        elif self._is_about_something_else(line):
            self._is_aside = True
            self._leave(line, Left.PROSE)
        else:
            self._inside(line, self._objective)

    def _start_objective(self, at: int, line: _Line, title: str) -> None:
        self._is_aside, self._kr, self._entry = False, None, None
        title = tidy(title)
        below = self._section(at)
        if not title and (words := self._text_below(at)):
            title = tidy(words)
            self._used.add(below[0].number)
        if not title:
            self._leave(line, Left.EMPTY)
            self._objective = None
            return
        self._objective = PastedObjective(line.number, title)
        self._found.objectives.append(self._objective)
        self._labelled = any(key_result_label(one.text) is not None and not is_container(one.text) for one in below)
        self._listed = any(one.is_entry for one in below)
        self._measured = any(goes_from_to(one.text) for one in below)

    def _text_below(self, at: int) -> str:
        """The words of a mere `Objective 1`, which stand in the line below; empty where something else does."""
        below = self._lines[at + 1] if at + 1 < len(self._lines) else None
        if below is None or below.is_entry or below.is_heading or is_container(below.text):
            return ""
        has_label = objective_label(below.text) is not None or key_result_label(below.text) is not None
        return "" if has_label or named_field(below.text) is not None else below.text

    def _section(self, at: int) -> list[_Line]:
        """The lines that belong to the objective at this place."""
        found: list[_Line] = []
        for one in self._lines[at + 1 :]:
            if (
                objective_label(one.text) is not None
                and not is_container(one.text)
                and key_result_label(one.text) is None
            ):
                break
            found.append(one)
        return found

    def _start(self, line: _Line, text: str) -> None:
        self._kr = None
        text = tidy(text)
        if not text or self._objective is None:
            self._leave(line, Left.EMPTY)
            return
        self._kr = PastedKR(line.number, text)
        self._objective.key_results.append(self._kr)

    def _inside(self, line: _Line, objective: PastedObjective) -> None:
        """A line below an objective that has no label of its own."""
        why, named = why_label(line.text), named_field(line.text)
        if why and not objective.why:
            objective.why = why
        elif named is not None and (self._is_field_of_kr(line) or not self._is_kr_by_place(line)):
            self._field(line, *named)
        elif self._is_kr_by_place(line):
            self._entry = self._entry or line
            self._start(line, line.text)
        elif self._kr is not None and is_step_container(line.text):
            self._kr.says_steps = True
        elif self._kr is not None and line.is_entry:
            self._kr.below.append((line.number, tidy(line.text)))
            self._kr.says_steps = self._kr.says_steps or line.has_box
        elif line.is_entry:
            self._leave(line, Left.NO_LABEL if self._labelled else Left.PROSE)
        else:
            self._leave(line, Left.PROSE)

    def _is_kr_by_place(self, line: _Line) -> bool:
        """Where nothing is labelled, the outermost entries are the key results; in no list, what goes from to,
        else every line."""
        if self._labelled:
            return False
        if not self._listed:
            return goes_from_to(line.text) or not self._measured
        if not line.is_entry:
            return False
        first = self._entry
        if first is None or line.level < first.level:
            return True
        return line.level <= first.level + 1 and (line.kind == first.kind or goes_from_to(line.text))

    def _is_field_of_kr(self, line: _Line) -> bool:
        """`Owner: Bob`, or an entry `Goal: 50`, below a key result."""
        named = named_field(line.text)
        if self._kr is None or named is None:
            return False
        return named[0] in ("owner", "due", "weight") or (named[0] in _OF_KR and (line.is_entry or line.level > 0))

    def _field(self, line: _Line, key: str, value: str) -> None:
        if not value:
            self._leave(line, Left.EMPTY)
        elif self._kr is None:
            self._leave(line, Left.OF_OBJECTIVE if key != "note" else Left.PROSE)
        elif key in _OF_KR:
            values = owners_in(value) if key == "owner" and "<" not in value else (value,)
            self._kr.fields += [(line.number, key, one) for one in values]
        else:
            self._leave(line, Left.PROSE if key == "note" else Left.OTHER_FIELD)

    def _is_about_something_else(self, line: _Line) -> bool:
        """`Notes: …`, `Todo:`, `备注：…`, or any other heading."""
        head = _SPLIT.split(line.text, 1)[0]
        below_kr = self._kr is not None and (line.is_entry or line.level > 0)
        if _ASIDE.fullmatch(head.strip()) and (line.is_heading or head != line.text):
            return not below_kr
        return line.is_heading and not (self._kr is not None and is_step_container(line.text))

    def _leave(self, line: _Line, why: Left) -> None:
        self._found.left.append(LeftOut(line.number, line.text, why))
