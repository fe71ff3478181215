"""`import`: a file is read, held against what is stored, shown, and on a yes written whole."""

import asyncio
import shlex
import sys
from datetime import datetime
from pathlib import Path

import typer
from sqlmodel import Session

from bot.cli.connections import Connection, teams_connections
from bot.cli.import_frame import Options, frame_of
from bot.cli.import_told import tell_reading
from bot.cli.output import CommandProblem, complain, say
from bot.cli.reading import not_usable, read_any, refuse_whole
from bot.cli.reading import read_file as read_file  # as others know it by this module
from bot.cli.slack_side import SlackSide, slack_connection
from bot.cli.types import BuildHouse
from bot.clock import Clock, SystemClock
from bot.settings import Settings
from storage import homes, installations
from storage import models as m
from storage.okr_files import Effect, OkrFile, Preview, apply, preview
from storage.okr_files.sources import Found, with_frame
from storage.session import Database, bring_up_to_date

NOTHING = "Nothing to change."
NOT_FOR_OKR_FILES = "This file says itself whose OKRs these are; leave out {options}."
NO_CYCLE = "There is no cycle here yet; name it with --cycle, and give its --first-day and --last-day."
NOT_IN_SLACK_YET = (
    "Okra is not installed in this workspace's Slack yet. Make the link for it, and import the file again afterwards: "
    ".venv/bin/python app.py slack install-link --workspace {workspace}"
)
MOST_NOTES = 20
MOST_LINES = 40
"""Changed rows that are told one by one; a longer list is summed up."""


def import_file(
    build_house: BuildHouse, settings: Settings, path: Path, options: Options, *, yes: bool, everything: bool
) -> None:
    """Show what the file would change, ask, and write it all or not at all."""
    source = read_any(path)
    if isinstance(source, OkrFile) and options.given:
        raise CommandProblem(NOT_FOR_OKR_FILES.format(options=" and ".join(options.given)))
    clock = SystemClock()
    bring_up_to_date(settings.database_url)
    db = Database(settings.database_url, clock)
    try:
        file = source if isinstance(source, OkrFile) else _framed(db, path, source, options, clock)
        if isinstance(source, Found):
            tell_reading(file, source, everything=everything)
        connections = asyncio.run(_connections(build_house, settings, file, db, clock))
        shown = db.read_now(look, file, connections, clock.now())
        if shown.is_empty:
            _notes(shown, everything=everything)
            say(NOTHING)
            return
        _tell(path, shown, connections, everything=everything)
        if not yes and not _agreed():
            complain("Nothing was written.")
            raise typer.Exit(1)
        done = db.write_now(write, file, connections, clock.now())
        say(f"Written to {done.workspace}: {_count(done)}.")
        waits = settings.installs_slack and m.Platform.SLACK in _platforms_named(file)
        if waits and not db.read_now(_is_connected, file, m.Platform.SLACK):
            say(NOT_IN_SLACK_YET.format(workspace=shlex.quote(done.workspace)))
    finally:
        db.close()


def _framed(db: Database, path: Path, source: Found, options: Options, clock: Clock) -> OkrFile:
    frame = db.read_now(frame_of, options, clock.now())
    file = with_frame(source, frame)
    if not isinstance(file, list):
        return file
    if not frame.cycles and len(file) == 1 and not file[0].path:
        raise CommandProblem(f"{path}: {NO_CYCLE}")
    refuse_whole(path, file)
    raise not_usable(path, file)


def look(session: Session, file: OkrFile, connections: tuple[Connection, ...], now: datetime) -> Preview:
    """What `write` would do, in a session whose changes are thrown away."""
    if not connections:
        return preview(session, file)
    return write(session, file, connections, now)


