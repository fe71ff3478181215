"""A key result from one line of text: what kind it is and what its numbers mean (spec/04 §9.1)."""

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from bot.okr import kr_words as words
from bot.okr.kr_text import Text, prepared
from bot.okr.model import KRType
from bot.okr.replies import units
from bot.okr.replies.atoms import Atom
from bot.okr.replies.context import NumberStyle
from bot.okr.replies.normalise import normalise
from bot.okr.replies.numerals import MOST_DIGITS, tidy

MOST_CHARACTERS = 2_000
"""A key result is one sentence; what stands beyond is no part of it."""
MOST_UNIT = 12


class Need(StrEnum):
    """What a line leaves open, to be asked before its key result can be scored (spec/04 §9.3)."""

    MEASURE = "measure"
    """No number and no delivery: how will you measure this? (K01)"""
    BASELINE = "baseline"
    """Where is it today? (K02)"""
    TARGET = "target"
    """What number would be full success? Start and target are the same, or the bounds are missing. (K03, K23)"""
    CHANGE = "change"
    """Is `by 10%` relative or percentage points, and of what? (K10)"""
    UNIT = "unit"
    """The two numbers have units that cannot be told apart or made one."""


@dataclass(frozen=True, slots=True)
class KRLine:
    """A line as it was understood. Numbers are in `unit`; `31%` is 31, `$46k` is 46000.

    `relative` is a change and not a level: 10 for "by 10%", -2 for "2 days less"; `from_` and `to` are then open.
    `kind` is None where the line says nothing that could be measured or done.
    """

    title: str
    kind: KRType | None = None
    from_: Decimal | None = None
    to: Decimal | None = None
    lo: Decimal | None = None
    hi: Decimal | None = None
    unit: str = ""
    relative: Decimal | None = None
    needs: tuple[Need, ...] = ()

    @property
    def is_complete(self) -> bool:
        """True where nothing is left to be asked."""
        return not self.needs


_LABEL = re.compile(r"(?:KR|Key Result|关键结果)\s*[0-9]*(?:\.[0-9]+)*\s*(?:[:：.、)）]|\s[-–—])\s*", re.IGNORECASE)
_LOOSE_YEAR = re.compile(r"20[1-3][0-9]")
_FROM_BEFORE = re.compile(
    r"(?:\b(?:from|starting at|start(?:ing)? from|at)|从|由|自)\s*(?:an? |the )?"
    r"(?:current(?:ly)?|present|baseline|average|about|around|roughly|roughly|over|under|目前的?|现在的?|当前的?|约|~)?"
    r"(?: (?:of|level of|average of|about))?[\s:：]*$",
    re.IGNORECASE,
)
_CURRENT_BEFORE = re.compile(
    r"(?:\b(?:base ?line|currently|current(?: value| level)?|today|now|was|start(?:ing)?(?: value| point)?|"
    r"up from|down from|from|versus|vs\.?|compared (?:to|with))|基线|基准|目前|现在|当前|现状|起点|起始|上季度)"
    r"(?: (?:is|at|of|was|about|around|stands at))?\s*[:：=为是]?\s*(?:about |around |~|约)?$",
    re.IGNORECASE,
)
_TO_BEFORE = re.compile(
    r"(?:\b(?:to|towards?|into|until|target|goal|targeting)|->|=>|>|到|至|为|成|达|目标)"
    r"(?: (?:is|of|value|at))?\s*[:：=为是]?\s*"
    r"(?:about |around |roughly |at least |at most |below |under |above |over |less than |more than |no more than |"
    r"an? |average of |~|≥|≤|<|>|约|大约|至少|低于|高于|以上)*\s*$",
    re.IGNORECASE,
)
_ARROW = re.compile(r"\s*(?:->|=>|-->|>>?|to|~>)\s*", re.IGNORECASE)
_DASH = re.compile(r"\s*(?:-|~|to|and|到|至|和|与|–)\s*(?:at )?", re.IGNORECASE)
_HYPHEN = re.compile(r"\s*[-~–]\s*")
_REACHING = re.compile(r"(?:\b(?:reach|hit|achieve)|达到|达成)\s*$", re.IGNORECASE)
_SHARE = re.compile(r"\s*(?:of\b|的)", re.IGNORECASE)
_SENTENCE = re.compile(r"[;。!?\n]|\.\s")
_DAY_FIRST = re.compile(
    r"^\s*(?:(?:by|before|until)\s[^,:]{3,30},\s*|[在到于]?(?:(?:20[0-9]{2}年)?[0-9一二十]{1,3}月(?:[0-9一二三十]{1,3}[日号]|份?[底末]|[中上下]旬)?|"
    r"(?:今|明)?年年?[底末]|月[底末]|季度?[底末]|周[一二三四五六日])(?:之?前|以前|为止|内)?[，,]?\s*)",
    re.IGNORECASE,
)
"""What may stand before the first word that says what is done."""
_TOO_LARGE = re.compile(rf"(?<![\w/.#-])(?:[$€£¥]\s?)?(?:[0-9][,.' ]?){{{MOST_DIGITS},}}[0-9](?![\w-])")
_FURTHEST = 100
_COUNTED = re.compile(r"\s?(?:[A-Za-z]\w|[\u3400-\u9fff])")
_TIMES_BY_LENGTH = ("ms", "s", "min", "h", "day", "week", "month", "year")
_LATIN = re.compile(r"[A-Za-z][A-Za-z'-]*")


