"""What a start costs: a fresh process's time on the processor and its memory, beside the platforms' SDKs alone."""

import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.bench.table import Aim, Line, Table, Unit
from tests.starting import ROOT, Started, start

TIMES = 3
"""Of each kind, in turns, so that a busy moment of the machine meets both; before them one that warms the disk."""
TWICE = Aim(2.0)

_SDKS = """
import time
began = time.process_time()
import aiohttp.web
import slack_bolt.adapter.aiohttp, slack_bolt.async_app, slack_sdk.signature, slack_sdk.web.async_client
import botbuilder.core, botbuilder.integration.aiohttp, botbuilder.schema
import botframework.connector.aio, botframework.connector.auth
print(time.process_time() - began)
"""


def cost_of_starting(table: Table, times: int = TIMES) -> None:
    """From nothing until requests can be taken: against importing the SDKs alone, and Teams against Slack alone.

    Waiting for the disk is not counted.
    """
    table.section("A start from nothing")
    with tempfile.TemporaryDirectory() as folder:
        for teams in (True, False):
            start(Path(folder), teams=teams)
        bare_sdks()
        both, slack, bare = [], [], []
        for _ in range(times):
            both.append(start(Path(folder), teams=True))
            slack.append(start(Path(folder), teams=False))
            bare.append(bare_sdks())
    ours, floor = _median(both), _median(slack)
    alone = statistics.median(bare)
    ready = "until requests can be taken, Slack and Teams"
    table.add(Line(ready, ours.starting, alone, "importing both SDKs", aim=TWICE))
    table.add(Line("the same beside Slack alone", ours.starting, floor.starting, "without Teams"))
    table.add(Line("import app", ours.importing, floor.importing, "nothing of Teams is loaded yet"))
    most = "the most until then"
    table.add(Line("memory", ours.megabytes, floor.megabytes, "without Teams", most, Unit.MEGABYTES))


def bare_sdks() -> float:
    """Seconds of the processor that a fresh Python takes to import both SDKs, as Okra uses them."""
    done = subprocess.run([sys.executable, "-c", _SDKS], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603 - our own words
    return float(done.stdout)


def _median(runs: list[Started]) -> Started:
    return Started(
        importing=statistics.median(one.importing for one in runs),
        starting=statistics.median(one.starting for one in runs),
        megabytes=statistics.median(one.megabytes for one in runs),
        served=runs[0].served,
        packages=runs[0].packages,
    )
