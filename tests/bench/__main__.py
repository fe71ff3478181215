"""Measures Okra on a made-up company against the bare work in the same run; prints a table and judges nothing.

Run as `python -m tests.bench [--teams 200]`. Every figure is a median. "Floor" is what the machine and the database
take for the bare statements or calls named beside it, measured just before.
"""

import argparse
import itertools
import logging
import shutil
import tempfile
import time
from pathlib import Path

from bot.cli.generating.frame import Order
from bot.cli.logs import configure_logs
from tests.bench.measures import measure
from tests.bench.replies import IN_MAKE_BENCH, cost_of_replies
from tests.bench.starting import cost_of_teams
from tests.bench.table import tell
from tests.storage import postgres

IMPORT_BY = (60.0, 100.0)
"""Seconds from the start until which the import may begin, on SQLite and on PostgreSQL; all ends in three minutes."""


def main() -> None:
    """Both databases, one after the other; PostgreSQL only where one can be started."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, usual in (("teams", 200), ("krs", 5), ("weeks", 10), ("seed", 1)):
        parser.add_argument(f"--{name}", type=int, default=usual)
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    given = parser.parse_args()
    order = Order(given.teams, given.krs, given.weeks, given.seed)
    configure_logs("text", logging.ERROR)
    began = time.perf_counter()
    folder = Path(tempfile.mkdtemp(prefix="okra-bench-"))
    numbers = itertools.count(1)
    try:
        if given.only != "postgresql":
            measure("SQLite", order, lambda: f"sqlite:///{folder / f'{next(numbers)}.db'}", began + IMPORT_BY[0])
        if given.only != "sqlite":
            try:
                postgres.bare()
            except Exception as error:  # noqa: BLE001 - whatever keeps the server from starting, the rest is told
                tell(f"\nPostgreSQL does not start here: {error}")
            else:
                measure("PostgreSQL (a test server, fsync off)", order, postgres.bare, began + IMPORT_BY[1])
                postgres.drop_lent()
        cost_of_teams()
        cost_of_replies(IN_MAKE_BENCH)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
