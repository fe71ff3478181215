"""Wins that the figures tell by themselves: about key results, never about people (spec/07 §12.8)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from bot.okr.assess import Assessment
from bot.okr.exact import ONE, ZERO, at_least, clip, compare
from bot.okr.model import CheckIn, KeyResult, KRState, KRType
from bot.okr.ranges import is_maintained
from bot.okr.scoring import raw_score
from bot.okr.workdays import WorkCalendar

LINES = (ONE, Decimal("0.7"), Decimal("0.3"))
"""Scores worth telling when they are reached from below, the highest first."""
SURER_BY = Decimal(2)
BLOCKED_WORKING_DAYS = 5


class WinKind(StrEnum):
    DONE = "done"
    PASSED = "passed"
    SURER = "surer"
    UNBLOCKED = "unblocked"


@dataclass(frozen=True, slots=True)
class AutomaticWin:
    """What became of a key result. Which figures belong to it depends on the kind."""

    kr: KeyResult
    kind: WinKind
    line: Decimal | None = None
    before: Decimal | None = None
    after: Decimal | None = None
    days: int = 0
    """Working days for which it was blocked."""


@dataclass(frozen=True, slots=True)
class KRSince:
    """A key result now, and what is known of it as it was at `since`."""

    state: Assessment
    since: datetime
    calendar: WorkCalendar
    value_before: Decimal | None = None
    """The last reading that counts up to `since`; None where there was none."""
    check_ins: Sequence[CheckIn] = ()
    """Those that count (neither undone nor superseded), oldest first, from some weeks before `since`."""


def automatic_wins(one: KRSince) -> tuple[AutomaticWin, ...]:
    """What went well with one key result since then; what is dropped or paused has no wins (spec/07 §12.8)."""
    kr = one.state.kr
    if kr.state not in (KRState.ACTIVE, KRState.CLOSED):
        return ()
    if _done(one):
        return (AutomaticWin(kr, WinKind.DONE),)
    found = (_passed(one), _surer(one), _unblocked(one))
    return tuple(win for win in found if win is not None)


def _rows(one: KRSince) -> tuple[Sequence[CheckIn], Sequence[CheckIn]]:
    before = [row for row in one.check_ins if row.at <= one.since]
    return before, [row for row in one.check_ins if row.at > one.since]


def _done(one: KRSince) -> bool:
    """A milestone that somebody called done, or a baseline that was found, since then."""
    kr, current = one.state.kr, one.state.current
    before, after = _rows(one)
    if kr.type is KRType.BASELINE:
        return current.value is not None and one.value_before is None and _measured_since(one)
    said_before = next((row.done for row in reversed(before) if row.done is not None), False)
    return kr.type is KRType.MILESTONE and current.done and not said_before and any(row.done for row in after)


def _passed(one: KRSince) -> AutomaticWin | None:
    """The highest line that the score reached from below.

    Without an earlier number it began at 0, as it counts (spec/03 §5.1). A range that is held begins at 1 and has
    nowhere to climb to.
    """
    kr, after = one.state.kr, one.state.score
    if after is None or (kr.type is KRType.RANGE and is_maintained(kr)):
        return None
    before = _steps_before(one) if kr.steps else _score_before(one)
    if before is None:
        return None
    line = next((line for line in LINES if compare(before, line) < 0 and at_least(after, line)), None)
    return None if line is None else AutomaticWin(kr, WinKind.PASSED, line=line)


def _score_before(one: KRSince) -> Decimal | None:
    if not one.state.kr.is_number or not _measured_since(one):
        return None
    if one.value_before is None:
        return ZERO
    raw = raw_score(one.state.kr, one.value_before)
    return None if raw is None else clip(raw)


def _measured_since(one: KRSince) -> bool:
    measured = one.state.current.measured_at
    return measured is not None and measured > one.since


def _steps_before(one: KRSince) -> Decimal | None:
    """The score of the steps that were done then: as told last before, or else by the days on which they were done."""
    steps = one.state.kr.steps
    before, after = _rows(one)
    if all(row.steps_done is None for row in after):
        return None
    told = next((row.steps_done for row in reversed(before) if row.steps_done is not None), None)
    if told is None:
        first_day = min(row.on for row in after if row.steps_done is not None)
        told = tuple(number for number, on in one.state.current.steps_done.items() if on < first_day)
    total = sum((step.weight for step in steps), ZERO)
    return sum((step.weight for step in steps if step.number in told), ZERO) / total if total else None


def _surer(one: KRSince) -> AutomaticWin | None:
    """The likelihood rose by two tenths or more."""
    before, after = _rows(one)
    old = next((row.confidence for row in reversed(before) if row.confidence is not None), None)
    new = one.state.current.confidence
    if old is None or new is None or all(row.confidence is None for row in after):
        return None
    return AutomaticWin(one.state.kr, WinKind.SURER, before=old, after=new) if at_least(new - old, SURER_BY) else None


def _unblocked(one: KRSince) -> AutomaticWin | None:
    """It was blocked for a working week at least, and no longer is."""
    if one.state.current.blocked:
        return None
    blocked: CheckIn | None = None
    found = None
    for row in one.check_ins:
        if row.blocked:
            blocked = blocked or row
        elif blocked is not None and (row.blocked is False or row.done):
            days = one.calendar.count(blocked.on, row.on)
            if row.at > one.since and days >= BLOCKED_WORKING_DAYS:
                found = AutomaticWin(one.state.kr, WinKind.UNBLOCKED, days=days)
            blocked = None
    return found
