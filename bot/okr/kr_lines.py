"""A key result from one line of text: what kind it is and what its numbers mean (spec/04 §9.1)."""

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from bot.okr import kr_words as words
from bot.okr.model import KRType
from bot.okr.replies import units
from bot.okr.replies.atoms import Atom, find_atoms
from bot.okr.replies.context import NumberStyle
from bot.okr.replies.masks import overlaps
from bot.okr.replies.normalise import normalise
from bot.okr.replies.numerals import ENGLISH_WORDS, MOST_DIGITS, tidy

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
_WORD_NUMBERS = "|".join(ENGLISH_WORDS[1:])
_SPELT = re.compile(
    rf"(?:(?<=\bfrom )|(?<=\bto )|(?<=\bleast )|(?<=\bmost ))(?:{_WORD_NUMBERS})\b|\bzero\b", re.IGNORECASE
)
_OUT_OF = re.compile(r"(?<=[0-9])\s?(?:/\s?(?:5|10|100)|out of (?:5|10|100))(?![0-9/,%]|\.[0-9])")
_MAYBE_A_DAY = re.compile(r"\b(?:on|by|until|till|due|before|after|since|from) [0-9]{1,2}/(?:5|10)\b")
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
_SENTENCE = re.compile(r"[;。!?\n]|\.\s")
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
_DAY_FIRST = re.compile(
    r"^\s*(?:(?:by|before|until)\s[^,:]{3,30},\s*|[在到于]?(?:(?:20[0-9]{2}年)?[0-9一二十]{1,3}月(?:[0-9一二三十]{1,3}[日号]|份?[底末]|[中上下]旬)?|"
    r"(?:今|明)?年年?[底末]|月[底末]|季度?[底末]|周[一二三四五六日])(?:之?前|以前|为止|内)?[，,]?\s*)",
    re.IGNORECASE,
)
"""What may stand before the first word that says what is done."""
_TOO_LARGE = re.compile(rf"(?<![\w/.#-])(?:[$€£¥]\s?)?(?:[0-9][,.' ]?){{{MOST_DIGITS},}}[0-9](?![\w-])")
_WIDEST = 60
_FURTHEST = 100
_COUNTED = re.compile(r"\s?(?:[A-Za-z]\w|[\u3400-\u9fff])")
_TIMES_BY_LENGTH = ("ms", "s", "min", "h", "day", "week", "month", "year")
_LATIN = re.compile(r"[A-Za-z][A-Za-z'-]*")


@dataclass(frozen=True, slots=True)
class _Text:
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


def read_kr_line(text: str, style: NumberStyle = "dot") -> KRLine:
    """What one line means, in the order of spec/04 §9.1. Never raises; reads at most 2,000 characters.

    `style` says whether `1,250` is 1250 (dot) or 1.25 (comma).
    """
    title = without_label(text)
    line = _prepared(title, style)
    found = (
        _range(line, title)
        or _baseline(line, title)
        or _from_to(line, title)
        or _relative(line, title)
        or _target(line, title)
        or _milestone(line, title)
    )
    return found or KRLine(title, needs=(Need.MEASURE,))


def read_amount(text: str, style: NumberStyle = "dot") -> tuple[Decimal, str] | None:
    """The one number of a field and the unit it is written with, read as in a line; None for none or several."""
    line = _prepared(" ".join(text[:MOST_CHARACTERS].split()), style)
    if len(line.numbers) != 1:
        return None
    number = line.numbers[0]
    return tidy(number.value), _unit(line, number)


def still_says(title: str, old: Decimal, new: Decimal, style: NumberStyle = "dot") -> str | None:
    """The old number as a title writes it, where the number that holds now is not in it; else None."""
    line = _prepared(" ".join(title[:MOST_CHARACTERS].split()), style)
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


def _prepared(title: str, style: NumberStyle) -> _Text:
    """One plain text, and its numbers without those that are names, dates or scales."""
    text = normalise(title).text.replace("\n", " ")
    text = _SPELT.sub(_as_digits, text)
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
    return _Text(text, found)


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


# --- the kinds, in order ---------------------------------------------------------------------------------


def _range(line: _Text, title: str) -> KRLine | None:
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


def _baseline(line: _Text, title: str) -> KRLine | None:
    if not words.BASELINE.search(line.text) or _pair(line) is not None:
        return None
    if line.numbers and not words.FIND_OUT.search(line.text):
        return None
    return KRLine(title, KRType.BASELINE)


def _from_to(line: _Text, title: str) -> KRLine | None:
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


