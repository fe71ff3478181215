"""Looks words up: does a clause say one thing alone (spec/05 §10.7)?"""

import re
from collections.abc import Iterable, Mapping
from itertools import islice

from bot.okr.replies.words.en import ENGLISH
from bot.okr.replies.words.meaning import Meaning
from bot.okr.replies.words.zh import CHINESE

LANGUAGES = (ENGLISH, CHINESE)
Token = str
TOKEN = re.compile(r"[0-9A-Za-zÀ-ɏ][0-9A-Za-zÀ-ɏ'/-]*|\S")
# What carries no meaning beside a word: punctuation, and decoration like 🎉.
_DECORATION = re.compile(r"[\s!-/:-@\[-`{-~…·•¿¡\u2600-\u27bf\U0001f000-\U0001faff\ufe0f\u200d\u20e3]")


def tokens(text: str) -> tuple[Token, ...]:
    """Words of ASCII letters and digits, every other character on its own; case does not matter."""
    return tuple(token.lower().rstrip("'-/") or token for token in TOKEN.findall(text))


def first_tokens(text: str, most: int) -> tuple[Token, ...]:
    """The first so many words of a text, which may be long."""
    found = (mark[0] for mark in islice(TOKEN.finditer(text), most))
    return tuple(token.lower().rstrip("'-/") or token for token in found)


def split_list(listed: str) -> tuple[str, ...]:
    """`a | b` and line breaks separate."""
    return tuple(part.strip() for part in re.split(r"[|\n]", listed) if part.strip())


def _token_set(lists: Iterable[str]) -> frozenset[tuple[Token, ...]]:
    return frozenset(tokens(phrase) for listed in lists for phrase in split_list(listed))


_MEANINGS: Mapping[tuple[Token, ...], Meaning] = {
    tokens(phrase): meaning
    for language in LANGUAGES
    for meaning, listed in language.phrases.items()
    for phrase in split_list(listed)
}
_LONGEST = max(len(phrase) for phrase in _MEANINGS)
_FIRST = frozenset(phrase[0] for phrase in _MEANINGS)
_FILLER = _token_set(language.filler for language in LANGUAGES)
_FILLER_FIRST = frozenset(phrase[0] for phrase in _FILLER)
_LONGEST_FILLER = max(len(phrase) for phrase in _FILLER)
_OTHERS = _token_set(language.others for language in LANGUAGES)
_EVERYONE = _token_set(language.everyone for language in LANGUAGES)
_NOTHING = _token_set(language.nothing for language in LANGUAGES)
_SIGNS = frozenset(phrase[0] for phrase in _MEANINGS if len(phrase) == 1 and _DECORATION.fullmatch(phrase[0]))
_THUMB = "👍"
# More words than this are a sentence, whatever they are.
_MOST_TOKENS = 40
_LONGEST_FILLING = 300


def both(part: str, pattern: str = "%s") -> str:
    """The alternatives of both languages for one field of `Language`, as one group of a regular expression."""
    parts = [getattr(language, part) for language in LANGUAGES]
    return "(?:" + "|".join(pattern % item for item in parts if item) + ")"


def _all_filler(words: tuple[Token, ...]) -> bool:
    """True if the words are filler and decoration only."""
    reach = {0}
    for at, word in enumerate(words):
        if at not in reach:
            continue
        if _is_decoration(word):
            reach.add(at + 1)
        if word in _FILLER_FIRST:
            reach.update(at + n for n in range(1, _LONGEST_FILLER + 1) if words[at : at + n] in _FILLER)
        elif at == 0 and len(reach) == 1:
            return False
    return len(words) in reach


def _is_decoration(word: Token) -> bool:
    return word not in _SIGNS and _DECORATION.fullmatch(word) is not None


def is_filler(text: str) -> bool:
    """True if the text says nothing by itself: filler, punctuation, decoration, or empty."""
    text = text.strip()
    return len(text) <= _LONGEST_FILLING and _all_filler(tokens(text))


def what_it_means(clause: str, among: Iterable[Meaning] | None = None) -> Meaning | None:
    """The meaning of the longest phrase that stands alone in the clause, or None. `among`: which may count."""
    clause = clause.strip()
    words = tokens(clause) if len(clause) <= _LONGEST_FILLING else ()
    if not words or len(words) > _MOST_TOKENS:
        return None
    wanted = None if among is None else frozenset(among)
    found = _alone(words, wanted)
    if found is None and _THUMB in words:
        # `same 👍`: the thumb is said beside the word.
        return _alone(tuple(word for word in words if word != _THUMB), wanted)
    return found


def _alone(words: tuple[Token, ...], wanted: frozenset[Meaning] | None) -> Meaning | None:
    starts = [at for at, word in enumerate(words) if word in _FIRST]
    for length in range(min(_LONGEST, len(words)), 0, -1) if starts else ():
        for start in starts:
            if start + length > len(words):
                break
            meaning = _MEANINGS.get(words[start : start + length])
            if meaning is None or (wanted is not None and meaning not in wanted):
                continue
            if _all_filler(words[:start]) and _all_filler(words[start + length :]):
                return meaning
    return _repeated(words, starts, wanted) if len(starts) > 1 else None


def _repeated(words: tuple[Token, ...], starts: list[int], wanted: frozenset[Meaning] | None) -> Meaning | None:
    """`done ✅`, `🟢🟢`: more than one phrase of one meaning, and nothing else but filler."""
    said = {
        meaning
        for at in starts
        for length in range(1, _LONGEST + 1)
        if (meaning := _MEANINGS.get(words[at : at + length])) and (wanted is None or meaning in wanted)
    }
    return next((meaning for meaning in sorted(said) if _covered(words, meaning)), None)


def _covered(words: tuple[Token, ...], meaning: Meaning) -> bool:
    reach = {0}
    for at in range(len(words)):
        if at not in reach:
            continue
        for length in range(1, max(_LONGEST, _LONGEST_FILLER) + 1):
            part = words[at : at + length]
            if _MEANINGS.get(part) is meaning or part in _FILLER or (length == 1 and _is_decoration(part[0])):
                reach.add(at + length)
    return len(words) in reach


def others_phrases() -> frozenset[tuple[Token, ...]]:
    return _OTHERS


def everyone_phrases() -> frozenset[tuple[Token, ...]]:
    return _EVERYONE


def says_nothing(text: str) -> bool:
    """True for `none`, `无`: nothing is in the way."""
    return tokens(text.strip(" .!")) in _NOTHING


def keywords() -> frozenset[str]:
    """Every listed phrase, for a test that nothing is stored without one."""
    return frozenset(phrase for lang in LANGUAGES for listed in lang.phrases.values() for phrase in split_list(listed))
