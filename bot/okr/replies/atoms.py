"""Finds single numbers in a text, each with its unit, multiplier and possible readings (spec/05 §10.3)."""

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from bot.okr.replies import numerals, units
from bot.okr.replies.context import NumberStyle, ReplyKR
from bot.okr.replies.masks import masks, overlaps
from bot.okr.replies.trace import NOBODY, Trace

ONE = Decimal(1)
# A reply holds a handful of numbers; a pasted table is cut here, its numbers then disagree and are asked about.
MOST_ATOMS = 60
_AFTER = re.compile(
    rf"(?P<gap>\s?)(?P<mult>{units.MULTIPLIER})?(?P<more>(?<=[千万亿])[0-9]+(?![0-9]|[.,][0-9])[千百万]?)?",
    re.IGNORECASE | re.ASCII,
)
_PERCENT = re.compile(
    r"\s?(?:%|percent(?![a-z])|per cent(?![a-z])|pct(?![a-z]))(?!\s?points?)", re.IGNORECASE | re.ASCII
)
_CURRENCY_AFTER = re.compile(rf"\s?(?P<cur>{units.CURRENCY_AFTER})", re.IGNORECASE)
_CURRENCY_BEFORE = re.compile(rf"(?P<cur>{units.CURRENCY_BEFORE})\s?$", re.IGNORECASE | re.ASCII)
_TIME = re.compile(rf"(?P<gap>\s?)(?P<time>{units.TIME})", re.IGNORECASE)
_SIGN_TIGHT = re.compile(
    r"(?:^|[\s(\":,;$€£¥*_']|(?<=[\u3400-\u9fff]))(?P<sign>[+-])$"
    r"|(?P<word>负|亏损?了?|(?<![A-Za-z])(?:negative|loss of) )$",
    re.IGNORECASE,
)
# `5k loss`, `(5k)`: a loss, where the number may be one.
_LOSS_AFTER = re.compile(r"\s(?:net )?loss(?![a-z])", re.IGNORECASE)
_LETTER = re.compile(r"[A-Za-z0-9_]")
# `score.7`: 7, or 0.7? Not read.
_DOT_OF_A_WORD = re.compile(r"[A-Za-z]\.$")
# What may touch a number without making it a name: `0.7ish`, `3pp`.
_TOUCHING = re.compile(r"(?:ish|pp|pts?)(?![A-Za-z0-9])", re.IGNORECASE)

# 七八成 is no number but a guess of two.
_TENTHS = re.compile(
    r"(?<![一二三四五六七八九])(?P<n>[一二三四五六七八九十]|[0-9]{1,2}(?:\.[0-9])?)成(?P<half>半|[一二三四五六七八九]|[1-9](?![0-9%]|\.[0-9]))?(?![交功本果立员长绩品为])"
)
_PER = re.compile(
    r"(?P<b>百|千|万|[二三四五六七八九十]+)分之(?P<a>[零〇一二两三四五六七八九十百点]+|[0-9]+(?:\.[0-9]+)?)"
)
# Signs and currencies stand right before a number.
_BEFORE = 16
_ANY_DIGIT = re.compile(f"[0-9]|{numerals.NUMERAL}")
_HAN_NUMBER = re.compile(f"{numerals.NUMERAL}+(?:点[零〇一二三四五六七八九]+)?")


@dataclass(frozen=True, slots=True)
class Atom:
    """One number as written. `readings` are after its multiplier, without sign; none if unreadable.

    `currency` is the sign, `time` the canonical unit; `wan` marks a `w` that may mean 万, or weeks.
    `over` is the lower part of a spelt fraction (十分之七).
    """

    start: int
    end: int
    raw: str
    readings: tuple[Decimal, ...]
    sign: str = ""
    percent: bool = False
    currency: str | None = None
    scale: Decimal = ONE
    time: str | None = None
    wan: bool = False
    places: int = 0
    has_decimal_sign: bool = False
    spelt: bool = False
    over: Decimal | None = None
    separator: str = ""

    @property
    def value(self) -> Decimal:
        """The first reading; the sign counts where it is a minus."""
        first = self.readings[0] if self.readings else Decimal(0)
        return -first if self.sign == "-" else first

    @property
    def is_bare(self) -> bool:
        """A number and nothing else: no unit, multiplier or sign."""
        plain = not self.percent and self.currency is None and self.time is None
        return plain and not self.wan and self.scale == ONE and not self.sign and self.over is None

    @property
    def is_score_form(self) -> bool:
        """`0.7`, `.65`, `0,7`, `1.0`: a decimal sign, and 0 to 1 (spec/05 §10.3)."""
        return self.is_bare and self.has_decimal_sign and bool(self.readings) and 0 <= self.readings[0] <= 1

    @property
    def span(self) -> tuple[int, int]:
        return self.start, self.end