def _relative(line: _Text, title: str) -> KRLine | None:
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


def _is_change(line: _Text, number: Atom, before: str) -> bool:
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


def _target(line: _Text, title: str) -> KRLine | None:
    if not line.numbers:
        return None
    reaching = [one for one in line.numbers if words.REACH.search(line.before(one.start))]
    strong = [
        one
        for one in reaching
        if re.search(r"(?:to|reach\w*|hit|achiev\w*|达到|达成|至|到)\s*$", line.before(one.start), re.I)
    ]
    number = (strong or reaching or list(line.numbers))[0]
    before, after = line.before(number.start), line.after(number)
    falls = bool(words.MOST.search(before) or words.MOST_AFTER.match(after))
    head = line.text[: number.start]
    falls = falls or (bool(words.DOWN.search(head)) and not words.UP.search(head))
    kind = KRType.DECREASE if (falls and not words.LEAST.search(before)) or not number.value else KRType.INCREASE
    unit, value = _unit(line, number), tidy(number.value)
    if kind is KRType.INCREASE and _is_count(line, number) and value > 0:
        return KRLine(title, kind, from_=Decimal(0), to=value, unit=unit)
    return KRLine(title, kind, to=value, unit=unit, needs=(Need.BASELINE,))


def _milestone(line: _Text, title: str) -> KRLine | None:
    """A delivery verb as the first word; a longer word may only begin like one in Chinese."""
    first = _first_words(line.text)
    if first.startswith(words.DELIVERY_ZH) or first.lower().startswith(words.DELIVERY_PHRASES):
        return KRLine(title, KRType.MILESTONE)
    word = _LATIN.match(first)
    return KRLine(title, KRType.MILESTONE) if word and _is_one_of(word[0].lower(), words.DELIVERY_VERBS) else None


# --- pieces --------------------------------------------------------------------------------------------


def _pair(line: _Text) -> tuple[Atom, Atom] | None:
    """The first two numbers that say from where to where, in that order whichever came first."""
    for first, second in zip(line.numbers, line.numbers[1:], strict=False):
        gap, before = line.between(first, second), line.before(first.start)
        if _SENTENCE.search(gap) or len(gap) > _FURTHEST or _are_strangers(first, second):
            continue
        if _ARROW.fullmatch(gap) and (gap.strip().lower() != "to" or _moves(line, before)):
            return first, second
        if _CURRENT_BEFORE.search(gap) and not _CURRENT_BEFORE.search(before):
            # "5 engineers from 2 universities" goes nowhere; "to 50 from 30" does.
            if not gap.rstrip().endswith("from") or _TO_BEFORE.search(before):
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


def _moves(line: _Text, before: str) -> bool:
    """`20 to 30 customers` may be a guess; with a word of change, or a `from`, it is a way to go."""
    return bool(_FROM_BEFORE.search(before) or words.UP.search(line.text) or words.DOWN.search(line.text))


def _is_han_move(gap: str) -> bool:
    """`NPS 30 提升到 50`."""
    return units.has_han(gap) and bool(words.UP.search(gap) or words.DOWN.search(gap))


def _bound(line: _Text, number: Atom) -> tuple[Decimal | None, Decimal | None]:
    """A single number to keep: its lower or its upper bound, as the words around it say."""
    before, after, value = line.before(number.start), line.after(number), tidy(number.value)
    if words.MOST.search(before) or words.MOST_AFTER.match(after):
        return None, value
    if words.LEAST.search(before) or words.LEAST_AFTER.match(after):
        return value, None
    wanted_low = words.BETTER_LOW.search(f"{before} {after}") and not (number.percent and value >= 100)
    return (None, value) if wanted_low else (value, None)


def _says_bound(line: _Text, number: Atom) -> bool:
    before = line.before(number.start)
    return bool(words.LEAST.search(before) or words.MOST.search(before))


def _is_count(line: _Text, number: Atom) -> bool:
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


def _unit(line: _Text, number: Atom) -> str:
    """The unit as the line writes it: `%`, `$`, `weeks`, `周`; none for what is counted."""
    if number.percent:
        return "%"
    if number.currency:
        return number.currency
    if number.time:
        written = re.sub(r"^[^A-Za-z\u3400-\u9fff]+", "", line.text[number.start : number.end]).strip()
        return written[:MOST_UNIT].lower().lstrip("个") or number.time
    return "x" if line.text[number.end : number.end + 1] == "倍" else ""


def _same_unit(line: _Text, first: Atom, second: Atom) -> tuple[str, Decimal, Decimal, tuple[Need, ...]]:
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
