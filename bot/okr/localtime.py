"""Wall time and instants: what "10:00" is where someone lives, on every day of the year."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


@lru_cache(maxsize=1024)
def zone(name: str) -> ZoneInfo:
    """The IANA zone. Raises `ValueError` with one sentence for a name that is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"'{name}' is not a time zone; use an IANA name such as Europe/Madrid.") from error


def instant(day: date, at: time, zone_name: str) -> datetime:
    """The moment at which the clock on the wall shows `at`, read as RFC 5545 does (engine: `fold=0`).

    A time that does not exist is moved on by the gap (02:30 becomes 03:30); one that occurs twice is the first.
    """
    return datetime.combine(day, at.replace(fold=0), tzinfo=zone(zone_name)).astimezone(UTC)


def local(moment: datetime, zone_name: str) -> datetime:
    """What the clock on the wall shows at `moment`."""
    return moment.astimezone(zone(zone_name))


def local_day(moment: datetime, zone_name: str) -> date:
    """The calendar day at `moment`."""
    return local(moment, zone_name).date()


@dataclass(frozen=True, slots=True)
class QuietHours:
    """The hours in which nobody is written to; may run over midnight. Equal ends: none."""

    start: time
    end: time

    def covers(self, at: time) -> bool:
        """True if a wall time is quiet. The end is not quiet any more: 09:00 is allowed when quiet ends at 09:00."""
        at = at.replace(tzinfo=None)
        if self.start == self.end:
            return False
        if self.start < self.end:
            return self.start <= at < self.end
        return at >= self.start or at < self.end


def days(first: date, last: date) -> list[date]:
    """Every day from `first` to `last`, both included."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def monday_of(day: date) -> date:
    """The Monday of a day's calendar week."""
    return day - timedelta(days=day.weekday())
