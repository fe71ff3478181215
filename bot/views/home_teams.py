"""What a person's page tells of their teams besides the boards: their next steps, wins, and teams without a cycle."""

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from sqlmodel import Session

from bot.okr.localtime import instant, local_day
from bot.views.next_steps import StepLine, step_line
from bot.views.person import PersonView
from bot.views.team import TeamView
from bot.views.visible import seen_by
from storage import digests
from storage import models as m
from storage.digests import StepRow, WinRow

MOST_STEPS = 6
MOST_WINS = 3
MOST_TEAMS = 3
DONE_SINCE = timedelta(days=1)
"""For how long a next step that is done stays, so that it can be opened again."""


@dataclass(frozen=True, slots=True)
class HomeWin:
    """A win of this week: its words, whose they are, and which team they thank."""

    text: str
    by: str
    thanks: str


@dataclass(frozen=True, slots=True)
class TeamWithoutCycle:
    """A team that works on nothing now; `may`: this person can begin."""

    name: str
    key: str
    lead: str
    may: bool


@dataclass(frozen=True, slots=True)
class HomeStep:
    """A next step of mine."""

    line: StepLine
    done: bool


def my_steps(session: Session, view: PersonView) -> list[HomeStep]:
    """The open next steps of this person over their teams, the nearest first, and what they did since yesterday."""
    teams = {one.team.id: one for one in view.teams}
    since = view.now - DONE_SINCE
    rows = digests.next_steps_of(session, view.person.id, teams, since, most=MOST_STEPS) if teams else ()
    return [_step(teams[one.step.team_id], one, view.person) for one in rows]


def _step(team: TeamView, one: StepRow, person: m.Person) -> HomeStep:
    line = replace(step_line(team, one, person, writes=True), owner="")  # they are all of one owner
    return HomeStep(line, one.step.state is m.NextStepState.DONE)


def wins_of(session: Session, view: PersonView) -> list[HomeWin]:
    """What people told of this week in this person's teams, the newest first."""
    teams = [one.team.id for one in view.teams]
    hidden = {kr for one in view.teams for kr in _hidden(view, one)}
    since = _monday(view)
    rows = digests.newest_wins(session, teams, since, view.now, hidden=hidden, most=MOST_WINS) if teams else ()
    return [HomeWin(one.win.text, _by(one), one.thanks or "") for one in rows]


def _hidden(view: PersonView, team: TeamView) -> set[int]:
    """The key results of a team that are not this person's to see."""
    shown = {kr.row.id for one in seen_by(team, view.person) for kr in one.key_results}
    return {kr.row.id for kr in team.key_results} - shown


def _by(one: WinRow) -> str:
    return "" if one.win.source is m.WinSource.AUTO or one.by is None else one.by


def _monday(view: PersonView) -> datetime:
    today = local_day(view.now, view.tz.key)
    return instant(today - timedelta(days=today.weekday()), time(0), view.tz.key) - timedelta(seconds=1)


def without_cycle(view: PersonView) -> list[TeamWithoutCycle]:
    """The teams that have no cycle now, and who can begin one."""
    admin = view.person.role is m.WorkspaceRole.ADMIN
    found = []
    for one in view.teams:
        if one.rows.cycle is not None:
            continue
        lead = None if one.rows.lead_id is None else one.rows.people.get(one.rows.lead_id)
        may = admin or one.rows.lead_id == view.person.id
        found.append(TeamWithoutCycle(one.team.name, one.team.key, "" if lead is None else lead.short_name, may))
    return found[:MOST_TEAMS]
