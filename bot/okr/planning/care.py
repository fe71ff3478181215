"""People and teams that fall silent: at most one question back, to those who can change something."""

from bot.okr.planning.book import Book


def plan_care(book: Book) -> None:
    """Enter what is due."""
    del book
