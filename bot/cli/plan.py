"""`plan`: what will be sent to whom and when, and what will not be and why, if nothing changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from rich.console import Console
from rich.table import Table
from sqlmodel import Session, col, select

from bot.cards.i18n import Lang
from bot.cards.moments import clock_time, day, weekday
from bot.cli import words
from bot.cli.output import CommandProblem, is_terminal, say
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
    """One message to come, or one that will not be, in words."""

    at: datetime
    """In its reader's zone."""
    reader: str
    what: str
    about: str
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Ahead:
    """One message to come, or one that will not be, as it is planned."""

    kind: str
    due_at: datetime
    person_id: int | None
    team_id: int | None
    team: m.Team | None
    """Whose ritual it is of."""
    kr_ids: tuple[int, ...]
    skip: str | None
    is_stored: bool
    """It stands in the outbox already, and is none of a team's rituals."""


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


def lines_ahead(session: Session, now: datetime, until: datetime, lang: Lang = "en") -> tuple[list[Line], list[str]]:
    """Everything ahead over all teams, in order of time, and a sentence about each team that cannot be planned.

    One message that serves two teams is one line.
    """
    if not installations.workspaces(session):
        raise CommandProblem("There are no OKRs yet; import a file first: .venv/bin/python app.py import FILE.")
    found, trouble = messages_ahead(session, now, until, lang)
    lines: list[tuple[datetime, Line]] = []
    for one in found:
        try:
            lines.append((one.due_at, line_of(session, one, lang)))
        except ValueError:  # its reader's time zone is none: the sentence about their team says so
            if not one.is_stored:
                raise
    return [line for _, line in sorted(lines, key=lambda pair: (pair[0], pair[1].reader, pair[1].what))], trouble


def messages_ahead(
    session: Session, now: datetime, until: datetime, lang: Lang = "en"
) -> tuple[list[Ahead], list[str]]:
    """Everything ahead over all teams, in no order, and a sentence about each team that cannot be planned."""
    found: dict[tuple[str, str, str], Ahead] = {}
    trouble: list[str] = []
    for team in session.exec(select(m.Team).order_by(col(m.Team.id))).all():
        for one in _ahead_of(session, team, now, until, trouble, lang):
            key = (one.message.value, one.subject, one.period)
            if one.skip is not None and (one.due_at < now or one.skip is SkipReason.TOO_LATE):
                continue  # what was decided against earlier is no news, at whatever hour it would have been found
            if key not in found and one.due_at <= until and _is_to_come(session, key):
                skip = None if one.skip is None else one.skip.value
                kind = one.message.value
                found[key] = Ahead(kind, one.due_at, one.person_id, one.team_id, team, one.kr_ids, skip, False)
    for row in deliveries.planned_until(session, until):
        key = (row.kind, row.subject, row.period)
        if key not in found:
            team_of = session.get(m.Team, row.team_id) if row.team_id is not None else None
            krs = tuple(int(kr) for kr in row.data.get("krs", []))
            found[key] = Ahead(row.kind, row.due_at, row.person_id, row.team_id, team_of, krs, None, True)
    return list(found.values()), trouble


def line_of(session: Session, one: Ahead, lang: Lang) -> Line:
    """A message in words, in its reader's time. Raises ValueError where their time zone is none."""
    team, about = one.team, labels_of(session, one.kr_ids)
    team_id = one.team_id
    if team is not None and not one.is_stored:
        about = about or team.name
        team_id = team.id if team_id is None else team_id
    why = _no_way(session, one.person_id, team_id, lang) if one.skip is None else words.reason(one.skip, lang)
    return Line(
        at=local_moment(session, one.due_at, one.person_id, team),
        reader=reader_of(session, one.person_id, one.team_id, team, lang),
        what=words.KINDS[one.kind].say(lang),
        about=about,
        why_not=why,
    )


