"""The end or the middle of a week, a month, a quarter or a year, named in place of a day (spec/06 §11.2)."""

import re
from datetime import date, timedelta

from bot.okr.day_words import MONTH, MONTHS
from bot.okr.localtime import monday_of

NEXT_YEAR_AFTER = 180
"""A day without a year that lies further back than this is meant for next year."""
_DECEMBER = 12
_QUARTERS = {sign: number for number, signs in enumerate(("1一", "2二", "3三", "4四"), 1) for sign in signs}
_PARTS = {"mid": 15, "middle": 15, "中": 15, "中旬": 15, "上旬": 10}
"""The day of the month that each means; every other part is its end."""

_END = r"(?:the )?(?:(?:very )?end of|end|eo) ?(?:of )?(?:the |this )?"
_WEEK = re.compile(rf"{_END}(?P<next>next )?(?:week|w)")
_MONTH = re.compile(rf"{_END}(?P<next>next )?(?:month|m)|(?P<after>下个?)?(?:本|这个?)?月[底末]")
_OF_MONTH = re.compile(
    rf"(?:the )?(?P<part>end|mid|middle)(?:[ -]+of)?[ -]+(?P<name>{MONTH})\.?(?:,? (?P<year>[0-9]{{4}}))?"
    r"|(?:(?P<zh_year>[0-9]{4}) ?年 ?)?(?P<number>[0-9]{1,2}) ?月 ?份?(?:的)?(?P<zh_part>底|末|中旬?|下旬|上旬)"
)
_QUARTER = re.compile(
    rf"{_END}(?P<next>next )?(?:quarter|q)|(?P<after>下个?)?(?:本|这个?|当)?季度?[底末]"
    rf"|{_END}q(?P<q>[1-4])(?:[ ,]+(?P<year>[0-9]{{4}}))?"
    r"|(?:(?P<zh_year>[0-9]{4}) ?年 ?)?(?:q|第) ?(?P<zh_q>[1-4一二三四]) ?(?:季度?)?[底末]"
)
_YEAR = re.compile(
    rf"{_END}(?P<next>next )?(?:year|y)|{_END}(?P<year>20[0-9]{{2}})|(?:the )?year(?:'s|s|-)? ?end"
    r"|(?:今|本|这)?年(?:年)?[底末]|(?P<after>明)年(?:年)?[底末]|(?P<zh_year>20[0-9]{2}) ?年[底末]"
)


def part_of_period(words: str, today: date, after: date) -> date | None:
    """The day of folded words such as `end of November`, `mid december`, 年底; None for anything else.

    A week ends on its Friday; the middle of a month is its 15th, and 上旬 its 10th. Quarters are those of the calendar.
    A month without a year is the one that `after` makes likely. Raises `OverflowError` beyond the year 9999.
    """
    found = _WEEK.fullmatch(words)
    if found is not None:
        return monday_of(today) + timedelta(days=11 if found["next"] else 4)
    found = _MONTH.fullmatch(words)
    if found is not None:
        return _end_of_month(today.year, today.month + (1 if found["next"] or found["after"] else 0))
    found = _OF_MONTH.fullmatch(words)
    if found is not None:
        return _of_month(found, after)
    found = _QUARTER.fullmatch(words)
    if found is not None:
        return _of_quarter(found, today, after)
    found = _YEAR.fullmatch(words)
    if found is None:
        return None
    named = found["year"] or found["zh_year"]
    later = 1 if found["next"] or found["after"] else 0
    return _end_of_month(int(named) if named else today.year + later, _DECEMBER)


def _of_month(found: re.Match[str], after: date) -> date | None:
    month = int(found["number"]) if found["number"] else MONTHS[found["name"]]
    if not 1 <= month <= _DECEMBER:
        return None
    day = _PARTS.get(found["part"] or found["zh_part"])
    named = found["year"] or found["zh_year"]
    return _likely(int(named) if named else None, month, day, after)


def _of_quarter(found: re.Match[str], today: date, after: date) -> date | None:
    number = found["q"] or found["zh_q"]
    if number is None:
        quarter = (today.month - 1) // 3 + 1 + (1 if found["next"] or found["after"] else 0)
        return _end_of_month(today.year, quarter * 3)
    named = found["year"] or found["zh_year"]
    return _likely(int(named) if named else None, _QUARTERS[number] * 3, None, after)


def _likely(year: int | None, month: int, day: int | None, after: date) -> date | None:
    """In that year; without one in this year, or in the next where this one's is long over."""
    for each in (year,) if year is not None else (after.year, after.year + 1):
        if each < 1:
            return None
        found = _end_of_month(each, month) if day is None else date(each, month, day)
        if year is not None or (after - found).days <= NEXT_YEAR_AFTER:
            return found
    return None


def _end_of_month(year: int, month: int) -> date:
    """Months beyond December are those of the next year."""
    months = year * _DECEMBER + month
    if months // _DECEMBER > date.max.year:
        raise OverflowError
    return date(months // _DECEMBER, months % _DECEMBER + 1, 1) - timedelta(days=1)
