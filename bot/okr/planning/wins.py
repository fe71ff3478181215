"""Wins: Friday 15:00 team time, where a team asked for it (spec/10 §17)."""

from bot.okr.planning.book import Book


def plan_wins(book: Book) -> None:
    """Enter what is due."""
    del book
