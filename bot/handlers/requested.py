"""A request to approve, answered in words: below it, in its thread, or by words that are about nothing else."""

from bot.handlers.form_values import one_line
from bot.handlers.naming import begins_with_name
from bot.handlers.order import Topic
from bot.handlers.publishing import MOST_NOTE, approved, asked_of, refused_with, still_open
from bot.handlers.recording import fresh_view
from bot.handlers.saying import N_, notice
from bot.handlers.verbs import split
from bot.intake.conversation import ANSWER_KIND, Answer, FormRequest, Reply, Turn
from bot.intake.inbound import Opened
from bot.intake.stored import from_json
from bot.okr.request_words import SaidOfRequest, read_said
from storage import conversations, draft_messages, inbox, publishing, remarks
from storage import models as m

REQUESTS = (draft_messages.APPROVAL, draft_messages.REMINDER)


def said_of_request(turn: Turn, text: str, question: m.Clarification | None, reply_to_id: str | None) -> Reply | None:
    """What a message says of a request that waits for this person; None where it is about something else.

    A bare yes or no counts only where nothing else is asked and the request is what stands last in the conversation.
    """
    below = _request_above(turn, reply_to_id)
    said = read_said(text)
    if below is not None:
        return _commented(turn, below, text) if said is None else _settled(turn, below, said)
    if said is None or reply_to_id is not None or (said.reason and _tells_of_one(turn, text)):
        return None
    if not said.plain and (question is not None or turn.standing.open_ids or not _stands_last(turn)):
        return None
    waiting = publishing.waiting_for(turn.session, turn.person.id)
    if len(waiting) > 1:
        return Answer("which_approval", {"approvals": [one.id for one in waiting]})
    return _settled(turn, waiting[0], said) if waiting else None


def _request_above(turn: Turn, message_id: str | None) -> m.Approval | None:
    """The request in whose thread this is said."""
    if message_id is None:
        return None
    row = conversations.delivery_of_message(turn.session, turn.inbox.installation_id, message_id, turn.inbound.channel)
    if row is None or row.kind not in REQUESTS or row.person_id != turn.person.id:
        return None
    return turn.session.get(m.Approval, row.data["approval"])


def _tells_of_one(turn: Turn, text: str) -> bool:
    """`Rejected: 12 orders`, where a key result is called Rejected, is about that."""
    return begins_with_name(fresh_view(turn), text, split(text))


def _stands_last(turn: Turn) -> bool:
    """True if nothing was sent after the request, and nothing was said or pressed since: that is answered in place."""
    last = conversations.last_sent(turn.session, turn.person.id)
    if last is None or last.sent_at is None:
        return False
    asks = last.kind in REQUESTS or (last.kind == ANSWER_KIND and last.data.get("name") == "approval")
    return asks and not any(_did_something(row) for row in inbox.came_since(turn.session, turn.inbox, last.sent_at))


def _did_something(row: m.Inbox) -> bool:
    """False for a page that was merely looked at."""
    return not isinstance(from_json(row.body).what, Opened)


def _settled(turn: Turn, approval: m.Approval, said: SaidOfRequest) -> Reply:
    found = asked_of(turn, approval.token)
    if isinstance(found, Answer):
        return found
    if said.yes:
        return approved(turn, *found, seal=None)
    if said.reason and len(said.reason) <= MOST_NOTE:
        return refused_with(turn, *found, one_line(said.reason))
    closed = still_open(turn, *found)
    form = FormRequest("send_back_form", {"approval": approval.id}, action="send_back", value=approval.token)
    return closed or form


def _commented(turn: Turn, approval: m.Approval, text: str) -> Reply:
    """Other words below a request are a comment on what is asked; it waits on."""
    found = asked_of(turn, approval.token)
    if isinstance(found, Answer):
        return found
    closed = still_open(turn, *found)
    if closed is not None:
        return closed
    words = one_line(text)
    if len(words) > remarks.MOST_TEXT:
        return notice(N_("That is longer than {most} characters."), most=remarks.MOST_TEXT)
    objective = found[1]
    remarks.add(turn.session, objective, m.RemarkKind.COMMENT, words, turn.person.id, turn.now)
    draft_messages.show_draft(turn.session, objective.id)
    return notice(
        N_("Thank you; your comment stands on the draft. It still waits for your yes: approve, or send back.")
    )


def _shown(turn: Turn, token: str) -> Reply:
    """One of several requests: its card."""
    found = asked_of(turn, token)
    return found if isinstance(found, Answer) else Answer("approval", {"approval": found[0].id, "since": None})


TOPIC = Topic(buttons={"approval": _shown})
