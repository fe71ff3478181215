"""Splits a reply into what it says about each key result (spec/05 §10.4)."""

import re
from dataclasses import dataclass, replace

from bot.okr.replies.labels import Named, find_names, joined, list_items, list_order_is_clear
from bot.okr.replies.types import ReplyContext, ReplyKR
from bot.okr.replies.words import TOKEN, both, everyone_phrases, is_filler, others_phrases, tokens

_AMEND = re.compile(rf"^\s*{both('amend')}\s*$", re.IGNORECASE)
_LEAVE_OUT = re.compile(rf"{both('leave_out')}\s*$", re.IGNORECASE)
_OTHERS_START = re.compile(r"(?:^|[,;!?\n.])\s*")
_EDGES = " \n,;:-"
_LEAD = re.compile(r"(?:^|[,;!?\n]|\.\s)\s*$")


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of text and whom it is about: one KR, none yet (`kr` None), or one that is not there (`typed`)."""

    text: str
    kr: ReplyKR | None = None
    typed: str | None = None
    others: tuple[ReplyKR, ...] = ()
    amend: bool = False


@dataclass(frozen=True, slots=True)
class Split:
    """The parts in order. `preface` stood before the first label; `in_doubt`: a list whose order is unclear."""

    parts: tuple[Part, ...]
    preface: str = ""
    in_doubt: bool = False


def split(text: str, context: ReplyContext) -> Split:
    """Who is spoken of where. Without any label there is one part for nobody."""
    items = list_items(text, context)
    names = items or find_names(text, context)
    if not names:
        return Split((Part(text),))
    amend = False
    preface = text[: names[0].start].strip(_EDGES)
    if _AMEND.match(preface + " "):
        amend, preface = True, ""
    elif is_filler(preface):
        preface = ""
    groups = _grouped(text, names)
    parts: list[Part] = []
    for at, group in enumerate(groups):
        end = groups[at + 1][0].start if at + 1 < len(groups) else len(text)
        content, tail = _tail_for_others(text[group[-1].end : end])
        parts += [Part(_content(content), name.kr, name.typed, name.others, amend) for name in group]
        if tail is not None:
            named = {part.kr.label for part in parts if part.kr is not None}
            named |= {name.kr.label for later in groups[at + 1 :] for name in later if name.kr is not None}
            parts += [Part(tail, kr) for kr in context.key_results if kr.label not in named]
    excepted = _LEAVE_OUT.search(preface)
    if excepted:
        named = {part.kr.label for part in parts if part.kr is not None}
        word = without_everyone(preface[: excepted.start()]) or preface[: excepted.start()]
        parts += [Part(word, kr) for kr in context.key_results if kr.label not in named]
        preface = ""
    return Split(tuple(parts), preface, bool(items) and not list_order_is_clear(context))


def _grouped(text: str, names: list[Named]) -> list[list[Named]]:
    """Labels with nothing but a comma or `and` between them share what follows: `KR1 and KR2 no change`."""
    groups = [[names[0]]]
    for name in names[1:]:
        between = text[groups[-1][-1].end : name.start]
        same = groups[-1][-1].kr is not None and name.kr is groups[-1][-1].kr
        if same and is_filler(between) and len(between) < 4:
            # `KR1 MRR 45k`: two names of one KR.
            groups[-1][-1] = replace(groups[-1][-1], end=name.end)
        elif joined(between) and between:
            groups[-1].append(name)
        elif name.kr is not None and name.kr is groups[-1][-1].kr and not _LEAD.search(text, 0, name.start):
            continue
        else:
            groups.append([name])
    return groups


def _content(text: str) -> str:
    """What is said after a label, without the sign that links it."""
    content = text.strip()
    content = content[len(link[0]) :] if (link := re.match(r"[:,;=]\s*|-\s+", content)) else content
    content = re.sub(r"(?:[,;]|\s(?:and|&|plus)|[,;]\s*(?:and|update)|和|更新)\s*$", "", content, flags=re.IGNORECASE)
    return content.strip()


def _tail_for_others(text: str) -> tuple[str, str | None]:
    """`at risk; others on track` → what is this KR's, and what is said of the remaining ones."""
    for start in _OTHERS_START.finditer(text):
        rest = text[start.end() :]
        words = tokens(rest)
        for length in range(min(4, len(words)), 0, -1):
            if words[:length] in others_phrases():
                return text[: start.start()], _after_tokens(rest, length)
    return text, None


def without_everyone(text: str) -> str | None:
    """`on track` of `all on track`, `没变` of `都没变`; None if nobody spoke for all."""
    words = tokens(text)
    for length in range(min(8, len(words)), 0, -1):
        if words[:length] in everyone_phrases():
            return _after_tokens(text.strip(), length) or None
    # `skip all`, `no change for all`
    if len(words) > 1 and words[-1] in ("all", "everything", "both"):
        shorter = re.sub(r"(?:\s+for|\s+on)?\s+(?:all|everything|both)\W*$", "", text, flags=re.IGNORECASE).strip()
        return shorter or None
    return None


def _after_tokens(text: str, count: int) -> str:
    """The text after its first `count` tokens."""
    at = 0
    for _ in range(count):
        found = TOKEN.search(text, at)
        if found is None:
            return ""
        at = found.end()
    return text[at:].strip(" :,;")
