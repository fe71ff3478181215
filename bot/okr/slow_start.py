"""When a key result that its owner keeps defending may be one that starts slowly (spec/03 §6.4)."""

from datetime import date, timedelta

from bot.okr.heading import data_heading
from bot.okr.history import History, replay
from bot.okr.model import (
    DEFAULT_THRESHOLDS,
    Band,
    Cadence,
    CheckIn,
    CheckInKind,
    KeyResult,
    PaceProfile,
    ScoreMode,
    Thresholds,
)
from bot.okr.ranges import is_maintained
from bot.okr.status import band_of_heading, is_reason, owner_band

WEEKS = 3
_LOW = (Band.AT_RISK, Band.OFF_TRACK)


def may_start_slowly(kr: KeyResult) -> bool:
    """True for what is measured against a straight line: the only pace that a slow start takes the place of."""
    return kr.is_number and kr.pace is PaceProfile.LINEAR and not is_maintained(kr)


def is_overridden(data: Band | None, owner: Band | None, note: str | None) -> bool:
    """True where a reason lifts the owner's band above an amber or red heading (spec/03 §6.5, rule 6)."""
    return data in _LOW and owner is not None and owner.rank < data.rank and is_reason(note)


def looks_slow(
    kr: KeyResult,
    history: History,
    thresholds: Thresholds = DEFAULT_THRESHOLDS,
    score_mode: ScoreMode = ScoreMode.FORECAST,
) -> bool:
    """True where a heading was overridden with a reason in three weeks running, up to the newest word (spec/03 §6.4).

    One judgement a week counts, the newest of its ISO week, beside the number that was known at that moment; for a
    biweekly KR the weeks are every second one, and what was judged between them must be an override as well.
    """
    if not may_start_slowly(kr):
        return False
    superseded = {row.supersedes_id for row in history.check_ins if not row.undone}
    counting = [row for row in history.check_ins if not row.undone and row.id not in superseded]
    judged = sorted((row for row in counting if _judges(row)), key=lambda row: (row.at, row.id))
    newest = {_week_of(row.on): row for row in judged}
    if not newest:
        return False
    step = timedelta(weeks=2 if kr.cadence is Cadence.BIWEEKLY else 1)
    wanted = [max(newest) - step * back for back in range(WEEKS)]
    if any(week not in newest for week in wanted):
        return False
    known = History(history.readings, counting)
    return all(_overrides(kr, row, known, thresholds, score_mode) for week, row in newest.items() if week >= wanted[-1])


def _overrides(kr: KeyResult, row: CheckIn, history: History, thresholds: Thresholds, score_mode: ScoreMode) -> bool:
    """Was this word an override on its day? Told from the rows that were there then."""
    said = [one for one in history.check_ins if (one.at, one.id) <= (row.at, row.id)]
    ids = {one.id for one in said}
    measured = [
        one for one in history.readings if one.at <= row.at and (one.check_in_id is None or one.check_in_id in ids)
    ]
    current = replay(kr, measured, said)
    heading = data_heading(kr, current, thresholds)
    data = None if heading is None else band_of_heading(kr.commitment, heading, thresholds)
    return is_overridden(data, owner_band(kr, current, thresholds, score_mode), current.band_note)


def _judges(row: CheckIn) -> bool:
    if row.kind in (CheckInKind.SKIP, CheckInKind.AUTO):
        return False
    return any(part is not None for part in (row.status_said, row.self_score, row.confidence))


def _week_of(day: date) -> date:
    """The Monday of its ISO week."""
    return day - timedelta(days=day.weekday())
