"""`make chaos N=200`: so many kills on each database, at a seed that is told.

Ends with 1 where the books do not balance.
"""

import argparse
import asyncio
import secrets
import sys
import tempfile
from pathlib import Path

from tests.crash.company import Company
from tests.crash.conductor import Plan, Run, Told
from tests.crash.processes import Nursery
from tests.crash.table import as_table
from tests.storage.databases import Kind, new_url, on


def main() -> int:
    """Run, print the table, say whether everything was in order."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__)
    parser.add_argument("--kills", type=int, default=100, help="how many processes are killed on each database")
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--only", choices=[kind.value for kind in Kind])
    given = parser.parse_args()
    seed = secrets.randbelow(1_000_000) if given.seed is None else given.seed
    print(f"seed {seed}", flush=True)  # noqa: T201 - what a person reads
    told = []
    with Nursery() as nursery:
        for kind in [Kind(given.only)] if given.only else list(Kind):
            with on(kind), tempfile.TemporaryDirectory(prefix="okra-crash-") as folder:
                told.append((kind.value, asyncio.run(_run(kind, nursery, Path(folder), seed, given.kills))))
    print(as_table(told))  # noqa: T201 - what a person reads
    return 0 if all(one.balance for _, one in told) else 1


async def _run(kind: Kind, nursery: Nursery, folder: Path, seed: int, kills: int) -> Told:
    processes = 3 if kind is Kind.POSTGRESQL else 1
    plan = Plan(seed=seed, kills=kills, processes=processes, company=Company(6, 4))
    run = Run(plan, nursery, new_url(folder), folder)
    try:
        return await run.go()
    finally:
        log = folder / "children.log"
        if run.wrong and log.exists():
            kept = Path(tempfile.gettempdir()) / f"okra-crash-{seed}-{kind.value}.log"
            kept.write_bytes(log.read_bytes())
            print(f"What the processes logged: {kept}")  # noqa: T201 - what a person reads


if __name__ == "__main__":
    sys.exit(main())
