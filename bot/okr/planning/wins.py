"""Wins: Friday 15:00 team time, where a team asked for it (spec/10 §17)."""

from datetime import date, datetime, time, timedelta

from bot.okr.localtime import days, instant, monday_of
from bot.okr.planning.book import Book
from bot.okr.planning.facts import Message, Planned, Ritual, SkipReason
from bot.okr.planning.meetings import is_day_off, is_in_cycle

FRIDAY = 4
TOLD_AT = time(15, 0)
MAY_BE_LATE = timedelta(hours=3)
"""After that the week is over for most; what went well is told a week later."""


def plan_wins(book: Book) -> None:
    """Enter every Friday. On a holiday nothing is told; the next message reaches back to the last one."""
    facts = book.facts
    if Ritual.WINS not in facts.on:
        return
    for day in days(*book.window()):
        if day.weekday() != FRIDAY:
            continue
        due_at = instant(day, TOLD_AT, facts.zone)
        book.enter(
            Planned(
                message=Message.WINS,
                subject=f"team:{facts.id}",
                period=monday_of(day).isoformat(),
                due_at=due_at,
                team_id=facts.id,
                skip=_why_not(book, day, due_at),
            )
        )


def _why_not(book: Book, day: date, due_at: datetime) -> SkipReason | None:
    if not is_in_cycle(book.facts, day):
        return SkipReason.NO_CYCLE
    if is_day_off(book.facts, day):
        return SkipReason.HOLIDAY
    if not book.facts.has_channel:
        return SkipReason.NO_CHANNEL
    return SkipReason.MOMENT_PASSED if book.now > due_at + MAY_BE_LATE else None
