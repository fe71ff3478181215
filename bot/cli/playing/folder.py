"""Where a playground is kept: a folder for each company that was entered, and a line that says which one counts."""

import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from bot.cards.i18n import Lang
from bot.cli.output import CommandProblem
from storage.lock import SendingLock
from storage.problems import StorageProblem

_NAME = re.compile(r"company-(\d{1,9})")
_LOCK = "playground.lock"
"""As `SendingLock` calls it; it is there from the first moment of every playground on."""
_OURS = "made-by-okra"
"""Stands in every folder that is ours to take away."""
_WHY_OURS = "Okra's playground made this folder, and takes it away when another company is entered.\n"


@dataclass(frozen=True, slots=True)
class Came:
    """How far a company has come."""

    now: datetime
    """Everything up to here is done."""
    going_to: datetime | None = None
    """The moment that was being lived when this was written; what is due then may be done in part."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What a folder says about the company in it."""

    id: str
    name: str
    lang: Lang
    file: str = ""
    """The name of the file of one's own that it came from; its contents stand beside it."""
    digest: str = ""
    """What tells that file from another one."""


class CompanyFolder:
    """One company: its database, its room, and how far it has come."""

    def __init__(self, path: Path, number: int) -> None:
        self.path = path
        self.number = number

    @property
    def database(self) -> Path:
        return self.path / "okra.db"

    @property
    def url(self) -> str:
        """The database as storage names it."""
        return f"sqlite:///{self.database}"

    @property
    def room(self) -> Path:
        """The journal of the room."""
        return self.path / "room.jsonl"

    @property
    def own_file(self) -> Path:
        """The contents of the file of one's own."""
        return self.path / "own-file"

    def came(self) -> Came:
        """How far it has come. Raises `CommandProblem`."""
        told = self._read("moment.json")
        try:
            now = datetime.fromisoformat(told["now"])
            going_to = told.get("going_to")
            return Came(now, None if going_to is None else datetime.fromisoformat(going_to))
        except (KeyError, TypeError, ValueError) as error:
            raise self._broken() from error

    def keep_moment(self, came: Came) -> None:
        """Write down how far it has come; whole or not at all, whatever happens to the process."""
        going_to = None if came.going_to is None else came.going_to.isoformat()
        told = json.dumps({"now": came.now.isoformat(), "going_to": going_to})
        _replace(self.path / "moment.json", told, lasting=False)

    def kept(self) -> Kept:
        """Which company it is. Raises `CommandProblem`."""
        told = self._read("company.json")
        try:
            lang: Lang = "zh" if told["lang"] == "zh" else "en"
            return Kept(told["id"], told["name"], lang, told["file"], told["digest"])
        except KeyError as error:
            raise self._broken() from error

    def keep(self, kept: Kept) -> None:
        """Write down which company it is."""
        _replace(self.path / "company.json", json.dumps(asdict(kept), ensure_ascii=False))

    def _read(self, name: str) -> dict[str, str]:
        try:
            told = json.loads((self.path / name).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise self._broken() from error
        if not isinstance(told, dict):
            raise self._broken()
        return told

    def _broken(self) -> CommandProblem:
        return CommandProblem(f"What is kept in {self.path} cannot be read; begin anew with --fresh.")


class PlayFolder:
    """The folder of a playground. Use it within `with folder.held():`, so that nobody else plays in it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep others out.

        Raises `CommandProblem` where somebody plays here already, nothing can be written, or something else is kept.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            is_ours = not any(self.path.iterdir()) or (self.path / _LOCK).is_file()
        except OSError as error:
            raise CommandProblem(f"The folder {self.path} cannot be made: {error.strerror}.") from error
        if not is_ours:
            raise CommandProblem(
                f"The folder {self.path} holds something else than a playground; choose an empty or a new --folder."
            )
        try:
            lock = SendingLock(f"sqlite:///{self.path / 'playground'}").__enter__()
        except StorageProblem as problem:
            if isinstance(problem.__cause__, BlockingIOError):
                raise CommandProblem(
                    f"Somebody plays in {self.path} already; open the address that is printed there, "
                    "or choose another --folder."
                ) from problem
            raise CommandProblem(f"The folder {self.path} cannot be written; choose another --folder.") from problem
        try:
            yield
        finally:
            lock.__exit__(None, None, None)

    def current(self) -> CompanyFolder | None:
        """The company that is played; None in a new folder. Raises `CommandProblem` where that cannot be read."""
        try:
            told = (self.path / "current").read_text(encoding="ascii").strip()
            number = int(told)
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise self._broken() from error
        found = self._company(number)
        if not _is_ours(found.path):
            raise self._broken()
        return found

    def new(self) -> CompanyFolder:
        """An empty folder for a company; it counts for nothing until `enter`."""
        names = [_NAME.fullmatch(one.name) for one in self.path.iterdir()]
        found = self._company(1 + max((int(name[1]) for name in names if name), default=0))
        found.path.mkdir()
        (found.path / _OURS).write_text(_WHY_OURS, encoding="ascii")
        return found

    def enter(self, company: CompanyFolder) -> None:
        """From now on this is the company that is played: the one step that counts."""
        _replace(self.path / "current", str(company.number))

    def tidy(self) -> None:
        """Take away what is not played any more and what never came to be: nothing that is not the playground's own.

        Raises `CommandProblem` where it cannot be read what is played.
        """
        current = self.current()
        if current is None:
            return
        for one in self.path.iterdir():
            if _NAME.fullmatch(one.name) and one != current.path and _is_ours(one):
                shutil.rmtree(one, ignore_errors=True)

    def _company(self, number: int) -> CompanyFolder:
        return CompanyFolder(self.path / f"company-{number}", number)

    def _broken(self) -> CommandProblem:
        return CommandProblem(f"Which company is played in {self.path} cannot be read; begin anew with --fresh.")


def _is_ours(path: Path) -> bool:
    return not path.is_symlink() and (path / _OURS).is_file()


def _replace(path: Path, text: str, *, lasting: bool = True) -> None:
    """Write a file so that it holds either what it held before or all of the new text.

    `lasting`: it is on disk when this returns, so that even a power cut leaves it.
    """
    new = path.with_name(f"{path.name}.new")
    with new.open("w", encoding="utf-8") as file:
        file.write(text)
        if lasting:
            file.flush()
            os.fsync(file.fileno())
    new.replace(path)
