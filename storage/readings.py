"""Queries of readings: the value that stood before something, of those that count."""

from collections.abc import Collection
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from storage import models as m


def last_values(session: Session, kr_ids: Collection[int], before: sa.ColumnElement[bool]) -> dict[int, Decimal]:
    """The last reading of each key result that `before` lets through: one query, a row each.

    Readings of check-ins that were undone or corrected since do not count.
    """
    correction = aliased(m.CheckIn)
    corrected = sa.exists().where(
        col(correction.supersedes_id) == col(m.Reading.checkin_id), col(correction.undone_at).is_(None)
    )
    newest = sa.func.row_number().over(
        partition_by=col(m.Reading.kr_id), order_by=(col(m.Reading.measured_at).desc(), col(m.Reading.id).desc())
    )
    ranked = (
        sa.select(col(m.Reading.kr_id), col(m.Reading.value), newest.label("rank"))
        .join(m.CheckIn, col(m.CheckIn.id) == col(m.Reading.checkin_id), isouter=True)
        .where(col(m.Reading.kr_id).in_(list(kr_ids)), before)
        .where(col(m.CheckIn.undone_at).is_(None), ~corrected)
        .subquery()
    )
    rows = session.execute(sa.select(ranked.c.kr_id, ranked.c.value).where(ranked.c.rank == 1)).all()
    return {int(kr_id): value for kr_id, value in rows}
