"""The schema: created and migrated through Alembic alone, and refused where this version cannot use it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from storage.engine import make_engine, place_of, sqlite_file
from storage.problems import StorageProblem, is_trouble, told_plainly
from storage.revisions import known_revisions, newest_revision

if TYPE_CHECKING:
    from alembic.config import Config

ROOT = Path(__file__).resolve().parent.parent
MIGRATION_SECONDS = 60.0
"""How long to wait for another process that brings the same database up to date. Nothing else waits so long."""


def alembic_config(url: str) -> "Config":
    """Alembic's configuration for a database of ours."""
    from alembic.config import Config  # imported where a schema is changed: a start that changes none does without

    config = Config(str(ROOT / "alembic.ini"))
    config.set_main_option("script_location", str(ROOT / "storage" / "migrations").replace("%", "%%"))
    config.attributes["url"] = url
    return config


def bring_up_to_date(url: str, *, busy_seconds: float = MIGRATION_SECONDS) -> None:
    """Create or migrate the schema. Raises `StorageProblem` for a database that this version cannot use.

    Several processes may do so at once: one migrates, the others wait for it and find nothing left to do. A migration
    is one transaction, so one that fails leaves everything as it was.
    The folder of a SQLite file must be there: making it would hide that a volume is not mounted, and begin anew.
    """
    file = sqlite_file(url)
    if file is not None and not file.parent.is_dir():
        raise StorageProblem(f"The folder {file.parent} does not exist; create it, or correct DATABASE_URL.")
    engine = make_engine(url, busy_seconds=busy_seconds)
    try:
        with told_plainly(place_of(url)), engine.connect() as connection:
            present = _revision(connection)
            if present is not None and present not in known_revisions():
                raise StorageProblem(
                    "The database was written by a newer version of Okra; start that version, "
                    "or restore a backup made before the upgrade."
                )
            if present != newest_revision():
                _upgrade(url, connection, present)
    finally:
        engine.dispose()


def _upgrade(url: str, connection: sa.Connection, present: str | None) -> None:
    from alembic import command

    config = alembic_config(url)
    config.attributes["connection"] = connection
    with _failing_plainly(present, newest_revision()):
        command.upgrade(config, "head")


@contextmanager
def _failing_plainly(present: str | None, wanted: str) -> Iterator[None]:
    """Say of a migration that fails what is left of it and what to do; an unusable database says so by itself."""
    try:
        yield
    except StorageProblem:
        raise
    except Exception as error:
        if isinstance(error, sa.exc.DBAPIError) and is_trouble(error):
            raise
        reason = str(error.orig if isinstance(error, sa.exc.DBAPIError) else error).partition("\n")[0].rstrip(".")
        raise StorageProblem(
            f"The database could not be brought from version {present or 'nothing'} to {wanted} ({reason}); nothing of "
            "it was changed, so start the version of Okra that ran before, and report this."
        ) from error


def _revision(connection: sa.Connection) -> str | None:
    """Which migration the database stands at; None for an empty one."""
    tables = sa.inspect(connection).get_table_names()
    if "alembic_version" in tables:
        row = connection.execute(sa.text("SELECT version_num FROM alembic_version")).first()
        return None if row is None else str(row[0])
    if tables and connection.dialect.name == "sqlite":
        raise StorageProblem("The database file belongs to another program; DATABASE_URL must name a file of Okra's.")
    return None
