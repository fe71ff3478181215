"""A text of which parts are taken away as they are understood; what stays becomes the note."""

import re
from dataclasses import dataclass, field

from bot.okr.replies.words import Meaning, both, is_filler, what_it_means

_SEPARATOR = re.compile(
    r"[,;!?\n()\[\]\"…]+|(?<!approx)(?<!\bca)\.+(?=\s|$)|:(?=\s|$)|(?<=\s)-+(?=\s)|" + both("contrast"), re.IGNORECASE
)
_JOINER = re.compile(both("joiner"), re.IGNORECASE)
_BECAUSE = re.compile(both("because"), re.IGNORECASE)
# `no, 0.7`: the number says it.
_YES_NO = (Meaning.YES, Meaning.NO)
_NOTE_EDGES = " \n\t,;:.!?()[]\"'…/"
_NOTE_DASH = re.compile(r"^[-=>&]+(?=\s)|(?<=\s)[-=>&+~]+$|^[-=>&+~]+$")
_NOTE_START = re.compile(
    rf"(?:(?:and|so|with|as(?! of)|at)\b|{both('because')}|{both('contrast')}|而且|并且)\s*", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Clause:
    start: int
    end: int


@dataclass(slots=True)
class Canvas:
    """The text of one segment, with the spans already understood. Offsets never change."""

    text: str
    gone: list[tuple[int, int]] = field(default_factory=list)
    _walls: list[tuple[int, int]] = field(default_factory=list)

    def take(self, span: tuple[int, int]) -> None:
        """Marks a span as understood."""
        self.gone.append(span)

    def take_apart(self, span: tuple[int, int]) -> None:
        """Marks a span as understood that also parts what is left and right of it, like a field."""
        self.gone.append(span)
        self._walls.append(span)

    def rest(self, also: list[tuple[int, int]] | None = None) -> str:
        """The text with what was understood blanked out; same length."""
        left = self.text
        for start, end in (*self.gone, *(also or ())):
            left = left[:start] + " " * (end - start) + left[end:]
        for start, end in self._walls:
            if end > start:
                left = left[:start] + ";" + left[start + 1 :]
        return left

    def clauses(self, keep: list[tuple[int, int]] | None = None) -> list[Clause]:
        """The clauses of what is left. No clause ends inside a span of `keep` (a number has its own commas)."""
        rest = self.rest()
        for start, end in keep or ():
            rest = rest[:start] + "0" * (end - start) + rest[end:]
        found, at = [], 0
        for mark in _SEPARATOR.finditer(rest):
            found.append(Clause(at, mark.start()))
            at = mark.end()
        found.append(Clause(at, len(rest)))
        return [clause for clause in found if rest[clause.start : clause.end].strip()]

    def note(self) -> str | None:
        """What is left, without clauses that are filler only; None if nothing is."""
        rest = self.rest()
        kept: list[tuple[int, int]] = [
            (clause.start, clause.end)
            for clause in self.clauses()
            if not is_filler(said := rest[clause.start : clause.end]) and what_it_means(said, _YES_NO) is None
        ]
        if not kept:
            return None
        pieces, before = [rest[kept[0][0] : kept[0][1]]], kept[0][1]
        for start, end in kept[1:]:
            gap = rest[before:start]
            between = gap if is_filler(gap) and len(gap.strip()) <= 6 else ", "
            pieces.append((between if between.strip() else ", ") + rest[start:end])
            before = end
        note = re.sub(r" +", " ", "".join(pieces)).replace(" ,", ",").replace(" \n", "\n")
        note = _trimmed(note)
        while start_word := _NOTE_START.match(note):
            note = _trimmed(note[start_word.end() :])
        return note or None


def _trimmed(note: str) -> str:
    """Without punctuation and dashes at its ends; the sign of a number stays."""
    return _NOTE_DASH.sub("", note.strip(_NOTE_EDGES)).strip(_NOTE_EDGES)


def halves(text: str) -> list[tuple[int, int]]:
    """The parts of a clause before and after `because`; the parts between `and`, for words that are all listed."""
    cause = _BECAUSE.search(text)
    if cause:
        return [(0, cause.start())]
    parts, at = [], 0
    for mark in _JOINER.finditer(text):
        parts.append((at, mark.start()))
        at = mark.end()
    return [*parts, (at, len(text))] if parts else []
