"""An order in everyday words: it is done as the command that it is, or asked about where it may be an update."""

from bot.handlers.commands import command
from bot.handlers.plain_orders import asked_which, understood
from bot.handlers.recording import fresh_view
from bot.handlers.saying import N_, notice
from bot.handlers.typed import open_question, reply_to
from bot.intake.conversation import Answer, FormRequest, Reply, Turn
from bot.okr.replies import Code
from bot.views.person import PersonView
from storage import models as m
from storage import writing

GONE = N_("That button has nothing to do any more; nothing was recorded.")
DONE = N_("That is done already.")
_FREE = (Code.Q_HOPEFUL, Code.Q_HELP, Code.Q_MOVE, Code.Q_SLOW_START)
"""Questions that are answered in words, which may sound like an order."""


def ordered(turn: Turn, view: PersonView, text: str, question: m.Clarification | None) -> Reply | None:
    """What an order does, or the one question whether it is one; None for everything else."""
    meant = understood(turn, view, text)
    if meant is None or (question is not None and Code(question.code) in _FREE and not meant.sure):
        return None
    return command(turn, meant.command) if meant.sure else asked_which(turn, meant, text)


def as_order(turn: Turn, token: str) -> Reply:
    """[Change it]: the command is done, once."""
    row = _kept(turn, token)
    if isinstance(row, Answer):
        return row
    reply = command(turn, row.data["command"])
    if not isinstance(reply, FormRequest):
        writing.put(turn.session, row, used=True)
    return reply


def as_update(turn: Turn, token: str) -> Reply:
    """[It's an update]: read as a reply, as it was typed, once."""
    row = _kept(turn, token)
    if isinstance(row, Answer):
        return row
    writing.put(turn.session, row, used=True)
    return reply_to(turn, fresh_view(turn), row.data["text"], open_question(turn))


def _kept(turn: Turn, token: str) -> m.Delivery | Answer:
    row = writing.held(turn.session, token)
    if row is None or row.person_id != turn.person.id:
        return notice(GONE)
    return notice(DONE) if row.data.get("used") else row
