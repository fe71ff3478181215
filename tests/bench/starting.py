"""What Teams costs at the start: a fresh process's time on the processor and its memory, with and without it."""

import statistics
import tempfile
from pathlib import Path

from tests.bench.table import HEADING, Line, tell, told
from tests.starting import Started, start

TIMES = 3
"""Of each kind, in turns, so that a busy moment of the machine meets both; before them one that warms the disk."""


def cost_of_teams() -> None:
    """Two lines: `ours` has Slack and Teams, `floor` has Slack alone. Waiting for the disk is not counted."""
    tell("\nA start from nothing, Slack and Teams against Slack alone")
    tell(HEADING)
    with tempfile.TemporaryDirectory() as folder:
        for teams in (True, False):
            start(Path(folder), teams=teams)
        both, slack = [], []
        for _ in range(TIMES):
            both.append(start(Path(folder), teams=True))
            slack.append(start(Path(folder), teams=False))
    ours, floor = _median(both), _median(slack)
    tell(told(Line("import app", ours.importing, floor.importing, "nothing of Teams is loaded yet")))
    memory = f"{ours.megabytes:.0f} MB, floor {floor.megabytes:.0f} MB, ratio {ours.megabytes / floor.megabytes:.2f}"
    tell(told(Line("until requests can be taken", ours.starting, floor.starting, "without Teams", memory)))


def _median(runs: list[Started]) -> Started:
    return Started(
        importing=statistics.median(one.importing for one in runs),
        starting=statistics.median(one.starting for one in runs),
        megabytes=statistics.median(one.megabytes for one in runs),
        served=runs[0].served,
        packages=runs[0].packages,
    )
