"""A request to approve, answered in words: below it, in its thread, or by words that are about nothing else."""

from collections.abc import Sequence

from bot.handlers.filed import say_besides
from bot.handlers.form_values import one_line
from bot.handlers.naming import begins_with_name
from bot.handlers.publishing import MOST_NOTE, approved, asked_of, refused_with, still_open
from bot.handlers.recording import fresh_view
from bot.handlers.saying import N_, notice
from bot.handlers.typed import reply_to
from bot.handlers.verbs import split
from bot.intake.conversation import ANSWER_KIND, Answer, FormRequest, Reply, Turn
from bot.intake.inbound import Opened
from bot.intake.stored import from_json
from bot.okr.request_words import SaidOfRequest, beside_a_yes, has_a_condition, is_to_a_request, read_said
from storage import conversations, draft_messages, inbox, publishing, remarks
from storage import models as m

REQUESTS = (draft_messages.APPROVAL, draft_messages.REMINDER)


def said_of_request(turn: Turn, text: str, question: m.Clarification | None, reply_to_id: str | None) -> Reply | None:
    """What a message says of a request that waits for this person; None where it is about something else.

    A bare yes or no counts only where nothing else is asked and the request is what stands last in the conversation.
    What is said to a request elsewhere, or not as a whole, is asked about.
    """
    below = _request_above(turn, reply_to_id)
    said = read_said(text)
    if below is not None:
        return _commented(turn, below, text) if said is None else _settled(turn, below, said)
    beside = beside_a_yes(text)
    asks = is_to_a_request(text)
    if reply_to_id is not None or (said is None and beside is None and not asks and not has_a_condition(text)):
        return None
    if said is not None and said.reason and _tells_of_one(turn, text):
        return None
    waiting = publishing.waiting_for(turn.session, turn.person.id)
    if not waiting or (said is None and _tells_of_one(turn, text)):
        return None
    if beside is not None:
        return _beside(turn, waiting, beside, question)
    if said is not None and said.plain:
        return _one_of(turn, _named(turn, waiting, said), said)
    stands_last = _stands_last(turn)
    is_free = question is None and not turn.standing.open_ids
    if said is not None and stands_last and is_free:
        return _one_of(turn, waiting, said)
    return _which(waiting) if asks or (stands_last and question is None) else None


def _named(turn: Turn, waiting: Sequence[m.Approval], said: SaidOfRequest) -> Sequence[m.Approval]:
    """Those whose objective is named; all of them, to ask which, where it is none of them."""
    if said.number is None:
        return waiting
    found = [one for one in waiting if turn.session.get_one(m.Objective, one.objective_id).number == said.number]
    return found or [*waiting, *waiting[:1]]


def _one_of(turn: Turn, waiting: Sequence[m.Approval], said: SaidOfRequest) -> Reply:
    return _which(waiting) if len(waiting) > 1 else _settled(turn, waiting[0], said)


def _which(waiting: Sequence[m.Approval]) -> Answer:
    return Answer("which_approval", {"approvals": list(dict.fromkeys(one.id for one in waiting))})


def _beside(turn: Turn, waiting: Sequence[m.Approval], rest: str, question: m.Clarification | None) -> Reply:
    """`59, approve`: the value is stored as ever, and the yes counts, too."""
    say_besides(turn, [_one_of(turn, waiting, SaidOfRequest(yes=True, plain=True))])
    return reply_to(turn, fresh_view(turn), rest, question)


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
