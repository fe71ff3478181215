"""One line that somebody notes, a next step or a win: its words, and what stands beside them (spec/06 §11.1).

`"call GC" by Fri KR2`, `KR2: call GC Fri`, `周五前找法务 → KR4`: quotes are optional, the order does not matter. What
stands at an edge is taken out of the words; a label within them is meant as well, and stays where it is.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date

from bot.okr.days import no_such_day, read_day

WHO = re.compile("\ue000(\\d{1,3})\ue001")
"""How a mention stands in the line while it is read: by its number. Nobody types these signs."""


@dataclass(frozen=True, slots=True)
class Noted:
    """What a line says. `label` as it was typed, `who` the number of a mention at an edge."""

    text: str
    label: str | None = None
    day: date | None = None
    who: int | None = None
    unread_day: str | None = None
    """What stands where a day would, and can be read in two ways: `12/11`."""
    no_day: str | None = None
    """What is written as a day, and is in no calendar: `31 Feb`."""


def read_noted(line: str, today: date, team_keys: Collection[str], *, days: bool = True) -> Noted:
    """Read a line for somebody whose day is `today`. `team_keys` tell `GRO-2` from `UTF-8`; without `days` a day and
    a person are part of the words, as in a win."""
    words = " ".join(line.split())
    keys = frozenset(key.upper() for key in team_keys)
    quoted = _QUOTED.search(words)
    if quoted is not None:
        beside = _Reader(f"{words[: quoted.start()]} {words[quoted.end() :]}", today, keys, days).read()
        if not beside.text:
            return replace(beside, text=_bare(quoted["text"]))
    return _Reader(words, today, keys, days).read()


_QUOTED = re.compile(r"[\"“”„「『«](?P<text>.+?)[\"“”」』»]")
_QUOTES = '"“”„「」『』'
_EDGE = " ,，;；:：·|、"
_ARROW = r"(?:→|->|=>|⇒)"
_LABEL = r"(?:kr\s?\d{1,4}|关键结果\s?\d{1,4}|#\s?\d{1,4}|(?P<key>[a-z]{2,5})-\d{1,4})"
_LAST = re.compile(rf"(?:^|(?<=[\s,，;；(（→>])|(?<=[^\x00-\x7f])){_ARROW}?\s*(?P<label>{_LABEL})[)）]?[.。]?$", re.I)
_FIRST = re.compile(rf"^(?:{_ARROW}\s*)?(?P<label>{_LABEL})(?![a-z0-9_]|\.\d)(?=[\s,，:：;；]|$|[^\x00-\x7f])", re.I)
_WITHIN = re.compile(r"(?<![a-z0-9])kr\s?\d{1,4}(?![a-z0-9_]|\.\d)", re.I)
_DANGLING = re.compile(rf"(?:\s+(?:for|on)|\s*{_ARROW}|\s*[(（])$", re.I)
_FIRST_WHO = re.compile(f"^{WHO.pattern}")
_LAST_WHO = re.compile(f"{WHO.pattern}[.。]?$")
_PART_OF_WORDS = re.compile(
    r"(?:^|\s)(?:a|an|the|this|that|every|of|for|about|from|at|in|to|with|before|after|and|or|per)$|[的和与给每]$", re.I
)
"""What a day behind it belongs to: `plan the party for Friday` names no day by which."""
_SAID_FIRST = re.compile(r"(?:by|until|till|due|on|before)\s", re.I)
_TWO_WAYS = re.compile(r"\b(?:by|until|till|due)\s+(?P<day>\d{1,2}/\d{1,2}(?:/\d{2,4})?)$", re.I)
_AROUND = re.compile(r"^(?:by|until|till|due|on|before)\s+|之?前$", re.I)
_BEFORE = re.compile(r"^before\s+", re.I)
_MOST_WORDS, _MOST_SIGNS = 6, 14
"""The longest day there is, in words and in Chinese signs."""


class _Reader:
    """Takes what stands at the edges of a line away, until nothing more is found."""

    def __init__(self, words: str, today: date, keys: frozenset[str], days: bool) -> None:
        self.words = words.strip(_EDGE)
        self.today, self.keys, self.days = today, keys, days
        self.label: str | None = None
        self.day: date | None = None
        self.who: int | None = None
        self.no_day: str | None = None

    def read(self) -> Noted:
        while self.words and (self._takes_label() or self._takes_who() or self._takes_day()):
            self.words = self.words.strip(_EDGE)
        two_ways = _TWO_WAYS.search(self.words) if self.days and self.day is None else None
        within = {"".join(found[0].upper().split()) for found in _WITHIN.finditer(self.words)}
        if self.label is None and len(within) == 1:
            self.label = within.pop()
        unread = None if two_ways is None else two_ways["day"]
        return Noted(_bare(self.words), self.label, self.day, self.who, unread, self.no_day)

    def _takes_label(self) -> bool:
        if self.label is not None:
            return False
        for pattern in (_LAST, _FIRST):
            found = pattern.search(self.words)
            if found is not None and (found["key"] is None or found["key"].upper() in self.keys):
                self.label = found["label"]
                self.words = _cut(self.words, found)
                return True
        return False

    def _takes_who(self) -> bool:
        if not self.days or self.who is not None:
            return False
        found = _LAST_WHO.search(self.words) or _FIRST_WHO.search(self.words)
        if found is None:
            return False
        self.who = int(found[1])
        self.words = _cut(self.words, found)
        return True

    def _takes_day(self) -> bool:
        if not self.days or self.day is not None or self.no_day is not None:
            return False
        splits = (*self._last_words(), *self._first_words())
        for rest, day in splits:
            read = read_day(_BEFORE.sub("", day), self.today)
            if read is not None:
                self.day, self.words = read, rest
                return True
        for rest, day in splits:
            if no_such_day(_BEFORE.sub("", day), self.today):
                self.no_day, self.words = _AROUND.sub("", day).strip(), rest
                return True
        return False

    def _last_words(self) -> list[tuple[str, str]]:
        """Every way to split off a day at the end, the longest first."""
        words = self.words.split(" ")
        found = []
        for count in range(min(_MOST_WORDS, len(words)), 0, -1):
            rest, day = " ".join(words[:-count]), " ".join(words[-count:])
            if _SAID_FIRST.match(day) or not _PART_OF_WORDS.search(rest):
                found.append((rest, day))
        if not self.words[-1:].isascii():
            start = max(0, len(self.words) - _MOST_SIGNS)
            splits = [(self.words[:at], self.words[at:]) for at in range(start, len(self.words))]
            found += [(rest, day) for rest, day in splits if not _PART_OF_WORDS.search(rest)]
        return found

    def _first_words(self) -> list[tuple[str, str]]:
        """The same at the beginning, where a day must say that it is one: `by Fri …`, `周五前…`."""
        words = self.words.split(" ")
        found = []
        if _SAID_FIRST.match(self.words):
            longest = min(_MOST_WORDS, len(words))
            found = [(" ".join(words[count:]), " ".join(words[:count])) for count in range(longest, 1, -1)]
        ends = [at for at in range(1, min(_MOST_SIGNS, len(self.words)) + 1) if self.words[at - 1] == "前"]
        return found + [(self.words[at:], self.words[:at]) for at in reversed(ends)]


def _cut(words: str, found: re.Match[str]) -> str:
    rest = words[: found.start()] if found.start() else words[found.end() :]
    return _DANGLING.sub("", rest.strip(_EDGE))


def _bare(words: str) -> str:
    """Without the signs at its edges, and without a quotation mark that is alone."""
    words = words.strip(_EDGE)
    return words.strip(_QUOTES).strip(_EDGE) if sum(sign in _QUOTES for sign in words) in (1, len(words)) else words