def find_atoms(text: str, style: NumberStyle, kr: ReplyKR | None, trace: Trace = NOBODY) -> list[Atom]:
    """All numbers of the text that could be metric numbers, in order of their place."""
    if not _ANY_DIGIT.search(text):
        return []
    hidden = masks(text, kr)
    found: list[Atom] = []
    for reader in (_spelt_shares, lambda t: _digit_atoms(t, style, hidden), _han_numbers):
        for atom in reader(text)[:MOST_ATOMS]:
            taken = [other.span for other in found]
            if not overlaps(atom.span, hidden) and not overlaps(atom.span, taken):
                found.append(atom)
    found = sorted(found, key=lambda atom: atom.start)[:MOST_ATOMS]
    if kr is not None and any(point < 0 for point in (kr.baseline, kr.target, kr.last_value) if point is not None):
        found = [_as_loss(text, atom) for atom in found]
    trace.numbers(text, found, hidden)
    return found


def _digit_atoms(text: str, style: NumberStyle, hidden: list[tuple[int, int]]) -> list[Atom]:
    found: list[Atom] = []
    at = 0
    while len(found) <= MOST_ATOMS and (run := numerals.DIGIT_RUN.search(text, at)):
        at = run.end()
        if (name := _hidden_in(run, hidden)) is not None:
            # `p95 600`: a name's digits are no thousands of the number after it.
            at = min(at, max(name, run.start() + 1))
            continue
        if sum(sign.isdigit() for sign in run[0]) > numerals.MOST_DIGITS:
            continue
        for start, end in _runs(text, run.start(), run.end()):
            atom = _one(text, start, end, style, found[-1].end if found else 0)
            if atom is not None:
                found.append(atom)
                at = max(at, atom.end)
    return found


def _hidden_in(run: re.Match[str], hidden: list[tuple[int, int]]) -> int | None:
    """Where the last hidden span ends that touches the run; None if none does."""
    return max((end for start, end in hidden if run.start() < end and start < run.end()), default=None)


