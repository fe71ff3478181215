"""What waits for a person's morning: said at their next allowed 10:00, whenever it is found (spec/10 §17)."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.okr.localtime import instant, local_day
from bot.okr.planning.allowed import ASK_AT, next_allowed, unreachable
from bot.okr.planning.book import Book
from bot.okr.planning.facts import PersonFacts, Planned

MORNING_LASTS = timedelta(hours=2)
"""A moment that is found so much later is still that morning; after that it is the next one's turn."""


def enter_in_the_morning(book: Book, person: PersonFacts, planned: Planned, on: date) -> None:
    """Enter what may be said from the morning of a day on; the morning that it is said in is the next allowed one.

    Nothing is owed at a moment here: who cannot be written to now is written to when they can be, if it still holds.
    """
    due_at = next_morning(person, book.now, on)
    if due_at is None or unreachable(person, local_day(due_at, person.zone)) is not None:
        return
    book.enter(replace(planned, due_at=due_at, person_id=person.id))


def next_morning(person: PersonFacts, now: datetime, on: date | None = None) -> datetime | None:
    """The morning that it is, or the next allowed one, not before that of the day `on`; None: none is in sight."""
    today = local_day(now, person.zone)
    at = _begins(person, today)
    if now > at + MORNING_LASTS:
        at = _begins(person, today + timedelta(days=1))
    if on is not None:
        at = max(at, _begins(person, on))
    return next_allowed(person, at)


def look_every_morning(book: Book, person: PersonFacts) -> None:
    """Have the plan made anew each morning of a person: silence is what does not happen, so nothing else wakes it."""
    today = local_day(book.until, person.zone)
    at = _begins(person, today)
    if at <= book.until:
        at = _begins(person, today + timedelta(days=1))
    coming = next_allowed(person, at)
    if coming is not None:
        book.later.append(coming)


def _begins(person: PersonFacts, day: date) -> datetime:
    return instant(day, person.quiet.end if person.quiet.covers(ASK_AT) else ASK_AT, person.zone)
