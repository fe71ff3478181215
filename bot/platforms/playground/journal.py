"""What happened in the room, line by line in a file: enough to build it again after a crash."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from bot.delivery.port import NotDelivered
from bot.platforms.playground.codec import dumps, loads


class JournalProblem(Exception):
    """The file is not one of ours. The text is a sentence for whoever started Okra."""


class NotKept(NotDelivered):
    """The disk takes nothing more, so what was to be kept did not happen; it may be tried again."""


class Journal:
    """Appends to a file; each line has reached the system when `write` returns, so a killed process loses none."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._mend_the_end()
        self._file = path.open("ab", buffering=0)

    def write(self, line: Mapping[str, Any]) -> None:
        """Add a line. Raises `NotKept` where the disk takes none; then what it tells must not count as done."""
        raw = dumps(line).encode(errors="surrogatepass") + b"\n"
        before = self._file.seek(0, 2)
        try:
            if self._file.write(raw) == len(raw):
                return
            why = "the disk is full"
        except OSError as error:
            why = error.strerror or type(error).__name__
        with suppress(OSError):  # part of the line may stand there, and the next one must not go on with it
            self._file.truncate(before)
        raise NotKept(f"The room cannot be kept: {why}.")

    def lines(self) -> Iterator[Mapping[str, Any]]:
        """Everything so far, oldest first. Raises `JournalProblem`."""
        with self.path.open("rb") as file:
            for number, raw in enumerate(file, start=1):
                try:
                    line = loads(raw.decode(errors="surrogatepass"))
                except ValueError as error:
                    raise self.problem(number) from error
                if not isinstance(line, Mapping):
                    raise self.problem(number)
                yield line

    def problem(self, number: int) -> JournalProblem:
        """What to say of a line that nobody can read."""
        return JournalProblem(f"Line {number} of {self.path.name} cannot be read. Start over with --fresh.")

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
