"""A question about a key result, asked of Okra: it is answered, and never taken for what somebody says of it."""

import re

from bot.handlers.naming import NotOneError, the_key_result
from bot.handlers.verbs import folded, labels_in
from bot.intake.conversation import Answer, Reply, Turn
from bot.views.person import PersonView

_BEGINS = re.compile(
    r"(?:(?:who|whose|what|when|why|how)(?:'s|’s)?(?![a-z])|谁|什么|为什么|为何|怎么|怎样|如何)(?!\s*[:,，])",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    r"(?:who (?:owns|has|leads|answers for|is on)|what(?:'s|’s| is)|how(?:'s|’s| is)|谁在?(?:负责|做|管))$",
    re.IGNORECASE,
)
_ENDS = re.compile(r"(?:\?|[吗呢])[?.。!\s]*$")
_MOST = 80


def question_about(turn: Turn, view: PersonView, text: str) -> Reply | None:
    """Who answers for the key result that a question names, and what was told of it last; None for anything else.

    Certain questions only: one label, no other figure, a question word behind it or a question mark at the end. So
    `KR2 why: legal blocked us` and `KR2 31%?` stay answers.
    """
    words = folded(text)
    labels = labels_in(words)
    if len(labels) != 1 or "\n" in text.strip() or len(words) > _MOST:
        return None
    before, behind = words[: labels[0].start()].strip(), words[labels[0].end() :].strip(" ,，的")
    if any(sign.isdigit() or sign == ":" for sign in before + behind) or not (before or behind):
        return None
    first = _BEFORE.search(before) if before else _BEGINS.match(behind)
    if first is None and _ENDS.search(words) is None:
        return None
    try:
        row = the_key_result(turn, view, labels[0][0], asks="show")
    except NotOneError as error:
        return error.reply
    return Answer("asked_about", {"kr": row.id})
