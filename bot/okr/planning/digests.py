"""Digests: the board that opens each meeting, some minutes before it starts (spec/08 §13.1, spec/10 §17)."""

from datetime import timedelta

from bot.okr.planning.book import Book
from bot.okr.planning.facts import Message, Planned, Ritual, SkipReason, TeamFacts
from bot.okr.planning.meetings import Occurrence, digest_occurrences, is_day_off, is_in_cycle

MAY_BE_LATE = timedelta(minutes=10)
"""After the meeting's start."""


def plan_digests(book: Book) -> None:
    """Enter every digest, with the reason for each that is not posted. Quiet hours do not bind a channel."""
    if Ritual.DIGEST in book.facts.on:
        enter_digests(book, Message.DIGEST)


def enter_digests(book: Book, message: Message) -> None:
    """Enter what opens the team's meetings: its own digest, or the company's."""
    for occurrence in digest_occurrences(book.facts, *book.window()):
        skip = _no_digest(book.facts, occurrence, message)
        if skip is None and book.now > occurrence.at + MAY_BE_LATE:
            skip = SkipReason.MOMENT_PASSED if occurrence.meeting_id is None else SkipReason.MEETING_BEGAN
        book.enter(
            Planned(
                message=message,
                subject=f"team:{book.facts.id}",
                period=occurrence.period,
                due_at=occurrence.opens_at,
                team_id=book.facts.id,
                meeting_id=occurrence.meeting_id,
                meeting_at=occurrence.at,
                digest_at=occurrence.opens_at,
                skip=skip,
            )
        )


def _no_digest(facts: TeamFacts, occurrence: Occurrence, message: Message) -> SkipReason | None:
    if not is_in_cycle(facts, occurrence.day):
        return SkipReason.NO_CYCLE
    if is_day_off(facts, occurrence.day):
        return SkipReason.HOLIDAY
    instead = facts.is_company and Ritual.COMPANY_DIGEST in facts.on and not facts.key_results
    if message is Message.DIGEST and instead:
        return SkipReason.IN_COMPANY_DIGEST
    return None if facts.has_channel else SkipReason.NO_CHANNEL
