"""Writes a file into rows, all or nothing inside the caller's transaction."""

from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import Any

from sqlmodel import Session, col, select

from bot.okr import model as okr
from storage import agendas, check_ins, identity, okrs
from storage import models as m
from storage.check_ins import Origin, Past
from storage.okr_files.changes import PERSON_FIELDS
from storage.okr_files.compare import PLACE, Plan, PlannedRow, plan
from storage.okr_files.histories import PlannedEntry
from storage.okr_files.previews import Effect, Preview
from storage.okr_files.schema import ChangeValue, OkrFile
from storage.okr_files.stored import Key, Kind, Ref

TABLES: dict[Kind, type[m.Row]] = {
    Kind.WORKSPACE: m.Workspace,
    Kind.INSTALLATION: m.Installation,
    Kind.HOLIDAY: m.Holiday,
    Kind.PERSON: m.Person,
    Kind.ADDRESS: m.Address,
    Kind.AWAY: m.Away,
    Kind.TEAM: m.Team,
    Kind.MEMBERSHIP: m.Membership,
    Kind.MEETING: m.Meeting,
    Kind.CYCLE: m.Cycle,
    Kind.OBJECTIVE: m.Objective,
    Kind.KEY_RESULT: m.KeyResult,
    Kind.STEP: m.KRStep,
    Kind.CHECKPOINT: m.PaceCheckpoint,
    Kind.CO_OWNER: m.CoOwner,
    Kind.NEXT_STEP: m.NextStep,
    Kind.WIN: m.Win,
    Kind.HEALTH: m.HealthMetric,
    Kind.AGREEMENT: m.Alignment,
}
REASON = "import"
WHAT = "import"
FOLDED_FROM = {"type", "baseline", "range_lo", "range_hi", "start", "due"}
"""Columns that the newest values of a key result are folded with; a change of them means folding anew."""


def apply(session: Session, file: OkrFile, now: datetime, *, by_id: int | None = None) -> Preview:
    """Bring storage to what the file says and tell what was done; an empty preview means that nothing was written.

    Runs inside the caller's transaction: if it raises, the caller rolls back and nothing of the file is there.
    What the file leaves out stays. History goes in as if it were said, so that a key result's newest values equal a
    replay of its rows. `by_id` is who imports it, where a person does so in the chat.
    """
    made = plan(session, file)
    if made.preview.is_empty:
        return made.preview
    ids = _Ids(session, made)
    _set_aside(session, made, ids)
    for row in made.rows:
        _write(session, row, ids, now)
    ids.settle()
    _settle_people(session, file, made, ids)
    _write_histories(session, made, ids)
    _write_changes(session, made, ids)
    _audit(session, file, made.preview, ids.workspace, now, by_id)
    # Anything in the file may change what is due for any team, and planning again is harmless.
    teams = select(m.Team).where(m.Team.workspace_id == ids.workspace).order_by(col(m.Team.id))
    for team in session.exec(teams).all():
        agendas.open_agenda(session, team, now)
    session.flush()
    return made.preview


class _Ids:
    """The keys of rows by their names, those that are written on the way included."""

    def __init__(self, session: Session, made: Plan) -> None:
        self._session = session
        self._waiting: list[tuple[Ref, m.Row]] = []
        self.rows: dict[int, m.KeyResult] = {
            row.id: row for row in made.stored.rows.values() if isinstance(row, m.KeyResult)
        }
        """Key results by their keys; held, or each would have to be loaded again."""
        self._ids = {ref: row.id for ref, row in made.stored.rows.items()}
        self.taken = made.stored.taken
        self.numbers: dict[int, int] = {}
        """Key results that are on their way to another number: the one they had."""
        self.handles: dict[int, str] = {}
        """People who are on their way to another handle: the one they had."""
        self._workspace = Ref(Kind.WORKSPACE, (made.preview.workspace,))

    @property
    def workspace(self) -> int:
        return self._of(self._workspace)

    def put(self, kind: Kind, key: Key, row: m.Row) -> None:
        """A new row. It gets its key together with others, when one of them is asked for."""
        self._waiting.append((Ref(kind, key), row))

    def settle(self) -> None:
        """Write all that wait, in the order in which they came."""
        self._session.flush()
        for ref, row in self._waiting:
            self._ids[ref] = row.id
            if isinstance(row, m.KeyResult):
                self.rows[row.id] = row
        self._waiting.clear()

    def of(self, kind: Kind, key: Key) -> int:
        return self._of(Ref(kind, key))

    def find(self, kind: Kind, key: Key) -> int | None:
        """The same where there is one."""
        return self._ids.get(Ref(kind, key))

    def _of(self, ref: Ref) -> int:
        if ref not in self._ids:
            self.settle()
        return self._ids[ref]

    def value(self, value: object) -> object:
        """What goes into a column: the key of a row where its name stands."""
        return self._of(value) if isinstance(value, Ref) else value


