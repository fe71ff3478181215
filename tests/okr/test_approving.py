"""When an approver is reminded, and when nobody waits any longer."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.okr.approving import lapse_at, remind_at
from bot.okr.workdays import WorkCalendar

MADRID = "Europe/Madrid"
THURSDAY = datetime(2026, 11, 12, 9, 30, tzinfo=ZoneInfo(MADRID))


def on(day: int) -> datetime:
    return datetime(2026, 11, day, 10, 0, tzinfo=ZoneInfo(MADRID))


def test_three_working_days_and_five() -> None:
    assert remind_at(THURSDAY, MADRID, WorkCalendar()) == on(17)
    assert lapse_at(THURSDAY, MADRID, WorkCalendar()) == on(19)


def test_holidays_and_shutdowns_do_not_count() -> None:
    calendar = WorkCalendar(off=frozenset({date(2026, 11, 13)}), freeze=((date(2026, 11, 16), date(2026, 11, 17)),))

    assert remind_at(THURSDAY, MADRID, calendar) == on(20)
    assert lapse_at(THURSDAY, MADRID, calendar) == on(24)


def test_an_absence_puts_the_reminder_off_and_not_the_publication() -> None:
    calendar = WorkCalendar(away=((date(2026, 11, 13), date(2026, 11, 27)),))

    assert remind_at(THURSDAY, MADRID, calendar) > on(27)
    assert lapse_at(THURSDAY, MADRID, calendar) == on(19)


def test_who_never_works_is_not_waited_for() -> None:
    nobody = WorkCalendar(working_days=frozenset())

    assert lapse_at(THURSDAY, MADRID, nobody) == THURSDAY + timedelta(days=14)


@given(
    st.integers(0, 4 * 365 * 24 * 60).map(lambda minutes: THURSDAY + timedelta(minutes=minutes)),
    st.sampled_from([MADRID, "Asia/Shanghai", "Pacific/Auckland", "America/Los_Angeles"]),
    st.frozensets(st.integers(0, 6), min_size=1),
)
def test_it_lapses_after_the_reminder_and_never_within_three_days(
    asked: datetime, zone: str, days: frozenset[int]
) -> None:
    calendar = WorkCalendar(working_days=days)

    assert asked < remind_at(asked, zone, calendar) < lapse_at(asked, zone, calendar)
    assert lapse_at(asked, zone, calendar) > asked + timedelta(days=3)
