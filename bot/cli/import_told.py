"""How a table or a text was read, told before anything is written: every key result, and every part left out."""

from decimal import Decimal
from difflib import SequenceMatcher

from bot.cli.output import CommandProblem, say
from bot.okr.model import KRType
from storage.okr_files import Kind, OkrFile, Preview
from storage.okr_files.drafts import Unread
from storage.okr_files.scalars import plain
from storage.okr_files.schema import KeyResultEntry, Measure
from storage.okr_files.sources import Found

OTHERS = (
    "Other objectives or key results stand at these places already. Import the file into another cycle with --cycle, "
    "or say --replace if it is meant to take their place."
)
ALIKE = 0.6
"""From this likeness on a changed title is the same thing in other words."""
MOST_READ = 40
MOST_UNREAD = 20
LONGEST = 100
BEFORE = ("$", "€", "£", "¥")


def tell_reading(file: OkrFile, found: Found, *, everything: bool) -> None:
    """The counts, each key result in a line, and what was not taken over with its line and reason."""
    say(counted(file, found))
    lines = [f"  Line {kr.line}: {_cut(kr.title)}: {measured(kr)}, {kr.owner or 'no owner'}" for kr in file.key_results]
    _some(lines, MOST_READ, everything=everything)
    if file.unread:
        say(f"Not taken over: {_many(len(file.unread), 'part')}.")
        _some([f"  {_left(one)}" for one in file.unread], MOST_UNREAD, everything=everything)


def refuse_replacing(shown: Preview) -> None:
    """A table or a text numbers its parts by their order; where something else has a number, that must be meant.

    Raises `CommandProblem` with a line for each title that would give way to one that is quite another.
    """
    lines = [
        f"Line {row.line}: {row.label}: '{_cut(one.old)}' would become '{_cut(one.new)}'."
        for row in shown.changed
        if row.kind in (Kind.OBJECTIVE, Kind.KEY_RESULT)
        for one in row.changes
        if one.field == "title" and not _is_alike(one.old, one.new)
    ]
    if lines:
        raise CommandProblem(OTHERS, tuple(lines[:MOST_READ]))


def _is_alike(old: str, new: str) -> bool:
    return SequenceMatcher(None, old.casefold(), new.casefold(), autojunk=False).ratio() >= ALIKE


def counted(file: OkrFile, found: Found) -> str:
    """`Read 3 objectives and 14 key results of 3 and 15.`"""
    objectives = _many(len(file.objectives), "objective")
    key_results = _many(len(file.key_results), "key result")
    return f"Read {objectives} and {key_results} of {found.objectives} and {found.key_results}."


def measured(kr: KeyResultEntry) -> str:
    """What a key result is measured by, in a few words: `20% → 50%`, `at most 1%`, `done or not done`."""
    measure = kr.measure
    match measure.type:
        case KRType.INCREASE | KRType.DECREASE:
            return f"{_value(measure, measure.baseline)} → {_value(measure, measure.target)}"
        case KRType.RANGE:
            return _range(measure)
        case KRType.BASELINE:
            return "a number to be found out"
    return f"{_many(len(kr.steps), 'step')}" if kr.steps else "done or not done"


def _range(measure: Measure) -> str:
    low, high = measure.range_lo, measure.range_hi
    if low is not None and high is not None:
        return f"between {_value(measure, low)} and {_value(measure, high)}"
    return f"at least {_value(measure, low)}" if low is not None else f"at most {_value(measure, high)}"


def _value(measure: Measure, value: Decimal | None) -> str:
    if value is None:
        return "?"
    if measure.unit in BEFORE:
        return f"{measure.unit}{plain(value)}"
    blank = "" if measure.unit == "%" or not measure.unit.isascii() else " "
    return f"{plain(value)}{blank}{measure.unit}".strip()


def _left(one: Unread) -> str:
    why = one.why[:1].upper() + one.why[1:]
    return f"Line {one.line}: '{_cut(one.text)}': {why}{'' if why.endswith(('.', '?')) else '.'}"


def _some(lines: list[str], most: int, *, everything: bool) -> None:
    shown = lines if everything else lines[:most]
    for line in shown:
        say(line)
    if len(lines) > len(shown):
        say(f"  and {len(lines) - len(shown)} more; --all shows them.")


def _many(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"
