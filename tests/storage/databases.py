"""A new SQLite file for each test, and a few pretend people in it."""

import atexit
import functools
import shutil
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlmodel import Session

from bot.clock import MovableClock
from storage import models as m
from storage.session import Database, bring_up_to_date

MORNING = datetime(2026, 11, 12, 9, 0, tzinfo=UTC)
"""A Thursday."""


@functools.cache
def _template() -> Path:
    """A file with the newest schema; copying it is faster than migrating for every test."""
    folder = tempfile.mkdtemp(prefix="okra-tests-")
    atexit.register(shutil.rmtree, folder)
    path = Path(folder) / "template.db"
    bring_up_to_date(f"sqlite:///{path}")
    return path


def new_file(folder: Path, name: str = "okra.db") -> str:
    """The URL of a new, empty database in `folder`."""
    shutil.copy(_template(), folder / name)
    return f"sqlite:///{folder / name}"


def new_database(folder: Path, clock: MovableClock, *, busy_seconds: float = 0.2) -> Database:
    """A new, empty database that does not wait long for another's lock. The test closes it."""
    return Database(new_file(folder), clock, busy_seconds=busy_seconds)


@dataclass(frozen=True, slots=True)
class Company:
    """Keys of a pretend company: Mei and Li are on the console, Ana is there and on the playground as well."""

    workspace: int
    console: int
    playground: int
    mei: int
    li: int
    ana: int
    team: int


def found_company(session: Session) -> Company:
    """Write down a workspace on two platforms, three people and a team with a channel."""
    workspace = m.Workspace(name="Teebee")
    session.add(workspace)
    session.flush()
    installations = [
        m.Installation(workspace_id=workspace.id, platform=platform, external_id=platform.value, installed_at=MORNING)
        for platform in (m.Platform.CONSOLE, m.Platform.PLAYGROUND)
    ]
    session.add_all(installations)
    session.flush()
    console, playground = (installation.id for installation in installations)
    people = {}
    for handle, homes in {"mei": [console], "li": [console], "ana": [console, playground]}.items():
        person = m.Person(
            workspace_id=workspace.id, handle=handle, display_name=handle.title(), short_name=handle.title()
        )
        session.add(person)
        session.flush()
        people[handle] = person.id
        for home in homes:
            session.add(
                m.Address(workspace_id=workspace.id, person_id=person.id, installation_id=home, external_id=handle)
            )
    team = m.Team(
        workspace_id=workspace.id,
        key="GRO",
        name="Growth",
        installation_id=console,
        channel_ref={"channel": "growth"},
    )
    session.add(team)
    session.flush()
    return Company(workspace.id, console, playground, people["mei"], people["li"], people["ana"], team.id)