def _ahead_of(
    session: Session, team: m.Team, now: datetime, until: datetime, trouble: list[str], lang: Lang
) -> Sequence[Planned]:
    """What one team has ahead; a team that cannot be planned adds a sentence to `trouble` and hides no other."""
    try:
        return look_ahead(session, team, now, until)
    except StorageProblem:
        raise
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one team, it is told and the others are shown
        reason = str(error).partition("\n")[0] or type(error).__name__
        trouble.append(words.CANNOT_BE_PLANNED.say(lang, name=team.name, key=team.key, reason=reason))
        return ()


def _is_to_come(session: Session, key: tuple[str, str, str]) -> bool:
    row = deliveries.delivery_of(session, *key)
    return row is None or row.state is m.DeliveryState.PLANNED


def _no_way(session: Session, person_id: int | None, team_id: int | None, lang: Lang) -> str:
    """Why nothing gets there as it stands now; empty where something does, or the reader's column says so."""
    if person_id is None:
        team = None if team_id is None else session.get_one(m.Team, team_id)
        if team is None or team.installation_id is None:
            return ""
        return _closed(session, team, team.installation_id, lang)
    best = session.execute(ways.best_address(person_id)).scalars().first()
    if best is not None:
        unmet = not best.dm_ref and directory.is_let_in(session, best.installation_id)
        return words.NOT_ADDED.say(lang, place=_name(session, best.installation_id)) if unmet else ""
    places = session.exec(select(m.Address.installation_id).where(m.Address.person_id == person_id)).all()
    if places:
        return _removed(session, places, lang) or _taken_away(session, places, lang)
    e_mail = session.get_one(m.Person, person_id).e_mail
    return words.NO_ADDRESS.say(lang) if e_mail is None else words.NO_ADDRESS_YET.say(lang, e_mail=e_mail)


def _closed(session: Session, team: m.Team, place: int, lang: Lang) -> str:
    """Why a team's channel is closed to Okra, where it is."""
    removed = _removed(session, [place], lang)
    if removed or not team.channel_ref or not directory.is_let_in(session, place):
        return removed
    chat = chats.chat(session, place, str(team.channel_ref["channel"]))
    if chat is None:
        return words.NOT_LET_IN.say(lang, place=_name(session, place))
    if chat.deleted_at is not None:
        return words.DELETED.say(lang)
    return "" if chat.left_at is None else words.TAKEN_OUT.say(lang, place=_name(session, place))


def _taken_away(session: Session, places: Sequence[int], lang: Lang) -> str:
    """Whom nothing reaches although Okra is there: they took it away, where that is for each person to say."""
    names = sorted({_name(session, one) for one in places if directory.is_let_in(session, one)})
    return words.TAKEN_AWAY.say(lang, place=words.AND.say(lang).join(names)) if names else ""


def _name(session: Session, place: int) -> str:
    return session.get_one(m.Installation, place).platform.value.title()


def _removed(session: Session, installation_ids: Sequence[int], lang: Lang) -> str:
    """A sentence where none of these is in use any more."""
    rows = [session.get_one(m.Installation, one) for one in installation_ids]
    if any(row.state is m.InstallationState.ACTIVE for row in rows):
        return ""
    names = sorted({row.platform.value.title() for row in rows})
    return words.REMOVED.say(lang, place=words.AND.say(lang).join(names))


def labels_of(session: Session, kr_ids: Sequence[int]) -> str:
    """`GRO-1, GRO-5`."""
    rows = [session.get_one(m.KeyResult, one) for one in kr_ids]
    return ", ".join(f"{session.get_one(m.Team, row.team_id).key}-{row.number}" for row in rows)


def reader_of(session: Session, person_id: int | None, team_id: int | None, team: m.Team | None, lang: Lang) -> str:
    """Who reads a message: a person by their short name, or a channel."""
    if person_id is not None:
        return words.DM.say(lang, name=session.get_one(m.Person, person_id).short_name)
    if team is None or team_id is None or not team.channel_ref:
        return "" if team is None else words.HAS_NO_CHANNEL.say(lang, name=team.name)
    return directory.name_of_channel(session, team.installation_id, str(team.channel_ref["channel"]))


def local_moment(session: Session, at: datetime, person_id: int | None, team: m.Team | None) -> datetime:
    """A moment on the wall clocks of whoever reads it."""
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
