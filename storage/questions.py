"""Counts of the questions back to people, and of replies that needed none: no text, nobody by name."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Session, col

from storage import models as m


class Answered(StrEnum):
    """What became of a question."""

    BUTTON = "button"
    WORDS = "words"
    OVERTAKEN = "overtaken"
    """Something newer made it idle."""
    EXPIRED = "expired"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Asked:
    """How many questions of one kind in one workspace had this end."""

    workspace: str
    code: str
    answered: Answered
    number: int


@dataclass(frozen=True, slots=True)
class Read:
    """How many replies of one workspace were read at once, and how many had to be asked about."""

    workspace: str
    at_once: int
    asked: int

    @property
    def share(self) -> float | None:
        """The part that was read without a question; None where nobody has replied."""
        replies = self.at_once + self.asked
        return self.at_once / replies if replies else None


def questions_asked(
    session: Session, now: datetime, opening: Iterable[str] = (), since: datetime | None = None
) -> list[Asked]:
    """Every kind of question with its ends, in one query. `opening`: what `answered` holds where a button opened a
    form."""
    row = m.Clarification
    end = sa.case(
        (col(row.answered).in_(["button", *opening]), Answered.BUTTON.value),
        (col(row.answered).is_not(None), Answered.WORDS.value),
        (sa.and_(col(row.closed_at).is_not(None), col(row.closed_at) < col(row.expires_at)), Answered.OVERTAKEN.value),
        (sa.or_(col(row.closed_at).is_not(None), col(row.expires_at) <= now), Answered.EXPIRED.value),
        else_=Answered.OPEN.value,
    )
    asked = sa.select(col(row.workspace_id), col(row.code).label("code"), end.label("how"))
    if since is not None:
        asked = asked.where(col(row.asked_at) >= since)
    each = asked.subquery()
    rows = session.execute(
        sa.select(col(m.Workspace.name), each.c.code, each.c.how, sa.func.count())
        .join(m.Workspace, col(m.Workspace.id) == each.c.workspace_id)
        .group_by(col(m.Workspace.id), col(m.Workspace.name), each.c.code, each.c.how)
        .order_by(col(m.Workspace.id), each.c.code, each.c.how)
    )
    return [Asked(name, code, Answered(how), number) for name, code, how, number in rows]


def replies_read(session: Session, follow_ups: Iterable[str], since: datetime | None = None) -> list[Read]:
    """Of the replies in words that were about a key result: those that no question followed, and those that one did.

    `follow_ups` are codes that ask for more of what is clear; they do not count. Three queries.
    """
    in_doubt = sa.and_(col(m.Clarification.code).not_in(list(follow_ups)), col(m.Clarification.inbox_id).is_not(None))
    asked = sa.select(
        col(m.Clarification.workspace_id), sa.func.count(sa.distinct(col(m.Clarification.inbox_id)))
    ).where(in_doubt)
    of_it = sa.exists().where(in_doubt, col(m.Clarification.inbox_id) == col(m.CheckIn.inbox_id))
    told = sa.select(col(m.CheckIn.workspace_id), sa.func.count(sa.distinct(col(m.CheckIn.inbox_id)))).where(
        col(m.CheckIn.raw_text).is_not(None),
        col(m.CheckIn.inbox_id).is_not(None),
        ~of_it,
    )
    if since is not None:
        asked = asked.where(col(m.Clarification.asked_at) >= since)
        told = told.where(col(m.CheckIn.at) >= since)
    at_once: dict[int, int] = dict(session.execute(told.group_by(col(m.CheckIn.workspace_id))).all())
    asked_of: dict[int, int] = dict(session.execute(asked.group_by(col(m.Clarification.workspace_id))).all())
    workspaces = session.execute(sa.select(col(m.Workspace.id), col(m.Workspace.name)).order_by(col(m.Workspace.id)))
    return [Read(name, at_once.get(key, 0), asked_of.get(key, 0)) for key, name in workspaces]
