"""A message that was taken for a set of OKRs and is an answer after all: it is read as one, as it was typed."""

from bot.handlers.pasting import GONE, on_paste, show
from bot.handlers.recording import fresh_view
from bot.handlers.saying import notice
from bot.handlers.typed import open_question, reply_to
from bot.intake.conversation import Reply, Turn
from bot.intake.inbound import Typed
from bot.intake.stored import from_json
from storage import models as m
from storage import writing


def _as_update(turn: Turn, row: m.Delivery, _argument: str) -> Reply:
    if row.data["saved"] is not None or row.data.get("dropped"):
        return show(turn, row)
    inbox = turn.session.get(m.Inbox, row.data["inbox"])
    what = None if inbox is None else from_json(inbox.body).what
    if not isinstance(what, Typed):
        return notice(GONE)
    writing.put(turn.session, row, dropped=True)
    return reply_to(turn, fresh_view(turn), what.text, open_question(turn))


said_after_all = on_paste(_as_update)
