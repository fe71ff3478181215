"""Reads the words of one key result's text: fields, blockers, and phrases that stand alone (spec/05 §10.7)."""

import re
from dataclasses import dataclass, field

from bot.okr.model import Band
from bot.okr.replies.canvas import Canvas, Clause, halves
from bot.okr.replies.trace import NOBODY, Trace
from bot.okr.replies.words import (
    CHINESE,
    ENGLISH,
    SEGMENT_MEANINGS,
    Meaning,
    both,
    is_filler,
    says_nothing,
    what_it_means,
)

LIMITS = {"next_step": 140, "blocker": 140, "help_wanted": 140, "win": 200, "note": 500}
"""How long the stored texts may be (spec/02 §4.7, §4.8)."""

_FIELD_NAMES = tuple(ENGLISH.fields)
_FIELD = re.compile(
    r"(?:(?<=^)|(?<=[\s,.;:!?(]))(?:"
    + "|".join(f"(?P<{name}>(?:{ENGLISH.fields[name]})|(?:{CHINESE.fields[name]}))" for name in _FIELD_NAMES)
    + r")\s?:(?!//)\s*",
    re.IGNORECASE,
)
_FIELD_END = re.compile(r"\n|;\s|;$")
_BLOCKED_BY = tuple(re.compile(pattern, re.IGNORECASE) for pattern in (*ENGLISH.blocked_by, *CHINESE.blocked_by))
_BLOCKED_FOR = re.compile(r"(?:blocked|stuck)(?= (?:since|for)\b)", re.IGNORECASE)
_AMEND = re.compile(rf"\s*{both('amend')}\s*", re.IGNORECASE)
_BLOCKER_END = re.compile(r"\s[-(]|[,;!?\n]|\.\s|\.$|\s\band\b\s(?=[0-9$€£¥])")
# A colour before or after a sentence is said beside it: `🔴 lost the Acme deal`.
_COLOUR_AT_EDGE = re.compile(
    r"^\s*(?P<first>[🔵🟢🟡🔴])(?![^🔵🟢🟡🔴]*[🔵🟢🟡🔴])|(?<![🔵🟢🟡🔴])(?P<last>[🔵🟢🟡🔴])\s*$"
)
_TRAILING_RATING = re.compile(r"[\s,]+(?=(?:0?[.,][0-9]+|1[.,]0|[0-9]{1,2}\s?/\s?10)\s*$)")
BANDS = {
    Meaning.AHEAD: Band.AHEAD,
    Meaning.ON_TRACK: Band.ON_TRACK,
    Meaning.AT_RISK: Band.AT_RISK,
    Meaning.OFF_TRACK: Band.OFF_TRACK,
}


@dataclass(frozen=True, slots=True)
class Phrase:
    """A listed phrase that stands alone, and where."""

    meaning: Meaning
    start: int
    end: int
    text: str

    @property
    def span(self) -> tuple[int, int]:
        return self.start, self.end


@dataclass(slots=True)
class Fields:
    """What a segment says outside of numbers and phrases."""

    next_step: str | None = None
    win: str | None = None
    help_wanted: str | None = None
    notes: list[str] = field(default_factory=list)
    blocked: bool | None = None
    blocker: str | None = None
    amend: bool = False


def clip(text: str | None, name: str) -> str | None:
    """The text within the length its place in the store has."""
    if text is None or len(text) <= LIMITS[name]:
        return text
    return text[: LIMITS[name] - 1].rstrip() + "…"


def find_fields(text: str) -> list[tuple[re.Match[str], int]]:
    """Where each field is named, and where it ends."""
    marks = list(_FIELD.finditer(text))
    found = []
    for at, mark in enumerate(marks):
        limit = marks[at + 1].start() if at + 1 < len(marks) else len(text)
        stop = _FIELD_END.search(text, mark.end(), limit)
        found.append((mark, stop.start() if stop else limit))
    return found


