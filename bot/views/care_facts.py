"""What the planner must know of silence: unanswered questions, participation week by week, who is told of feeds."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlmodel import Session

from bot.okr import planning
from bot.okr.localtime import local_day
from bot.okr.participation import WeekOfKR, participation
from bot.views.team import STALLED_WEEKS, KRView, TeamView, person_calendar
from storage import calendars, care, teams
from storage import models as m
from storage.teams import TeamRows

SILENCE_KNOWN = timedelta(weeks=26)
"""Longer than any cycle: the first question of a silence stays the same one while it lasts."""
WEEKS_KNOWN = 4


@dataclass(frozen=True, slots=True)
class CareFacts:
    """What `planning.care` and `planning.feeds` are made of, beside the team itself."""

    unanswered: Mapping[int, tuple[date, ...]]
    participation: tuple[planning.WeekCount, ...]
    updated_on: date | None
    rows: TeamRows
    """The team's, with the admins among its people where one of them may have to be told something."""
    admin_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CareRows:
    """What is read for the `CareFacts` of several teams of one workspace at once."""

    unanswered: Mapping[int, tuple[care.Unanswered, ...]]
    """By person, oldest first."""
    runs: Mapping[int, Sequence[care.PastRun]]
    """The last weeks of each team, oldest first."""
    items: Mapping[int, Sequence[care.AskedItem]]
    admins: Mapping[int, m.Person]
    """Nobody where no team has a feed that could fall silent."""
    away: Mapping[int, list[m.Away]]


def care_rows(session: Session, views: Sequence[TeamView], asked: Collection[int]) -> CareRows:
    """Load it in five queries, two of them where a team has feeds."""
    now, workspace_id = views[0].now, views[0].rows.workspace.id
    admins: dict[int, m.Person] = {}
    away: dict[int, list[m.Away]] = {}
    if any(one.kr.is_automated for view in views for one in view.key_results):
        admins = {one.id: one for one in care.admins_of(session, workspace_id)}
        away = calendars.away_of(session, admins)
    unanswered: dict[int, tuple[care.Unanswered, ...]] = {}
    for one in care.unanswered_questions(session, asked, now - SILENCE_KNOWN):
        if one.digest_at is None or one.digest_at <= now:
            unanswered[one.person_id] = (*unanswered.get(one.person_id, ()), one)
    past = care.past_check_ins(session, [view.team.id for view in views], now - STALLED_WEEKS, now)
    runs = {team_id: found[-WEEKS_KNOWN:] for team_id, found in past.items()}
    items = care.items_of_runs(session, [run.id for found in runs.values() for run in found])
    return CareRows(unanswered, runs, items, admins, away)


def care_facts(view: TeamView, asked: Collection[int], loaded: CareRows) -> CareFacts:
    """One team's part of what was loaded. `asked` are those of its people who may be asked something."""
    rows, admin_ids = view.rows, tuple[int, ...]()
    if any(one.kr.is_automated for one in view.key_results):
        rows = replace(rows, people={**loaded.admins, **rows.people}, away={**loaded.away, **rows.away})
        admin_ids = tuple(loaded.admins)
    return CareFacts(
        unanswered={one: _days(view, found) for one in asked if (found := loaded.unanswered.get(one))},
        participation=tuple(
            _week(view, run, loaded.items[run.id])
            for run in loaded.runs.get(view.team.id, ())
            if run.id in loaded.items
        ),
        updated_on=max((on for one in view.key_results if (on := one.state.current.updated_on)), default=None),
        rows=rows,
        admin_ids=admin_ids,
    )


def _days(view: TeamView, questions: Sequence[care.Unanswered]) -> tuple[date, ...]:
    """The days of somebody's questions since their last answer whose digest has gone out."""
    zone = teams.person_zone(view.rows.people[questions[0].person_id], view.rows.workspace)
    return tuple(local_day(one.sent_at, zone) for one in questions)


def _week(view: TeamView, run: care.PastRun, items: Sequence[care.AskedItem]) -> planning.WeekCount:
    began: datetime = run.meeting_at or run.digest_at or view.now
    asked_at = run.created_at or began
    suppressed = {item.kr_id for item in items if item.state is m.ItemState.SUPPRESSED}
    asked = {item.kr_id for item in items}
    count = participation(
        (_of_week(view, one, one.row.id in suppressed) for one in view.key_results if one.row.id in asked),
        asked_at=asked_at,
        until=began,
        first_day=local_day(asked_at, view.zone),
        last_day=local_day(began, view.zone),
    )
    return planning.WeekCount(run.period, began, count.updated, count.due)


def _of_week(view: TeamView, one: KRView, suppressed: bool) -> WeekOfKR:
    return WeekOfKR(
        one.kr,
        calendars=tuple(person_calendar(view.rows, owner, view.now) for owner in one.owners),
        updates=tuple(said.at for said in one.said if said.is_substantive),
        suppressed=suppressed,
        fed=one.kr.is_automated,  # a quiet feed is nobody's silence, least of all weeks later (spec/03 §7.3)
    )
