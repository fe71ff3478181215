"""What a line leaves open of a key result, and what each answer makes of it (spec/04 §9.1, §9.3 K01, K02, K10)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from bot.okr import kr_words as words
from bot.okr.drafts import LINES, TITLE, UNIT, KRDraft, places_of, problems
from bot.okr.kr_lines import KRLine, Need
from bot.okr.model import KRType, PaceProfile
from bot.okr.quality import words as quality
from bot.okr.short_titles import proposed_short_title

SPRINT_DAYS = 14


class Asks(StrEnum):
    """The one question that is asked next."""

    CHANGE = "change"
    """Is `by 10%` relative, or in percentage points? (K10)"""
    START = "start"
    """Where is it today? (K02)"""
    TARGET = "target"
    """What number is full success? (K03, K23)"""
    UNITS = "units"
    """Its two numbers have units that cannot be made one."""
    MEASURE = "measure"
    """How is it measured? (K01)"""


@dataclass(frozen=True, slots=True)
class Left:
    """What the draft itself has no place for: a change whose start is not known, and units that clash.

    `relative` is a change: 10 for "by 10%", -2 for "2 days less"; `points` says whether it is added to the start, or a
    share of it; None while that is open.
    """

    relative: Decimal | None = None
    points: bool | None = None
    units_clash: bool = False
    waived: bool = False
    """The start, or how it is measured, is to stay open for now."""


def left_of(line: KRLine) -> Left:
    """What a line leaves open. `Double` is a share, `10 percentage points` and `2 days` are added."""
    points: bool | None = None
    if line.relative is not None and Need.CHANGE not in line.needs:
        points = not any(pattern.search(line.title) for pattern, _percent in words.DOUBLING)
    return Left(line.relative, points, Need.UNIT in line.needs)


def as_data(left: Left) -> dict[str, Any]:
    """As plain data."""
    relative = None if left.relative is None else format(left.relative, "f")
    return {"relative": relative, "points": left.points, "units_clash": left.units_clash, "waived": left.waived}


def left_from(data: Mapping[str, Any]) -> Left:
    """What `as_data` made this of."""
    relative = data["relative"]
    return Left(None if relative is None else Decimal(relative), data["points"], data["units_clash"], data["waived"])


def asks(draft: KRDraft, left: Left) -> Asks | None:
    """The question to ask next; None where nothing that a number needs is open."""
    if left.units_clash:
        return Asks.UNITS
    if left.relative is not None:
        return Asks.CHANGE if left.points is None else Asks.START
    if draft.type in LINES or draft.type is None:
        if {"target", "anchors"} & problems(draft).keys():
            return Asks.TARGET
        if left.waived:
            return None
        if draft.type is None and draft.baseline is None and draft.goal is None:
            return Asks.MEASURE
        return Asks.START if draft.baseline is None else None
    return None


def starts_at(draft: KRDraft, left: Left, value: Decimal, unit: str = "") -> tuple[KRDraft, Left]:
    """It stands at `value` today: a change gets its target, and the direction follows from the numbers."""
    target, own_unit = draft.target, draft.unit or unit[:UNIT]
    if left.relative is not None:
        target = value + left.relative if left.points else value * (100 + left.relative) / 100
        target = _short(target)
        if not left.points:
            own_unit = unit[:UNIT]  # the `%` of the line is that of the change
    goal = target if draft.anchors is None else draft.anchors[2]
    kind = draft.type
    if goal is not None and goal != value and kind in (None, *LINES):
        kind = KRType.INCREASE if goal > value else KRType.DECREASE
    shown = [one for one in (value, target) if one is not None]
    found = replace(
        draft, type=kind, baseline=value, target=target, unit=own_unit, decimals=max(draft.decimals, places_of(shown))
    )
    return found, replace(left, relative=None, points=None)


def baseline_first(draft: KRDraft, title: str) -> KRDraft:
    """The first number is to be found before anything is promised; half of the time is for that (spec/03 §5.5)."""
    title = title[:TITLE]
    half = draft.start + (draft.due - draft.start) // 2
    return replace(
        draft,
        title=title,
        short_title=proposed_short_title(title),
        type=KRType.BASELINE,
        baseline=None,
        target=None,
        anchors=None,
        pace=PaceProfile.LINEAR,
        due=half,
    )


def sprint_due(today: date, last: date) -> date:
    """Two weeks from today, on the last working day of them, and not after the key result that it serves."""
    day = min(today + timedelta(days=SPRINT_DAYS - 1), max(last, today))
    while day.weekday() > 4 and day > today:
        day -= timedelta(days=1)
    return day


def says_what_to_do(title: str) -> bool:
    """Whether it begins with a verb, as `interview 20 customers`; `20 customers interviewed` names the result."""
    verbs = quality.OBJECTIVE_VERBS | quality.TASK_VERBS | words.COUNT_VERBS
    first = title.split(" ", 1)[0].casefold().rstrip(",:")
    return first in verbs or title.startswith((*quality.OBJECTIVE_VERBS_ZH, *words.COUNT_ZH))


def _short(value: Decimal) -> Decimal:
    """At most four decimals, without zeros at their end."""
    text = format(round(value, 4), "f")
    return Decimal(text.rstrip("0").rstrip(".") if "." in text else text)
