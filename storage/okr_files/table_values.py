"""Reads single cells of a spreadsheet: numbers with either decimal sign, days in many spellings, shares, types."""

import calendar
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bot.okr.replies.context import NumberStyle
from bot.okr.replies.numerals import read_digits
from storage.okr_files import scalars
from storage.okr_files.scalars import Unreadable

NOTHING = frozenset(
    (
        "",
        "-",
        "--",
        "—",
        "–",
        "n/a",
        "na",
        "none",
        "null",
        "tbd",
        "tbc",
        "?",
        "/",
        "无",
        "待定",
        "暂无",
        "#n/a",
        ".",
        "…",
        "...",
    )
)
"""What people write into a cell that is empty."""
MOST_UNIT = 12

_NUMBER = re.compile(
    r"(?P<open>\()?(?P<before>[+\-−]?\s?(?:US|CN)?[$€£¥￥]?\s?[+\-−]?)"
    r"(?P<digits>[0-9][0-9.,'’\u00a0\u202f ]*[0-9]|[0-9])"
    r"\s?(?P<scale>(?:bn|[kKmM])(?![A-Za-z])|[千万亿])?\s?(?P<after>[^\d()\s][^\d()]{0,20})?(?P<close>\))?",
    re.ASCII,
)
_COMMA = re.compile(r"(?<![0-9.,])(?:[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]+),(?:[0-9]{1,2}|[0-9]{4,})(?![0-9.,])", re.ASCII)
_DOT = re.compile(r"(?<![0-9.,])(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)\.(?:[0-9]{1,2}|[0-9]{4,})(?![0-9.,])", re.ASCII)
_CURRENCY_WORDS = {"usd": "$", "dollar": "$", "dollars": "$", "eur": "€", "euro": "€", "euros": "€", "gbp": "£"}