def _write(session: Session, planned: PlannedRow, ids: _Ids, now: datetime) -> None:
    if planned.shown.effect is Effect.SAME:
        return
    wanted, row = planned.wanted, planned.row
    values = {cell.column: ids.value(cell.value) for cell in planned.cells}
    if values.get("role") is m.TeamRole.LEAD:
        session.flush()  # whoever led before steps back first: a team has one lead at any moment
    if row is None:
        if wanted.token is not None and wanted.token not in ids.taken:
            values["token"] = wanted.token
        row = _new(wanted.kind, values, ids, now)
        session.add(row)
        ids.put(wanted.kind, wanted.key, row)
        if wanted.reason is not None and wanted.token is None:  # an export tells the changes itself
            ids.settle()
            _note_change(session, planned, row.id, "state", okr.KRState.ACTIVE, values["state"], ids, now)
        return
    for column, value in values.items():
        old = getattr(row, column)
        if wanted.kind is Kind.KEY_RESULT and column == "number":
            old = ids.numbers.get(row.id, old)
        elif wanted.kind is Kind.PERSON and column == "handle":
            old = ids.handles.get(row.id, old)
        _note_change(session, planned, row.id, column, old, value, ids, now)
        setattr(row, column, value)
    session.add(row)


def _set_aside(session: Session, made: Plan, ids: _Ids) -> None:
    """Two key results may change places, and a number is given once: those that move leave theirs first.

    So it is with the handles of people.
    """
    for person_id in made.stored.identities.names:
        person = session.get_one(m.Person, person_id)
        ids.handles[person_id] = person.handle
        person.handle = f"~{person_id}"
        session.add(person)
    for planned in made.rows:
        row = planned.row
        if isinstance(row, m.KeyResult) and any(cell.column in PLACE for cell in planned.cells):
            ids.numbers[row.id] = row.number
            row.number = -row.id
            session.add(row)
    session.flush()
    for planned in made.rows:
        row = planned.row
        if isinstance(row, m.KeyResult) and all(cell.column != "number" for cell in planned.cells):
            row.number = ids.numbers.get(row.id, row.number)


def _settle_people(session: Session, file: OkrFile, made: Plan, ids: _Ids) -> None:
    """Whom a file names is known by their handle from now on; who is one with them has no second life of their own."""
    for entry in file.people:
        row = made.stored.row(Kind.PERSON, (entry.handle,))
        if row is not None and row.from_directory:
            row.from_directory = False
            session.add(row)
    for one in made.stored.identities.doubled:
        into = session.get_one(m.Person, ids.of(Kind.PERSON, (one.entry.handle,)))
        identity.merge(session, one.member, into)


def _new(kind: Kind, values: dict[str, Any], ids: _Ids, now: datetime) -> m.Row:
    table = TABLES[kind]
    if kind is Kind.INSTALLATION:
        values["installed_at"] = now
    if issubclass(table, m.OwnedRow):
        values["workspace_id"] = ids.workspace
    return table(**values)


def _note_change(
    session: Session, planned: PlannedRow, row_id: int, column: str, old: object, new: object, ids: _Ids, now: datetime
) -> None:
    is_state = column in ("state", "dropped_because")
    session.add(
        m.Change(
            workspace_id=ids.workspace,
            entity=planned.wanted.kind.value,
            entity_id=row_id,
            field=column,
            old=_as_json(old),
            new=_as_json(new),
            reason=(planned.wanted.reason if is_state else None) or REASON,
            at=now,
        )
    )


def _as_json(value: object) -> object:
    match value:
        case Enum():
            return value.value
        case Decimal():
            return format(value, "f")
        case date() | time():
            return value.isoformat()
    return value


