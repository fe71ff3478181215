"""The rows that any picture of a team needs, by bare SELECTs: what a board and a digest are compared with."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session

from storage import models as m
from storage.session import Database

RECENT = timedelta(days=30)
"""How far back a picture looks."""


def table_of(model: type[m.Row]) -> sa.Table:
    """The table of a model."""
    return m.Row.metadata.tables[str(model.__tablename__)]


_KR, _SAID = table_of(m.KeyResult), table_of(m.CheckIn)
_TEAM_TABLES = (
    (table_of(m.Team), table_of(m.Team).c.id),
    (table_of(m.Membership), table_of(m.Membership).c.team_id),
    (table_of(m.Meeting), table_of(m.Meeting).c.team_id),
    (table_of(m.Objective), table_of(m.Objective).c.team_id),
    (_KR, _KR.c.team_id),
    (table_of(m.NextStep), table_of(m.NextStep).c.team_id),
    (table_of(m.Win), table_of(m.Win).c.team_id),
)
_KR_TABLES = (
    (table_of(m.KRStep), table_of(m.KRStep).c.kr_id),
    (table_of(m.CoOwner), table_of(m.CoOwner).c.kr_id),
    (table_of(m.PromptItem), table_of(m.PromptItem).c.kr_id),
)


def team_rows(db: Database, teams: Sequence[int], now: datetime) -> None:
    """The 11 bare SELECTs of what any picture of these teams needs, in one read transaction."""
    since = now - RECENT
    with Session(db.engine) as session:
        connection = session.connection()
        for table, column in _TEAM_TABLES:
            connection.execute(sa.select(table).where(column.in_(teams))).all()
        krs = sa.select(_KR.c.id).where(_KR.c.team_id.in_(teams))
        for table, column in _KR_TABLES:
            connection.execute(sa.select(table).where(column.in_(krs))).all()
        recent = sa.select(_SAID).where(_SAID.c.kr_id.in_(krs), _SAID.c.at >= since)
        connection.execute(recent).all()
