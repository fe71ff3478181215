"""What stands beside the words of a key result in its own line: owner, last day, weight, committed or stretch."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bot.okr.days import read_day

_EDGE = r"(?:^|(?<=[\s,，;；|(（\[【·。]))"
_END = r"(?=\s*(?:$|[,，;；|)）\]】。]|\s[-–—]\s))"
_OWNER_WORD = r"(?:owners?(?:\(s\))?|dri|responsible|accountable|负责人|责任人)\s*[:：]\s*"
_MENTION = r"(?:<@[^>]+>|<at[^>]*>[^<]*</at>|@\S+|\ue000\d+\ue001)"
_OWNER_LABEL = re.compile(rf"{_EDGE}{_OWNER_WORD}(?={_MENTION})", re.IGNORECASE)
"""Before a mention the label says nothing more."""
_FURTHER = rf"(?:owners?|dri|due(?: date)?|deadline|weight|{_MENTION})"
_OWNER = re.compile(
    rf"{_EDGE}{_OWNER_WORD}(?P<who>[^,，;；|()（）\[\]【】。<>@:：0-9]{{1,60}}?)"
    rf"(?=\s*(?:$|[,，;；|()（）\[\]【】。]|\s[-–—]\s|\s{_FURTHER}))",
    re.IGNORECASE,
)
_DUE = re.compile(
    rf"{_EDGE}(?:due(?: date)?|deadline|by when|截止(?:日期|日)?)\s*[:：]\s*"
    rf"(?P<day>[^,，;；|()（）\[\]【】。<>@:：]{{2,30}}?(?:, ?20\d\d)?)"
    rf"(?=\s*(?:$|[,，;；|()（）\[\]【】。]|\s[-–—]\s|\s{_FURTHER}))",
    re.IGNORECASE,
)
_WEIGHT = re.compile(
    rf"{_EDGE}(?:weight|权重)\s*[:：=]?\s*(?:x\s?)?(?P<weight>[0-9]{{1,3}}(?:\.[0-9]{{1,2}})?){_END}", re.I
)
_HOW = re.compile(
    rf"(?:^|(?<=[,，;；|(（\[【·]))\s*(?:(?P<must>committed|must[- ]have|承诺型?|必须达成)"
    rf"|stretch(?: goal)?|aspirational|挑战型?){_END}",
    re.IGNORECASE,
)
_BRACKETED = re.compile(r"[(（\[【]\s*(?P<name>[^()（）\[\]【】0-9%$€£¥<>@]{1,40}?)\s*[)）\]】]")
_NAME = r"[^,，;；|()（）\[\]【】0-9%$€£¥<>@:：–—]{1,40}?"
_BEFORE_DAY = r"(?=\s+(?:by|due|before|until)\s)"
_SAID = re.compile(
    rf"(?:(?:[,，;；|]|(?<=\s)[-–—](?=\s)|(?<=[(（\[【]))\s*(?:(?:owner|owned by|dri)\s+|负责人(?:是|为)?\s*)"
    rf"|(?<=\s)owned by\s+)(?P<name>{_NAME})(?:{_END}|{_BEFORE_DAY})"
    rf"|(?:\||(?<=\s)[-–—](?=\s))\s*(?P<alone>{_NAME}){_END}",
    re.IGNORECASE,
)
"""`, owner Bob`, or something short behind a line or a dash, which may be a name."""
_FOR_SURE = re.compile(
    rf"(?:(?<=[(（\[【])\s*(?:(?i:owner|owned by|dri)\s+|负责人(?:是|为)?\s*)|[,，;；|]\s*(?i:owner|owned by|dri)\s+)"
    rf"(?P<who>[A-Z\u3400-\u9fff]{_NAME}|[A-Z\u3400-\u9fff]){_END}"
)
"""`(owner Zoe)`: written like a name behind its label, so that who is not known here is told."""
_EMPTY = re.compile(r"[(（\[【]\s*[,，;；|·]*\s*[)）\]】]")
_TWICE = re.compile(r"(?:\s*[,，;；|·](?=\s*(?:[,，;；|·)）\]】]|$)))|(?<=[(（\[【])\s*[,，;；|·]")
_NAMES = re.compile(r"\s*(?:[、/&]|\s+and\s+|\s*和\s*)\s*", re.IGNORECASE)
_LONGEST = 2_000


@dataclass(frozen=True, slots=True)
class LineParts:
    """`text` is the line without what was taken out of it; `committed` None where it says nothing of that."""

    text: str
    due: str = ""
    weight: Decimal | None = None
    committed: bool | None = None


def line_parts(text: str, today: date) -> LineParts:
    """Takes `weight 2`, `committed` and `due: 15 Dec` off a line, wherever they stand as something of their own.

    What cannot be read as a day from `today` on stays where it is.
    """
    weight = _WEIGHT.search(text[:_LONGEST])
    if weight is not None and Decimal(weight["weight"]) > 0:
        text = _without(text, weight)
    else:
        weight = None
    how = _HOW.search(text[:_LONGEST])
    if how is not None and _without(text, how):
        text = _without(text, how)
    else:
        how = None
    due = _DUE.search(text[:_LONGEST])
    if due is not None and read_day(due["day"].strip(), today) is not None and _without(text, due):
        text = _without(text, due)
    else:
        due = None
    return LineParts(
        text,
        due="" if due is None else due["day"].strip(),
        weight=None if weight is None else Decimal(weight["weight"]),
        committed=None if how is None else how["must"] is not None,
    )


def owners_named(text: str) -> tuple[str, tuple[str, ...]]:
    """The line without `Owner: Bob`, `负责人：小林`, and the names; of `Owner: @bob` only the label goes."""
    text = _OWNER_LABEL.sub("", text)
    names: list[str] = []
    while (found := _OWNER.search(text[:_LONGEST]) or _FOR_SURE.search(text[:_LONGEST])) and len(names) < 10:
        names += [one.strip(" .") for one in _NAMES.split(found["who"]) if one.strip(" .")]
        text = _without(text, found)
    return text, tuple(names)


def bracketed(text: str) -> Iterator[tuple[str, str]]:
    """Each short text in brackets or behind a dash, which may be somebody's name, and the line without it."""
    for found in _BRACKETED.finditer(text[:_LONGEST]):
        yield found["name"], _without(text, found)
    for found in _SAID.finditer(text[:_LONGEST]):
        yield found["name"] or found["alone"], _without(text, found)


def _without(text: str, found: re.Match[str]) -> str:
    """The line without this place, and without the signs that are left alone by it."""
    rest = f"{text[: found.start()].rstrip()} {text[found.end() :].lstrip()}".strip()
    rest = re.sub(r"([(（\[【])\s+", r"\1", _TWICE.sub("", _EMPTY.sub(" ", rest)))
    return re.sub(r"\s+([,，;；])", r"\1", " ".join(rest.split())).strip(" ,，;；|·-–—")