def read_kr_line(text: str, style: NumberStyle = "dot") -> KRLine:
    """What one line means, in the order of spec/04 §9.1. Never raises; reads at most 2,000 characters.

    `style` says whether `1,250` is 1250 (dot) or 1.25 (comma).
    """
    title = without_label(text)
    line = prepared(title, style)
    found = (
        _range(line, title)
        or _baseline(line, title)
        or _from_to(line, title)
        or _multiplied(line, title)
        or _dashed(line, title)
        or _relative(line, title)
        or _target(line, title)
        or _milestone(line, title)
    )
    return found or KRLine(title, needs=(Need.MEASURE,))


def read_amount(text: str, style: NumberStyle = "dot") -> tuple[Decimal, str] | None:
    """The one number of a field and the unit it is written with, read as in a line; None for none or several."""
    line = prepared(" ".join(text[:MOST_CHARACTERS].split()), style)
    if len(line.numbers) != 1:
        return None
    number = line.numbers[0]
    return tidy(number.value), _unit(line, number)


def still_says(title: str, old: Decimal, new: Decimal, style: NumberStyle = "dot") -> str | None:
    """The old number as a title writes it, where the number that holds now is not in it; else None."""
    line = prepared(" ".join(title[:MOST_CHARACTERS].split()), style)
    if any(tidy(one.value) == tidy(new) for one in line.numbers):
        return None
    found = next((one for one in line.numbers if tidy(one.value) == tidy(old)), None)
    return None if found is None else line.text[found.start : found.end].strip()


def is_too_large(text: str) -> bool:
    """True where a number has more digits than any value has; what it means would be lost."""
    return _TOO_LARGE.search(normalise(text[:MOST_CHARACTERS]).text) is not None


def without_label(text: str) -> str:
    """The line with single blanks and without its `KR1:`."""
    whole = " ".join(text[:MOST_CHARACTERS].split())
    label = _LABEL.match(whole)
    return whole[label.end() :] or whole if label else whole


# --- the kinds, in order ---------------------------------------------------------------------------------


