"""What a person said beside a question that nobody answered: it is kept as a note, never as a value."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, or_, select

from bot.okr.kept import words_left
from bot.okr.localtime import local_day
from bot.okr.model import CheckInSource, KRState
from storage import check_ins, okrs
from storage import models as m
from storage.check_ins import Origin, Said
from storage.teams import person_zone


@dataclass(frozen=True, slots=True)
class Left:
    """The words of one question that expired; `kr_id` is the key result they are noted for, if it is known."""

    text: str
    kr_id: int | None
    asked_at: datetime


def expire_questions(session: Session, person_id: int, now: datetime, *, only_due: bool = False) -> list[Left]:
    """Close a person's open questions as expired, and keep the words that they hold as notes of their key results.

    `only_due`: those whose time is over, not all. Returns what they left, to be told.
    """
    open_ones = select(m.Clarification).where(
        m.Clarification.person_id == person_id, col(m.Clarification.closed_at).is_(None)
    )
    if only_due:
        open_ones = open_ones.where(col(m.Clarification.expires_at) <= now)
    left = []
    for question in session.exec(open_ones.order_by(col(m.Clarification.id))).all():
        question.closed_at = question.expires_at = now
        session.add(question)
        one = _left_by(question)
        if one is not None:
            left.append(one)
            keep_as_note(session, question, one.text)
    session.flush()
    return left


def left_unanswered(session: Session, prompt: m.Prompt) -> list[Left]:
    """What was said before this weekly question and expired with the one before it: one query."""
    row, sent = m.Clarification, aliased(m.Delivery)
    went_out = (
        select(sent.sending_at)
        .where(col(sent.prompt_id) == prompt.id, col(sent.kind) == "check_in")
        .limit(1)
        .scalar_subquery()
    )
    created = prompt.created_at
    rows = session.exec(
        select(row)
        .where(row.person_id == prompt.person_id, col(row.answered).is_(None))
        .where(or_(went_out.is_(None), col(row.asked_at) < went_out))
        .where(
            or_(
                col(row.closed_at).is_(None),
                (col(row.closed_at) == col(row.expires_at)) & (col(row.closed_at) >= created),
            )
        )
        .order_by(col(row.id))
    ).all()
    return [left for left in map(_left_by, rows) if left is not None]


def open_about(session: Session, kr_ids: Iterable[int], person_id: int | None = None) -> Sequence[m.Clarification]:
    """The questions about these key results that wait for an answer: a person's, or everybody's."""
    about = {"krs": sorted(kr_ids)}
    if person_id is None:
        return session.exec(_OPEN, params=about).all()
    return session.exec(_OPEN_FOR, params={**about, "person": person_id}).all()


_OPEN = (
    select(m.Clarification)
    .where(col(m.Clarification.kr_id).in_(sa.bindparam("krs", expanding=True)))
    .where(col(m.Clarification.closed_at).is_(None))
    .order_by(col(m.Clarification.id))
)
_OPEN_FOR = _OPEN.where(col(m.Clarification.person_id) == sa.bindparam("person"))


def words_of(question: m.Clarification) -> str | None:
    """What was said beside this question and stands nowhere else; None where all of it is stored."""
    try:
        return words_left(question.ask, question.note, noted=question.checkin_id is not None)
    except ValueError:  # written by a version that said it differently
        return question.note


def close_with_words(session: Session, questions: Sequence[m.Clarification], now: datetime) -> None:
    """Nobody answers these any more: what they hold is kept as notes of their key results."""
    for question in questions:
        text = words_of(question)
        if text is not None:
            keep_as_note(session, question, text)
        question.closed_at = now
        session.add(question)
    session.flush()


def _left_by(question: m.Clarification) -> Left | None:
    text = words_of(question)
    return None if text is None else Left(text, question.kr_id, question.asked_at)


def keep_as_note(session: Session, question: m.Clarification, text: str) -> None:
    """Words that came with a question, as a note of its key result at the moment when they were said."""
    row = None if question.kr_id is None else session.get(m.KeyResult, question.kr_id)
    if row is None or row.state not in (KRState.ACTIVE, KRState.PAUSED):
        return
    team = session.get_one(m.Team, row.team_id)
    parts = okrs.parts_of(session, [row.id])
    owners = okrs.owners_of(row, parts)
    lead = session.get_one(m.Person, owners[0]) if owners else session.get_one(m.Person, question.person_id)
    workspace = session.get_one(m.Workspace, row.workspace_id)
    origin = Origin(
        by_id=question.person_id,
        at=question.asked_at,
        source=CheckInSource.DM,
        inbox_id=question.inbox_id,
        on_behalf_of_id=None if question.person_id in owners or not owners else owners[0],
        told_in_id=question.inbox_id,
    )
    day = local_day(question.asked_at, person_zone(lead, workspace))
    check_ins.record(session, row, okrs.definition(row, team, parts), Said(note=text), origin, day)
