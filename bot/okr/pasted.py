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
_BULLET = re.compile(r"^\s*(?:[-*•·▪]|[0-9]{1,2}[.)、])\s+\S")
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


def is_too_long(text: str) -> bool:
    """True for more lines than a set of one team has."""
    return text.count("\n") >= MOST_LINES


def _is_list(lines: list[str]) -> bool:
    first = next((number for number, line in enumerate(lines) if _OBJECTIVE.match(line)), None)
    if first is None or first > 3:
        return False
    return any(_KEY_RESULT.match(line) or _BULLET.match(line) for line in lines[first + 1 :])
