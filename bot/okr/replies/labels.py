"""Finds which key results a text names (spec/05 §10.4): labels, keys, ordinals, aliases, short titles."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from bot.okr.replies.context import ReplyContext, ReplyKR
from bot.okr.replies.numerals import read_chinese
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
_HAN = "[一二两三四五六七八九十]"
# A label's number ends there: KR1 is not the start of KR12, and `KR1.5` and `KR 90%` are none.
_END = r"(?![0-9A-Za-z_]|[.,][0-9]|\s?%)"
_HAN_WORDS = "|".join(
    re.escape(word)
    for meaning, listed in CHINESE.phrases.items()
    if meaning in SEGMENT_MEANINGS
    for word in split_list(listed)
)
# 第二个 names a KR where what is said of it follows: a sign, a number, or a listed word. 第二个客户签了 does not.
AFTER_NTH = (
    r"(?=\s?(?:$|[:,;.\n0-9¥$€£一二两三四五六七八九十-]|是|为|到|也|没|不|卡|已|还|都|目前|现在|自评|把握|信心|"
    + _HAN_WORDS
    + "))"
)


def _listed_words(*meanings: Meaning) -> str:
    listed = {
        re.escape(word)
        for language in (ENGLISH, CHINESE)
        for meaning in meanings
        for word in split_list(language.phrases[meaning])
    }
    return "|".join(sorted(listed, key=len, reverse=True))


_PLAIN = (Meaning.NO_CHANGE, Meaning.DONE, Meaning.NOT_DONE, Meaning.ON_TRACK, Meaning.AT_RISK)
_LISTED = _listed_words(*_PLAIN)
SAID_AFTER = _listed_words(
    *_PLAIN,
    Meaning.OFF_TRACK,
    Meaning.AHEAD,
    Meaning.BLOCKED,
    Meaning.UNBLOCKED,
    Meaning.ALMOST,
    Meaning.SKIP,
    Meaning.NO_DATA,
    Meaning.NO_UPDATE,
)
# `third done`: where a listed word is all that is said of it.
_SAID_WHOLE = rf"(?=\s(?:is )?(?:{_LISTED})\s*(?:$|[,;.!\n]))"
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
_ORDINAL = "|".join(_ORDINALS) + "|1st|2nd|3rd|[4-9]th"
_LAST = ("last", "最后一")
_LABEL = re.compile(
    r"(?<![A-Za-z0-9_/#-])(?:"
    rf"kr ?[-#]?(?P<kr>[0-9]{{1,4}}){_END}"
    rf"|(?P<team>[A-Za-z][A-Za-z0-9]{{1,4}})-(?P<key>[0-9]{{1,4}}){_END}"
    rf"|#(?P<hash>[0-9]{{1,4}}){_END}"
    rf"|(?:关键结果|关键成果)\s?(?P<han>[0-9]{{1,4}}{_END}|{_HAN}{{1,3}})"
    rf"|key results? (?P<long>[0-9]{{1,4}}){_END}"
    rf"|(?:the )?(?P<ordinal>{_ORDINAL}|last)(?: (?:one|kr|key result)(?![A-Za-z])|{_SAID_WHOLE})"
    rf"|(?:第\s?(?P<nth>[0-9]{{1,3}}|{_HAN}{{1,3}})|(?P<last>最后一))个(?:kr|关键结果|目标)?{AFTER_NTH}"
    r")",
    _I,
)
_CLAUSE_EDGE = re.compile(r"(?:^|[,;!?\n.:(]|\s-)\s*$")
# `for KR2: 31%` turns to KR2; `for KR2 we need legal` may not.
TURNED_TO = re.compile(r"(?:^|[,;!?\n]|\.\s)\s*(?:for|on|about|as for|regarding|re|关于|对于)\s?$", _I)
_FIELDS = "|".join((*ENGLISH.fields.values(), *CHINESE.fields.values()))
FIELD_AHEAD = re.compile(rf"(?:{_FIELDS})\s?:[^;\n]*$", _I)
# Within a field a label is mentioned, unless a colon or the next field follows it: `next: call GC KR2: 31%`.
_WINDOW = 200
# Nobody has more key results than that; what repeats a label further is no reply.
MOST_NAMES = 60
_TURNS = re.compile(
    rf"\s?:|\s-\s|\s[$€£¥]?(?:[0-9]*\.[0-9]|[0-9]+(?:%|k\b|/10))"
    rf"|\sit'?s [$€£¥]?[0-9]"
    rf"|\s(?:{both('score_word')}|{both('confidence_prefix')}|{both('introducer')})\s?[$€£¥]?[0-9.]"
    rf"|\s?(?:{_FIELDS})\s?:",
    _I,
)
_SAID_NEXT = re.compile(r"\s?(?:[:,-]|is\b|at\b|[$€£¥]?[0-9])")
_BEFORE_NAME = re.compile(r"(?:^|[,;!?\n|]|\s/\s|\.\s)\s*(?:(?:and|also|the|my|our|但|而)\s*)*$", _I)
# `set GRO-2 to 5`, `actually GRO-2 5`
_ORDERED = re.compile(rf"\s*(?:please )?(?:update|{both('record_verb')}|{both('amend')})\s*", _I)
_AFTER_NUMBER = re.compile(r"[0-9][0-9.,]*(?:%|k|m|/10|万)?\s$", _I)
NUMBER_NEXT = re.compile(r"\s?(?:at |is |to |:\s?)?[$€£¥]?[0-9]", _I)
# `activation same SSO 8/10`: a name between things that were said turns to its KR.
_AFTER_WORD = re.compile(rf"(?:^|[\s,;]|(?<=[\u3400-\u9fff]))(?:{_LISTED})\s$", _I)
WORD_NEXT = re.compile(
    r"\s?(?:(?:is|are|was|both|all|still|now|also|looks?|looking|remains?|stays?) |:\s?|[也还已仍都]|已经|目前){0,3}"
    rf"(?:{SAID_AFTER})(?![A-Za-z])",
    _I,
)
# `activation 31% and SSO done`: after an `and` a name turns to its KR where something is said of it.
_AFTER_AND = re.compile(r"(?:\b(?:and|while|whereas|but)\s|&\s|[和而但且])\s?(?:the |our |my )?$", _I)
_PREPOSITION = re.compile(rf"{both('preposition')}\s?$", _I)
_JOINED = re.compile(r"\s?(?:,|&|/|\+|and|, and|和|与|及|跟|\s)\s?", _I)
# 续费率和付费用户都…, `activation and customers both …`
_TWO_NAMES = re.compile(
    r"(?:^|[,;.!?\n])\s*(?P<a>[\u4e00-\u9fff]{2,10}?)(?:和|与|及|跟)(?P<b>[\u4e00-\u9fff]{2,10}?)(?=也?都|均)"
)
_TWO_NAMES_IN_ENGLISH = re.compile(
    r"(?:^|[,;.!?\n])\s*(?P<a>[a-z][a-z0-9 -]{1,30}) and (?:the |our |my )?(?P<b>[a-z][a-z0-9 -]{1,30}?)"
    r"(?= (?:are |were |is )?(?:both|all)\b| (?:are|were) )",
    _I,
)
_LIST_MARKS = (
    # `1)`, `(1)`, `1.`, `1:`
    re.compile(r"(?:(?<=^)|(?<=[\s,;]))\(?(?P<n>[0-9]{1,2})(?:\)|\.(?=\s)|:(?=\s))\s*"),
    # `1 - 45k`, and 1、12000 whose sign is a comma by now: only at the start of a line
    re.compile(r"(?<![^\n])(?P<n>[0-9]{1,2})(?: ?-|,)\s+"),
    re.compile(r"(?:(?<=^)|(?<=[\s,;]))(?P<n>[一二三四五六七八九])[,.]\s*"),
    re.compile("(?P<n>[①-⑨]|[1-9]\u20e3)\\s*"),
    re.compile(
        rf"(?:(?<=^)|(?<=[\s,;]))(?:the )?(?P<n>{_ORDINAL})(?: (?:one|kr|key result))?(?:\s?[:-]|,| is)?\s+", _I
    ),
)


@dataclass(frozen=True, slots=True)
class Named:
    """A place where the text names a KR: which, or None with what was typed where there is no such KR."""

    start: int
    end: int
    typed: str
    kr: ReplyKR | None
    others: tuple[ReplyKR, ...] = ()
    """More than one fits: two teams' KR2, or 第二个 where the second shown is not KR2."""


