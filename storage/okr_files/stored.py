"""What storage holds of a workspace, by the names that a file uses: one query per table."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from sqlmodel import Session, col, select

from bot.okr.localtime import local_day
from storage import models as m
from storage.okr_files.identities import Identities, handle_of, recognise
from storage.okr_files.kinds import Kind as Kind  # as many know it by this module
from storage.okr_files.scalars import tidy
from storage.okr_files.schema import PersonEntry

Key = tuple[str | int, ...]
"""A row's natural name: `("GRO",)`, `("GRO", "", "2026 Q4", 2)`."""
R = TypeVar("R", bound=m.OwnedRow)
BATCH = 500


@dataclass(frozen=True, slots=True)
class Ref:
    """A row by its name, for a column that holds another row's key."""

    kind: Kind
    key: Key


@dataclass(slots=True)
class Stored:
    """The workspace as it stands; empty where there is none of that name."""

    workspace: m.Workspace | None = None
    rows: dict[Ref, m.Row] = field(default_factory=dict)
    names: dict[tuple[Kind, int], Key] = field(default_factory=dict)
    readings: dict[int, list[m.Reading]] = field(default_factory=dict)
    check_ins: dict[int, list[m.CheckIn]] = field(default_factory=dict)
    changes: dict[tuple[Kind, int], list[m.Change]] = field(default_factory=dict)
    """By the kind and key of the row that was changed: an objective or a key result."""
    said: dict[Key, Key] = field(default_factory=dict)
    """Next steps by their token, and next steps and wins by their exact moment: how each is named."""
    kept: set[Key] = field(default_factory=set)
    """Key results that are known by their id and keep their place, because another has the one the file says."""
    taken: set[str] = field(default_factory=set)
    """Ids of the file that rows of storage have already."""
    identities: Identities = field(default_factory=Identities)
    """Whom of the platforms' directories the file means; people have the names here that they will have."""
    met: set[str] = field(default_factory=set)
    """The channels and chats, by the platform's id, that Okra is in, where it writes in no others."""

    def row(self, kind: Kind, key: Key) -> Any:
        """The row of that name, or None."""
        return self.rows.get(Ref(kind, key))

    def name(self, kind: Kind, row_id: int | None) -> Key | None:
        """The name of a row, or None for no row."""
        return None if row_id is None else self.names.get((kind, row_id))

    def put(self, kind: Kind, key: Key, row: m.Row) -> None:
        """Remember a row; where two share a name the older one has it."""
        self.rows.setdefault(Ref(kind, key), row)
        self.names[kind, row.id] = key

    def person(self, row_id: int | None) -> str:
        """A handle, or nothing."""
        found = self.name(Kind.PERSON, row_id)
        return "" if found is None else str(found[0])

    def team(self, row_id: int | None) -> str:
        """A team key, or nothing."""
        found = self.name(Kind.TEAM, row_id)
        return "" if found is None else str(found[0])


