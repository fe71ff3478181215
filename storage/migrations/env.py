"""Runs migrations on the database that the caller names, or on `DATABASE_URL` when called from the shell."""

import os
from typing import Literal

import sqlalchemy as sa
from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString

from storage import models  # noqa: F401 - fills the metadata
from storage.engine import make_engine
from storage.migration_locks import change_in_tries
from storage.types import CurrentValues, ExactDecimal, Instant


def render_item(kind: str, item: object, _context: AutogenContext) -> str | Literal[False]:
    """Write our column types as what the database holds, so that a migration never imports the models."""
    if kind == "type" and isinstance(item, ExactDecimal):
        return "sa.String(length=48)"
    if kind == "type" and isinstance(item, Instant):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, CurrentValues):
        return "sa.JSON()"
    if kind == "type" and isinstance(item, AutoString):
        return f"sa.String(length={item.length})" if item.length else "sa.String()"
    return False


def run(connection: sa.Connection) -> None:
    """Run what is asked in one transaction, so that a migration that breaks off leaves nothing half-done."""
    if connection.dialect.name != "sqlite":
        change_in_tries(connection, lambda: _change(connection))
        return
    # Changing a table means copying and dropping it here, which would empty the tables that refer to it.
    # The switch only works outside of a transaction.
    connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
    connection.exec_driver_sql("BEGIN IMMEDIATE")
    _change(connection)
    connection.exec_driver_sql("PRAGMA foreign_keys=ON")


def _change(connection: sa.Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        render_as_batch=True,
        compare_type=True,
        compare_server_default=True,
        render_item=render_item,
    )
    with context.begin_transaction():
        context.run_migrations()
    if connection.dialect.name == "sqlite" and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all()):
        connection.rollback()
        raise ValueError(f"This migration would leave rows that refer to nothing: {broken[:5]}")
    connection.commit()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    url = context.config.attributes.get("url") or os.environ.get("DATABASE_URL") or "sqlite:///okra.db"
    engine = make_engine(url)
    try:
        with engine.connect() as connection:
            run(connection)
    finally:
        engine.dispose()
