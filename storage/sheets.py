"""A sheet: what planning finds in the outbox for many teams at once, and the rows that it adds, written together."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from bot.okr.model import KRState
from storage import models as m
from storage.deliveries import Key, Standing
from storage.problems import WriteConflict
from storage.taking import LOOK_AT

Values = dict[str, Any]
PersonPeriod = tuple[int, str]
RunKey = tuple[int, m.RitualKind, str]
"""Team, ritual and period."""


@dataclass(slots=True)
class Run:
    """A run, as it stands or will; `id` is None until it is written."""

    meeting_id: int | None
    meeting_at: datetime | None
    digest_at: datetime | None
    id: int | None = None


@dataclass(slots=True)
class Prompt:
    """A weekly question, as it stands or will; `id` is None until it is written."""

    health: list[int]
    kr_ids: set[int] = field(default_factory=set)
    id: int | None = None


@dataclass(slots=True)
class Sheet:
    """What stands already, as far as it was asked for in `open_sheet`, and what is to be written with `write`.

    Only who has the rows of these teams to themselves may use it: nothing is looked up again.
    """

    session: Session
    now: datetime
    standing: Mapping[Key, Standing]
    prompts: dict[PersonPeriod, Prompt]
    runs: dict[RunKey, Run]
    asked_before: set[int]
    """Who was ever asked anything."""
    owners: Collection[int]
    """Those who were not, and answer for a key result that is in force."""
    _runs: list[tuple[RunKey, int]] = field(default_factory=list)
    _prompts: list[tuple[PersonPeriod, Values]] = field(default_factory=list)
    _items: list[tuple[Prompt, Run, Values]] = field(default_factory=list)
    _deliveries: list[tuple[Prompt | None, Values]] = field(default_factory=list)
    _agendas: list[Values] = field(default_factory=list)

    def is_first(self, person_id: int) -> bool:
        """True if this person was never asked anything."""
        return person_id not in self.asked_before

    def open_run(self, key: RunKey, workspace_id: int, run: Run) -> Run:
        """Put down a run that is not there yet."""
        self.runs[key] = run
        self._runs.append((key, workspace_id))
        return run

    def open_prompt(self, key: PersonPeriod, workspace_id: int, health: Sequence[int]) -> Prompt:
        """Put down a weekly question that is not there yet."""
        prompt = self.prompts[key] = Prompt(list(health))
        first_ever = self.is_first(key[0])
        self.asked_before.add(key[0])
        self._prompts.append((key, {"workspace_id": workspace_id, "health": prompt.health, "first_ever": first_ever}))
        return prompt

    def ask(self, prompt: Prompt, run: Run, workspace_id: int, kr_id: int, state: m.ItemState) -> None:
        """Put down a key result that a question asks about."""
        prompt.kr_ids.add(kr_id)
        self._items.append((prompt, run, {"workspace_id": workspace_id, "kr_id": kr_id, "state": state}))

    def plan(self, prompt: Prompt | None, **values: Any) -> None:
        """Put down a message that is not there yet; `values` are its columns."""
        self._deliveries.append((prompt, values))

    def look_again(self, agenda_id: int, at: datetime | None) -> None:
        """Say when a ritual is to be planned again."""
        self._agendas.append({"agenda": agenda_id, "at": at})

    def write(self) -> None:
        """Write what was put down: one statement for each table. Raises `WriteConflict` if somebody was faster."""
        stamp = {"created_at": self.now, "updated_at": self.now}
        if self._runs:
            rows = [
                {"workspace_id": workspace_id, "team_id": key[0], "kind": key[1], "period": key[2]}
                | {"meeting_id": run.meeting_id, "meeting_at": run.meeting_at, "digest_at": run.digest_at}
                | stamp
                for key, workspace_id in self._runs
                for run in (self.runs[key],)
            ]
            for row_id, team_id, kind, period in self._insert(m.RitualRun, rows, ("team_id", "kind", "period")):
                self.runs[team_id, kind, period].id = row_id
        if self._prompts:
            rows = [
                {"person_id": key[0], "kind": m.RitualKind.WEEKLY_CHECK_IN, "period": key[1], **values, **stamp}
                for key, values in self._prompts
            ]
            for row_id, person_id, _, period in self._insert(m.Prompt, rows, ("person_id", "kind", "period")):
                self.prompts[person_id, period].id = row_id
        if self._items:
            rows = [{"prompt_id": prompt.id, "run_id": run.id, **one, **stamp} for prompt, run, one in self._items]
            self._insert(m.PromptItem, rows, ("prompt_id", "kr_id"))
        if self._deliveries:
            rows = [
                {**stamp, **values, "prompt_id": None if prompt is None else prompt.id}
                for prompt, values in self._deliveries
            ]
            self._insert(m.Delivery, rows, ("kind", "subject", "period"))
        if self._agendas:
            self.session.connection().execute(LOOK_AT, [{**one, "now": self.now} for one in self._agendas])
        for gathered in (self._runs, self._prompts, self._items, self._deliveries, self._agendas):
            gathered.clear()

    def _insert(self, table: type[m.OwnedRow], rows: Sequence[Values], key: Sequence[str]) -> Sequence[Any]:
        """The ids and keys of the rows, which are new."""
        insert = sqlite.insert if self.session.get_bind().dialect.name == "sqlite" else postgresql.insert
        columns = m.Row.metadata.tables[str(table.__tablename__)].c
        new = insert(columns.id.table).on_conflict_do_nothing(index_elements=key)
        statement = new.returning(columns.id, *(columns[name] for name in key))
        written = self.session.connection().execute(statement, rows).all()
        if len(written) < len(rows):
            raise WriteConflict("Somebody else planned the same at the same moment.")
        return written


def open_sheet(
    session: Session, now: datetime, keys: Iterable[Key], questions: Collection[PersonPeriod], runs: Collection[RunKey]
) -> Sheet:
    """Look up which of these messages, weekly questions and runs are there."""
    prompts = _prompts(session, questions)
    new = {person_id for person_id, period in questions if (person_id, period) not in prompts}
    asked_before = _asked_before(session, new)
    return Sheet(
        session=session,
        now=now,
        standing=_standing(session, keys),
        prompts=prompts,
        runs=_runs(session, runs),
        asked_before=asked_before,
        owners=_owners(session, new - asked_before),
    )


def _standing(session: Session, keys: Iterable[Key]) -> dict[Key, Standing]:
    """One statement for each kind and period, so that each key is one look into the index."""
    subjects: dict[tuple[str, str], list[str]] = {}
    for kind, subject, period in keys:
        subjects.setdefault((kind, period), []).append(subject)
    found: dict[Key, Standing] = {}
    for (kind, period), wanted in subjects.items():
        rows = session.execute(_STANDING, {"kind": kind, "period": period, "subjects": wanted})
        found.update(((kind, subject, period), Standing(*row)) for subject, *row in rows)
    return found


_STANDING = sa.select(
    col(m.Delivery.subject), col(m.Delivery.state), col(m.Delivery.due_at), col(m.Delivery.attempts)
).where(
    col(m.Delivery.kind) == sa.bindparam("kind"),
    col(m.Delivery.period) == sa.bindparam("period"),
    col(m.Delivery.subject).in_(sa.bindparam("subjects", expanding=True)),
)


def _prompts(session: Session, wanted: Collection[PersonPeriod]) -> dict[PersonPeriod, Prompt]:
    found: dict[PersonPeriod, Prompt] = {}
    by_id: dict[int, Prompt] = {}
    if wanted:
        people, periods = (sorted(set(part)) for part in zip(*wanted, strict=True))
        for row_id, person_id, period, health in session.execute(_PROMPTS, {"people": people, "periods": periods}):
            by_id[row_id] = found[person_id, period] = Prompt(list(health), id=row_id)
    for prompt_id, kr_id in session.execute(_ITEMS, {"prompts": list(by_id)}) if by_id else ():
        by_id[prompt_id].kr_ids.add(kr_id)
    return found


_PEOPLE: sa.BindParameter[int] = sa.bindparam("people", expanding=True)
_PROMPTS = sa.select(col(m.Prompt.id), col(m.Prompt.person_id), col(m.Prompt.period), col(m.Prompt.health)).where(
    col(m.Prompt.person_id).in_(_PEOPLE),
    col(m.Prompt.kind) == m.RitualKind.WEEKLY_CHECK_IN,
    col(m.Prompt.period).in_(sa.bindparam("periods", expanding=True)),
)
_ITEMS = sa.select(col(m.PromptItem.prompt_id), col(m.PromptItem.kr_id)).where(
    col(m.PromptItem.prompt_id).in_(sa.bindparam("prompts", expanding=True))
)


def _runs(session: Session, wanted: Collection[RunKey]) -> dict[RunKey, Run]:
    found: dict[RunKey, Run] = {}
    if wanted:
        teams, periods = sorted({one[0] for one in wanted}), sorted({one[2] for one in wanted})
        for team_id, kind, period, *run in session.execute(_RUNS, {"teams": teams, "periods": periods}):
            found[team_id, kind, period] = Run(*run)
    return found


_RUNS = sa.select(
    col(m.RitualRun.team_id),
    col(m.RitualRun.kind),
    col(m.RitualRun.period),
    col(m.RitualRun.meeting_id),
    col(m.RitualRun.meeting_at),
    col(m.RitualRun.digest_at),
    col(m.RitualRun.id),
).where(
    col(m.RitualRun.team_id).in_(sa.bindparam("teams", expanding=True)),
    col(m.RitualRun.period).in_(sa.bindparam("periods", expanding=True)),
)


def _asked_before(session: Session, people: Collection[int]) -> set[int]:
    if not people:
        return set()
    rows = sa.select(col(m.Prompt.person_id)).where(col(m.Prompt.person_id).in_(sorted(people))).distinct()
    return set(session.execute(rows).scalars())


def _owners(session: Session, people: Collection[int]) -> set[int]:
    """Those who answer for a key result in force, alone or with others."""
    if not people:
        return set()
    ids = sorted(people)
    in_force = sa.and_(
        col(m.KeyResult.state).in_((KRState.ACTIVE, KRState.PAUSED)),
        col(m.Cycle.state).in_((m.CycleState.ACTIVE, m.CycleState.CLOSING)),
    )
    lead = (
        sa.select(col(m.KeyResult.lead_owner_id))
        .join(m.Cycle, col(m.Cycle.id) == col(m.KeyResult.cycle_id))
        .where(col(m.KeyResult.lead_owner_id).in_(ids), in_force)
    )
    shared = (
        sa.select(col(m.CoOwner.person_id))
        .join(m.KeyResult, col(m.KeyResult.id) == col(m.CoOwner.kr_id))
        .join(m.Cycle, col(m.Cycle.id) == col(m.KeyResult.cycle_id))
        .where(col(m.CoOwner.person_id).in_(ids), in_force)
    )
    return set(session.execute(sa.union(lead, shared)).scalars())
