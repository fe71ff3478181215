"""The one line in the channel about a change, which also keeps what undoing it needs (spec/09 §15.2)."""

from collections.abc import Sequence

from sqlmodel import col

from bot.intake.conversation import Turn
from storage import deliveries, pauses
from storage import models as m
from storage.changes import Plain


def plan_post(
    turn: Turn,
    row: m.KeyResult | m.Objective,
    subject: str,
    made: Sequence[m.Change],
    was: Plain,
    now: Plain,
    *,
    late: bool = False,
) -> m.Delivery:
    """The one line in the channel; it keeps what undoing needs, whether there is a channel or not."""
    period = f"change:{made[0].id}"
    deliveries.plan_delivery(
        turn.session,
        workspace_id=row.workspace_id,
        kind=pauses.POST,
        subject=subject,
        period=period,
        due_at=turn.now,
        now=turn.now,
        team_id=row.team_id,
        data={
            "change": made[0].id,
            "changes": [one.id for one in made],
            "before": was,
            "after": now,
            "late": late,
            "team": row.team_id,
            "inbox": turn.inbox.id,
        },
    )
    post = deliveries.delivery_of(turn.session, pauses.POST, subject, period)
    if post is None:
        raise LookupError("a line that was just planned is not there")
    return post


def mark_undone(turn: Turn, post: m.Delivery) -> None:
    """The line in the channel says that it was taken back."""
    post.data = {**post.data, "undone": True}
    turn.session.add(post)
    turn.session.flush()
    deliveries.want_newest(turn.session, col(m.Delivery.id) == post.id)
