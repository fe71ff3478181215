"""From a team in storage to what the pure planner must know of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlmodel import Session

from bot.okr import model as okr
from bot.okr import planning
from bot.okr.agreements import OPEN_STATES, Side
from bot.okr.localtime import QuietHours, local_day
from bot.views.agreements import speaker_among
from bot.views.care_facts import CareRows, care_facts, care_rows
from bot.views.team import KRView, TeamView, person_calendar, team_shown, teams_shown
from storage import agreements, calendars, plans, teams
from storage import models as m
from storage.agreements import Ends
from storage.backup import MAYBE_SENT
from storage.calendars import freezes, off_days
from storage.okrs import Parts, owners_of
from storage.settings import is_archived
from storage.teams import TeamRows
from storage.zones import known_zone

PROMPTS_KNOWN = timedelta(days=21)
ASKING = ("check_in", "reminder_1", "reminder_2")
MAY_PASS = frozenset(reason.value for reason in planning.MAY_PASS)
"""Reasons in the outbox for which a question is asked after all, once they are gone."""


def team_facts(session: Session, team: m.Team, now: datetime) -> planning.TeamFacts:
    """The team's facts at `now`: its people, meetings, key results, and what was asked and opened already."""
    return _facts_of(session, [team_shown(session, team, now)])[0]


def facts_of(session: Session, view: TeamView) -> planning.TeamFacts:
    """The same for a team that is loaded already, without its agreements: no question and no board waits for those."""
    return _facts_of(session, [view], with_agreements=False)[0]


def facts_of_teams(session: Session, wanted: Sequence[m.Team], now: datetime) -> dict[int, planning.TeamFacts]:
    """The facts of many teams, by team: about twenty queries for each workspace they are in."""
    found: dict[int, planning.TeamFacts] = {}
    for workspace_id in sorted({team.workspace_id for team in wanted}):
        workspace = session.get_one(m.Workspace, workspace_id)
        mine = [team for team in wanted if team.workspace_id == workspace_id]
        found.update((one.id, one) for one in _facts_of(session, teams_shown(session, workspace, mine, now)))
    return found


@dataclass(frozen=True, slots=True)
class _Beside:
    """What facts need beside the teams themselves, loaded for all of them together."""

    health: Mapping[int, Sequence[m.HealthMetric]]
    meetings: Mapping[int, Sequence[m.Meeting]]
    runs: Mapping[int, Sequence[planning.OpenedRun]]
    questions: Mapping[int, Sequence[plans.Question]]
    """By person."""
    care: CareRows
    agreements: Mapping[int, Sequence[planning.AgreementFacts]]


def _facts_of(session: Session, views: Sequence[TeamView], *, with_agreements: bool = True) -> list[planning.TeamFacts]:
    """The facts of teams of one workspace as they are at one moment."""
    team_ids, now = [view.team.id for view in views], views[0].now
    health = plans.health_of_teams(session, team_ids)
    agreed = _agreements(session, views) if with_agreements else {}
    views = _with_owners(session, views, health)
    asked = {view.team.id: _asked(view, health.get(view.team.id, ())) for view in views}
    for team_id, found in agreed.items():
        asked[team_id] |= {one.reader_id for one in found}
    everybody = set().union(*asked.values())
    beside = _Beside(
        health=health,
        meetings=plans.meetings_of_teams(session, team_ids),
        runs={
            team_id: [planning.OpenedRun(planning.Ritual(one.kind.value), one.period, one.meeting_id) for one in runs]
            for team_id, runs in plans.runs_of_teams(session, team_ids, now - PROMPTS_KNOWN).items()
        },
        questions=plans.questions_since(session, everybody, now - PROMPTS_KNOWN, ASKING),
        care=care_rows(session, views, everybody),
        agreements=agreed,
    )
    return [_facts(view, asked[view.team.id], beside) for view in views]


def _asked(view: TeamView, health: Sequence[m.HealthMetric]) -> set[int]:
    """Who may be asked something: the owners, who stands in for one, and the lead; as far as they are known."""
    rows = view.rows
    owner_ids = {owner.id for kr in view.key_results for owner in kr.owners}
    stand_ins = {row.delegate_id for one in owner_ids for row in rows.away.get(one, ()) if row.delegate_id is not None}
    asked = owner_ids | stand_ins | {one.owner_id for one in health if one.owner_id is not None}
    asked |= {rows.lead_id} if rows.lead_id else set()
    return asked & set(rows.people)


