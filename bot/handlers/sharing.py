"""The company's board for whoever asks, and a team's board for its channel (spec/06 §11.1)."""

from bot.handlers.order import Topic
from bot.handlers.saying import N_, notice
from bot.handlers.showing import shows_in_place
from bot.intake.conversation import Reply, Turn
from bot.okr.access import may_add_next_step
from bot.views.board import SHARED, is_shared
from bot.views.rights import actor_of
from storage import conversations, deliveries, okrs


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
    shows_in_place(turn)
    if is_shared(turn.session, team, turn.now):
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


TOPIC = Topic(buttons={"share_board": share})
