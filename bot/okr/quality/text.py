"""Reading of titles that the quality checks share: first words, loose numbers, overlap (spec/04 §9)."""

import re
import unicodedata
from functools import lru_cache

from bot.okr import kr_words
from bot.okr.quality import words

MOST_CHARACTERS = 2_000
_HAN = re.compile(r"[\u3400-\u9fff]")
_DIGITS = re.compile(r"[#$€£¥+-]?\d[\d.,]*\s?(?:%|percent|[kKmM](?![A-Za-z])|万|亿|倍|x(?![A-Za-z]))?")
_NO_NUMBER = re.compile(
    r"\b(?:[QHqh][1-4]|FY|fy)\s?[-/']?\s?(?:\d{2,4})?\b|\b(?:19|20)\d{2}\s?[QH][1-4]\b|第?[一二三四1-4]季度|[上下]半年"
    r"|(?<![\d.,$€£¥])(?:19|20)\d{2}(?:[-/.年]\s?\d{1,2}(?:[-/.月]\s?\d{1,2}日?)?月?|年)?(?![\d%,.]*\d|%|[kKmM]\b|万|亿)"
    r"|\d{1,2}\s?月(?:\s?\d{1,2}\s?[日号])?"
    r"|\b\d{1,2}(?:st|nd|rd|th)?\s+(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b"
    r"|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+\d{1,2}(?:st|nd|rd|th)?\b"
    r"|\b24\s?/\s?7\b|\b360(?:°|[ -]degrees?)|\b[A-Za-z]+\d+[A-Za-z]*\b|\b\d+(?:G|D|st|nd|rd|th)\b|\b\d+-in-\d+\b"
    r"|\b(?:tier|level|phase|stage|version|web|iso|soc|top|industry|horizon|wcag|type|class|fortune|series|windows|act|"
    r"step|wave|no\.?|gen|article|rule)[ -]?\d+(?:\.\d+)*\b|#\s?1(?!\d)|\b\d+\.\d+\b(?=\s*(?:release|version)\b)"
    r"|一线|第[一二三]",
    re.IGNORECASE,
)
_LEADING = re.compile(
    r"^(?:\W|(?:we|our team|the team|to|successfully|fully|finally|quickly|really|together|please|also|then|"
    r"positively|significantly|radically|dramatically|steadily|consistently|continuously)\b"
    r"|我们|本团队|团队)+",
    re.IGNORECASE,
)


def one_line(text: str) -> str:
    """The text in one width and on one line, with single blanks; what goes on for pages is cut."""
    return " ".join(unicodedata.normalize("NFKC", text[:MOST_CHARACTERS]).split())


def is_chinese(text: str) -> bool:
    """True where the first letter is a 汉字."""
    letter = next((sign for sign in text if sign.isalpha()), "")
    return bool(_HAN.match(letter))


def opening(text: str) -> str:
    """The text without what may stand before its first word that says something."""
    return _LEADING.sub("", text) or text


def first_word(text: str) -> str:
    """The first Latin word that says something, in small letters; empty where none stands first."""
    found = words.LATIN_WORD.match(opening(text))
    return "" if found is None else found[0].casefold()


def starts_with(text: str, phrases: tuple[str, ...]) -> bool:
    """True where the text begins with one of these words, as Chinese has no gaps between them."""
    return opening(text).startswith(phrases)


def stem_of(word: str) -> frozenset[str]:
    """What a form of a word may come from: launching, launched and launches from launch."""
    stems = {word}
    for ending in ("s", "es", "d", "ed", "ing"):
        if word.endswith(ending) and len(word) - len(ending) > 2:
            stem = word[: -len(ending)]
            stems |= {stem, stem + "e"}
            if len(stem) > 3 and stem[-1] == stem[-2]:
                stems.add(stem[:-1])
    return frozenset(stems)


def loose_numbers(text: str) -> list[str]:
    """The numbers of a text but dates, quarters, and names such as B2B and 24/7 (O01)."""
    plain = _NO_NUMBER.sub(" ", text)
    return [found[0].strip().rstrip(".,") for found in _DIGITS.finditer(plain)]


@lru_cache(maxsize=2_048)
def content(text: str) -> frozenset[str]:
    """What a title is about: its words without numbers, fillers and words of change; of Chinese its pairs of signs."""
    plain = kr_words.DOWN.sub(" ", kr_words.UP.sub(" ", one_line(text).casefold()))
    found = {min(stem_of(word), key=len) for word in words.LATIN_WORD.findall(plain) if word not in words.NO_WORDS}
    for run in re.findall(r"[\u3400-\u9fff]+", words.NO_WORDS_ZH.sub(" ", plain)):
        found |= {run[at : at + 2] for at in range(len(run) - 1)} or {run}
    return frozenset(found)


def overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """How much of what two titles are about is the same: 0 to 1."""
    either = one | other
    return len(one & other) / len(either) if either else 0.0
