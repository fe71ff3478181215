"""Wall time and instants: days on which clocks change, quiet hours, weeks."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.okr.localtime import QuietHours, days, instant, local, local_day, monday_of, zone

ZONES = (
    "America/New_York",
    "America/St_Johns",
    "Africa/Cairo",
    "Africa/Casablanca",
    "Antarctica/Troll",
    "Asia/Kathmandu",
    "Asia/Shanghai",
    "Australia/Lord_Howe",
    "Europe/Madrid",
    "Pacific/Apia",
    "Pacific/Auckland",
    "Pacific/Chatham",
)


def wall(day: date, at: time, name: str) -> str:
    return f"{local(instant(day, at, name), name):%Y-%m-%d %H:%M}"


def test_a_wall_time_becomes_an_instant_in_utc() -> None:
    moment = instant(date(2026, 11, 6), time(10), "America/New_York")
    assert moment == datetime(2026, 11, 6, 15, 0, tzinfo=UTC)
    assert moment.tzinfo is UTC


def test_a_time_that_does_not_exist_is_moved_on_by_the_gap() -> None:
    assert wall(date(2026, 3, 8), time(2, 30), "America/New_York") == "2026-03-08 03:30"


def test_a_time_that_occurs_twice_is_the_first() -> None:
    moment = instant(date(2026, 11, 1), time(1, 30), "America/New_York")
    assert moment == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    assert instant(date(2026, 11, 1), time(1, 30, fold=1), "America/New_York") == moment


def test_a_midnight_that_does_not_exist_is_one_o_clock() -> None:
    assert wall(date(2026, 4, 24), time(0), "Africa/Cairo") == "2026-04-24 01:00"


def test_a_day_that_does_not_exist_is_the_same_time_on_the_next() -> None:
    assert wall(date(2011, 12, 30), time(10), "Pacific/Apia") == "2011-12-31 10:00"


def test_half_an_hour_is_a_gap_too() -> None:
    assert wall(date(2026, 10, 4), time(2, 15), "Australia/Lord_Howe") == "2026-10-04 02:45"


def test_ten_stays_ten_when_clocks_change() -> None:
    before, after = (instant(date(2026, 10, day), time(10), "Europe/Madrid") for day in (24, 25))
    assert after - before == timedelta(hours=25)


def test_the_day_is_that_of_the_place() -> None:
    moment = datetime(2026, 11, 8, 22, 0, tzinfo=UTC)
    assert local_day(moment, "Pacific/Auckland") == date(2026, 11, 9)
    assert local_day(moment, "America/Los_Angeles") == date(2026, 11, 8)


@pytest.mark.parametrize("name", ["Europe/Atlantis", "", "../etc/passwd", "Europe", "\0"])
def test_a_name_that_is_no_zone_is_refused_in_one_sentence(name: str) -> None:
    with pytest.raises(ValueError, match=r"is not a time zone; use an IANA name such as Europe/Madrid\.$"):
        zone(name)


@pytest.mark.parametrize(
    ("at", "quiet"),
    [("17:59", False), ("18:00", True), ("23:59", True), ("00:00", True), ("08:59", True), ("09:00", False)],
)
def test_quiet_hours_over_midnight(at: str, quiet: bool) -> None:
    assert QuietHours(time(18), time(9)).covers(time.fromisoformat(at)) is quiet


@pytest.mark.parametrize(("at", "quiet"), [("11:59", False), ("12:00", True), ("13:59", True), ("14:00", False)])
def test_quiet_hours_within_a_day(at: str, quiet: bool) -> None:
    assert QuietHours(time(12), time(14)).covers(time.fromisoformat(at)) is quiet


def test_equal_ends_mean_no_quiet_hours() -> None:
    assert not any(QuietHours(time(9), time(9)).covers(time(hour)) for hour in range(24))


def test_quiet_hours_are_about_the_wall_whatever_zone_comes_with_it() -> None:
    assert QuietHours(time(18), time(9)).covers(time(20, tzinfo=UTC))


def test_days_include_both_ends() -> None:
    assert days(date(2026, 11, 6), date(2026, 11, 8)) == [date(2026, 11, 6), date(2026, 11, 7), date(2026, 11, 8)]
    assert days(date(2026, 11, 6), date(2026, 11, 5)) == []


def test_a_week_begins_on_monday() -> None:
    assert {monday_of(day) for day in days(date(2026, 11, 9), date(2026, 11, 15))} == {date(2026, 11, 9)}


@settings(max_examples=200)
@given(
    st.sampled_from(ZONES),
    st.dates(date(2012, 1, 1), date(2035, 12, 31)),
    st.times().map(lambda at: at.replace(second=0, microsecond=0, fold=0)),
)
def test_every_wall_time_is_itself_or_moved_on_by_at_most_two_hours_on_the_same_day(
    name: str, day: date, at: time
) -> None:
    here = local(instant(day, at, name), name)
    asked = datetime.combine(day, at)  # wall times are compared as the wall shows them
    assert timedelta(0) <= here.replace(tzinfo=None) - asked <= timedelta(hours=2)
    assert here.date() == day
    assert here.fold == 0
