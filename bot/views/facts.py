"""From a team in storage to what the pure planner must know of it."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.okr import model as okr
from bot.okr import planning
from bot.okr.localtime import QuietHours, local_day
from bot.views.care_facts import care_facts
from bot.views.team import KRView, TeamView, person_calendar, team_view
from storage import agendas, calendars, teams
from storage import models as m
from storage.calendars import freezes, off_days
from storage.check_ins import check_in_value
from storage.okrs import Parts
from storage.teams import TeamRows
from storage.zones import known_zone

PROMPTS_KNOWN = timedelta(days=21)
ASKING = ("check_in", "reminder_1", "reminder_2")
MAY_PASS = frozenset(reason.value for reason in planning.MAY_PASS)
"""Reasons in the outbox for which a question is asked after all, once they are gone."""


def team_facts(session: Session, team: m.Team, now: datetime) -> planning.TeamFacts:
    """The team's facts at `now`: its people, meetings, key results, and what was asked and opened already."""
    return facts_of(session, team_view(session, team, now))


def facts_of(session: Session, view: TeamView) -> planning.TeamFacts:
    """The same for a team that is loaded already."""
    health = agendas.health_of(session, view.team.id)
    health_owners = {one.owner_id for one in health if one.owner_id is not None}
    view = with_people(session, view, health_owners)
    rows, now = view.rows, view.now
    team, workspace = rows.team, rows.workspace
    years = (now.year - 1, now.year + 1)
    off, _working = off_days(team.holiday_calendar or workspace.holiday_calendar, rows.own_dates, years)
    owner_ids = {owner.id for kr in view.key_results for owner in kr.owners}
    stand_ins = {row.delegate_id for one in owner_ids for row in rows.away.get(one, ()) if row.delegate_id is not None}
    asked = owner_ids | stand_ins | health_owners | ({rows.lead_id} if rows.lead_id else set())
    asked &= set(rows.people)
    prompts = agendas.prompt_deliveries_since(session, asked, now - PROMPTS_KNOWN, ASKING)
    care = care_facts(session, view, asked)
    asked |= set(care.admin_ids)
    return planning.TeamFacts(
        id=team.id,
        zone=view.zone,
        known_since=team.created_at or now,
        cycle=None if rows.cycle is None else (rows.cycle.first_day, rows.cycle.last_day),
        meetings=tuple(_meeting(meeting, view.zone) for meeting in teams.meetings_of(session, team.id)),
        people={
            one.id: replace(_person(view, one, prompts, care.rows), unanswered=care.unanswered.get(one.id, ()))
            for one in care.rows.people.values()
            if one.id in asked
        },
        key_results=tuple(_key_result(one) for one in view.key_results),
        has_channel=team.channel_ref is not None and team.installation_id is not None,
        lead_id=rows.lead_id,
        off=off,
        freeze=freezes(workspace),
        biweekly=team.cadence is okr.Cadence.BIWEEKLY,
        reminders=team.reminders,
        opened=tuple(
            planning.OpenedRun(planning.Ritual(run.kind.value), run.period, run.meeting_id)
            for run in agendas.runs_since(session, team.id, now - PROMPTS_KNOWN)
        ),
        grace_days=int(workspace.thresholds.get("grace_days", okr.DEFAULT_THRESHOLDS.grace_days)),
        dark_factor=int(workspace.thresholds.get("dark_factor", okr.DEFAULT_THRESHOLDS.dark_factor)),
        on=rituals_on(team),
        is_company=team.kind is m.TeamKind.COMPANY,
        health=tuple(planning.HealthFacts(one.id, one.owner_id) for one in health if one.owner_id is not None),
        admin_ids=care.admin_ids,
        participation=care.participation,
        updated_on=care.updated_on,
    )


def rituals_on(team: m.Team) -> frozenset[str]:
    """The rituals that a team has switched on, by name: its own word, else what is usual (spec/10 §18)."""
    usual = planning.ON_BY_DEFAULT | ({"company_digest"} if team.kind is m.TeamKind.COMPANY else set())
    names = usual | set(team.rituals)
    return frozenset(name for name in names if team.rituals.get(name, name in usual))


def with_people(session: Session, view: TeamView, ids: Collection[int]) -> TeamView:
    """The same team, with people it has to do with who are neither among its members nor its owners."""
    rows = view.rows
    others = set(ids) - set(rows.people)
    if not others:
        return view
    people = {**teams.people_by_id(session, others), **rows.people}
    away = {**calendars.away_of(session, others), **rows.away}
    return replace(view, rows=replace(rows, people=people, away=away))


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
    return _person(view, person, (), view.rows)


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


def _person(view: TeamView, person: m.Person, deliveries: Sequence[m.Delivery], rows: TeamRows) -> planning.PersonFacts:
    mine = [one for one in deliveries if one.person_id == person.id]
    went_out = (m.DeliveryState.PLANNED, m.DeliveryState.SENDING, m.DeliveryState.SENT, m.DeliveryState.UNKNOWN)
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
            for one in mine
            if one.kind == "check_in" and one.state in went_out
        ),
        prompts_skipped=frozenset(
            one.period
            for one in mine
            if one.kind == "check_in" and one.state is m.DeliveryState.SKIPPED and one.reason not in MAY_PASS
        ),
        reminded=tuple(
            one.sending_at or one.due_at for one in mine if one.kind != "check_in" and one.state in went_out
        ),
        delegations=tuple(
            planning.Delegation(one.first_day, one.last_day, one.delegate_id)
            for one in rows.away.get(person.id, ())
            if one.delegate_id is not None
        ),
    )


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
        said_on=max((row.day for row in one.recent if check_in_value(row).is_substantive), default=None),
        fed_on=state.current.measured_on,
        feed_max_age=one.kr.auto_max_age_days,
    )
