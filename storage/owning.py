"""Who answers for a key result: changing it, with a line in its history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from bot.okr.model import KRState
from storage import models as m
from storage.draft_messages import show_draft
from storage.okrs import owners_of, parts_of


@dataclass(frozen=True, slots=True)
class HandedOver:
    """Who answered for it before and who does now, the lead owner first each time."""

    before: tuple[int, ...]
    after: tuple[int, ...]

    @property
    def gone(self) -> tuple[int, ...]:
        """Those who do not answer for it any more."""
        return tuple(one for one in self.before if one not in self.after)

    @property
    def concerned(self) -> tuple[int, ...]:
        """Those for whom something is different: who came, who went, and who leads now or did."""
        leads = {self.before[:1], self.after[:1]}
        changed = {one for lead in leads for one in lead} if len(leads) > 1 else set[int]()
        everybody = dict.fromkeys((*self.after, *self.before))
        return tuple(one for one in everybody if one in changed or (one in self.before) != (one in self.after))


def owners_now(session: Session, row: m.KeyResult) -> tuple[int, ...]:
    """Who answers for a key result, the lead owner first."""
    return owners_of(row, parts_of(session, [row.id]))


def hand_over(
    session: Session, row: m.KeyResult, owner_ids: Sequence[int], by_id: int | None, now: datetime
) -> HandedOver:
    """Let these people answer for a key result, the first one leading; what was and what is goes into its history.

    A draft has no history yet; what shows it shows the newest.
    """
    done = HandedOver(owners_now(session, row), tuple(dict.fromkeys(owner_ids)))
    lead = next(iter(done.after), None)
    if lead != row.lead_owner_id and row.state is not KRState.DRAFT:
        _remember(session, row, "lead_owner_id", row.lead_owner_id, lead, by_id, now)
    co_before = sorted(one for one in done.before if one != row.lead_owner_id)
    co_after = sorted(done.after[1:])
    if co_before != co_after and row.state is not KRState.DRAFT:
        _remember(session, row, "co_owners", co_before, co_after, by_id, now)
    row.lead_owner_id = lead
    session.add(row)
    shared = {one.person_id: one for one in session.exec(select(m.CoOwner).where(m.CoOwner.kr_id == row.id))}
    for person_id, co_owner in shared.items():
        if person_id not in done.after[1:]:
            session.delete(co_owner)
    for person_id in done.after[1:]:
        if person_id not in shared:
            session.add(m.CoOwner(workspace_id=row.workspace_id, kr_id=row.id, person_id=person_id))
    session.flush()
    if row.state is KRState.DRAFT:
        show_draft(session, row.objective_id)
    return done


def items_asked_of(session: Session, kr_id: int, person_ids: Sequence[int], since: datetime) -> Sequence[m.PromptItem]:
    """What these people are still asked about a key result."""
    return session.exec(
        select(m.PromptItem)
        .join(m.Prompt, col(m.Prompt.id) == col(m.PromptItem.prompt_id))
        .where(m.PromptItem.kr_id == kr_id, m.PromptItem.state == m.ItemState.OPEN)
        .where(col(m.Prompt.person_id).in_(person_ids), col(m.Prompt.created_at) >= since)
        .order_by(col(m.PromptItem.id))
    ).all()


def question_to(session: Session, person_id: int, since: datetime) -> m.Prompt | None:
    """The newest question that stands before a person, or goes out to them next; None if none was opened `since`."""
    alive = (m.DeliveryState.PLANNED, m.DeliveryState.SENDING, m.DeliveryState.SENT, m.DeliveryState.UNKNOWN)
    return session.exec(
        select(m.Prompt)
        .join(m.Delivery, col(m.Delivery.prompt_id) == col(m.Prompt.id))
        .where(m.Prompt.person_id == person_id, m.Delivery.kind == "check_in", col(m.Prompt.created_at) >= since)
        .where(col(m.Delivery.state).in_(alive))
        .order_by(col(m.Delivery.due_at).desc(), col(m.Prompt.id).desc())
    ).first()


def join_question(session: Session, prompt: m.Prompt, item: m.PromptItem) -> None:
    """Ask in this prompt, too, what another one asked with `item`."""
    known = session.exec(
        select(m.PromptItem).where(m.PromptItem.prompt_id == prompt.id, m.PromptItem.kr_id == item.kr_id)
    ).first()
    if known is None:
        known = m.PromptItem(
            workspace_id=prompt.workspace_id, prompt_id=prompt.id, run_id=item.run_id, kr_id=item.kr_id
        )
    if known.checkin_id is None:
        known.state = m.ItemState.OPEN
    session.add(known)
    session.flush()


def _remember(
    session: Session, row: m.KeyResult, field: str, old: object, new: object, by_id: int | None, now: datetime
) -> None:
    session.add(
        m.Change(
            workspace_id=row.workspace_id,
            entity="key_result",
            entity_id=row.id,
            field=field,
            old=old,
            new=new,
            by_id=by_id,
            at=now,
        )
    )
