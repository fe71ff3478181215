"""Which stored objectives and key results a draft means, by their titles; what is new gets the next free numbers."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from storage.okr_files.drafting_known import NO_MEASURE, Known, KnownKeyResult, KnownMeasure, KnownObjective

A = TypeVar("A")
B = TypeVar("B")
CLOSE = 0.75
"""From this share of common pairs of letters on two titles are one in other words."""
MOST_COMPARED = 500
"""Leftovers of one team and cycle that are compared letter by letter; a longer list is another list."""
_NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)*")
_ENDS = " .。;；,，:：…"


@dataclass(frozen=True, slots=True)
class Written:
    """A key result of the file. `title` is as it will be stored, `owner` a handle."""

    title: str
    owner: str | None = None
    measure: KnownMeasure = NO_MEASURE


@dataclass(frozen=True, slots=True)
class WrittenObjective:
    title: str
    owner: str | None = None
    key_results: tuple[Written, ...] = ()


@dataclass(slots=True)
class Numbers:
    """The number of each objective of a file and of each of its key results, in the order of the file."""

    objectives: list[int] = field(default_factory=list)
    key_results: list[list[int]] = field(default_factory=list)
    left: Known = field(default_factory=Known)
    """What stands at the same place and is not over, and the file does not say."""
    is_known: bool = False
    """True where the file says anything that was there before."""


def numbered(written: Sequence[WrittenObjective], known: Known) -> Numbers:
    """Numbers for everything that a file says of one team and cycle, given what stands there.

    A title that is the same but for case, width and blanks is the same thing, wherever it stands; numbers count. Then a
    key result is known by its words where only its numbers changed, or by a close title with the same measure or owner,
    and an objective by most of its key results, or by a close title with the same owner.
    """
    objectives = _objectives(written, known)
    found = _key_results(written, known, objectives)
    numbers = Numbers(is_known=bool(objectives or found))
    free = max((one.number for one in known.objectives), default=0)
    free_kr = max((one.number for one in known.key_results), default=0)
    for at, one in enumerate(written):
        stored = objectives.get(at)
        free += stored is None
        numbers.objectives.append(free if stored is None else stored.number)
        mine = []
        for each in range(len(one.key_results)):
            known_kr = found.get((at, each))
            free_kr += known_kr is None
            mine.append(free_kr if known_kr is None else known_kr.number)
        numbers.key_results.append(mine)
    meant = {one.number for one in objectives.values()}
    meant_krs = {one.number for one in found.values()}
    numbers.left = Known(
        tuple(one for one in known.objectives if one.number not in meant and not one.is_over),
        tuple(one for one in known.key_results if one.number not in meant_krs and not one.is_over),
    )
    return numbers


def folded(title: str) -> str:
    """A title without what does not make it another: case, width, blanks, a full stop."""
    return "".join(unicodedata.normalize("NFKC", title).casefold().split()).rstrip(_ENDS)


# --- objectives ---------------------------------------------------------------------------------------


def _objectives(written: Sequence[WrittenObjective], known: Known) -> dict[int, KnownObjective]:
    """By title, by key results, by a close title: each stored one is meant once."""
    found: dict[int, KnownObjective] = {}
    waiting = _by((folded(one.title), one) for one in known.objectives)
    for at, one in enumerate(written):
        if same := waiting.get(folded(one.title)):
            found[at] = same.pop(0)
    rest = [at for at in range(len(written)) if at not in found]
    meant = {one.number for one in found.values()}
    others = [one for one in known.objectives if one.number not in meant and not one.is_over]
    if not rest or not others:
        return found
    _take(found, _by_key_results(written, rest, others, known))
    close = _close(
        [(at, written[at].title) for at in rest if at not in found],
        [(one, one.title) for one in others],
    )
    _take(found, ((much, at, one) for much, at, one in close if one.owner and one.owner == written[at].owner))
    return found


def _by_key_results(
    written: Sequence[WrittenObjective], rest: Sequence[int], others: Sequence[KnownObjective], known: Known
) -> Iterator[tuple[float, int, KnownObjective]]:
    """Objectives that share most of their key results, and how many."""
    waiting = {one.number: one for one in others}
    below = {
        number: set(titles)
        for number, titles in _by((kr.objective, folded(kr.title)) for kr in known.key_results).items()
    }
    above = _by((title, number) for number, titles in below.items() if number in waiting for title in titles)
    for at in rest:
        mine = {folded(kr.title) for kr in written[at].key_results}
        for number, count in Counter(one for title in mine for one in above.get(title, ())).items():
            if count * 2 > max(len(mine), len(below[number])):
                yield count, at, waiting[number]


def _take(found: dict[int, KnownObjective], pairs: Iterable[tuple[float, int, KnownObjective]]) -> None:
    """The closest first; what is meant already is not meant again."""
    meant = {one.number for one in found.values()}
    for _much, at, one in sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2].number)):
        if at not in found and one.number not in meant:
            found[at] = one
            meant.add(one.number)


# --- key results --------------------------------------------------------------------------------------

_At = tuple[int, int]
"""The place of a key result in the file: its objective's, and its own below it."""


