"""When somebody who is asked to approve is reminded, and when nobody waits any longer (spec/09 §15.1)."""

from datetime import datetime, timedelta

from bot.okr.localtime import instant, local_day
from bot.okr.planning.allowed import ASK_AT
from bot.okr.workdays import WorkCalendar

REMINDED_AFTER = 3
"""Working days of the approver without an answer, after which they are reminded once."""
LAPSES_AFTER = 5
"""Working days without an answer, after which it is published anyway."""
_WITHOUT_WORKING_DAYS = timedelta(days=14)


def remind_at(asked_at: datetime, zone: str, calendar: WorkCalendar) -> datetime:
    """The morning on which an approver who has not answered is reminded."""
    return _morning_after(REMINDED_AFTER, asked_at, zone, calendar)


def lapse_at(asked_at: datetime, zone: str, calendar: WorkCalendar) -> datetime:
    """The morning on which it is published without an answer. Holidays and company shutdowns do not count.

    Days on which the approver is away do: nobody waits on them.
    """
    return _morning_after(LAPSES_AFTER, asked_at, zone, calendar.without_absence())


def _morning_after(working_days: int, asked_at: datetime, zone: str, calendar: WorkCalendar) -> datetime:
    day = local_day(asked_at, zone)
    for _ in range(working_days):
        following = calendar.next_working(day)
        if following is None:
            return asked_at + _WITHOUT_WORKING_DAYS
        day = following
    return instant(day, ASK_AT, zone)
