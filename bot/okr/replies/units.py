"""Units of numbers: currencies, times, multipliers (spec/05 §10.3)."""

import re
from decimal import Decimal

_CURRENCIES = {
    "$": ("$", "us$", "usd", "dollar", "dollars", "buck", "bucks", "美元", "美金"),
    "€": ("€", "eur", "euro", "euros", "欧元"),
    "£": ("£", "gbp", "pound", "pounds", "英镑"),
    "¥": ("¥", "cny", "rmb", "yuan", "元", "块", "块钱", "人民币", "cn¥"),
}
_CURRENCY_OF = {name: sign for sign, names in _CURRENCIES.items() for name in names}

MULTIPLIERS = {
    "k": Decimal(10**3), "thousand": Decimal(10**3), "grand": Decimal(10**3), "千": Decimal(10**3),
    "m": Decimal(10**6), "mm": Decimal(10**6), "mn": Decimal(10**6), "mio": Decimal(10**6),
    "million": Decimal(10**6), "百万": Decimal(10**6),
    "b": Decimal(10**9), "bn": Decimal(10**9), "billion": Decimal(10**9),
    "万": Decimal(10**4), "w": Decimal(10**4), "千万": Decimal(10**7), "亿": Decimal(10**8), "百": Decimal(100),
}  # fmt: skip

_TIMES = {
    "ms": ("ms", "msec", "millisecond", "milliseconds", "毫秒"),
    "s": ("s", "sec", "secs", "second", "seconds", "秒", "秒钟"),
    "min": ("min", "mins", "minute", "minutes", "分钟"),
    "h": ("h", "hr", "hrs", "hour", "hours", "小时", "个小时"),
    "day": ("d", "day", "days", "天", "working days", "工作日", "个工作日"),
    "week": ("wk", "wks", "week", "weeks", "周", "星期", "个星期"),
    "month": ("month", "months", "个月", "月"),
    "year": ("year", "years", "年"),
}
_TIME_OF = {name: time for time, names in _TIMES.items() for name in names}
_MILLISECONDS = {"ms": 1, "s": 1_000, "min": 60_000, "h": 3_600_000}

CURRENCY_BEFORE = r"(?<![A-Za-z])(?:(?:US|CN)?[$€£¥]|(?:USD|EUR|GBP|RMB|CNY)(?![A-Za-z]))"
CURRENCY_AFTER = (
    r"(?:(?:usd|eur|gbp|rmb|cny|dollars?|bucks?|euros?|pounds?|yuan)(?![A-Za-z])"
    r"|美元|美金|欧元|英镑|人民币|元|块钱|块|[$€£¥])"
)
MULTIPLIER = (
    r"(?:(?:thousand|grand|million|billion|mio|bn|mm|mn|k|m|b|w)(?:(?=ish(?![A-Za-z]))|(?![A-Za-z0-9]))"
    r"|千万|百万|万|千|亿)"
)
TIME = (
    r"(?:(?:ms|msec|milliseconds?|secs?|seconds?|s|mins?|minutes?|hrs?|hours?|h|working days|days?|d|wks?|weeks?"
    r"|months?"
    r"|years?)(?![A-Za-z0-9])"
    r"|毫秒|秒钟?|分钟|个?小时|个?工作日|天|周|个?星期|个月|年)"
)


def currency_of(text: str) -> str | None:
    """The sign of a currency however it is written: `USD`, `美元` and `$` are `$`. None if it is none."""
    return _CURRENCY_OF.get(text.strip().lower())


def time_of(text: str) -> str | None:
    """The canonical name of a unit of time: ms, s, min, h, day, week, month, year."""
    return _TIME_OF.get(text.strip().lower())


def unit_currency(unit: str) -> str | None:
    """The currency of a KR's unit, which may carry a multiplier: `$`, `万元`, `k€`."""
    bare, _ = _split(unit)
    return currency_of(bare)


def unit_scale(unit: str) -> Decimal:
    """What one of the unit stands for: 10,000 for `万元`, 1,000 for `k$`, else 1."""
    return _split(unit)[1]


def _split(unit: str) -> tuple[str, Decimal]:
    unit = unit.strip().lower()
    if currency_of(unit) or time_of(unit):
        return unit, Decimal(1)
    for word in sorted(MULTIPLIERS, key=len, reverse=True):
        for rest in (unit.removeprefix(word), unit.removesuffix(word)):
            if rest != unit and (not rest.strip() or currency_of(rest)):
                return rest.strip(), MULTIPLIERS[word]
    return unit, Decimal(1)


def convert_time(value: Decimal, time: str, to: str) -> Decimal | None:
    """ms, s, min and h convert exactly among themselves; days, weeks and months never do: None."""
    if time == to:
        return value
    if time not in _MILLISECONDS or to not in _MILLISECONDS:
        return None
    return value * _MILLISECONDS[time] / _MILLISECONDS[to]


def has_han(text: str) -> bool:
    return re.search("[\u3400-\u9fff]", text) is not None
