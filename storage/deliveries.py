"""Queries of messages that leave: what is planned, who claims it, and how each ended."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from storage import models as m
from storage.real_time import is_past, real_moments, real_now


def plan_delivery(
    session: Session,
    *,
    workspace_id: int,
    kind: str,
    subject: str,
    period: str,
    due_at: datetime,
    now: datetime,
    person_id: int | None = None,
    team_id: int | None = None,
    prompt_id: int | None = None,
    data: Mapping[str, Any] | None = None,
    skipped: str | None = None,
) -> bool:
    """Put one message into the outbox under its unique key (kind, subject, period).

    A message that is there already stays as it is, except that one still planned gets its new time.
    `skipped` writes it down as not sent, with the reason. True if the row is new.
    """
    values: dict[str, Any] = {
        "workspace_id": workspace_id,
        "token": m.new_token(),
        "kind": kind,
        "subject": subject,
        "period": period,
        "person_id": person_id,
        "team_id": team_id,
        "prompt_id": prompt_id,
        "data": dict(data or {}),
        "state": m.DeliveryState.SKIPPED if skipped else m.DeliveryState.PLANNED,
        "reason": skipped,
        "due_at": due_at,
        "created_at": now,
        "updated_at": now,
    }
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    added = session.execute(
        insert(m.Delivery)
        .values(**values)
        .on_conflict_do_nothing(index_elements=["kind", "subject", "period"])
        .returning(col(m.Delivery.id))
    ).scalar()
    if added is not None:
        return True
    if not skipped:
        session.execute(
            sa.update(m.Delivery)
            .where(*_key(kind, subject, period), col(m.Delivery.state) == m.DeliveryState.PLANNED)
            .where(col(m.Delivery.due_at) != due_at, col(m.Delivery.attempts) == 0)
            .values(due_at=due_at, updated_at=now)
        )
    return False


Key = tuple[str, str, str]
"""Kind, subject and period."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands under a key already, as far as planning it once more has to know."""

    state: m.DeliveryState
    due_at: datetime
    attempts: int

    @property
    def is_skipped(self) -> bool:
        """True for what was decided against."""
        return self.state is m.DeliveryState.SKIPPED

    def keeps(self, due_at: datetime) -> bool:
        """True where `plan_delivery` with this time would leave it as it is."""
        return self.state is not m.DeliveryState.PLANNED or self.attempts > 0 or self.due_at == due_at


def standing(session: Session, keys: Collection[Key]) -> dict[Key, Standing]:
    """Those of these messages that were ever planned: one query."""
    kinds, subjects, periods = (sorted(set(part)) for part in zip(*keys, strict=True))
    rows = session.execute(_STANDING, {"kinds": kinds, "subjects": subjects, "periods": periods})
    found = {(kind, subject, period): Standing(*row) for kind, subject, period, *row in rows}
    return {key: found[key] for key in keys if key in found}


_STANDING = sa.select(
    col(m.Delivery.kind),
    col(m.Delivery.subject),
    col(m.Delivery.period),
    col(m.Delivery.state),
    col(m.Delivery.due_at),
    col(m.Delivery.attempts),
).where(
    col(m.Delivery.kind).in_(sa.bindparam("kinds", expanding=True)),
    col(m.Delivery.subject).in_(sa.bindparam("subjects", expanding=True)),
    col(m.Delivery.period).in_(sa.bindparam("periods", expanding=True)),
)


def newest_of(session: Session, kind: str, subject: str, since: datetime) -> m.Delivery | None:
    """The last message of a kind about a subject that was put into the outbox since, unless it could not be sent."""
    lost = (m.DeliveryState.SKIPPED, m.DeliveryState.FAILED)
    return session.exec(
        select(m.Delivery)
        .where(m.Delivery.kind == kind, m.Delivery.subject == subject, col(m.Delivery.created_at) > since)
        .where(col(m.Delivery.state).not_in(lost))
        .order_by(col(m.Delivery.id).desc())
    ).first()


def delivery_of(session: Session, kind: str, subject: str, period: str) -> m.Delivery | None:
    """The message with this key, if it was ever planned."""
    return session.exec(select(m.Delivery).where(*_key(kind, subject, period))).first()


def planned_until(session: Session, until: datetime) -> Sequence[m.Delivery]:
    """What stands in the outbox for a moment up to `until`, in the order of its time."""
    return session.exec(
        select(m.Delivery)
        .where(m.Delivery.state == m.DeliveryState.PLANNED, col(m.Delivery.due_at) <= until)
        .order_by(col(m.Delivery.due_at), col(m.Delivery.id))
    ).all()


