"""docs/coverage.md names a test for each rule and each message; what is gone, or has no row, is noticed."""

import ast
import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from bot.cards.render import Cards
from bot.rituals.messages import message_kinds

ROOT = Path(__file__).resolve().parents[2]

TABLE = (ROOT / "docs" / "coverage.md").read_text()
KIND = re.compile(r"^\| `(\w+)` \|", re.MULTILINE)
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def missing(table: str) -> list[str]:
    """The tests that a table names and that are not there."""
    found = []
    for path, name in NAMED.findall(table):
        file = ROOT / path
        if not file.is_file() or name not in _tests_in(file):
            found.append(f"{path}::{name}")
    return found


def differing(table: str, kinds: Iterable[str]) -> set[str]:
    """The kinds of message that have no row, and the rows whose kind is no more."""
    return set(KIND.findall(table)) ^ set(kinds)


def _tests_in(file: Path) -> set[str]:
    tree = ast.parse(file.read_text())
    return {one.name for one in tree.body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)}


def test_every_test_that_is_named_is_there() -> None:
    assert len(NAMED.findall(TABLE)) > 80
    assert missing(TABLE) == []


def test_every_kind_of_message_has_a_row() -> None:
    assert differing(TABLE, message_kinds(Cards())) == set()


def test_a_kind_without_a_row_and_a_row_without_its_kind_are_noticed() -> None:
    assert differing("| `digest` | a test |\n| `gone` | a test |\n", {"digest": 1, "new": 2}) == {"new", "gone"}


def test_every_row_names_a_test_or_says_that_there_is_none() -> None:
    rows = [
        line
        for line in TABLE.splitlines()
        if line.startswith("| ") and not line.startswith(("| ---", "| Rule", "| Mess", "| Kind"))
    ]
    assert rows
    assert [row for row in rows if NAMED.search(row) is None and "not built yet" not in row] == []


@pytest.mark.parametrize("gone", ["`tests/gates/test_coverage.py::test_of_nothing`", "`tests/no/test_x.py::test_y`"])
def test_a_test_that_is_gone_is_noticed(gone: str) -> None:
    assert missing(f"| a rule | {gone} |") == [gone.strip("`")]
