"""Holds a file against storage: what an import would create, change and leave alone. Writes nothing."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlmodel import Session

from storage import installations
from storage import models as m
from storage.okr_files.cells import Cell, Wanted, kr_key
from storage.okr_files.changes import PlannedChange, plan_changes
from storage.okr_files.histories import PlannedEntry, plan_history, shown
from storage.okr_files.notes import notes_on
from storage.okr_files.previews import Effect, FieldChange, Note, Preview, PreviewRow
from storage.okr_files.scalars import tidy
from storage.okr_files.schema import KeyResultEntry, OkrFile
from storage.okr_files.stored import (
    Key,
    Kind,
    Ref,
    Stored,
    load_changes,
    load_history,
    load_said,
    load_stored,
    load_taken,
)
from storage.okr_files.wanted import usable_platforms, wanted_rows
from storage.okr_files.zones import Zones

CHILDREN = {
    Kind.ADDRESS: Kind.PERSON,
    Kind.AWAY: Kind.PERSON,
    Kind.MEMBERSHIP: Kind.TEAM,
    Kind.MEETING: Kind.TEAM,
    Kind.HEALTH: Kind.TEAM,
    Kind.STEP: Kind.KEY_RESULT,
    Kind.CHECKPOINT: Kind.KEY_RESULT,
    Kind.CO_OWNER: Kind.KEY_RESULT,
    Kind.AGREEMENT: Kind.KEY_RESULT,
}
"""What belongs to something: it is only missed where the file speaks of that at all."""
PLACE = ("team_id", "cycle_id", "number")
"""Where a key result stands: together unique."""
MISSED = (Kind.HOLIDAY, Kind.PERSON, Kind.TEAM, Kind.CYCLE, Kind.OBJECTIVE, Kind.KEY_RESULT, *CHILDREN)


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """A row to write: `row` is the stored one, None for a new one; `cells` are those to set."""

    wanted: Wanted
    shown: PreviewRow
    row: m.Row | None
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class PlannedHistory:
    """The history of one key result."""

    entry: KeyResultEntry
    key: Key
    entries: tuple[PlannedEntry, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything an import will do, and how it is told."""

    preview: Preview
    rows: tuple[PlannedRow, ...]
    histories: tuple[PlannedHistory, ...]
    changes: tuple[PlannedChange, ...]
    stored: Stored


def preview(session: Session, file: OkrFile) -> Preview:
    """What `apply` would do with this file now; nothing is written."""
    return plan(session, file).preview


def plan(session: Session, file: OkrFile) -> Plan:
    """The file against the workspace as it stands: a bounded number of queries."""
    named = {kr.id: kr_key(kr.ref) for kr in file.key_results if kr.id}
    stored = load_stored(session, file.workspace.name, named, file.people)
    load_taken(session, stored, _ids(file))
    zones = Zones(file, stored)
    load_said(session, stored, zones.team)
    present = [stored.row(Kind.KEY_RESULT, kr_key(entry.ref)) for entry in file.key_results if entry.history]
    load_history(session, stored, [row.id for row in present if row is not None])
    if any(one.changes for one in file.objectives) or any(one.changes for one in file.key_results):
        load_changes(session, stored)
    rows = tuple(_compare(wanted, stored) for wanted in wanted_rows(file, stored, zones))
    histories = tuple(
        PlannedHistory(entry, kr_key(entry.ref), tuple(plan_history(entry, stored, zones)))
        for entry in file.key_results
        if entry.history
    )
    entries = [one for history in histories for one in history.entries]
    changes = tuple(plan_changes(file, stored, zones))
    effects = (*(one.shown for one in rows), *(one.row for one in entries), *(one.row for one in changes))
    notes = (*notes_on(file, stored, zones, usable_platforms(file, stored)), *_notes_on_ids(session, file, stored))
    told = (*file.notes, *notes, *(one.note for one in entries if one.note is not None))
    return Plan(
        Preview(file.workspace.name, (*effects, *_missed(stored, rows)), told), rows, histories, changes, stored
    )


def _ids(file: OkrFile) -> set[str]:
    """Every id that the file gives."""
    krs = (kr.id for kr in file.key_results)
    said = (one.id for kr in file.key_results for one in kr.history)
    return {one for one in (*krs, *said, *(step.id for step in file.next_steps)) if one is not None}


def _notes_on_ids(session: Session, file: OkrFile, stored: Stored) -> Iterator[Note]:
    """What an export of elsewhere means here, and which key results keep their number."""
    if stored.workspace is None and _ids(file):
        others = [one.name for one in installations.workspaces(session)]
        if others:
            yield Note(
                file.workspace.line,
                f"This is an export of the workspace '{file.workspace.name}', and here is {', '.join(others)}; it "
                "becomes a workspace of its own.",
            )
    for kr in file.key_results:
        if kr_key(kr.ref) in stored.kept:
            yield Note(
                kr.line,
                f"{kr.ref.label} is another key result here by now, so '{kr.short_title}' keeps the number it has.",
            )


