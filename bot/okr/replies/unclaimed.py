"""Finds what a reply says of a key result that it does not name: `revenue 45k, KR2 31%`. It is asked about."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from bot.okr.replies.codes import Code
from bot.okr.replies.context import ReplyContext, ReplyKR
from bot.okr.replies.labels import NUMBER_NEXT, SAID_AFTER, WORD_NEXT, find_labels
from bot.okr.replies.reading import read_segment
from bot.okr.replies.said import find_fields
from bot.okr.replies.trace import NOBODY
from bot.okr.replies.types import Segment
from bot.okr.replies.words import both

ONLY_WORDS = (Code.Q_NOTE_ONLY, Code.Q_UNKNOWN)
"""What is asked where words were said and no reading; one word alone is no note of its own, but may join one."""
_I = re.IGNORECASE
_CLAUSE = re.compile(r"(?:[^,;\n.!?]|[.,](?=[0-9]))+")
# `SSO done`, 登录完成: a few words, and a listed one that says how it stands.
_STANDS = re.compile(
    r"\s*(?P<name>[A-Za-z][\w'-]*(?: [\w'-]+){0,2}\s|[\u4e00-\u9fff]{2,8}?)(?:(?:is|are) |已经?|都)?"
    rf"(?:{SAID_AFTER})\s*",
    _I,
)
# `revenue 45k`, 付费用户1.2万: a few words, and a number.
_COUNTS = re.compile(
    r"\s*(?P<name>[A-Za-z][\w'-]*(?: [\w'-]+){0,2}?\s|[\u4e00-\u9fff]{2,10}?)"
    rf"(?:{both('introducer')}|{both('copula')})?"
    r"\s?[$€£¥]?[0-9][0-9.,]*\s?(?:k|m|%|万|亿)?\s?[\u4e00-\u9fff$€£¥]{0,2}\s*",
    _I,
)
_SHORTEST_NAME = 2
# Later clauses than these are a report, which is a note.
_MOST_CLAUSES = 40


def is_only_words(read: Segment) -> bool:
    """True if the text said nothing but a note."""
    return read.ask is not None and read.ask.code in ONLY_WORDS


def is_reading(text: str, krs: Sequence[ReplyKR], context: ReplyContext) -> bool:
    """True if the text would be a reading of one of these, or says how something of its name stands.

    `SSO done` may be a key result; `legal done` is none where no name has such a word.
    """
    for clause in _CLAUSE.finditer(text):
        stands = _STANDS.fullmatch(clause[0])
        if stands is not None and any(_is_part_of_name(stands["name"], kr) for kr in krs):
            return True
    return any(_would_read(text, kr, context) for kr in krs)


def set_apart(text: str, own: ReplyKR, others: Sequence[ReplyKR], context: ReplyContext) -> tuple[str, str]:
    """What is said of the KR, and the later clauses that name something else, which one of the others may be."""
    clauses = list(islice(_CLAUSE.finditer(text), _MOST_CLAUSES))[1:] if others else []
    strange = {said: _is_strange(said, own, others, context) for said in dict.fromkeys(one[0] for one in clauses)}
    doubt = _doubt_from(text) if clauses else len(text)
    strays = [one for one in clauses if strange[one[0]] or (one.start() >= doubt and _would_read(one[0], own, context))]
    if not strays:
        return text, ""
    kept = "".join(text[a:b] for a, b in _around(strays, len(text)))
    return kept.strip(" ,;\n"), ", ".join(one[0].strip() for one in strays)


def without_own_name(text: str, kr: ReplyKR) -> str:
    """完成 of 登录完成, once it is known that it is about the one whose name holds 登录; else the text as it is."""
    stands = _STANDS.fullmatch(text.strip())
    own = stands is not None and _is_part_of_name(stands["name"], kr)
    return text.strip()[stands.end("name") :] if stands is not None and own else text


def _doubt_from(text: str) -> int:
    """From where on it is unclear whose it is: `win: Acme signed KR1 done; 7/10` may have turned to KR1."""
    for mark, end in find_fields(text):
        for label in find_labels(text, mark.end(), end):
            if WORD_NEXT.match(text, label.end()) or NUMBER_NEXT.match(text, label.end()):
                return end
    return len(text)


def _around(taken: Sequence[re.Match[str]], length: int) -> list[tuple[int, int]]:
    ends = [0, *(one.end() for one in taken)]
    return list(zip(ends, [*(one.start() for one in taken), length], strict=True))


def _is_strange(clause: str, own: ReplyKR, others: Sequence[ReplyKR], context: ReplyContext) -> bool:
    stands = _STANDS.fullmatch(clause)
    if stands is not None and any(_is_part_of_name(stands["name"], kr) for kr in others):
        return not _is_part_of_name(stands["name"], own)
    counts = _COUNTS.fullmatch(clause)
    if counts is None:
        return False
    if any(_is_part_of_name(counts["name"], kr) for kr in others) and not _is_part_of_name(counts["name"], own):
        return True
    if _would_read(clause, own, context):
        return False
    return any(_would_read(clause, kr, context) for kr in others)


def _is_part_of_name(words: str, kr: ReplyKR) -> bool:
    words = words.strip().lower()
    return len(words) >= _SHORTEST_NAME and any(words in name.lower() for name in kr.names)


def _would_read(text: str, kr: ReplyKR, context: ReplyContext) -> bool:
    return not is_only_words(read_segment(text, kr, replace(context, trace=NOBODY)))
