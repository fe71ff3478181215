"""A fresh Python that brings Okra up as `serve` does, with or without Teams, and says what that took."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TEAMS = {
    "teams_app_id": "12345678-90ab-cdef-1234-567890abcdef",
    "teams_app_password": "pretend",
    "teams_tenant_id": "12345678-90ab-cdef-1234-567890abcdef",
}

_SCRIPT = """
import time
began = time.process_time()
import asyncio, json, resource, sys
import app
imported = time.process_time()

async def serve(url, settings):
    from bot.cli.composing import compose
    from bot.clock import SystemClock
    from bot.settings import Settings
    from storage.session import Database, bring_up_to_date

    bring_up_to_date(url)
    db = Database(url, SystemClock())
    async with compose(app.build_house(db, SystemClock()), Settings(_env_file=None, **settings)) as composed:
        found = [composed.slack is not None, composed.teams is not None]
    db.close()
    return found

served = asyncio.run(serve(sys.argv[1], json.loads(sys.argv[2])))
usage = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({
    "importing": imported - began,
    "starting": time.process_time() - began,
    "megabytes": usage / (1024 * 1024 if sys.platform == "darwin" else 1024),
    "served": served,
    "packages": sorted({name.partition(".")[0] for name in sys.modules}),
}))
"""
_SLACK = {
    "slack_client_id": "1.2",
    "slack_client_secret": "pretend",
    "slack_signing_secret": "pretend",
    "base_url": "https://okra.example.com",
    "secret_key": "a pretend secret of many letters",
}
"""Slack for several workspaces: nobody is called at the start."""


@dataclass(frozen=True, slots=True)
class Started:
    """What one start took."""

    importing: float
    """Seconds of the processor for `import app`."""
    starting: float
    """Seconds until requests could be taken, with that."""
    megabytes: float
    """The most memory that was in use."""
    served: tuple[bool, bool]
    """Slack, Teams."""
    packages: frozenset[str]
    """Every top-level package that was loaded."""


def start(folder: Path, *, teams: bool) -> Started:
    """Bring Okra up once over the database in `folder`, for Slack and perhaps Teams."""
    settings = _SLACK | (TEAMS if teams else {})
    asked = [sys.executable, "-c", _SCRIPT, f"sqlite:///{folder / 'okra.db'}", json.dumps(settings)]
    done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own words
    if done.returncode != 0:
        raise RuntimeError(done.stderr)
    told = json.loads(done.stdout.splitlines()[-1])
    return Started(
        importing=told["importing"],
        starting=told["starting"],
        megabytes=told["megabytes"],
        served=tuple(told["served"]),
        packages=frozenset(told["packages"]),
    )
