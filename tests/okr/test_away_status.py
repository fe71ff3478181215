"""A status that speaks of an absence, and until which day; all else asks nobody anything."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.okr.away_status import is_worth_asking, last_day_away, reads_as_away
from bot.okr.workdays import WorkCalendar

MADRID = "Europe/Madrid"
NINE = datetime(2026, 11, 12, 8, 0, tzinfo=UTC)
"""Thursday, 09:00 in Madrid."""
WEEK = WorkCalendar()


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of November in Madrid."""
    return datetime(2026, 11, day, hour, minute, tzinfo=ZoneInfo(MADRID)).astimezone(UTC)


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("Vacationing", "palm_tree"),
        ("", "beach_with_umbrella"),
        ("", "airplane"),
        ("Out sick", "face_with_thermometer"),
        ("On vacation - no email until Monday", ""),
        ("OOO", ""),
        ("out of the office", "house"),
        ("on leave", ""),
        ("Parental leave", "baby::skin-tone-3"),
        ("PTO till Friday", ""),
        ("休假", ""),
        ("年假中，周五回来", ""),
        ("外出", ""),
        ("病假", ""),
    ],
)
def test_this_speaks_of_an_absence(text: str, sign: str) -> None:
    assert reads_as_away(text, sign)


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("", ""),
        ("In a meeting", "calendar"),
        ("Commuting", "bus"),
        ("Working remotely", "house_with_garden"),
        ("Back from vacation", "palm_tree"),
        ("Planning vacation", ""),
        ("Holiday planning", ""),
        ("Not on leave", ""),
        ("Focus: chill mode", ""),
        ("休假回来了", ""),
        ("Illinois", ""),
    ],
)
def test_this_does_not(text: str, sign: str) -> None:
    assert not reads_as_away(text, sign)


@pytest.mark.parametrize(
    ("until", "last"),
    [
        (at(20, 23, 59), date(2026, 11, 20)),
        (at(20, 16), date(2026, 11, 20)),
        (at(20, 15, 59), date(2026, 11, 19)),
        (at(23, 9), date(2026, 11, 22)),
        (at(20, 0), date(2026, 11, 19)),
        (at(20, 0, 30), date(2026, 11, 19)),
    ],
)
def test_the_last_day_is_the_one_before_unless_it_ends_late(until: datetime, last: date) -> None:
    assert last_day_away(until, MADRID) == last


@pytest.mark.parametrize(
    ("now", "until", "worth"),
    [
        (NINE, at(12, 23, 59), False),
        (NINE, at(13, 9), True),
        (at(12, 15), at(13, 9), False),
        (at(12, 15), at(13, 18), True),
        (at(13, 17), at(16, 9), False),
        (at(13, 9), at(16, 9), True),
        (at(14, 9), at(15, 23, 59), False),
        (NINE, at(11, 9), False),
        (NINE, datetime(2028, 1, 1, tzinfo=UTC), False),
        (NINE, datetime(9999, 12, 31, tzinfo=UTC), False),
    ],
)
def test_it_is_worth_a_question_where_it_takes_a_working_day(now: datetime, until: datetime, worth: bool) -> None:
    assert is_worth_asking(now, until, MADRID, WEEK) is worth
