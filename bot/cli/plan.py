"""`plan`: what will be sent to whom and when, and what will not be and why, if nothing changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from rich.console import Console
from rich.table import Table
from sqlmodel import Session, col, select

from bot.cards.moments import clock_time, day, weekday
from bot.cli.output import CommandProblem, is_terminal, say
from bot.cli.words import KINDS
from bot.clock import SystemClock
from bot.okr.localtime import instant, local
from bot.okr.planning import Planned, SkipReason
from bot.rituals.planner import look_ahead
from bot.settings import Settings
from storage import chats, deliveries, directory, installations, teams, ways
from storage import models as m
from storage.problems import StorageProblem
from storage.session import Database, bring_up_to_date

WIDE = 160
"""Columns of the table where nobody's terminal sets them."""


@dataclass(frozen=True, slots=True)
class Line:
    """One message to come, or one that will not be."""

    at: datetime
    """In its reader's zone."""
    reader: str
    what: str
    about: str
    why_not: str = ""


def plan(settings: Settings, days: int, at: str | None) -> None:
    """Print the table."""
    clock = SystemClock()
    bring_up_to_date(settings.database_url)
    db = Database(settings.database_url, clock)
    try:
        now = clock.now() if at is None else db.read_now(moment_of, at)
        lines, trouble = db.read_now(lines_ahead, now, now + timedelta(days=days))
    finally:
        db.close()
    for one in trouble:
        say(one)
    if not lines:
        say(f"Nothing will be sent in the next {days} days.")
        return
    _print(lines)
    say("Reminders and notices go out only if something is still open by then; answers change what follows.")


def moment_of(session: Session, text: str) -> datetime:
    """`2026-11-12 10:00` in the first workspace's zone, or with an offset of its own. Raises `CommandProblem`."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandProblem(f"'{text}' is no moment; write it like 2026-11-12T10:00.") from error
    if moment.tzinfo is not None:
        return moment
    there = installations.workspaces(session)
    return instant(moment.date(), moment.time(), there[0].timezone if there else "UTC")


def lines_ahead(session: Session, now: datetime, until: datetime) -> tuple[list[Line], list[str]]:
    """Everything ahead over all teams, in order of time, and a sentence about each team that cannot be planned.

    One message that serves two teams is one line.
    """
    if not installations.workspaces(session):
        raise CommandProblem("There are no OKRs yet; import a file first: .venv/bin/python app.py import FILE.")
    found: dict[tuple[str, str, str], tuple[datetime, Line]] = {}
    trouble: list[str] = []
    for team in session.exec(select(m.Team).order_by(col(m.Team.id))).all():
        for one in _ahead_of(session, team, now, until, trouble):
            key = (one.message.value, one.subject, one.period)
            if one.skip is not None and (one.due_at < now or one.skip is SkipReason.TOO_LATE):
                continue  # what was decided against earlier is no news, at whatever hour it would have been found
            if key not in found and one.due_at <= until and _is_to_come(session, key):
                found[key] = (one.due_at, _line(session, team, one))
    for row in deliveries.planned_until(session, until):
        key = (row.kind, row.subject, row.period)
        if key not in found:
            try:
                found[key] = (row.due_at, _stored_line(session, row))
            except ValueError:  # its reader's time zone is none: the sentence about their team says so
                continue
    lines = [line for _, line in sorted(found.values(), key=lambda pair: (pair[0], pair[1].reader, pair[1].what))]
    return lines, trouble


def _ahead_of(session: Session, team: m.Team, now: datetime, until: datetime, trouble: list[str]) -> Sequence[Planned]:
    """What one team has ahead; a team that cannot be planned adds a sentence to `trouble` and hides no other."""
    try:
        return look_ahead(session, team, now, until)
    except StorageProblem:
        raise
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one team, it is told and the others are shown
        reason = str(error).partition("\n")[0] or type(error).__name__
        trouble.append(f"{team.name} ({team.key}) cannot be planned: {reason}")
        return ()


def _is_to_come(session: Session, key: tuple[str, str, str]) -> bool:
    row = deliveries.delivery_of(session, *key)
    return row is None or row.state is m.DeliveryState.PLANNED


def _line(session: Session, team: m.Team, one: Planned) -> Line:
    keys = _labels(session, one.kr_ids)
    team_id = one.team_id if one.team_id is not None else team.id
    why = _no_way(session, one.person_id, team_id) if one.skip is None else one.skip.value
    return Line(
        at=_local(session, one.due_at, one.person_id, team),
        reader=_reader(session, one.person_id, one.team_id, team),
        what=KINDS[one.message.value].en,
        about=keys or team.name,
        why_not=why,
    )


def _stored_line(session: Session, row: m.Delivery) -> Line:
    team = session.get(m.Team, row.team_id) if row.team_id is not None else None
    return Line(
        at=_local(session, row.due_at, row.person_id, team),
        reader=_reader(session, row.person_id, row.team_id, team),
        what=KINDS[row.kind].en,
        about=_labels(session, [int(one) for one in row.data.get("krs", [])]),
        why_not=_no_way(session, row.person_id, row.team_id),
    )


def _no_way(session: Session, person_id: int | None, team_id: int | None) -> str:
    """Why nothing gets there as it stands now; empty where something does, or the reader's column says so."""
    if person_id is None:
        team = None if team_id is None else session.get_one(m.Team, team_id)
        return "" if team is None or team.installation_id is None else _closed(session, team, team.installation_id)
    best = session.execute(ways.best_address(person_id)).scalars().first()
    if best is not None:
        unmet = not best.dm_ref and directory.is_let_in(session, best.installation_id)
        return f"Okra was not added for them in {_name(session, best.installation_id)} yet" if unmet else ""
    places = session.exec(select(m.Address.installation_id).where(m.Address.person_id == person_id)).all()
    if places:
        return _removed(session, places) or _taken_away(session, places)
    e_mail = session.get_one(m.Person, person_id).e_mail
    return "no address" if e_mail is None else f"no address: nobody with {e_mail} is known yet"


