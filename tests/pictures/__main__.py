"""`python -m tests.pictures [slack|teams|playground] [--into folder]`: takes the pictures that stand in docs/pictures.

A platform's own look differs in detail; what is shown, in which order and with which buttons, is what Okra sends.
Those of Teams are drawn by Microsoft's Adaptive Cards library, which is fetched with npm.
"""

import argparse
import asyncio
from pathlib import Path

from tests.pictures import playground, slack, teams

TAKERS = {"slack": slack.take, "teams": teams.take, "playground": playground.take}


def main() -> None:
    """Of every platform, or of the one that is named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("platform", nargs="?", choices=tuple(TAKERS))
    parser.add_argument("--into", type=Path, default=Path("docs/pictures"))
    given = parser.parse_args()
    given.into.mkdir(parents=True, exist_ok=True)
    for name, take in TAKERS.items():
        if given.platform in (None, name):
            asyncio.run(take(given.into))


if __name__ == "__main__":
    main()
