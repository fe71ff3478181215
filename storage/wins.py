"""Queries of wins: the number that stood at a moment, the Friday messages before, one win by its key."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

import sqlalchemy as sa
from sqlmodel import Session, col, select

from storage import models as m
from storage.readings import last_values


def values_at(session: Session, kr_ids: Collection[int], moment: datetime) -> dict[int, Decimal]:
    """The last value of each key result up to a moment, of those that count."""
    return last_values(session, kr_ids, col(m.Reading.measured_at) <= moment)


def fridays_before(session: Session, row: m.Delivery, most: int = 3) -> Sequence[m.Delivery]:
    """The messages of wins before this one to the same team, sent or decided against; the newest first."""
    return session.exec(
        select(m.Delivery)
        .where(m.Delivery.kind == row.kind, m.Delivery.subject == row.subject, m.Delivery.id != row.id)
        .where(m.Delivery.due_at < row.due_at)
        .order_by(col(m.Delivery.due_at).desc())
        .limit(most)
    ).all()


def win_of(session: Session, win_id: int) -> m.Win | None:
    """A win, unless it was taken back."""
    return session.get(m.Win, win_id)


def is_private(session: Session, win: m.Win) -> bool:
    """Whether the objective that a win belongs to is kept within its team."""
    if win.kr_id is None:
        return False
    visibility = session.exec(
        select(m.Objective.visibility)
        .join(m.KeyResult, col(m.KeyResult.objective_id) == col(m.Objective.id))
        .where(m.KeyResult.id == win.kr_id)
    ).one()
    return visibility is not m.Visibility.WORKSPACE


def told_within(now: datetime, span: timedelta) -> sa.ColumnElement[bool]:
    """Messages of wins that went out so recently that they still follow what is added."""
    return sa.and_(col(m.Delivery.kind) == "wins", col(m.Delivery.sending_at) >= now - span)
