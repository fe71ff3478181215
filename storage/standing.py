"""How a database's schema stands to this version of Okra, which may run beside another one for a while."""

import functools
from enum import StrEnum

import sqlalchemy as sa
from alembic.script import ScriptDirectory
from sqlmodel import Session

from storage.schema import alembic_config, known_revisions


class Standing(StrEnum):
    """Of the schema, as this version sees it."""

    CURRENT = "current"
    OLDER = "older"
    NEWER = "newer"
    """A process of a newer version has brought it up to date; this one goes on beside it."""


def standing_of(session: Session) -> Standing:
    """Whether the schema is the one that this version brings. One small query."""
    present = session.execute(_PRESENT).scalar()
    head, known = _versions()
    if present == head:
        return Standing.CURRENT
    return Standing.OLDER if present is None or present in known else Standing.NEWER


_PRESENT = sa.text("SELECT version_num FROM alembic_version")


@functools.cache
def _versions() -> tuple[str | None, frozenset[str]]:
    """The newest revision that this version knows, and all of them."""
    head = ScriptDirectory.from_config(alembic_config("sqlite:///")).get_current_head()
    return head, frozenset(known_revisions())
