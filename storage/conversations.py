"""Queries of what stands between Okra and a person: open questions back, and the key results they may answer for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, or_, select

from bot.okr.model import CheckInKind, KRState
from storage import models as m
from storage import unanswered

# What every press asks is put into words once: SQLAlchemy takes longer to build a statement than SQLite to answer it.
_PERSON: sa.BindParameter[int] = sa.bindparam("person")
_KR: sa.BindParameter[int] = sa.bindparam("kr")
_IN_FORCE = (
    select(m.KeyResult.id)
    .join(m.Cycle, col(m.Cycle.id) == col(m.KeyResult.cycle_id))
    .where(col(m.KeyResult.id) == col(m.Clarification.kr_id))
    .where(col(m.KeyResult.state).in_((KRState.ACTIVE, KRState.PAUSED)))
    .where(col(m.Cycle.state).in_((m.CycleState.ACTIVE, m.CycleState.CLOSING)))
)
_CURRENT_QUESTION = (
    select(m.Clarification)
    .where(col(m.Clarification.person_id) == _PERSON, col(m.Clarification.closed_at).is_(None))
    .where(col(m.Clarification.expires_at) > sa.bindparam("now"))
    .where(or_(col(m.Clarification.kr_id).is_(None), _IN_FORCE.exists()))
    .order_by(col(m.Clarification.id))
)
_ASKED_SINCE = (
    select(m.Clarification.id)
    .where(col(m.Clarification.person_id) == _PERSON, col(m.Clarification.kr_id) == _KR)
    .where(col(m.Clarification.code) == sa.bindparam("code"))
    .where(col(m.Clarification.asked_at) >= sa.bindparam("since"))
    .limit(1)
)
_ITEM = (
    select(m.PromptItem, m.Prompt)
    .join(m.Prompt, col(m.Prompt.id) == col(m.PromptItem.prompt_id))
    .where(col(m.PromptItem.token) == sa.bindparam("token"))
)


def current_question(session: Session, person_id: int, now: datetime) -> m.Clarification | None:
    """The one question that is open for a person: the oldest that is neither closed nor expired.

    One about a key result that is worked on no more, or of a cycle that is over, is idle.
    """
    return session.exec(_CURRENT_QUESTION, params={"person": person_id, "now": now}).first()


def question_by_token(session: Session, token: str) -> m.Clarification | None:
    """The question a button stands for."""
    return session.exec(select(m.Clarification).where(m.Clarification.token == token)).first()


def close_question(session: Session, question: m.Clarification, now: datetime, answered: str | None) -> None:
    """Close a question: answered with `answered`, or overtaken by something newer."""
    question.closed_at = now
    question.answered = answered
    session.add(question)
    session.flush()


def close_questions_about(session: Session, person_id: int, kr_id: int, now: datetime) -> None:
    """The person answers for a key result no more: what they said beside an open question is kept as its note."""
    unanswered.close_with_words(session, unanswered.open_about(session, [kr_id], person_id), now)


def drop_questions_about(session: Session, person_id: int, kr_id: int, now: datetime) -> None:
    """What was said about a key result is taken back, and with it what was still to be asked about it."""
    session.execute(
        sa.update(m.Clarification)
        .where(
            col(m.Clarification.person_id) == person_id,
            col(m.Clarification.kr_id) == kr_id,
            col(m.Clarification.closed_at).is_(None),
        )
        .values(closed_at=now, updated_at=now)
    )


def close_questions_of(session: Session, kr_id: int, now: datetime) -> None:
    """Nobody is asked about a key result any more that is paused or dropped; what was said is kept as its notes."""
    unanswered.close_with_words(session, unanswered.open_about(session, [kr_id]), now)


def close_unread(session: Session, person_id: int, now: datetime) -> None:
    """Close the open question if it only says that a reply was not understood."""
    question = current_question(session, person_id, now)
    if question is not None and question.code == "Q_UNKNOWN":
        close_question(session, question, now, None)


@dataclass(frozen=True, slots=True)
class NotedWords:
    """What became of the words that came with one reply."""

    dropped_steps: frozenset[str]
    wins: frozenset[str]


def noted_words(session: Session, inbox_id: int) -> NotedWords:
    """The next steps of a reply that were taken back or dropped, and its wins that stand."""
    dropped = select(m.NextStep.text).where(
        m.NextStep.inbox_id == inbox_id, m.NextStep.state == m.NextStepState.DROPPED
    )
    wins = select(m.Win.text).where(m.Win.inbox_id == inbox_id)
    return NotedWords(frozenset(session.exec(dropped)), frozenset(session.exec(wins)))


def asked_since(session: Session, person_id: int, kr_id: int, code: str, since: datetime) -> bool:
    """True if this question was asked about the key result since a moment, answered or not."""
    params = {"person": person_id, "kr": kr_id, "code": code, "since": since}
    return session.exec(_ASKED_SINCE, params=params).first() is not None


def questions_answered_in(session: Session, person_id: int, inbox_ids: Iterable[int]) -> Sequence[m.Clarification]:
    """The person's questions that were answered by these messages or presses."""
    ids = sorted(inbox_ids)
    if not ids:
        return ()
    answered_in = col(m.Clarification.answered_in_id).in_(ids)
    return session.exec(select(m.Clarification).where(m.Clarification.person_id == person_id, answered_in)).all()


