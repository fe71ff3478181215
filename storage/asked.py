"""Queries of what somebody was asked before."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from storage import models as m
from storage.check_ins import check_in_value
from storage.deliveries import MAY_STAND

NOT_SEEN_YET = timedelta(minutes=1)
"""What was written down so shortly before a question was opened may not have been seen by whoever opened it."""
A_DAY = timedelta(days=1)


def asked_before(session: Session, row: m.Delivery, kinds: Collection[str], since: datetime) -> int | None:
    """The prompt of the last message of these kinds that its person got, or may have got, before this one."""
    return session.exec(
        select(m.Delivery.prompt_id)
        .where(m.Delivery.person_id == row.person_id, col(m.Delivery.kind).in_(kinds))
        .where(col(m.Delivery.state).in_(MAY_STAND), col(m.Delivery.sending_at).is_not(None))
        .where(col(m.Delivery.prompt_id).is_distinct_from(row.prompt_id))
        .where(col(m.Delivery.due_at) >= since, col(m.Delivery.due_at) <= row.due_at)
        .order_by(col(m.Delivery.due_at).desc(), col(m.Delivery.id).desc())
        .limit(1)
    ).first()


def closes_for_others(row: m.KeyResult, by_id: int) -> bool:
    """Whether what somebody says about a key result answers it for its other owners as well (`answer_policy`)."""
    return row.answer_policy is m.AnswerPolicy.ANY or by_id == row.lead_owner_id


def answered_meanwhile(
    session: Session, items: Collection[m.PromptItem], person_id: int
) -> list[tuple[m.PromptItem, m.CheckIn]]:
    """Those of a person's question that were answered since they were opened, or at that very moment, and by what.

    By their own word or by one that closes it for them. Whoever updates it then cannot close them: the question has not
    gone out, or was being written down itself.
    """
    opened = {item.kr_id: item.created_at - NOT_SEEN_YET for item in items if item.created_at is not None}
    if not opened:
        return []
    rows = session.exec(
        select(m.CheckIn, m.KeyResult)
        .join(m.KeyResult, col(m.KeyResult.id) == col(m.CheckIn.kr_id))
        .where(col(m.CheckIn.kr_id).in_(sorted(opened)), col(m.CheckIn.at) >= min(opened.values()) - A_DAY)
        .where(col(m.CheckIn.undone_at).is_(None))
        .order_by(col(m.CheckIn.at), col(m.CheckIn.id))
    ).all()
    updates = {
        row.kr_id: row
        for row, about in rows
        if row.by_id == person_id or closes_for_others(about, row.by_id)
        if row.created_at is not None and row.created_at >= opened[row.kr_id] and check_in_value(row).is_substantive
    }
    return [(item, updates[item.kr_id]) for item in items if item.kr_id in updates]
