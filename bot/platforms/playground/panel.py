"""The side panel: what Okra sends next and to whom, and what it does not send and why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from itertools import groupby
from zoneinfo import ZoneInfo

from bot.cards.graphemes import clip
from bot.cards.i18n import Lang
from bot.cards.moments import clock_time, weekday_time
from bot.platforms.playground.faces import LONGEST_NAME, day_label
from bot.platforms.playground.world import Coming, Human

SHOWN_AT_FIRST = 8
SHOWN_AT_MOST = 60
LONGEST_ABOUT = 160
LONGEST_REASON = 240


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom a message is, and what it is about."""

    name: str
    about: str
    theirs: str
    """Their wall clock, where that is another than the person's who looks; else empty."""


@dataclass(frozen=True, slots=True)
class Line:
    """Messages of one kind at one time, to come, or not to come for the same reason."""

    time: str
    moment: str
    what: str
    why_not: str
    readers: tuple[Reader, ...]


@dataclass(frozen=True, slots=True)
class DayOfLines:
    """The lines of one day."""

    label: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """What a page shows. `later` and `more_unsent` are one press away."""

    next: tuple[DayOfLines, ...]
    later: tuple[DayOfLines, ...]
    unsent: tuple[DayOfLines, ...]
    more_unsent: tuple[DayOfLines, ...]
    later_count: int
    left: int
    """How many more are to come that not even `later` shows."""
    more_unsent_count: int


def panel(coming: Sequence[Coming], unsent: Sequence[Coming], me: Human, lang: Lang) -> Panel:
    """Both lists, day by day on the wall clock of the person who looks."""
    return Panel(
        next=_days(coming[:SHOWN_AT_FIRST], me, lang),
        later=_days(coming[SHOWN_AT_FIRST:SHOWN_AT_MOST], me, lang),
        unsent=_days(unsent[:SHOWN_AT_FIRST], me, lang),
        more_unsent=_days(unsent[SHOWN_AT_FIRST:SHOWN_AT_MOST], me, lang),
        later_count=max(0, len(coming) - SHOWN_AT_FIRST),
        left=max(0, len(coming) - SHOWN_AT_MOST),
        more_unsent_count=max(0, min(len(unsent), SHOWN_AT_MOST) - SHOWN_AT_FIRST),
    )


def _days(messages: Sequence[Coming], me: Human, lang: Lang) -> tuple[DayOfLines, ...]:
    zone = ZoneInfo(me.zone)
    by_day = groupby(messages, lambda one: one.at.astimezone(zone).date())
    return tuple(
        DayOfLines(day_label(datetime.combine(day, time()), lang), _lines(group, zone, lang)) for day, group in by_day
    )


def _lines(messages: Iterable[Coming], zone: ZoneInfo, lang: Lang) -> tuple[Line, ...]:
    alike = groupby(messages, lambda one: (one.at.astimezone(zone), one.what, one.why_not))
    return tuple(
        Line(
            time=clock_time(at),
            moment=at.isoformat(timespec="minutes"),
            what=what,
            why_not=clip(why_not, LONGEST_REASON),
            readers=tuple(_reader(one, at, lang) for one in group),
        )
        for (at, what, why_not), group in alike
    )


def _reader(message: Coming, mine: datetime, lang: Lang) -> Reader:
    is_same = mine.replace(tzinfo=None) == message.at.replace(tzinfo=None)
    return Reader(
        name=clip(message.reader, LONGEST_NAME),
        about=clip(message.about, LONGEST_ABOUT),
        theirs="" if is_same else weekday_time(message.at, lang),
    )
