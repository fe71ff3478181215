"""A small house with the project's real rules, in which each gate is shown something it must reject."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
RULES = ("Makefile", "pyproject.toml", "requirements.lock", "requirements-browser.lock", "tools")
OF_THIS_RUN = re.compile(r"MAKE|MFLAGS|PYTEST|(PYTHON|VENV|TESTS|OKRS|DEMO_LANGUAGE|UPGRADE|INSTALL)$")
"""What `make test` tells its children and a copy of the house must not hear."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a gate ended: its exit code and all that it said."""

    code: int
    said: str

    @property
    def accepted(self) -> bool:
        return self.code == 0


@dataclass(frozen=True, slots=True)
class House:
    """A copy to do damage to. Its gates are the targets of the project's own Makefile."""

    root: Path
    environment: dict[str, str] = field(default_factory=dict)

    def write(self, path: str, text: str) -> None:
        """Put `text` into the file at `path`, in place of what is there."""
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")

    def replace(self, path: str, old: str, new: str) -> None:
        """Change the first `old` in a file to `new`; the file must hold it."""
        text = (self.root / path).read_text(encoding="utf-8")
        assert old in text, f"{path} does not hold {old!r} any more"
        self.write(path, text.replace(old, new, 1))

    def gate(self, target: str, *variables: str) -> Outcome:
        """Run one target in the environment that runs this test, as if `make` had just filled it."""
        ready = f"{sys.prefix}/.ready"
        return self.make("--old-file", ready, f"VENV={sys.prefix}", *variables, target)

    def make(self, *arguments: str) -> Outcome:
        """Run `make` as a person would in a fresh shell."""
        return self.run("make", *arguments)

    def run(self, program: str, *arguments: str) -> Outcome:
        """Run a program in the house, with nobody at the keyboard."""
        inherited = {name: value for name, value in os.environ.items() if not OF_THIS_RUN.match(name)}
        done = subprocess.run(  # noqa: S603 - the project's own tools, on a copy
            [program, *arguments],
            cwd=self.root,
            env=inherited | self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        )
        return Outcome(done.returncode, done.stdout)


def bare(root: Path, **environment: str) -> House:
    """The rules alone, without a room."""
    for name in RULES:
        source = PROJECT / name
        if source.is_dir():
            shutil.copytree(source, root / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, root / name)
    return House(root, environment)


def furnished(root: Path, **environment: str) -> House:
    """The rules and every room that they name, each of them empty."""
    house = bare(root, **environment)
    for module in _rooms():
        parts = module.split(".")
        for depth in range(1, len(parts) + 1):
            house.write("/".join([*parts[:depth], "__init__.py"]), "")
    house.write("tests/__init__.py", "")
    house.write("app.py", '"""The front door of a house where nobody lives yet."""\n')
    return house


def _rooms() -> set[str]:
    """Our own modules that the contracts of `pyproject.toml` speak of."""
    rules = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    named: set[str] = set()
    for contract in rules["contracts"]:
        for layer in contract.get("layers", []):
            named.update(re.split(r"\s*[|:]\s*", layer))
        named.update(contract.get("source_modules", []))
        named.update(contract.get("forbidden_modules", []))
    return {name for name in named if name.split(".")[0] in rules["root_packages"]}
