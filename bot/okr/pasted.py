"""Whether a message is a whole set of OKRs that was pasted, an answer to a check-in, or may be either."""

import re
from collections.abc import Collection
from enum import StrEnum

MOST_LINES = 150
"""What is longer is a company's, and is imported from a file."""
_LEAD = r"^[\W_]{0,20}(?:[0-9]{1,2}[.)、]\s*)?[\W_]{0,9}"
"""Bullets, boxes, emoji, stars and numbers before a label."""
_ORDINAL = r"(?:[0-9]+|[一二三四五六七八九十]{1,2})?"
_OBJECTIVE = re.compile(
    rf"{_LEAD}(?:(?:objective|company objective|team objective|目标)\s*{_ORDINAL}|O\s?[0-9]{{1,2}}|O(?=[*_\s]*[:：]))"
    r"[*_\s]*(?:[:：.、)）]|[-–—](?=\s))[*_\s]*\S",
    re.IGNORECASE,
)
_KEY_RESULT = re.compile(
    rf"{_LEAD}x?[\W_]{{0,9}}(?:KR|key result|关键结果)\s*(?P<number>[0-9]*)[0-9.]*[*_\s]*[:：.、)）\-–—]\s*\S",
    re.IGNORECASE,
)
_BULLET = re.compile(r"^\s*(?:[-*•·▪]|[0-9]{1,2}[.)、])\s+(?=\S)")
_HEADING = re.compile(
    r"[^:：%]*(?:(?<![a-z])OKRs?(?![a-z])|objectives?\s*(?:and|&)\s*key\s?results?|目标与关键结果)[^:：%]*[:：]?\s*"
    r"|[\W_]*(?:team|quarter|cycle|period|团队|季度|周期)[*_\s]*[:：][^%]{1,80}",
    re.IGNORECASE,
)
"""`Our OKRs for Q4`, `Team: Growth`: what may stand above the first objective."""
_MOST_HEADINGS = 4
_VALUE = r"[$€£¥]?[0-9][0-9.,]*\s*(?:%|k|m|万|/\s*[0-9]+)?"
_STATUS = (
    r"(?:(?:is|still|all)\s+)?(?:on track|off track|at risk|in progress|no change|not started|no news|unchanged|same|"
    r"fine|good|great|ok|okay|done|finished|reached|achieved|blocked|stuck|behind|ahead|skip|green|yellow|amber|red|"
    r"going well|正常|顺利|有风险|已?完成|没变|没有变化|无变化|不变|受阻|落后|跳过)"
)
_BARE = re.compile(
    rf"{_LEAD}x?[\W_]{{0,9}}"
    r"(?:(?:KR|#|关键结果|key result|[A-Z]{2,5}-)\s*(?P<number>[0-9]{1,4})|key result|O\s?[0-9]{1,2}|"
    rf"(?:objective|目标)\s*{_ORDINAL})[*_\s]*[:：.、)）\-–—]?\s*"
    rf"(?:(?:(?:now|at|is|still|to|到|至|现在|目前)\s*)*{_VALUE}|{_STATUS})\s*(?:$|[,，;；(（。!！]|\.(?![0-9]))",
    re.IGNORECASE,
)
"""A label with a mere number or status behind it: where something stands, which no key result is."""
_FROM_TO = (
    (
        re.compile(r"\bfrom\s|[从由自]", re.IGNORECASE),
        re.compile(r"[0-9]"),
        re.compile(r"\bto\s|[到至为]", re.IGNORECASE),
    ),
    (re.compile(r"[0-9]"), re.compile(r"->|→|=>")),
)
"""What stands in a line one after the other, and then a number."""
_DIGIT = re.compile(r"[0-9]")
_LONGEST = 400
_OWN_WORDS = re.compile(r"[A-Za-z][A-Za-z'-]+.*[A-Za-z]{2}|[\u3400-\u9fff].*[\u3400-\u9fff]")
_BETWEEN = re.compile(r"[,;\t|]")
_OBJECTIVES = frozenset(("objective", "objectives", "o", "团队目标", "目标"))
_KEY_RESULTS = frozenset(("key result", "key results", "kr", "krs", "key_result", "关键结果", "关键成果"))


class Paste(StrEnum):
    """What a message is."""

    NONE = "none"
    """An answer, or anything else."""
    UNSURE = "unsure"
    """A set or an answer: its writer is asked which."""
    SET = "set"


def may_be_pasted(text: str) -> bool:
    """True for an objective by its label with further lines, or a table with both as headings: never for one line."""
    return is_table(text) or bool(_of_set(text))


def paste_of(text: str, known: Collection[int], *, waits: bool) -> Paste:
    """What a message is for somebody who has the key results of these numbers; `waits` while a check-in is open.

    A set is one for sure where nobody asked, or where it names a key result that there is not yet. A label with a mere
    number or status behind it is in no set: of a key result that is asked about it is an answer, and where there is
    something else besides, its writer says which it is.
    """
    if is_table(text):
        return Paste.SET
    lines = _of_set(text)
    if not lines:
        return Paste.NONE
    goals = [line for line in lines[1:] if not _BARE.match(line) and _is_key_result(line)]
    bare = [found["number"] for line in lines if (found := _BARE.match(line)) is not None]
    if bare:
        is_told = waits and any(one and int(one) in known for one in bare)
        return Paste.UNSURE if goals and not is_told else Paste.NONE
    if not goals:
        return Paste.UNSURE if not waits and any(_BULLET.match(line) for line in lines[1:]) else Paste.NONE
    numbers = [found["number"] for line in goals if (found := _KEY_RESULT.match(line)) is not None]
    is_new = any(one and int(one) not in known for one in numbers)
    return Paste.UNSURE if waits and not is_new else Paste.SET


def is_table(text: str) -> bool:
    """True for rows below a heading that names objectives and key results."""
    lines = [one for one in text.lstrip().splitlines() if one.strip()]
    if len(lines) < 2:
        return False
    cells = {one.strip(' "*_').casefold() for one in _BETWEEN.split(lines[0])}
    return not cells.isdisjoint(_OBJECTIVES) and not cells.isdisjoint(_KEY_RESULTS)


def goes_from_to(line: str) -> bool:
    """True for a line that goes from one number to another."""
    return any(_in_order(line[:_LONGEST], signs) for signs in _FROM_TO)


def _in_order(line: str, signs: tuple[re.Pattern[str], ...]) -> bool:
    at = 0
    for sign in (*signs, _DIGIT):
        found = sign.search(line, at)
        if found is None:
            return False
        at = found.end()
    return True


def is_too_long(text: str) -> bool:
    """True for more lines than a set of one team has."""
    return text.count("\n") >= MOST_LINES


def _of_set(text: str) -> list[str]:
    """The lines from the first objective on; empty where something else than a title stands above it, or none is."""
    lines = [one[:_LONGEST] for one in text.splitlines() if one.strip()][:MOST_LINES]
    for _ in range(_MOST_HEADINGS):
        if lines and not _OBJECTIVE.match(lines[0]) and _HEADING.fullmatch(lines[0]):
            lines = lines[1:]
    return lines if len(lines) > 1 and _OBJECTIVE.match(lines[0]) else []


def _is_key_result(line: str) -> bool:
    """By its label with words of its own, or as something that goes from one number to another."""
    label = _KEY_RESULT.match(line)
    if label is not None:
        return _OWN_WORDS.search(line, label.end() - 1) is not None
    return _OBJECTIVE.match(line) is None and goes_from_to(line)
