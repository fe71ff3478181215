"""Not now, not this week, not mine: what a person may say instead of an answer (spec/07 §12.4)."""

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from bot.handlers.order import Order, Topic
from bot.handlers.saying import N_, notice
from bot.handlers.showing import touched
from bot.handlers.verbs import Verb
from bot.intake.conversation import Answer, Reply, Turn
from bot.okr.days import read_day
from bot.okr.localtime import QuietHours, instant, local, monday_of
from bot.views.person import PersonView
from bot.views.team import KRView, person_calendar
from storage import agendas, deliveries, teams
from storage import models as m
from storage.teams import person_zone

LATER = timedelta(hours=3)
BEFORE_DIGEST = timedelta(minutes=60)
ASK_AT = time(10, 0)
MOST_SNOOZES = 3
"""How often one question can be put off; then it stays open, and nobody is asked a fourth time."""
MOST_DAYS = timedelta(days=14)
"""Further away the next question has been asked."""
NOTHING_WAITS = N_("Nothing is waiting for an answer just now.")
NOTHING_TO_REMIND_OF = N_(
    "I remind you of questions that are open, and none is just now. The next ones come at their usual time."
)
_SPAN = re.compile(
    r"(?P<minus>[-−]\s*)?(?:(?P<number>\d{1,9})\s*(?:(?P<hours>h\b|hrs?\b|hours?\b|个?小时|个?钟头)|m\b|mins?\b|minutes?\b|分钟?)"
    r"|(?P<half>half an hour|半个?小时|半个?钟头))"
)
HOW_LONG = N_("For how long? Try: /okr snooze 2h, or /okr snooze until Fri.")
TOO_LONG = N_(
    "That is after the next questions, so nothing was changed. At most two weeks; to pause for longer: away 3-14 Dec."
)
ENOUGH = N_(
    "You have put this one off three times, so I leave it with you. It stays open until the next one; a line is enough."
)
_FRAME = re.compile(
    r"\b(?:please|can you|could you|(?:remind|ask|ping) me|about (?:it|this)|snooze|it|again|later|not now)\b"
    r"|\b(?:too )?busy\b"
    r"|(?:请|麻烦|到时候?)?再?(?:提醒|问|叫)(?:我一下|一下我|一下|我)?(?:吧|一下)?|[.,!。，！]"
)
"""What stands around the day in a wish to be asked again."""
_TOMORROW = re.compile(r"tomorrow|明天")
_NEXT_WEEK = re.compile(r"next week|下周")


def later(
    turn: Turn, view: PersonView, words: str, prompt: m.Prompt | None = None, *, nothing: str = NOTHING_WAITS
) -> Answer:
    """Ask again in a while: what is open in the standing prompt, once, at a moment the person is told.

    `nothing`: what the person is told where nothing is open.
    """
    prompt = prompt or agendas.newest_prompt(turn.session, turn.person.id)
    items = [] if prompt is None else agendas.items_of(turn.session, prompt.id)
    nothing_open = not any(item.state is m.ItemState.OPEN for item in items)
    if prompt is None or nothing_open or not view.teams:  # who left their teams is not asked either
        return notice(nothing)
    if prompt.snoozes >= MOST_SNOOZES:
        return notice(ENOUGH)
    problem = _problem(words, turn.now.astimezone(view.tz).date())
    if problem is not None:
        return notice(problem)
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


def snooze(order: Order) -> Reply:
    """`/okr snooze`, `snooze 2h`, `snooze until Fri`: words that name no time are asked about."""
    words = order.rest.casefold()
    today = order.turn.now.astimezone(order.view.tz).date()
    if words and _SPAN.search(words) is None and named_day(words, today) is None:
        return notice(HOW_LONG)
    return later(order.turn, order.view, words or "later")


def _problem(words: str, today: date) -> str | None:
    """Why somebody cannot be asked again so much later; None where they can."""
    span = _span(words)
    if span is not None:
        return HOW_LONG if span <= timedelta(0) else TOO_LONG if span > MOST_DAYS else None
    named = named_day(words, today)
    if named is None:
        return None
    return HOW_LONG if named < today else TOO_LONG if named > today + MOST_DAYS else None


def _span(words: str) -> timedelta | None:
    """`2h`, `90 min`, `半小时`; not above zero where it is none at all."""
    found = _SPAN.search(words.casefold())
    if found is None:
        return None
    if found["half"]:
        return timedelta(minutes=30)
    number = int(found["number"]) * (-1 if found["minus"] else 1)
    return timedelta(hours=min(number, 10_000)) if found["hours"] else timedelta(minutes=min(number, 600_000))


def again_at(turn: Turn, view: PersonView, words: str, items: Sequence[m.PromptItem]) -> datetime:
    """When to ask again: on a day that is named, at 10:00; else 3 hours on (or the time that is named).

    At most an hour before the digest; where that has passed, or is quiet, on the next working day at 10:00
    (spec/07 §12.4). `view` is of somebody who is in a team.
    """
    zone_name = person_zone(turn.person, view.workspace)
    here = local(turn.now, zone_name)
    calendar = person_calendar(view.teams[0].rows, turn.person, turn.now)
    span = _span(words)
    named = None if span is not None else named_day(words, here.date())
    if named is not None and named > here.date():
        day = named if calendar.is_working(named) else calendar.next_working(named) or named
        return instant(day, ASK_AT, zone_name)
    at = turn.now + (LATER if span is None else span)
    latest = _latest(turn, items)
    if latest is not None:
        at = min(at, latest)
    there = local(at, zone_name)
    quiet = QuietHours(view.workspace.quiet_from, view.workspace.quiet_to).covers(there.time())
    if at <= turn.now or quiet or there.date() != here.date():
        next_day = calendar.next_working(here.date()) or here.date() + timedelta(days=1)
        return instant(next_day, ASK_AT, zone_name)
    return at


def named_day(words: str, today: date) -> date | None:
    """The day in `remind me on Friday`, `周五再提醒我`; None where none can be read."""
    framed = _FRAME.sub(" ", words.casefold())
    day = read_day(framed, today)
    if day is not None:
        return day
    if _TOMORROW.search(framed):
        return today + timedelta(days=1)
    return monday_of(today) + timedelta(days=7) if _NEXT_WEEK.search(framed) else None


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


TOPIC = Topic(verbs={Verb.SNOOZE: snooze})
