"""Does what a person lets others read about themselves speak of an absence, and until which day?

A guess about a person, and therefore never more than the start of a question.
"""

import re
from datetime import date, datetime, time, timedelta

from bot.okr.localtime import local, local_day
from bot.okr.workdays import WorkCalendar

SIGNS = frozenset(
    {
        "airplane",
        "airplane_departure",
        "baby",
        "beach_with_umbrella",
        "camping",
        "desert_island",
        "face_with_head_bandage",
        "face_with_thermometer",
        "hospital",
        "island",
        "luggage",
        "palm_tree",
        "skier",
        "snowboarder",
        "tent",
        "thermometer",
        "umbrella_on_ground",
    }
)
"""Little pictures that stand for an absence, by the names that chat platforms share."""

_WORDS = re.compile(
    r"\b(?:vacation(?:ing)?|holidays?|on leave|(?:annual|parental|maternity|paternity|sick|family) leave|"
    r"ooo|o\.o\.o\.|out of (?:the )?office|pto|days? off|time off|sick|ill|away until|away till|sabbatical)\b"
    r"|休假|年假|病假|事假|婚假|产假|陪产假|丧假|请假|调休|度假|放假|外出|不在办公室|生病",
    re.IGNORECASE,
)
_NOT = re.compile(
    r"\b(?:back from|not (?:on|away|ooo|out|ill|sick)|"
    r"(?:before|after|planning)(?: my| the)? (?:vacation|holidays?|leave)|"
    r"(?:vacation|holiday) (?:planning|plans|cover|shift|season))\b|"
    r"回来了|刚.*(?:回来|结束)|结束了|没有|不休|不放假",
    re.IGNORECASE,
)

LONGEST = timedelta(days=366)
NOON = time(12)
"""Who says so before it is away on that day, too."""
LATE = time(16)
"""What ends at this hour or later takes its last day whole."""


def reads_as_away(text: str, sign: str) -> bool:
    """Whether a status speaks of an absence; one that says "back from vacation" does not."""
    if _NOT.search(text):
        return False
    return bool(_WORDS.search(text)) or sign.partition("::")[0] in SIGNS


def last_day_away(until: datetime, zone: str) -> date:
    """The last day of an absence that ends at `until`: the day before, or that very day where it ends late."""
    ends = local(until, zone)
    return ends.date() if ends.time() >= LATE else ends.date() - timedelta(days=1)


def is_worth_asking(now: datetime, until: datetime, zone: str, calendar: WorkCalendar) -> bool:
    """Whether the absence goes on past today and takes at least one working day, today before noon included."""
    here = local(now, zone)
    if not timedelta(0) < local_day(until, zone) - here.date() <= LONGEST:
        return False
    first = here.date() if here.time() < NOON else here.date() + timedelta(days=1)
    return calendar.count(first - timedelta(days=1), last_day_away(until, zone)) > 0
