"""`make` sets itself up from the lock alone, once, and says plainly when it cannot."""

import os
from pathlib import Path

import pytest

from tests.gates.house import PROJECT, House, bare

NEW = """#!/bin/sh
# A Python that is new enough; it makes environments out of itself and writes down what it is asked for.
case "$1 $2" in
  "-c "*) exit 0 ;;
  "-V "*) echo "Python 3.11.0" ;;
  "-m venv") mkdir -p "$4/bin" && cp "$0" "$4/bin/python" ;;
  "-m pip") [ "$3" = --version ] || echo "pip $*" >> asked ;;
  *) echo "$*" >> asked ;;
esac
"""
OLD = """#!/bin/sh
case "$1" in
  -c) exit 1 ;;
  -V) echo "Python 3.10.13" ;;
  *) echo "$*" >> asked ;;
esac
"""


@pytest.fixture
def house(tmp_path: Path) -> House:
    return bare(tmp_path)


def python(house: House, script: str) -> str:
    """Put a pretend Python into the house; what it was asked for stands in `asked`."""
    house.write("python", script)
    (house.root / "python").chmod(0o755)
    return f"PYTHON={house.root / 'python'}"


def asked(house: House) -> list[str]:
    path = house.root / "asked"
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def installs(house: House) -> list[str]:
    return [line for line in asked(house) if " install " in line]


def test_an_old_python_is_told_so_in_one_sentence_and_nothing_is_made(house: House) -> None:
    outcome = house.make(python(house, OLD), "test")

    sentences = [line for line in outcome.said.splitlines() if not line.startswith("make")]
    assert not outcome.accepted
    assert len(sentences) == 1
    assert "needs Python 3.11 or newer" in sentences[0]
    assert "Python 3.10.13" in sentences[0]
    assert asked(house) == []
    assert not (house.root / ".venv").exists()


def test_a_python_that_is_not_there_is_named(house: House) -> None:
    outcome = house.make("PYTHON=python3.99", "test")

    assert not outcome.accepted
    assert "There is no python3.99 here" in outcome.said


def test_the_lock_is_installed_with_hashes_and_only_once(house: House) -> None:
    new = python(house, NEW)

    assert house.make(new, "test").accepted
    assert house.make(new, "test").accepted

    (install,) = installs(house)
    assert "--require-hashes --requirement requirements.lock" in install
    assert "index" not in install
    assert sum(one.startswith("-m pytest") for one in asked(house)) == 2


def test_a_changed_lock_is_installed_again(house: House) -> None:
    new = python(house, NEW)
    assert house.make(new, "test").accepted
    made = (house.root / ".venv" / ".ready").stat().st_mtime
    os.utime(house.root / "requirements.lock", (made + 1, made + 1))

    assert house.make(new, "test").accepted

    assert len(installs(house)) == 2


def test_what_a_browser_needs_is_installed_on_its_own_once(house: House) -> None:
    new = python(house, NEW)

    assert house.make(new, "test").accepted
    assert house.make(new, "browser").accepted
    assert house.make(new, "browser", "INSTALL=1").accepted

    first, second = installs(house)
    assert "--require-hashes --requirement requirements.lock" in first
    assert "--require-hashes --requirement requirements-browser.lock" in second
    assert [one for one in asked(house) if "tools.browser" in one] == ["-m tools.browser", "-m tools.browser --install"]


def test_an_installation_that_broke_off_is_taken_up_again(house: House) -> None:
    broken = python(house, NEW.replace('|| echo "pip $*" >> asked', "|| exit 1"))
    assert not house.make(broken, "test").accepted

    (house.root / ".venv" / "bin" / "python").write_text(NEW, encoding="utf-8")

    assert house.make(broken, "test").accepted
    assert len(installs(house)) == 1


