"""`backup` and `restore`: a whole copy of the database while Okra runs, and the way back."""

import asyncio
from pathlib import Path

from bot.cli.output import say
from bot.cli.types import BuildHouse
from bot.clock import SystemClock
from bot.settings import Settings
from storage.backup import back_up, bring_back, leave_out_what_was_due
from storage.engine import sqlite_file
from storage.lock import SendingLock
from storage.session import Database, bring_up_to_date

KEY_ELSEWHERE = (
    "SECRET_KEY is not in it: keep that in another safe place, or the Slack workspaces must be installed anew."
)


def write_backup(settings: Settings, target: Path) -> None:
    """Write the backup and say how large it is. Raises `StorageProblem`."""
    size = back_up(settings.database_url, target)
    say(f"{target}: {size / 1_000_000:,.1f} MB, whole and checked.")
    say(KEY_ELSEWHERE)


def restore(build_house: BuildHouse, settings: Settings, backup: Path, *, replace: bool, send_due: bool) -> None:
    """Put a backup in the database's place, and see to it that nobody is asked twice. Raises `StorageProblem`."""
    clock, told = SystemClock(), list[str]()

    def make_ready(url: str) -> None:
        told.extend(_made_ready(build_house, url, clock, send_due=send_due))

    with SendingLock(settings.database_url):
        aside = bring_back(settings.database_url, backup, replace=replace, now=clock.now(), make_ready=make_ready)
        say(f"{sqlite_file(settings.database_url)} is {backup} now.")
        if aside is not None:
            say(f"What stood there before is kept as {aside}.")
        for line in told:
            say(line)


def restored(build_house: BuildHouse, settings: Settings) -> None:
    """What `restore` does at its end, for a database that was brought back by other means. Raises `StorageProblem`."""
    with SendingLock(settings.database_url):
        for line in _made_ready(build_house, settings.database_url, SystemClock(), send_due=False):
            say(line)


def _made_ready(build_house: BuildHouse, url: str, clock: SystemClock, *, send_due: bool) -> list[str]:
    """Bring a restored database up to date and leave out what was due. Returns what is to be said about that."""
    bring_up_to_date(url)
    if send_due:
        return []
    db = Database(url, clock)
    try:
        # What fell due since the backup is planned first, so that it is known, and not planned at the next start.
        asyncio.run(build_house(db, clock).plan())
        number = db.write_now(leave_out_what_was_due, clock.now())
    finally:
        db.close()
    if number == 0:
        return []
    if number == 1:
        return ["1 message whose moment has passed is not sent: it may have been sent before. (--send-due sends it.)"]
    return [f"{number} messages whose moment has passed are not sent: they may have been. (--send-due sends them.)"]