def _key_results(
    written: Sequence[WrittenObjective], known: Known, objectives: dict[int, KnownObjective]
) -> dict[_At, KnownKeyResult]:
    found: dict[_At, KnownKeyResult] = {}
    meant: set[int] = set()
    places = [((at, each), kr) for at, one in enumerate(written) for each, kr in enumerate(one.key_results)]
    # Of two with one title the one that is still worked on is meant.
    stored = sorted(known.key_results, key=lambda one: (one.is_over, one.number))
    numbers = {at: one.number for at, one in objectives.items()}

    def take(at: _At, one: KnownKeyResult) -> None:
        found[at] = one
        meant.add(one.number)

    here = _by(((one.objective, folded(one.title)), one) for one in stored)
    for at, kr in places:
        if at[0] in numbers and (same := here.get((numbers[at[0]], folded(kr.title)))):
            take(at, same.pop(0))
    anywhere = _by((folded(one.title), one) for one in stored if one.number not in meant)
    for at, kr in places:
        if at not in found and (same := anywhere.get(folded(kr.title))):
            take(at, same.pop(0))
    for number, at_objective in ((number, at) for at, number in numbers.items()):
        rest = [(at, kr) for at, kr in places if at[0] == at_objective and at not in found]
        others = [one for one in stored if one.objective == number and one.number not in meant and not one.is_over]
        for at, one in _other_numbers(rest, others):
            take(at, one)
        rest = [(at, kr) for at, kr in rest if at not in found]
        others = [one for one in others if one.number not in meant]
        for at, one in _in_other_words(rest, others):
            take(at, one)
    return found


def _other_numbers(
    rest: Sequence[tuple[_At, Written]], others: Sequence[KnownKeyResult]
) -> Iterator[tuple[_At, KnownKeyResult]]:
    """`NPS from 20 to 50` is `NPS from 20 to 60` by now; in something done or not done a number is part of its name."""
    mine = _by((_words(kr.title), at) for at, kr in rest if kr.measure.is_number)
    theirs = _by((_words(one.title), one) for one in others if one.measure.is_number)
    for words, places in mine.items():
        same = theirs.get(words, [])
        if words and len(places) == len(same) == 1:
            yield places[0], same[0]


def _in_other_words(
    rest: Sequence[tuple[_At, Written]], others: Sequence[KnownKeyResult]
) -> Iterator[tuple[_At, KnownKeyResult]]:
    by_place = dict(rest)
    pairs = [
        (much, at, one)
        for much, at, one in _close([(at, kr.title) for at, kr in rest], [(one, one.title) for one in others])
        if _may_be(by_place[at], one)
    ]
    done: set[object] = set()
    for _much, at, one in sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2].number)):
        if at not in done and one.number not in done:
            done |= {at, one.number}
            yield at, one


def _may_be(kr: Written, one: KnownKeyResult) -> bool:
    is_number = kr.measure.is_number and one.measure.is_number
    if not is_number and _NUMBER.findall(folded(kr.title)) != _NUMBER.findall(folded(one.title)):
        return False  # "Phase 2 is done" is not "Phase 3 is done"
    return bool(kr.owner and kr.owner == one.owner) or (is_number and kr.measure == one.measure)


# --- titles -------------------------------------------------------------------------------------------


def _close(mine: Sequence[tuple[A, str]], theirs: Sequence[tuple[B, str]]) -> Iterator[tuple[float, A, B]]:
    """Every two whose titles are alike, and how much: 1 for the same letters."""
    if len(mine) > MOST_COMPARED or len(theirs) > MOST_COMPARED:
        return
    known = [(other, _pairs(title), _word_set(title)) for other, title in theirs]
    for one, title in mine:
        pairs, words = _pairs(title), _word_set(title)
        for other, other_pairs, other_words in known:
            much = 2 * len(pairs & other_pairs) / (len(pairs) + len(other_pairs) or 1)
            least = min(len(words), len(other_words))
            if least > 1 and (words <= other_words or other_words <= words):
                much = max(much, CLOSE)  # "Win Spain" has become "Win Spain and Italy"
            if much >= CLOSE:
                yield much, one, other


def _pairs(title: str) -> frozenset[str]:
    text = folded(title)
    return frozenset(text[at : at + 2] for at in range(max(1, len(text) - 1)))


def _word_set(title: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", unicodedata.normalize("NFKC", title).casefold()))


def _words(title: str) -> str:
    """A title without its numbers."""
    return _NUMBER.sub("", folded(title))


def _by(pairs: Iterable[tuple[A, B]]) -> dict[A, list[B]]:
    found: defaultdict[A, list[B]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return dict(found)
