"""Which changes of a file's record storage has already; the others are added, and none is ever rewritten."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from storage import models as m
from storage.okr_files.cells import kr_key, objective_key
from storage.okr_files.histories import shown
from storage.okr_files.previews import Effect, PreviewRow
from storage.okr_files.schema import ChangeEntry, OkrFile
from storage.okr_files.stored import Key, Kind, Stored
from storage.okr_files.zones import Zones

PERSON_FIELDS = frozenset({"lead_owner_id", "owner_id"})
"""Columns that hold a person: in a file they say the handle."""


@dataclass(frozen=True, slots=True)
class PlannedChange:
    """One change as it will be written: what was changed, by kind and name, and when."""

    row: PreviewRow
    kind: Kind
    key: Key
    entry: ChangeEntry
    at: datetime


def plan_changes(file: OkrFile, stored: Stored, zones: Zones) -> Iterator[PlannedChange]:
    """Every change that the file tells; one is known again by what was changed, the field and the moment."""
    for objective in file.objectives:
        label = f"{objective.team} O{objective.number}"
        yield from _of_one(Kind.OBJECTIVE, objective_key(objective), label, objective.changes, stored, zones)
    for kr in file.key_results:
        yield from _of_one(Kind.KEY_RESULT, kr_key(kr.ref), kr.ref.label, kr.changes, stored, zones)


def _of_one(
    kind: Kind, key: Key, label: str, entries: tuple[ChangeEntry, ...], stored: Stored, zones: Zones
) -> Iterator[PlannedChange]:
    row: m.Row | None = stored.row(kind, key)
    present = [] if row is None else stored.changes.get((kind, row.id), [])
    left = Counter((one.field, one.at) for one in present)
    for entry in entries:
        at = entry.at.instant(zones.team(str(key[0])))
        known = left[entry.field, at] > 0
        left[entry.field, at] -= known
        effect = Effect.SAME if known else Effect.NEW
        told = f"{label} {entry.field.replace('_', ' ')} {shown(entry.old)} → {shown(entry.new)} on {entry.at}"
        yield PlannedChange(PreviewRow(effect, Kind.CHANGE, told, entry.line), kind, key, entry, at)
