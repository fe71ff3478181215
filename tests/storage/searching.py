"""Looks for a text in everything that a database holds."""

import json
from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import SQLModel

from storage.session import Database


def holding(db: Database, *texts: str) -> set[str]:
    """The columns (`table.column`) in which any of these stands, in any spelling of capitals."""
    wanted = [text.casefold() for text in texts]

    def look(session: Session) -> set[str]:
        return {
            f"{table.name}.{column.name}"
            for table in SQLModel.metadata.sorted_tables
            for column in table.columns
            if _stands(session.execute(sa.select(sa.cast(column, sa.Text))).scalars(), wanted)
        }

    return db.read_now(look)


def _stands(values: Iterable[str | None], wanted: list[str]) -> bool:
    for value in values:
        told = "" if value is None else _readable(value).casefold()
        if any(text in told for text in wanted):
            return True
    return False


def _readable(value: str) -> str:
    """JSON may write a letter as its number."""
    if value[:1] not in "{[":
        return value
    try:
        return json.dumps(json.loads(value), ensure_ascii=False)
    except ValueError:
        return value
