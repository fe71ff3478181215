"""The parts of an export that say who and when: workspace, people, teams, cycles."""

from collections.abc import Iterable, Iterator
from datetime import time

from bot.okr import model as okr
from storage import models as m
from storage.calendars import EVERYONE
from storage.okr_files import scalars
from storage.okr_files.exporting_scope import Scope
from storage.okr_files.exporting_values import Doc, Value, clock, doc, if_readable, unless, weekdays
from storage.okr_files.stored import Kind

QUIET = (time(18), time(9))


def workspace_doc(scope: Scope, *, details: bool) -> Doc:
    """The organisation: its name and clock; with `details` its settings."""
    row = scope.workspace
    if not details:
        return doc(name=row.name, timezone=row.timezone, language=row.default_lang)
    return doc(
        name=row.name,
        mission=row.mission,
        vision=row.vision,
        strategy=row.strategy,
        timezone=row.timezone,
        language=row.default_lang,
        holiday_calendar=row.holiday_calendar,
        holidays=_holidays(scope),
        quiet_hours=None if (row.quiet_from, row.quiet_to) == QUIET else _quiet(row),
        freeze=[{"from": first, "to": last} for first, last in row.freeze],
        score_mode=unless(row.score_mode, okr.ScoreMode.FORECAST),
        score_objectives=unless(row.score_objectives, usual=True),
        personal_okrs=unless(row.personal_okrs, usual=False),
        retention_days=row.retention_days,
        thresholds=dict(sorted(row.thresholds.items())),
    )


def _quiet(row: m.Workspace) -> str:
    is_none = row.quiet_from == row.quiet_to == time(0)
    return "none" if is_none else f"{clock(row.quiet_from)}-{clock(row.quiet_to)}"


def _holidays(scope: Scope) -> list[Doc]:
    rows = [row for row in _rows(scope, Kind.HOLIDAY) if isinstance(row, m.Holiday)]
    return [
        doc(
            calendar=unless(row.calendar, EVERYONE),
            day=row.day,
            kind=unless(row.kind, m.HolidayKind.OFF),
            name=row.name,
        )
        for row in sorted(rows, key=lambda row: (row.day, row.calendar))
    ]


def people_docs(scope: Scope, *, details: bool) -> list[Value]:
    """Everyone who is named; with `details` everyone there is, with their settings, addresses and days away."""
    rows = [row for row in _rows(scope, Kind.PERSON) if isinstance(row, m.Person)]
    if scope.actor is not None or len(scope.teams) < len(_rows(scope, Kind.TEAM)):
        rows = [row for row in rows if row.id in scope.named_people]
    else:
        scope.named_people.update(row.id for row in rows)
    found = sorted(rows, key=lambda row: row.handle)
    if not details:
        return [_person(row) for row in found]
    away: dict[int, list[m.Away]] = {}
    addresses: dict[int, list[tuple[str, str]]] = {}
    for ref_kind, ref_key, row in _with_keys(scope):
        if ref_kind is Kind.AWAY and isinstance(row, m.Away):
            away.setdefault(row.person_id, []).append(row)
        if ref_kind is Kind.ADDRESS and isinstance(row, m.Address):
            addresses.setdefault(row.person_id, []).append((str(ref_key[0]), row.external_id))
    return [{**_person(row), **_settings(row, scope, away.get(row.id, []), addresses.get(row.id, []))} for row in found]


def _person(row: m.Person) -> Doc:
    return doc(
        handle=row.handle,
        name=row.display_name,
        short_name=row.short_name,
        e_mail=if_readable(row.e_mail, scalars.e_mail),
        timezone=if_readable(row.timezone, scalars.zone_name),
    )


def _settings(row: m.Person, scope: Scope, away: list[m.Away], addresses: list[tuple[str, str]]) -> Doc:
    return doc(
        language=row.lang,
        number_style=unless(row.number_style, m.NumberStyle.DOT),
        working_days=None if row.working_days == [0, 1, 2, 3, 4] else weekdays(row.working_days),
        holiday_calendar=row.holiday_calendar,
        check_in_day=None if row.check_in_weekday is None else weekdays([row.check_in_weekday])[0],
        check_in_time=row.check_in_time,
        role=unless(row.role, m.WorkspaceRole.MEMBER),
        active=unless(row.active, usual=True),
        muted_until=row.muted_until,
        away=[
            {"from": one.first_day.isoformat(), **doc(to=one.last_day, delegate=scope.person(one.delegate_id))}
            for one in sorted(away, key=lambda one: (one.first_day, one.id))
        ],
        # One address a platform: a file has no more.
        address=dict(sorted(addresses)),
    )