def take_fields(canvas: Canvas) -> Fields:
    """Takes `next: …`, `blocked: …`, `win: …`, `note: …`, `help: …` in either language out of the text.

    A field runs to the next field, the end of its line or a semicolon.
    """
    fields = Fields()
    for mark, end in find_fields(canvas.text):
        name = mark.lastgroup
        comma = canvas.text.find(",", mark.end(), end)
        if name == "blocked" and comma > 0 and says_nothing(canvas.text[mark.end() : comma]):
            end = comma
        text = canvas.text[mark.end() : end].strip(" ,;\n").removesuffix(".").strip()
        canvas.take_apart((mark.start(), end))
        if not text:
            continue
        if name == "blocked":
            fields.blocked = not says_nothing(text)
            named = any(sign.isalnum() for sign in text)
            fields.blocker = clip(text, "blocker") if fields.blocked and named else None
        elif name == "note":
            fields.notes.append(text)
        elif name == "help":
            fields.help_wanted = clip(text, "help_wanted")
        elif name == "next_step":
            fields.next_step = clip(text, "next_step")
        else:
            fields.win = clip(text, "win")
    return fields


def take_amend(canvas: Canvas, fields: Fields) -> None:
    """Takes a correction's first word: `actually 46k`, `改成46k`."""
    at = 0
    while prefix := _AMEND.match(canvas.rest(), at):
        fields.amend = True
        canvas.take(prefix.span())
        at = prefix.end()


def take_blocker(canvas: Canvas, numbers: list[tuple[int, int]], fields: Fields) -> None:
    """Takes `blocked on X`, `waiting for X`, `卡在X` where it begins a clause or follows a number in it."""
    left = re.sub("[🔵🟢🟡🔴]", " ", canvas.rest(also=numbers))
    rest = canvas.rest()
    ahead = {pattern: pattern.search(rest) for pattern in _BLOCKED_BY}
    for clause in canvas.clauses(keep=numbers):
        since = _BLOCKED_FOR.search(rest, clause.start, clause.end)
        if since is not None and is_filler(left[clause.start : since.start()]) and fields.blocked is None:
            fields.blocked = True
            canvas.take(since.span())
            return
        for pattern in _BLOCKED_BY:
            found = ahead[pattern]
            if found is not None and found.start() < clause.start:
                found = ahead[pattern] = pattern.search(rest, clause.start)
            if found is None or found.start() >= clause.end or not is_filler(left[clause.start : found.start()]):
                continue
            start, end = found.span("x")
            stop = _BLOCKER_END.search(rest, start, end)
            end = stop.start() if stop else end
            rating = _TRAILING_RATING.search(rest, start, end)
            end = rating.start() if rating else end
            blocker = canvas.text[start:end].strip(" .,;:!?-\"'()").removesuffix("了").strip()
            if blocker and fields.blocked is None:
                fields.blocked, fields.blocker = True, clip(blocker, "blocker")
                canvas.take((found.start(), max(end, found.start("x"))))
                if found.end() > end and "被" in found[0][:1]:
                    canvas.take((end, found.end()))
                return


def find_phrases(
    canvas: Canvas, understood: list[tuple[int, int]], open_numbers: list[tuple[int, int]], trace: Trace = NOBODY
) -> list[Phrase]:
    """The listed phrases that stand alone in a clause, beside numbers that were understood.

    In a clause with a number that was not, no phrase counts: `3 done` is not done.
    """
    found: list[Phrase] = []
    rest = canvas.rest(also=understood)
    for clause in canvas.clauses(keep=understood):
        text = rest[clause.start : clause.end]
        alone = not any(start < clause.end and clause.start < end for start, end in open_numbers)
        phrases = _phrases_of(text, clause, alone=alone)
        trace.clause(text, phrases)
        found += phrases
    return found


def _phrases_of(text: str, clause: Clause, *, alone: bool) -> list[Phrase]:
    """Those of one clause; `alone`: beside no number that was not understood."""
    whole = what_it_means(text, SEGMENT_MEANINGS)
    if whole is not None and alone:
        return [Phrase(whole, clause.start, clause.end, text.strip())]
    if (colour := _COLOUR_AT_EDGE.search(text)) is not None and colour.lastgroup is not None:
        sign = colour[colour.lastgroup]
        at = clause.start + colour.start(colour.lastgroup)
        meaning = what_it_means(sign, SEGMENT_MEANINGS)
        return [] if meaning is None else [Phrase(meaning, at, at + len(sign), sign)]
    if not alone:
        return []
    parts = halves(text)
    meanings = [(what_it_means(text[a:b], SEGMENT_MEANINGS), a, b) for a, b in parts]
    if not parts or not all(meaning is not None or is_filler(text[a:b]) for meaning, a, b in meanings):
        return []
    return [
        Phrase(meaning, clause.start + a, clause.start + b, text[a:b].strip())
        for meaning, a, b in meanings
        if meaning is not None
    ]
