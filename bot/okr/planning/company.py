"""The company digest, before each meeting of the company, and the standing boards (spec/08 §13.6, §13.7)."""

from bot.okr.localtime import local_day
from bot.okr.planning.book import Book
from bot.okr.planning.digests import enter_digests
from bot.okr.planning.facts import Message, Planned, Ritual
from bot.okr.planning.meetings import is_in_cycle


def plan_company_digests(book: Book) -> None:
    """Enter the digest of all teams, by the same rules as a team's own: before each meeting of the company."""
    facts = book.facts
    if facts.is_company and Ritual.COMPANY_DIGEST in facts.on:
        enter_digests(book, Message.COMPANY_DIGEST)


def plan_standing_board(book: Book) -> None:
    """Enter the one message of a cycle that is kept up to date in the channel, at once where a team asked for it."""
    facts = book.facts
    today = local_day(book.now, facts.zone)
    if Ritual.STANDING_BOARD not in facts.on or not is_in_cycle(facts, today) or facts.cycle is None:
        return
    if not facts.has_channel:
        return
    period = f"cycle:{facts.cycle[0].isoformat()}"
    book.enter(Planned(Message.STANDING_BOARD, f"team:{facts.id}", period, book.now, team_id=facts.id))
