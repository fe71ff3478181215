"""How a table or a text was read, told before anything is written: every key result, and every part left out."""

from decimal import Decimal

from bot.cli.output import say
from bot.okr.model import KRType
from storage.okr_files import OkrFile
from storage.okr_files.drafts import Unread
from storage.okr_files.scalars import plain
from storage.okr_files.schema import KeyResultEntry, Measure
from storage.okr_files.sources import Found

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