def _facts(view: TeamView, asked: set[int], beside: _Beside) -> planning.TeamFacts:
    rows, now = view.rows, view.now
    team, workspace = rows.team, rows.workspace
    years = (now.year - 1, now.year + 1)
    off, _working = off_days(team.holiday_calendar or workspace.holiday_calendar, rows.own_dates, years)
    care = care_facts(view, asked, beside.care)
    known = asked | set(care.admin_ids)
    return planning.TeamFacts(
        id=team.id,
        zone=view.zone,
        known_since=team.created_at or now,
        cycle=None if rows.cycle is None else (rows.cycle.first_day, rows.cycle.last_day),
        meetings=tuple(_meeting(meeting, view.zone) for meeting in beside.meetings.get(team.id, ())),
        people={
            one.id: _person(view, one, care.rows, beside.questions.get(one.id, ()), care.unanswered.get(one.id, ()))
            for one in care.rows.people.values()
            if one.id in known
        },
        key_results=tuple(_key_result(one) for one in view.key_results),
        has_channel=team.channel_ref is not None and team.installation_id is not None,
        lead_id=rows.lead_id,
        off=off,
        freeze=freezes(workspace),
        biweekly=team.cadence is okr.Cadence.BIWEEKLY,
        reminders=team.reminders,
        opened=tuple(beside.runs.get(team.id, ())),
        grace_days=int(workspace.thresholds.get("grace_days", okr.DEFAULT_THRESHOLDS.grace_days)),
        dark_factor=int(workspace.thresholds.get("dark_factor", okr.DEFAULT_THRESHOLDS.dark_factor)),
        on=rituals_on(team),
        is_company=team.kind is m.TeamKind.COMPANY,
        health=tuple(
            planning.HealthFacts(one.id, one.owner_id)
            for one in beside.health.get(team.id, ())
            if one.owner_id is not None
        ),
        agreements=tuple(beside.agreements.get(team.id, ())),
        admin_ids=care.admin_ids,
        participation=care.participation,
        updated_on=care.updated_on,
    )


def _agreements(session: Session, views: Sequence[TeamView]) -> dict[int, list[planning.AgreementFacts]]:
    """What these teams asked of others, or others of them, in chat: one query. Links upward and conflicts are asked
    about once and have no day, so nobody is reminded of them."""
    by_team = {view.team.id: view for view in views}
    found: dict[int, list[planning.AgreementFacts]] = {}
    for ends in agreements.followed(session, list(by_team)):
        one = agreements.value_of(ends.row)
        conflict = ends.row.kind is m.AlignmentKind.CONFLICTS
        for side in Side:
            view = by_team.get(ends.team(side).id)
            reader = None if view is None else _speaker(view, ends, side)
            if view is None or reader is None:
                continue
            waits = not one.said_yes(side) if conflict else one.waits_for is side
            if ends.row.kind is not m.AlignmentKind.DEPENDS_ON and not waits:
                continue
            found.setdefault(view.team.id, []).append(
                planning.AgreementFacts(
                    id=ends.row.id,
                    side=side,
                    reader_id=reader.id,
                    rev=one.rev,
                    asked_on=local_day(ends.row.asked_at, view.zone),
                    is_open=one.state in OPEN_STATES,
                    waits_here=waits,
                    by=one.slips_to or one.needed_by,
                )
            )
    return found


def _speaker(view: TeamView, ends: Ends, side: Side) -> m.Person | None:
    rows, row = view.rows, ends.key_result(side)
    members = set(rows.roles)
    if row is not None:
        members |= set(owners_of(row, rows.parts))
    return speaker_among(ends, side, rows.people, members, rows.lead_id)


def rituals_on(team: m.Team) -> frozenset[str]:
    """The rituals that a team has switched on, by name: its own word, else what is usual (spec/10 §18).

    A team that is archived does none.
    """
    if is_archived(team):
        return frozenset()
    usual = planning.ON_BY_DEFAULT | ({"company_digest"} if team.kind is m.TeamKind.COMPANY else set())
    names = usual | set(team.rituals)
    return frozenset(name for name in names if team.rituals.get(name, name in usual))


