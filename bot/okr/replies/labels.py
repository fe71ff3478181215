"""Finds which key results a text names (spec/05 §10.4): labels, keys, ordinals, aliases, short titles."""

import re
from dataclasses import dataclass

from bot.okr.replies.numerals import read_chinese
from bot.okr.replies.types import ReplyContext, ReplyKR
from bot.okr.replies.units import has_han
from bot.okr.replies.words import both, is_filler

_I = re.IGNORECASE
_HAN = "[一二两三四五六七八九十]"
# A label's number ends there: KR1 is not the start of KR12, and `KR1.5` is none.
_END = r"(?![0-9A-Za-z_]|[.,][0-9])"
_AFTER_NTH = r"(?=\s?(?:$|[:,;.\n0-9¥$€£一二两三四五六七八九十-]|是|为|到|也|完成|没|不变|卡|有风险|正常))"
_LABEL = re.compile(
    r"(?<![A-Za-z0-9_/#-])(?:"
    rf"kr ?-?(?P<kr>[0-9]{{1,4}}){_END}"
    rf"|(?P<team>[A-Za-z][A-Za-z0-9]{{1,4}})-(?P<key>[0-9]{{1,4}}){_END}"
    rf"|#(?P<hash>[0-9]{{1,4}}){_END}"
    rf"|(?:关键结果|关键成果)\s?(?P<han>[0-9]{{1,4}}{_END}|{_HAN}{{1,3}})"
    rf"|key results? (?P<long>[0-9]{{1,4}}){_END}"
    rf"|第\s?(?P<nth>[0-9]{{1,3}}|{_HAN}{{1,3}})个(?:kr|关键结果|目标)?{_AFTER_NTH}"
    r")",
    _I,
)
_CLAUSE_EDGE = re.compile(r"(?:^|[,;!?\n.:(]|\s-)\s*$")
_BEFORE_NAME = re.compile(r"(?:^|[,;!?\n]|\.\s)\s*(?:(?:and|also|the|my|our|但|而)\s*)*$", _I)
_AFTER_NUMBER = re.compile(r"[0-9][0-9.,]*(?:%|k|m|/10|万)?\s$", _I)
_NUMBER_NEXT = re.compile(r"\s?(?:at |is |to |:\s?)?[$€£¥]?[0-9]", _I)
_PREPOSITION = re.compile(rf"{both('preposition')}\s?$", _I)
_JOINED = re.compile(r"\s?(?:,|&|/|\+|and|, and|和|与|及|跟|\s)\s?", _I)
_LIST_MARK = re.compile(r"(?:(?<=^)|(?<=[\s,;]))(?P<n>[0-9]{1,2})(?:\)|\.(?=\s)|[:](?=\s))\s*")
_FIELD_AHEAD = re.compile(
    r"(?:next(?: steps?)?|note|win|help|blocked|blocker|下一步|计划|备注|亮点|求助|阻塞)\s?:[^;\n]*$", _I
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
    found = [name for match in _LABEL.finditer(text) if (name := _label(text, match, context)) is not None]
    for name in _by_title(text, context):
        if not any(name.start < other.end and other.start < name.end for other in found):
            found.append(name)
    return sorted(found, key=lambda name: name.start)


def list_items(text: str, context: ReplyContext) -> list[Named]:
    """`1) 45k 2) 31%`: by place in the prompt, where it has several KRs and the text begins with 1."""
    marks = list(_LIST_MARK.finditer(text))
    if len(context.key_results) < 2 or not marks or marks[0].start() != 0 or marks[0]["n"] != "1":
        return []
    wanted, items = 1, []
    for mark in marks:
        if int(mark["n"]) != wanted:
            continue
        kr = context.key_results[wanted - 1] if wanted <= len(context.key_results) else None
        items.append(Named(mark.start(), mark.end(), mark["n"], kr))
        wanted += 1
    return items if len(items) > 1 else []


def list_order_is_clear(context: ReplyContext) -> bool:
    """False where `1)` may mean KR1 or the first one shown, and those differ."""
    numbers = [kr.number for kr in context.key_results]
    return numbers == sorted(numbers, key=lambda n: n or 0) or set(numbers).isdisjoint(range(1, len(numbers) + 1))


def _label(text: str, match: re.Match[str], context: ReplyContext) -> Named | None:
    typed = match[0].strip()
    everyone = context.everyone()
    if match["team"] and match["team"].lower() != "kr":
        key = f"{match['team']}-{match['key']}".upper()
        same = next((kr for kr in everyone if kr.key.upper() == key), None)
        teams = {kr.key.rpartition("-")[0].upper() for kr in everyone}
        if same is None and match["team"].upper() not in teams:
            return None
        return _named(text, match, typed, (same,) if same else ())
    if match["nth"]:
        return _nth(text, match, typed, context)
    digits = match["kr"] or match["key"] or match["hash"] or match["long"] or match["han"]
    number = int(digits) if digits.isdigit() and digits.isascii() else int(read_chinese(digits) or 0)
    fits = tuple(kr for kr in context.key_results if kr.number == number)
    known = tuple(kr for kr in context.known if kr.number == number)
    here = {kr.key for kr in fits}
    fits = (*fits, *(kr for kr in known if kr.own and kr.key not in here)) if fits else known
    if match["hash"] and not fits:
        return None
    focused = tuple(kr for kr in fits if kr.label == context.focus)
    return _named(text, match, typed, focused or fits)


def _nth(text: str, match: re.Match[str], typed: str, context: ReplyContext) -> Named | None:
    digits = match["nth"]
    place = int(digits) if digits.isascii() else int(read_chinese(digits) or 0)
    shown = context.key_results
    if not 1 <= place <= len(shown):
        return _named(text, match, typed, ()) if len(shown) > 1 else None
    fits = [shown[place - 1], *(kr for kr in shown if kr.number == place)]
    return _named(text, match, typed, tuple(dict.fromkeys(fits)))


def _named(text: str, match: re.Match[str], typed: str, fits: tuple[ReplyKR, ...]) -> Named | None:
    before = text[: match.start()]
    if _PREPOSITION.search(before) and not _CLAUSE_EDGE.search(before):
        return None
    if _FIELD_AHEAD.search(before) and not _CLAUSE_EDGE.search(before):
        return None
    kr = fits[0] if len(fits) == 1 else None
    return Named(match.start(), match.end(), typed, kr, fits if len(fits) > 1 else ())


def _by_title(text: str, context: ReplyContext) -> list[Named]:
    """Aliases and short titles at the start of the text; with several KRs also at the start of a clause."""
    several = len(context.key_results) > 1 and context.focus is None
    found: list[Named] = []
    names = [(name, kr) for kr in context.everyone() for name in kr.names]
    for name, kr in sorted(names, key=lambda pair: -len(pair[0])):
        edge = "" if has_han(name[-1]) else r"(?![A-Za-z0-9_-])"
        for match in re.finditer(re.escape(name) + edge, text, _I):
            if any(match.start() < other.end and other.start < match.end() for other in found):
                continue
            at_start = is_filler(text[: match.start()]) and match.start() < 24
            in_turn = (
                several
                and _BEFORE_NAME.search(text, 0, match.start())
                and not _FIELD_AHEAD.search(text[: match.start()])
            )
            after_number = (
                several and _AFTER_NUMBER.search(text, 0, match.start()) and _NUMBER_NEXT.match(text, match.end())
            )
            if at_start or in_turn or after_number:
                found.append(Named(match.start(), match.end(), match[0], kr))
                break
    return found


def joined(between: str) -> bool:
    """True if nothing but a comma or an `and` stands between two labels."""
    return _JOINED.fullmatch(between) is not None or not between
