"""Queries of silence: questions that nobody answered, what was asked in past weeks, who is told of a quiet feed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from storage import models as m
from storage.types import Instant

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
        sa.select(col(m.Delivery.person_id), col(m.Delivery.sending_at), col(m.Delivery.data))
        .join(m.Prompt, col(m.Prompt.id) == col(m.Delivery.prompt_id))
        .join(answered, answered.c.person_id == col(m.Prompt.person_id), isouter=True)
        .where(col(m.Delivery.kind) == "check_in", col(m.Delivery.person_id).in_(ids))
        .where(col(m.Prompt.person_id).in_(ids))  # the same people: this way both are found by index
        .where(col(m.Delivery.state).in_(REACHED), col(m.Delivery.sending_at) >= since)
        .where(col(m.Prompt.id) > sa.func.coalesce(answered.c.last, 0), still_open)
        .order_by(col(m.Delivery.sending_at), col(m.Delivery.id))
    )
    found = []
    for person_id, sending_at, data in rows:
        text = data.get("digest_at")
        found.append(Unanswered(person_id, sending_at, None if text is None else datetime.fromisoformat(text)))
    return found


@dataclass(frozen=True, slots=True)
class PastRun:
    """The weekly question of one team in one period, whose meeting (or, without one, digest) has begun."""

    id: int
    period: str
    meeting_at: datetime | None
    digest_at: datetime | None
    created_at: datetime | None


def past_check_ins(
    session: Session, team_ids: Iterable[int], since: datetime, now: datetime
) -> dict[int, list[PastRun]]:
    """The weekly questions whose meeting (or, without one, digest) began since a moment, by team, oldest first."""
    found: dict[int, list[PastRun]] = {}
    for team_id, *run in session.execute(_PAST_RUNS, {"teams": list(team_ids), "since": since, "now": now}):
        found.setdefault(team_id, []).append(PastRun(*run))
    return found


_began = sa.func.coalesce(col(m.RitualRun.meeting_at), col(m.RitualRun.digest_at))
_PAST_RUNS = (
    sa.select(
        col(m.RitualRun.team_id),
        col(m.RitualRun.id),
        col(m.RitualRun.period),
        col(m.RitualRun.meeting_at),
        col(m.RitualRun.digest_at),
        col(m.RitualRun.created_at),
    )
    .where(col(m.RitualRun.team_id).in_(sa.bindparam("teams", expanding=True)))
    .where(col(m.RitualRun.kind) == m.RitualKind.WEEKLY_CHECK_IN)
    .where(_began >= sa.bindparam("since", type_=Instant), _began <= sa.bindparam("now", type_=Instant))
    .order_by(_began, col(m.RitualRun.id))
)


@dataclass(frozen=True, slots=True)
class AskedItem:
    """A key result that was asked about in a run, and what became of that."""

    kr_id: int
    state: m.ItemState


def items_of_runs(session: Session, run_ids: Iterable[int]) -> dict[int, list[AskedItem]]:
    """Everything that was asked in these runs, of whomever, by run."""
    found: dict[int, list[AskedItem]] = {}
    ids = list(run_ids)
    for run_id, *item in session.execute(_ITEMS_OF_RUNS, {"runs": ids}) if ids else ():
        found.setdefault(run_id, []).append(AskedItem(*item))
    return found


_ITEMS_OF_RUNS = (
    sa.select(col(m.PromptItem.run_id), col(m.PromptItem.kr_id), col(m.PromptItem.state))
    .where(col(m.PromptItem.run_id).in_(sa.bindparam("runs", expanding=True)))
    .order_by(col(m.PromptItem.id))
)


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
