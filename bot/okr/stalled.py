"""Whether a key result has stopped moving (spec/03 §6.5, tag ↔)."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from bot.okr.exact import ONE, at_least
from bot.okr.model import Cadence, CheckIn, Current, KeyResult
from bot.okr.ranges import is_inside, is_maintained
from bot.okr.scoring import score_of

SAME_VALUES = 3
SAME_CONFIDENCES = 4


def is_stalled(kr: KeyResult, current: Current, recent: Sequence[CheckIn]) -> bool:
    """The same value in three check-ins in a row and raw < 1, or the same confidence in four (spec/03 §6.5).

    One check-in a week counts, the newest of its ISO week that gave the figure; the weeks follow each other, for a
    biweekly KR every second one. A value may be given or attested; a self-score alone attests none. A range that is
    held inside is doing what it should, and a likelihood that stays while the number moves is no stall.
    """
    raw = score_of(kr, current).raw
    if current.done or (raw is not None and at_least(raw, ONE)):
        return False
    if is_maintained(kr) and current.value is not None and is_inside(kr, current.value):
        return False
    rows = sorted(
        (row for row in recent if row.is_substantive and not row.undone), key=lambda row: (row.on, row.at, row.id)
    )
    values: dict[int, Decimal] = {}
    confidences: dict[int, Decimal] = {}
    for row in rows:
        week = _week_of(row.on)
        if row.value is not None:
            values[week] = row.value
        if row.confidence is not None:
            confidences[week] = row.confidence
    weeks = 2 if kr.cadence is Cadence.BIWEEKLY else 1
    if raw is not None and _stands_still(values, SAME_VALUES, weeks):
        return True
    return len(set(values.values())) <= 1 and _stands_still(confidences, SAME_CONFIDENCES, weeks)


def _week_of(day: date) -> int:
    """The number of its ISO week, counted through all years."""
    return (day.toordinal() - 1) // 7


def _stands_still(by_week: Mapping[int, Decimal], times: int, weeks: int) -> bool:
    """True where the newest figure was also that of the check-ins before it, each `weeks` after the other.

    Figures from weeks between them must agree as well.
    """
    if not by_week:
        return False
    newest = max(by_week)
    wanted = {newest - weeks * back for back in range(times)}
    since = min(wanted)
    return wanted <= by_week.keys() and all(
        figure == by_week[newest] for week, figure in by_week.items() if week >= since
    )
