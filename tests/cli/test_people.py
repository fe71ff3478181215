"""`people`: everybody is listed, and somebody who left is erased, after it was shown what that means."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import EXAMPLES, Line


@pytest.fixture
def company(line: Line) -> Line:
    line.has(EXAMPLES / "teebee.yaml")
    return line


def has_left(folder: Path, handle: str) -> None:
    with closing(sqlite3.connect(folder / "okra.db")) as db, db:
        db.execute("UPDATE person SET active = 0 WHERE handle = ?", (handle,))


def test_everybody_is_listed(company: Line, tmp_path: Path) -> None:
    has_left(tmp_path, "li")

    ended = company.run("people", "list")

    assert ended.code == 0
    lines = ended.out.splitlines()
    assert any(line.startswith("mei  Mei") and "(left)" not in line for line in lines)
    assert any(line.startswith("li  ") and line.endswith("(left)") for line in lines)


def test_first_it_is_said_and_then_it_is_done(company: Line, tmp_path: Path) -> None:
    has_left(tmp_path, "li")

    looked = company.run("people", "erase", "li")
    assert looked.code == 0
    assert "Nothing was changed. To do it: .venv/bin/python app.py people erase li --yes" in looked.out
    assert "Without an owner: GRO-2." in looked.out
    assert "li  " in company.run("people", "list").out

    done = company.run("people", "erase", "@li", "--yes")
    assert done.out.endswith("Erased.\n")
    assert done.out.splitlines()[:-1] == looked.out.splitlines()[:-1], "it does what it said"
    listed = company.run("people", "list").out
    assert "former owner  (left)" in listed
    assert not any(line.startswith("li  ") for line in listed.splitlines())


def test_who_is_active_is_not_erased_by_mistake(company: Line) -> None:
    ended = company.run("people", "erase", "mei", "--yes")

    assert ended.code == 2
    assert "is active, so Okra would know them again" in ended.complaint
    assert company.run("people", "erase", "mei", "--yes", "--although-active").code == 0


@pytest.mark.parametrize("handle", ["nobody", "", "@", "mei'; --"])
def test_somebody_unknown_is_one_sentence(company: Line, handle: str) -> None:
    ended = company.run("people", "erase", handle, "--yes")

    assert ended.code == 2
    assert ended.complaint == f"There is nobody called '{handle}' here; `people list` shows everybody."