def write(session: Session, file: OkrFile, connections: tuple[Connection, ...], now: datetime) -> Preview:
    """Write the file, and first the connections that its addresses need; all in the caller's transaction."""
    begun = Preview(file.workspace.name)
    installations.take_over_empty(session, file.workspace.name)
    if connections:
        # The workspace comes first, because a connection belongs to it and the addresses belong to the connection.
        begun = apply(session, OkrFile(file.name, file.workspace), now)
        workspace = installations.workspace_named(session, file.workspace.name)
        if workspace is not None:
            for one in connections:
                installations.connect(session, workspace.id, one.platform, one.external_id, now, one.bot_id, one.name)
    done = apply(session, file, now)
    written = installations.workspace_named(session, file.workspace.name)
    if written is not None:
        homes.show_everybody(session, written.id, now)
    first = {(row.kind, row.label): row for row in begun.rows if row.effect in (Effect.NEW, Effect.CHANGED)}
    rows = tuple(first.get((row.kind, row.label), row) for row in done.rows)
    return Preview(done.workspace, rows, done.notes)


async def _connections(
    build_house: BuildHouse, settings: Settings, file: OkrFile, db: Database, clock: Clock
) -> tuple[Connection, ...]:
    """The platforms that the file names, that the settings give us the keys to, and that are not connected yet."""
    named = _platforms_named(file)
    found = []
    # Where workspaces install Okra themselves, that is what connects them; there is no token to ask about.
    asks_slack = m.Platform.SLACK in named and settings.slack_bot_token is not None
    if asks_slack and not await db.read(_is_connected, file, m.Platform.SLACK):
        slack = SlackSide(settings, build_house(db, clock))
        try:
            found.append(slack_connection(await slack.identity()))
        finally:
            await slack.close()
    asks_teams = m.Platform.TEAMS in named and settings.has_teams
    if asks_teams and not await db.read(_is_connected, file, m.Platform.TEAMS):
        found += teams_connections(settings)
    return tuple([one for one in found if await db.read(_may_connect, file, one)])


def _platforms_named(file: OkrFile) -> set[m.Platform]:
    named = {one.platform for person in file.people for one in person.addresses}
    return named | {team.channel.platform for team in file.teams if team.channel is not None}


def _is_connected(session: Session, file: OkrFile, platform: m.Platform) -> bool:
    workspace = installations.workspace_named(session, file.workspace.name)
    return workspace is not None and installations.is_connected(session, workspace.id, platform)


def _may_connect(session: Session, file: OkrFile, connection: Connection) -> bool:
    """Raises `CommandProblem` where the place belongs to another workspace."""
    row = installations.installation(session, connection.platform, connection.external_id)
    if row is None:
        return True
    owner = session.get_one(m.Workspace, row.workspace_id)
    if owner.name == file.workspace.name:
        return True
    raise CommandProblem(
        f"{connection.name} is connected to the workspace '{owner.name}', and the file is about "
        f"'{file.workspace.name}'; use one name for both."
    )


# --- telling ------------------------------------------------------------------------------------------


def _tell(path: Path, shown: Preview, connections: tuple[Connection, ...], *, everything: bool) -> None:
    say(f"{path} → {shown.workspace}")
    for one in connections:
        say(f"Connects to {one.platform.value.title()}: {one.name}.")
    for effect, words in (
        (Effect.NEW, "New"),
        (Effect.CHANGED, "Changed"),
        (Effect.SAME, "Unchanged"),
        (Effect.ONLY_STORED, "Left alone, not in the file"),
    ):
        if shown.count(effect):
            say(f"{words}: {shown.summary(effect)}.")
    most = len(shown.changed) if everything else MOST_LINES
    for row in shown.changed[:most]:
        say(f"  {_where(row.line)}{row.sentence}")
    if len(shown.changed) > most:
        say(f"  and {len(shown.changed) - most} more.")
    _notes(shown, everything=everything)


def _notes(shown: Preview, *, everything: bool) -> None:
    most = len(shown.notes) if everything else MOST_NOTES
    for note in shown.notes[:most]:
        say(f"Note, line {note.line}: {note.sentence}" if note.line else f"Note: {note.sentence}")
    if len(shown.notes) > most:
        say(f"and {len(shown.notes) - most} more notes; --all shows them.")


def _where(line: int | None) -> str:
    return "" if line is None else f"Line {line}: "


def _count(done: Preview) -> str:
    return f"{done.count(Effect.NEW)} new, {done.count(Effect.CHANGED)} changed"


def _agreed() -> bool:
    if not sys.stdin.isatty():
        complain("Nobody is there to say yes; add --yes to write it.")
        return False
    return typer.confirm("Write this?")