def _with_owners(
    session: Session, views: Sequence[TeamView], health: Mapping[int, Sequence[m.HealthMetric]]
) -> list[TeamView]:
    """The same teams, with owners of health metrics who are neither among a team's members nor its owners."""
    others = {
        view.team.id: {one.owner_id for one in health.get(view.team.id, ()) if one.owner_id is not None}
        - set(view.rows.people)
        for view in views
    }
    ids = set[int]().union(*others.values())
    people, away = teams.people_by_id(session, ids), calendars.away_of(session, ids)

    def with_them(view: TeamView) -> TeamView:
        mine, rows = {one: people[one] for one in sorted(others[view.team.id])}, view.rows
        more = replace(rows, people={**mine, **rows.people}, away={**away, **rows.away})
        return replace(view, rows=more) if mine else view

    return [with_them(view) for view in views]


def calendar_view(session: Session, team: m.Team, person: m.Person, now: datetime) -> TeamView:
    """Of a team only what decides on which days, and when, this person may be written to: three queries."""
    workspace = session.get_one(m.Workspace, team.workspace_id)
    zone = teams.team_zone(team, workspace)
    away = calendars.away_of(session, [person.id])
    delegates = {row.delegate_id for row in away.get(person.id, ()) if row.delegate_id}
    rows = TeamRows(
        workspace=workspace,
        team=team,
        cycle=None,
        roles={},
        people={**teams.people_by_id(session, delegates), person.id: person},
        objectives=(),
        key_results=(),
        parts=Parts(),
        own_dates=calendars.own_dates(session, workspace.id),
        away=away,
    )
    return TeamView(rows, now, local_day(now, zone), zone, ())


def person_facts(view: TeamView, person: m.Person) -> planning.PersonFacts:
    """One person as the planner sees them, without what they were asked."""
    return _person(view, person, view.rows)


def _meeting(meeting: m.Meeting, zone: str) -> planning.MeetingFacts:
    return planning.MeetingFacts(
        id=meeting.id,
        main=meeting.main,
        weekdays=tuple(sorted(meeting.weekdays)),
        at=meeting.time,
        zone=known_zone(meeting.timezone, zone),
        every=meeting.every,
        lead_minutes=meeting.lead_minutes,
        duration=meeting.duration,
    )


def _person(
    view: TeamView,
    person: m.Person,
    rows: TeamRows,
    questions: Sequence[plans.Question] = (),
    unanswered: tuple[date, ...] = (),
) -> planning.PersonFacts:
    return planning.PersonFacts(
        id=person.id,
        name=person.short_name,
        zone=teams.person_zone(person, rows.workspace),
        calendar=person_calendar(rows, person, view.now),
        quiet=QuietHours(rows.workspace.quiet_from, rows.workspace.quiet_to),
        check_in_weekday=person.check_in_weekday,
        check_in_time=person.check_in_time,
        active=person.active,
        muted_until=person.muted_until,
        prompts=tuple(
            planning.SentPrompt(one.period, one.sending_at or one.due_at)
            for one in questions
            if one.kind == "check_in" and _goes_out(one)
        ),
        prompts_skipped=frozenset(
            one.period
            for one in questions
            if one.kind == "check_in"
            and one.state is m.DeliveryState.SKIPPED
            and one.reason not in MAY_PASS
            and not _goes_out(one)
        ),
        reminded=tuple(one.sending_at or one.due_at for one in questions if one.kind != "check_in" and _goes_out(one)),
        delegations=tuple(
            planning.Delegation(one.first_day, one.last_day, one.delegate_id)
            for one in rows.away.get(person.id, ())
            if one.delegate_id is not None
        ),
        unanswered=unanswered,
    )


def _goes_out(one: plans.Question) -> bool:
    """True for what waits, went out, or may have gone out before a backup was brought back."""
    if one.state is m.DeliveryState.SKIPPED:
        return one.reason == MAYBE_SENT
    return one.state is not m.DeliveryState.FAILED


def _key_result(one: KRView) -> planning.KeyResultFacts:
    state = one.state
    return planning.KeyResultFacts(
        id=one.row.id,
        owner_ids=tuple(owner.id for owner in one.owners),
        start=one.kr.start,
        due=one.kr.due,
        counts_from=max(one.kr.start, one.row.published_on or one.kr.start),
        calendar=one.calendar,
        asked_biweekly=one.kr.cadence is okr.Cadence.BIWEEKLY or state.reached,
        # A milestone or baseline that is done has nothing left to ask; a number may still fall back.
        ask=one.kr.state is okr.KRState.ACTIVE and not (state.reached and not one.kr.is_number),
        automated=one.kr.is_automated,
        updated_on=state.current.updated_on,
        said_on=max((said.on for said in one.said if said.is_substantive), default=None),
        fed_on=state.current.measured_on,
        feed_max_age=one.kr.auto_max_age_days,
    )
