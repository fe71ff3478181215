"""Takes in the words beside a number that say what it is: `about`, `score`, `was`, `by Friday` (spec/05 §10.3)."""

import re
from dataclasses import replace
from decimal import Decimal

from bot.okr.model import KRType
from bot.okr.replies.context import ReplyKR
from bot.okr.replies.plausible import is_plausible
from bot.okr.replies.shape_model import Form, Label, Shape
from bot.okr.replies.words import both

_I = re.IGNORECASE
# Words that say what a number is stand close to it.
_WINDOW = 80
_CLAUSE_START = re.compile(r"[,;!?\n()\"](?![0-9])|(?<!approx)(?<!\bca)\.\s|,\s")
_PREFIXES = (
    ("bound", both("bound_prefix")),
    ("approx", both("approx_prefix")),
    ("introduced", both("introducer")),
    ("score", both("score_word")),
    ("value", both("value_word")),
    ("confidence", both("confidence_prefix")),
    ("progress", both("progress_prefix")),
    ("up", both("change_up")),
    ("down", both("change_down")),
    ("copula", both("copula")),
)
_PREFIX = re.compile(
    "(?:" + "|".join(rf"(?P<{name}>(?<![A-Za-z0-9]){words})" for name, words in _PREFIXES) + r")\s?$", _I
)
MAKES_PAST = re.compile(rf"(?<![A-Za-z0-9])(?:{both('past')}|{both('missing_prefix')})\s?$", _I)
_BASELINE = re.compile(rf"(?<![A-Za-z0-9]){both('baseline_word')}\s?$", _I)
_MISSING = re.compile(rf" ?{both('missing_suffix')}", _I)
_PAST_AFTER = re.compile(r" ?(?:last (?:week|time|month)(?![A-Za-z])|before(?![A-Za-z]))", _I)
FUTURE = re.compile(both("future"), _I)
_TO_COME = re.compile(rf" ?{both('time_to_come')}", _I)
_TO_COME_BEFORE = re.compile(rf"(?<![A-Za-z0-9]){both('time_to_come')}\s?:?\s?$", _I)
_SUFFIXES = (
    ("bound", rf"(?:{both('bound_suffix')}|{both('doubt_suffix')})"),
    ("approx", both("approx_suffix")),
    ("of_way", both("of_way_suffix")),
    ("of_target", both("of_target_suffix")),
    ("confidence", both("confidence_suffix")),
    ("likely", both("likely_suffix")),
    ("progress", both("progress_suffix")),
    ("more", both("more_suffix")),
    ("less", both("less_suffix")),
)
_SUFFIX = re.compile(r" ?(?:" + "|".join(f"(?P<{name}>{words})" for name, words in _SUFFIXES) + ")", _I)
# `7 confidence 8`: the word belongs to the rating behind it.
_RATING_AFTER = re.compile(
    r"\s?(?:(?P<link>(?:(?:is|at|level|now)\s|[:=]|是|为|有)\s?)|(?<=confidence )of\s)?\s?"
    r"(?:(?:10|[0-9](?:\.[0-9]+)?|\.[0-9]+)(?:\s?/\s?10|成)?(?![0-9A-Za-z%万千百]|[.,/][0-9]| ?(?:%|k\b|percent))"
    r"|[一二三四五六七八九十]成|(?P<percent>[0-9]{1,3}\s?%))",
    _I,
)
_SHARE_SUFFIXES = frozenset(("of_way", "of_target", "likely", "progress"))
_LABELS = {
    "score": Label.SCORE,
    "value": Label.VALUE,
    "confidence": Label.CONFIDENCE,
    "likely": Label.CONFIDENCE,
    "progress": Label.PROGRESS,
    "of_way": Label.OF_WAY,
    "of_target": Label.OF_TARGET,
}


