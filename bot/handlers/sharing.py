"""The company's board for whoever asks, and a team's board for its channel (spec/06 §11.1)."""

from datetime import timedelta

from sqlmodel import col, select

from bot.handlers.order import Topic
from bot.handlers.saying import N_, notice
from bot.intake.conversation import Reply, Turn
from bot.okr.access import may_add_next_step
from bot.views.rights import actor_of
from storage import conversations, deliveries, okrs
from storage import models as m

SHARED = "board_shared"
SAME_BOARD = timedelta(hours=1)
"""For how long the board that was shared last is called the same, if nothing has changed."""


def share(turn: Turn, value: str) -> Reply:
    """[Share in channel]: the board as it is now, once a press. Members share it, and those who answer for a part."""
    team = okrs.team_by_key(turn.session, turn.person.workspace_id, value)
    if team is None:
        return notice(N_("That team is gone; nothing was recorded."))
    owned = {row.team_id for row in conversations.owned_key_results(turn.session, turn.person.id)}
    if team.id not in owned and not may_add_next_step(actor_of(turn.session, turn.person), team.id):
        return notice(N_("The board of {team} is shared by its members. Nothing was posted."), team=team.name)
    if team.channel_ref is None:
        return notice(N_("{team} has no channel yet, so there is nowhere to post its board."), team=team.name)
    if _is_there(turn, team):
        return notice(N_("The board of {team} is in its channel already; nothing has changed since."), team=team.name)
    deliveries.plan_delivery(
        turn.session,
        workspace_id=team.workspace_id,
        kind=SHARED,
        subject=f"team:{team.id}",
        period=f"inbox:{turn.inbox.id}",
        due_at=turn.now,
        now=turn.now,
        team_id=team.id,
    )
    return notice(N_("The board of {team} is in its channel now."), team=team.name)


def _is_there(turn: Turn, team: m.Team) -> bool:
    """Shared within the last hour, and neither a word nor a change since: a second press posts no second board."""
    newest = deliveries.newest_of(turn.session, SHARED, f"team:{team.id}", turn.now - SAME_BOARD)
    if newest is None or newest.created_at is None:
        return False
    krs = select(m.KeyResult.id).where(m.KeyResult.team_id == team.id)
    since = newest.created_at
    said = select(m.CheckIn.id).where(
        col(m.CheckIn.kr_id).in_(krs), (col(m.CheckIn.at) > since) | (col(m.CheckIn.undone_at) > since)
    )
    changed = select(m.Change.id).where(
        m.Change.entity == "key_result", col(m.Change.entity_id).in_(krs), m.Change.at > since
    )
    return turn.session.exec(said).first() is None and turn.session.exec(changed).first() is None


TOPIC = Topic(buttons={"share_board": share})
