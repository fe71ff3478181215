"""Reads what people reply: text in, a typed reading out, the same for the same text (spec/05)."""

from bot.okr.replies.asked_now import ASKED_NOW
from bot.okr.replies.reader import read_in_full, read_reply
from bot.okr.replies.types import (
    Answer,
    Ask,
    AskFacts,
    AskOption,
    Code,
    Intent,
    Opens,
    Param,
    ParamKind,
    Reply,
    ReplyContext,
    ReplyKR,
    Segment,
    Words,
)

__all__ = [
    "ASKED_NOW",
    "Answer",
    "Ask",
    "AskFacts",
    "AskOption",
    "Code",
    "Intent",
    "Opens",
    "Param",
    "ParamKind",
    "Reply",
    "ReplyContext",
    "ReplyKR",
    "Segment",
    "Words",
    "read_in_full",
    "read_reply",
]
