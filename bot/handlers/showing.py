"""Which messages show what was just changed: they are brought up to date, or planned anew."""

from collections.abc import Sequence
from datetime import timedelta

from sqlmodel import col

from bot.intake.conversation import Turn
from bot.intake.inbound import Place, Pressed, Submitted
from storage import agendas, conversations, deliveries, following, homes
from storage import models as m
from storage.check_ins import UNDO_WITHIN

ITEMS_KNOWN = timedelta(days=21)
"""For how long a question follows what is said about its key results."""
A_DAY = timedelta(days=1)
A_WEEK = timedelta(days=7)
Asked = tuple[m.PromptItem, m.Prompt]
"""What a question asks of a key result, and the question."""


def touched(turn: Turn, team_ids: set[int], kr_ids: set[int], asked: Sequence[Asked] | None = None) -> None:
    """Everything that shows these key results shows the newest, and what is planned for them is planned anew.

    `asked`: everything that was asked about them lately, where that is known already.
    """
    session, now = turn.session, turn.now
    if asked is None:
        asked = agendas.items_about(session, kr_ids, now - ITEMS_KNOWN)
    following.questions_follow(session, {prompt.id for _item, prompt in asked})
    following.notices_follow(session, kr_ids, now - A_WEEK)
    for team_id in sorted(team_ids):
        show_on_board(turn, team_id)
    agendas.look_again(session, team_ids, now)


def show_on_board(turn: Turn, team_id: int) -> None:
    """Until the meeting starts, the digest in the channel follows what people say; so do the company's, and pages."""
    show_on_pages(turn, team_id)
    following.boards_follow(turn.session, team_id, turn.now, turn.now - A_DAY)
    following.company_follows(turn.session, turn.person.workspace_id, turn.now)


def show_on_pages(turn: Turn, team_id: int) -> None:
    """The pages of those who are in a team, or answer for a part of it, follow what changes there."""
    homes.show_teams(turn.session, [team_id], turn.now)


def show_next_steps(turn: Turn, team_id: int) -> None:
    """What shows the team's next steps shows the newest: the digest to come, and the question after the meeting."""
    show_on_board(turn, team_id)
    deliveries.want_newest(
        turn.session,
        col(m.Delivery.kind) == "next_steps",
        col(m.Delivery.team_id) == team_id,
        col(m.Delivery.sending_at) >= turn.now - A_DAY,
    )


def show_wins(turn: Turn, win: m.Win) -> None:
    """What shows a win that was taken back: the digest to come, the message of this Friday, and its thanks."""
    show_on_board(turn, win.team_id)
    told_on_friday = (col(m.Delivery.kind) == "wins", col(m.Delivery.team_id) == win.team_id)
    deliveries.want_newest(turn.session, *told_on_friday, col(m.Delivery.sending_at) >= turn.now - UNDO_WITHIN)
    thanks = (col(m.Delivery.kind) == "win_thanks", col(m.Delivery.subject) == f"win:{win.id}")
    deliveries.want_newest(turn.session, *thanks)


def stands_on(turn: Turn) -> m.Delivery | None:
    """The message of ours, or the page, on which the button that was pressed, or the form that was sent, stands.

    None where the platform does not tell, and for what was said privately in an acknowledgement.
    """
    if turn.inbound.place is Place.HOME:
        return homes.page_of(turn.session, turn.inbox.installation_id, turn.inbound.person)
    match turn.inbound.what:
        case Pressed(message_id=str(message_id)) | Submitted(within=str(message_id)):
            return conversations.delivery_of_message(
                turn.session, turn.inbox.installation_id, message_id, turn.inbound.channel
            )
        case _:
            return None


def shows_in_place(turn: Turn) -> bool:
    """True where the answer that was pressed shows the newest itself; False where it must be said anew."""
    standing = stands_on(turn)
    if standing is not None and standing.kind == homes.KIND:
        return True
    if standing is None or standing.kind != "answer" or standing.person_id != turn.person.id:
        return False
    deliveries.want_newest(turn.session, col(m.Delivery.id) == standing.id)
    return True
