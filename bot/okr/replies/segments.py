"""Splits a reply into what it says about each key result (spec/05 §10.4)."""

import re
from dataclasses import dataclass, replace

from bot.okr.replies.context import ReplyContext, ReplyKR
from bot.okr.replies.labels import TURNED_TO, Named, find_names, joined, list_items, list_order_is_clear
from bot.okr.replies.spelt_out import spelt_out
from bot.okr.replies.turned import turned_round
from bot.okr.replies.words import (
    ENGLISH,
    SEGMENT_MEANINGS,
    TOKEN,
    both,
    everyone_phrases,
    first_tokens,
    is_filler,
    others_phrases,
    split_list,
    tokens,
    what_it_means,
)

_AMEND = re.compile(rf"^\s*{both('amend')}\s*$", re.IGNORECASE)
_LEAVE_OUT = re.compile(rf"{both('leave_out')}\s*$", re.IGNORECASE)
_OTHERS_START = re.compile(r"(?:^|[,;!?\n.]|(?P<after>(?<=[0-9%kK])\s|(?<=[0-9%万人])(?=[\u3400-\u9fff])))\s*")
_LONGEST_OTHERS = 5
_LONGEST_EVERYONE = 8
_COUNTS = {"one": 1, "two": 2, "three": 3, "2": 2, "3": 3, "两": 2, "二": 2, "三": 3}
_EDGES = " \n,;:-"
_FOR_EVERYONE = re.compile(
    r"(?:\s+for|\s+on)?\s+(?:"
    + "|".join(map(re.escape, sorted(split_list(ENGLISH.everyone), key=len, reverse=True)))
    + r")\W*$",
    re.IGNORECASE,
)
_RECORD = re.compile(rf"(?:please )?{both('record_verb', '(?:%s)')}", re.IGNORECASE)
# `KR2-31%`: a dash that touches the label links, it is no minus.
_LINK_TIGHT = re.compile(r"^-(?=[$€£¥]?[0-9])")
_LINK = re.compile(r"[:,;=]\s*|-+>\s*|-\s+")
_WHICH_IS = re.compile(r"^,?\s?which (?=is\b|was\b)", re.IGNORECASE)
_LEADS_ON = re.compile(
    r"(?:[,;|/]|\s(?:and|&|plus|while|whereas|but)|[,;]\s*(?:and|update)|[和而但]|(?<![有没无])更新)\s*$", re.IGNORECASE
)
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
    text = turned_round(spelt_out(text, context), context)
    items = list_items(text, context)
    names = items or find_names(text, context)
    if not names:
        return Split((Part(text),))
    amend = False
    preface = _content(text[: names[0].start].strip(_EDGES))
    if _AMEND.match(preface + " "):
        amend, preface = True, ""
    elif (
        is_filler(preface)
        or tokens(preface) in everyone_phrases()
        or _RECORD.fullmatch(preface)
        or TURNED_TO.fullmatch(preface)
    ):
        preface = ""
    groups = _grouped(text, names, led=bool(preface) and not _LEAD.search(text, 0, names[0].start))
    parts: list[Part] = []
    for at, group in enumerate(groups):
        end = groups[at + 1][0].start if at + 1 < len(groups) else len(text)
        content, tail, count = _tail_for_others(text[group[-1].end : end])
        said = _content(content)
        each: dict[str, Named] = {}
        for name in group:
            each.setdefault(name.typed if name.kr is None else name.kr.label, name)
        parts += [Part(said, name.kr, name.typed, name.others, amend) for name in each.values()]
        if tail is not None:
            named = {part.kr.label for part in parts if part.kr is not None}
            named |= {name.kr.label for later in groups[at + 1 :] for name in later if name.kr is not None}
            others = [kr for kr in context.key_results if kr.label not in named]
            if count in (None, len(others)):
                parts += [Part(tail, kr) for kr in others]
            elif not preface:
                # `the other two same`, and there are three: whose it is has to be asked.
                preface = tail
    parts, preface = _with_preface(parts, preface, context)
    return Split(tuple(parts), preface, bool(items) and not list_order_is_clear(context))