def _range(line: Text, title: str) -> KRLine | None:
    """A level to hold. A from-to with a word of change is no range, even if something else is kept."""
    keep = words.KEEP.search(line.text)
    if keep is None or not line.numbers:
        return None
    changes = words.UP.search(line.text) or words.DOWN.search(line.text[: keep.start()])
    pair = _pair(line)
    if pair is not None and (pair[0].start < keep.start() or changes or pair[1].value < pair[0].value):
        return None
    numbers = [one for one in line.numbers if one.start >= keep.start()] or list(line.numbers)
    if len(numbers) > 1 and (_DASH.fullmatch(line.between(*numbers[:2])) or (pair and pair[0] == numbers[0])):
        unit, low, high, needs = _same_unit(line, numbers[0], numbers[1])
        lo, hi = sorted((low, high))
        return KRLine(title, KRType.RANGE, lo=lo, hi=hi, unit=unit, needs=needs)
    least, most = _bound(line, numbers[0])
    if len(numbers) > 1 and _says_bound(line, numbers[1]):
        # "above 40 and below 50"
        more = _bound(line, numbers[1])
        least, most = least if least is not None else more[0], most if most is not None else more[1]
    if least is not None and most is not None and least > most:
        least, most = _bound(line, numbers[0])
    return KRLine(title, KRType.RANGE, lo=least, hi=most, unit=_unit(line, numbers[0]))


def _baseline(line: Text, title: str) -> KRLine | None:
    if not words.BASELINE.search(line.text) or _pair(line) is not None:
        return None
    if line.numbers and not words.FIND_OUT.search(line.text):
        return None
    return KRLine(title, KRType.BASELINE)


def _from_to(line: Text, title: str) -> KRLine | None:
    pair = _pair(line)
    if pair is None:
        return None
    unit, start, end, needs = _same_unit(line, *pair)
    if Need.UNIT in needs and pair[0].time and pair[1].time:
        # 2 days to 4 hours: the direction is plain, the number is not, because a day may be one of eight hours.
        falls = _TIMES_BY_LENGTH.index(pair[1].time) < _TIMES_BY_LENGTH.index(pair[0].time)
        return KRLine(title, KRType.DECREASE if falls else KRType.INCREASE, from_=start, unit=unit, needs=needs)
    if start == end:
        return KRLine(title, None, from_=start, to=end, unit=unit, needs=(*needs, Need.TARGET))
    kind = KRType.INCREASE if end > start else KRType.DECREASE
    return KRLine(title, kind, from_=start, to=end, unit=unit, needs=needs)


def _relative(line: Text, title: str) -> KRLine | None:
    """By how much, and not to what: 10% asks whether of the number or in points; `by 200` only where it is today."""
    direction = -1 if words.DOWN.search(line.text) and not _first_is_up(line.text) else 1
    for number in line.numbers:
        before = line.before(number.start)
        if not _is_change(line, number, before):
            continue
        kind = KRType.INCREASE if direction > 0 else KRType.DECREASE
        is_points = number.sign == "pp" or not number.percent
        needs = (Need.BASELINE,) if is_points else (Need.CHANGE,)
        amount = tidy(abs(number.readings[0]) * direction)
        return KRLine(title, kind, unit=_unit(line, number), relative=amount, needs=needs)
    if line.numbers:
        return None
    for pattern, percent in words.DOUBLING:
        if pattern.search(line.text):
            kind = KRType.INCREASE if percent > 0 else KRType.DECREASE
            return KRLine(title, kind, unit="%", relative=Decimal(percent), needs=(Need.BASELINE,))
    return None


def _multiplied(line: Text, title: str) -> KRLine | None:
    """`Triple sign-ups, currently 200`: the one number is where it is today, and the word says how far to go."""
    if len(line.numbers) != 1:
        return None
    number, percent = line.numbers[0], _times_of(line.text)
    if percent is None or words.REACH.search(line.before(number.start)) or words.BY.search(line.before(number.start)):
        return None
    kind = KRType.INCREASE if percent > 0 else KRType.DECREASE
    if not _stands_today(line, number):
        return KRLine(title, kind, unit="%", relative=percent, needs=(Need.BASELINE,))
    start = tidy(number.value)
    return KRLine(title, kind, from_=start, to=tidy(start * (100 + percent) / 100), unit=_unit(line, number))


