"""Where the objectives of a draft go: the workspace, its people, teams and cycles, and what an import said before."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlmodel import Session, col, select

from bot.okr import model as okr
from storage import models as m
from storage.okr_files.drafting_known import NOTHING_KNOWN, Known, known_of
from storage.okr_files.schema import Problem

OPEN = (m.CycleState.ACTIVE, m.CycleState.CLOSING)
NO_WORKSPACE = (
    "There is nobody here yet whose objectives these could be; first import people, a team and a cycle "
    "(docs/okr-file.md)."
)
_QUARTERS = "一二三四"


@dataclass(frozen=True, slots=True)
class FramePerson:
    """Somebody whom a draft may name by handle, name or e-mail address."""

    handle: str
    name: str = ""
    e_mail: str | None = None
    short_name: str = ""


@dataclass(frozen=True, slots=True)
class FrameTeam:
    key: str
    name: str = ""
    lead: str | None = None
    """A handle. The lead says what nobody else here could have said."""


@dataclass(frozen=True, slots=True)
class FrameCycle:
    name: str
    first_day: date
    last_day: date
    team: str | None = None
    """The key of the team whose own cycle it is; None for the workspace's."""
    state: m.CycleState = m.CycleState.ACTIVE

    @property
    def is_open(self) -> bool:
        return self.state in OPEN


@dataclass(frozen=True, slots=True)
class SaidBefore:
    """What an earlier import said of a key result: the same file does not say it again on another day."""

    team: str
    cycle: str
    number: int
    value: Decimal | None = None
    self_score: Decimal | None = None
    confidence: Decimal | None = None
    status: str | None = None
    done: bool | None = None
    steps_done: tuple[int, ...] | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """Everything that a draft does not tell itself. `today` is the day of the import.

    `team` and `cycle` are what the person named (`--team`, `--cycle`), else None. `is_stored`: people, teams and cycles
    stand in storage already, so that the file repeats their names and changes nothing about them.
    """

    workspace: str
    today: date
    people: tuple[FramePerson, ...] = ()
    teams: tuple[FrameTeam, ...] = ()
    cycles: tuple[FrameCycle, ...] = ()
    team: str | None = None
    cycle: str | None = None
    timezone: str | None = None
    is_stored: bool = False
    said: frozenset[SaidBefore] = frozenset()
    known: Known = NOTHING_KNOWN
    """What stands here already, so that a draft's objectives and key results keep their numbers."""


def frame_from_storage(
    session: Session, today: date, workspace: str | None = None, team: str | None = None, cycle: str | None = None
) -> Frame | list[Problem]:
    """The frame of one workspace as it stands, in a bounded number of queries.

    Problems name the option that would help: `--workspace`, `--team`, `--cycle`.
    """
    rows = session.exec(select(m.Workspace).order_by(col(m.Workspace.name))).all()
    found = [row for row in rows if workspace in (None, row.name)]
    if not rows:
        return [Problem(1, "", NO_WORKSPACE)]
    if len(found) != 1:
        names = ", ".join(row.name for row in rows)
        which = f"There is no workspace '{workspace}' here" if workspace else "There are several workspaces here"
        return [Problem(1, "", f"{which}; name one with --workspace: {names}.")]
    mine = found[0].id
    teams = _teams(session, mine)
    if not teams:
        return [Problem(1, "", NO_WORKSPACE)]
    named = None if team is None else find_team(teams, team)
    if team is not None and named is None:
        return [Problem(1, "", f"There is no team '{team}' here; name one with --team: {_listed(teams)}.")]
    cycles = _cycles(session, mine)
    if cycle is not None and not any(same_cycle(one.name, cycle) for one in cycles):
        names = ", ".join(dict.fromkeys(one.name for one in cycles)) or "there is none yet"
        return [Problem(1, "", f"There is no cycle '{cycle}' here; name one with --cycle: {names}.")]
    people = select(m.Person).where(m.Person.workspace_id == mine, col(m.Person.active).is_(True))
    return Frame(
        workspace=found[0].name,
        today=today,
        people=tuple(
            FramePerson(row.handle, row.display_name, row.e_mail, row.short_name)
            for row in session.exec(people.order_by(col(m.Person.id))).all()
        ),
        teams=teams,
        cycles=cycles,
        team=None if named is None else named.key,
        cycle=cycle,
        is_stored=True,
        said=_said(session, mine),
        known=known_of(session, mine),
    )


def _teams(session: Session, workspace_id: int) -> tuple[FrameTeam, ...]:
    leading = (
        select(m.Membership.team_id, m.Person.handle)
        .join(m.Person, col(m.Person.id) == col(m.Membership.person_id))
        .where(m.Membership.workspace_id == workspace_id, m.Membership.role == m.TeamRole.LEAD)
    )
    leads = dict(session.exec(leading).all())
    rows = session.exec(select(m.Team).where(m.Team.workspace_id == workspace_id).order_by(col(m.Team.key))).all()
    return tuple(FrameTeam(row.key, row.name, leads.get(row.id)) for row in rows)


