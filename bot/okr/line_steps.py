"""The steps of a key result that is done or not, where its own line lists them (spec/04 §9.1)."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bot.okr.days import read_day
from bot.okr.drafts import MOST_STEPS, TITLE, StepDraft

_OPENING, _CLOSING = "(（[【", ")）]】"
_STEPS = (
    r"(?:in |with )?(?:the )?(?<![个大])(?:steps|milestones|phases|stages|步骤|阶段|里程碑)"
    r"\s*(?:[:：]|(?:are|是|为)\s)\s*"
)
_LABELLED = re.compile(
    rf"\s*[,，;；.。:：]?\s*[(（\[【]?\s*{_STEPS}(?P<list>[^\n]+?)\s*[)）\]】]?\s*[.。]?$", re.IGNORECASE
)
_IN_BRACKETS = re.compile(rf"[(（\[【]\s*{_STEPS}", re.IGNORECASE)
_DUE = re.compile(
    r"(?:[,，;；、]|(?<=\s))\s*(?P<words>(?:due(?: by| on)?|deadline|截止(?:日期|日)?|截至)[\s:：]*"
    r"(?P<day>[^,，;；()（）]{2,30}))$",
    re.IGNORECASE,
)
_BY = re.compile(
    r"(?:[,，;；、]|(?<=%))\s*(?P<words>(?P<day>by\s[^,，;；()（）%]{2,30}|[^,，;；、()（）%]{2,20}前))$", re.IGNORECASE
)
"""When all of it is due, as a piece of its own or behind the last share; `GA by 15 Dec` is a step with its own day."""
_OWN_DAY = re.compile(r"\b(?:by|due)\s", re.IGNORECASE)
_LIST = re.compile(r"\s*[:：]\s*(?P<list>[^:：]+?)\s*[.。]?$")
_STRONG, _WEAK = re.compile(r"\s*[;；、→]\s*|\s+->\s+"), re.compile(r"\s*[,，]\s*")
_LAST_TWO = re.compile(r"\s+(?:and|then)\s+|\s*(?:和|以及)\s*", re.IGNORECASE)
_JOINING = re.compile(r"^(?:and|then|和|以及)\s+", re.IGNORECASE)
_NUMBER = re.compile(r"^(?:\(?[0-9]{1,2}[.)、]|[①-⑳])\s*")
_WEIGHT = re.compile(r"\s*[:：=]?\s*[(（]?\s*(?P<weight>[0-9]{1,3}(?:\.[0-9]{1,2})?)\s*%\s*[)）]?$")
_DAY = re.compile(
    r"\s*[(（]\s*(?:by |due )?(?P<bracket>[^()（）]{3,30})[)）]$|\s+(?:by|due)\s+(?P<by>.{3,30})$", re.IGNORECASE
)
_WHOLE = Decimal(100)
_BEFORE = " -–—,，;；"


@dataclass(frozen=True, slots=True)
class WithSteps:
    """The words before the steps, and the steps; none where the line lists none."""

    title: str
    steps: tuple[StepDraft, ...] = ()


def with_steps(line: str, today: date) -> WithSteps:
    """`Launch it (steps: design, build, test)`, `步骤：…`, and `Open two shops: permit 30%, room 30%, opening 40%`.

    Without the word `steps` it is a list only where every part has its share and the shares make 100%.
    """
    inside, behind = _cut(line, today)
    labelled = _LABELLED.search(inside)
    if labelled is not None and labelled.start():
        steps = _steps(_pieces(labelled["list"], is_labelled=True), today)
        if len(steps) > 1:
            return WithSteps(f"{inside[: labelled.start()].rstrip(_BEFORE)} {behind}".strip(), steps)
    listed = _LIST.search(inside)
    if listed is not None and listed.start():
        pieces = _pieces(listed["list"], is_labelled=False)
        shares = [_WEIGHT.search(one) for one in pieces]
        if len(pieces) > 1 and sum(Decimal(one["weight"]) if one else 0 for one in shares) == _WHOLE and all(shares):
            steps = _steps(pieces, today)
            title = f"{inside[: listed.start()].strip()} {behind}".strip()
            return WithSteps(title, steps) if len(steps) == len(pieces) else WithSteps(line)
    return WithSteps(line)


def _cut(line: str, today: date) -> tuple[str, str]:
    """The line up to its last step, and what stands behind: behind the bracket of the steps, or when all is due."""
    opening = _IN_BRACKETS.search(line)
    depth = 0
    for at in range(len(line) if opening is None else opening.start(), len(line)):
        depth += (line[at] in _OPENING) - (line[at] in _CLOSING)
        if not depth:
            inside, day = _without_day(line[:at], today, in_brackets=True)
            return inside + line[at], f"{day} {line[at + 1 :].strip(_BEFORE + '.。')}".strip()
    return _without_day(line, today, in_brackets=False)


def _without_day(line: str, today: date, *, in_brackets: bool) -> tuple[str, str]:
    line = line.rstrip(" .。")
    found = _BY.search(line) or (None if in_brackets else _DUE.search(line))
    if found is None or read_day(found["day"], today) is None:
        return line, ""
    rest = line[: found.start()].rstrip(_BEFORE)
    return (line, "") if _OWN_DAY.search(rest) else (rest, found["words"])


def _pieces(text: str, *, is_labelled: bool) -> list[str]:
    pieces = _STRONG.split(text) if _STRONG.search(text) else _WEAK.split(text)
    if is_labelled and pieces:
        pieces[-1:] = _LAST_TWO.split(pieces[-1], maxsplit=1)
    return [each for one in pieces if (each := _JOINING.sub("", one).strip())]


def _steps(pieces: list[str], today: date) -> tuple[StepDraft, ...]:
    return tuple(one for one in (_step(piece, today) for piece in pieces[:MOST_STEPS]) if one.title)


def _step(piece: str, today: date) -> StepDraft:
    text = _NUMBER.sub("", piece)
    weight, due = Decimal(1), None
    share = _WEIGHT.search(text)
    if share is not None and Decimal(share["weight"]) > 0:
        weight, text = Decimal(share["weight"]), text[: share.start()]
    day = _DAY.search(text)
    if day is not None:
        due = read_day((day["bracket"] or day["by"]).strip(), today)
        text = text if due is None else text[: day.start()]
    return StepDraft(text.strip(" ,，;；")[:TITLE], weight, due)
