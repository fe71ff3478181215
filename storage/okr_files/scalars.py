"""Reads single values of an OKR file from text: numbers without a float between, days, moments, weekdays, choices."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from difflib import get_close_matches
from enum import StrEnum
from typing import TypeVar

from bot.okr.localtime import zone
from storage import models as m
from storage.calendars import public_holidays
from storage.okr_files.schema import Moment
from storage.okr_files.tree import unfit_character

E = TypeVar("E", bound=StrEnum)

VERSION = 1
"""Of the format of OKR files (`okra: 1`)."""
MOST_DIGITS = 15
MOST_DECIMALS = 8
MOST_ALIKE = 300
FIRST_YEAR, LAST_YEAR = 2000, 2199

_MULTIPLIERS = {
    "": Decimal(1),
    "k": Decimal(1_000),
    "m": Decimal(1_000_000),
    "bn": Decimal(1_000_000_000),
    "千": Decimal(1_000),
    "万": Decimal(10_000),
    "亿": Decimal(100_000_000),
}
_AMOUNT = re.compile(
    r"(?P<sign>[+\-−]?)\s?(?P<before>[$€£¥￥]?)\s?(?P<minus>[\-−]?)"
    r"(?P<digits>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.(?P<decimals>[0-9]+))?"
    r"\s?(?P<scale>bn|[kKmM千万亿])?\s?(?P<after>[%％$€£¥￥元]?)",
    re.ASCII,
)
_SIGNS = {"％": "%", "￥": "¥", "元": "¥"}
_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_TIME = re.compile(r"(\d{1,2})[:：](\d{2})", re.ASCII)
_MOMENT = re.compile(
    r"(?P<day>\d{4}-\d{1,2}-\d{1,2})(?:[Tt ]\s*(?P<time>\d{1,2}[:：]\d{2})(?P<seconds>:\d{2}(?:\.\d+)?)?"
    r"\s*(?P<offset>Z|z|[+-]\d{2}:?\d{2})?)?",
    re.ASCII,
)
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEKDAYS_ZH = "一二三四五六日"
_KEY = re.compile(r"[A-Z][A-Z0-9]{1,4}", re.ASCII)
_KR_KEY = re.compile(r"(?P<team>[A-Z][A-Z0-9]{1,4})-(?P<number>[1-9][0-9]{0,3})", re.ASCII)
_OBJECTIVE_KEY = re.compile(r"(?P<team>[A-Z][A-Z0-9]{1,4})-O(?P<number>[1-9]\d{0,3})(?: \((?P<cycle>[^()]{1,20})\))?")
_HANDLE = re.compile(r"[\w][\w.\-]{0,79}")
_E_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{8,32}", re.ASCII)
_TRUE = ("true", "yes", "on", "是")
_FALSE = ("false", "no", "off", "否")


class Unreadable(Exception):
    """A value that cannot be read; the text is one sentence that says why."""


@dataclass(frozen=True, slots=True)
class Amount:
    """A number of a metric, and the sign of its unit where one was written: `45k`, `$46k`, `31%`."""

    value: Decimal
    unit: str | None = None

    @property
    def places(self) -> int:
        """How many decimals it shows, without trailing zeros."""
        return len(plain(self.value).partition(".")[2])


def plain(value: Decimal) -> str:
    """A decimal as people write it: no exponent, no trailing zeros."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def did_you_mean(value: str, known: Iterable[str]) -> str:
    """`; did you mean 'x'?` where a known word is close to `value`, else a full stop.

    Looks only at words that begin or end alike, and at few: a file with thousands of wrong names must end, too.
    """
    written = value.casefold()[:80]
    words = {word.casefold(): word for word in known}
    alike = [word for word in words if written and word and (word[0] == written[0] or word[-1] == written[-1])]
    close = get_close_matches(written, alike[:MOST_ALIKE], 1, 0.6)
    return f"; did you mean '{words[close[0]]}'?" if close else "."


