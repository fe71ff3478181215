"""What the planner must know of silence: unanswered questions, participation week by week, who is told of feeds."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlmodel import Session

from bot.okr import planning
from bot.okr.localtime import local_day
from bot.okr.participation import WeekOfKR, participation
from bot.views.team import STALLED_WEEKS, KRView, TeamView, person_calendar
from storage import calendars, care, teams
from storage import models as m
from storage.check_ins import check_in_value
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


def care_facts(session: Session, view: TeamView, asked: Collection[int]) -> CareFacts:
    """Load it in five queries, two of them for the feeds of a team that has any."""
    rows, admin_ids = view.rows, tuple[int, ...]()
    if any(one.kr.is_automated for one in view.key_results):
        rows, admin_ids = _with_admins(session, rows)
    return CareFacts(
        unanswered=_unanswered(session, view, asked),
        participation=_participation(session, view),
        updated_on=max((on for one in view.key_results if (on := one.state.current.updated_on)), default=None),
        rows=rows,
        admin_ids=admin_ids,
    )


def _with_admins(session: Session, rows: TeamRows) -> tuple[TeamRows, tuple[int, ...]]:
    admins = {one.id: one for one in care.admins_of(session, rows.workspace.id)}
    away = calendars.away_of(session, admins)
    return replace(rows, people={**admins, **rows.people}, away={**away, **rows.away}), tuple(admins)


def _unanswered(session: Session, view: TeamView, asked: Collection[int]) -> dict[int, tuple[date, ...]]:
    """By person: the days of the questions since their last answer whose digest has gone out."""
    found: dict[int, tuple[date, ...]] = {}
    for one in care.unanswered_questions(session, asked, view.now - SILENCE_KNOWN):
        if one.digest_at is not None and one.digest_at > view.now:
            continue
        person = view.rows.people[one.person_id]
        day = local_day(one.sent_at, teams.person_zone(person, view.rows.workspace))
        found[one.person_id] = (*found.get(one.person_id, ()), day)
    return found


def _participation(session: Session, view: TeamView) -> tuple[planning.WeekCount, ...]:
    """Updated of due in the last weeks in which anything was asked, oldest first."""
    runs = care.past_check_ins(session, view.team.id, view.now - STALLED_WEEKS, view.now)[-WEEKS_KNOWN:]
    items = care.items_of_runs(session, [run.id for run in runs])
    return tuple(_week(view, run, items[run.id]) for run in runs if run.id in items)


def _week(view: TeamView, run: m.RitualRun, items: list[m.PromptItem]) -> planning.WeekCount:
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
        updates=tuple(row.at for row in one.recent if check_in_value(row).is_substantive),
        suppressed=suppressed,
        fed=one.kr.is_automated,  # a quiet feed is nobody's silence, least of all weeks later (spec/03 §7.3)
    )
