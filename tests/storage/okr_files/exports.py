"""Going round: a database is exported, the export is imported there and into an empty one, and exported again."""

from collections.abc import Callable
from pathlib import Path

from sqlmodel import Session, select

from bot.clock import MovableClock
from storage import models as m
from storage.okr_files import OkrFile, apply, preview, read_okr_file
from storage.okr_files.exporting import export_csv, export_json
from storage.okr_files.reading_export import read_export_csv
from storage.session import Database
from tests.storage.databases import new_file
from tests.storage.okr_files.files import NOW

FORMATS = ("json", "csv")
_WRITE: dict[str, Callable[..., bytes]] = {"json": export_json, "csv": export_csv}


def exported(db: Database, kind: str, name: str | None = None) -> bytes:
    """The export of everything, of the only workspace or the one of that name."""

    def write(session: Session) -> bytes:
        named = select(m.Workspace) if name is None else select(m.Workspace).where(m.Workspace.name == name)
        return _WRITE[kind](session, session.exec(named).one(), None, None)

    return db.read_now(write)


def read_back(data: bytes, kind: str) -> OkrFile:
    """What an export says."""
    found = read_okr_file(data, "export") if kind == "json" else read_export_csv(data.decode(), "export")
    assert isinstance(found, OkrFile), "\n".join(str(one) for one in found)
    return found


def empty(folder: Path, name: str) -> Database:
    """Another database."""
    return Database(new_file(folder, name), MovableClock(NOW))


def assert_goes_round(db: Database, folder: Path, kind: str) -> None:
    """Importing the export changes nothing, and an empty database that imports it exports the same bytes."""
    data = exported(db, kind)
    file = read_back(data, kind)
    again = db.read_now(preview, file)
    assert [row.sentence for row in (*again.new, *again.changed)] == []
    other = empty(folder, f"{kind}.db")
    try:
        other.write_now(apply, file, NOW)
        assert exported(other, kind).decode() == data.decode()
        twice = other.read_now(preview, file)
        assert [row.sentence for row in (*twice.new, *twice.changed)] == []
    finally:
        other.close()