def does_not_rest() -> sa.ColumnElement[bool]:
    """Whether a message may be touched again; see `rest`. Asked with `real_moments`."""
    return sa.or_(col(m.Delivery.not_before).is_(None), is_past(col(m.Delivery.not_before)))


_OUTDATED = (
    select(m.Delivery)
    .where(m.Delivery.state == m.DeliveryState.SENT, col(m.Delivery.wanted_rev) > col(m.Delivery.shown_rev))
    .where(does_not_rest())
    .where(col(m.Delivery.message)["installation_id"].as_integer() == sa.bindparam("installation"))
    .where(col(m.Delivery.id) > sa.bindparam("after"))
    .order_by(col(m.Delivery.id))
    .limit(sa.bindparam("most"))
)


def outdated_through(session: Session, installation_id: int, *, limit: int, after: int = 0) -> Sequence[m.Delivery]:
    """Messages that stand on a platform, do not rest, and no longer show the newest, in order behind `after`."""
    params = {"installation": installation_id, "after": after, "most": limit, **real_moments(session)}
    return session.exec(_OUTDATED, params=params).all()


AT_ONCE = "at_once"
"""In the data of a message: the version of it that somebody waits for."""


def is_waited_for(row: m.Delivery) -> bool:
    """Whether somebody waits for a version of this message that it does not show yet."""
    return int(row.data.get(AT_ONCE, 0)) > row.shown_rev


def waited_for_through(session: Session, installation_id: int, *, limit: int) -> Sequence[m.Delivery]:
    """Messages that stand there and do not show yet what somebody waits for."""
    params = {"installation": installation_id, "after": 0, "most": limit, **real_moments(session)}
    return session.exec(_WAITED_FOR, params=params).all()


_WAITED_FOR = _OUTDATED.where(col(m.Delivery.data)[AT_ONCE].as_integer() > col(m.Delivery.shown_rev))


def hold(
    session: Session, delivery_id: int, state: m.DeliveryState, fence: int | None = None, *, wait: bool = True
) -> m.Delivery | None:
    """The row, held against other processes until the transaction ends; None if it is in another state by now.

    Without `wait`, also None if another process holds it. SQLite has one writer at a time: there it is just read again.
    """
    query = (
        select(m.Delivery)
        .where(m.Delivery.id == delivery_id, m.Delivery.state == state)
        .with_for_update(skip_locked=not wait)
        .execution_options(populate_existing=True)
    )
    if fence is not None:
        query = query.where(m.Delivery.fence == fence)
    return session.exec(query).first()


def claim(
    session: Session, row: m.Delivery, *, owner: str, address: Mapping[str, Any], now: datetime, lease: float
) -> int | None:
    """Take a planned message: the fence that every later write must carry, or None if someone else has it.

    The claim lasts for `lease` real seconds; after that it counts as broken off. What is composed in this
    transaction is what will stand there, so it counts as shown from here on.
    """
    taken = session.execute(
        sa.update(m.Delivery)
        .where(
            col(m.Delivery.id) == row.id,
            col(m.Delivery.state) == m.DeliveryState.PLANNED,
            col(m.Delivery.fence) == row.fence,
        )
        .values(
            state=m.DeliveryState.SENDING,
            fence=row.fence + 1,
            lease_owner=owner,
            lease_until=real_now(session) + timedelta(seconds=lease),
            not_before=None,
            doubtful_since=None,  # an older version leaves it there, and the next doubt is another
            sending_at=now,
            address=dict(address),
            attempts=col(m.Delivery.attempts) + 1,
            shown_rev=col(m.Delivery.wanted_rev),
            reason=None,
            updated_at=now,
        )
        .execution_options(synchronize_session=False)
    )
    return row.fence + 1 if _rows(taken) == 1 else None


