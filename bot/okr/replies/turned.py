"""Turns round what is said before those it is about: `same for KR1 and KR2`, `31% KR2`, `跳过KR3` (spec/05 §10.4)."""

import re
from functools import lru_cache

from bot.okr.replies.context import ReplyContext
from bot.okr.replies.labels import FIELD_AHEAD
from bot.okr.replies.units import has_han
from bot.okr.replies.words import (
    CHINESE,
    ENGLISH,
    SEGMENT_MEANINGS,
    Meaning,
    both,
    is_filler,
    split_list,
    what_it_means,
)

_I = re.IGNORECASE
_HAN = "一二三四五六七八九十"
_LABEL = (
    r"kr ?[-#]?[0-9]{1,3}(?![0-9])|#[0-9]{1,3}(?![0-9])|[A-Za-z][A-Za-z0-9]{1,4}-[0-9]{1,4}(?![0-9A-Za-z-])"
    rf"|关键结果\s?[0-9{_HAN}]{{1,3}}|第[0-9{_HAN}]{{1,3}}个"
    r"|the (?:first|second|third|fourth|fifth|last) (?:one|kr)(?![A-Za-z])"
)
_BESIDE = r"(?:\s?(?:,\s?(?:and|or)|,|&|/|\+)\s?|\s(?:and|or)\s|\s?(?:和|与|及|跟|或者?)\s?)"
_EITHER = re.compile(r"\bor\b|或者?", _I)
# Where the clause ends that a label closes.
_END = rf"(?P<after>\s(?:yet|again|too|either|this week))?(?=\s*(?:$|[),;.!\n]|(?:and|but|while)\b|{both('contrast')}))"
_EDGE = re.compile(rf"[(,;!?\n]|\.\s|\b(?:and|while|then)\b|{both('contrast')}", _I)
# `KR1. 45k KR2. 31%`: each label stands before what is said of it.
_LABEL_JUST_BEFORE = re.compile(rf"(?:{_LABEL})\s?[.,;:\n]\s?$", _I)
_LINK = re.compile(
    r"(?:\s(?P<word>for|on|with|in|of|about)(?: the| our| my)?\s|\s?(?P<sign>:|-)\s|(?P<han>的(?:有|是|:)|:)\s?|\s|)$",
    _I,
)
_A_NUMBER = re.compile(r"[-+~]?[$€£¥]?[0-9][^\s,;]*(?: ?[%kKmM万])?")
_NUMBER_AND_MORE = re.compile(r"(?P<lead>[^0-9$€£¥]{0,24}?)[$€£¥]?[0-9][^,;\n]{0,24}")
_TO_A_NUMBER = re.compile(rf"(?:{both('approx_prefix')}|{both('introducer')}| )+", _I)
_BLOCKED_BY = tuple(re.compile(pattern, _I) for pattern in (*ENGLISH.blocked_by, *CHINESE.blocked_by))
# `blocked on the team's KR2`: the label is what it waits for.
_LEADS_ON = re.compile(rf"(?:'s?|的|{both('preposition')}|\b(?:a|an|this|that|other|their|his|her))$", _I)
_MOST_WORDS = 3
_MOST_SIGNS = 8
# What is said of a key result stands close to its label.
_WINDOW = 200
# `blocked on KR2` tells what it waits for, `blocks KR2` what waits for it; a thank-you tells nothing.
_NOT_SAID_BEFORE = frozenset((Meaning.BLOCKED, Meaning.UNBLOCKED, Meaning.THANKS, Meaning.AGREE))
_WITH = frozenset((Meaning.DONE, Meaning.NOT_DONE, Meaning.AT_RISK, Meaning.ALMOST))


def turned_round(text: str, context: ReplyContext) -> str:
    """The text with each list of labels before what was said of it, where that stood in front of them."""
    names = tuple(name for kr in context.everyone() for name in kr.names)
    several = len(context.everyone()) > 1
    done, at = [], 0
    for found in _lists(names).finditer(text):
        edge = first = max(at, found.start() - _WINDOW)
        for mark in _EDGE.finditer(text, first, found.start()):
            edge = mark.end()
        link = _LINK.search(text, edge, found.start())
        said = text[edge : link.start() if link else found.start()].strip()
        if not said or link is None or _LABEL_JUST_BEFORE.search(text, first, edge):
            continue
        if FIELD_AHEAD.search(text, first, found.start()):
            continue
        if _is_said(said, link, named=found["name"] is not None, several=several):
            labels = _EITHER.sub("and", found["labels"])
            done.append(f"{text[at:edge]} {labels} {said}{found['after'] or ''}")
            at = found.end()
    return "".join((*done, text[at:]))


@lru_cache(maxsize=256)
def _lists(names: tuple[str, ...]) -> re.Pattern[str]:
    """One or more labels or names, at the end of a clause."""
    known = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    others = "|".join(
        re.escape(phrase)
        for language in (ENGLISH, CHINESE)
        for phrase in sorted(split_list(language.others), key=len, reverse=True)
    )
    name = rf"|(?P<name>{known})(?![A-Za-z0-9_-])" if known else "|(?P<name>(?!))"
    again = name.replace("?P<name>", "?:")
    return re.compile(
        rf"(?<![A-Za-z0-9_/#-])(?P<labels>(?:{_LABEL}|{others}{name})(?:{_BESIDE}(?:{_LABEL}{again}))*){_END}", _I
    )


def _is_said(said: str, link: re.Match[str], *, named: bool, several: bool) -> bool:
    """True if the words before a list of labels are something that can be said of a key result."""
    if is_filler(said):
        return False
    word = (link["word"] or "").lower()
    meaning = what_it_means(said, SEGMENT_MEANINGS)
    if meaning is not None:
        if word == "with" and meaning not in _WITH:
            return False
        return meaning not in _NOT_SAID_BEFORE or word == "for"
    if word in ("for", "on") and _leads_with_a_number(said):
        return not named or several
    if _A_NUMBER.fullmatch(said) and (link["han"] or link[0] == " "):
        return several
    return not link["sign"] and not link["han"] and word in ("", "for", "on") and _is_blocker(said)


def _is_blocker(said: str) -> bool:
    """`blocked on legal` of `blocked on legal KR1`; not `blocked on the team's`."""
    for pattern in _BLOCKED_BY:
        found = pattern.search(said)
        if found is not None and found.end() == len(said) and is_filler(said[: found.start()]):
            what = found["x"].strip()
            short = len(what) <= _MOST_SIGNS if has_han(what) else len(what.split()) <= _MOST_WORDS
            return short and _LEADS_ON.search(what) is None
    return False


def _leads_with_a_number(said: str) -> bool:
    """`31%`, `about 45k`, `I'd say 31%`: a number with nothing before it that would make it another's."""
    found = _NUMBER_AND_MORE.fullmatch(said)
    if found is None:
        return False
    return is_filler(found["lead"]) or _TO_A_NUMBER.fullmatch(found["lead"].strip()) is not None
