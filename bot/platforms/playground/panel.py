"""The side panel: what Okra sends next and to whom, and what it does not send and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from zoneinfo import ZoneInfo

from bot.cards.graphemes import clip
from bot.cards.i18n import Lang
from bot.cards.moments import clock_time, weekday_time
from bot.platforms.playground.faces import LONGEST_NAME, day_label
from bot.platforms.playground.world import Coming, Human

SHOWN_AT_FIRST = 8
LONGEST_ABOUT = 160


@dataclass(frozen=True, slots=True)
class Line:
    """One message to come, or one that will not."""

    time: str
    moment: str
    theirs: str
    """The wall clock of its reader, where that is another than the person's who looks; else empty."""
    reader: str
    what: str
    about: str
    why_not: str


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
    more_unsent_count: int


def panel(coming: Sequence[Coming], unsent: Sequence[Coming], me: Human, lang: Lang) -> Panel:
    """Both lists, day by day on the wall clock of the person who looks."""
    return Panel(
        next=_days(coming[:SHOWN_AT_FIRST], me, lang),
        later=_days(coming[SHOWN_AT_FIRST:], me, lang),
        unsent=_days(unsent[:SHOWN_AT_FIRST], me, lang),
        more_unsent=_days(unsent[SHOWN_AT_FIRST:], me, lang),
        later_count=max(0, len(coming) - SHOWN_AT_FIRST),
        more_unsent_count=max(0, len(unsent) - SHOWN_AT_FIRST),
    )


def _days(messages: Sequence[Coming], me: Human, lang: Lang) -> tuple[DayOfLines, ...]:
    zone = ZoneInfo(me.zone)
    by_day = groupby(messages, lambda one: day_label(one.at.astimezone(zone), lang))
    return tuple(DayOfLines(label, tuple(_line(one, zone, lang) for one in group)) for label, group in by_day)


def _line(message: Coming, zone: ZoneInfo, lang: Lang) -> Line:
    mine = message.at.astimezone(zone)
    is_same = mine.replace(tzinfo=None) == message.at.replace(tzinfo=None)
    return Line(
        time=clock_time(mine),
        moment=mine.isoformat(timespec="minutes"),
        theirs="" if is_same else weekday_time(message.at, lang),
        reader=clip(message.reader, LONGEST_NAME),
        what=message.what,
        about=clip(message.about, LONGEST_ABOUT),
        why_not=message.why_not,
    )
