"""`inbox`: what people said and Okra could not handle, and how it is read again once it is mended."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from bot.cli.output import WRONG, CommandProblem, say
from bot.cli.types import BuildHouse
from bot.clock import SystemClock
from bot.intake.accept import REREAD_ATTEMPTS, REREAD_WITHIN, Intake, Reread
from bot.okr.localtime import local
from bot.settings import Settings
from storage import inbox
from storage import models as m
from storage.lock import SendingLock
from storage.session import Database, bring_up_to_date
from storage.zones import known_zone

MOST = 200
"""How many a list shows, and how many are read again at once."""
NOTHING = "Everything that people said is handled."
NOT_A_NUMBER = "'{given}' is no number of the inbox; `inbox list` shows the numbers there are."
NOT_THERE = "There is no {number} in the inbox; `inbox list` shows the numbers there are."
ANSWERS_GO_OUT = "Their answers go out as soon as Okra runs (.venv/bin/python app.py serve)."
_WORDS = {
    Reread.READ: "read; its person is answered",
    Reread.BROKE_AGAIN: "broke again: {problem}",
    Reread.DONE_BEFORE: "handled before; nothing was changed",
    Reread.FORGOTTEN: "its words are forgotten, as its workspace wants after so many days; there is nothing to read",
}


def show_list(settings: Settings, *, text: bool) -> None:
    """Print what is not handled, a line each."""
    db, clock = _open(settings)
    try:
        rows, number = db.read_now(_undone)
        lines = [] if not rows else db.read_now(_lines, rows, clock.now(), text)
    finally:
        db.close()
    for line in lines or [NOTHING]:
        say(line)
    if number > len(rows):
        say(f"{number - len(rows)} more are not shown.")
    if rows:
        say("Once it is mended: .venv/bin/python app.py inbox replay [ID ...] (docs/replies.md)")


def show_one(settings: Settings, given: str, *, text: bool) -> None:
    """Print all that is known of one. Raises `CommandProblem` where there is none of this number."""
    number = _number(given)
    db, clock = _open(settings)
    try:
        lines = db.read_now(_in_full, number, clock.now(), text)
    finally:
        db.close()
    for line in lines:
        say(line)


def replay(build_house: BuildHouse, settings: Settings, given: Sequence[str]) -> int:
    """Read again what broke, or only these; returns the exit code. Each is handled once, whoever else tries.

    Raises `StorageProblem` where another Okra holds a SQLite database: only one process may write to that.
    """
    numbers = list(dict.fromkeys(_number(one) for one in given))
    with SendingLock(settings.database_url):
        db, clock = _open(settings)
        try:
            if not numbers:
                numbers = [row.id for row in db.read_now(_undone)[0]]
            unknown = next((one for one in numbers if db.read_now(inbox.by_id, one) is None), None)
            if unknown is not None:
                raise CommandProblem(NOT_THERE.format(number=unknown))
            outcomes = asyncio.run(_reread(build_house(db, clock).intake, numbers))
            for number, outcome in zip(numbers, outcomes, strict=True):
                row = db.read_now(inbox.by_id, number)
                problem = "" if row is None else _problem(row, text=False)
                say(f"{number}: {_WORDS[outcome].format(problem=problem)}")
        finally:
            db.close()
    if not numbers:
        say(NOTHING)
    if Reread.READ in outcomes:
        say(ANSWERS_GO_OUT)
    return WRONG if {Reread.BROKE_AGAIN, Reread.FORGOTTEN} & set(outcomes) else 0


async def _reread(intake: Intake, numbers: Sequence[int]) -> list[Reread]:
    """In the order in which it was said: what came later may build on it."""
    return [await intake.reread(number) for number in numbers]


def _open(settings: Settings) -> tuple[Database, SystemClock]:
    bring_up_to_date(settings.database_url)
    clock = SystemClock()
    return Database(settings.database_url, clock), clock


def _number(given: str) -> int:
    if not (given.isascii() and given.isdigit() and len(given) < 18):
        raise CommandProblem(NOT_A_NUMBER.format(given=given))
    return int(given)


def _undone(session: Session) -> tuple[Sequence[m.Inbox], int]:
    return inbox.undone(session, MOST), inbox.count_undone(session)


def _lines(session: Session, rows: Sequence[m.Inbox], now: datetime, text: bool) -> list[str]:
    found = []
    for row in rows:
        said = f"  '{_said(row)}'" if text and _said(row) else ""
        what = f"{_who(session, row)}, {row.body['what']['kind']}"
        found.append(f"{row.id}  {_when(session, row)}  {what}: {_state(row, now)}: {_problem(row, text=text)}{said}")
    return found


def _in_full(session: Session, number: int, now: datetime, text: bool) -> list[str]:
    row = inbox.by_id(session, number)
    if row is None:
        raise CommandProblem(NOT_THERE.format(number=number))
    lines = [
        f"Number: {row.id}",
        f"Said: {_when(session, row)}",
        f"By: {_who(session, row)}",
        f"Where: {row.body.get('platform', '?')}, {row.body.get('place', '?')}",
        f"What: {row.body['what']['kind']}",
        f"State: {_state(row, now)}",
        f"Problem: {_problem(row, text=text)}",
        f"Tried: {row.attempts} times" if row.attempts != 1 else "Tried: once",
    ]
    said = _said(row)
    if not text:
        return [*lines, *([f"Text: {len(said)} characters; --text shows them"] if said else [])]
    return [*lines, f"Text: {said}"] if said else lines


def _who(session: Session, row: m.Inbox) -> str:
    return "somebody unknown" if row.person_id is None else session.get_one(m.Person, row.person_id).display_name


def _when(session: Session, row: m.Inbox) -> str:
    there = known_zone(session.get_one(m.Workspace, row.workspace_id).timezone)
    return f"{local(row.at, there):%d %b %Y %H:%M}"


def _state(row: m.Inbox, now: datetime) -> str:
    match row.state:
        case m.InboxState.DONE:
            return "handled"
        case m.InboxState.RECEIVED:
            return "waits to be handled"
        case m.InboxState.BROKEN if row.at < now - REREAD_WITHIN or row.attempts >= REREAD_ATTEMPTS:
            return "broke, and is not tried again by itself"
        case _:
            return "broke, and is tried again at the next start"


def _said(row: m.Inbox) -> str:
    """The words that were typed; a press has none."""
    return str(row.body.get("what", {}).get("text", ""))


def _problem(row: m.Inbox, *, text: bool) -> str:
    """What went wrong; without `text` no more than its kind, for an error may quote what was said."""
    problem = row.problem or "none known"
    return problem if text else problem.partition("(")[0].strip()
