"""docs/coverage.md names a test for each rule and each message; a test that is gone is noticed here."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

TABLE = (ROOT / "docs" / "coverage.md").read_text()
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def missing(table: str) -> list[str]:
    """The tests that a table names and that are not there."""
    found = []
    for path, name in NAMED.findall(table):
        file = ROOT / path
        if not file.is_file() or name not in _tests_in(file):
            found.append(f"{path}::{name}")
    return found


def _tests_in(file: Path) -> set[str]:
    tree = ast.parse(file.read_text())
    return {one.name for one in tree.body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)}


def test_every_test_that_is_named_is_there() -> None:
    assert len(NAMED.findall(TABLE)) > 80
    assert missing(TABLE) == []


def test_every_row_names_a_test_or_says_that_there_is_none() -> None:
    rows = [
        line
        for line in TABLE.splitlines()
        if line.startswith("| ") and not line.startswith(("| ---", "| Rule", "| Mess"))
    ]
    assert rows
    assert [row for row in rows if NAMED.search(row) is None and "not built yet" not in row] == []


@pytest.mark.parametrize("gone", ["`tests/gates/test_coverage.py::test_of_nothing`", "`tests/no/test_x.py::test_y`"])
def test_a_test_that_is_gone_is_noticed(gone: str) -> None:
    assert missing(f"| a rule | {gone} |") == [gone.strip("`")]
