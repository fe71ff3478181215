"""Queries of what happened in a stretch of days: for a report, each one bounded by the teams and days it is about."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlmodel import Session, col, select

from storage import models as m
from storage.readings import last_values
from storage.shown import ENTITY


@dataclass(frozen=True, slots=True)
class SaidWin:
    """A win and who told it."""

    win: m.Win
    by: str | None


def values_before(session: Session, kr_ids: Collection[int], day: date) -> dict[int, Decimal]:
    """The last value that counted before a day, by key result."""
    return last_values(session, kr_ids, col(m.Reading.day) < day)


def wins_since(session: Session, team_ids: Collection[int], since: datetime) -> Sequence[SaidWin]:
    """The wins of these teams since a moment, in order."""
    rows = session.exec(
        select(m.Win, m.Person.short_name)
        .join(m.Person, col(m.Person.id) == col(m.Win.by_id), isouter=True)
        .where(col(m.Win.team_id).in_(list(team_ids)), m.Win.at >= since)
        .order_by(col(m.Win.at), col(m.Win.id))
    ).all()
    return [SaidWin(win, by) for win, by in rows]


def changes_since(session: Session, kr_ids: Collection[int], since: datetime) -> Sequence[m.Change]:
    """Changes of these key results' definitions since a moment, in order."""
    return session.exec(
        select(m.Change)
        .where(m.Change.entity == ENTITY, col(m.Change.entity_id).in_(list(kr_ids)), m.Change.at >= since)
        .order_by(col(m.Change.at), col(m.Change.id))
    ).all()
