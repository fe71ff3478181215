"""A pasted set as people begin it: with a greeting, with `OKR1` and `1.1`, or with a plain title above its list.

Each line stays in its place; only the words that mark it become those that a set is read by.
"""

import re

from bot.okr.pasted import goes_from_to, is_table

_GREETING = re.compile(
    r"\s*(?:(?:hi|hello|hey|dear|good (?:morning|afternoon|evening))\b|你好|您好|大家好)[\s,，]*"
    r"(?:okra|all|team|everybody|everyone|there|folks)?\s*(?:[!！,，.。:：~-]+\s*|$)",
    re.IGNORECASE,
)
_NUMBERED = re.compile(
    r"\s*OKR\s?[#-]?(?P<number>[0-9]{1,2})\s*(?:[:：.、)）]|[-–—](?=\s)|(?=\s))\s*(?=\S)", re.IGNORECASE
)
_BELOW = re.compile(r"(?P<indent>\s*)[0-9]{1,2}\.[0-9]{1,2}[.)]?\s+(?=[^\W\d_])")
_HAN = re.compile(r"\s*(?P<number>[一二三四五六七八九十]{1,2})、\s*(?=\S)")
_ENTRY = re.compile(r"\s*(?:[-*•·▪][ \t]*|[0-9]{1,2}(?:[.)](?=\s)|、)\s*)(?=\S)")
_PLAIN_TITLE = re.compile(r"[^0-9０-９%％:：?？@\n]{4,120}")
_LEAST = 2
"""So many lines that go from one number to another make a list below a plain title one of key results."""
_LONGEST = 400


def with_labels(text: str) -> str:
    """Without a greeting, and with `Objective 1:` for `OKR1` above `1.1`; the rest as it is."""
    if is_table(text):
        return text
    text = _GREETING.sub("", text, count=1) if _GREETING.match(text) else text
    lines = text.split("\n")
    if sum(_BELOW.match(one) is not None for one in lines) == 0 or not any(_NUMBERED.match(one) for one in lines):
        return text
    named = (_NUMBERED.sub(r"Objective \g<number>: ", one, count=1) for one in lines)
    return "\n".join(_BELOW.sub(r"\g<indent>- ", one, count=1) for one in named)


def with_titles(text: str) -> str:
    """Where nothing else marks an objective: `一、…` above a numbered list, or one plain title above key results."""
    lines = text.split("\n")
    said = [at for at, one in enumerate(lines) if one.strip()]
    if len(said) < 1 + _LEAST:
        return text
    below = [lines[at][:_LONGEST] for at in said[1:]]
    if sum(_ENTRY.match(one) is not None and goes_from_to(one) for one in below) < _LEAST:
        return text
    if all(_ENTRY.match(one) or _HAN.match(one) for one in below) and _HAN.match(lines[said[0]]):
        return "\n".join(_HAN.sub(r"目标\g<number>：", one, count=1) for one in lines)
    title = lines[said[0]]
    if all(_ENTRY.match(one) for one in below) and not _ENTRY.match(title) and _PLAIN_TITLE.fullmatch(title.strip()):
        lines[said[0]] = f"Objective: {title.strip()}"
    return "\n".join(lines)
