"""Not now, not this week, not mine: what a person may say instead of an answer (spec/07 §12.4)."""

import re
from collections.abc import Sequence
from datetime import datetime, time, timedelta

from bot.handlers.recording import touched
from bot.handlers.saying import N_, notice
from bot.intake.conversation import Answer, Turn
from bot.okr.localtime import instant, local, monday_of
from bot.views.person import PersonView
from bot.views.team import KRView, person_calendar
from storage import agendas, deliveries, teams
from storage import models as m
from storage.teams import person_zone

LATER = timedelta(hours=3)
BEFORE_DIGEST = timedelta(minutes=60)
ASK_AT = time(10, 0)
_HOURS = re.compile(r"(\d{1,2})\s*(?:h\b|hours?|小时)")
_TOMORROW = re.compile(r"tomorrow|明天")
_NEXT_WEEK = re.compile(r"next week|下周")


def later(turn: Turn, view: PersonView, words: str, prompt: m.Prompt | None = None) -> Answer:
    """Ask again in a while: what is open in the standing prompt, once, at a moment the person is told."""
    prompt = prompt or agendas.newest_prompt(turn.session, turn.person.id)
    items = [] if prompt is None else agendas.items_of(turn.session, prompt.id)
    if prompt is None or not any(item.state is m.ItemState.OPEN for item in items):
        return notice(N_("Nothing is waiting for an answer just now."))
    at = again_at(turn, view, words, items)
    prompt.snoozed_until = at
    prompt.snoozes += 1
    turn.session.add(prompt)
    deliveries.plan_delivery(
        turn.session,
        workspace_id=prompt.workspace_id,
        kind="snooze",
        subject=f"prompt:{prompt.id}",
        period=f"snooze:{prompt.snoozes}",
        due_at=at,
        now=turn.now,
        person_id=turn.person.id,
        prompt_id=prompt.id,
    )
    here = at.astimezone(view.tz)
    if here.date() == turn.now.astimezone(view.tz).date():
        return notice(N_("OK, I'll ask again at {time}."), time=f"{here:%H:%M}")
    return Answer("snoozed", {"at": at.isoformat()})


def again_at(turn: Turn, view: PersonView, words: str, items: Sequence[m.PromptItem]) -> datetime:
    """3 hours on, at most until an hour before the digest; else, and for "tomorrow", the next working day 10:00."""
    zone_name = person_zone(turn.person, view.workspace)
    here = local(turn.now, zone_name)
    calendar = person_calendar(view.teams[0].rows, turn.person, turn.now)
    next_day = calendar.next_working(here.date()) or here.date() + timedelta(days=1)
    if _NEXT_WEEK.search(words):
        monday = monday_of(here.date()) + timedelta(days=7)
        day = monday if calendar.is_working(monday) else calendar.next_working(monday) or monday
        return instant(day, ASK_AT, zone_name)
    if _TOMORROW.search(words):
        return instant(next_day, ASK_AT, zone_name)
    hours = _HOURS.search(words)
    at = turn.now + (timedelta(hours=int(hours[1])) if hours else LATER)
    latest = _latest(turn, items)
    there = local(at, zone_name)
    quiet = there.date() != here.date() or there.time() >= view.workspace.quiet_from
    if quiet or (latest is not None and at > latest):
        return instant(next_day, ASK_AT, zone_name)
    return at


def _latest(turn: Turn, items: Sequence[m.PromptItem]) -> datetime | None:
    """An hour before the first digest these answers are for; None where none is to come."""
    runs = [turn.session.get_one(m.RitualRun, run_id) for run_id in sorted({item.run_id for item in items})]
    coming = [run.digest_at for run in runs if run.digest_at is not None and run.digest_at > turn.now]
    return min(coming) - BEFORE_DIGEST if coming else None


def not_mine(turn: Turn, view: KRView, item: m.PromptItem | None) -> Answer:
    """The person says it is not theirs: the question is closed for them, and the lead is told once, privately."""
    session = turn.session
    team = session.get_one(m.Team, view.row.team_id)
    if item is not None:
        item.state = m.ItemState.NOT_MINE
        session.add(item)
        session.flush()
    lead = teams.lead_of(session, team.id)
    touched(turn, {team.id}, {view.row.id})
    if lead is None:
        return notice(
            N_("Noted. {team} has no lead I could tell, so {kr} keeps its owner."), team=team.name, kr=view.kr.key
        )
    if lead.id == turn.person.id:
        return notice(
            N_("Noted. You lead {team}; {kr} keeps its owner until you change it."), team=team.name, kr=view.kr.key
        )
    deliveries.plan_delivery(
        session,
        workspace_id=team.workspace_id,
        kind="not_mine",
        subject=f"kr:{view.row.id}:person:{turn.person.id}",
        period="once" if item is None else f"prompt:{item.prompt_id}",
        due_at=turn.now,
        now=turn.now,
        person_id=lead.id,
        data={"kr": view.row.id, "by": turn.person.id},
    )
    return notice(N_("Thank you. I tell {lead} that {kr} is not yours."), lead=lead.short_name, kr=view.kr.key)
