"""`questions`: what people had to be asked back, and how it ended, as a table."""

from datetime import timedelta

from rich.console import Console
from rich.table import Table

from bot.cli.output import is_terminal, say
from bot.clock import SystemClock
from bot.settings import Settings
from bot.views.counts import Counts, counts
from storage.questions import Answered
from storage.session import Database, bring_up_to_date

WIDE = 120
"""Columns of the table where nobody's terminal sets them."""
NOBODY = "Nobody was asked back yet."


def questions(settings: Settings, days: int | None) -> None:
    """Print the table; with `days`, of the last so many days alone."""
    bring_up_to_date(settings.database_url)
    clock = SystemClock()
    now = clock.now()
    db = Database(settings.database_url, clock)
    try:
        found = db.read_now(counts, now, None if days is None else now - timedelta(days=days))
    finally:
        db.close()
    if found.questions:
        _print(found)
    else:
        say(NOBODY)
    for one in found.replies:
        replies = one.at_once + one.asked
        if one.share is not None:
            say(f"{one.workspace}: {one.at_once} of {replies} replies ({one.share:.0%}) were read without a question.")


def _print(found: Counts) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("Workspace")
    table.add_column("Question")
    for end in Answered:
        table.add_column(end.value, justify="right")
    numbers: dict[tuple[str, str], dict[Answered, int]] = {}
    for one in found.questions:
        numbers.setdefault((one.workspace, one.code), {})[one.answered] = one.number
    for (workspace, code), ends in numbers.items():
        table.add_row(workspace, code, *(str(ends.get(end, 0)) for end in Answered))
    Console(width=None if is_terminal() else WIDE, highlight=False, markup=False).print(table)
