"""Reminders of the weekly question: at most two, about what is still open (spec/07 §12.3, spec/10 §17)."""

from dataclasses import replace
from datetime import datetime, time, timedelta

from bot.okr.localtime import instant, local_day, monday_of
from bot.okr.planning.allowed import is_allowed, quiet_until, unreachable
from bot.okr.planning.book import Book
from bot.okr.planning.facts import Message, PersonFacts, Planned, SkipReason

FIRST_AT = time(16, 0)
FIRST_MAY_BE_LATE = timedelta(hours=2)
BEFORE_DIGEST = timedelta(minutes=60)
LEAST_BEFORE_DIGEST = timedelta(minutes=15)
MOST_A_WEEK = 2
"""Per person and calendar week, over all teams."""
APART = timedelta(minutes=60)
"""A reminder that would follow the question, or the next reminder the first, within an hour is left out."""
LOOK_AGAIN = timedelta(minutes=30)
"""How soon a reminder is looked at again whose reader cannot be written to just now."""
A_MINUTE = timedelta(minutes=1)


def plan_reminders(book: Book, question: Planned, asked_at: datetime, digest_at: datetime | None) -> None:
    """Enter the reminders of a question that went out or will.

    `digest_at` is the digest of its own meeting. In a week without one the only reminder is the first: the next
    digest has a question of its own before it.

    What another team's question asks as well (`asked_in`) is reminded of under that one's key: there are two reminders
    of it, whatever number of teams it serves, and the second belongs to the earliest digest with something open.
    """
    person = book.facts.people.get(question.person_id or 0)
    merged = question.skip is not None and question.asked_in is not None
    if person is None or not question.kr_ids or (question.skip is not None and not merged):
        return
    question = replace(question, skip=None, asked_in=None, period=question.asked_in or question.period, health_ids=())
    if question.period in person.prompts_skipped:
        return
    count = book.facts.reminders
    second = None if digest_at is None or count < 2 else second_reminder_at(person, asked_at, digest_at)
    first = None if count < 1 else first_reminder_at(person, asked_at, question.digest_at if digest_at else None)
    if first is not None and (second is None or first + APART <= second):
        _enter(book, person, replace(question, message=Message.REMINDER_1, due_at=first), first + FIRST_MAY_BE_LATE)
    if second is not None and digest_at is not None:
        reminder = replace(question, message=Message.REMINDER_2, due_at=second)
        _enter(book, person, reminder, digest_at - LEAST_BEFORE_DIGEST)


def first_reminder_at(person: PersonFacts, asked_at: datetime, digest_at: datetime | None) -> datetime | None:
    """16:00 on the day of the question; None where that is not allowed, or too near to the question or the digest."""
    at = instant(local_day(asked_at, person.zone), FIRST_AT, person.zone)
    if at < asked_at + APART or not is_allowed(person, at):
        return None
    return at if digest_at is None or at <= digest_at - LEAST_BEFORE_DIGEST else None


def second_reminder_at(person: PersonFacts, asked_at: datetime, digest_at: datetime) -> datetime | None:
    """60 minutes before the digest, or when quiet hours end if that leaves 15 minutes; None on a day off."""
    at = quiet_until(person, digest_at - BEFORE_DIGEST)
    if at > digest_at - LEAST_BEFORE_DIGEST or at < asked_at + APART or not is_allowed(person, at):
        return None
    return at


def _enter(book: Book, person: PersonFacts, reminder: Planned, not_after: datetime) -> None:
    reason = _not_now(person, reminder)
    if reason is not None and reminder.due_at <= book.until <= not_after:
        # It may pass in time: an account is on again, or an earlier reminder did not go out. So nothing is decided yet.
        book.later.append(min(book.until + LOOK_AGAIN, not_after + A_MINUTE))
        return
    if reason is None and (book.now > not_after or (book.now > reminder.due_at and not is_allowed(person, book.now))):
        reason = SkipReason.MOMENT_PASSED
    book.enter(reminder if reason is None else replace(reminder, skip=reason))


def _not_now(person: PersonFacts, reminder: Planned) -> SkipReason | None:
    """Why a reminder would be left out as things are: nothing is sent to the person, or they had enough this week."""
    on = local_day(reminder.due_at, person.zone)
    reason = unreachable(person, on)
    if reason is not None:
        return reason
    earlier = [at for at in person.reminded if at < reminder.due_at]
    of_this_week = sum(monday_of(local_day(at, person.zone)) == monday_of(on) for at in earlier)
    return SkipReason.REMINDED_TWICE if of_this_week >= MOST_A_WEEK else None
