"""A team as it stands now: storage's rows joined with what the domain derives. Everything shown starts here."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlmodel import Session

from bot.okr import model as okr
from bot.okr.assess import Assessment, assess
from bot.okr.localtime import local_day
from bot.okr.rollup import ObjectiveAssessment, assess_objective
from bot.okr.workdays import WorkCalendar
from storage import check_ins, okrs, teams
from storage import models as m
from storage.calendars import calendar_of
from storage.okrs import Concerned
from storage.teams import AT_ONCE, TeamRows, person_zone, team_zone

STALLED_WEEKS = timedelta(weeks=9)
"""Far enough back for three check-ins in a row of a KR that is asked every second week, with days off between."""


@dataclass(frozen=True, slots=True)
class KRView:
    """One key result: its row, its definition, who answers for it, and how it stands."""

    row: m.KeyResult
    kr: okr.KeyResult
    owners: tuple[m.Person, ...]
    """Lead owner first; empty where nobody answers for it."""
    calendar: WorkCalendar
    today: date
    """The lead owner's calendar day."""
    state: Assessment
    said: tuple[okr.CheckIn, ...]
    """What was said about it lately and counts, oldest first."""
    rows_said: tuple[m.CheckIn, ...] | None = None
    """The rows of that; None where it was loaded only to be shown."""

    @property
    def recent(self) -> tuple[m.CheckIn, ...]:
        """The rows of what was said lately. Raises `LookupError` where they were not loaded."""
        if self.rows_said is None:
            raise LookupError(f"{self.kr.key} was loaded to be shown, without the rows of what was said.")
        return self.rows_said

    @property
    def owner_name(self) -> str | None:
        """What messages call the lead owner."""
        return self.owners[0].short_name if self.owners else None

    def owned_by(self, person_id: int) -> bool:
        """True for the lead owner and the co-owners."""
        return any(owner.id == person_id for owner in self.owners)


@dataclass(frozen=True, slots=True)
class ObjectiveView:
    row: m.Objective
    key_results: tuple[KRView, ...]
    state: ObjectiveAssessment


@dataclass(frozen=True, slots=True)
class TeamView:
    """A team on its calendar day `today`."""

    rows: TeamRows
    now: datetime
    today: date
    zone: str
    objectives: tuple[ObjectiveView, ...]

    @property
    def team(self) -> m.Team:
        return self.rows.team

    @property
    def key_results(self) -> tuple[KRView, ...]:
        """All key results of the team's objectives in order of objective and number."""
        return tuple(one for objective in self.objectives for one in objective.key_results)

    @property
    def week(self) -> tuple[int, int] | None:
        """Week w of W of the cycle (spec/10 §17); None without a cycle."""
        cycle = self.rows.cycle
        return None if cycle is None else week_of(cycle.first_day, cycle.last_day, self.today)