_DAY = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?(?:Z)?", re.ASCII)
_HAN_DAY = re.compile(r"(\d{4})年(\d{1,2})月(?:(\d{1,2})[日号]|底|末)?", re.ASCII)
_SLASHED = re.compile(r"(\d{1,2})([/.\-])(\d{1,2})\2(\d{4}|\d{2})", re.ASCII)
_QUARTER = re.compile(
    r"(?:end of )?q([1-4])[ /\-']*(\d{4})|(?:end of )?(\d{4})[ /\-年]*(?:q|第)([1-4])(?:季度)?",
    re.IGNORECASE | re.ASCII,
)
_MONTHS = {name.casefold(): number for number, name in enumerate(calendar.month_abbr) if name}
_WORDED = re.compile(
    r"(?:end of )?(?:(?P<d1>\d{1,2})(?:st|nd|rd|th)?[ .\-/]*(?:of )?)?(?P<month>[A-Za-z]{3,9})[ .,\-/]*"
    r"(?:(?P<d2>\d{1,2})(?:st|nd|rd|th)?,?[ ,]+)?(?P<year>\d{4})",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Number:
    """A number as an OKR file writes it (`31%`, `$46k`, `1250.5`), and a unit in words that stood behind it."""

    text: str
    unit: str = ""


def is_nothing(cell: str) -> bool:
    """True where a cell says that there is nothing."""
    return cell.strip().casefold() in NOTHING


def number_style(cells: Iterable[str], *, comma_is_likely: bool = False) -> NumberStyle:
    """Whether `1,250` is 1250 or 1.25 in this table, by the numbers in it that can be only one of the two."""
    comma = dot = 0
    for cell in cells:
        comma += _COMMA.search(cell) is not None
        dot += _DOT.search(cell) is not None
    if comma == dot:
        return "comma" if comma_is_likely else "dot"
    return "comma" if comma > dot else "dot"


def number(cell: str, style: NumberStyle) -> Number:
    """`1.250,5 €`, `(3%)`, `12 days`, `≥ 90%`. Raises `Unreadable`."""
    text = cell.strip().lstrip("~≈≥≤><= ").strip()
    found = _NUMBER.fullmatch(text)
    if found is None or bool(found["open"]) is not bool(found["close"]):
        raise Unreadable(f"'{_short(cell)}' is not a number.")
    digits = re.sub(r"[\u00a0\u202f]", " ", found["digits"]).replace("’", "'")
    readings = read_digits(re.sub(" +", " ", digits), style)
    if not readings:
        raise Unreadable(f"'{_short(cell)}' is not a number.")
    before = re.sub(r"\s|US|CN", "", found["before"])
    after = (found["after"] or "").strip()
    sign = "-" if found["open"] else ""
    whole = f"{sign}{before}{scalars.plain(readings[0])}{found['scale'] or ''}"
    tail, unit = "", ""
    if after.casefold().rstrip(".") in ("percent", "pct", "%", "％"):
        tail = "%"
    elif after in ("$", "€", "£", "¥", "￥", "元"):
        tail = after
    elif after.casefold() in _CURRENCY_WORDS:
        tail = _CURRENCY_WORDS[after.casefold()]
    else:
        unit = after[:MOST_UNIT]
    scalars.amount(whole + tail)
    return Number(whole + tail, unit)


def day_first(cells: Iterable[str]) -> bool | None:
    """Whether `03/04/2026` is 3 April in a column, by the days in it that can be only one; None where none tells."""
    for cell in cells:
        found = _SLASHED.fullmatch(cell.strip())
        if found is None:
            continue
        if found[2] == "." or int(found[1]) > 12:
            return True
        if int(found[3]) > 12:
            return False
    return None


NOT_A_DAY = "is not a day; write it as 2026-12-31."


def day(cell: str, first_is_day: bool | None) -> date:
    """`2026-12-31`, `31.12.2026`, `31 Dec 2026`, `2026年12月31日`, `Q4 2026` (its last day). Raises `Unreadable`."""
    text = " ".join(cell.split())
    wrong = Unreadable(f"'{_short(cell)}' {NOT_A_DAY}")
    try:
        read = _day(text, first_is_day)
    except ValueError:
        raise wrong from None
    if read is None or not scalars.FIRST_YEAR <= read.year <= scalars.LAST_YEAR:
        raise wrong
    return read


def _day(text: str, first_is_day: bool | None) -> date | None:
    if found := _DAY.fullmatch(text):
        return date(int(found[1]), int(found[2]), int(found[3]))
    if found := _HAN_DAY.fullmatch(text):
        return (
            date(int(found[1]), int(found[2]), int(found[3])) if found[3] else _month_end(int(found[1]), int(found[2]))
        )
    if found := _SLASHED.fullmatch(text):
        return _slashed(found, text, first_is_day)
    if found := _QUARTER.fullmatch(text):
        year, quarter = (found[2], found[1]) if found[1] else (found[3], found[4])
        return _month_end(int(year), int(quarter) * 3)
    if found := _WORDED.fullmatch(text):
        month = _MONTHS.get(found["month"][:3].casefold())
        if month is None or not calendar.month_name[month].casefold().startswith(found["month"].casefold().rstrip("t")):
            return None
        on = found["d1"] or found["d2"]
        return date(int(found["year"]), month, int(on)) if on else _month_end(int(found["year"]), month)
    return None


def _slashed(found: re.Match[str], text: str, first_is_day: bool | None) -> date:
    one, two = int(found[1]), int(found[3])
    year = int(found[4]) + (2000 if len(found[4]) == 2 else 0)
    if found[2] == "." or one > 12:
        first_is_day = True
    elif two > 12:
        first_is_day = False
    if first_is_day is None and one != two:
        raise Unreadable(f"'{text}' may be two days; write it as {year}-{two:02}-{one:02} or {year}-{one:02}-{two:02}.")
    return date(year, two, one) if first_is_day else date(year, one, two)


def _month_end(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def share(cell: str, style: NumberStyle, most: Decimal) -> Decimal:
    """A score, 0 to 1: `70%`, `0.7`, `7/10`; a bare 70 where `most`, the highest of its column, tells of percents."""
    text = cell.strip()
    of_ten = re.fullmatch(r"([0-9.,]+)\s?/\s?(10|100|1|5)(?:[.,]0)?", text)
    read = scalars.amount(number(of_ten[1] if of_ten else text, style).text)
    value = read.value
    if of_ten:
        value = value / Decimal(of_ten[2])
    elif read.unit == "%" or most > 10:
        value = value / 100
    elif most > 1:
        raise Unreadable(f"'{_short(cell)}' may be a share of 10 or of 100; write 0.7 or 70%.")
    if not 0 <= value <= 1:
        raise Unreadable(f"'{_short(cell)}' is not a score; scores go from 0 to 1, or from 0% to 100%.")
    return Decimal(scalars.plain(round(value, 4)))


def highest(cells: Iterable[str], style: NumberStyle) -> Decimal:
    """The highest bare number of a column; 0 where there is none."""
    found = Decimal(0)
    for cell in cells:
        try:
            read = scalars.amount(number(cell, style).text)
        except Unreadable:
            continue
        if read.unit is None:
            found = max(found, read.value)
    return found


def likelihood(cell: str, style: NumberStyle) -> str:
    """`7`, `7/10`, `70%` as a number from 0 to 10."""
    text = re.sub(r"\s?/\s?10$", "", cell.strip())
    read = scalars.amount(number(text, style).text)
    value = read.value / 10 if read.unit == "%" else read.value
    return scalars.plain(scalars.confidence(scalars.plain(value)))


def weight(cell: str, style: NumberStyle) -> str:
    """A number above 0; `30%` counts as 30, because only how weights compare matters."""
    return scalars.plain(scalars.above_zero(number(cell, style).text.rstrip("%")))


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 40 else line[:39] + "…"
