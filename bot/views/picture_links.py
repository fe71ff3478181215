"""Addresses of pictures that hold for a month: sealed, so that nobody can read or make one."""

from datetime import UTC, datetime, timedelta

from bot.views.sealing import Opened, Seal

VALID_FOR = timedelta(days=30)
"""Long enough for whoever scrolls up in a chat; after that the words that stand below the picture tell the same."""
PATH = "/charts/"
ENDS = ".png"


class PictureLinks:
    """Makes addresses below `base_url` with a secret, and reads them back."""

    def __init__(self, base_url: str, secret: str) -> None:
        self._base = base_url.rstrip("/")
        self._seal = Seal(secret, "pictures")

    def address(self, text: str, now: datetime) -> str:
        """Where the picture that `text` asks for can be fetched for 30 days and until the night after them (UTC).

        The whole day through it is the same address, so that what was fetched once need not be fetched again.
        """
        night = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        return f"{self._base}{PATH}{self._seal.seal(text, night + VALID_FOR)}{ENDS}"

    def open(self, word: str, now: datetime) -> Opened | None:
        """What a word was made of; None for one that this secret did not make."""
        return self._seal.open(word, now)
