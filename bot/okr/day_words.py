"""The words that days are made of in English and Chinese, as tables for `bot.okr.days`."""

import re
from collections.abc import Mapping

_MONTH_NAMES = (
    ("january", "jan"),
    ("february", "feb"),
    ("march", "mar"),
    ("april", "apr"),
    ("may",),
    ("june", "jun"),
    ("july", "jul"),
    ("august", "aug"),
    ("september", "sept", "sep"),
    ("october", "oct"),
    ("november", "nov"),
    ("december", "dec"),
)
MONTHS: Mapping[str, int] = {name: number for number, names in enumerate(_MONTH_NAMES, 1) for name in names}
"""Name of a month to its number."""

_CHINESE_WEEKS = ("周", "星期", "礼拜")
_WEEKDAY_NAMES = (
    ("monday", "mon", *(f"{week}一" for week in _CHINESE_WEEKS)),
    ("tuesday", "tues", "tue", *(f"{week}二" for week in _CHINESE_WEEKS)),
    ("wednesday", "weds", "wed", *(f"{week}三" for week in _CHINESE_WEEKS)),
    ("thursday", "thurs", "thur", "thu", *(f"{week}四" for week in _CHINESE_WEEKS)),
    ("friday", "fri", *(f"{week}五" for week in _CHINESE_WEEKS)),
    ("saturday", "sat", *(f"{week}六" for week in _CHINESE_WEEKS)),
    ("sunday", "sun", *(f"{week}{day}" for week in _CHINESE_WEEKS for day in "日天")),
)
WEEKDAYS: Mapping[str, int] = {name: number for number, names in enumerate(_WEEKDAY_NAMES) for name in names}
"""Name of a weekday to its number, Monday is 0."""

NAMED_DAYS: Mapping[str, int] = {
    "yesterday": -1,
    "昨天": -1,
    "today": 0,
    "今天": 0,
    "今日": 0,
    "tomorrow": 1,
    "明天": 1,
    "明日": 1,
    "the day after tomorrow": 2,
    "day after tomorrow": 2,
    "后天": 2,
    "大后天": 3,
}
"""Days that are named by how far they are from today."""

UNIT_DAYS: Mapping[str, int] = {
    **dict.fromkeys(("d", "day", "days", "天", "日"), 1),
    **dict.fromkeys(("w", "wk", "wks", "week", "weeks", "周", "星期", "个星期", "礼拜", "个礼拜"), 7),
}
"""Days in what follows a count: `+2w`, `3天后`."""


def _either(names: Mapping[str, int]) -> str:
    return "|".join(sorted(names, key=len, reverse=True))


MONTH = _either(MONTHS)
"""Pattern of any month's name."""

WEEKDAY = _either(WEEKDAYS)
"""Pattern of any weekday's name."""

LEADING = re.compile(r"^(?:(?:by|on|until|till|til|due)\s+|(?:截止到?|截至|直到|到|至|在)\s*)|(?:之?前|为止)$")
"""What may stand around a day and changes nothing: `by Fri`, `周五前`."""

CHINESE_NUMERAL = re.compile("([一二三四五六七八九十两]{1,3}) ?(月|日|号|天|周|个?星期|个?礼拜)")
"""A count in Chinese signs before what it counts: `十二月三日`, `两周后`."""

_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"两": 2}


def chinese_number(signs: str) -> int:
    """`十二` is 12, `三十一` is 31, `两` is 2; what is not a number up to 99 is 0, which no day has."""
    tens, ten, ones = signs.partition("十")
    if not ten:
        return _DIGITS.get(signs, 0)
    return (_DIGITS.get(tens, 0) if tens else 1) * 10 + (_DIGITS.get(ones, 0) if ones else 0)