def with_words(text: str, shape: Shape, floor: int, kr: ReplyKR) -> Shape:
    """Takes in the words right before and after that say what the number is."""
    first = max(clause_start(text, shape.start, floor), shape.start - _WINDOW)
    before = text[first : shape.start]
    said_before = bool(before.strip())
    if said_before and (baseline := _BASELINE.search(text, first, shape.start)):
        # Where the KR starts from: today's number only where that is what is asked for.
        wanted = kr.type is KRType.BASELINE
        return replace(shape, start=baseline.start(), past=not wanted, introduced=wanted)
    past_from = _past(before) if said_before else None
    if past_from is not None:
        since = _PAST_AFTER.match(text, shape.end)
        return replace(shape, past=True, start=first + past_from, end=since.end() if since else shape.end)
    if (missing := _MISSING.match(text, shape.end)) is not None:
        return replace(shape, past=True, end=missing.end())
    shape = _with_suffixes(text, _with_prefixes(text, shape, first) if said_before else shape, kr)
    future = said_before and (
        FUTURE.search(text, first, shape.a.start) or _TO_COME_BEFORE.search(text, first, shape.start)
    )
    if future:
        return replace(shape, future=text[future.start() : shape.end].strip())
    if (later := _TO_COME.match(text, shape.end)) is not None and not shape.introduced:
        # `50k by Friday`; `now 45k, by Friday` said that it is today's.
        return replace(shape, end=later.end(), future=text[shape.start : later.end()].strip())
    return shape


def _past(before: str) -> int | None:
    """Where a word begins that makes the number after it one of the past or the target, or None."""
    while True:
        if past := MAKES_PAST.search(before):
            return past.start()
        word = _PREFIX.search(before)
        if word is None or not (word["approx"] or word["copula"]):
            return None
        before = before[: word.start()].rstrip()


def _with_prefixes(text: str, shape: Shape, first: int) -> Shape:
    for _ in range(6):
        word = _PREFIX.search(text, first, shape.start)
        if word is None:
            break
        name = str(word.lastgroup)
        start = word.start()
        label = shape.label or (None if name == "progress" and not shape.a.percent else _LABELS.get(name))
        change = name in ("up", "down") and shape.form is Form.PLAIN and not shape.introduced
        shape = replace(
            shape,
            start=start,
            label=label,
            introduced=shape.introduced or name == "introduced",
            approx=shape.approx or name == "approx",
            bound=shape.bound or name == "bound",
            form=Form.CHANGE if change else shape.form,
            down=shape.down or (name == "down" and change),
        )
    return shape


def _with_suffixes(text: str, shape: Shape, kr: ReplyKR) -> Shape:
    for _ in range(4):
        word = _SUFFIX.match(text, shape.end)
        if word is None:
            break
        name = str(word.lastgroup)
        share = shape.a.percent or (name in ("of_way", "of_target") and shape.a.is_score_form) or shape.is_of_ten
        if name in _SHARE_SUFFIXES and not share:
            break
        if name in ("confidence", "likely") and _belongs_to_the_next(text, shape, word.end(), kr):
            break
        change = name in ("more", "less") and shape.form is Form.PLAIN
        if name in ("more", "less") and not change:
            break
        shape = replace(
            shape,
            end=word.end(),
            label=shape.label or _LABELS.get(name),
            approx=shape.approx or name == "approx",
            bound=shape.bound or name == "bound",
            form=Form.CHANGE if change else shape.form,
            down=shape.down or (name == "less"),
        )
    return shape


def _belongs_to_the_next(text: str, shape: Shape, at: int, kr: ReplyKR) -> bool:
    """True where the word of confidence that ends at `at` says what the number behind it is."""
    a, rating = shape.a, _RATING_AFTER.match(text, at)
    if rating is None:
        return False
    if shape.label is Label.CONFIDENCE:
        # `把握7成 把握9成`: each has its own.
        return True
    if shape.is_of_ten:
        return rating["percent"] is None and "." not in rating[0]
    if "成" in a.raw or (a.percent and kr.unit != "%"):
        return False
    if rating["percent"] is None or rating["link"] is not None or kr.unit != "%":
        return True
    # `31% confidence 70%`: the one that can be the value is it.
    said = Decimal(re.sub("[^0-9]", "", rating["percent"]))
    return is_plausible(a.value, kr) and not is_plausible(said, kr)


def clause_start(text: str, at: int, floor: int = 0) -> int:
    """Where the clause that holds `at` begins, not before `floor`."""
    start = floor
    for mark in _CLAUSE_START.finditer(text, floor, at):
        start = mark.end()
    return start