def load_stored(
    session: Session,
    workspace_name: str,
    named: Mapping[str, Key] | None = None,
    people: Sequence[PersonEntry] = (),
) -> Stored:
    """Everything of a workspace but what people said; that is loaded by `load_history` for the KRs that need it.

    `named`: how a file calls key results whose id it gives; those are known by that name then. `people`: whom the file
    names; members of a platform who are meant are known by the file's handle then.
    """
    stored = Stored()
    workspace = session.exec(select(m.Workspace).where(m.Workspace.name == workspace_name)).first()
    if workspace is None:
        return stored
    stored.workspace = workspace
    stored.put(Kind.WORKSPACE, (workspace.name,), workspace)

    def rows_of(table: type[R]) -> Sequence[R]:
        return session.exec(select(table).where(table.workspace_id == workspace.id).order_by(col(table.id))).all()

    def load(kind: Kind, table: type[R], key_of: Callable[[R], Key]) -> None:
        for row in rows_of(table):
            stored.put(kind, key_of(row), row)

    load(Kind.INSTALLATION, m.Installation, lambda row: (row.platform.value,))
    load(Kind.HOLIDAY, m.Holiday, lambda row: (row.calendar, row.day.isoformat()))
    addresses = [(str(_platform(stored, row.installation_id)[0]), row) for row in rows_of(m.Address)]
    everybody = rows_of(m.Person)
    stored.identities = recognise(people, everybody, addresses)
    for person in everybody:
        stored.put(Kind.PERSON, (handle_of(person, stored.identities.names),), person)
    for platform, address in addresses:
        stored.put(Kind.ADDRESS, (platform, address.external_id), address)
    load(Kind.AWAY, m.Away, lambda row: (stored.person(row.person_id), row.first_day.isoformat()))
    load(Kind.TEAM, m.Team, lambda row: (row.key,))
    load(Kind.MEMBERSHIP, m.Membership, lambda row: (stored.team(row.team_id), stored.person(row.person_id)))
    load(Kind.MEETING, m.Meeting, lambda row: (stored.team(row.team_id), tidy(row.title) or "Weekly"))
    load(Kind.CYCLE, m.Cycle, lambda row: (stored.team(row.team_id), row.name))
    load(Kind.OBJECTIVE, m.Objective, lambda row: _in_cycle(stored, row.team_id, row.cycle_id, row.number))
    _load_key_results(session, stored, workspace.id, named or {})
    load(Kind.STEP, m.KRStep, lambda row: (*_kr(stored, row.kr_id), row.number))
    load(Kind.CHECKPOINT, m.PaceCheckpoint, lambda row: (*_kr(stored, row.kr_id), row.day.isoformat()))
    load(Kind.CO_OWNER, m.CoOwner, lambda row: (*_kr(stored, row.kr_id), stored.person(row.person_id)))
    load(Kind.HEALTH, m.HealthMetric, lambda row: (stored.team(row.team_id), tidy(row.name)))
    load(Kind.AGREEMENT, m.Alignment, lambda row: _agreement(stored, row))
    stored.met = {row.external_id for row in rows_of(m.Chat) if row.left_at is None}
    return stored


def _load_key_results(session: Session, stored: Stored, workspace_id: int, named: Mapping[str, Key]) -> None:
    """By team, cycle and number; by the file's name where the file gives the row's id."""
    query = select(m.KeyResult).where(m.KeyResult.workspace_id == workspace_id).order_by(col(m.KeyResult.id))
    rows = session.exec(query).all()
    by_id = {key: row for row in rows if (key := named.get(row.token)) is not None}
    for row in rows:
        place = _in_cycle(stored, row.team_id, row.cycle_id, row.number)
        key = named.get(row.token, place)
        owner = by_id.get(key)
        if owner is not None and owner is not row:
            stored.kept.add(key)  # this one holds the place that the file gives to another
            key = (*place, row.token)
        stored.put(Kind.KEY_RESULT, key, row)


def load_taken(session: Session, stored: Stored, ids: Iterable[str]) -> None:
    """Which of a file's ids rows of any workspace have: a token is somebody's once."""
    wanted = sorted(ids)
    for at in range(0, len(wanted), BATCH):
        some = wanted[at : at + BATCH]
        for table in (m.KeyResult, m.CheckIn, m.NextStep):
            stored.taken.update(session.exec(select(table.token).where(col(table.token).in_(some))).all())


def load_changes(session: Session, stored: Stored) -> None:
    """Every change of objectives and key results, oldest first."""
    if stored.workspace is None:
        return
    kinds = (Kind.OBJECTIVE, Kind.KEY_RESULT)
    query = (
        select(m.Change)
        .where(m.Change.workspace_id == stored.workspace.id, col(m.Change.entity).in_([one.value for one in kinds]))
        .order_by(col(m.Change.at), col(m.Change.id))
    )
    for row in session.exec(query).all():
        stored.changes.setdefault((Kind(row.entity), row.entity_id), []).append(row)


