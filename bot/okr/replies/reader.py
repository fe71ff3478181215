"""The door of the reply reader: normalises, reads, and never raises (spec/05 §10.1)."""

from dataclasses import replace

from bot.okr.replies.codes import Code
from bot.okr.replies.context import ReplyContext
from bot.okr.replies.courtesy import without_courtesies
from bot.okr.replies.guard import attempt
from bot.okr.replies.normalise import normalise
from bot.okr.replies.rules import read
from bot.okr.replies.types import Ask, Reply


def read_reply(text: str, context: ReplyContext) -> Reply:
    """What a reply says, or the question that it brings up.

    Deterministic, and never raises: a defect inside gives Q_UNKNOWN, stores nothing and is in `defect` for the log.
    """
    reply, defect = attempt(lambda: _read(text, context))
    return reply if reply is not None else Reply(ask=Ask(Code.Q_UNKNOWN), defect=defect)


def _read(text: str, context: ReplyContext) -> Reply:
    plain = normalise(text)
    plain = replace(plain, text=without_courtesies(plain.text))
    context.trace.normalised(plain)
    reply = read(plain.text, context)
    return replace(reply, truncated=True) if plain.truncated else reply