def _times_of(text: str) -> Decimal | None:
    """How far a word like `Double` goes, in percent, where it is what the line says to do."""
    first = _first_words(text)
    for pattern, percent in words.DOUBLING:
        found = pattern.search(text)
        if found is None or words.NO_DOUBLING.match(text, found.end()):
            continue
        is_done = first.startswith(found[0]) or units.has_han(found[0]) or found[0].lower().endswith("half")
        return Decimal(percent) if is_done else None
    return None


def _stands_today(line: Text, number: Atom) -> bool:
    """`currently 200`, `200 today`, `from $30k`; `from 3 countries` says where, and not how much."""
    before = line.before(number.start)
    if words.TODAY_AFTER.match(line.after(number)):
        return True
    return bool(_CURRENT_BEFORE.search(before)) and (not _FROM_BEFORE.search(before) or _is_level(line, number))


def _is_level(line: Text, number: Atom, counted: str = "") -> bool:
    """Whether a number behind `from` is where it stands: nothing is counted by it but what is `counted` before it."""
    noun = words.COUNTED_AFTER.match(line.after(number))
    return noun is None or noun["noun"].lower() == counted.lower() or bool(number.currency)


def _dashed(line: Text, title: str) -> KRLine | None:
    """`Raise NPS 40-50`, on the way that its verb says; `Grow revenue 10-15%` has two meanings, and is asked."""
    first = _first_words(line.text)
    falls = words.DOWN.match(first)
    change = falls or words.UP.match(first)
    if change is None or len(line.numbers) != 2 or not _HYPHEN.fullmatch(line.between(*line.numbers)):
        return None
    one, other = line.numbers
    before = line.before(one.start)
    no_level = words.REACH.search(before) or words.BY.search(before) or words.LEAST.search(before)
    if no_level or words.MOST.search(before) or before.rstrip().endswith(change[0]):
        return None
    kind = KRType.DECREASE if falls else KRType.INCREASE
    unit, start, end, needs = _same_unit(line, one, other)
    is_change = other.percent and not words.SHARE_BEFORE.search(before)
    if is_change or start == end or (end < start) != bool(falls):
        return KRLine(title, kind, unit=unit, needs=(Need.BASELINE, Need.TARGET))
    return KRLine(title, kind, from_=start, to=end, unit=unit, needs=needs)


def _is_change(line: Text, number: Atom, before: str) -> bool:
    has_direction = bool(words.UP.search(line.text) or words.DOWN.search(line.text))
    if number.sign == "pp":
        return not words.REACH.search(before)
    if number.sign == "+":
        return not _is_count(line, number)  # "Hire +1 designer"
    if words.BY.search(before):
        return number.percent or has_direction
    if words.BY_ZH.search(before):
        return True
    if number.percent and words.SHARE_MORE.match(line.after(number)):
        return True
    # "Grow revenue 20%": a change of percent by its verb alone, unless the share is a goal ("to 20%", "reaches 20%").
    first = _first_words(line.text)
    changes = words.UP.match(first) or words.DOWN.match(first)
    reaches = words.REACH.search(before) or words.LEAST.search(before) or words.MOST.search(before)
    return bool(number.percent and changes and not reaches and len(line.numbers) == 1)


