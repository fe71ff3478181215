"""Days and periods as people type them in a command (spec/06 §11.2), in English and Chinese.

What has two sensible readings is not read: `12/11` is a day in November here and one in December there, `12.11` may
be a number. The caller asks about what is None, and about a day that lies in the past.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.okr.day_words import (
    CHINESE_NUMERAL,
    LEADING,
    MONTH,
    MONTHS,
    NAMED_DAYS,
    UNIT_DAYS,
    WEEKDAY,
    WEEKDAYS,
    chinese_number,
)
from bot.okr.localtime import monday_of
from bot.okr.period_ends import NEXT_YEAR_AFTER, part_of_period

_LONGEST = 80
"""More than this is no date; it also bounds the work."""


def read_day(text: str, today: date) -> date | None:
    """The day that `text` names for someone whose day is `today`; None where it names none, or not surely one.

    A weekday is its next one after today; with `next` or `下` it is that of the next calendar week. A day without a
    year is this year's, or next year's where this year's is more than 180 days ago; a nearer past day is returned as it
    is, so that the caller can ask (spec/06 §11.2).
    """
    try:
        return _one(_folded(text), today, after=today)
    except OverflowError:  # beyond the year 9999
        return None


def read_period(text: str, today: date) -> tuple[date, date] | None:
    """First and last day, both included, that `text` names; None where it names none.

    `until …` begins today; a single day is a period of one, a week one from Monday to Friday. Month and year may stand
    once for both. The last day is read from the first on, so that `28 Dec - 3 Jan` crosses the year's end. The order is
    kept: `14 Dec - 3 Dec` comes back with the last before the first, so that the caller can say so.
    """
    folded = _folded(text)
    try:
        until = _UNTIL.match(folded)
        if until is not None:
            last = _one(folded[until.end() :], today, after=today)
            return None if last is None else (today, last)
        folded = _FROM.sub("", folded)
        week = _week(folded, today)
        if week is not None:
            return week
        single = _one(folded, today, after=today)
        if single is not None:
            return single, single
        return next(_pairs(folded, today), None)
    except OverflowError:
        return None


def no_such_day(text: str, today: date) -> bool:
    """True for a day that is written out with its month and is in no calendar: `31 Feb`, `2月31日 前`, `Mon 13 Nov`."""
    named = _named(LEADING.sub("", _folded(text)).strip())
    return named is not None and _resolved(named, today) is None


@dataclass(frozen=True, slots=True)
class _Named:
    """A day of the calendar as far as it was written out."""

    day: int
    month: int | None = None
    year: int | None = None
    weekday: int | None = None


_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−─﹣〜~", "-"))
_SPACE = re.compile(r"\s+")
_CLOSING = re.compile(r"(?<=[^\W\d_])[.]$|[,;!。，；！]+$")
_UNTIL = re.compile(r"(?:until|till|til|up to|through|thru|to)\s+|(?:直到|到|至)\s*")
_FROM = re.compile(r"^(?:(?:from|between)\s+|(?:从|自)\s*)")
_BETWEEN = re.compile(r"\s*-+\s*|\s+(?:to|until|till|til|through|thru|and)\s+|\s*(?:直到|到|至)\s*")

_YEAR = r"(?P<year>[0-9]{4})"
_DAY = r"(?P<day>[0-9]{1,2})"
_ORDINAL = rf"{_DAY}(?:st|nd|rd|th)?"
_CALENDAR = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_YEAR}-(?P<number>[0-9]{{1,2}})-{_DAY}",
        rf"{_YEAR}/(?P<number>[0-9]{{1,2}})/{_DAY}",
        rf"{_YEAR}\.(?P<number>[0-9]{{1,2}})\.{_DAY}\.?",
        rf"{_DAY}\. ?(?P<number>[0-9]{{1,2}})\. ?{_YEAR}?",
        rf"(?:{_YEAR} ?年 ?)?(?P<number>[0-9]{{1,2}}) ?月 ?{_DAY} ?[日号]?",
        rf"{_ORDINAL}(?: of)?[ .-]*(?P<month>{MONTH})\.?(?:,? {_YEAR})?",
        rf"(?P<month>{MONTH})\.? ?(?:the )?{_ORDINAL}(?:,? {_YEAR})?",
    )
)
_BARE_DAY = re.compile(rf"(?:the )?{_DAY}(?:st|nd|rd|th| ?[日号]|\.)?")
_WITH_WEEKDAY = re.compile(rf"(?P<weekday>{WEEKDAY})[.,]? (?P<rest>.+)")
_WEEKDAY = re.compile(rf"(?P<which>next |this |下个?|这个?|本)?\s*(?P<weekday>{WEEKDAY})\.?")
_IN = re.compile(r"(?:\+|in )\s*(?P<count>[0-9]{1,3})\s*(?P<unit>[a-z]+|天|日|周|个?星期|个?礼拜)(?:之?后)?")
_AFTER = re.compile(r"(?P<count>[0-9]{1,3})\s*(?P<unit>天|日|周|个?星期|个?礼拜)(?:之?后|以后)")
_NEXT_WEEK = re.compile(r"next week|下(?:周|个?星期|个?礼拜)")
_THIS_WEEK = re.compile(r"this week|the rest of (?:this|the) week|(?:本|这)(?:周|个?星期|个?礼拜)")
_WHOLE = re.compile(r"^(?:the )?(?:whole |all |all of )(?:the |of )?|整周$")


def _folded(text: str) -> str:
    """One spelling for digits, letters and dashes of any width; empty where it is too long to be a day."""
    if len(text) > _LONGEST:
        return ""
    plain = _SPACE.sub(" ", unicodedata.normalize("NFKC", text).casefold().translate(_DASHES)).strip()
    plain = _CLOSING.sub("", plain).strip()
    return CHINESE_NUMERAL.sub(lambda found: f"{chinese_number(found[1])}{found[2]}", plain)


def _one(folded: str, today: date, after: date) -> date | None:
    """A single day; weekdays and days without a year are looked for from `after` on."""
    folded = LEADING.sub("", folded).strip()
    named = _named(folded)
    if named is not None:
        return _resolved(named, after)
    return _relative(folded, today, after)


def _relative(folded: str, today: date, after: date) -> date | None:
    if folded in NAMED_DAYS:
        return today + timedelta(days=NAMED_DAYS[folded])
    if _NEXT_WEEK.fullmatch(folded):
        return monday_of(today) + timedelta(weeks=1)
    part = part_of_period(folded, today, after)
    if part is not None:
        return part
    counted = _IN.fullmatch(folded) or _AFTER.fullmatch(folded)
    if counted is not None:
        days = UNIT_DAYS.get(counted["unit"])
        return None if days is None else today + timedelta(days=int(counted["count"]) * days)
    found = _WEEKDAY.fullmatch(folded)
    return None if found is None else _weekday(found["which"], WEEKDAYS[found["weekday"]], today, after)


def _week(folded: str, today: date) -> tuple[date, date] | None:
    """Monday to Friday of next week, or what is left of this one; None for what names no week."""
    words = _WHOLE.sub("", folded).strip()
    monday = monday_of(today)
    if _NEXT_WEEK.fullmatch(words):
        return monday + timedelta(days=7), monday + timedelta(days=11)
    if _THIS_WEEK.fullmatch(words):
        return today, max(today, monday + timedelta(days=4))
    return None


def _weekday(which: str | None, weekday: int, today: date, after: date) -> date:
    if which is None:
        return after + timedelta(days=(weekday - after.weekday() - 1) % 7 + 1)
    week = monday_of(today) + timedelta(weeks=1 if which.startswith(("next", "下")) else 0)
    return week + timedelta(days=weekday)


def _named(folded: str) -> _Named | None:
    """The day of the calendar that is written out with its month."""
    with_weekday = _WITH_WEEKDAY.fullmatch(folded)
    if with_weekday is not None:
        rest = _named(with_weekday["rest"])
        if rest is None or rest.weekday is not None:
            return None
        return replace(rest, weekday=WEEKDAYS[with_weekday["weekday"]])
    for pattern in _CALENDAR:
        found = pattern.fullmatch(folded)
        if found is not None:
            parts = found.groupdict()
            month = int(parts["number"]) if parts.get("number") else MONTHS[parts["month"]]
            return _Named(int(parts["day"]), month, int(parts["year"]) if parts["year"] else None)
    return None


def _side(folded: str) -> _Named | None:
    """One side of a period: like `_named`, or the mere number of a day whose month stands on the other side."""
    named = _named(folded)
    if named is not None:
        return named
    bare = _BARE_DAY.fullmatch(folded)
    if bare is None:
        return None
    return _Named(int(bare["day"]))


def _resolved(named: _Named, after: date) -> date | None:
    """The day itself; without a year the one that `after` makes likely. A wrong weekday beside it makes it none."""
    if named.month is None:
        return None
    years = (named.year,) if named.year is not None else (after.year, after.year + 1)
    for year in years:
        found = _day_of(year, named.month, named.day)
        if found is None or (named.year is None and year == after.year and (after - found).days > NEXT_YEAR_AFTER):
            continue
        return found if named.weekday in (None, found.weekday()) else None
    return None


def _day_of(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:  # no such day: 31 Nov, or 29 Feb of most years
        return None


def _pairs(folded: str, today: date) -> Iterator[tuple[date, date]]:
    """Every way to read the text as two days, the likeliest first."""
    for cut in _BETWEEN.finditer(folded):
        found = _pair(folded[: cut.start()], folded[cut.end() :], today)
        if found is not None:
            yield found
    for cut in re.finditer(" ", folded):
        sides = _named(folded[: cut.start()]), _named(folded[cut.end() :])
        if None not in sides:
            found = _pair(folded[: cut.start()], folded[cut.end() :], today)
            if found is not None:
                yield found


def _pair(left: str, right: str, today: date) -> tuple[date, date] | None:
    one, other = _side(left), _side(right)
    if one is not None and other is not None:
        one = replace(one, month=one.month or other.month)
        other = replace(other, month=other.month or one.month)
        first = _first_of(one, other, today)
    else:
        first = _resolved(one, today) if one is not None else _one(left, today, after=today)
    if first is None:
        return None
    last = _resolved(other, first) if other is not None else _one(right, today, after=first)
    return None if last is None else (first, last)


def _first_of(one: _Named, other: _Named, today: date) -> date | None:
    """The first of two days; where only the last has a year, the first is the one before it."""
    if one.year is not None or other.year is None or one.month is None or other.month is None:
        return _resolved(one, today)
    last = _resolved(other, today)
    if last is None:
        return None
    same_year = _resolved(replace(one, year=last.year), today)
    if same_year is not None and (same_year - last).days <= NEXT_YEAR_AFTER:
        return same_year
    return _resolved(replace(one, year=last.year - 1), today)
