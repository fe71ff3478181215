"""When a person may be written to: on working days, outside quiet hours (spec/10 §17)."""

from datetime import date, datetime, time, timedelta

from bot.okr.localtime import instant, local
from bot.okr.planning.facts import PersonFacts, SkipReason
from bot.okr.workdays import WorkCalendar

ASK_AT = time(10, 0)
"""The hour of questions and notices, and the one that moved messages move to."""
MAY_BE_LATE = timedelta(hours=24)
"""After downtime: how much later than its time a question or notice is still worth sending."""

_MORNINGS_TRIED = 5
"""More than one is tried only where the calendar itself lost a day, as Samoa's did in 2011."""


def next_allowed(person: PersonFacts, at: datetime, calendar: WorkCalendar | None = None) -> datetime | None:
    """The first moment from `at` on at which a person may be written to: a working day, outside quiet hours.

    A moment that is not allowed moves to the next allowed 10:00 (or the end of quiet hours where 10:00 is quiet).
    Someone away is not written to, whoever stands in for them. None: there is no such moment within sight.
    """
    calendar = (calendar or person.calendar).without_stand_ins()
    if _is_allowed(person, calendar, at):
        return at
    here = local(at, person.zone).date()
    morning = person.quiet.end if person.quiet.covers(ASK_AT) else ASK_AT
    day: date | None = here if calendar.is_working(here) else calendar.next_working(here)
    for _ in range(_MORNINGS_TRIED):
        if day is None:
            return None
        moment = instant(day, morning, person.zone)
        if moment >= at and _is_allowed(person, calendar, moment):
            return moment
        day = calendar.next_working(day)
    return None


def is_allowed(person: PersonFacts, at: datetime) -> bool:
    """True if a person may be written to at `at`."""
    return next_allowed(person, at) == at


def found_at(person: PersonFacts, at: datetime, now: datetime) -> datetime:
    """The due time of a message that was due at `at` and is looked at `now`.

    It stays what it was while it may go out at once; found in the night, it moves to the morning.
    """
    if at >= now:
        return at
    moved = next_allowed(person, now)
    return at if moved is None or moved == now else moved


def quiet_until(person: PersonFacts, at: datetime) -> datetime:
    """`at`, or the end of the quiet hours in which it falls."""
    here = local(at, person.zone)
    if not person.quiet.covers(here.time()):
        return at
    end = instant(here.date(), person.quiet.end, person.zone)
    return end if end > at else instant(here.date() + timedelta(days=1), person.quiet.end, person.zone)


def unreachable(person: PersonFacts, on: date) -> SkipReason | None:
    """Why nothing at all is sent to a person on a day: their account is off, or they asked for silence."""
    if not person.active:
        return SkipReason.ACCOUNT_OFF
    if person.muted_until is not None and on <= person.muted_until:
        return SkipReason.MUTED
    return None


def why_not_in_time(person: PersonFacts, on: date) -> SkipReason:
    """Why a message of a day found no allowed moment while it was of use."""
    away = any(first <= on <= last for first, last in person.calendar.away)
    return SkipReason.AWAY if away else SkipReason.DAY_OFF


def _is_allowed(person: PersonFacts, calendar: WorkCalendar, at: datetime) -> bool:
    here = local(at, person.zone)
    return calendar.is_working(here.date()) and not person.quiet.covers(here.time())