def _cycles(session: Session, workspace_id: int) -> tuple[FrameCycle, ...]:
    rows = session.exec(
        select(m.Cycle, m.Team.key)
        .join(m.Team, col(m.Team.id) == col(m.Cycle.team_id), isouter=True)
        .where(m.Cycle.workspace_id == workspace_id)
        .order_by(col(m.Cycle.first_day))
    ).all()
    return tuple(FrameCycle(row.name, row.first_day, row.last_day, key, row.state) for row, key in rows)


def _said(session: Session, workspace_id: int) -> frozenset[SaidBefore]:
    """What imports have said and read, about any key result."""
    place = (
        select(m.KeyResult.id, m.Team.key, m.Cycle.name, m.KeyResult.number)
        .join(m.Team, col(m.Team.id) == col(m.KeyResult.team_id))
        .join(m.Cycle, col(m.Cycle.id) == col(m.KeyResult.cycle_id))
        .where(m.KeyResult.workspace_id == workspace_id)
    )
    places = {kr: (team, cycle, number) for kr, team, cycle, number in session.exec(place).all()}
    check_ins = select(m.CheckIn).where(
        m.CheckIn.workspace_id == workspace_id, m.CheckIn.source == okr.CheckInSource.API
    )
    found = {
        SaidBefore(
            *places[row.kr_id],
            value=row.value,
            self_score=row.self_score,
            confidence=row.confidence,
            status=None if row.status_said is None else row.status_said.value,
            done=row.done,
            steps_done=None if row.steps_done is None else tuple(row.steps_done),
            note=row.note,
        )
        for row in session.exec(check_ins).all()
        if row.kr_id in places
    }
    readings = select(m.Reading).where(
        m.Reading.workspace_id == workspace_id, m.Reading.source == okr.ReadingSource.IMPORT
    )
    found |= {
        SaidBefore(*places[row.kr_id], value=row.value) for row in session.exec(readings).all() if row.kr_id in places
    }
    return frozenset(found)


# --- finding what a draft names ---------------------------------------------------------------------


def find_team(teams: tuple[FrameTeam, ...], written: str) -> FrameTeam | None:
    """By key or by name, whatever the case."""
    word = _plain(written)
    return next((one for one in teams if word and word in (_plain(one.key), _plain(one.name))), None)


def find_person(people: tuple[FramePerson, ...], written: str) -> FramePerson | None:
    """By handle, e-mail address, full or short name; by first name where only one has it."""
    mail = re.fullmatch(r"(?P<name>[^<>]*)<(?P<mail>[^<>\s]+@[^<>\s]+)>\s*", written)
    if mail:
        return find_person(people, mail["mail"]) or find_person(people, mail["name"])
    word = written.strip().lstrip("@").casefold()
    if not word:
        return None
    for one in people:
        if word == one.handle.casefold() or (one.e_mail and word == one.e_mail.casefold()):
            return one
    for names in (
        [(one, one.name) for one in people],
        [(one, one.short_name) for one in people],
        [(one, one.name.split(" ")[0]) for one in people],
    ):
        found = {one.handle: one for one, name in names if name and _plain(name) == _plain(word)}
        if len(found) == 1:
            return next(iter(found.values()))
    return None


def same_cycle(one: str, other: str) -> bool:
    """`2026 Q4`, `Q4 2026`, `2026Q4`, `2026年第四季度` are one cycle."""
    return _cycle_key(one) == _cycle_key(other)


def calendar_cycle(written: str | None, today: date) -> FrameCycle | None:
    """The quarter or half year that `written` names, the quarter of `today` where nothing is written.

    None for what no calendar knows: fiscal years begin when their company says.
    """
    if written is None:
        written = f"{today.year} Q{(today.month + 2) // 3}"
    key = _cycle_key(written)
    found = re.fullmatch(r"(?P<year>20\d\d)(?P<kind>[qh])(?P<number>[1-4])", key)
    if found is None or (found["kind"] == "h" and int(found["number"]) > 2):
        return None
    months = 3 if found["kind"] == "q" else 6
    year, last = int(found["year"]), months * int(found["number"])
    name = f"{year} {found['kind'].upper()}{found['number']}"
    return FrameCycle(name, date(year, last - months + 1, 1), date(year, last, monthrange(year, last)[1]))


def _cycle_key(text: str) -> str:
    word = _plain(text)
    word = re.sub(r"第?([一二三四1-4])季度", lambda found: f"q{_digit(found[1])}", word)
    word = word.replace("上半年", "h1").replace("下半年", "h2").replace("年", "")
    turned = re.fullmatch(r"([qh][1-4])(fy)?((?:20)?\d\d)", word)
    word = f"{turned[2] or ''}{turned[3]}{turned[1]}" if turned else word
    short = re.fullmatch(r"(fy)?(\d\d)([qh][1-4])", word)
    return f"{short[1] or ''}20{short[2]}{short[3]}" if short else word


def _digit(sign: str) -> str:
    return str(_QUARTERS.index(sign) + 1) if sign in _QUARTERS else sign


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())


def _listed(teams: tuple[FrameTeam, ...]) -> str:
    return ", ".join(one.key for one in teams)
