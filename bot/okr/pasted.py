"""Whether a message is a whole set of OKRs that was pasted, and surely no answer to a check-in."""

import re

MOST_LINES = 150
"""What is longer is a company's, and is imported from a file."""
_OBJECTIVE = re.compile(
    r"^[\s>#*_\-•]*(?:(?:objective|company objective|team objective|目标)\s*[0-9]*|O\s?[0-9]{1,2}|O)[*_\s]*[:：]\s*\S",
    re.IGNORECASE,
)
_KEY_RESULT = re.compile(
    r"^[\s>*_•\-\[\]x☐☑]*(?:KR|key result|关键结果)\s*[0-9.]*[*_\s]*[:：.、)）\-–—]\s*\S", re.IGNORECASE
)
_BULLET = re.compile(r"^\s*(?:[-*•·▪]|[0-9]{1,2}[.)、])\s+(?=\S)")
_HEADING = re.compile(r"[^:：%]*\bOKRs?\b[^:：%]*", re.IGNORECASE)
"""`Our OKRs for Q4`, the one line that may stand above the first objective."""
_VALUE = r"[$€£¥]?[0-9][0-9.,]*\s*(?:%|k|m|万|/\s*[0-9]+)?"
_STANDS = (
    rf"(?:(?:now|at|is|still|to|到|至|现在|目前)\s*)*{_VALUE}\s*(?:$|[,，;；(（。!！])|"
    r"(?:(?:is|still|all)\s+)?(?:on track|off track|at risk|in progress|no change|not started|no news|unchanged|same|"
    r"fine|good|great|ok|okay|done|finished|reached|achieved|blocked|stuck|behind|ahead|skip|green|yellow|amber|red)\b|"
    r"(?:went|rose|moved|grew|fell|climbed|dropped|still|signed|shipped|closed)\b|(?:up|down)\s+(?:from|by|to\b|[0-9])|"
    r"正常|顺利|有风险|完成|已|没变|没有变|无变化|不变|还|仍|卡|受阻|落后|跳过|本周|上周|下周|这周|今天"
)
"""How people begin to say where something stands, which no key result does."""
_READING = re.compile(
    r"^[\s>*_•\-\[\]x☐☑]*"
    r"(?:KR\s*[0-9]+|#\s*[0-9]+|关键结果\s*[0-9]+|[A-Z]{2,5}-[0-9]+|key result\s*[0-9]*|O\s?[0-9]{1,2}|"
    rf"(?:objective|目标)\s*[0-9]*)[*_\s]*[:：.、)）\-–—]?\s*(?:{_STANDS})",
    re.IGNORECASE,
)
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
_SAID = re.compile(rf"(?:{_STANDS}|from\b|[从由自])", re.IGNORECASE)
_BETWEEN = re.compile(r"[,;\t|]")
_OBJECTIVES = frozenset(("objective", "objectives", "o", "团队目标", "目标"))
_KEY_RESULTS = frozenset(("key result", "key results", "kr", "krs", "key_result", "关键结果", "关键成果"))


def is_pasted(text: str) -> bool:
    """An objective by its label with lines of key results below it, or a table with both as headings.

    A check-in names key results and never an objective; a single line is never a set.
    """
    lines = [one for one in text.splitlines() if one.strip()]
    if len(lines) < 2:
        return False
    return is_table(text) or _is_list(lines)


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


def _is_list(lines: list[str]) -> bool:
    lines = lines[:MOST_LINES]
    if not _OBJECTIVE.match(lines[0]):
        lines = lines[1:] if _HEADING.fullmatch(lines[0]) else []
    if not lines or not _OBJECTIVE.match(lines[0]) or any(_READING.match(line) for line in lines):
        return False
    return any(_is_key_result(line) for line in lines[1:])


def _is_key_result(line: str) -> bool:
    """By its label with words of its own, or in a list as something that goes from one number to another."""
    label = _KEY_RESULT.match(line)
    if label is not None:
        return _OWN_WORDS.search(line, label.end() - 1) is not None
    bullet = _BULLET.match(line)
    return bullet is not None and goes_from_to(line) and not _SAID.match(line, bullet.end())
