"""The text of a line with the numbers that count in it: no names, dates or scales (spec/04 §9.1)."""

import re
from dataclasses import dataclass, replace

from bot.okr import kr_words as words
from bot.okr.replies.atoms import Atom, find_atoms
from bot.okr.replies.context import NumberStyle
from bot.okr.replies.masks import overlaps
from bot.okr.replies.normalise import normalise
from bot.okr.replies.numerals import ENGLISH_WORDS

_WORD_NUMBERS = "|".join(ENGLISH_WORDS[1:])
_SPELT = re.compile(
    rf"(?:(?<=\bfrom )|(?<=\bto )|(?<=\bleast )|(?<=\bmost ))(?:{_WORD_NUMBERS})\b|\bzero\b", re.IGNORECASE
)
_OUT_OF = re.compile(r"(?<=[0-9])\s?(?:/\s?(?:5|10|100)|out of (?:5|10|100))(?![0-9/,%]|\.[0-9])")
_MAYBE_A_DAY = re.compile(r"\b(?:on|by|until|till|due|before|after|since|from) [0-9]{1,2}/(?:5|10)\b")
_A_DAY = re.compile(
    r"(?<![0-9/.])[0-9]{1,2}/[0-9]{1,2}(?:/20[0-9]{2})?(?=\s*(?:之?前|以前|为止))"
    r"|(?:(?<=\s[-–—]\s)|(?<=📅\s)|(?<=📅))[0-9]{1,2}/[0-9]{1,2}(?:/20[0-9]{2})?$"
)
_TIMES = re.compile(r"(?<=[0-9])[xX](?![A-Za-z0-9])")
_TOTAL_OF = re.compile(
    r"\b(?:total|average|mean|median|minimum|maximum|base|score|rate|sum)( of)(?= [0-9])", re.IGNORECASE
)
_NAMES = re.compile(
    r"\b(?:tier|level|grade|class|category|stage|series|cohort|top|type|model|iso|fortune|no\.?|number|web|industry|"
    r"generation|gen|route|building|floor|room|year|horizon|wcag|soc|rfc|asc|ifrs|pci|gate|option|group|zone|plan|priority|p|sev|severity)"
    r"[ -]?#?[0-9]+(?:\.[0-9]+)*(?![0-9.,]*\s?[%kK])"
    r"|\bper [0-9]+ (?:days?|weeks?|months?|hours?|minutes?|seconds?|users?|people|employees)\b"
    r"|(?<![\w.,])[a-z]{3,}-[0-9]+(?:-[a-z]+)?\b"
    r"|\b[0-9]+\s?-\s?[0-9]+[ -](?:days?|weeks?|months?|hours?|hrs?|minutes?|mins?|years?|year-olds?)\b(?=\s+[a-z])"
    r"|[0-9]+\s?[-~至到]\s?[0-9]+\s?(?:岁|年级|线城市)|[一二三四五0-9]线城市|[0-9]+\s?(?:级|期|号线)"
    r"|\b[0-9]+\s?g\b(?= network)|(?<![0-9.,$€£¥])(?:201[5-9]|202[0-9]|203[0-9])(?:\s?[-/]\s?[0-9]{2,4})?"
    r"(?![0-9.,%]|\s?(?:k|m|bn|million|thousand|万|亿|人|家|位|个|元|次|篇)(?![a-z]))",
    re.IGNORECASE,
)
_SPAN = r"(?:ms|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|days?|weeks?|months?|秒|分钟|个?小时|天|周|个月)"
_SPAN_NOW = re.compile(
    rf"(?:\b(?:today|now|currently|current|at present|baseline|was)\b|目前|现在|当前|现状|今天)"
    rf"[^0-9]{{0,16}}[0-9.]+\s?{_SPAN}(?![a-z])",
    re.IGNORECASE,
)
_WITHIN = re.compile(rf"\bwithin(?= (?:about )?[0-9.]+\s?{_SPAN}(?![a-z]))", re.IGNORECASE)
_WITHIN_SOON = re.compile(
    r"\bwithin(?= (?:about )?[0-9.]+\s?(?:ms|s|secs?|seconds?|mins?|minutes?|h|hrs?|hours?)(?![a-z]))", re.IGNORECASE
)
_WITHIN_ZH = re.compile(rf"(?P<span>[0-9.]+\s?{_SPAN})之?内")
_WIDEST = 60


@dataclass(frozen=True, slots=True)
class Text:
    """The line prepared: places in `text` are those in which the numbers were found."""

    text: str
    numbers: tuple[Atom, ...]

    def before(self, at: int) -> str:
        """What stands before a number; words further away do not belong to it."""
        return self.text[max(0, at - _WIDEST) : at]

    def after(self, number: Atom) -> str:
        return self.text[number.end : number.end + _WIDEST]

    def between(self, first: Atom, second: Atom) -> str:
        return self.text[first.end : second.start]


def prepared(title: str, style: NumberStyle) -> Text:
    """One plain text, and its numbers without those that are names, dates or scales."""
    text = normalise(title).text.replace("\n", " ")
    text = _SPELT.sub(_as_digits, _A_DAY.sub(_blank, text))
    if _SPAN_NOW.search(text):  # a length of time beside how long it takes today is a level, and no date
        text = _WITHIN.sub("under ", text)
        text = _WITHIN_ZH.sub(lambda found: found["span"].ljust(len(found[0])), text)
    if len(_OUT_OF.findall(text)) > 1 or not _MAYBE_A_DAY.search(text):
        text = _OUT_OF.sub(_blank, text)
    text = _TOTAL_OF.sub(lambda found: found[0][:-3] + "   ", text)
    if len(_TIMES.findall(text)) > 1:
        text = _TIMES.sub(" ", text)
    found = _numbers(text, style)
    if not found and _WITHIN_SOON.search(text):
        text = _WITHIN_SOON.sub("under ", text)  # no other number: it is what has to be reached
        found = _numbers(text, style)
    return Text(text, found)


def _numbers(text: str, style: NumberStyle) -> tuple[Atom, ...]:
    names = [found.span() for found in _NAMES.finditer(text)]
    kept = []
    for atom in find_atoms(text, style, None):
        alone = atom.spelt and len(atom.raw.rstrip("%个天周月年次家位人元")) < 2 and not atom.percent and not atom.over
        if atom.readings and not atom.over and not alone and not overlaps(atom.span, names):
            kept.append(_as_share(text, atom))
    return tuple(kept)


def _as_digits(found: re.Match[str]) -> str:
    return str(ENGLISH_WORDS.index(found[0].lower())).ljust(len(found[0]))


def _blank(found: re.Match[str]) -> str:
    return " " * len(found[0])


def _as_share(text: str, atom: Atom) -> Atom:
    """`10 percentage points` belong to a percentage."""
    points = words.POINTS.match(text, atom.end)
    return replace(atom, percent=True, end=points.end(), sign=atom.sign or "pp") if points else atom
