"""Queries of an edit: what one message had told, what was added to it, and what counts for more by now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, or_, select

from storage import models as m


@dataclass(frozen=True, slots=True)
class Told:
    """All that came of one message of a person's."""

    rows: Sequence[m.CheckIn]
    """Its check-ins, and those that completed them in the same exchange; oldest first, taken back ones too."""
    steps: Sequence[m.NextStep]
    wins: Sequence[m.Win]
    answered: m.Clarification | None
    """The question that it answered."""
    asked: Sequence[m.Clarification]
    """The questions that it led to and that are open still."""


def told_in(session: Session, inbox_id: int) -> Told:
    """What came of the message that stands under this row of the inbox."""
    answered = session.exec(
        select(m.Clarification)
        .where(m.Clarification.answered_in_id == inbox_id)
        .order_by(col(m.Clarification.id).desc())
    ).first()
    rows = _with_additions(session, inbox_id)
    steps = select(m.NextStep)
    if answered is None:
        steps = steps.where(m.NextStep.inbox_id == inbox_id)
    else:  # they stand under the reply that was asked about, beside others of it
        steps = steps.where(col(m.NextStep.id).in_({row.next_step_id for row in rows} - {None}))
    wins = select(m.Win)
    if answered is None:
        wins = wins.where(m.Win.inbox_id == inbox_id)
    else:
        kept = str((answered.ask.get("kept") or {}).get("win") or "")
        wins = wins.where(m.Win.inbox_id == answered.inbox_id, m.Win.text == kept[:200])
    asked = select(m.Clarification).where(col(m.Clarification.closed_at).is_(None))
    if answered is None:
        asked = asked.where(m.Clarification.inbox_id == inbox_id)
    else:
        asked = asked.where(m.Clarification.inbox_id == answered.inbox_id, col(m.Clarification.id) > answered.id)
        if answered.kr_id is not None:
            asked = asked.where(m.Clarification.kr_id == answered.kr_id)
    return Told(rows, session.exec(steps).all(), session.exec(wins).all(), answered, session.exec(asked).all())


def _with_additions(session: Session, inbox_id: int) -> Sequence[m.CheckIn]:
    found = {
        row.id: row
        for row in session.exec(
            select(m.CheckIn).where(or_(m.CheckIn.told_in_id == inbox_id, m.CheckIn.inbox_id == inbox_id))
        )
    }
    new = list(found.values())
    while new:
        added = session.exec(
            select(m.CheckIn).where(
                col(m.CheckIn.supersedes_id).in_([row.id for row in new]),
                col(m.CheckIn.inbox_id).in_({row.inbox_id for row in new}),
            )
        ).all()
        new = [row for row in added if row.id not in found]
        found |= {row.id: row for row in new}
    return [found[key] for key in sorted(found)]


def overtaken(
    session: Session, rows: Sequence[m.CheckIn], versions: set[int], person_id: int, now: datetime
) -> int | None:
    """The key result about which something was said since, by whomever, that counts or waits for an answer.

    `versions`: the rows of the inbox under which the same message stands; what belongs to them was said before.
    """
    known = {row.id for row in rows}
    exchanges = {row.inbox_id for row in rows} | {row.told_in_id for row in rows} | versions
    for kr_id in sorted({row.kr_id for row in rows}):
        first = min(row.id for row in rows if row.kr_id == kr_id)
        since = session.exec(
            select(m.CheckIn.id)
            .where(m.CheckIn.kr_id == kr_id, col(m.CheckIn.id) > first, col(m.CheckIn.undone_at).is_(None))
            .where(col(m.CheckIn.id).not_in(known))
            .where(or_(col(m.CheckIn.inbox_id).is_(None), col(m.CheckIn.inbox_id).not_in(versions)))
            .limit(1)
        ).first()
        waits = session.exec(
            select(m.Clarification.id)
            .where(m.Clarification.person_id == person_id, m.Clarification.kr_id == kr_id)
            .where(col(m.Clarification.closed_at).is_(None), m.Clarification.expires_at > now)
            .where(col(m.Clarification.checkin_id).is_(None), col(m.Clarification.inbox_id).not_in(exchanges))
            .limit(1)
        ).first()
        if since is not None or waits is not None:
            return kr_id
    return None