def _write_histories(session: Session, made: Plan, ids: _Ids) -> None:
    refolded = [one for one in made.rows if _must_fold_anew(one)]
    told = [one for one in made.histories if any(_is_written(entry) for entry in one.entries)]
    kr_ids = [ids.of(Kind.KEY_RESULT, one.wanted.key) for one in refolded]
    parts = okrs.parts_of(session, {*kr_ids, *(ids.of(Kind.KEY_RESULT, one.key) for one in told)})
    for kr_id in kr_ids:
        row = session.get_one(m.KeyResult, kr_id)
        check_ins.rebuild(session, row, okrs.definition(row, session.get_one(m.Team, row.team_id), parts))
    histories = []
    for history in told:
        row = session.get_one(m.KeyResult, ids.of(Kind.KEY_RESULT, history.key))
        definition = okrs.definition(row, session.get_one(m.Team, row.team_id), parts)
        past = [_past(row, entry, ids) for entry in history.entries if _is_written(entry)]
        histories.append((row, definition, [one for one in past if one is not None]))
    check_ins.record_histories(session, histories)


def _must_fold_anew(planned: PlannedRow) -> bool:
    changed = {cell.column for cell in planned.cells}
    return planned.wanted.kind is Kind.KEY_RESULT and planned.row is not None and bool(changed & FOLDED_FROM)


def _is_written(entry: PlannedEntry) -> bool:
    return entry.row.effect in (Effect.NEW, Effect.CHANGED)


def _past(row: m.KeyResult, entry: PlannedEntry, ids: _Ids) -> Past | None:
    source, said = entry.entry.reading, entry.entry.said
    if source is not None and said.value is not None:
        return Past(said, entry.at, entry.day, source=source)
    if entry.by is None:
        return None
    behalf = entry.entry.on_behalf_of
    origin = Origin(
        by_id=ids.of(Kind.PERSON, (entry.by,)),
        at=entry.at,
        source=okr.CheckInSource.API,
        on_behalf_of_id=None if behalf is None else ids.of(Kind.PERSON, (behalf,)),
    )
    token = entry.entry.id
    keeps = token is not None and entry.supersedes_id is None and token not in ids.taken
    return Past(
        said,
        entry.at,
        entry.day,
        origin,
        supersedes_id=entry.supersedes_id,
        measured=_measured(row, entry),
        token=token if keeps else None,
    )


def _measured(row: m.KeyResult, entry: PlannedEntry) -> m.Reading | None:
    """The reading that a value was copied from, as far as an export tells it; never written itself."""
    if entry.measured_at is None or entry.entry.said.value is None:
        return None
    return m.Reading(
        workspace_id=row.workspace_id,
        kr_id=row.id,
        value=entry.entry.said.value,
        measured_at=entry.measured_at,
        day=entry.day,
    )


def _write_changes(session: Session, made: Plan, ids: _Ids) -> None:
    for one in made.changes:
        if one.row.effect is not Effect.NEW:
            continue
        entry = one.entry
        session.add(
            m.Change(
                workspace_id=ids.workspace,
                entity=one.kind.value,
                entity_id=ids.of(one.kind, one.key),
                field=entry.field,
                old=_changed_value(entry.field, entry.old, ids),
                new=_changed_value(entry.field, entry.new, ids),
                reason=entry.reason,
                category=entry.category,
                by_id=None if entry.by is None else ids.of(Kind.PERSON, (entry.by,)),
                at=one.at,
            )
        )
    session.flush()


def _changed_value(field: str, value: ChangeValue, ids: _Ids) -> object:
    """A person stands in the record by their key; one who is not here any more leaves nothing."""
    if field in PERSON_FIELDS:
        return ids.find(Kind.PERSON, (str(value),))
    return list(value) if isinstance(value, tuple) else value


def _audit(session: Session, file: OkrFile, done: Preview, workspace_id: int, now: datetime, by_id: int | None) -> None:
    after: dict[str, object] = {"file": file.name[:200]}
    for effect in (Effect.NEW, Effect.CHANGED):
        after[effect.value] = {one.kind.value: one.count for one in done.counts() if one.effect is effect}
    session.add(m.AuditEvent(workspace_id=workspace_id, what=WHAT, who_id=by_id, at=now, after=after))
