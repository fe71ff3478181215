"""How a database's schema stands to this version of Okra, which may run beside another one for a while."""

from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Session

from storage.revisions import known_revisions, newest_revision


class Standing(StrEnum):
    """Of the schema, as this version sees it."""

    CURRENT = "current"
    OLDER = "older"
    NEWER = "newer"
    """A process of a newer version has brought it up to date; this one goes on beside it."""


def standing_of(session: Session) -> Standing:
    """Whether the schema is the one that this version brings. One small query."""
    present = session.execute(_PRESENT).scalar()
    if present == newest_revision():
        return Standing.CURRENT
    return Standing.OLDER if present is None or present in known_revisions() else Standing.NEWER


_PRESENT = sa.text("SELECT version_num FROM alembic_version")
