"""Queries of what should not be: what the ticks should have seen to and did not. Each keeps to an index."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col

from storage import models as m
from storage.deliveries import does_not_rest
from storage.real_time import real_moments, real_now
from storage.types import Instant
from storage.ways import NOT_INSTALLED

MOST = 200
"""Of one kind of finding at a time: more are found an hour later."""
OVERDUE = timedelta(hours=1)
PAST_LEASE = timedelta(minutes=10)
UNHANDLED = timedelta(minutes=10)
NOT_SHOWN = timedelta(minutes=10)
"""For so long a question may show as open what was answered, before that is worth a word."""
PROMPTS_SINCE = timedelta(days=14)
"""An older question was closed by the next one."""

Found = tuple[int, str]
"""The id and the kind of what was found."""

_DUE = (
    sa.select(col(m.Delivery.id), col(m.Delivery.kind))
    .where(col(m.Delivery.state) == m.DeliveryState.PLANNED)
    .where(col(m.Delivery.due_at) < sa.bindparam("before", type_=Instant))
    .where(does_not_rest(), col(m.Delivery.reason).is_distinct_from(NOT_INSTALLED))
    .order_by(col(m.Delivery.due_at), col(m.Delivery.id))
    .limit(sa.bindparam("most"))
)
_LEASES = (
    sa.select(col(m.Delivery.id), col(m.Delivery.kind))
    .where(col(m.Delivery.state) == m.DeliveryState.SENDING)
    .where(col(m.Delivery.lease_until) < sa.bindparam("before", type_=Instant))
    .order_by(col(m.Delivery.due_at), col(m.Delivery.id))
    .limit(sa.bindparam("most"))
)
_ANSWERED = sa.and_(
    col(m.PromptItem.prompt_id) == col(m.Delivery.prompt_id),
    col(m.PromptItem.state) != m.ItemState.OPEN,
    col(m.PromptItem.state) != m.ItemState.SUPPRESSED,
    col(m.PromptItem.updated_at) > col(m.Delivery.shown_at),
)
_ACTIVE = sa.select(col(m.Installation.id)).where(col(m.Installation.state) == m.InstallationState.ACTIVE)
_WAITING = (
    sa.select(col(m.Delivery.id), col(m.Delivery.kind))
    .where(col(m.Delivery.state) == m.DeliveryState.SENT, col(m.Delivery.wanted_rev) > col(m.Delivery.shown_rev))
    .where(does_not_rest(), col(m.Delivery.message)["installation_id"].as_integer().in_(_ACTIVE))
    .where(sa.exists().where(_ANSWERED, col(m.PromptItem.updated_at) < sa.bindparam("before", type_=Instant)))
    .order_by(col(m.Delivery.id))
    .limit(sa.bindparam("most"))
)
_BEHIND = (
    sa.select(col(m.Delivery.id), col(m.Delivery.kind))
    .where(
        col(m.Delivery.state) == m.DeliveryState.SENT, col(m.Delivery.due_at) >= sa.bindparam("since", type_=Instant)
    )
    .where(col(m.Delivery.prompt_id).is_not(None), col(m.Delivery.wanted_rev) <= col(m.Delivery.shown_rev))
    .where(col(m.Delivery.shown_at) < sa.bindparam("before", type_=Instant), sa.exists().where(_ANSWERED))
    .order_by(col(m.Delivery.due_at), col(m.Delivery.id))
    .limit(sa.bindparam("most"))
)
_INBOX = (
    sa.select(col(m.Inbox.id))
    .where(col(m.Inbox.state) == m.InboxState.RECEIVED, col(m.Inbox.created_at) < sa.bindparam("before", type_=Instant))
    .order_by(col(m.Inbox.id))
    .limit(sa.bindparam("most"))
)
_AGENDA = (
    sa.select(col(m.Agenda.id), col(m.Agenda.kind))
    .where(col(m.Agenda.next_due_at) < sa.bindparam("before", type_=Instant))
    .order_by(col(m.Agenda.next_due_at))
    .limit(sa.bindparam("most"))
)


def due_without_outcome(session: Session, now: datetime) -> list[Found]:
    """Planned, due for over an hour, and nothing holds it back: no rest, and no installation that was taken away."""
    given = {"before": now - OVERDUE, "most": MOST, **real_moments(session)}
    return [(key, kind) for key, kind in session.execute(_DUE, given)]


def past_their_lease(session: Session) -> list[Found]:
    """Being sent by somebody whose lease ended ten minutes ago."""
    given = {"before": real_now(session) - PAST_LEASE, "most": MOST}
    return [(key, kind) for key, kind in session.execute(_LEASES, given)]


def answered_and_not_shown(session: Session, now: datetime) -> list[Found]:
    """Questions that show something as open that was answered since, with no newer version wanted."""
    given = {"since": now - PROMPTS_SINCE, "before": now - NOT_SHOWN, "most": MOST}
    return [(key, kind) for key, kind in session.execute(_BEHIND, given)]


def wanted_and_not_shown(session: Session, now: datetime) -> list[Found]:
    """Questions that show something as open that was answered over ten minutes ago, and nothing holds it back.

    A message does not keep since when a newer version is wanted; the answer that it does not show has its time.
    """
    given = {"before": now - NOT_SHOWN, "most": MOST, **real_moments(session)}
    return [(key, kind) for key, kind in session.execute(_WAITING, given)]


def want_again(session: Session, ids: Sequence[int]) -> int:
    """Ask for the newest of these where no newer one is wanted yet, so that twice is the same as once."""
    done = session.execute(
        sa.update(m.Delivery)
        .where(col(m.Delivery.id).in_(ids), col(m.Delivery.state) == m.DeliveryState.SENT)
        .where(col(m.Delivery.wanted_rev) <= col(m.Delivery.shown_rev))
        .values(wanted_rev=col(m.Delivery.shown_rev) + 1)
        .execution_options(synchronize_session=False)
    )
    return int(done.rowcount)  # type: ignore[attr-defined] # an update has one


def unhandled(session: Session, now: datetime) -> list[int]:
    """Rows of the inbox that nobody has handled for over ten minutes."""
    return list(session.execute(_INBOX, {"before": now - UNHANDLED, "most": MOST}).scalars())


def overdue_agenda(session: Session, now: datetime) -> list[Found]:
    """Rituals that should have been looked at an hour ago."""
    rows = session.execute(_AGENDA, {"before": now - OVERDUE, "most": MOST})
    return [(key, kind.value) for key, kind in rows]
