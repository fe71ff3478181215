"""`generate`: a made-up company of any size, written into the database or into an OKR file."""

import tempfile
import time
from datetime import date
from pathlib import Path

from sqlmodel import Session, select

from bot.cli.generating.company import company_of
from bot.cli.generating.frame import CYCLE_WEEKS, MOST_TEAMS, Order
from bot.cli.output import CommandProblem, complain, say
from bot.clock import MovableClock
from bot.settings import Settings
from storage import models as m
from storage.generated import Written, is_there, write_company
from storage.generated_values import NewCompany
from storage.okr_files.exporting import export_json
from storage.session import Database, bring_up_to_date

MOST_KRS = 20
_FIRST, _LAST = date(2000, 1, 1), date(2099, 12, 31)


def generate(settings: Settings, order: Order, output: Path | None) -> None:
    """Make the company and tell how much it is. Raises `CommandProblem` where it cannot be."""
    check(order)
    began = time.monotonic()
    written = _into(settings.database_url, company_of(order)) if output is None else _file(order, output)
    seconds = time.monotonic() - began
    told = (
        (written.teams, "team"),
        (written.people, "person"),
        (written.objectives, "objective"),
        (written.key_results, "key result"),
        (written.check_ins, "check-in"),
        (written.readings, "reading"),
    )
    counts = ", ".join(_counted(count, word) for count, word in told)
    (say if output is None else complain)(f"{order.name}: {counts}, as of {order.day}, in {seconds:.1f} seconds.")
    if output is not None:
        complain(f"Written to {output}.")


def check(order: Order) -> None:
    """Raises `CommandProblem` with one sentence for an order that makes no company."""
    if not 1 <= order.teams <= MOST_TEAMS:
        raise CommandProblem(f"--teams is a number from 1 to {MOST_TEAMS:,}, not {order.teams}.")
    if not 0 <= order.krs <= MOST_KRS:
        raise CommandProblem(f"--krs is a number from 0 to {MOST_KRS}, not {order.krs}.")
    if not 0 <= order.weeks <= CYCLE_WEEKS:
        raise CommandProblem(f"--weeks is a number from 0 to {CYCLE_WEEKS}, as long as the cycle, not {order.weeks}.")
    if not 0 <= order.seed <= 10**12:
        raise CommandProblem(f"--seed is a number from 0 to a million millions, not {order.seed}.")
    if order.today is not None and not _FIRST <= order.today <= _LAST:
        raise CommandProblem(f"--today is a day from {_FIRST} to {_LAST}, not {order.today}.")


def day_of(text: str | None) -> date | None:
    """A day as it is typed. Raises `CommandProblem`."""
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError as error:
        raise CommandProblem(f"--today is a day such as 2026-12-10, not '{text}'.") from error


def _into(url: str, company: NewCompany) -> Written:
    bring_up_to_date(url)
    db = Database(url, MovableClock(company.now))
    try:
        if db.read_now(is_there, company.name):
            raise CommandProblem(f"{company.name} is here already; take another --seed, or another DATABASE_URL.")
        return db.write_now(write_company, company)
    finally:
        db.close()


def _file(order: Order, output: Path) -> Written:
    """By way of a database that is gone afterwards: the file is what an export of the company says."""
    if not output.parent.is_dir():
        raise CommandProblem(f"{output} cannot be written: there is no folder {output.parent}.")
    with tempfile.TemporaryDirectory(prefix="okra-generate-") as folder:
        url = f"sqlite:///{Path(folder) / 'okra.db'}"
        company = company_of(order)
        written = _into(url, company)
        db = Database(url, MovableClock(company.now))
        try:
            data = db.read_now(_exported)
        finally:
            db.close()
    try:
        output.write_bytes(data)
    except OSError as error:
        raise CommandProblem(f"{output} cannot be written: {error.strerror}.") from error
    return written


def _exported(session: Session) -> bytes:
    return export_json(session, session.exec(select(m.Workspace)).one(), None, None)


def _counted(count: int, word: str) -> str:
    many = "people" if word == "person" else f"{word}s"
    return f"{count:,} {word if count == 1 else many}"
