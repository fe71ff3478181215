"""Files that people give on the command line: what they hold, or why nothing of them can be used."""

from pathlib import Path

from bot.cli.output import CommandProblem
from storage.okr_files import OkrFile, Problem, read_okr_file
from storage.okr_files.sources import MOST_BYTES, TOO_LARGE, Found, SourceKind, kind_of, read_source


def read_file(path: Path) -> OkrFile:
    """What an OKR file says. Raises `CommandProblem` with all its problems, one a line, each with its line number."""
    found = read_okr_file(_bytes_of(path), path.name)
    if isinstance(found, OkrFile):
        return found
    raise not_usable(path, found)


def read_any(path: Path, data: bytes | None = None) -> OkrFile | Found:
    """What any file says that the import takes; with `data` the path is no more than its name.

    Raises `CommandProblem` as `read_file` does.
    """
    data = _bytes_of(path) if data is None else data
    found = read_source(data, path.name)
    if not isinstance(found, list):
        return found
    if kind_of(data, path.name) is not SourceKind.OKR_FILE:
        refuse_whole(path, found)
    raise not_usable(path, found)


def refuse_whole(path: Path, found: list[Problem]) -> None:
    """One problem that is about the whole file, or that an option solves: there is no line to correct."""
    if len(found) == 1 and (" --" in found[0].sentence or (found[0].line == 1 and not found[0].path)):
        raise CommandProblem(f"{path}: {found[0].sentence}")


def not_usable(path: Path, found: list[Problem]) -> CommandProblem:
    """All problems of a file, a line each."""
    lines = "this line" if len(found) == 1 else "these lines"
    sentence = f"{path} cannot be used as it is; correct {lines} and try again."
    return CommandProblem(sentence, tuple(str(one) for one in found))


def _bytes_of(path: Path) -> bytes:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise CommandProblem(f"{path}: {TOO_LARGE}")
        return path.read_bytes()
    except OSError as error:
        raise CommandProblem(f"{path} cannot be read: {error.strerror}.") from error
