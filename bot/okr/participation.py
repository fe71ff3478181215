"""How many of a team's key results were updated in one ritual week, counted in one place (spec/03 §8.3)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.okr.model import KeyResult
from bot.okr.rollup import KRWeek, Participation, participation_of
from bot.okr.workdays import WorkCalendar


@dataclass(frozen=True, slots=True)
class WeekOfKR:
    """What is known of one key result in one ritual week."""

    kr: KeyResult
    calendars: tuple[WorkCalendar, ...]
    """Of everyone who answers for it. While somebody is away their stand-in's days are in it; nobody's without one."""
    updates: tuple[datetime, ...] = ()
    """The moments of substantive updates, undone ones left out."""
    suppressed: bool = False
    """Updated so recently that it was not asked (spec/03 §7.4)."""
    fed: bool = False
    """Automated, with a reading that is fresh."""


def participation(
    weeks: Iterable[WeekOfKR], *, asked_at: datetime, until: datetime, first_day: date, last_day: date
) -> Participation:
    """Updated of due in the week of one question (spec/03 §8.3).

    `asked_at` is the moment of the question, `until` the start of the meeting or the present moment if that is
    earlier; `first_day` and `last_day` are the same two as the team's calendar days. Due are the active key results
    for which somebody is at work on one of these days. Updated are those about which something substantive was said
    from the question up to `until`, those that were too fresh to be asked about, and feeds that read.
    """
    return participation_of(
        KRWeek(
            one.kr,
            at_work=any(calendar.count(first_day - timedelta(days=1), last_day) > 0 for calendar in one.calendars),
            updated=one.fed or any(asked_at <= at <= until for at in one.updates),
            suppressed=one.suppressed,
        )
        for one in weeks
    )