def week_of(first: date, last: date, today: date) -> tuple[int, int]:
    """Week w of W: days since the start ÷ 7, rounded up, at least 1 and at most W (spec/10 §17)."""
    weeks = max(1, -(-(last - first).days // 7))
    week = max(1, -(-(today - first).days // 7))
    return min(week, weeks), weeks


def thresholds_of(workspace: m.Workspace) -> okr.Thresholds:
    """The workspace's own lines where it set any, else the specification's (spec/10 §18)."""
    own = workspace.thresholds
    if not own:
        return okr.DEFAULT_THRESHOLDS

    def bands(name: str, default: okr.Bands) -> okr.Bands:
        if name not in own:
            return default
        return okr.Bands(*(Decimal(part) for part in own[name].split("/")))

    default = okr.DEFAULT_THRESHOLDS
    met, exceeded = default.outcome_met, default.outcome_exceeded
    if "outcome" in own:
        met, exceeded = (Decimal(part) for part in own["outcome"].split("/"))
    return okr.Thresholds(
        stretch=bands("stretch", default.stretch),
        committed=bands("committed", default.committed),
        outcome_met=met,
        outcome_exceeded=exceeded,
        early_pace=Decimal(own.get("early_pace", default.early_pace)),
        grace_days=int(own.get("grace_days", default.grace_days)),
        dark_factor=int(own.get("dark_factor", default.dark_factor)),
    )


def team_view(session: Session, team: m.Team, now: datetime) -> TeamView:
    """Load and assess a team: thirteen queries, however large it is. Nothing derived here is stored."""
    return teams_in_full(session, session.get_one(m.Workspace, team.workspace_id), [team], now)[0]


def team_as_if(
    session: Session, team: m.Team, objective: m.Objective, key_results: Sequence[m.KeyResult], now: datetime
) -> TeamView:
    """A team as if these were all that it works on, for a look at what is to come: nothing of it is stored."""
    loaded, zones = _load(session, session.get_one(m.Workspace, team.workspace_id), [team], now)
    parts = okrs.parts_of(session, [row.id for row in key_results])
    owners = {one for row in key_results for one in okrs.owners_of(row, parts)}
    rows = replace(
        loaded[0],
        objectives=[objective],
        key_results=key_results,
        parts=parts,
        people={**teams.people_by_id(session, owners), **loaded[0].people},
    )
    return _view(rows, now, zones[team.id], {})


def team_shown(session: Session, team: m.Team, now: datetime) -> TeamView:
    """The same without the rows of what was said: for whoever only looks."""
    return teams_shown(session, session.get_one(m.Workspace, team.workspace_id), [team], now)[0]


def teams_in_full(
    session: Session,
    workspace: m.Workspace,
    wanted: Sequence[m.Team],
    now: datetime,
    only: Concerned | None = None,
) -> list[TeamView]:
    """Many teams of a workspace in their order: eleven queries for every two hundred teams.

    With `only`, no more of each than that: its members and how its objectives stand are not known then.
    """
    rows, zones = _load(session, workspace, wanted, now, only)
    recent: dict[int, list[m.CheckIn]] = {}
    for krs in _krs_of(rows):
        recent |= check_ins.recent_check_ins(session, krs, now - STALLED_WEEKS)
    said = {kr_id: [check_ins.check_in_value(row) for row in found] for kr_id, found in recent.items()}
    return [_view(one, now, zones[one.team.id], said, recent) for one in rows]


def teams_shown(session: Session, workspace: m.Workspace, wanted: Sequence[m.Team], now: datetime) -> list[TeamView]:
    """The same without the rows of what was said: for whoever only looks."""
    rows, zones = _load(session, workspace, wanted, now)
    said: dict[int, list[okr.CheckIn]] = {}
    for krs in _krs_of(rows):
        said |= check_ins.said_lately(session, krs, now - STALLED_WEEKS)
    return [_view(one, now, zones[one.team.id], said) for one in rows]


def team_views(session: Session, workspace: m.Workspace, wanted: Sequence[m.Team], now: datetime) -> list[TeamView]:
    """The same without the weeks behind them, for the company as a whole: nothing of them is seen as stalled."""
    rows, zones = _load(session, workspace, wanted, now)
    return [_view(one, now, zones[one.team.id], {}) for one in rows]


def _krs_of(rows: Sequence[TeamRows]) -> Iterator[list[int]]:
    """The keys of all their key results, those of two hundred teams at a time."""
    for first in range(0, len(rows), AT_ONCE):
        yield [row.id for one in rows[first : first + AT_ONCE] for row in one.key_results]


def _load(
    session: Session,
    workspace: m.Workspace,
    wanted: Sequence[m.Team],
    now: datetime,
    only: Concerned | None = None,
) -> tuple[list[TeamRows], dict[int, str]]:
    """Their rows, and the zone of each."""
    zones = {team.id: team_zone(team, workspace) for team in wanted}
    days = {team_id: local_day(now, zone) for team_id, zone in zones.items()}
    return teams.rows_of_teams(session, workspace, wanted, days, only), zones


def _view(
    rows: TeamRows,
    now: datetime,
    zone: str,
    said: Mapping[int, Sequence[okr.CheckIn]],
    recent: Mapping[int, Sequence[m.CheckIn]] | None = None,
) -> TeamView:
    assess_one = _Assessing(rows, now, zone, said, recent)
    of_objective: dict[int, list[KRView]] = {}
    for row in rows.key_results:
        of_objective.setdefault(row.objective_id, []).append(assess_one(row))
    objectives = []
    for objective in rows.objectives:
        mine = tuple(of_objective.get(objective.id, ()))
        objectives.append(ObjectiveView(objective, mine, assess_objective([one.state for one in mine])))
    return TeamView(rows, now, local_day(now, zone), zone, tuple(objectives))


class _Assessing:
    """Makes the views of a team's key results; what they share (an owner's calendar and day) is worked out once."""

    def __init__(
        self,
        rows: TeamRows,
        now: datetime,
        zone: str,
        said: Mapping[int, Sequence[okr.CheckIn]],
        recent: Mapping[int, Sequence[m.CheckIn]] | None,
    ) -> None:
        self._rows, self._now, self._zone = rows, now, zone
        self._said, self._recent = said, recent
        self._thresholds = thresholds_of(rows.workspace)
        self._of_owner: dict[int | None, tuple[WorkCalendar, date]] = {}

    def __call__(self, row: m.KeyResult) -> KRView:
        rows = self._rows
        kr = okrs.definition(row, rows.team, rows.parts)
        owners = tuple(rows.people[one] for one in okrs.owners_of(row, rows.parts) if one in rows.people)
        plain, today = self._clock_of(owners[0] if owners else None)
        calendar = _without_pause(plain, row)
        said = tuple(self._said.get(row.id, ()))
        state = _assessed(row, kr, calendar, today, said, rows.workspace, self._thresholds)
        recent = None if self._recent is None else tuple(self._recent.get(row.id, ()))
        return KRView(row, kr, owners, calendar, today, state, said, recent)

    def _clock_of(self, owner: m.Person | None) -> tuple[WorkCalendar, date]:
        """The calendar and the day of an owner; without one, of the team."""
        key = None if owner is None else owner.id
        if key not in self._of_owner:
            zone = self._zone if owner is None else person_zone(owner, self._rows.workspace)
            self._of_owner[key] = person_calendar(self._rows, owner, self._now), local_day(self._now, zone)
        return self._of_owner[key]


def with_said(view: KRView, said: m.CheckIn, workspace: m.Workspace) -> KRView:
    """A key result after one more check-in was recorded about it, as loading it again would show it: no query."""
    others = [one for one in view.recent if one.id not in (said.id, said.supersedes_id)]
    recent = tuple(sorted([*others, said], key=lambda one: (one.at, one.id)))
    values = tuple(check_ins.check_in_value(one) for one in recent)
    state = _assessed(view.row, view.kr, view.calendar, view.today, values, workspace, thresholds_of(workspace))
    return replace(view, state=state, said=values, rows_said=recent)


def _assessed(
    row: m.KeyResult,
    kr: okr.KeyResult,
    calendar: WorkCalendar,
    today: date,
    said: Sequence[okr.CheckIn],
    workspace: m.Workspace,
    thresholds: okr.Thresholds,
) -> Assessment:
    return assess(
        kr,
        row.current,
        calendar,
        today,
        published_on=row.published_on,
        recent=said,
        thresholds=thresholds,
        score_mode=workspace.score_mode,
    )


def _without_pause(calendar: WorkCalendar, row: m.KeyResult) -> WorkCalendar:
    """The calendar a key result ages by: its lead owner's, without the days on which it was paused (spec/03 §7.1)."""
    if row.paused_from is None:
        return calendar
    return calendar.with_pauses([(row.paused_from, row.paused_until or date.max)])


_NOBODY = m.Person(workspace_id=0, handle="", display_name="", short_name="")
"""Whose calendar is the team's own."""


def person_calendar(rows: TeamRows, person: m.Person | None, now: datetime) -> WorkCalendar:
    """A person's working days as this team sees them; without a person the team's own week."""
    years = (now.year - 1, now.year + 1)
    who = person or _NOBODY
    return calendar_of(
        who, rows.team, rows.workspace, own=rows.own_dates, away=rows.away, people=rows.people, years=years
    )


def by_id(view: TeamView) -> Mapping[int, KRView]:
    """The team's key results by their key."""
    return {one.row.id: one for one in view.key_results}
