"""Every step of `make lint` accepts the empty house and rejects the one thing it is there for."""

import ast
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.gates.house import PROJECT, House, bare, furnished


@dataclass(frozen=True, slots=True)
class Damage:
    """A file that a gate must reject, and a word of what it says about it."""

    gate: str
    path: str
    text: str
    complaint: str


DAMAGE = {
    "code that is not laid out": Damage("lint-format", "bot/clock/__init__.py", "x   =  1\n", "bot/clock/__init__.py"),
    "a naive datetime": Damage(
        "lint-code", "bot/clock/__init__.py", "from datetime import datetime\n\nNOW = datetime.now()\n", "DTZ005"
    ),
    "a print": Damage("lint-code", "bot/web/__init__.py", 'print("hello")\n', "T201"),
    "a broad except": Damage(
        "lint-code",
        "bot/web/__init__.py",
        "def f() -> int:\n    try:\n        return 1\n    except Exception:\n        return 0\n",
        "BLE001",
    ),
    "a function without types": Damage(
        "lint-types", "bot/okr/__init__.py", "def score(value):\n    return value\n", "no-untyped-def"
    ),
    "a value of the wrong type": Damage("lint-types", "bot/okr/__init__.py", 'SCORE: int = "1"\n', "assignment"),
    "a test without types": Damage("lint-types", "tests/test_x.py", "def test_x():\n    pass\n", "no-untyped-def"),
    "a lower room that imports a higher one": Damage(
        "lint-imports", "bot/okr/__init__.py", "from bot import views\n", "Who may import whom"
    ),
    "a room that imports its neighbour": Damage(
        "lint-imports", "bot/intake/__init__.py", "from bot import delivery\n", "Who may import whom"
    ),
    "storage that imports a ritual": Damage(
        "lint-imports", "storage/__init__.py", "from bot import rituals\n", "Who may import whom"
    ),
    "a room that reads settings": Damage(
        "lint-imports", "bot/views/__init__.py", "from bot import settings\n", "Only the command line reads settings"
    ),
    "a domain that knows a database": Damage(
        "lint-imports", "bot/okr/__init__.py", "import sqlmodel\n", "The domain is pure"
    ),
    "a domain that knows the network": Damage(
        "lint-imports", "bot/okr/__init__.py", "import aiohttp\n", "The domain is pure"
    ),
    "Slack's SDK in a handler": Damage(
        "lint-imports", "bot/handlers/__init__.py", "import slack_sdk\n", "No platform SDK outside its folder"
    ),
    "Teams' SDK in delivery": Damage(
        "lint-imports", "bot/delivery/__init__.py", "import botbuilder.core\n", "No platform SDK outside its folder"
    ),
    "an index in the lock": Damage(
        "lint-lock", "requirements.lock", "--index-url https://example.org/simple\n", "names a place"
    ),
    "a look at the clock": Damage(
        "lint-tree",
        "bot/okr/__init__.py",
        '"""Rules."""\n\nfrom datetime import UTC, datetime\n\nNOW = datetime.now(UTC)\n',
        "reads the system clock",
    ),
}


@pytest.fixture(scope="module")
def mypy_cache(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What mypy learns about the standard library in one house serves the next."""
    return str(tmp_path_factory.mktemp("mypy"))


@pytest.fixture
def house(tmp_path: Path, mypy_cache: str) -> House:
    return furnished(tmp_path, MYPY_CACHE_DIR=mypy_cache)


def steps_of_lint() -> set[str]:
    """The targets that `make lint` goes through."""
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    found = re.search(r"^lint:([^#\n]*)", makefile, re.MULTILINE)
    assert found is not None
    return set(found[1].split())


def test_every_step_of_lint_has_something_that_it_must_reject() -> None:
    assert steps_of_lint() == {damage.gate for damage in DAMAGE.values()} | {"lint-schema"}


@pytest.mark.parametrize("gate", sorted(steps_of_lint() - {"lint-schema"}))
def test_an_empty_house_is_accepted_without_a_word(house: House, gate: str) -> None:
    outcome = house.gate(gate)

    assert (outcome.code, outcome.said) == (0, "")


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
def test_damage_is_rejected_and_named(house: House, damage: Damage) -> None:
    house.write(damage.path, damage.text)

    outcome = house.gate(damage.gate)

    assert not outcome.accepted
    assert damage.complaint in outcome.said


@pytest.fixture
def stored(tmp_path: Path) -> House:
    """A copy of the real tables and migrations."""
    house = bare(tmp_path)
    shutil.copy(PROJECT / "alembic.ini", tmp_path)
    for name in ("bot", "storage"):
        shutil.copytree(PROJECT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    return house


def test_a_schema_that_its_migrations_make_is_accepted(stored: House) -> None:
    outcome = stored.gate("lint-schema")

    assert (outcome.code, outcome.said) == (0, "")


def test_a_column_without_a_migration_is_rejected(stored: House) -> None:
    path, line = _end_of_a_table(stored.root)
    lines = (stored.root / path).read_text(encoding="utf-8").splitlines()
    stored.write(path, "\n".join([*lines[:line], "    colour_of_the_door: str | None = None", *lines[line:], ""]))

    outcome = stored.gate("lint-schema")

    assert not outcome.accepted
    assert "colour_of_the_door" in outcome.said


def _end_of_a_table(root: Path) -> tuple[str, int]:
    """The file of some table's model and the last line of its class."""
    for path in sorted((root / "storage" / "models").glob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and any(keyword.arg == "table" for keyword in node.keywords):
                assert node.end_lineno is not None
                return path.relative_to(root).as_posix(), node.end_lineno
    raise AssertionError("There is no table in storage/models.")