def _with_preface(parts: list[Part], preface: str, context: ReplyContext) -> tuple[list[Part], str]:
    """What stood before the first label may be about everyone else; else it stays the preface."""
    named = {part.kr.label for part in parts if part.kr is not None}
    others = [kr for kr in context.key_results if kr.label not in named]
    before, of_others, _ = _tail_for_others(preface)
    if of_others is not None and not before.strip(_EDGES):
        # `其他都正常, KR2有风险`
        return [*parts, *(Part(of_others, kr) for kr in others)], ""
    excepted = _LEAVE_OUT.search(preface)
    for_all = without_everyone(preface)
    if not excepted and (for_all is None or what_it_means(for_all, SEGMENT_MEANINGS) is None):
        return parts, preface
    said = preface[: excepted.start()] if excepted else preface
    word = without_everyone(said) or said
    if not said.strip(_EDGES) and (of_rest := without_everyone(parts[0].text)) is not None:
        # `除了KR2都没变`: nothing is said of KR2 itself.
        parts, word = [replace(part, text="") for part in parts], of_rest
    return [*parts, *(Part(word, kr) for kr in others)], ""


def _grouped(text: str, names: list[Named], *, led: bool) -> list[list[Named]]:
    """Labels with nothing but a comma or `and` between them share what follows: `KR1 and KR2 no change`.

    `led`: words stand right before the first, so that a comma after it ends what is said of it.
    """
    groups = [[names[0]]]
    for name in names[1:]:
        between = text[groups[-1][-1].end : name.start]
        same = groups[-1][-1].kr is not None and name.kr is groups[-1][-1].kr
        if same and is_filler(between) and len(between) < 4:
            # `KR1 MRR 45k`: two names of one KR.
            groups[-1][-1] = replace(groups[-1][-1], end=name.end)
        elif joined(between) and between and not (led and len(groups) == len(groups[0]) == 1 and "," in between):
            groups[-1].append(name)
        elif name.kr is not None and name.kr is groups[-1][-1].kr and not _LEAD.search(text, 0, name.start):
            continue
        else:
            groups.append([name])
    return groups


def _content(text: str) -> str:
    """What is said after a label, without the sign that links it."""
    content = _LINK_TIGHT.sub("", text).strip()
    content = _WHICH_IS.sub("", content)
    content = content[len(link[0]) :] if (link := _LINK.match(content)) else content
    return _LEADS_ON.sub("", content).strip()


def _tail_for_others(text: str) -> tuple[str, str | None, int | None]:
    """`at risk; others on track` → what is this KR's, what is said of the others, how many they are.

    None where nothing is said of them, or not how many.
    """
    for start in _OTHERS_START.finditer(text):
        rest = text[start.end() :]
        words = first_tokens(rest, _LONGEST_OTHERS)
        for length in range(len(words), 0, -1):
            if words[:length] not in others_phrases():
                continue
            tail = _after_tokens(rest, length)
            # `31% rest same`: without a sign between, only where a listed word follows.
            if not start["after"] or what_it_means(tail) is not None:
                count = next((_COUNTS[word] for word in words[:length] if word in _COUNTS), None)
                return text[: start.start()], tail, count
    return text, None, None


def without_everyone(text: str) -> str | None:
    """`on track` of `all on track`, `没变` of `都没变`; None if nobody spoke for all."""
    words = first_tokens(text, _LONGEST_EVERYONE)
    for length in range(len(words), 0, -1):
        if words[:length] in everyone_phrases():
            return _after_tokens(text.strip(), length) or None
    # `skip all`, `no change for all`
    everyone = _FOR_EVERYONE.search(text)
    return text[: everyone.start()].strip() or None if everyone else None


def _after_tokens(text: str, count: int) -> str:
    """The text after its first `count` tokens."""
    at = 0
    for _ in range(count):
        found = TOKEN.search(text, at)
        if found is None:
            return ""
        at = found.end()
    return text[at:].strip(" :,;")
