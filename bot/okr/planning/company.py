"""The company digest, before each meeting of the company, and the standing boards (spec/08 §13.6, §13.7)."""

from bot.okr.planning.book import Book


def plan_company_digests(book: Book) -> None:
    """Enter what is due."""
    del book


def plan_standing_board(book: Book) -> None:
    """Enter what is due."""
    del book