def was_asked(session: Session, kr_id: int, code: str) -> bool:
    """True if this question was ever asked about the key result, of whomever."""
    statement = select(m.Clarification.id).where(m.Clarification.kr_id == kr_id, m.Clarification.code == code)
    return session.exec(statement.limit(1)).first() is not None


def owned_key_results(session: Session, person_id: int) -> Sequence[m.KeyResult]:
    """The key results a person answers for, alone or with others, that are in force."""
    return owned_by_any(session, [person_id])


def owned_by_any(session: Session, person_ids: Iterable[int]) -> Sequence[m.KeyResult]:
    """The same for several people: one query."""
    ids = sorted(person_ids)
    shared = select(m.CoOwner.kr_id).where(col(m.CoOwner.person_id).in_(ids))
    return session.exec(
        select(m.KeyResult)
        .join(m.Cycle, col(m.Cycle.id) == col(m.KeyResult.cycle_id))
        .where(or_(col(m.KeyResult.lead_owner_id).in_(ids), col(m.KeyResult.id).in_(shared)))
        .where(col(m.KeyResult.state).in_((KRState.ACTIVE, KRState.PAUSED)))
        .where(col(m.Cycle.state).in_((m.CycleState.ACTIVE, m.CycleState.CLOSING)))
        .order_by(col(m.KeyResult.team_id), col(m.KeyResult.number))
    ).all()


def item_by_token(session: Session, token: str) -> tuple[m.PromptItem, m.Prompt] | None:
    """The item of a prompt that a button stands for."""
    row = session.exec(_ITEM, params={"token": token}).first()
    return None if row is None else (row[0], row[1])


def check_in_by_token(session: Session, token: str) -> m.CheckIn | None:
    """The check-in that an Undo stands for."""
    return session.exec(select(m.CheckIn).where(m.CheckIn.token == token)).first()


@dataclass(frozen=True, slots=True)
class Before:
    """What a key result read, and how sure its owner was, before a check-in; None where nothing was known."""

    value: Decimal | None
    confidence: Decimal | None


def before(session: Session, check_in_ids: Iterable[int]) -> dict[int, Before]:
    """What each of these check-ins changed, in one query: left out is what was taken back, what came with the same
    reply, and what the check-in itself corrects."""
    ids = sorted(set(check_in_ids))
    if not ids:
        return {}
    said, other, own = aliased(m.CheckIn), aliased(m.CheckIn), aliased(m.Reading)
    # A number that was only copied keeps the moment of its reading, so what came after it is not "before".
    measured = (
        sa.select(col(own.measured_at)).where(col(own.checkin_id) == col(said.id)).limit(1).correlate(said)
    ).scalar_subquery()
    moment = sa.func.coalesce(measured, col(said.at))

    def _earlier(when: Any, moment: Any) -> Any:
        """Two replies may be taken in at the same moment: the order in which they were written then counts."""
        return sa.or_(when < moment, sa.and_(when == moment, col(other.id) < col(said.id)))

    counts = sa.and_(
        col(other.undone_at).is_(None),
        sa.or_(col(said.inbox_id).is_(None), col(other.inbox_id).is_distinct_from(col(said.inbox_id))),
        col(other.id).is_distinct_from(col(said.supersedes_id)),
    )
    value = (
        sa.select(col(m.Reading.value))
        .outerjoin(other, col(other.id) == col(m.Reading.checkin_id))
        .where(col(m.Reading.kr_id) == col(said.kr_id), _earlier(col(m.Reading.measured_at), moment))
        .where(sa.or_(col(other.id).is_(None), counts))
        .order_by(col(m.Reading.measured_at).desc(), col(m.Reading.id).desc())
        .limit(1)
        .correlate(said)
        .scalar_subquery()
    )
    confidence = (
        sa.select(col(other.confidence))
        .where(col(other.kr_id) == col(said.kr_id), _earlier(col(other.at), col(said.at)), counts)
        .where(col(other.confidence).is_not(None))
        .order_by(col(other.at).desc(), col(other.id).desc())
        .limit(1)
        .correlate(said)
        .scalar_subquery()
    )
    rows = session.execute(sa.select(col(said.id), value, confidence).where(col(said.id).in_(ids)))
    return {key: Before(was, sure) for key, was, sure in rows}


