"""What happened in the room, line by line in a file: enough to build it again after a crash."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bot.platforms.playground.codec import dumps, loads


class JournalProblem(Exception):
    """The file is not one of ours. The text is a sentence for whoever started Okra."""


class Journal:
    """Appends to a file; each line has reached the system when `write` returns, so a killed process loses none."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._mend_the_end()
        self._file = path.open("ab", buffering=0)

    def write(self, line: Mapping[str, Any]) -> None:
        """Add a line. Raises OSError where the disk takes none; then what it tells must not count as done."""
        self._file.write(dumps(line).encode() + b"\n")

    def lines(self) -> Iterator[Mapping[str, Any]]:
        """Everything so far, oldest first. Raises `JournalProblem`."""
        with self.path.open("rb") as file:
            for number, raw in enumerate(file, start=1):
                try:
                    yield loads(raw.decode())
                except ValueError as error:
                    raise JournalProblem(
                        f"Line {number} of {self.path.name} cannot be read. Start over with --fresh."
                    ) from error

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _mend_the_end(self) -> None:
        """A line that was cut off while it was written never happened."""
        if not self.path.exists():
            return
        with self.path.open("r+b") as file:
            whole = file.read()
            file.truncate(whole.rfind(b"\n") + 1)
