"""From append-only rows to what counts now, one row at a time or all again (spec/02 §4.7, spec/11 check 13)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from bot.okr.model import (
    NOTHING_SAID,
    CheckIn,
    CheckInKind,
    Current,
    Judgement,
    KeyResult,
    KRType,
    Reading,
)
from bot.okr.ranges import is_inside
from bot.okr.scoring import within_term


class NeedsReplay(Exception):  # not an accident to report: `advance` handles it
    """The row does not follow what was folded so far; only replaying all rows gives the right `Current`."""


@dataclass(frozen=True, slots=True)
class History:
    """All rows of one KR, in any order; undone and superseded ones may be among them."""

    readings: Sequence[Reading] = ()
    check_ins: Sequence[CheckIn] = ()


def advance(
    kr: KeyResult,
    current: Current,
    *,
    readings: Sequence[Reading] = (),
    check_ins: Sequence[CheckIn] = (),
    history: Callable[[], History],
) -> Current:
    """`current` after new rows: folded where they follow it, else replayed.

    `history` loads all rows of the KR, the new ones included; it is only called where a row is older than what
    counts already, or corrects another. The result equals `replay` of the same rows either way.
    """
    result = current
    try:
        for event in _in_order(readings, check_ins):
            result = fold_reading(kr, result, event) if isinstance(event, Reading) else fold_check_in(kr, result, event)
    except NeedsReplay:
        rows = history()
        return replay(kr, rows.readings, rows.check_ins)
    return result


def replay(kr: KeyResult, readings: Sequence[Reading], check_ins: Sequence[CheckIn]) -> Current:
    """What counts, from all rows: neither undone nor superseded, in time order (spec/02 §4.7).

    A row is superseded while the row that corrects it is not undone. Readings of rows that do not count do not
    count either. At the same instant a reading comes before a check-in, then the smaller id.
    """
    superseded = {row.supersedes_id for row in check_ins if not row.undone}
    left_out = {row.id for row in check_ins if row.undone or row.id in superseded}
    counting = [replace(row, supersedes_id=None) for row in check_ins if row.id not in left_out]
    measured = [row for row in readings if row.check_in_id is None or row.check_in_id not in left_out]
    current = NOTHING_SAID
    for event in _in_order(measured, counting):
        current = fold_reading(kr, current, event) if isinstance(event, Reading) else fold_check_in(kr, current, event)
    return current


def fold_reading(kr: KeyResult, current: Current, reading: Reading) -> Current:
    """`current` after a measured value, which also counts as an update on its day (spec/03 §7.3).

    Raises `NeedsReplay` if a newer reading is in already: the newest stays, but what was before it, and a
    range's time, change.
    """
    if current.measured_at is not None and reading.at < current.measured_at:
        raise NeedsReplay
    # An owner who moved zones may measure later and yet on an earlier local day; days never run backwards.
    on = reading.on if current.measured_on is None else max(reading.on, current.measured_on)
    ranged = _time_after(kr, current, reading.value, on) if kr.type is KRType.RANGE else current
    updated_at, updated_on = _latest(current, reading.at, reading.on)
    return replace(
        ranged,
        value=reading.value,
        measured_at=reading.at,
        measured_on=on,
        previous_value=current.value,
        previous_measured_on=current.measured_on,
        updated_at=updated_at,
        updated_on=updated_on,
    )


def fold_check_in(kr: KeyResult, current: Current, check_in: CheckIn) -> Current:  # noqa: ARG001 - folds share one shape
    """`current` after what a person said, field by field the newest (spec/02 §4.7).

    Its value is not taken from here but from the reading it was copied into. A skip changes nothing but which
    row was last. Raises `NeedsReplay` for a correction (`supersedes_id`) and for a row older than the last one.
    """
    if check_in.undone:
        return current
    last = (current.last_check_in_at, current.last_check_in_id)
    if check_in.supersedes_id is not None or _is_before(check_in, *last):
        raise NeedsReplay
    result = replace(current, last_check_in_id=check_in.id, last_check_in_at=check_in.at)
    if check_in.kind is CheckInKind.SKIP:
        return result
    result = _with_blocker(result, check_in)
    result = _with_done(result, check_in)
    if check_in.kind is CheckInKind.AUTO:
        return result  # a machine reports facts; it neither judges nor keeps a KR fresh by talking
    result = _with_judgement(result, check_in)
    if check_in.note:
        result = replace(result, note=check_in.note, note_on=check_in.on)
    if check_in.is_substantive:
        updated_at, updated_on = _latest(result, check_in.at, check_in.on)
        result = replace(result, updated_at=updated_at, updated_on=updated_on)
    return result


def _in_order(readings: Sequence[Reading], check_ins: Sequence[CheckIn]) -> list[Reading | CheckIn]:
    return sorted(
        [*readings, *check_ins], key=lambda event: (event.at, 0 if isinstance(event, Reading) else 1, event.id)
    )


def _is_before(check_in: CheckIn, last_at: datetime | None, last_id: int | None) -> bool:
    return last_at is not None and (check_in.at, check_in.id) < (last_at, last_id or 0)


def _latest(current: Current, at: datetime, on: date) -> tuple[datetime, date]:
    """The newest update; readings and check-ins may be folded in either order."""
    if current.updated_at is None or current.updated_on is None:
        return at, on
    return max((current.updated_at, current.updated_on), (at, on))


def _time_after(kr: KeyResult, current: Current, value: Decimal, on: date) -> Current:
    """A range's time up to `on`: each reading holds until the next one (spec/03 §5.3)."""
    day = within_term(kr, on)
    out = not is_inside(kr, value)
    if current.value is None or current.measured_on is None:
        started_inside = kr.baseline is not None and is_inside(kr, kr.baseline)
        # Without a baseline nothing is known before the first reading, so the time starts there.
        since = day if kr.baseline is None else kr.start
        inside = Decimal((day - since).days) if started_inside else Decimal(0)
        return replace(current, in_range_days=inside, range_since=since, ever_out_of_range=out)
    held = (day - within_term(kr, current.measured_on)).days if is_inside(kr, current.value) else 0
    return replace(
        current,
        in_range_days=current.in_range_days + held,
        ever_out_of_range=current.ever_out_of_range or out,
        previously_out_of_range=current.ever_out_of_range,
    )