def _target(line: Text, title: str) -> KRLine | None:
    if not line.numbers:
        return None
    reaching = [one for one in line.numbers if words.REACH.search(line.before(one.start))]
    strong = [
        one
        for one in reaching
        if re.search(r"(?:to|reach\w*|hit|achiev\w*|达到|达成|至|到)\s*$", line.before(one.start), re.I)
    ]
    first = line.numbers[0]
    # "90% of customers rate us 4+ out of 5": what follows the share says of what it is.
    share = (
        [first] if first.percent and not line.before(first.start).strip() and _SHARE.match(line.after(first)) else []
    )
    number = (share or strong or reaching or list(line.numbers))[0]
    before, after = line.before(number.start), line.after(number)
    falls = bool(words.MOST.search(before) or words.MOST_AFTER.match(after))
    head = line.text[: number.start]
    falls = falls or (bool(words.DOWN.search(head)) and not words.UP.search(head))
    kind = KRType.DECREASE if (falls and not words.LEAST.search(before)) or not number.value else KRType.INCREASE
    unit, value = _unit(line, number), tidy(number.value)
    if kind is KRType.INCREASE and _is_count(line, number) and value > 0:
        return KRLine(title, kind, from_=Decimal(0), to=value, unit=unit)
    return KRLine(title, kind, to=value, unit=unit, needs=(Need.BASELINE,))


def _milestone(line: Text, title: str) -> KRLine | None:
    """A delivery verb as the first word; a longer word may only begin like one in Chinese."""
    first = _first_words(line.text)
    if first.startswith(words.DELIVERY_ZH) or first.lower().startswith(words.DELIVERY_PHRASES):
        return KRLine(title, KRType.MILESTONE)
    word = _LATIN.match(first)
    return KRLine(title, KRType.MILESTONE) if word and _is_one_of(word[0].lower(), words.DELIVERY_VERBS) else None


# --- pieces --------------------------------------------------------------------------------------------


def _pair(line: Text) -> tuple[Atom, Atom] | None:
    """The first two numbers that say from where to where, in that order whichever came first."""
    for first, second in zip(line.numbers, line.numbers[1:], strict=False):
        gap, before = line.between(first, second), line.before(first.start)
        if _SENTENCE.search(gap) or len(gap) > _FURTHEST or _are_strangers(first, second):
            continue
        if _ARROW.fullmatch(gap) and (gap.strip().lower() != "to" or _moves(line, before)):
            return first, second
        if _CURRENT_BEFORE.search(gap) and not _CURRENT_BEFORE.search(before):
            # "5 engineers from 2 universities" goes nowhere; "to 50 from 30" and "Reach 1M ARR from 400k ARR" do.
            said = _REACHING.search(before) and _is_level(line, second, gap.rsplit("from", 1)[0].strip())
            if not gap.rstrip().endswith("from") or _TO_BEFORE.search(before) or said:
                return second, first
            continue
        starts = _FROM_BEFORE.search(before) or _CURRENT_BEFORE.search(before)
        if _TO_BEFORE.search(gap) and (starts or _is_han_move(gap)):
            return first, second
    return None


def _are_strangers(first: Atom, second: Atom) -> bool:
    """True for numbers of two metrics: a length of time and a share, money, or a count in thousands."""
    return any(
        bool(one.time) and (other.percent or bool(other.currency) or (other.scale != 1 and not other.time))
        for one, other in ((first, second), (second, first))
    )


def _moves(line: Text, before: str) -> bool:
    """`20 to 30 customers` may be a guess; with a word of change, or a `from`, it is a way to go."""
    return bool(_FROM_BEFORE.search(before) or words.UP.search(line.text) or words.DOWN.search(line.text))


def _is_han_move(gap: str) -> bool:
    """`NPS 30 提升到 50`."""
    return units.has_han(gap) and bool(words.UP.search(gap) or words.DOWN.search(gap))


def _bound(line: Text, number: Atom) -> tuple[Decimal | None, Decimal | None]:
    """A single number to keep: its lower or its upper bound, as the words around it say."""
    before, after, value = line.before(number.start), line.after(number), tidy(number.value)
    if words.MOST.search(before) or words.MOST_AFTER.match(after):
        return None, value
    if words.LEAST.search(before) or words.LEAST_AFTER.match(after):
        return value, None
    wanted_low = words.BETTER_LOW.search(f"{before} {after}") and not (number.percent and value >= 100)
    return (None, value) if wanted_low else (value, None)


