"""A new objective or key result in everyday words, such as `KR: NPS from 40 to 60`: added, or asked about first."""

import re

from bot.handlers.commands import command
from bot.handlers.meant import tells_nothing
from bot.handlers.verbs import begins_with_label, is_plain, labels_in
from bot.intake.conversation import Answer, Reply, Turn
from bot.okr.pasted import goes_from_to
from bot.okr.replies import Code
from bot.views.person import PersonView
from storage import models as m
from storage import writing

MOST = 300
_KR = r"(?:kr|key result|关键结果)"
_OBJECTIVE = r"(?:objective|目标)"
_SAID = re.compile(
    r"(?:(?P<new>(?:a )?new\s+)|(?P<adds>(?:create|make)\s+(?:an? )?(?:new )?|"
    r"(?:请)?(?:(?:添加|新建|新增)(?:一个|一条)?|(?:再?加|增加)(?:一?[个条]))\s*))?"
    rf"(?:(?P<kr>{_KR})|(?P<objective>{_OBJECTIVE}))(?P<colon>\s*[:：]\s*|\s+)"
    r"(?P<words>\S.*)",
    re.IGNORECASE,
)
_FREE = (Code.Q_HOPEFUL, Code.Q_HELP, Code.Q_MOVE, Code.Q_SLOW_START)
"""Questions that are answered in words, which may sound like something new."""


def added(turn: Turn, view: PersonView, text: str, question: m.Clarification | None) -> Reply | None:
    """What is new is added where the words say so, else asked about once; None for everything else."""
    text = text.strip()
    found = None if len(text) > MOST or "\n" in text else _SAID.fullmatch(text)
    if found is None or begins_with_label(text) or labels_in(found["words"]):
        return None
    words = found["words"]
    order = f"add {'kr' if found['kr'] else 'objective'} {words}"
    goes = goes_from_to(words)
    if not is_plain(order):
        return None
    if found["adds"] or (found["new"] and goes):
        return command(turn, order)
    if question is not None and Code(question.code) in _FREE:
        return None
    is_marked = bool(found["new"]) or ":" in found["colon"] or "：" in found["colon"]
    is_new = goes if found["kr"] else tells_nothing(turn, view, words)
    if not (is_marked and is_new):
        return None
    row = writing.keep(turn.session, turn.person, turn.inbox, {"command": order, "text": text}, ":order")
    return Answer("order_meant", {"text": text, "token": row.token, "adds": True})