def label_of(kind: Kind, key: Key, title: str = "") -> str:
    """How a row is called in a sentence: `GRO-2 Renewals`, `mei in GRO`."""
    parts = [str(part) for part in key]
    match kind:
        case Kind.KEY_RESULT:
            name = f"{parts[0]}-{parts[3]} ({parts[2]})"
        case Kind.OBJECTIVE:
            name = f"{parts[0]} O{parts[3]} ({parts[2]})"
        case Kind.STEP | Kind.CHECKPOINT | Kind.CO_OWNER:
            name = f"{parts[4]} of {parts[0]}-{parts[3]}"
        case Kind.MEMBERSHIP:
            name = f"{parts[1]} in {parts[0]}"
        case Kind.AGREEMENT:
            name = f"{parts[0]}-{parts[3]} with {parts[5]}: {parts[-1]}" if len(parts) > 5 else " ".join(parts)
        case _:
            name = " ".join(part for part in parts if part)
    return shown(f"{name} {title}".strip()) if kind is not Kind.AGREEMENT else shown(name)


def _compare(wanted: Wanted, stored: Stored) -> PlannedRow:
    row = stored.row(wanted.kind, wanted.key)
    label = label_of(wanted.kind, wanted.key, wanted.title)
    if row is None:
        return PlannedRow(wanted, PreviewRow(Effect.NEW, wanted.kind, label, wanted.line), None, wanted.cells)
    cells, changes = [], []
    for cell in wanted.cells:
        if wanted.kind is Kind.KEY_RESULT and wanted.key in stored.kept and cell.column in PLACE:
            continue
        old = getattr(row, cell.column)
        if cell.given and not _equal(cell, old, stored):
            cells.append(cell)
            changes.append(FieldChange(cell.word, _old_shown(cell, old, stored), _new_shown(cell.value)))
    effect = Effect.CHANGED if cells else Effect.SAME
    return PlannedRow(wanted, PreviewRow(effect, wanted.kind, label, wanted.line, tuple(changes)), row, tuple(cells))


def _equal(cell: Cell, old: object, stored: Stored) -> bool:
    if isinstance(cell.value, Ref):
        return isinstance(old, int) and stored.name(cell.value.kind, old) == cell.value.key
    if cell.column == "channel_ref" and isinstance(old, dict) and isinstance(cell.value, dict):
        return {**old, **cell.value} == old  # a platform keeps more there than the file knows
    return old == cell.value or _as_in_file(old) == cell.value


def _as_in_file(value: object) -> object:
    """A stored text may hold line ends and signs that no file does; both mean the same."""
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return [tidy(one) for one in value]
    return (tidy(value) or None) if type(value) is str else value


def _old_shown(cell: Cell, old: object, stored: Stored) -> str:
    if cell.column.endswith("_id") and isinstance(old, int):
        kinds = (cell.value.kind,) if isinstance(cell.value, Ref) else (Kind.PERSON, Kind.TEAM, Kind.KEY_RESULT)
        names = [label_of(kind, name) for kind in kinds if (name := stored.name(kind, old)) is not None]
        return names[0] if names else "another"
    return shown(old)


def _new_shown(value: object) -> str:
    return label_of(value.kind, value.key) if isinstance(value, Ref) else shown(value)


def _missed(stored: Stored, rows: tuple[PlannedRow, ...]) -> list[PreviewRow]:
    """What stands in storage and not in the file; it is never deleted."""
    wanted = {Ref(one.wanted.kind, one.wanted.key) for one in rows}
    found = []
    for ref in stored.rows:
        if ref.kind not in MISSED or ref in wanted or _becomes_another(stored, ref):
            continue
        parent = CHILDREN.get(ref.kind)
        if parent is None or _parent_ref(parent, ref, stored) in wanted:
            found.append(PreviewRow(Effect.ONLY_STORED, ref.kind, label_of(ref.kind, ref.key), None))
    return sorted(found, key=lambda one: (list(Kind).index(one.kind), one.label))


def _becomes_another(stored: Stored, ref: Ref) -> bool:
    return ref.kind is Kind.PERSON and stored.rows[ref].id in stored.identities.doubles


def _parent_ref(parent: Kind, ref: Ref, stored: Stored) -> Ref:
    if ref.kind is Kind.ADDRESS:
        row = stored.rows[ref]
        return Ref(parent, (stored.person(row.person_id) if isinstance(row, m.Address) else "",))
    if ref.kind is Kind.AGREEMENT and str(ref.key[3]).startswith("O"):
        return Ref(Kind.OBJECTIVE, (*ref.key[:3], int(str(ref.key[3])[1:])))
    return Ref(parent, ref.key[: 4 if parent is Kind.KEY_RESULT else 1])