def _says_bound(line: Text, number: Atom) -> bool:
    before = line.before(number.start)
    return bool(words.LEAST.search(before) or words.MOST.search(before))


def _is_count(line: Text, number: Atom) -> bool:
    """True for what is counted from 0: `Interview 20 customers`, `20 interviews`, `访谈 20 位客户`."""
    if number.percent or number.currency or number.time or number.has_decimal_sign or number.sign not in ("", "+"):
        return False
    before, head = line.before(number.start), line.text[: number.start]
    if words.RATE.search(line.text) or words.UP.search(head) or words.DOWN.search(head):
        return False
    if (words.REACH.search(before) and not before.rstrip().endswith("共")) or not _COUNTED.match(line.after(number)):
        return False
    first = _first_words(line.text)
    word = _LATIN.match(first)
    counting = word is not None and _is_one_of(word[0].lower(), words.COUNT_VERBS)
    return counting or first.startswith(words.COUNT_ZH) or not head.strip()


def _is_one_of(word: str, verbs: frozenset[str]) -> bool:
    """The word or a form of it: launches, launched, launching."""
    stems = {word}
    for ending in ("s", "es", "d", "ed", "ing"):
        if word.endswith(ending) and len(word) - len(ending) > 2:
            stem = word[: -len(ending)]
            stems |= {stem, stem + "e"}
            if len(stem) > 3 and stem[-1] == stem[-2]:
                stems.add(stem[:-1])
    return not stems.isdisjoint(verbs)


def _first_words(text: str) -> str:
    """The line without what stands before its first word: a day, signs, quotes, the 成功 of 成功上线."""
    text = _DAY_FIRST.sub("", text, count=1)
    return re.sub(r"^(?:[^\w]|成功|全面|正式|顺利|successfully |fully )+", "", text, flags=re.IGNORECASE)


def _first_is_up(text: str) -> bool:
    """Whichever word of change comes first says the direction."""
    up, down = words.UP.search(text), words.DOWN.search(text)
    return up is not None and (down is None or up.start() < down.start())


def _unit(line: Text, number: Atom) -> str:
    """The unit as the line writes it: `%`, `$`, `weeks`, `周`; none for what is counted."""
    if number.percent:
        return "%"
    if number.currency:
        return number.currency
    if number.time:
        written = re.sub(r"^[^A-Za-z\u3400-\u9fff]+", "", line.text[number.start : number.end]).strip()
        return written[:MOST_UNIT].lower().lstrip("个") or number.time
    return "x" if line.text[number.end : number.end + 1] == "倍" else ""


def _same_unit(line: Text, first: Atom, second: Atom) -> tuple[str, Decimal, Decimal, tuple[Need, ...]]:
    """Both numbers in one unit: one that is written only once counts for both."""
    start, end = first.value, second.value
    if first.scale == 1 and second.scale != 1 and start and not first.time and not first.percent:
        # "from 1 to 2 million": the million counts for both; 900 → 1.2k are far apart, and mean what they say.
        ratio = start / (end / second.scale) if end else Decimal(0)
        if Decimal("0.1") <= ratio <= 3:
            start *= second.scale
    units_ = [_unit(line, first), _unit(line, second)]
    if first.time and second.time and first.time != second.time:
        converted = units.convert_time(end, second.time, first.time)
        if converted is None:
            return units_[0], tidy(start), tidy(end), (Need.UNIT,)
        return units_[0], tidy(start), tidy(converted), ()
    unit = units_[1] or units_[0]
    same_time = bool(first.time and first.time == second.time)
    clash = units_[0] and units_[1] and units_[0] != units_[1] and not same_time
    return unit, tidy(start), tidy(end), (Need.UNIT,) if clash else ()