def find_names(text: str, context: ReplyContext) -> list[Named]:
    """Where the text turns to a KR, in order. A KR that is only mentioned (`waiting on KR2`) is not one."""
    matches = islice(find_labels(text), MOST_NAMES)
    found: list[Named] = []
    for match in matches:
        # A field ends where the text turns to a KR.
        name = _label(text, match, context, floor=found[-1].end if found else 0)
        if name is not None:
            found.append(name)
    for name in _by_title(text, context, found):
        if not any(name.start < other.end and other.start < name.end for other in found):
            found.append(name)
    found += _by_parts(text, context, found)
    return sorted(found, key=lambda name: name.start)


def find_labels(text: str, start: int = 0, end: int | None = None) -> Iterator[re.Match[str]]:
    """Where a label is written, whether the text turns to its KR or only mentions it."""
    return _LABEL.finditer(text, start, len(text) if end is None else end)


def list_items(text: str, context: ReplyContext) -> list[Named]:
    """`1) 45k 2) 31%`: by place in the prompt, where it has several KRs and the text begins with 1."""
    if len(context.key_results) < 2:
        return []
    return next((items for marks in _LIST_MARKS if (items := _listed(marks, text, context))), [])


def _listed(marks: re.Pattern[str], text: str, context: ReplyContext) -> list[Named]:
    if not (first := marks.match(text)) or _place(first["n"]) != 1:
        return []
    wanted, items = 1, []
    for mark in marks.finditer(text):
        if _place(mark["n"]) != wanted:
            continue
        kr = context.key_results[wanted - 1] if wanted <= len(context.key_results) else None
        items.append(Named(mark.start(), mark.end(), mark["n"], kr))
        wanted += 1
    return items if len(items) > 1 else []


