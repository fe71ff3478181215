"""Addresses of files that hold for a quarter of an hour: sealed, so that nobody can read or make one."""

from datetime import datetime, timedelta

from bot.views.sealing import Opened, Seal

VALID_FOR = timedelta(minutes=15)
PATH = "/files/"


class FileLinks:
    """Makes addresses below `base_url` with a secret, and reads them back."""

    def __init__(self, base_url: str, secret: str) -> None:
        self._base = base_url.rstrip("/")
        self._seal = Seal(secret, "files")

    def address(self, text: str, now: datetime) -> str:
        """Where the file that `text` asks for can be fetched for the next 15 minutes."""
        return f"{self._base}{PATH}{self.seal(text, now + VALID_FOR)}"

    def seal(self, text: str, until: datetime) -> str:
        """An opaque word for a URL."""
        return self._seal.seal(text, until)

    def open(self, word: str, now: datetime) -> Opened | None:
        """What a word was made of; None for one that this secret did not make."""
        return self._seal.open(word, now)
