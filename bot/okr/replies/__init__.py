"""Reads what people reply: text in, a typed reading out, the same for the same text (spec/05)."""

from bot.okr.replies.afresh import read_afresh, unrecorded
from bot.okr.replies.ask_words import options, question
from bot.okr.replies.buttons import apply_option
from bot.okr.replies.clarify import answer
from bot.okr.replies.codes import Code, Intent, Opens
from bot.okr.replies.context import ReplyContext, ReplyKR
from bot.okr.replies.form_fields import parse_confidence_field, parse_number_field, parse_score_field
from bot.okr.replies.questions import QUESTIONS, Question
from bot.okr.replies.reader import read_reply
from bot.okr.replies.told_percent import ToldPercent, told_percent
from bot.okr.replies.types import Answer, Ask, AskFacts, Reply, Segment
from bot.okr.replies.wording import AskOption, Param, ParamKind, Words

__all__ = [
    "QUESTIONS",
    "Answer",
    "Ask",
    "AskFacts",
    "AskOption",
    "Code",
    "Intent",
    "Opens",
    "Param",
    "ParamKind",
    "Question",
    "Reply",
    "ReplyContext",
    "ReplyKR",
    "Segment",
    "ToldPercent",
    "Words",
    "answer",
    "apply_option",
    "options",
    "parse_confidence_field",
    "parse_number_field",
    "parse_score_field",
    "question",
    "read_afresh",
    "read_reply",
    "told_percent",
    "unrecorded",
]
