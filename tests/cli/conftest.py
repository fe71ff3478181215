"""Commands run in this process, in an empty folder, with no settings but those a test gives."""

import atexit
import functools
import hashlib
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

import app
from bot.cards.render import Cards
from bot.cli.main import application
from bot.settings import Settings

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


_CARDS = functools.cache(Cards)
"""Templates are compiled once for all commands; they may be shared."""


@functools.cache
def _folder() -> Path:
    """Where databases stand that were imported once and are copied."""
    folder = Path(tempfile.mkdtemp(prefix="okra-cli-"))
    atexit.register(shutil.rmtree, folder)
    return folder


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def complaint(self) -> str:
        """What it said on stderr, without the log."""
        return self.err.strip()


class Line:
    """The command line."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._patch = monkeypatch
        monkeypatch.setattr(app, "Cards", _CARDS)

    def set(self, **settings: str) -> None:
        """Set environment variables."""
        for name, value in settings.items():
            self._patch.setenv(name, value)

    def has(self, file: Path) -> None:
        """`okra.db` stands here as importing this file leaves it, for a test that begins there."""
        there = _folder() / f"{hashlib.sha256(file.read_bytes()).hexdigest()}.db"
        if there.exists():
            shutil.copy(there, "okra.db")
        else:
            assert self.run("import", str(file), "--yes").code == 0
            shutil.copy("okra.db", there)

    def run(self, *arguments: str, say: str | None = None) -> Ended:
        """Run a command; `say` is typed in."""
        result = CliRunner().invoke(application(app.build_house), list(arguments), input=say)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Ended(result.exit_code, result.stdout, result.stderr)


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Line:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)
    return Line(monkeypatch)
