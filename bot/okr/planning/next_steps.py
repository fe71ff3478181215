"""After each meeting that a digest opened: five minutes after its planned end (spec/10 §17)."""

from datetime import datetime, timedelta

from bot.okr.planning.book import Book
from bot.okr.planning.digests import MAY_BE_LATE as DIGEST_MAY_BE_LATE
from bot.okr.planning.facts import Message, Planned, Ritual, SkipReason
from bot.okr.planning.meetings import Occurrence, digest_occurrences, has_digest, is_in_cycle

AFTER_MEETING = timedelta(minutes=5)
MAY_BE_LATE = timedelta(hours=2)
"""After that nobody remembers the meeting as the one that was just held."""
OPENERS = (Ritual.DIGEST, Ritual.COMPANY_DIGEST)
"""What opens a meeting."""


def plan_next_steps(book: Book) -> None:
    """Enter the question after every meeting, once; a team that does not meet has no end to ask at."""
    facts = book.facts
    if Ritual.NEXT_STEPS not in facts.on:
        return
    durations = {meeting.id: meeting.duration for meeting in facts.meetings}
    for occurrence in digest_occurrences(facts, *book.window()):
        if occurrence.meeting_id is None:
            continue
        due_at = asked_at(occurrence.at, durations[occurrence.meeting_id])
        book.enter(
            Planned(
                message=Message.NEXT_STEPS,
                subject=f"team:{facts.id}",
                period=occurrence.period,
                due_at=due_at,
                team_id=facts.id,
                meeting_id=occurrence.meeting_id,
                meeting_at=occurrence.at,
                skip=_why_not(book, occurrence, due_at),
            )
        )


def asked_at(meeting_at: datetime, minutes: int) -> datetime:
    """When next steps are asked for after a meeting that begins at `meeting_at` and is to take so many minutes."""
    return meeting_at + timedelta(minutes=minutes) + AFTER_MEETING


def _why_not(book: Book, occurrence: Occurrence, due_at: datetime) -> SkipReason | None:
    facts = book.facts
    if not is_in_cycle(facts, occurrence.day):
        return SkipReason.NO_CYCLE
    if not facts.has_channel or not has_digest(facts, occurrence):
        return SkipReason.NO_DIGEST
    opened = any(run.ritual in OPENERS and run.period == occurrence.period for run in facts.opened)
    if not opened and book.now > occurrence.at + DIGEST_MAY_BE_LATE:
        return SkipReason.NO_DIGEST
    return SkipReason.MOMENT_PASSED if book.now > due_at + MAY_BE_LATE else None
