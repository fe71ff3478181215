"""What was done to a published objective since: by it, taking the publication back leaves what others did."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlmodel import Session, col, or_, select

from bot.okr.model import KRState
from storage import models as m
from storage.drafts import key_results_of

OBJECTIVE = "objective"
KEY_RESULT = "key_result"
"""How changes of an objective and of its key results are filed."""


class Done(StrEnum):
    """What somebody did."""

    ENDED = "ended"
    ADDED = "added"
    CHANGED = "changed"
    LINKED = "linked"
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class Since:
    """Something that was done, and to what: `KR7`, `O2`."""

    done: Done
    label: str


def done_since(session: Session, post: m.Delivery) -> tuple[Since, ...]:
    """All of it, each once; what was undone again is left out."""
    objective = session.get_one(m.Objective, post.data["objective"])
    rows = key_results_of(session, objective.id)
    published = {row.id: f"KR{row.number}" for row in rows if row.id in post.data["krs"]}
    found = [
        Since(Done.ENDED if row.id in published else Done.ADDED, f"KR{row.number}")
        for row in rows
        if row.state is not (KRState.ACTIVE if row.id in published else KRState.DRAFT)
    ]
    ended = {one.label for one in found}
    changed = [published[one] for one in _changed(session, post, KEY_RESULT, list(published))]
    if _changed(session, post, OBJECTIVE, [objective.id]):
        changed.insert(0, f"O{objective.number}")
    found += [Since(Done.CHANGED, label) for label in changed if label not in ended]
    found += [Since(Done.LINKED, label) for label in _linked(session, post, objective, published)]
    found += [Since(Done.ANSWERED, published[one]) for one in _answered(session, post, list(published))]
    return tuple(found)


def _changed(session: Session, post: m.Delivery, entity: str, ids: list[int]) -> list[int]:
    made = session.exec(
        select(m.Change)
        .where(m.Change.entity == entity, col(m.Change.entity_id).in_(ids))
        .where(col(m.Change.id) > post.data["change"])
        .order_by(col(m.Change.id))
    ).all()
    before: dict[tuple[int, str], Any] = {}
    after: dict[tuple[int, str], Any] = {}
    for one in made:
        before.setdefault((one.entity_id, one.field), one.old)
        after[one.entity_id, one.field] = one.new
    return sorted({key[0] for key in before if before[key] != after[key]})


def _linked(session: Session, post: m.Delivery, objective: m.Objective, published: dict[int, str]) -> list[str]:
    """What somebody linked with another key result, objective or team; what was declined holds nothing."""
    row, krs = m.Alignment, list(published)
    made = session.exec(
        select(row)
        .where(col(row.asked_at) >= (post.created_at or post.due_at), col(row.asked_by_id).is_not(None))
        .where(row.state != m.AlignmentState.DECLINED)
        .where(
            or_(
                col(row.from_kr_id).in_(krs),
                col(row.to_kr_id).in_(krs),
                col(row.from_objective_id) == objective.id,
                col(row.to_objective_id) == objective.id,
            )
        )
    ).all()
    ends = [(one.from_kr_id, one.to_kr_id) for one in made]
    own = [next((published[kr] for kr in pair if kr in published), f"O{objective.number}") for pair in ends]
    return list(dict.fromkeys(own))


def _answered(session: Session, post: m.Delivery, ids: list[int]) -> list[int]:
    said = (
        select(m.CheckIn.kr_id)
        .where(col(m.CheckIn.kr_id).in_(ids), col(m.CheckIn.undone_at).is_(None))
        .where(col(m.CheckIn.at) >= (post.created_at or post.due_at))
    )
    return sorted(set(session.exec(said).all()))
