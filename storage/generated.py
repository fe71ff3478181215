"""Writes a made-up company in bulk: for benchmarks and for trying Okra on a large house."""

import base64
import functools
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, select

from bot.okr import model as okr
from bot.okr.history import replay
from storage import models as m
from storage.agendas import RITUALS
from storage.generated_values import (
    NewAlignment,
    NewCheckIn,
    NewCompany,
    NewKeyResult,
    NewObjective,
    NewPerson,
    NewTeam,
)
from storage.shown import ENTITY

CHUNK = 5_000
"""Rows of check-ins that are held before they are written: a company of any size takes about as much memory."""


@dataclass(slots=True)
class Written:
    """How much was written."""

    teams: int = 0
    people: int = 0
    objectives: int = 0
    key_results: int = 0
    readings: int = 0
    check_ins: int = 0


def is_there(session: Session, name: str) -> bool:
    """True if there is a workspace of that name."""
    return session.exec(select(m.Workspace.id).where(m.Workspace.name == name)).first() is not None


def write_company(session: Session, company: NewCompany) -> Written:
    """Write the company down, in bulk and all in the caller's transaction.

    The newest values of every key result come from the domain's own fold, so replaying its rows gives the same.
    All rows carry the company's moment, so that nothing counts as owed from before it. Tokens follow from the
    company's name and are the same every time: they are no secret, and must not guard real people's OKRs.
    """
    session.info["now"] = company.now
    writer = _Writer(session, company)
    for team in company.teams():
        writer.put_team(team)
    writer.flush()
    return writer.written


@functools.cache
def _usual(table: type[SQLModel]) -> dict[str, Any]:
    """What a model fills in by itself where nothing is said; a bulk insert does not ask it."""
    given = {name: one for name, one in table.model_fields.items() if name != "token" and not one.is_required()}
    return {name: one.get_default(call_default_factory=True) for name, one in given.items()}


