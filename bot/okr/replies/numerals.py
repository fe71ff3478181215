"""Reads numerals: digits with their separators, Chinese numerals, English number words (spec/05 §10.3)."""

import re
from decimal import Decimal

from bot.okr.replies.context import NumberStyle

ENGLISH_WORDS = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
]
# More digits than a trillion with decimals needs are an account number, not a metric.
MOST_DIGITS = 15
TOO_LARGE = Decimal(10) ** MOST_DIGITS
"""From here on a number is none that a key result is measured in."""

_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_SMALL = {"十": 10, "百": 100, "千": 1_000}
_LARGE = {"万": 10_000, "亿": 100_000_000}
NUMERAL = "[零〇一二两三四五六七八九十百千万亿]"


def read_digits(raw: str, style: NumberStyle) -> tuple[Decimal, ...]:
    """The readings of a run of digits and separators: one, two where the sign may be either, none if it is neither.

    `1,250` is 1250 in dot style, 1.25 or 1250 in comma style. A group never starts with 0, so `0,700` is 0.7.
    """
    if sum(sign.isdigit() for sign in raw) > MOST_DIGITS:
        return ()
    if " " in raw or "'" in raw:
        return _after_blanks(raw)
    commas, dots = raw.count(","), raw.count(".")
    if not commas and not dots:
        return (Decimal(raw),)
    if commas and dots:
        return _both_signs(raw, commas, dots)
    sign = "," if commas else "."
    if commas + dots > 1:
        return (Decimal(raw.replace(sign, "")),) if _grouped(raw, sign) else ()
    whole = Decimal(raw.replace(sign, ".") if raw[0] != sign else "0." + raw[1:])
    if not _grouped(raw, sign) or raw[0] == "0":
        return (whole,)
    thousands = Decimal(raw.replace(sign, ""))
    if (sign, style) in ((",", "dot"), (".", "comma")):
        return (thousands,)
    return (thousands, whole) if sign == "," and style == "unknown" else (whole, thousands)


def _grouped(raw: str, sign: str) -> bool:
    first, *groups = raw.split(sign)
    return 1 <= len(first) <= 3 and bool(groups) and all(len(group) == 3 for group in groups)


def _after_blanks(raw: str) -> tuple[Decimal, ...]:
    mark = " " if " " in raw else "'"
    decimal = max(raw.rfind(","), raw.rfind("."))
    head, tail = (raw, "") if decimal < raw.rfind(mark) else (raw[:decimal], raw[decimal + 1 :])
    if not _grouped(head, mark) or not head.replace(mark, "").isdigit() or (tail and not tail.isdigit()):
        return ()
    return (Decimal(head.replace(mark, "") + ("." + tail if tail else "")),)


def _both_signs(raw: str, commas: int, dots: int) -> tuple[Decimal, ...]:
    decimal = "," if raw.rfind(",") > raw.rfind(".") else "."
    thousands = "." if decimal == "," else ","
    head, tail = raw.rsplit(decimal, 1)
    if (commas if decimal == "," else dots) > 1 or not _grouped(head, thousands) or not tail:
        return ()
    return (Decimal(head.replace(thousands, "") + "." + tail),)


def read_chinese(text: str) -> Decimal | None:
    """`一万二` → 12000, `两万` → 20000, `零点七` → 0.7, `三千零五` → 3005; None if it is not a numeral."""
    whole, point, fraction = text.partition("点")
    if point:
        if not fraction or any(sign not in _DIGITS for sign in fraction):
            return None
        head = _read_whole(whole)
        return None if head is None else head + Decimal("0." + "".join(str(_DIGITS[sign]) for sign in fraction))
    return _read_whole(whole)


def _read_whole(text: str) -> Decimal | None:
    if not text or len(text) > MOST_DIGITS:
        return None
    if all(sign in _DIGITS for sign in text):
        # 二五 is "two, five"; digit by digit only where it is a single sign or spelt with a zero: 二〇.
        return Decimal("".join(str(_DIGITS[sign]) for sign in text)) if len(text) == 1 or "〇" in text else None
    total = section = digit = 0
    last_unit = 0
    seen_zero = False
    for at, sign in enumerate(text):
        if sign in _DIGITS:
            if digit or (sign in "零〇" and at == 0):
                return None
            seen_zero = sign in "零〇"
            digit = _DIGITS[sign]
        elif sign in _SMALL:
            if not digit and not (sign == "十" and (at == 0 or seen_zero)):
                return None
            section += (digit or 1) * _SMALL[sign]
            last_unit, digit, seen_zero = _SMALL[sign], 0, False
        else:
            if not section and not digit and not total:
                return None
            total = (
                (total + section + digit) * _LARGE[sign] if sign == "亿" else total + (section + digit) * _LARGE[sign]
            )
            section = digit = 0
            last_unit, seen_zero = _LARGE[sign], False
    if digit and not seen_zero and last_unit >= 100 and text[-2] in "百千万亿":
        # 一万二 leaves the last unit out: 2 thousands.
        digit *= last_unit // 10
    return Decimal(total + section + digit)


def read_english(text: str) -> Decimal | None:
    """`seven` → 7; zero to twelve."""
    word = text.strip(" .!\"'").lower()
    return Decimal(ENGLISH_WORDS.index(word)) if word in ENGLISH_WORDS else None


def tidy(number: Decimal) -> Decimal:
    """The same number without trailing zeros and without an exponent."""
    short = number.normalize()
    return short.quantize(Decimal(1)) if short == short.to_integral_value() and abs(short) < 10**20 else short


DIGIT_RUN = re.compile(
    r"[0-9]{1,3}(?:[ ][0-9]{3})+(?![0-9])(?:[.,][0-9]+(?![0-9]))?"
    r"|[0-9](?:[0-9.,']*[0-9])?"
    r"|(?:(?<=\s)|(?<![^\s]))[.,][0-9]+"
    # 自评.7, score:.7
    r"|(?<=[\u3400-\u9fff:=(~*])\.[0-9]+"
)
"""Where a run of digits is; `read_digits` says what it reads."""
