"""Whoever does not use Teams loads nothing of its SDK: no time at the start, no memory afterwards."""

import subprocess
import sys
from pathlib import Path

from tests.starting import ROOT, start

SDK = {"azure", "botbuilder", "botframework", "msal", "msrest", "requests"}
"""What nobody but Teams needs."""


def test_serving_slack_alone_loads_nothing_of_it(tmp_path: Path) -> None:
    started = start(tmp_path, teams=False)

    assert started.served == (True, False)
    assert started.packages & SDK == set()


def test_serving_teams_as_well_loads_it(tmp_path: Path) -> None:
    started = start(tmp_path, teams=True)

    assert started.served == (True, True)
    assert {"botbuilder", "botframework", "msrest"} <= started.packages


def test_no_other_command_loads_it() -> None:
    commands = "demo export generate import_file plan serve slack teams_package"
    imports = "; ".join(f"import bot.cli.{name}" for name in commands.split())
    script = f"import sys, app; {imports}; print(*{{name.partition('.')[0] for name in sys.modules}})"

    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603

    assert set(done.stdout.split()) & SDK == set()