@pytest.mark.parametrize(
    ("variables", "command"),
    [
        ([], "app.py demo"),
        (["OKRS=our okrs.md"], "app.py demo our okrs.md"),
        (["DEMO_LANGUAGE=zh"], "app.py demo --language zh"),
        (["OKRS=o.md", "DEMO_LANGUAGE=zh"], "app.py demo o.md --language zh"),
    ],
)
def test_the_demo_is_told_which_file_and_which_language(house: House, variables: list[str], command: str) -> None:
    assert house.make(python(house, NEW), *variables, "demo").accepted

    assert asked(house)[-1] == command


@pytest.mark.parametrize(
    ("variables", "command"),
    [
        ([], "app.py play"),
        (["OKRS=our okrs.md", "FRESH=1", "PORT=8081"], "app.py play our okrs.md --fresh --port 8081"),
    ],
)
def test_the_playground_is_told_what_to_play_and_where(house: House, variables: list[str], command: str) -> None:
    assert house.make(python(house, NEW), *variables, "play").accepted

    assert asked(house)[-1] == command


def test_help_tells_of_every_target_for_people(house: House) -> None:
    outcome = house.make("help")

    assert outcome.accepted
    told = [line.split()[1] for line in outcome.said.splitlines()]
    assert told == [
        "help",
        "demo",
        "play",
        "test",
        "browser",
        "lint",
        "format",
        "bench",
        "bench-full",
        "chaos",
        "lock",
        "clean",
    ]


def test_cleaning_leaves_the_data_of_people_alone(house: House) -> None:
    for path in (".venv/bin/python", ".mypy_cache/x", "okra.db", ".env", "my-okrs.md", "bot/__pycache__/x.pyc"):
        house.write(path, "x")

    assert house.make("clean").accepted

    left = {path.relative_to(house.root).as_posix() for path in house.root.rglob("*") if path.is_file()}
    assert {"okra.db", ".env", "my-okrs.md"} <= left
    assert not {path for path in left if path.startswith(".venv") or "cache" in path}


CI_STEPS = {
    "lint": "exit 0",
    "published": "exit 0",
    "browser": "exit 0",
    "test": "echo '12 passed in 0.34s'",
    "demo": "echo 'Monday, 10:00'",
}


@pytest.mark.parametrize(
    ("step", "script", "complaint"),
    [
        (None, "", None),
        ("lint", "exit 2", ""),
        ("published", "echo 'There is no npm here'; exit 1", "no npm"),
        ("browser", "echo 'There is no Chromium here'; exit 1", "no Chromium"),
        ("test", "echo '1 failed, 11 passed in 0.34s'; exit 2", ""),
        ("test", "echo '11 passed, 1 skipped in 0.34s'", "was skipped"),
        (
            "test",
            r"printf '\033[32m11 passed\033[0m, \033[33m1 skipped\033[0m\033[32m in 0.34s\033[0m\n'",
            "was skipped",
        ),
        ("test", 'test -z "$BROWSER_NEEDED"', ""),
        ("demo", "echo 'Monday'; exit 3", ""),
        ("demo", "echo; echo ' '", "said nothing"),
    ],
)
def test_what_runs_before_a_merge_stops_at_the_first_thing_that_is_wrong(
    house: House, step: str | None, script: str, complaint: str | None
) -> None:
    house.write(".ci/run", (PROJECT / ".ci" / "run").read_text(encoding="utf-8"))
    (house.root / ".ci" / "run").chmod(0o755)
    steps = CI_STEPS | ({step: script} if step else {})
    cases = "\n".join(f"  {name}) {commands} ;;" for name, commands in steps.items())
    house.write("bin/make", f'#!/bin/sh\necho "$1" >> asked\ncase "$1" in\n{cases}\nesac\n')
    (house.root / "bin" / "make").chmod(0o755)
    ci = House(house.root, {"PATH": f"{house.root / 'bin'}{os.pathsep}{os.environ['PATH']}"})

    outcome = ci.run(f"{house.root}/.ci/run")

    assert outcome.accepted == (step is None), outcome.said
    assert asked(house) == list(CI_STEPS)[: list(CI_STEPS).index(step) + 1 if step else None]
    assert complaint is None or complaint in outcome.said
