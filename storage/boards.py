"""The boards that stand in channels, or should: which were refused, go out early, or are to show the newest."""

from collections.abc import Collection
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, or_, select

from bot.okr.planning import Planned
from storage import agendas, deliveries
from storage import models as m

DIGESTS = {"digest": m.RitualKind.DIGEST, "company_digest": m.RitualKind.COMPANY_DIGEST}
"""The boards that belong to a meeting, by their kind of message."""
STANDING = "standing_board"
"""The board that belongs to no meeting: it may come at any time."""
STILL_TODAY = timedelta(hours=24)
"""A board without a meeting is still of use for so long."""


def refused(session: Session, team_ids: Collection[int], now: datetime) -> list[m.Delivery]:
    """The boards of these teams that could not be posted: of meetings that have not begun, and those that stand."""
    rows = session.exec(
        select(m.Delivery)
        .where(col(m.Delivery.team_id).in_(list(team_ids)), m.Delivery.state == m.DeliveryState.FAILED)
        .where(
            or_(
                m.Delivery.kind == STANDING,
                sa.and_(col(m.Delivery.kind).in_(list(DIGESTS)), col(m.Delivery.due_at) >= now - STILL_TODAY),
            )
        )
        .order_by(col(m.Delivery.id))
    ).all()
    return [row for row in rows if row.kind == STANDING or _is_to_come(session, row, now)]


def _is_to_come(session: Session, row: m.Delivery, now: datetime) -> bool:
    run = None if row.team_id is None else agendas.run_of(session, row.team_id, DIGESTS[row.kind], row.period)
    return run is not None and (run.meeting_at is None or run.meeting_at > now)


def send_early(
    session: Session, team: m.Team, coming: Planned, now: datetime, *, if_it_is: Collection[m.DeliveryState]
) -> bool:
    """Let the board of a coming meeting go out now, under the key it would have gone out with at its time.

    One that is known already goes out only from one of these states, none of which may mean that it was posted. False:
    it stays as it is, so that no second one is ever posted.
    """
    kind = coming.message.value
    known = deliveries.delivery_of(session, kind, coming.subject, coming.period)
    if known is not None and known.state not in if_it_is:
        return False
    agendas.open_run(
        session,
        team,
        m.RitualKind(kind),
        coming.period,
        meeting_id=coming.meeting_id,
        meeting_at=coming.meeting_at,
        digest_at=coming.digest_at,
    )
    if known is not None:
        again = {"state": m.DeliveryState.PLANNED, "reason": None, "attempts": 0, "due_at": now, "updated_at": now}
        changed = session.execute(
            sa.update(m.Delivery)
            .where(col(m.Delivery.id) == known.id, col(m.Delivery.state).in_(list(if_it_is)))
            .values(**again)
            .returning(col(m.Delivery.id))
        ).all()
        return bool(changed)
    return deliveries.plan_delivery(
        session,
        workspace_id=team.workspace_id,
        kind=kind,
        subject=coming.subject,
        period=coming.period,
        due_at=now,
        now=now,
        team_id=team.id,
        data={"team": team.id, "digest_at": coming.due_at.isoformat()},
    )


def bring_up_to_date(session: Session, team_ids: Collection[int], channel: str, now: datetime) -> None:
    """What stands in a channel shows the newest: an update that was refused meanwhile is not tried again by itself."""
    deliveries.want_newest(
        session,
        col(m.Delivery.team_id).in_(list(team_ids)),
        col(m.Delivery.address)["external_id"].as_string() == channel,
        or_(col(m.Delivery.kind) == STANDING, col(m.Delivery.due_at) >= now - STILL_TODAY),
    )