def _closed(session: Session, team: m.Team, place: int) -> str:
    """Why a team's channel is closed to Okra, where it is."""
    removed = _removed(session, [place])
    if removed or not team.channel_ref or not directory.is_let_in(session, place):
        return removed
    chat = chats.chat(session, place, str(team.channel_ref["channel"]))
    if chat is None:
        return f"Okra was not let into it in {_name(session, place)} yet"
    if chat.deleted_at is not None:
        return "it was deleted"
    return "" if chat.left_at is None else f"Okra was taken out of it in {_name(session, place)}"


def _taken_away(session: Session, places: Sequence[int]) -> str:
    """Whom nothing reaches although Okra is there: they took it away, where that is for each person to say."""
    names = sorted({_name(session, one) for one in places if directory.is_let_in(session, one)})
    return f"they took Okra away in {' and '.join(names)}" if names else ""


def _name(session: Session, place: int) -> str:
    return session.get_one(m.Installation, place).platform.value.title()


def _removed(session: Session, installation_ids: Sequence[int]) -> str:
    """A sentence where none of these is in use any more."""
    rows = [session.get_one(m.Installation, one) for one in installation_ids]
    if any(row.state is m.InstallationState.ACTIVE for row in rows):
        return ""
    return f"Okra was removed from {' and '.join(sorted({row.platform.value.title() for row in rows}))}"


def _labels(session: Session, kr_ids: Sequence[int]) -> str:
    rows = [session.get_one(m.KeyResult, one) for one in kr_ids]
    return ", ".join(f"{session.get_one(m.Team, row.team_id).key}-{row.number}" for row in rows)


def _reader(session: Session, person_id: int | None, team_id: int | None, team: m.Team | None) -> str:
    if person_id is not None:
        return f"{session.get_one(m.Person, person_id).short_name} (DM)"
    if team is None or team_id is None or not team.channel_ref:
        return "" if team is None else f"{team.name} (no channel)"
    return directory.name_of_channel(session, team.installation_id, str(team.channel_ref["channel"]))


def _local(session: Session, at: datetime, person_id: int | None, team: m.Team | None) -> datetime:
    if person_id is not None:
        person = session.get_one(m.Person, person_id)
        workspace = session.get_one(m.Workspace, person.workspace_id)
        return local(at, teams.person_zone(person, workspace))
    if team is None:
        return at
    return local(at, teams.team_zone(team, session.get_one(m.Workspace, team.workspace_id)))


def _print(lines: list[Line]) -> None:
    table = Table(box=None, pad_edge=False, show_header=True, header_style="bold")
    for name in ("When (theirs)", "Zone", "Reader", "What", "About", "Not sent, because"):
        table.add_column(name, overflow="fold")
    for line in lines:
        when = f"{weekday(line.at.date())} {day(line.at.date())} {clock_time(line.at)}"
        table.add_row(when, str(line.at.tzinfo), line.reader, line.what, line.about, line.why_not)
    Console(width=None if is_terminal() else WIDE, highlight=False, markup=False).print(table)
