"""A request to approve, or of another team, answered in words: below it, in its thread, or by words that tell."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.handlers import agreed
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
from bot.okr.agreements import Side
from bot.okr.request_words import SaidOfRequest, beside_a_yes, has_a_condition, is_to_a_request, read_said
from bot.views.agreements import ASKED_KIND
from storage import agreements, conversations, draft_messages, inbox, publishing, remarks
from storage import models as m
from storage.agreements import Ends

REQUESTS = (draft_messages.APPROVAL, draft_messages.REMINDER)


def said_of_request(turn: Turn, text: str, question: m.Clarification | None, reply_to_id: str | None) -> Reply | None:
    """What a message says of a request that waits for this person; None where it is about something else.

    A bare yes or no counts only where nothing else is asked and the request is what stands last in the conversation.
    What is said to a request elsewhere, or not as a whole, is asked about.
    """
    above = _request_above(turn, reply_to_id)
    said = read_said(text)
    if isinstance(above, m.Approval):
        return _commented(turn, above, text) if said is None else _settled(turn, above, said)
    beside = beside_a_yes(text)
    asks = is_to_a_request(text)
    if above is None and reply_to_id is not None:
        return None
    if above is None and said is None and beside is None and not asks and not has_a_condition(text):
        return None
    if (said is None or said.reason) and _tells_of_one(turn, text):
        return None
    waiting = _waiting(turn)
    if isinstance(above, Wording):
        return _below_wording(turn, waiting, above, said)
    if not waiting.count:
        return None
    if beside is not None:
        return _beside(turn, waiting, beside, question) if waiting.approvals else None
    if said is not None and said.plain and waiting.approvals:
        return _one_of(turn, _named(turn, waiting.approvals, said), said)
    last = _stands_last(turn)
    is_free = question is None and not turn.standing.open_ids
    if said is not None and last is not None and is_free and waiting.count == 1:
        settled = _answered_in_place(turn, waiting, last, said)
        if settled is not None:
            return settled
    may_be_meant = asks or (said is not None and said.plain) or (last is not None and question is None)
    return waiting.which if may_be_meant else None


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of an agreement that stood in a message of ours."""

    alignment_id: int
    rev: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for one person's yes: OKRs to approve, and what other teams ask of theirs."""

    approvals: Sequence[m.Approval]
    agreements: Sequence[tuple[Ends, Side]]

    @property
    def count(self) -> int:
        return len(self.approvals) + len(self.agreements)

    @property
    def which(self) -> Answer:
        """Which one is meant?"""
        data = {
            "approvals": list(dict.fromkeys(one.id for one in self.approvals)),
            "agreements": [[ends.row.id, side.value] for ends, side in self.agreements],
        }
        return Answer("which_approval", data)


def _waiting(turn: Turn) -> Waiting:
    return Waiting(publishing.waiting_for(turn.session, turn.person.id), agreed.waiting_for(turn))


def _answered_in_place(turn: Turn, waiting: Waiting, last: m.Approval | Wording, said: SaidOfRequest) -> Reply | None:
    """The only request that waits, where it is the one that stands last; None where another one does."""
    if isinstance(last, m.Approval):
        return _settled(turn, last, said) if last in waiting.approvals else None
    return _said_of_wording(turn, waiting, last, said)


def _said_of_wording(turn: Turn, waiting: Waiting, last: Wording, said: SaidOfRequest) -> Reply | None:
    for ends, side in waiting.agreements:
        if ends.row.id == last.alignment_id:
            token = agreements.token_of(turn.session, ends.row)
            return agreed.settled(turn, f"{token}:{last.rev}:{side.value}", yes=said.yes, reason=said.reason)
    return None


def _below_wording(turn: Turn, waiting: Waiting, above: Wording, said: SaidOfRequest | None) -> Reply | None:
    """What is said in the thread of a request of another team."""
    mine = [(ends, side) for ends, side in waiting.agreements if ends.row.id == above.alignment_id]
    if said is None:
        return Waiting((), mine).which if mine else None
    return _said_of_wording(turn, waiting, above, said)


def _named(turn: Turn, waiting: Sequence[m.Approval], said: SaidOfRequest) -> Sequence[m.Approval]:
    """Those whose objective is named; all of them, to ask which, where it is none of them."""
    if said.number is None:
        return waiting
    found = [one for one in waiting if turn.session.get_one(m.Objective, one.objective_id).number == said.number]
    return found or [*waiting, *waiting[:1]]


def _one_of(turn: Turn, waiting: Sequence[m.Approval], said: SaidOfRequest) -> Reply:
    return Waiting(waiting, ()).which if len(waiting) > 1 else _settled(turn, waiting[0], said)


def _beside(turn: Turn, waiting: Waiting, rest: str, question: m.Clarification | None) -> Reply:
    """`59, approve`: the value is stored as ever, and the yes counts, too."""
    say_besides(turn, [_one_of(turn, waiting.approvals, SaidOfRequest(yes=True, plain=True))])
    return reply_to(turn, fresh_view(turn), rest, question)


def _request_above(turn: Turn, message_id: str | None) -> m.Approval | Wording | None:
    """The request in whose thread this is said."""
    if message_id is None:
        return None
    row = conversations.delivery_of_message(turn.session, turn.inbox.installation_id, message_id, turn.inbound.channel)
    return None if row is None or row.person_id != turn.person.id else _request_in(turn, row)


def _request_in(turn: Turn, row: m.Delivery) -> m.Approval | Wording | None:
    """What a message of ours asks a yes for."""
    if row.kind in REQUESTS:
        return turn.session.get(m.Approval, row.data["approval"])
    if row.kind == ANSWER_KIND and row.data.get("name") == "approval":
        return turn.session.get(m.Approval, row.data["data"]["approval"])
    if row.kind == ASKED_KIND:
        return Wording(int(row.subject.split(":")[1]), int(row.period.split(":")[1]))
    return None


def _tells_of_one(turn: Turn, text: str) -> bool:
    """`Rejected: 12 orders`, where a key result is called Rejected, is about that."""
    return begins_with_name(fresh_view(turn), text, split(text))


def _stands_last(turn: Turn) -> m.Approval | Wording | None:
    """The request after which nothing was sent, said or pressed: it is answered in place."""
    last = conversations.last_sent(turn.session, turn.person.id)
    if last is None or last.sent_at is None:
        return None
    came = inbox.came_since(turn.session, turn.inbox, last.sent_at)
    return None if any(_did_something(row) for row in came) else _request_in(turn, last)


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
