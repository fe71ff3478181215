"""Messages that an operator must see, and what an operator may do with one: plan it anew, or let it be."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from storage import models as m
from storage.deliveries import count_tries
from storage.real_time import real_now
from storage.ways import WAITS_FOR_INSTALLING

LATE = timedelta(hours=1)
"""Business time after its moment at which a message that is still planned is shown to an operator."""
STUCK = (m.DeliveryState.FAILED, m.DeliveryState.UNKNOWN, m.DeliveryState.PLANNED)
"""What is shown unless another state is asked for."""
_DOUBTFUL = (m.DeliveryState.UNKNOWN, m.DeliveryState.SENDING)
DISCARDED = "discarded by an operator"
RETRIED = "delivery retried"
LEFT = "delivery discarded"


class Why(StrEnum):
    """Why nothing was done with a message."""

    NOT_THERE = "not there"
    SENT = "sent"
    SKIPPED = "skipped"
    SENDING = "sending"
    MAY_STAND = "may stand"
    TO_COME = "to come"


class Refused(Exception):
    """This makes no sense for that message; nothing was changed, for the others neither."""

    def __init__(self, number: int, why: Why) -> None:
        super().__init__(f"{number}: {why}")
        self.number = number
        self.why = why


def stuck(
    session: Session, *, now: datetime, most: int, state: m.DeliveryState | None = None, kind: str | None = None
) -> list[m.Delivery]:
    """What failed, what nobody knows the outcome of, and what should have left an hour ago; newest first.

    `state`: everything in that one state instead. Each state is read by its index, as far as `most` goes.
    """
    found: list[m.Delivery] = []
    for one in STUCK if state is None else (state,):
        late = state is None and one is m.DeliveryState.PLANNED
        found += session.exec(_of(one, kind, now - LATE if late else None).limit(most)).all()
    found.sort(key=lambda row: (row.due_at, row.id), reverse=True)
    return found[:most]


def count_stuck(
    session: Session, *, now: datetime, state: m.DeliveryState | None = None, kind: str | None = None
) -> int:
    """How many `stuck` finds where it finds all."""
    number = 0
    for one in STUCK if state is None else (state,):
        late = state is None and one is m.DeliveryState.PLANNED
        each = _of(one, kind, now - LATE if late else None).order_by(None).with_only_columns(sa.func.count())
        number += int(session.execute(each).scalar_one())
    return number


def _of(state: m.DeliveryState, kind: str | None, until: datetime | None) -> Any:
    query = select(m.Delivery).where(m.Delivery.state == state)
    if kind is not None:
        query = query.where(m.Delivery.kind == kind)
    if until is not None:
        query = query.where(col(m.Delivery.due_at) <= until)
    return query.order_by(col(m.Delivery.due_at).desc(), col(m.Delivery.id).desc())


def failed_ids(session: Session, *, now: datetime, after: int, limit: int) -> Sequence[int]:
    """The numbers of what failed and would still be no surprise, in order behind `after`."""
    return session.exec(
        select(m.Delivery.id)
        .where(m.Delivery.state == m.DeliveryState.FAILED, col(m.Delivery.id) > after, sa.not_(_would_surprise(now)))
        .order_by(col(m.Delivery.id))
        .limit(limit)
    ).all()


def count_failed_long_ago(session: Session, now: datetime) -> int:
    """How many failed that `failed_ids` leaves out."""
    query = select(sa.func.count()).where(m.Delivery.state == m.DeliveryState.FAILED, _would_surprise(now))
    return int(session.exec(query).one())


def _would_surprise(now: datetime) -> sa.ColumnElement[bool]:
    """Whether it is too old to be sent by itself; what stands there already is only brought up to date."""
    stands = col(m.Delivery.message)["message_id"].as_string().is_not(None)
    return sa.and_(col(m.Delivery.due_at) <= now - WAITS_FOR_INSTALLING, sa.not_(stands))


def is_being_sent(session: Session, row: m.Delivery) -> bool:
    """Whether a process has it at this moment, as far as that is known: a version before leases wrote none."""
    if row.state is not m.DeliveryState.SENDING:
        return False
    return row.lease_until is None or row.lease_until >= real_now(session)


def retry(
    session: Session,
    numbers: Collection[int],
    *,
    now: datetime,
    even_if_it_arrived: bool = False,
    still_failed: bool = False,
) -> list[int]:
    """Plan these anew, with their attempts and rests forgotten; all of them or none. Raises `Refused`.

    One that stands there already and could not be brought up to date is brought up to date again, not sent.
    `still_failed`: those that are not in `failed` any more are left out. Returns what was done.
    """
    done = []
    for number in numbers:
        row = _held(session, number)
        if still_failed and (row is None or row.state is not m.DeliveryState.FAILED):
            continue
        _retry(session, _present(row, number), now, even_if_it_arrived)
        done.append(number)
    return done


def _retry(session: Session, row: m.Delivery, now: datetime, even_if_it_arrived: bool) -> None:
    _must_not_be_over(session, row)
    doubtful = row.state in _DOUBTFUL
    if doubtful and not even_if_it_arrived:
        raise Refused(row.id, Why.MAY_STAND)
    if row.state is m.DeliveryState.PLANNED and row.due_at > now and row.not_before is None:
        raise Refused(row.id, Why.TO_COME)
    before = _told(row)
    if row.message is not None:
        row.state = m.DeliveryState.SENT
        row.wanted_rev += 1
    else:
        row.state = m.DeliveryState.PLANNED
    if doubtful:
        row.sweep_at = real_now(session)  # an older copy may turn up beside the one that is sent now
    row.attempts = 0
    count_tries(row, 0)
    _let_go(row)
    row.reason = None
    _write_down(session, row, RETRIED, now, before)


def discard(session: Session, numbers: Collection[int], *, now: datetime) -> None:
    """Send these no more, and say so; all of them or none. Raises `Refused`.

    What may have arrived is left where it stands: no sweep takes it away.
    """
    for number in numbers:
        row = _present(_held(session, number), number)
        _must_not_be_over(session, row)
        before = _told(row)
        if row.state in _DOUBTFUL:
            row.sweep_at = None
        row.state = m.DeliveryState.SKIPPED
        row.reason = DISCARDED
        _let_go(row)
        _write_down(session, row, LEFT, now, before)


def _held(session: Session, number: int) -> m.Delivery | None:
    return session.get(m.Delivery, number, with_for_update=True, populate_existing=True)


def _present(row: m.Delivery | None, number: int) -> m.Delivery:
    if row is None:
        raise Refused(number, Why.NOT_THERE)
    return row


def _must_not_be_over(session: Session, row: m.Delivery) -> None:
    if row.state is m.DeliveryState.SENT:
        raise Refused(row.id, Why.SENT)
    if row.state is m.DeliveryState.SKIPPED:
        raise Refused(row.id, Why.SKIPPED)
    if is_being_sent(session, row):
        raise Refused(row.id, Why.SENDING)


def _let_go(row: m.Delivery) -> None:
    """Whoever has it, or rests with it, may write nothing more."""
    row.fence += 1
    row.lease_until = row.not_before = row.doubtful_since = None


def _told(row: m.Delivery) -> dict[str, Any]:
    return {"delivery": row.id, "state": row.state.value, "reason": row.reason, "attempts": row.attempts}


def _write_down(session: Session, row: m.Delivery, what: str, now: datetime, before: dict[str, Any]) -> None:
    session.add(row)
    session.add(
        m.AuditEvent(
            workspace_id=row.workspace_id, what=what, at=now, before=before, after={**_told(row), "by": "app.py"}
        )
    )
    session.flush()