def team_docs(scope: Scope, *, details: bool, meetings: bool) -> list[Value]:
    """The teams of the export, and the bare keys of those they name."""
    members: dict[int, list[m.Membership]] = {}
    meets: dict[int, list[m.Meeting]] = {}
    for row in _rows(scope, Kind.MEMBERSHIP):
        if isinstance(row, m.Membership):
            members.setdefault(row.team_id, []).append(row)
    for row in _rows(scope, Kind.MEETING):
        if isinstance(row, m.Meeting):
            meets.setdefault(row.team_id, []).append(row)
    mine = {team.id for team in scope.teams}
    found = {
        team.key: {
            **_team(team, scope, members.get(team.id, [])),
            **(_team_settings(team, scope) if details else {}),
            **(doc(meetings=[_meeting(one) for one in _in_order(meets.get(team.id, []))]) if meetings else {}),
        }
        for team in scope.teams
    }
    for team_id in scope.named_teams - mine:
        key = scope.stored.team(team_id)
        found[key] = {"key": key}
    return [found[key] for key in sorted(found)]


def _team(team: m.Team, scope: Scope, members: list[m.Membership]) -> Doc:
    def of(role: m.TeamRole) -> list[str]:
        return sorted(scope.person(one.person_id) or "" for one in members if one.role is role)

    return doc(
        key=team.key,
        name=team.name,
        lead=next(iter(of(m.TeamRole.LEAD)), None),
        members=of(m.TeamRole.MEMBER),
        viewers=of(m.TeamRole.VIEWER),
        timezone=if_readable(team.timezone, scalars.zone_name),
        parent=scope.team(team.parent_team_id),
        kind=unless(team.kind, m.TeamKind.TEAM),
    )


def _team_settings(team: m.Team, scope: Scope) -> Doc:
    place = scope.stored.name(Kind.INSTALLATION, team.installation_id)
    channel = (team.channel_ref or {}).get("channel")
    return doc(
        channel=None if place is None or not channel else {str(place[0]): channel},
        language=team.lang,
        holiday_calendar=team.holiday_calendar,
        cadence=unless(team.cadence, okr.Cadence.WEEKLY),
        reminders=unless(team.reminders, 2),
        review_every_weeks=unless(team.review_every_weeks, 6),
        rituals=dict(sorted(team.rituals.items())),
    )


def _in_order(meetings: Iterable[m.Meeting]) -> list[m.Meeting]:
    return sorted(meetings, key=lambda one: (not one.main, one.weekdays, one.time, one.title))


def _meeting(row: m.Meeting) -> Doc:
    return doc(
        title=row.title,
        weekdays=weekdays(row.weekdays),
        time=row.time,
        timezone=if_readable(row.timezone, scalars.zone_name),
        every=unless(row.every, 1),
        lead_minutes=unless(row.lead_minutes, 10),
        duration=unless(row.duration, 60),
        main=row.main,
    )


def cycle_docs(scope: Scope) -> list[Value]:
    """The cycles that the objectives are in; all there are where everything is exported."""
    used = {row.cycle_id for row, _sight in scope.objectives}
    everything = scope.actor is None and len(scope.teams) == len(_rows(scope, Kind.TEAM))
    rows = [row for row in _rows(scope, Kind.CYCLE) if isinstance(row, m.Cycle) and (everything or row.id in used)]
    found = sorted(rows, key=lambda row: (row.first_day, scope.stored.team(row.team_id), row.name))
    return [
        doc(
            name=row.name,
            team=scope.team(row.team_id),
            first_day=row.first_day,
            last_day=row.last_day,
            state=unless(row.state, m.CycleState.ACTIVE),
        )
        for row in found
    ]


def _rows(scope: Scope, kind: Kind) -> list[m.Row]:
    return [row for ref, row in scope.stored.rows.items() if ref.kind is kind]


def _with_keys(scope: Scope) -> Iterator[tuple[Kind, tuple[str | int, ...], m.Row]]:
    for ref, row in scope.stored.rows.items():
        yield ref.kind, ref.key, row