def tidy(text: str) -> str:
    """A text as a file can hold it: one line, single blanks, none of the characters that a file may not have."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    return " ".join("".join(sign for sign in text if sign in "\t\n\r" or unfit_character(sign) is None).split())


def token(text: str) -> str:
    """The `id` of a row, as an export gives it."""
    word = text.strip()
    if not _TOKEN.fullmatch(word):
        raise Unreadable(f"'{_short(text)}' is not an id; leave it out, or take it from an export as it is.")
    return word


def version(text: str) -> int:
    """Which version of the format a file is written in; only the present one is read."""
    number = whole(1, 9999)(text)
    if number > VERSION:
        raise Unreadable(
            f"This file is written in version {number} of the format, by a newer Okra, and this Okra reads version "
            f"{VERSION}; bring this Okra up to date and import the file again."
        )
    return number


def one_line(most: int) -> Callable[[str], str]:
    """Reads a text of at most `most` characters; line ends and runs of blanks become one blank."""

    def read(text: str) -> str:
        line = " ".join(text.split())
        unfit = unfit_character(line)
        if unfit:
            raise Unreadable(f"It holds an invisible character ({unfit}); take it out.")
        if not line:
            raise Unreadable("It is empty.")
        if len(line) > most:
            raise Unreadable(f"It has {len(line)} characters; at most {most} fit.")
        return line

    return read


def amount(text: str) -> Amount:
    """`31`, `-4.5`, `45k`, `1.2万`, `31%`, `$46k`, `45,000`: exactly, never through a float."""
    found = _AMOUNT.fullmatch(text.strip())
    if not found:
        raise Unreadable(f"'{_short(text)}' is not a number; write 31, 4.5, 45k, 1.2万, $46k or 31%.")
    digits, decimals = found["digits"].replace(",", ""), found["decimals"] or ""
    if len(digits) > MOST_DIGITS or len(decimals) > MOST_DECIMALS:
        raise Unreadable(f"'{_short(text)}' has more digits than a metric needs.")
    if (found["before"] and found["after"]) or (found["sign"] and found["minus"]):
        raise Unreadable(f"'{_short(text)}' has two signs; keep one.")
    number = Decimal(f"{digits}.{decimals}" if decimals else digits) * _MULTIPLIERS[(found["scale"] or "").lower()]
    if (found["sign"] or found["minus"]) in ("-", "−"):
        number = -number
    sign = found["before"] or found["after"]
    return Amount(Decimal(plain(number)), _SIGNS.get(sign, sign) or None)


def decimal_number(text: str) -> Decimal:
    """A bare number: a weight, a score."""
    read = amount(text)
    if read.unit is not None:
        raise Unreadable(f"'{_short(text)}' has a unit; a bare number is needed here.")
    return read.value


def share(text: str) -> Decimal:
    """A score, 0 to 1."""
    value = decimal_number(text)
    if not 0 <= value <= 1:
        raise Unreadable(f"'{_short(text)}' is not a score; scores go from 0 to 1, such as 0.7.")
    return value


def confidence(text: str) -> Decimal:
    """A likelihood, `7` or `7/10`."""
    value = decimal_number(re.sub(r"\s?/\s?10$", "", text.strip()))
    if not 0 <= value <= 10:
        raise Unreadable(f"'{_short(text)}' is not a likelihood; it goes from 0 to 10.")
    return value


def above_zero(text: str) -> Decimal:
    """A weight or a distance: a number above 0."""
    value = decimal_number(text)
    if value <= 0:
        raise Unreadable(f"'{_short(text)}' must be above 0.")
    return value


def whole(least: int, most: int) -> Callable[[str], int]:
    """Reads a whole number from `least` to `most`."""

    def read(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,6}", text.strip(), re.ASCII) or not least <= int(text) <= most:
            raise Unreadable(f"'{_short(text)}' is not a whole number from {least} to {most}.")
        return int(text)

    return read


def day(text: str) -> date:
    """`2026-10-01`."""
    found = _DAY.fullmatch(text.strip())
    try:
        read = date(*(int(part) for part in found.groups())) if found else None
    except ValueError:
        read = None
    if read is None or not FIRST_YEAR <= read.year <= LAST_YEAR:
        raise Unreadable(f"'{_short(text)}' is not a day; write it as 2026-10-01.")
    return read


def clock_time(text: str) -> time:
    """`10:00`."""
    found = _TIME.fullmatch(text.strip())
    if not found or int(found[1]) > 23 or int(found[2]) > 59:
        raise Unreadable(f"'{_short(text)}' is not a time of day; write it as 10:00.")
    return time(int(found[1]), int(found[2]))


def moment(text: str) -> Moment:
    """`2026-11-05`, `2026-11-05 10:30`, `2026-11-05T10:30+01:00`; seconds count where there is an offset."""
    found = _MOMENT.fullmatch(text.strip())
    if not found:
        raise Unreadable(f"'{_short(text)}' is not a day or a moment; write 2026-11-05 or 2026-11-05 10:30.")
    on = day(found["day"])
    at = clock_time(found["time"]) if found["time"] else None
    if at is None or not found["offset"]:
        return Moment(on, at)
    offset = found["offset"].upper().replace("Z", "+00:00")
    try:
        exact = datetime.fromisoformat(f"{on.isoformat()}T{at:%H:%M}{(found['seconds'] or ':00')[:10]}{offset}")
    except ValueError:
        raise Unreadable(f"'{offset}' is not an offset from UTC; write it as +01:00.") from None
    return Moment(on, at, exact.astimezone(UTC))


def flag(text: str) -> bool:
    """`true`, `yes`, `on`; `false`, `no`, `off`."""
    word = text.strip().lower()
    if word not in _TRUE + _FALSE:
        raise Unreadable(f"'{_short(text)}' is neither yes nor no.")
    return word in _TRUE


def zone_name(text: str) -> str:
    """An IANA name such as `Europe/Madrid`."""
    try:
        return zone(text.strip()).key
    except ValueError as error:
        raise Unreadable(str(error)) from None


def holiday_calendar(own: Iterable[str]) -> Callable[[str], str]:
    """Reads a country code (`ES`, `ES-MD`) or the name of a calendar whose days the file itself lists."""
    names = frozenset(own)

    def read(text: str) -> str:
        code = one_line(16)(text)
        if code not in names:
            try:
                public_holidays(code, 2026, 2026)
            except ValueError as error:
                raise Unreadable(str(error)) from None
        return code

    return read


def weekday(text: str) -> int:
    """`fri`, `Friday`, `周五`, `星期五`; 0 is Monday."""
    word = text.strip().lower()
    if len(word) >= 3 and word.isascii():
        for number, name in enumerate(_WEEKDAYS):
            if name.startswith(word):
                return number
    han = re.fullmatch(f"(?:周|星期|礼拜)([{_WEEKDAYS_ZH}天])", word)
    if han:
        return _WEEKDAYS_ZH.index(han[1].replace("天", "日"))
    raise Unreadable(f"'{_short(text)}' is not a weekday; write mon, tue, wed, thu, fri, sat or sun.")


def weekday_range(text: str) -> tuple[int, ...]:
    """One weekday, or some in a row: `fri`, `mon-thu`, `sun-thu`."""
    first, dash, last = text.partition("-")
    if not dash:
        return (weekday(text),)
    start, end = weekday(first), weekday(last)
    return tuple((start + n) % 7 for n in range((end - start) % 7 + 1))


def choice(kind: type[E], *left_out: E) -> Callable[[str], E]:
    """Reads one value of a closed set."""
    words = [member.value for member in kind if member not in left_out]

    def read(text: str) -> E:
        word = text.strip().lower().replace(" ", "_")
        if word not in words:
            raise Unreadable(f"'{_short(text)}' is not one of {', '.join(words)}{did_you_mean(word, words)}")
        return kind(word)

    return read


def language(text: str) -> m.Language:
    """`en` or `zh`; a locale such as `zh-CN` is as good."""
    return choice(m.Language)(re.split("[-_]", text.strip())[0])


def handle(text: str) -> str:
    """How files and `@` name a person: letters, digits, dots, dashes; a leading `@` is dropped."""
    word = text.strip().removeprefix("@")
    if not _HANDLE.fullmatch(word):
        raise Unreadable(f"'{_short(text)}' is not a handle; use up to 80 letters, digits, dots, dashes, no blanks.")
    return word


def e_mail(text: str) -> str:
    """An address for mail."""
    word = one_line(254)(text)
    if not _E_MAIL.fullmatch(word):
        raise Unreadable(f"'{_short(text)}' is not an e-mail address.")
    return word


def team_key(text: str) -> str:
    """`GRO`: 2 to 5 capital letters or digits, a letter first (spec/02 §4.3)."""
    if not _KEY.fullmatch(text.strip()):
        raise Unreadable(f"'{_short(text)}' is not a team key; use 2 to 5 capital letters or digits, such as GRO.")
    return text.strip()


def kr_key(text: str) -> tuple[str, int]:
    """`GRO-2` as team and number."""
    found = _KR_KEY.fullmatch(text.strip())
    if not found:
        raise Unreadable(f"'{_short(text)}' does not name a key result; write it as GRO-2.")
    return found["team"], int(found["number"])


def objective_key(text: str) -> tuple[str, int, str | None]:
    """`GRO-O1`, or where several cycles have one `GRO-O1 (2026 Q4)`, as team, number and cycle."""
    found = _OBJECTIVE_KEY.fullmatch(text.strip())
    if not found:
        raise Unreadable(f"'{_short(text)}' does not name an objective; write it as GRO-O1.")
    return found["team"], int(found["number"]), found["cycle"]


def is_objective_key(text: str) -> bool:
    """True where a text names an objective and nothing else."""
    return _OBJECTIVE_KEY.fullmatch(text.strip()) is not None


def is_kr_key(text: str) -> bool:
    """True where a text names a key result and not a team."""
    return _KR_KEY.fullmatch(text.strip()) is not None


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 40 else line[:39] + "…"
