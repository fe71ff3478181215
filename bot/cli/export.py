"""`export`: everything, or one team, as an OKR file or a sheet; to stdout or into a file."""

import sys
from collections.abc import Sequence
from pathlib import Path

from sqlmodel import Session

from bot.cli.output import CommandProblem, complain
from bot.clock import SystemClock
from bot.settings import Settings
from storage import installations, okrs
from storage import models as m
from storage.okr_files.exporting import export_csv, export_json
from storage.session import Database, bring_up_to_date

NOTHING_YET = "There are no OKRs yet; import a file first: .venv/bin/python app.py import FILE."


def export(settings: Settings, kind: str, team: str | None, workspace: str | None, output: Path | None) -> None:
    """Write the file. Raises `CommandProblem` where there is nothing of that name, or no place to write to."""
    bring_up_to_date(settings.database_url)
    db = Database(settings.database_url, SystemClock())
    try:
        data = db.read_now(exported, kind, team, workspace)
    finally:
        db.close()
    if output is None:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    try:
        output.write_bytes(data)
    except OSError as error:
        raise CommandProblem(f"{output} cannot be written: {error.strerror}.") from error
    complain(f"Written to {output}.")


def exported(session: Session, kind: str, team: str | None, workspace: str | None) -> bytes:
    """The bytes of the file (`kind` is json or csv), with all there is. Raises `CommandProblem`."""
    place = _workspace(installations.workspaces(session), workspace)
    row = None if team is None else okrs.team_by_key(session, place.id, team)
    if team is not None and row is None:
        raise CommandProblem(f"There is no team '{team}' in {place.name}; name it by its key, such as GRO.")
    write = export_json if kind == "json" else export_csv
    return write(session, place, None if row is None else [row], None)


def _workspace(there: Sequence[m.Workspace], name: str | None) -> m.Workspace:
    if not there:
        raise CommandProblem(NOTHING_YET)
    found = [one for one in there if name in (None, one.name)]
    if len(found) == 1:
        return found[0]
    names = ", ".join(one.name for one in there)
    if name is None:
        raise CommandProblem(f"Several workspaces are here ({names}); say which with --workspace.")
    raise CommandProblem(f"There is no workspace '{name}' here; there is {names}.")
