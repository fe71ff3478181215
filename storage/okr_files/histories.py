"""Which entries of a key result's history storage has already, which are new, and which correct an older one."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal

from bot.okr import model as okr
from storage import models as m
from storage.check_ins import Said
from storage.okr_files.previews import Effect, FieldChange, Note, PreviewRow
from storage.okr_files.scalars import plain, tidy
from storage.okr_files.schema import HistoryEntry, KeyResultEntry
from storage.okr_files.stored import Kind, Stored
from storage.okr_files.zones import Zones


@dataclass(frozen=True, slots=True)
class PlannedEntry:
    """One line of history as it will be recorded. `by` is set for what somebody said."""

    row: PreviewRow
    entry: HistoryEntry
    at: datetime
    day: date
    by: str | None = None
    supersedes_id: int | None = None
    measured_at: datetime | None = None
    """When the value was measured, where that was not when it was said."""
    note: Note | None = None


def plan_history(entry: KeyResultEntry, stored: Stored, zones: Zones) -> Iterator[PlannedEntry]:
    """Every entry of one key result, in the order of time."""
    row: m.KeyResult | None = stored.row(
        Kind.KEY_RESULT, (entry.ref.team, entry.ref.cycle_team or "", entry.ref.cycle, entry.ref.number)
    )
    zone = zones.key_result(entry, row)
    readings = [] if row is None else stored.readings.get(row.id, [])
    check_ins = [] if row is None else stored.check_ins.get(row.id, [])
    owner = zones.owner(entry, row)
    planned = []
    claimed = {one.id for one in entry.history}
    for one in entry.history:
        moments = tuple(one.at.instant(name) for name in (zone, *zones.once(entry, row)))
        if one.reading is not None:
            planned.append(_reading(entry, one, moments, zone, readings))
        else:
            planned.append(_check_in(entry, one, moments, zone, check_ins, claimed, stored, one.by or owner))
    yield from sorted(planned, key=lambda each: each.at)


def _reading(
    kr: KeyResultEntry,
    entry: HistoryEntry,
    moments: tuple[datetime, ...],
    zone: str,
    present: list[m.Reading],
) -> PlannedEntry:
    label = f"{kr.ref.label} on {entry.at}, {_number(entry.said.value)}"
    found = [row for row in present if row.measured_at in moments]
    known = next((row for row in reversed(found) if row.checkin_id is None), found[-1] if found else None)
    note = None
    if known is not None and known.value != entry.said.value:
        note = Note(
            entry.line,
            f"{kr.ref.label} reads {_number(known.value)} on {entry.at} in storage and {_number(entry.said.value)} in "
            "the file. What was read is never rewritten, so it stays; to correct it, check in again.",
        )
    effect = Effect.NEW if known is None else Effect.SAME
    row = PreviewRow(effect, Kind.READING, label, entry.line)
    return PlannedEntry(row, entry, moments[0], entry.day or entry.at.local_day(zone), note=note)


def _check_in(
    kr: KeyResultEntry,
    entry: HistoryEntry,
    moments: tuple[datetime, ...],
    zone: str,
    present: list[m.CheckIn],
    claimed: set[str | None],
    stored: Stored,
    by: str | None,
) -> PlannedEntry:
    label = f"{kr.ref.label} on {entry.at} by {by}"
    new = PreviewRow(Effect.NEW, Kind.CHECK_IN, label, entry.line)
    measured = None if entry.measured is None else entry.measured.instant(zone)
    planned = PlannedEntry(new, entry, moments[0], entry.day or entry.at.local_day(zone), by, measured_at=measured)
    known = [row for row in present if row.token == entry.id] or [
        row for row in present if row.at in moments and row.token not in claimed and _same_author(row, entry, stored)
    ]
    if not known:
        return planned
    newest = known[-1]
    changes = _changes(newest, entry.said)
    corrected = newest.undone_at is not None or any(
        row.supersedes_id == newest.id and row.undone_at is None for row in present
    )
    # What a person took back or corrected since is theirs; the file is older than that.
    if not changes or corrected:
        return PlannedEntry(
            PreviewRow(Effect.SAME, Kind.CHECK_IN, label, entry.line), entry, newest.at, newest.day, planned.by
        )
    row = PreviewRow(Effect.CHANGED, Kind.CHECK_IN, label, entry.line, changes)
    author = stored.person(newest.by_id) if entry.by is None else entry.by
    return PlannedEntry(row, entry, newest.at, newest.day, author, newest.id)


def _same_author(row: m.CheckIn, entry: HistoryEntry, stored: Stored) -> bool:
    """Without a name it is whoever owned the key result then, so any imported row of that moment is the one."""
    if entry.by is None:
        return row.source is okr.CheckInSource.API
    return stored.person(row.by_id) == entry.by


def _changes(row: m.CheckIn, said: Said) -> tuple[FieldChange, ...]:
    stands = Said(
        kind=row.kind,
        value=row.value,
        self_score=row.self_score,
        confidence=row.confidence,
        status_said=row.status_said,
        done=row.done,
        steps_done=None if row.steps_done is None else tuple(row.steps_done),
        blocked=row.blocked,
        blocker=_tidy(row.blocker),
        help_wanted=_tidy(row.help_wanted),
        note=_tidy(row.note),
        approx=row.approx,
    )
    return tuple(
        FieldChange(one.name.replace("_", " "), shown(getattr(stands, one.name)), shown(getattr(said, one.name)))
        for one in fields(Said)
        if getattr(stands, one.name) != getattr(said, one.name)
    )


def _tidy(text: str | None) -> str | None:
    """As a file can hold it."""
    return None if text is None else tidy(text) or None


def shown(value: object) -> str:
    """A value as people read it, short and on one line."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "yes" if value else "no"
        case Decimal():
            return plain(value)
        case datetime():
            return f"{value:%Y-%m-%d %H:%M} UTC"
        case list() | tuple():
            return ", ".join(shown(one) for one in value) or "nothing"
        case dict():
            return ", ".join(f"{key} {shown(one)}" for key, one in value.items()) or "nothing"
    text = " ".join(str(value).split())
    return text if len(text) <= 60 else text[:59] + "…"


def _number(value: Decimal | None) -> str:
    return "nothing" if value is None else plain(value)