def load_said(session: Session, stored: Stored, zone_of: Callable[[str], str]) -> None:
    """Next steps and wins too; they are named by their text and the team's calendar day (`zone_of` a team key)."""
    if stored.workspace is None:
        return

    def put(kind: Kind, row: m.NextStep | m.Win, token: str) -> None:
        """Two may have been said in the same words on one day; then the later one's moment is part of its name."""
        team, text = stored.team(row.team_id), tidy(row.text)
        kr = stored.name(Kind.KEY_RESULT, row.kr_id)
        key = said_key(team, kr, text, row.at, zone_of(team))
        if Ref(kind, key) in stored.rows:
            key = (*key, token)
        stored.put(kind, key, row)
        stored.said.setdefault(exact_key(kind, team, kr, text, row.at), key)
        stored.said[kind, token] = key

    steps = select(m.NextStep).where(m.NextStep.workspace_id == stored.workspace.id).order_by(col(m.NextStep.id))
    for step in session.exec(steps).all():
        put(Kind.NEXT_STEP, step, step.token)
    wins = select(m.Win).where(m.Win.workspace_id == stored.workspace.id).order_by(col(m.Win.id))
    for win in session.exec(wins).all():
        put(Kind.WIN, win, win.at.isoformat())


def load_history(session: Session, stored: Stored, kr_ids: Iterable[int]) -> None:
    """All readings and check-ins of these key results, undone ones too."""
    ids = sorted(kr_ids)
    for at in range(0, len(ids), BATCH):
        some = ids[at : at + BATCH]
        readings = select(m.Reading).where(col(m.Reading.kr_id).in_(some)).order_by(col(m.Reading.id))
        for reading in session.exec(readings).all():
            stored.readings.setdefault(reading.kr_id, []).append(reading)
        check_ins = select(m.CheckIn).where(col(m.CheckIn.kr_id).in_(some)).order_by(col(m.CheckIn.id))
        for check_in in session.exec(check_ins).all():
            stored.check_ins.setdefault(check_in.kr_id, []).append(check_in)


def said_key(team: str, kr: Key | None, text: str, at: datetime, zone: str) -> Key:
    """How a next step or a win is known again: team, key result, text, day."""
    return (team, *(kr or ()), text, local_day(at, zone).isoformat())


def exact_key(kind: Kind, team: str, kr: Key | None, text: str, at: datetime) -> Key:
    """The same by the instant, for a file that tells it."""
    return (kind, team, *(kr or ()), text, at.isoformat())


def _platform(stored: Stored, installation_id: int) -> Key:
    return stored.name(Kind.INSTALLATION, installation_id) or ("",)


def _in_cycle(stored: Stored, team_id: int, cycle_id: int, number: int) -> Key:
    cycle = stored.name(Kind.CYCLE, cycle_id) or ("", "")
    return (stored.team(team_id), *cycle, number)


def _kr(stored: Stored, kr_id: int) -> Key:
    return stored.name(Kind.KEY_RESULT, kr_id) or ()


def _agreement(stored: Stored, row: m.Alignment) -> Key:
    source = _side(stored, row.from_kr_id, row.from_objective_id)
    target = _side(stored, row.to_kr_id, row.to_objective_id) or (stored.team(row.to_team_id),)
    return (*source, row.kind.value, *target, tidy(row.text))


def _side(stored: Stored, kr_id: int | None, objective_id: int | None) -> Key:
    """What it begins or ends at; nothing where that is a team. `O1` is an objective."""
    kr = stored.name(Kind.KEY_RESULT, kr_id)
    objective = stored.name(Kind.OBJECTIVE, objective_id) if kr is None else None
    return kr or (() if objective is None else (*objective[:3], f"O{objective[3]}"))
