"""Key results that somebody writes on the command line, as reading a reply needs them: `Enterprise MRR: 30k -> 60k`."""

import re
from collections.abc import Sequence
from decimal import Decimal

from bot.cli.output import CommandProblem
from bot.okr.model import KRType
from bot.okr.replies import ReplyKR
from storage.okr_files import scalars
from storage.okr_files.drafting_measure import NO_NUMBERS, measure_of
from storage.okr_files.drafts import DraftKeyResult

KEYS = (
    *("type", "from", "to", "anchors", "keep", "at_least", "at_most", "unit", "value", "steps", "aliases"),
    *("confidence", "score", "proposes"),
)
HOW = (
    "Write a key result like 'Enterprise MRR: 30k -> 60k USD', 'SSO live' or 'Refund rate; from: 0.5%; to: 0.2%' "
    f"(after a semicolon: {', '.join(KEYS)})."
)
_NUMBERS = ("from", "to", "anchors", "keep", "at_least", "at_most", "value", "confidence", "score", "proposes")
_TO = re.compile(r"(?<=[0-9%kKmM万亿元]) (?:to|至|到) (?=[$€£¥]?[0-9])")
_MEASURE = re.compile(
    r"(?:[:：,，]\s*|\s+|^)(?:(?:from|at|to|of|从|由)\s*)?[$€£¥~-]?[0-9][^;]*?(?:->|=>|→|到|至|\bto\b|-)?[^;]*$"
)
_UNIT_WORDS = re.compile(r"[0-9.,%kKmM$€£¥万亿]+\s*(?:->|=>|→|to|到|至|-)\s*[0-9.,%kKmM$€£¥万亿]+\s*")


def read_key_results(lines: Sequence[str], last: Sequence[str]) -> tuple[ReplyKR, ...]:
    """KR1, KR2, ... as they were written; `last` are their last values, in the same order.

    Raises `CommandProblem` with one sentence where a line says too little to be a key result.
    """
    if len(last) > len(lines):
        raise CommandProblem("There are more --last than --kr; give one for each key result, in the same order.")
    found = []
    for number, line in enumerate(lines, 1):
        value = last[number - 1] if number <= len(last) else None
        found.append(_key_result(number, line, value))
    return tuple(found)


def _key_result(number: int, line: str, last: str | None) -> ReplyKR:
    text, _, rest = line.partition(";")
    given = _given(rest, line)
    title = text.strip()
    if not title:
        raise CommandProblem(f"--kr '{line}' has no words. {HOW}")
    measure = _measure(title, {**given, **({"value": last} if last is not None else {})})
    anchors = _numbers(measure.get("anchors", ""))
    lo, hi = _range(measure)
    start, end = _number(measure.get("from")), _number(measure.get("to"))
    goal = anchors[-1] if anchors else end
    said_by_line = bool(measure.keys() & {"from", "to", "at_least", "at_most"}) and not given.keys() & set(_NUMBERS[:6])
    name = _name_of(title) if said_by_line else title
    return ReplyKR(
        label=f"KR{number}",
        key=f"OKR-{number}",
        title=name,
        short_title=name,
        aliases=tuple(part.strip() for part in given.get("aliases", "").split(",") if part.strip()),
        type=_type(measure, start, goal, is_range=lo is not None or hi is not None),
        unit=_unit(measure),
        decimals=_places(measure),
        baseline=start,
        target=goal,
        anchors=anchors,
        range_lo=lo,
        range_hi=hi,
        last_value=_number(last if last is not None else given.get("value")),
        last_confidence=_number(given.get("confidence")),
        last_self_score=_number(given.get("score")),
        automated="proposes" in given,
        proposed_self_score=_number(given.get("proposes")),
        has_steps="steps" in given,
        own=True,
    )


def _given(text: str, line: str) -> dict[str, str]:
    """What stands behind the line, `key: value` each."""
    found = {}
    for part in text.split(";"):
        key, colon, value = part.partition(":")
        name = key.strip().lower().replace(" ", "_")
        if not part.strip():
            continue
        if not colon or name not in KEYS:
            raise CommandProblem(f"'{part.strip()}' of --kr '{line}' is not understood. {HOW}")
        found[name] = value.strip()
        if name in _NUMBERS:
            _numbers(value)
        if name == "type" and value.strip() not in list(KRType):
            kinds = ", ".join(kind.value for kind in KRType)
            raise CommandProblem(f"'{value.strip()}' is no type of key result; there are {kinds}.")
    return found


def _measure(title: str, given: dict[str, str]) -> dict[str, str]:
    """The keys of an OKR file that say what it is measured by; none for what is done or not done."""
    if "steps" in given:
        return {"type": KRType.MILESTONE.value}
    # Who writes `20 to 40%` here means a way to go, whatever stands before it.
    draft = DraftKeyResult(1, _TO.sub(" -> ", title), fields=given)
    measure = measure_of(draft)
    if measure.notes and measure.notes != (NO_NUMBERS,) and not measure.is_number:
        raise CommandProblem(f"--kr '{title}': {measure.notes[0].partition(':')[0]}. {HOW}")
    return dict(measure.fields)


def _type(measure: dict[str, str], start: Decimal | None, goal: Decimal | None, *, is_range: bool) -> KRType:
    if "type" in measure:
        return KRType(measure["type"])
    if is_range:
        return KRType.RANGE
    if start is None or goal is None:
        return KRType.MILESTONE
    return KRType.INCREASE if goal > start else KRType.DECREASE


def _range(measure: dict[str, str]) -> tuple[Decimal | None, Decimal | None]:
    keep = _numbers(measure.get("keep", ""))
    if len(keep) == 2:
        return keep[0], keep[1]
    return _number(measure.get("at_least")), _number(measure.get("at_most"))


def _unit(measure: dict[str, str]) -> str:
    """As given, or the sign that a number carries."""
    if "unit" in measure:
        return measure["unit"]
    for key in ("from", "to", "at_least", "at_most", "keep", "anchors"):
        for text in _parts(measure.get(key, "")):
            if (sign := _amount(text).unit) is not None:
                return sign
    return ""


def _places(measure: dict[str, str]) -> int:
    numbers = [text for key in ("from", "to", "at_least", "at_most") for text in _parts(measure.get(key, ""))]
    return max((_amount(text).places for text in numbers), default=0)


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.strip("[] ").split(", ") if part.strip()]


def _numbers(text: str) -> tuple[Decimal, ...]:
    return tuple(_amount(part).value for part in _parts(text))


def _number(text: str | None) -> Decimal | None:
    return None if text is None else _amount(text).value


def _amount(text: str) -> scalars.Amount:
    try:
        return scalars.amount(text)
    except scalars.Unreadable as error:
        raise CommandProblem(str(error)) from None


def _name_of(title: str) -> str:
    """What people would call it: the line without its numbers; `interviews` of `0 -> 12 interviews`."""
    name = _MEASURE.sub("", title, count=1).strip(" :：,，-")
    return name or _UNIT_WORDS.sub("", title).strip(" :：,，-") or title