def _runs(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """`45000,0.7` is two numbers: what is no number as a whole but is one on either side of its only comma."""
    raw = text[start:end]
    left, comma, right = raw.partition(",")
    if comma and "," not in right and not numerals.read_digits(raw, "dot") and "." in right:
        halves = (numerals.read_digits(left, "dot"), numerals.read_digits(right, "dot"))
        if all(halves) and halves[1][0] <= 1:
            return [(start, start + len(left)), (start + len(left) + 1, end)]
    return [(start, end)]


def _one(text: str, start: int, end: int, style: NumberStyle, floor: int) -> Atom | None:
    """The number at `start`, with what belongs to it; what stands before `floor` is another number's."""
    before = text[:start]
    if before and _LETTER.match(before[-1]) and not _CURRENCY_BEFORE.search(before, _near(start)):
        return None
    if _DOT_OF_A_WORD.search(before, _near(start)):
        return None
    raw = text[start:end]
    readings = numerals.read_digits(raw, style)
    signs = [sign for sign in ",." if sign in raw]
    separator = signs[0] if len(signs) == 1 else ""
    has_decimal = bool(readings) and any(reading != reading.to_integral_value() for reading in readings)
    has_decimal = has_decimal or (len(readings) == 1 and bool(separator) and len(raw.split(separator)[-1]) != 3)
    places = len(raw.rsplit(separator, 1)[1]) if separator and has_decimal else 0
    atom = Atom(
        start,
        end,
        raw,
        readings,
        has_decimal_sign=has_decimal,
        places=places,
        separator=separator if len(readings) == 2 else "",
    )
    atom = _with_suffixes(text, atom)
    if _LETTER.match(text, atom.end) and not _TOUCHING.match(text, atom.end):
        return None
    return _with_prefixes(text, atom, floor)


def _with_suffixes(text: str, atom: Atom) -> Atom:
    end = atom.end
    if percent := _PERCENT.match(text, end):
        return replace(atom, end=percent.end(), percent=True)
    after = _AFTER.match(text, end)
    if after and after["mult"]:
        scale = units.MULTIPLIERS[after["mult"].lower()]
        readings = tuple(reading * scale for reading in atom.readings)
        if after["more"]:
            readings = tuple(reading + _smaller_part(after["more"], scale) for reading in readings)
        wan = after["mult"] in ("w", "W")
        atom, end = replace(atom, readings=readings, scale=scale, wan=wan, has_decimal_sign=False), after.end()
    if currency := _CURRENCY_AFTER.match(text, end):
        return replace(atom, end=currency.end(), currency=units.currency_of(currency["cur"]))
    if atom.scale == ONE and (time := _TIME.match(text, end)):
        return replace(atom, end=time.end(), time=units.time_of(time["time"]))
    return atom if end == atom.end else replace(atom, end=end)


def _smaller_part(more: str, scale: Decimal) -> Decimal:
    """The 2千 of 1万2千; the 2 of 1万2 leaves its unit out."""
    if more[-1] in units.MULTIPLIERS:
        return Decimal(more[:-1]) * units.MULTIPLIERS[more[-1]]
    return Decimal(more) * scale / 10 if len(more) == 1 else Decimal(more)


def _with_prefixes(text: str, atom: Atom, floor: int = 0) -> Atom:
    start = atom.start
    first = max(floor, _near(start))
    sign = _SIGN_TIGHT.search(text, first, start)
    if sign:
        start = _sign_start(sign)
    currency = _CURRENCY_BEFORE.search(text, first, start)
    if currency:
        start = currency.start()
        atom = replace(atom, currency=units.currency_of(currency["cur"]))
        sign = sign or _SIGN_TIGHT.search(text, first, start)
        if sign and _sign_start(sign) < start:
            start = _sign_start(sign)
    if start == atom.start:
        return atom if atom.raw == text[start : atom.end] else replace(atom, raw=text[start : atom.end])
    said = "" if sign is None else "-" if sign["word"] else sign["sign"]
    return replace(atom, start=start, raw=text[start : atom.end], sign=said)


def _as_loss(text: str, atom: Atom) -> Atom:
    """The number with a minus where it is written as a loss; its percentage and its score are none."""
    if atom.sign or atom.percent or atom.is_score_form:
        return atom
    loss = _LOSS_AFTER.match(text, atom.end)
    if loss is not None:
        return replace(atom, sign="-", end=loss.end())
    bracketed = text[: atom.start].endswith("(") and text[atom.end :].startswith(")")
    return replace(atom, sign="-") if bracketed else atom


def _near(start: int) -> int:
    """From where on what stands before a number may belong to it."""
    return max(0, start - _BEFORE)


def _sign_start(sign: re.Match[str]) -> int:
    return sign.start("word" if sign["word"] else "sign")


def _spelt_shares(text: str) -> list[Atom]:
    """七成半 is 75%, 百分之七十 70%, 十分之七 seven of ten."""
    found: list[Atom] = []
    for tenths in _TENTHS.finditer(text):
        number = _han_or_digits(tenths["n"])
        half = {"": 0, "半": 5}.get(tenths["half"] or "", 0) or _han_or_digits(tenths["half"] or "零") or 0
        if number is not None:
            value = number * 10 + (5 if tenths["half"] == "半" else half)
            found.append(Atom(*tenths.span(), tenths[0], (value,), percent=True, spelt=True))
    for share in _PER.finditer(text):
        upper = _han_or_digits(share["a"])
        lower = Decimal({"百": 100, "千": 1_000, "万": 10_000}.get(share["b"], 0)) or numerals.read_chinese(share["b"])
        if upper is None or not lower:
            continue
        is_percent = lower == 100
        over = None if is_percent else lower
        found.append(Atom(*share.span(), share[0], (upper,), percent=is_percent, spelt=True, over=over))
    return found


def _han_or_digits(text: str) -> Decimal | None:
    return Decimal(text) if text[0].isascii() else numerals.read_chinese(text)


def _han_numbers(text: str) -> list[Atom]:
    """一万二, 两万元, 零点七. Where one counts is for the reader to say: 一 stands in many words."""
    found: list[Atom] = []
    for numeral in _HAN_NUMBER.finditer(text):
        value = numerals.read_chinese(numeral[0])
        if value is None:
            continue
        has_point = "点" in numeral[0]
        places = len(numeral[0].partition("点")[2])
        atom = Atom(*numeral.span(), numeral[0], (value,), spelt=True, has_decimal_sign=has_point, places=places)
        atom = _with_suffixes(text, atom)
        found.append(_with_prefixes(text, atom))
    return found
