"""The lock lint accepts the project's own lock and rejects every way in which a lock can break its promise."""

from pathlib import Path

import pytest

from tests.gates.house import House, bare
from tools import lint_lock

EXTRA = "left-pad==1.0 \\\n    --hash=sha256:" + "0" * 64 + "\n"
"""A well-formed entry of a lock."""


@pytest.fixture
def house(tmp_path: Path) -> House:
    return bare(tmp_path)


def append(house: House, text: str, name: str = lint_lock.LOCK) -> None:
    lock = house.root / name
    lock.write_text(lock.read_text(encoding="utf-8") + text, encoding="utf-8")


def test_the_lock_of_the_project_is_accepted(house: House) -> None:
    assert lint_lock.problems(house.root) == []


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("# from https://example.org/simple\n", "names a place"),
        ("left-pad==1.0\n    # via playwright\n", "has no hash"),
        (EXTRA, "no longer asks for it"),
        (EXTRA.replace("left-pad==1.0", "jinja2==1.0") + "    # via playwright\n", "at another in requirements.lock"),
    ],
)
def test_the_lock_of_the_browser_is_held_to_the_same_rules(house: House, text: str, complaint: str) -> None:
    append(house, text, lint_lock.BROWSER_LOCK)

    (problem,) = lint_lock.problems(house.root)
    assert problem.startswith(lint_lock.BROWSER_LOCK)
    assert complaint in problem


def test_what_the_browser_needs_and_its_lock_lacks_is_named(house: House) -> None:
    house.replace("pyproject.toml", "browser = [", 'browser = [\n  "left-pad>=1", # needed for: padding\n')

    assert lint_lock.problems(house.root) == ["requirements-browser.lock: left-pad is missing; run 'make lock'."]


def test_one_more_well_formed_entry_is_accepted(house: House) -> None:
    append(house, EXTRA)

    assert lint_lock.problems(house.root) == []


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("--index-url https://example.org/simple\n", "names a place"),
        ("--extra-index-url=https://example.org/simple\n", "names a place"),
        ("--find-links /srv/wheels\n", "names a place"),
        ("-f wheels\n", "an option of pip"),
        ("--no-index\n", "an option of pip"),
        ("-r more.txt\n", "an option of pip"),
        ("-e .\n", "an option of pip"),
        ("./left-pad.whl\n", "names a place"),
        ("left-pad @ file:///srv/left-pad.whl\n", "names a place"),
        ("left-pad @ git+https://example.org/left-pad\n", "names a place"),
        ("# from https://example.org/simple\n", "names a place"),
        (EXTRA.replace("==1.0", ">=1.0"), "not pinned"),
        (EXTRA.replace("==1.0", "==1.*"), "no version of one package"),
        (EXTRA.replace("==1.0", ""), "not pinned"),
        ("left-pad==1.0\n", "has no hash"),
        ("left-pad==1.0 ; sys_platform == 'win32'\n    # via aiohttp\n", "has no hash"),
        (EXTRA.replace("sha256", "md5"), "no sha256 hash"),
        (EXTRA.replace("0" * 64, "0" * 63), "no sha256 hash"),
        (EXTRA + "    # via okra (pyproject.toml)\n", "no longer asks for it"),
    ],
)
def test_an_entry_that_is_not_pinned_hashed_and_from_nowhere_is_rejected(
    house: House, text: str, complaint: str
) -> None:
    append(house, text)

    assert any(complaint in problem for problem in lint_lock.problems(house.root))


@pytest.mark.parametrize(
    ("asked", "complaint"),
    [
        ('"left-pad>=1", # needed for: padding', "left-pad is missing"),
        ('"jinja2>=99", # needed for: tomorrow', "asks for >=99"),
        ('"babel", # because', "babel does not say"),
        ('"babel",', "babel does not say"),
        ('"babel", # needed for:', "babel does not say"),
        ('"babel @ https://example.org/babel.whl", # needed for: words', "bound to an address"),
        ('"not a requirement", # needed for: nothing', "no requirement"),
    ],
)
def test_a_dependency_that_the_lock_or_its_own_line_does_not_bear_out_is_rejected(
    house: House, asked: str, complaint: str
) -> None:
    house.replace("pyproject.toml", "dependencies = [\n", f"dependencies = [\n  {asked}\n")

    assert any(complaint in problem for problem in lint_lock.problems(house.root))


def test_a_tool_for_development_is_held_to_the_same_rules(house: House) -> None:
    house.replace("pyproject.toml", "dev = [\n", 'dev = [\n  "left-pad>=1",\n')

    assert [problem.split(": ", 1)[1] for problem in lint_lock.problems(house.root)] == [
        "left-pad>=1 does not say what it is '# needed for: ...' on its line.",
        "left-pad is missing; run 'make lock'.",
    ]