class _Writer:
    """Gathers rows by table, and writes them chunk by chunk in an order that foreign keys allow."""

    _ORDER: tuple[type[SQLModel], ...] = (
        m.Person, m.Address, m.Away, m.Team, m.Membership, m.Meeting, m.Agenda, m.Objective, m.KeyResult, m.CoOwner,
        m.KRStep, m.PaceCheckpoint, m.CheckIn, m.Reading, m.Change, m.NextStep, m.Win, m.HealthMetric, m.Alignment,
    )  # fmt: skip

    def __init__(self, session: Session, company: NewCompany) -> None:
        self._connection = session.connection()
        self._company = company
        self._stamp = {"created_at": company.now, "updated_at": company.now}
        self._rows: dict[type[SQLModel], list[dict[str, Any]]] = {table: [] for table in self._ORDER}
        self._free: dict[type[SQLModel], list[int]] = {}
        self._highest: dict[type[SQLModel], int] = {}
        self._tokens = 0
        self._people: list[int] = []
        self._teams: list[int] = []
        self._krs: list[int] = []
        self.written = Written()
        self._workspace, self._place, self._cycle = self._found(session)

    def put_team(self, team: NewTeam) -> None:
        """One team with all it has."""
        self._people += [self._reserve(m.Person) for _ in team.people]  # first all keys: they stand in for each other
        for person in team.people:
            self._put_person(person)
        team_id = self._put(
            m.Team,
            key=team.key,
            name=team.name,
            installation_id=None if team.channel is None else self._place,
            channel_ref=None if team.channel is None else {"channel": team.channel},
            parent_team_id=None if team.parent is None else self._teams[team.parent],
            lang=team.lang,
            timezone=team.timezone,
            holiday_calendar=team.holiday_calendar,
            cadence=team.cadence,
            kind=m.TeamKind.COMPANY if team.parent is None else m.TeamKind.TEAM,
            rituals=dict(team.rituals),
        )
        self._teams.append(team_id)
        self._put_frame(team, team_id)
        for objective in team.objectives:
            self._put_objective(team_id, objective)
        self._put_rest(team, team_id)
        self.written.teams += 1
        if len(self._rows[m.CheckIn]) >= CHUNK or len(self._rows[m.Person]) >= CHUNK:
            self.flush()

    def flush(self) -> None:
        """Write what was gathered."""
        for table in self._ORDER:
            rows = self._rows[table]
            if rows:
                self._connection.execute(sa.insert(table), rows)
                rows.clear()

    # --- rows and keys ----------------------------------------------------------------------------

    def _put(self, table: type[SQLModel], row_id: int | None = None, **values: Any) -> int:
        row_id = self._reserve(table) if row_id is None else row_id
        row = {**_usual(table), "id": row_id, "workspace_id": self._workspace, **self._stamp, **values}
        self._rows[table].append(row)
        return row_id

    def _reserve(self, table: type[SQLModel]) -> int:
        """A key that nobody has; taken from the database by the thousand, since rows name each other beforehand."""
        free = self._free.setdefault(table, [])
        if not free:
            free.extend(self._next_keys(table))
            free.reverse()
        return free.pop()

    def _next_keys(self, table: type[SQLModel], count: int = 1000) -> Sequence[int]:
        name = str(table.__tablename__)
        if self._connection.dialect.name == "postgresql":
            rows = self._connection.execute(
                sa.text("SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :count)"),
                {"name": name, "count": count},
            )
            return [int(row[0]) for row in rows]
        # SQLite's one writer is this transaction, so what is above the highest key stays free while it lasts.
        highest = self._highest.get(table)
        if highest is None:
            highest = int(self._connection.execute(sa.text(f"SELECT coalesce(max(id), 0) FROM {name}")).scalar_one())  # noqa: S608 - a table of ours
        self._highest[table] = highest + count
        return range(highest + 1, highest + 1 + count)

    def _token(self) -> str:
        self._tokens += 1
        digest = hashlib.sha256(f"{self._company.name}/{self._tokens}".encode()).digest()
        return base64.urlsafe_b64encode(digest[:16]).rstrip(b"=").decode()

    # --- the frame --------------------------------------------------------------------------------

    def _found(self, session: Session) -> tuple[int, int, int]:
        company = self._company
        workspace = m.Workspace(
            name=company.name,
            mission=company.mission,
            timezone=company.timezone,
            holiday_calendar=company.holiday_calendar,
        )
        session.add(workspace)
        session.flush()
        place = m.Installation(
            workspace_id=workspace.id,
            platform=m.Platform.CONSOLE,
            external_id=company.name,
            installed_at=company.now,
        )
        cycle = m.Cycle(
            workspace_id=workspace.id,
            name=company.cycle,
            first_day=company.first_day,
            last_day=company.last_day,
        )
        session.add_all([place, cycle])
        session.add_all(
            m.Holiday(workspace_id=workspace.id, calendar=calendar, day=day, kind=kind, name=name)
            for calendar, day, kind, name in company.holidays
        )
        session.flush()
        return workspace.id, place.id, cycle.id

    def _put_person(self, person: NewPerson) -> None:
        person_id = self._put(
            m.Person,
            self._people[person.number],
            handle=person.handle,
            e_mail=person.e_mail,
            display_name=person.display_name,
            short_name=person.short_name,
            holiday_calendar=person.holiday_calendar,
            check_in_time=person.check_in_time,
            timezone=person.timezone,
            lang=person.lang,
            number_style=person.number_style,
            working_days=list(person.working_days),
            role=person.role,
        )
        self._put(
            m.Address,
            person_id=person_id,
            installation_id=self._place,
            external_id=person.handle,
        )
        for away in person.away:
            self._put(
                m.Away,
                person_id=person_id,
                first_day=away.first_day,
                last_day=away.last_day,
                delegate_id=self._person(away.delegate),
            )
        self.written.people += 1

    def _put_frame(self, team: NewTeam, team_id: int) -> None:
        roles = {
            **dict.fromkeys(team.viewers, m.TeamRole.VIEWER),
            **dict.fromkeys(team.members, m.TeamRole.MEMBER),
            team.lead: m.TeamRole.LEAD,
        }
        for number, role in roles.items():
            self._put(m.Membership, person_id=self._people[number], team_id=team_id, role=role)
        for meeting in team.meetings:
            self._put(
                m.Meeting,
                team_id=team_id,
                title=meeting.title,
                main=meeting.main,
                weekdays=list(meeting.weekdays),
                time=meeting.at,
                every=meeting.every,
                lead_minutes=meeting.lead_minutes,
                duration=meeting.duration,
            )
        for kind in RITUALS:
            self._put(m.Agenda, team_id=team_id, kind=kind, next_due_at=self._company.now)

    # --- what they want to reach ------------------------------------------------------------------

    def _put_objective(self, team_id: int, objective: NewObjective) -> None:
        objective_id = self._put(
            m.Objective,
            team_id=team_id,
            cycle_id=self._cycle,
            number=objective.number,
            title=objective.title,
            why=objective.why,
            serves=objective.serves,
            owner_id=self._people[objective.owner],
            visibility=objective.visibility,
        )
        for one in objective.key_results:
            self._put_key_result(team_id, objective_id, one)
        self.written.objectives += 1

    def _put_key_result(self, team_id: int, objective_id: int, one: NewKeyResult) -> None:
        kr_id = self._reserve(m.KeyResult)
        self._krs.append(kr_id)
        kr = replace(one.definition, id=kr_id)
        token = self._token()
        readings, check_ins = self._history(kr_id, one)
        current = replay(kr, readings, check_ins)
        anchors = (None, None, None) if kr.anchors is None else (kr.anchors.a03, kr.anchors.a07, kr.anchors.a10)
        self._put(
            m.KeyResult,
            kr_id,
            token=token,
            objective_id=objective_id,
            team_id=team_id,
            cycle_id=self._cycle,
            number=kr.number,
            title=kr.title,
            short_title=kr.short_title,
            type=kr.type,
            metric=kr.metric,
            unit=kr.unit,
            decimals=kr.decimals,
            baseline=kr.baseline,
            target=kr.target,
            anchor_03=anchors[0],
            anchor_07=anchors[1],
            anchor_10=anchors[2],
            range_lo=kr.range_lo,
            range_hi=kr.range_hi,
            range_tol=kr.range_tol,
            strict=kr.strict,
            stretch=kr.commitment,
            weight=kr.weight,
            start=kr.start,
            due=kr.due,
            pace=kr.pace,
            lead_owner_id=self._people[one.owner],
            source=kr.source,
            auto_max_age_days=kr.auto_max_age_days,
            cadence=one.cadence,
            state=kr.state,
            published_on=one.published_on,
            paused_from=one.paused_from,
            paused_until=one.paused_until,
            dropped_because=one.dropped_because,
            initial_confidence=one.initial_confidence,
            alias=list(kr.aliases),
            current=current,
            current_at=current.updated_at,
        )
        for step in kr.steps:
            self._put(m.KRStep, kr_id=kr_id, number=step.number, title=step.title, weight=step.weight, due=step.due)
        for point in kr.checkpoints:
            self._put(m.PaceCheckpoint, kr_id=kr_id, day=point.on, expected_score=point.expected_score)
        for number in one.co_owners:
            self._put(m.CoOwner, kr_id=kr_id, person_id=self._people[number])
        for change in one.changes:
            self._put(
                m.Change,
                entity=ENTITY,
                entity_id=kr_id,
                field=change.field,
                old=change.old,
                new=change.new,
                reason=change.reason,
                category=change.category,
                by_id=self._people[change.by],
                at=change.at,
            )
        self.written.key_results += 1

    def _history(self, kr_id: int, one: NewKeyResult) -> tuple[list[okr.Reading], list[okr.CheckIn]]:
        """Gather what was read and said; returns it as the domain folds it."""
        readings = [replace(reading, id=self._put_reading(kr_id, reading)) for reading in one.readings]
        check_ins: list[okr.CheckIn] = []
        for told in one.check_ins:
            corrects = None if told.corrects is None else check_ins[told.corrects].id
            check_in = self._put_check_in(kr_id, told, corrects)
            check_ins.append(check_in)
            said = told.said
            if said.value is None or (one.definition.is_automated and said.kind is okr.CheckInKind.CONFIRM):
                continue
            at = told.origin.at
            reading = okr.Reading(said.value, at, told.day, approx=said.approx, check_in_id=check_in.id)
            readings.append(replace(reading, id=self._put_reading(kr_id, reading)))
        return readings, check_ins

    def _put_check_in(self, kr_id: int, told: NewCheckIn, corrects: int | None) -> okr.CheckIn:
        said, origin = told.said, told.origin
        by_id = self._people[origin.by_id]
        row_id = self._put(
            m.CheckIn,
            token=self._token(),
            kr_id=kr_id,
            by_id=by_id,
            on_behalf_of_id=self._person(origin.on_behalf_of_id),
            at=origin.at,
            day=told.day,
            kind=said.kind,
            value=said.value,
            self_score=said.self_score,
            confidence=said.confidence,
            status_said=said.status_said,
            done=said.done,
            steps_done=None if said.steps_done is None else list(said.steps_done),
            blocked=said.blocked,
            blocker=said.blocker,
            help_wanted=said.help_wanted,
            note=said.note,
            approx=said.approx,
            source=origin.source,
            raw_text=origin.raw_text,
            after_meeting=origin.after_meeting,
            supersedes_id=corrects,
            undone_at=told.undone_at,
        )
        self.written.check_ins += 1
        return okr.CheckIn(
            id=row_id,
            kr_id=kr_id,
            by_id=by_id,
            at=origin.at,
            on=told.day,
            kind=said.kind,
            value=said.value,
            self_score=said.self_score,
            confidence=said.confidence,
            status_said=said.status_said,
            done=said.done,
            steps_done=said.steps_done,
            blocked=said.blocked,
            blocker=said.blocker,
            help_wanted=said.help_wanted,
            note=said.note,
            approx=said.approx,
            supersedes_id=corrects,
            undone=told.undone_at is not None,
        )

    def _put_reading(self, kr_id: int, reading: okr.Reading) -> int:
        self.written.readings += 1
        return self._put(
            m.Reading,
            kr_id=kr_id,
            value=reading.value,
            measured_at=reading.at,
            day=reading.on,
            source=reading.source,
            checkin_id=reading.check_in_id,
            approx=reading.approx,
        )

    # --- the rest ---------------------------------------------------------------------------------

    def _put_rest(self, team: NewTeam, team_id: int) -> None:
        for step in team.next_steps:
            self._put(
                m.NextStep,
                token=self._token(),
                team_id=team_id,
                kr_id=self._kr(step.kr),
                text=step.text,
                owner_id=self._people[step.owner],
                due=step.due,
                state=step.state,
                at=step.at,
                done_at=step.done_at,
            )
        for win in team.wins:
            self._put(
                m.Win,
                team_id=team_id,
                kr_id=self._kr(win.kr),
                text=win.text,
                by_id=self._people[win.by],
                thanks_team_id=None if win.thanks is None else self._teams[win.thanks],
                at=win.at,
            )
        for health in team.health:
            self._put(
                m.HealthMetric,
                team_id=team_id,
                name=health.name,
                owner_id=self._people[health.owner],
                status=health.status,
                note=health.note,
                said_at=health.said_at,
            )
        for alignment in team.alignments:
            self._put_alignment(alignment)

    def _put_alignment(self, one: NewAlignment) -> None:
        self._put(
            m.Alignment,
            from_kr_id=self._krs[one.from_kr],
            to_kr_id=self._kr(one.to_kr),
            to_team_id=None if one.to_team is None else self._teams[one.to_team],
            kind=one.kind,
            text=one.text,
            needed_by=one.needed_by,
            state=one.state,
            asked_at=one.asked_at,
            agreed_by_id=self._person(one.agreed_by),
            agreed_at=one.agreed_at,
            agreed_text=one.text if one.state is m.AlignmentState.AGREED else None,
        )

    def _person(self, number: int | None) -> int | None:
        return None if number is None else self._people[number]

    def _kr(self, number: int | None) -> int | None:
        return None if number is None else self._krs[number]