def with_open_next_step(session: Session, kr_ids: Iterable[int]) -> set[int]:
    """Those of these key results that something is planned for already."""
    return set(
        session.exec(
            select(m.NextStep.kr_id).where(
                col(m.NextStep.kr_id).in_(sorted(kr_ids)), m.NextStep.state == m.NextStepState.OPEN
            )
        )
    ) - {None}  # type: ignore[return-value]  # a next step may have no key result; these have


def newest_answer(session: Session, person_id: int) -> m.Delivery | None:
    """The last message in which a person was answered: the one that carries the open question."""
    return session.exec(
        select(m.Delivery)
        .where(m.Delivery.person_id == person_id, m.Delivery.kind == "answer")
        .order_by(col(m.Delivery.id).desc())
        .limit(1)
    ).first()


def nudged_since(session: Session, kr_id: int, since: datetime | None) -> bool:
    """True if the lead has asked the owner through Okra since the key result's last update."""
    statement = select(m.Delivery.id).where(m.Delivery.kind == "nudge", col(m.Delivery.subject) == f"kr:{kr_id}")
    if since is not None:
        statement = statement.where(col(m.Delivery.created_at) > since)
    return session.exec(statement.limit(1)).first() is not None


def delivery_of_message(
    session: Session, installation_id: int, message_id: str, channel: str = ""
) -> m.Delivery | None:
    """The message of ours that stands on a platform under this id.

    Platforms make them of the time, so two of a busy moment may have the same: the one in `channel` is meant then.
    """
    rows = session.exec(select(m.Delivery).where(m.Delivery.message_id == message_id)).all()
    found = [(row.message, row) for row in rows if row.message and row.message["installation_id"] == installation_id]
    there = [row for message, row in found if channel and str(message["channel"]).startswith(channel)]
    return next(iter(there), found[0][1] if found else None)


def last_sent(session: Session, person_id: int) -> m.Delivery | None:
    """The newest message of ours that stands in a person's conversation."""
    return session.exec(
        select(m.Delivery)
        .where(m.Delivery.person_id == person_id, m.Delivery.state == m.DeliveryState.SENT)
        .order_by(col(m.Delivery.sent_at).desc(), col(m.Delivery.id).desc())
        .limit(1)
    ).first()


def prompt_by_token(session: Session, token: str) -> m.Prompt | None:
    """The prompt a button stands for."""
    return session.exec(select(m.Prompt).where(m.Prompt.token == token)).first()


def key_result_by_token(session: Session, token: str) -> m.KeyResult | None:
    """The key result a button stands for."""
    return session.exec(select(m.KeyResult).where(m.KeyResult.token == token)).first()


def answer_left(session: Session, prompt_id: int, kr_id: int) -> m.CheckIn | None:
    """The newest check-in of a prompt's key result that is neither undone nor replaced."""
    rows = session.exec(
        select(m.CheckIn)
        .where(m.CheckIn.prompt_id == prompt_id, m.CheckIn.kr_id == kr_id, col(m.CheckIn.undone_at).is_(None))
        .order_by(col(m.CheckIn.at), col(m.CheckIn.id))
    ).all()
    replaced = {row.supersedes_id for row in rows}
    counting = [row for row in rows if row.id not in replaced]
    return counting[-1] if counting else None


def close_all_questions(session: Session, person_id: int, now: datetime) -> None:
    """The next weekly question went out: what was asked about the one before expires with it (spec/05 §10.10).

    What was said beside it is kept as a note, and the new question tells so.
    """
    unanswered.expire_questions(session, person_id, now)


def answer_of_another(
    session: Session, kr_id: int, since: datetime, person_id: int, *, only: int | None = None
) -> m.CheckIn | None:
    """The newest answer of somebody else about a key result since a moment, neither undone nor replaced nor a skip.

    `only`: of this person.
    """
    rows = session.exec(
        select(m.CheckIn)
        .where(m.CheckIn.kr_id == kr_id, m.CheckIn.by_id != person_id, m.CheckIn.at >= since)
        .where(col(m.CheckIn.undone_at).is_(None), m.CheckIn.kind != CheckInKind.SKIP)
        .order_by(col(m.CheckIn.at), col(m.CheckIn.id))
    ).all()
    replaced = {row.supersedes_id for row in rows}
    counting = [row for row in rows if row.id not in replaced and only in (None, row.by_id)]
    return counting[-1] if counting else None
