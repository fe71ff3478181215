"""The machine's own Chromium is found, or installed where that is asked for, or its absence is said in a sentence."""

import sys
from pathlib import Path

import pytest

from tests.gates.house import PROJECT, House
from tools import browser

APT = """#!/bin/sh
echo "$0 $*" >> "{root}/asked"
case "$1" in install) {installs} ;; esac
"""
SUDO = """#!/bin/sh
echo "sudo $*" >> "{root}/asked"
shift
exec "$@"
"""
INSTALLS = 'printf "#!/bin/sh\\n" > "{root}/chromium"; /bin/chmod +x "{root}/chromium"'


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with nothing on it but what is put into the folder."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(browser, "ELSEWHERE", ())
    return tmp_path


def put(machine: Path, name: str, script: str = "#!/bin/sh\n") -> None:
    (machine / name).write_text(script.replace("{root}", str(machine)))
    (machine / name).chmod(0o755)


def asked(machine: Path) -> str:
    path = machine / "asked"
    return path.read_text().replace(f"{machine}/", "") if path.exists() else ""


@pytest.mark.parametrize("name", ["chromium", "chromium-browser", "google-chrome"])
def test_what_is_there_is_found_and_nothing_is_installed(
    machine: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    put(machine, name)
    put(machine, "apt-get", APT)

    assert browser.find() == str(machine / name)
    assert browser.main(["--install"]) == 0
    assert (capsys.readouterr().out, asked(machine)) == ("", "")


def test_a_machine_without_one_is_told_what_to_do(machine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(machine, "apt-get", APT)

    assert browser.main([]) == 1
    assert (capsys.readouterr().out, asked(machine)) == (f"{browser.NONE_HERE}\n", "")


@pytest.mark.parametrize("user", [0, 1000])
def test_it_is_installed_where_that_is_asked_for(
    machine: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], user: int
) -> None:
    monkeypatch.setattr("os.geteuid", lambda: user)
    put(machine, "apt-get", APT.replace("{installs}", INSTALLS))
    put(machine, "sudo", SUDO)

    assert browser.main(["--install"]) == 0
    lines = ["apt-get update -qq", "apt-get install -y -qq chromium"]
    expected = lines if user == 0 else [one for line in lines for one in (f"sudo -n {line}", line)]
    assert asked(machine).splitlines() == expected
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("script", [None, APT.replace("{installs}", "exit 1"), APT.replace("{installs}", "exit 0")])
def test_where_it_cannot_be_installed_that_is_said(
    machine: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], script: str | None
) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 0)
    if script is not None:
        put(machine, "apt-get", script)

    assert browser.main(["--install"]) == 1
    assert browser.NONE_HERE in capsys.readouterr().out


def test_where_there_is_none_each_test_that_needs_it_is_skipped_by_name(tmp_path: Path) -> None:
    bare = House(PROJECT, {"PATH": str(tmp_path), "BROWSER_NEEDED": ""})
    told = bare.run(sys.executable, "-m", "pytest", "-rs", "-p", "no:cacheprovider", "tests/browser")

    assert told.accepted, told.said
    assert "SKIPPED" in told.said
    assert "tests/browser: " in told.said
    assert "passed" not in told.said
