"""The day that the line of a key result names as its last, wherever it stands in it (spec/04 §9.1, spec/06 §11.2)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from bot.okr.day_words import MONTH, WEEKDAY
from bot.okr.days import no_such_day, read_day

_MOST_WORDS = 6
_MONTHS = 12
_SLASHED_DAY = re.compile(r"(?P<one>[0-9]{1,2})/(?P<other>[0-9]{1,2})(?:/(?P<year>20[0-9]{2}))?")
_LONGEST = 2_000


@dataclass(frozen=True, slots=True)
class Due:
    """The words that name when, and the day they mean; None where that could be several days, or none."""

    words: str
    day: date | None


_LEAD = re.compile(
    r"(?:(?<![\w-])(?:due(?: date)?(?: by| on)?|deadline|no later than|by|until|till|before)(?:\s*[:：]\s*|\s+)"
    r"|[📅🗓]\ufe0f?\s*)",
    re.IGNORECASE,
)
_CLOSING = " \t,，;；.。)）]】!"
_VAGUE = re.compile(
    rf"(?:the |about |around |early |late |(?:start|beginning|first half|second half) of |next |this )*"
    rf"(?:(?:{MONTH})(?! [0-9])|christmas|xmas|easter|thanksgiving|new year(?:'s(?: eve| day)?)?|spring|summer|autumn|"
    r"winter|(?:the )?holidays|q[1-4]|h[12]|(?<=next )(?:week|month|quarter|year|cycle)|"
    rf"(?:last|past) (?:week|month|quarter|year|{WEEKDAY})|"
    r"[0-9]{1,2}[/.][0-9]{1,2}(?:[/.][0-9]{2,4})?)(?:,? 20[0-9]{2}| holidays?| break)?"
    r"(?=\s*(?:[,;.()，；（）]|$|from\b|to\b|because\b))",
    re.IGNORECASE,
)
_HAN_MONTH = r"(?:20[0-9]{2}\s?年\s?)?(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})\s?月\s?"
_HAN_DAY = rf"{_HAN_MONTH}(?:(?:[0-9]{{1,2}}|[一二三四五六七八九十]{{1,3}})\s?[日号]|份?(?:底|末|中旬|下旬|上旬))"
_HAN_END = (
    r"(?:今年|本年|明年|20[0-9]{2}\s?年)?年?[底末]|(?:下个?|本|这个?)?(?:月|季度?)[底末]|周期末|"
    r"(?:Q\s?[1-4]|第?[一二三四]季度?)[底末]|(?:下|本|这)?(?:周|星期|礼拜)[一二三四五六日天]|20[0-9]{2}[-/.][0-9]{1,2}[-/.][0-9]{1,2}"
)
_SLASHED = r"[0-9]{1,2}/[0-9]{1,2}(?:/20[0-9]{2})?"
_HAN_VAGUE = (
    rf"春节|国庆节?|圣诞节?|元旦|中秋节?|五一|双十一|年中|[月年]初|下个?(?:月|季度|年)|{_HAN_MONTH}[份初]?|Q\s?[1-4]"
)
_BEFORE = r"\s*(?:之?前|以前|为止)"
_HAN = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?P<day>{_HAN_DAY})",
        rf"(?P<day>{_HAN_END}){_BEFORE}",
        rf"(?:截止(?:日期|日|到|至|于)?|截至|到期日?|^[在到于]?)\s*[:：]?\s*(?P<day>{_HAN_END})",
        rf"(?P<day>{_HAN_END})\s*[。.)）]?$",
        rf"(?<![0-9/.])(?P<day>{_SLASHED}){_BEFORE}",
    )
)
_HAN_LOOSE = re.compile(rf"(?P<day>{_HAN_VAGUE}|(?<![0-9/.]){_SLASHED}){_BEFORE}", re.IGNORECASE)
_LOOSE_END = re.compile(rf"\s[-–—]\s*(?P<day>{_SLASHED})$|\s(?P<week>(?:next|this) (?:week|month))$", re.IGNORECASE)
"""What says when at the end of a line, without a word before it."""
_LAST_PIECE = re.compile(r"[,，;；(（]\s*(?P<day>[^,，;；()（）]{3,32})[)）]?\s*[.。]?$")
_CYCLE_END = re.compile(
    r"(?:(?:the )?(?:very )?end of )?(?:the |this )?q(?P<q>[1-4])(?: 20[0-9]{2})?|"
    r"(?:the )?(?:very )?end of (?:the |this )?(?:quarter|cycle)|quarter end|本?(?:季度?|周期)[底末]|"
    r"(?:q|第)\s?(?P<han>[1-4一二三四])(?:季度?)?[底末]?",
    re.IGNORECASE,
)


def due_in(text: str, today: date, cycle: str, last: date) -> Due | None:
    """The first day that the line names as its last; without a sure one the words that may be several days.

    The end of a quarter is that of the cycle, `last`, where its name holds that quarter.
    """
    text = text[:_LONGEST].strip()
    for words in _candidates(text):
        day = _day(words, today, cycle, last)
        if day is not None:
            return Due(words, day)
    vague = _vague(text, today)
    return None if vague is None else Due(vague, None)


def _candidates(text: str) -> Iterator[str]:
    """Words that may be a day, the likeliest first: behind `by`, in Chinese signs, as the last piece of the line."""
    for lead in _LEAD.finditer(text):
        words = text[lead.end() :].removeprefix("the ").split()[:_MOST_WORDS]
        for count in range(len(words), 0, -1):
            yield " ".join(words[:count]).strip(_CLOSING)
    for pattern in _HAN:
        for found in pattern.finditer(text):
            yield found["day"].strip()
    for found in _LOOSE_END.finditer(text.rstrip(_CLOSING)):
        if found["day"]:
            yield found["day"]
    last = _LAST_PIECE.search(text)
    if last is not None and not _SLASHED_DAY.fullmatch(last["day"].strip()):  # `(12/15)` may be 12 of 15
        yield last["day"].strip()


def _day(words: str, today: date, cycle: str, last: date) -> date | None:
    quarter = _CYCLE_END.fullmatch(words)
    if quarter is not None:
        number = quarter["q"] or quarter["han"]
        if number is None or _is_of(cycle, number):
            return last
    return read_due(words, today)


def read_due(words: str, today: date) -> date | None:
    """A day where nothing but a day can stand: `20/12` and `12/20/2026` have one reading there, `12/11` has two."""
    found = _SLASHED_DAY.fullmatch(words.strip())
    if found is None:
        return read_day(words, today)
    one, other = int(found["one"]), int(found["other"])
    if (one > _MONTHS) == (other > _MONTHS) and one != other:
        return None
    number, month = max(one, other), min(one, other)
    year = f"{found['year']}-" if found["year"] else ""
    return read_day(f"{year}{month}-{number}" if year else f"{number}.{month}.", today)


def _is_of(cycle: str, number: str) -> bool:
    """Whether the name of a cycle says that it is this quarter: `2026 Q4`, 第四季度."""
    at = "一二三四".find(number) + 1 or int(number)
    return re.search(rf"q{at}(?![0-9])|{'一二三四'[at - 1]}季", cycle.casefold()) is not None


def _vague(text: str, today: date) -> str | None:
    """Words that say when and are no sure day: `before Christmas`, `by 12/11`, `by 31 Feb`, 春节前."""
    for lead in _LEAD.finditer(text):
        found = _VAGUE.match(text, lead.end())
        if found is not None:
            return found[0].strip()
        words = [one.strip(_CLOSING) for one in text[lead.end() :].split()[:2]]
        if no_such_day(" ".join(words), today):
            return " ".join(words)
    han = _HAN_LOOSE.search(text)
    if han is not None:
        return han[0].strip()
    found = _LOOSE_END.search(text.rstrip(_CLOSING))
    return None if found is None else found["day"] or found["week"]


def is_no_day_to_come(words: str, today: date) -> bool:
    """Whether what was named as its last day is in no calendar, or over: `31 Feb`, `30/2`, `last Monday`."""
    found = _SLASHED_DAY.fullmatch(words)
    if found is not None and max(int(found["one"]), int(found["other"])) > _MONTHS:
        return read_due(words, today) is None
    return no_such_day(words, today) or words.casefold().startswith(("last ", "past "))
