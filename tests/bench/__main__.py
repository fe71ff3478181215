"""Measures Okra on made-up companies beside the bare work, in one run; prints a table that says which aims are met.

Run as `python -m tests.bench [--full] [--json FILE]`; `python -m tests.bench explain` shows how the databases find what
is asked all day long, and measures nothing. Every figure is a median, unless it says otherwise. "Floor" is
what the machine and the database take for the bare work named beside it, measured in the same run.
"""

import argparse
import itertools
import logging
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from bot.cli.generating.frame import Order
from bot.cli.logs import configure_logs
from tests.bench.clicks import cost_of_clicks
from tests.bench.delivering import cost_of_delivering
from tests.bench.explain import explain
from tests.bench.history import cost_of_history
from tests.bench.machine import this_machine
from tests.bench.measures import measure
from tests.bench.planning import cost_of_planning
from tests.bench.rendering import cost_of_rendering
from tests.bench.replies import cost_of_replies
from tests.bench.starting import cost_of_starting
from tests.bench.table import Table, tell
from tests.storage import postgres

IMPORT_BY = {"SQLite": 60.0, "PostgreSQL": 40.0}
"""Seconds from the beginning of a database's rows until which the import may begin."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is measured."""

    order: Order
    check_ins: int
    """Due on the same Monday."""
    click_seconds: float
    key_results: int
    weeks: int
    messages: int
    rate: int
    """Messages that a platform takes in a second."""
    replies: int
    renderings: int
    starts: int


SMALL = Sizes(Order(200, 5, 10, 1), 5_000, 4.0, 1_500, 156, 400, 50, 10_000, 200, 3)
"""Minutes."""
FULL = Sizes(Order(200, 5, 10, 1), 100_000, 30.0, 100_000, 156, 20_000, 50, 100_000, 1_000, 5)
"""An hour or two, and some 10 GB in the folder for temporary files."""
TINY = Sizes(Order(3, 2, 2, 1), 20, 0.2, 60, 14, 20, 50, 20, 2, 1)
"""Seconds: shows that everything can be measured, and nothing else."""


def rows_of(table: Table, name: str, new_url: Callable[[], str], sizes: Sizes) -> None:
    """Everything that is measured on a database."""
    cost_of_planning(table, name, new_url, sizes.check_ins)
    cost_of_clicks(table, name, new_url(), sizes.click_seconds)
    cost_of_history(table, name, new_url(), sizes.key_results, sizes.weeks)
    cost_of_delivering(table, name, new_url(), sizes.messages, sizes.rate)
    measure(table, name, sizes.order, new_url, time.perf_counter() + IMPORT_BY[name.split()[0]])


def rows_without_a_database(table: Table, sizes: Sizes) -> None:
    """The rest."""
    cost_of_replies(table, sizes.replies)
    cost_of_rendering(table, sizes.renderings)
    cost_of_starting(table, sizes.starts)


def main() -> None:
    """Both databases, one after the other; PostgreSQL only where one can be started."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="?", choices=("explain",), help="show plans of queries instead")
    parser.add_argument("--key-results", type=int, default=20_000, help="for `explain`: of how large a company")
    parser.add_argument("--full", action="store_true", help="the large rows, too")
    parser.add_argument("--tiny", action="store_true", help="as little as possible, to see that it runs")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the table there, too")
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    given = parser.parse_args()
    sizes = FULL if given.full else TINY if given.tiny else SMALL
    configure_logs("text", logging.ERROR)
    version = None if given.only == "sqlite" else _postgresql()
    machine = this_machine(version)
    tell(machine.told())
    table = Table()
    folder = Path(tempfile.mkdtemp(prefix="okra-bench-"))
    numbers = itertools.count(1)
    places: dict[str, Callable[[], str]] = {}
    if given.only != "postgresql":
        places["SQLite"] = lambda: f"sqlite:///{folder / f'{next(numbers)}.db'}"
    if version is not None:
        places["PostgreSQL (a test server, fsync off)"] = postgres.bare
    try:
        if given.what is not None:
            for name, new_url in places.items():
                explain(name, new_url(), given.key_results)
            return
        rows_without_a_database(table, sizes)
        for name, new_url in places.items():
            rows_of(table, name, new_url, sizes)
    finally:
        postgres.drop_lent()
        shutil.rmtree(folder, ignore_errors=True)
    table.tell_aims()
    if given.json is not None:
        table.write_json(given.json, machine)


def _postgresql() -> str | None:
    """The version of the server for tests; None, and a sentence, where none starts."""
    try:
        engine = sa.create_engine(postgres.bare())
    except Exception as error:  # noqa: BLE001 - whatever keeps the server from starting, the rest is told
        tell(f"PostgreSQL does not start here: {error}")
        return None
    with engine.connect() as connection:
        version = str(connection.exec_driver_sql("SHOW server_version").scalar_one())
    engine.dispose()
    return version


if __name__ == "__main__":
    main()