def finish(
    session: Session,
    delivery_id: int,
    *,
    fence: int,
    was: m.DeliveryState,
    state: m.DeliveryState,
    now: datetime,
    reason: str | None = None,
    message: Mapping[str, Any] | None = None,
    rest: float | None = None,
    sweep: float | None = None,
) -> bool:
    """Record how a claimed message ended, if the claim still holds. False: it does not, and nothing was written.

    `rest`: it is left alone for so many real seconds. `sweep`: a second copy of it is looked for after so many.
    """
    values: dict[str, Any] = {"state": state, "reason": short_reason(reason), "updated_at": now, "lease_until": None}
    values["not_before"] = None if rest is None else real_now(session) + timedelta(seconds=rest)
    if sweep is not None:
        values["sweep_at"] = real_now(session) + timedelta(seconds=sweep)
    values["doubtful_since"] = real_now(session) if state is m.DeliveryState.UNKNOWN else None
    if state is m.DeliveryState.SENT:
        values |= {"sent_at": now, "shown_at": now}
    if message is not None:
        values |= {"message": dict(message), "message_id": message.get("message_id")}
    done = session.execute(
        sa.update(m.Delivery)
        .where(col(m.Delivery.id) == delivery_id, col(m.Delivery.fence) == fence, col(m.Delivery.state) == was)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    return _rows(done) == 1


def claim_update(session: Session, delivery_id: int, fence: int, *, lease: float) -> int | None:
    """Take a standing message for an update in place: the new fence, or None if someone else has it.

    For `lease` real seconds it rests, so that nobody else shows it meanwhile; `shown` and `rest` end that.
    """
    taken = session.execute(
        sa.update(m.Delivery)
        .where(
            col(m.Delivery.id) == delivery_id,
            col(m.Delivery.state) == m.DeliveryState.SENT,
            col(m.Delivery.fence) == fence,
        )
        .values(fence=fence + 1, not_before=real_now(session) + timedelta(seconds=lease))
        .execution_options(synchronize_session=False)
    )
    return fence + 1 if _rows(taken) == 1 else None


def rest(session: Session, delivery_id: int, *, fence: int, seconds: float, tries: int | None = None) -> bool:
    """Leave a message alone for so many real seconds, if the claim still holds: all processes keep to it.

    `tries`: how often it went wrong by now, to be asked for by `tries_of`.
    """
    row = session.exec(
        select(m.Delivery)
        .where(m.Delivery.id == delivery_id, m.Delivery.fence == fence)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if row is None:
        return False
    row.not_before = real_now(session) + timedelta(seconds=seconds)
    if tries is not None:
        count_tries(row, tries)
    session.add(row)
    session.flush()
    return True


TRIES = "tries"
"""In the data of a message: how often in a row something about it went wrong."""


def tries_of(row: m.Delivery) -> int:
    """How often in a row sending, showing or finding this message went wrong."""
    return int(row.data.get(TRIES, 0))


def count_tries(row: m.Delivery, tries: int) -> None:
    """Keep how often it went wrong; 0 once it went well."""
    if tries != tries_of(row):
        others = {key: value for key, value in row.data.items() if key != TRIES}
        row.data = {**others, TRIES: tries} if tries else others


def shown(session: Session, delivery_id: int, *, fence: int, rev: int, now: datetime) -> bool:
    """Record what a message shows now. False: another process updated it meanwhile, and it may show either.

    Then it is asked for once more, so that the newest is the last to arrive.
    """
    done = session.execute(
        sa.update(m.Delivery)
        .where(col(m.Delivery.id) == delivery_id, col(m.Delivery.fence) == fence)
        .values(shown_rev=rev, shown_at=now, updated_at=now, not_before=None)
        .execution_options(synchronize_session=False)
    )
    if _rows(done) == 1:
        return True
    want_newest(session, col(m.Delivery.id) == delivery_id)
    return False


def short_reason(reason: str | None) -> str | None:
    """A reason as long as its column is."""
    return None if reason is None else reason[:200]


def want_newest(session: Session, *where: sa.ColumnElement[bool]) -> None:
    """Ask for the newest to be shown in the messages that `where` names, those under way included.

    One that is still planned is counted too: another process may be composing it at this very moment.
    """
    if not where:
        raise ValueError("Say which messages are meant.")
    session.execute(
        sa.update(m.Delivery)
        .where(col(m.Delivery.state).in_(MAY_STAND))
        .where(*where)
        .values(wanted_rev=col(m.Delivery.wanted_rev) + 1)
        .execution_options(synchronize_session=False)
    )


MAY_STAND = (
    m.DeliveryState.PLANNED,
    m.DeliveryState.SENDING,
    m.DeliveryState.SENT,
    m.DeliveryState.UNKNOWN,
)
"""States of a message that stands somewhere, or may come to."""


def _key(kind: str, subject: str, period: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        col(m.Delivery.kind) == kind,
        col(m.Delivery.subject) == subject,
        col(m.Delivery.period) == period,
    )


def _rows(result: Any) -> int:
    return int(result.rowcount)
