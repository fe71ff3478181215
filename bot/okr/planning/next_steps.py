"""After each meeting that a digest opened: five minutes after its planned end (spec/10 §17)."""

from bot.okr.planning.book import Book


def plan_next_steps(book: Book) -> None:
    """Enter what is due."""
    del book
