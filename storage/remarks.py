"""Comments on drafts and questions about key results: what was said, and what is settled (spec/09 §15)."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from storage import deliveries
from storage import models as m

MOST_TEXT = 300
QUESTION = "kr_question"
"""To whoever answers for a key result: somebody asks about it."""
ANSWERED = "kr_answered"
"""To whoever asked: the answer."""


def add(
    session: Session,
    objective: m.Objective,
    kind: m.RemarkKind,
    text: str,
    by_id: int,
    now: datetime,
    *,
    kr_id: int | None = None,
) -> m.Remark:
    """Keep what somebody said."""
    row = m.Remark(
        workspace_id=objective.workspace_id,
        objective_id=objective.id,
        kr_id=kr_id,
        kind=kind,
        text=text,
        by_id=by_id,
        at=now,
    )
    session.add(row)
    session.flush()
    return row


def comments_on(session: Session, objective_id: int) -> Sequence[m.Remark]:
    """The comments on a draft, the oldest first; settled ones included."""
    return session.exec(
        select(m.Remark)
        .where(m.Remark.objective_id == objective_id, m.Remark.kind == m.RemarkKind.COMMENT)
        .order_by(col(m.Remark.id))
    ).all()


def by_token(session: Session, token: str) -> m.Remark | None:
    """The remark that a button stands for."""
    return session.exec(select(m.Remark).where(m.Remark.token == token)).first()


def settle(session: Session, remark: m.Remark, by_id: int, now: datetime) -> None:
    """It is seen to; it stays on record."""
    remark.settled_by_id, remark.settled_at = by_id, now
    session.add(remark)
    session.flush()


def show_question(session: Session, remark: m.Remark) -> None:
    """The message that asked shows that it is answered."""
    deliveries.want_newest(session, col(m.Delivery.kind) == QUESTION, col(m.Delivery.subject) == f"remark:{remark.id}")
