"""Queries of silence: questions that nobody answered, what was asked in past weeks, who is told of a quiet feed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from storage import models as m

ANSWERS = (m.ItemState.ANSWERED, m.ItemState.SKIPPED, m.ItemState.NOT_MINE, m.ItemState.HANDED_OVER)
"""What a person does to an item themselves: to say "not this week" is an answer, too."""
REACHED = (m.DeliveryState.SENT, m.DeliveryState.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A question that went out and got no answer of its reader at all."""

    person_id: int
    sent_at: datetime
    digest_at: datetime | None
    """The digest that its answers were for."""


def unanswered_questions(session: Session, person_ids: Iterable[int], since: datetime) -> Sequence[Unanswered]:
    """The questions after each person's last answer, oldest first; what others answered for them is not among them.

    One query, and as many rows as there was silence. Only questions sent after `since` are looked at.
    """
    ids = list(person_ids)
    answered = (
        sa.select(col(m.Prompt.person_id), sa.func.max(col(m.Prompt.id)).label("last"))
        .join(m.PromptItem, col(m.PromptItem.prompt_id) == col(m.Prompt.id))
        .where(col(m.Prompt.person_id).in_(ids), col(m.Prompt.created_at) >= since)
        .where(sa.or_(col(m.PromptItem.state).in_(ANSWERS), col(m.Prompt.snoozes) > 0))
        .group_by(col(m.Prompt.person_id))
        .subquery()
    )
    still_open = sa.exists().where(
        col(m.PromptItem.prompt_id) == col(m.Prompt.id), col(m.PromptItem.state) == m.ItemState.OPEN
    )
    rows = session.execute(
        sa.select(m.Delivery)
        .join(m.Prompt, col(m.Prompt.id) == col(m.Delivery.prompt_id))
        .join(answered, answered.c.person_id == col(m.Prompt.person_id), isouter=True)
        .where(col(m.Delivery.kind) == "check_in", col(m.Delivery.person_id).in_(ids))
        .where(col(m.Delivery.state).in_(REACHED), col(m.Delivery.sending_at) >= since)
        .where(col(m.Prompt.id) > sa.func.coalesce(answered.c.last, 0), still_open)
        .order_by(col(m.Delivery.sending_at), col(m.Delivery.id))
    ).scalars()
    found = []
    for row in rows:
        text = row.data.get("digest_at")
        digest_at = None if text is None else datetime.fromisoformat(text)
        if row.person_id is not None and row.sending_at is not None:
            found.append(Unanswered(row.person_id, row.sending_at, digest_at))
    return found


def past_check_ins(session: Session, team_id: int, since: datetime, now: datetime) -> Sequence[m.RitualRun]:
    """The weekly questions of a team whose meeting (or, without one, digest) began since a moment, oldest first."""
    began = sa.func.coalesce(col(m.RitualRun.meeting_at), col(m.RitualRun.digest_at))
    return session.exec(
        select(m.RitualRun)
        .where(m.RitualRun.team_id == team_id, m.RitualRun.kind == m.RitualKind.WEEKLY_CHECK_IN)
        .where(began >= since, began <= now)
        .order_by(began, col(m.RitualRun.id))
    ).all()


def items_of_runs(session: Session, run_ids: Iterable[int]) -> dict[int, list[m.PromptItem]]:
    """Everything that was asked in these runs, of whomever, by run."""
    found: dict[int, list[m.PromptItem]] = {}
    rows = session.exec(
        select(m.PromptItem).where(col(m.PromptItem.run_id).in_(list(run_ids))).order_by(col(m.PromptItem.id))
    )
    for row in rows:
        found.setdefault(row.run_id, []).append(row)
    return found


def admins_of(session: Session, workspace_id: int) -> Sequence[m.Person]:
    """Who looks after a workspace."""
    return session.exec(
        select(m.Person)
        .where(m.Person.workspace_id == workspace_id, m.Person.role == m.WorkspaceRole.ADMIN)
        .where(col(m.Person.active).is_(True))
        .order_by(col(m.Person.id))
    ).all()


def last_sent(
    session: Session, kind: str, *, person_id: int | None = None, team_id: int | None = None, but: int = 0
) -> datetime | None:
    """When a message of this kind last went to a person, about anything or about the team of this id; `but` one."""
    query = select(m.Delivery.sending_at).where(m.Delivery.kind == kind, m.Delivery.id != but)
    query = query.where(col(m.Delivery.state).in_(REACHED))
    if person_id is not None:
        query = query.where(m.Delivery.person_id == person_id)
    if team_id is not None:
        query = query.where(m.Delivery.subject == f"team:{team_id}")
    return session.exec(query.order_by(col(m.Delivery.sending_at).desc()).limit(1)).first()
