"""What a question back holds of a reply: what of it is clear is stored at once, and the rest is not lost unanswered.

Spec/05 §10.8, point 8, and §10.10.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.okr.replies import Ask, Code, Segment

_ALL_IN_DOUBT = (Code.Q_CONFIRM, Code.Q_DONE_OR_LIKELY, Code.Q_BINARY_ONE, Code.Q_WHEN, Code.Q_TWO_NUMBERS)
"""What stands beside the doubt may change with the answer; only plain words do not."""
_NOTHING_SAID = (Code.Q_UNKNOWN, Code.Q_LANDS, Code.Q_HOPEFUL, Code.Q_HELP, Code.Q_MOVE, Code.Q_SLOW_START)
"""They ask for more of what is stored, or said already that nothing was understood."""
MOST_WORDS = 200
"""Characters of a reply that are kept as a note, or shown again."""


def clear_part(ask: Ask) -> Segment | None:
    """What a question keeps and what its answer will not change; None where there is nothing to store of it.

    A correction ("actually …") is stored whole or not at all, and so is a number that the question is about.
    """
    kept = ask.kept
    if kept is None or kept.amend:
        return None
    if ask.code in _ALL_IN_DOUBT or ask.facts.clash:
        clear = Segment(kept.label, help_wanted=kept.help_wanted, next_step=kept.next_step, win=kept.win)
    else:
        facts = ask.facts
        doubted = (facts.v, facts.a, facts.b, facts.d, facts.sum, *facts.numbers)
        value = None if kept.value in doubted else kept.value
        clear = replace(
            kept,
            value=value,
            baseline_set=None,
            approx=kept.approx and value is not None,
            no_change=False,
            agree=False,
            skip=False,
            ask=None,
        )
    return clear if clear.stores_something else None


def without_words(ask: Ask) -> Ask:
    """The question whose next step and win are stored already: they are rows of their own, which no answer repeats."""
    if ask.kept is None:
        return ask
    kept = replace(ask.kept, next_step=None, win=None)
    return replace(ask, kept=None if kept == Segment(kept.label) else kept)


def words_left(stored: Mapping[str, Any], note: str | None, *, noted: bool) -> str | None:
    """What was said and is stored nowhere while this question (`Ask.to_json`) is unanswered; None where all is.

    `note` is what stands beside the question; `noted`: the note that it keeps is stored with its clear part.
    """
    ask = Ask.from_json(stored)
    if ask.code in _NOTHING_SAID:
        return None
    if ask.label is None or ask.code is Code.Q_NO_SUCH_KR:
        words = [ask.facts.text or ask.facts.raw]
    else:
        kept = None if ask.kept is None or noted else ask.kept.note
        words = [note, kept, ask.facts.raw or ask.facts.text or ", ".join(ask.facts.items)]
    found: list[str] = []
    for one in words:
        if one and not any(one in other for other in found):
            found = [*(other for other in found if other not in one), one]
    text = ", ".join(found)
    return (text if len(text) <= MOST_WORDS else text[: MOST_WORDS - 1] + "…") or None