def _place(typed: str) -> int:
    """2 for `2`, `②`, `二`, `second`, `2nd`; 0 if it is none."""
    if typed.lower() in _ORDINALS:
        return _ORDINALS.index(typed.lower()) + 1
    if "①" <= typed <= "⑨":
        return ord(typed) - ord("①") + 1
    digits = re.sub(r"[^0-9]", "", typed)
    return int(digits) if digits else int(read_chinese(typed) or 0)


def list_order_is_clear(context: ReplyContext) -> bool:
    """False where `1)` may mean KR1 or the first one shown, and those differ."""
    numbers = [kr.number for kr in context.key_results]
    return numbers == sorted(numbers, key=lambda n: n or 0) or set(numbers).isdisjoint(range(1, len(numbers) + 1))


def _label(text: str, match: re.Match[str], context: ReplyContext, floor: int) -> Named | None:
    typed = match[0].strip()
    everyone = context.everyone()
    if match["team"] and match["team"].lower() != "kr":
        key = f"{match['team']}-{match['key']}".upper()
        same = next((kr for kr in everyone if kr.key.upper() == key), None)
        teams = {kr.key.rpartition("-")[0].upper() for kr in everyone}
        if same is None and match["team"].upper() not in teams:
            return _of_another_team(text, match, context, floor)
        return _named(text, match, typed, (same,) if same else (), floor)
    if match["nth"] or match["ordinal"] or match["last"]:
        return _nth(text, match, typed, context, floor)
    digits = match["kr"] or match["key"] or match["hash"] or match["long"] or match["han"]
    number = int(digits) if digits.isdigit() and digits.isascii() else int(read_chinese(digits) or 0)
    fits = tuple(kr for kr in context.key_results if kr.number == number)
    known = tuple(kr for kr in context.known if kr.number == number)
    here = {kr.key for kr in fits}
    fits = (*fits, *(kr for kr in known if kr.own and kr.key not in here)) if fits else known
    if match["hash"] and not fits:
        return None
    focused = tuple(kr for kr in fits if kr.label == context.focus)
    return _named(text, match, typed, focused or fits, floor)


def _of_another_team(text: str, match: re.Match[str], context: ReplyContext, floor: int) -> Named | None:
    """`GRO-2 350` of somebody in Support: a name where a reading follows it, else words like any others."""
    called_before = any(match[0].upper() == name.upper() for kr in context.everyone() for name in kr.names)
    if match["team"].upper() not in context.elsewhere or called_before:
        return None
    before = text[: match.start()]
    following = _LABEL.search(text, match.end())
    said = text[match.end() : following.start() if following else len(text)]
    is_said = any(reading.match(text, match.end()) for reading in (NUMBER_NEXT, WORD_NEXT))
    if is_filler(before) or _ORDERED.fullmatch(before):
        is_said = is_said or any(map(str.isdecimal, said)) or what_it_means(said.strip(" :,;-")) is not None
    elif not _CLAUSE_EDGE.search(before):
        return None
    return _named(text, match, match[0], (), floor) if is_said else None


