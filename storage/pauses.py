"""Pausing, resuming and dropping a key result: its row, the reason on record, and the way back (spec/09 §15.2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, or_, select

from bot.okr.localtime import local_day
from bot.okr.model import KRState
from storage import models as m
from storage.shown import ENTITY
from storage.teams import people_by_id, person_zone, team_zone

POST = "change_post"
"""The kind of the line in the channel; it also keeps what undoing a decision needs."""


class Category(StrEnum):
    """Why a published key result is changed, in one of four words (spec/02 §4.10)."""

    LEARNED = "learned"
    MARKET = "market"
    PRIORITY = "priority"
    MISTAKE = "mistake"


@dataclass(frozen=True, slots=True)
class Decision:
    """Who decided, when and why; the reason is at most 200 characters."""

    by_id: int | None
    at: datetime
    reason: str | None = None
    category: Category | None = None


def before(row: m.KeyResult) -> dict[str, Any]:
    """What `put_back` needs to undo the next decision, as plain data."""
    return {
        "state": row.state.value,
        "paused_from": None if row.paused_from is None else row.paused_from.isoformat(),
        "paused_until": None if row.paused_until is None else row.paused_until.isoformat(),
        "dropped_because": row.dropped_because,
    }


def pause(session: Session, row: m.KeyResult, today: date, until: date | None, decision: Decision) -> m.Change:
    """No questions and no ageing from `today` to `until`, both included; without a day until it is resumed."""
    updated = row.current.updated_on
    # With nothing said since an earlier pause its days must not come back as silence, nor the few between the two.
    goes_on = row.paused_from is not None and (updated is None or updated < row.paused_from)
    row.paused_from = row.paused_from if goes_on else today
    if row.paused_until != until:
        _file(session, row, "paused_until", _text(row.paused_until), _text(until), decision)
    row.paused_until = until
    return _turn(session, row, KRState.PAUSED, decision)


def resume(session: Session, row: m.KeyResult, today: date, decision: Decision) -> m.Change:
    """Questions and ageing go on from `today`; the days of the pause stay uncounted."""
    yesterday = today - timedelta(days=1)
    if row.paused_from is None or row.paused_from > yesterday:
        row.paused_from = row.paused_until = None
    elif row.paused_until is None or row.paused_until > yesterday:
        row.paused_until = yesterday
    return _turn(session, row, KRState.ACTIVE, decision)


def begin(session: Session, row: m.KeyResult, decision: Decision) -> m.Change:
    """It was written and is worked on from now on: the first line of its history."""
    session.add(row)
    return _file(session, row, "state", KRState.DRAFT.value, KRState.ACTIVE.value, decision)


def drop(session: Session, row: m.KeyResult, decision: Decision) -> m.Change:
    """It leaves the averages from now on and stays on the board under Dropped with its reason."""
    row.dropped_because = decision.reason
    return _turn(session, row, KRState.DROPPED, decision)


def put_back(session: Session, row: m.KeyResult, was: dict[str, Any], decision: Decision) -> m.Change:
    """As it was before a decision, by what `before` kept of it."""
    for name in ("paused_from", "paused_until"):
        setattr(row, name, None if was[name] is None else date.fromisoformat(was[name]))
    row.dropped_because = was["dropped_because"]
    return _turn(session, row, KRState(was["state"]), decision)


def withdraw(session: Session, row: m.KeyResult) -> None:
    """What stood in for another is a draft again, where nobody has said anything about it; else it stays."""
    if row.current.updated_at is None:
        row.state, row.published_on, row.replaces_id = KRState.DRAFT, None, None
        session.add(row)
        session.flush()


def unask(session: Session, kr_id: int) -> bool:
    """Take a draft out of the questions that were to ask about it; False where something was said that needs it."""
    needed = (
        select(m.Clarification.id).where(m.Clarification.kr_id == kr_id),
        select(m.CheckIn.id).where(m.CheckIn.kr_id == kr_id),
        select(m.NextStep.id).where(m.NextStep.kr_id == kr_id),
        select(m.Win.id).where(m.Win.kr_id == kr_id),
        select(m.KeyResult.id).where(or_(m.KeyResult.parent_kr_id == kr_id, m.KeyResult.replaces_id == kr_id)),
    )
    if any(session.exec(one.limit(1)).first() is not None for one in needed):
        return False
    session.execute(sa.delete(m.PromptItem).where(col(m.PromptItem.kr_id) == kr_id))
    return True


def newest_turn(session: Session, kr_id: int) -> m.Change | None:
    """The last time that its state was changed."""
    return session.exec(
        select(m.Change)
        .where(m.Change.entity == ENTITY, m.Change.entity_id == kr_id, m.Change.field == "state")
        .order_by(col(m.Change.at).desc(), col(m.Change.id).desc())
    ).first()


def post_by_token(session: Session, token: str) -> m.Delivery | None:
    """The line in the channel that a button stands for, whether it could be posted or not."""
    return session.exec(select(m.Delivery).where(m.Delivery.token == token, m.Delivery.kind == POST)).first()


def end_pauses(session: Session, team: m.Team, now: datetime) -> Sequence[m.KeyResult]:
    """Resume what was paused until a day that is over, by its owner's calendar. Two queries, and few rows."""
    workspace = session.get_one(m.Workspace, team.workspace_id)
    rows = session.exec(
        select(m.KeyResult)
        .where(m.KeyResult.team_id == team.id, m.KeyResult.state == KRState.PAUSED)
        .where(col(m.KeyResult.paused_until).is_not(None))
        .order_by(col(m.KeyResult.id))
        .with_for_update()
    ).all()
    people = people_by_id(session, [row.lead_owner_id for row in rows if row.lead_owner_id is not None])
    ended = []
    for row in rows:
        owner = people.get(row.lead_owner_id or 0)
        zone = team_zone(team, workspace) if owner is None else person_zone(owner, workspace)
        today = local_day(now, zone)
        if row.paused_until is not None and row.paused_until < today:
            resume(session, row, today, Decision(None, now))
            ended.append(row)
    return ended


def _turn(session: Session, row: m.KeyResult, state: KRState, decision: Decision) -> m.Change:
    change = _file(session, row, "state", row.state.value, state.value, decision)
    row.state = state
    session.add(row)
    session.flush()
    return change


def _file(session: Session, row: m.KeyResult, field: str, old: Any, new: Any, decision: Decision) -> m.Change:
    change = m.Change(
        workspace_id=row.workspace_id,
        entity=ENTITY,
        entity_id=row.id,
        field=field,
        old=old,
        new=new,
        reason=decision.reason,
        category=None if decision.category is None else decision.category.value,
        by_id=decision.by_id,
        at=decision.at,
    )
    session.add(change)
    session.flush()
    return change


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