def _with_blocker(current: Current, check_in: CheckIn) -> Current:
    """Blocked until someone says otherwise; a row that does not mention it changes nothing (spec/02 §4.6)."""
    if check_in.blocked is False:
        return replace(_unblocked(current), help_wanted=check_in.help_wanted)
    result = current
    if check_in.blocked:
        result = replace(result, blocked=True, blocked_since=current.blocked_since or check_in.at)
    if check_in.blocker is not None and result.blocked:
        result = replace(result, blocker=check_in.blocker)
    if check_in.help_wanted is not None:
        result = replace(result, help_wanted=check_in.help_wanted)
    return result


def _unblocked(current: Current) -> Current:
    return replace(current, blocked=False, blocked_since=None, blocker=None, help_wanted=None)


def _with_done(current: Current, check_in: CheckIn) -> Current:
    """Done and which steps are: the form always tells all steps, so the newest list replaces the last."""
    result = current
    if check_in.steps_done is not None:
        days = {number: current.steps_done.get(number, check_in.on) for number in sorted(check_in.steps_done)}
        result = replace(result, steps_done=days)
    if check_in.done:
        return replace(_unblocked(result), done=True, done_on=current.done_on or check_in.on)
    if check_in.done is False:
        return replace(result, done=False, done_on=None)
    return result


def _with_judgement(current: Current, check_in: CheckIn) -> Current:
    """The owner's self-score, likelihood and band (spec/03 §6.3); a confirm repeats the band, not its note."""
    result = current
    if check_in.self_score is not None:
        result = replace(result, self_score=check_in.self_score, self_score_on=check_in.on)
    if check_in.confidence is not None:
        result = replace(result, confidence=check_in.confidence, previous_confidence=current.confidence)
    said = _judgement_of(check_in)
    if check_in.kind is CheckInKind.CONFIRM and _repeats(current, check_in, said):
        said, status = current.band_from, current.status_said
    else:
        status = check_in.status_said
    if said is None:
        return result
    return replace(
        result,
        status_said=status,
        band_from=said,
        band_on=check_in.on,
        band_note=check_in.note,
        band_check_in_id=check_in.id,
    )


def _judgement_of(check_in: CheckIn) -> Judgement | None:
    if check_in.status_said is not None:
        return Judgement.STATUS
    if check_in.self_score is not None:
        return Judgement.SELF_SCORE
    return Judgement.CONFIDENCE if check_in.confidence is not None else None


def _repeats(current: Current, check_in: CheckIn, said: Judgement | None) -> bool:
    """True where a confirm says again what the owner thought last.

    "No change" carries the last figures or none at all; what stands, a status word too, is then said again.
    [Still 31%] carries the value alone and judges nothing; a proposal that was agreed to carries a new figure.
    """
    if said is None:
        return check_in.value is None
    if check_in.status_said is not None:
        return False
    same_score = check_in.self_score is None or check_in.self_score == current.self_score
    same_confidence = check_in.confidence is None or check_in.confidence == current.confidence
    return same_score and same_confidence and current.band_from is not None