def _nth(text: str, match: re.Match[str], typed: str, context: ReplyContext, floor: int) -> Named | None:
    said = match["nth"] or match["ordinal"] or match["last"]
    shown = context.key_results
    if said.lower() in _LAST:
        return _named(text, match, typed, shown[-1:], floor) if len(shown) > 1 else None
    place = _place(said)
    if not 1 <= place <= len(shown):
        return _named(text, match, typed, (), floor) if len(shown) > 1 else None
    fits = [shown[place - 1], *(kr for kr in shown if kr.number == place)]
    return _named(text, match, typed, tuple(dict.fromkeys(fits)), floor)


def _named(text: str, match: re.Match[str], typed: str, fits: tuple[ReplyKR, ...], floor: int) -> Named | None:
    before = text[max(floor, match.start() - _WINDOW) : match.start()]
    turned_to = TURNED_TO.search(before) and _SAID_NEXT.match(text, match.end())
    if _PREPOSITION.search(before) and not _CLAUSE_EDGE.search(before) and not turned_to:
        return None
    turns = _TURNS.match(text, match.end()) or (_AFTER_NUMBER.search(before) and WORD_NEXT.match(text, match.end()))
    if FIELD_AHEAD.search(before) and not _CLAUSE_EDGE.search(before) and not turns:
        return None
    kr = fits[0] if len(fits) == 1 else None
    return Named(match.start(), match.end(), typed, kr, fits if len(fits) > 1 else ())


def _by_title(text: str, context: ReplyContext, labels: list[Named]) -> list[Named]:
    """Aliases and short titles at the start of the text; with several KRs also at the start of a clause."""
    several = len(context.key_results) > 1 and context.focus is None
    found: list[Named] = []
    names = [(name, kr) for kr in context.everyone() for name in kr.names]
    for name, kr in sorted(names, key=lambda pair: -len(pair[0])):
        for match in _name_pattern(name).finditer(text):
            if any(match.start() < other.end and other.start < match.end() for other in found):
                continue
            at_start = match.start() < 24 and is_filler(text[: match.start()])
            # `KR3: SSO shipped`: the label, then the name of the same.
            of_label = any(
                other.kr is kr
                and 0 <= match.start() - other.end < 4
                and not text[other.end : match.start()].strip(" :=-(")
                for other in labels
            )
            in_turn = (
                several
                and _BEFORE_NAME.search(text, 0, match.start())
                and not FIELD_AHEAD.search(text[max(0, match.start() - _WINDOW) : match.start()])
            )
            between = (
                several
                and any(before.search(text, 0, match.start()) for before in (_AFTER_NUMBER, _AFTER_WORD, _AFTER_AND))
                and (NUMBER_NEXT.match(text, match.end()) or WORD_NEXT.match(text, match.end()))
            )
            if at_start or of_label or in_turn or between:
                found.append(Named(match.start(), match.end(), match[0], kr))
                break
    return found


def _by_parts(text: str, context: ReplyContext, found: list[Named]) -> list[Named]:
    """付费用户 of 续费率和付费用户都没变: beside another in a list of two, a part of one's name names it."""
    if len(context.everyone()) < 2:
        return []
    two = _TWO_NAMES.search(text) if has_han(text) else _TWO_NAMES_IN_ENGLISH.search(text)
    if two is None:
        return []
    named = {name.kr.label for name in found if name.kr is not None}
    parts: list[Named] = []
    for place in ("a", "b"):
        start, end = two.span(place)
        if any(start < name.end and name.start < end for name in found):
            continue
        part = two[place].lower()
        fits = [kr for kr in context.everyone() if kr.label not in named and _holds(kr, part)]
        if len(fits) != 1:
            return []
        named.add(fits[0].label)
        parts.append(Named(start, end, two[place], fits[0]))
    return parts


def _holds(kr: ReplyKR, part: str) -> bool:
    whole_words = re.compile(re.escape(part) if has_han(part) else rf"(?<![a-z0-9]){re.escape(part)}(?![a-z0-9])")
    return any(whole_words.search(name.lower()) for name in kr.names)


@lru_cache(maxsize=1_024)
def _name_pattern(name: str) -> re.Pattern[str]:
    edge = "" if has_han(name[-1]) else r"(?![A-Za-z0-9_-])"
    return re.compile(re.escape(name) + edge, _I)


def joined(between: str) -> bool:
    """True if nothing but a comma or an `and` stands between two labels."""
    return _JOINED.fullmatch(between) is not None or not between
