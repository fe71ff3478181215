"""What people type for a day or a period is read as they mean it."""

from datetime import date, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.okr.days import no_such_day, read_day, read_period

THURSDAY = date(2026, 11, 12)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("12 Dec", date(2026, 12, 12)),
        ("12th of December", date(2026, 12, 12)),
        ("12Dec", date(2026, 12, 12)),
        ("Dec 12", date(2026, 12, 12)),
        ("Dec 12th, 2027", date(2027, 12, 12)),
        ("12 DEC 2027", date(2027, 12, 12)),
        ("Fri, 20 Nov", date(2026, 11, 20)),
        ("12月3日", date(2026, 12, 3)),
        ("12月3号", date(2026, 12, 3)),
        ("１２月３日", date(2026, 12, 3)),
        ("十二月三日", date(2026, 12, 3)),
        ("十一月三十日", date(2026, 11, 30)),
        ("2027年1月3日", date(2027, 1, 3)),
        ("2026-11-12", date(2026, 11, 12)),
        ("2026－11－12", date(2026, 11, 12)),
        ("2026/11/12", date(2026, 11, 12)),
        ("20.11.", date(2026, 11, 20)),
        ("20.11.2027", date(2027, 11, 20)),
        ("by 20 Nov", date(2026, 11, 20)),
        ("20 Nov.", date(2026, 11, 20)),
    ],
)
def test_a_day_of_the_calendar(text: str, day: date) -> None:
    assert read_day(text, THURSDAY) == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("today", 12),
        ("今天", 12),
        ("tomorrow", 13),
        ("明天", 13),
        ("后天", 14),
        ("yesterday", 11),
        ("Fri", 13),
        ("Fri.", 13),
        ("friday", 13),
        ("by Fri", 13),
        ("on Friday", 13),
        ("周五", 13),
        ("周五前", 13),
        ("星期五", 13),
        ("礼拜五", 13),
        ("周日", 15),
        ("星期天", 15),
        ("Mon", 16),
        ("Wed", 18),
        ("next week", 16),
        ("下周", 16),
        ("下个星期", 16),
        ("下周五", 20),
        ("下星期五", 20),
        ("next Friday", 20),
        ("this Friday", 13),
        ("本周五", 13),
        ("本周三", 11),
        ("+3d", 15),
        ("+2w", 26),
        ("＋2w", 26),
        ("in 2 weeks", 26),
        ("+2周", 26),
        ("两周后", 26),
        ("3天后", 15),
        ("end of month", 30),
        ("end of the month", 30),
        ("月底", 30),
    ],
)
def test_a_day_named_from_today(text: str, day: int) -> None:
    assert read_day(text, THURSDAY) == date(2026, 11, day)


@pytest.mark.parametrize("text", ["Thu", "Thursday", "周四"])
def test_todays_weekday_is_that_of_next_week(text: str) -> None:
    assert read_day(text, THURSDAY) == THURSDAY + timedelta(days=7)


def test_next_friday_said_on_a_weekend_is_the_one_that_comes() -> None:
    saturday = date(2026, 11, 14)

    assert read_day("next Friday", saturday) == read_day("Friday", saturday) == date(2026, 11, 20)


@pytest.mark.parametrize(
    ("today", "end"), [(date(2026, 12, 31), date(2026, 12, 31)), (date(2028, 2, 1), date(2028, 2, 29))]
)
def test_the_end_of_a_month_is_its_last_day(today: date, end: date) -> None:
    assert read_day("end of month", today) == read_day("月底", today) == end


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("end of November", date(2026, 11, 30)),
        ("by the end of Nov", date(2026, 11, 30)),
        ("end of Feb 2027", date(2027, 2, 28)),
        ("end of February", date(2027, 2, 28)),
        ("end of October", date(2026, 10, 31)),
        ("mid December", date(2026, 12, 15)),
        ("mid-Dec", date(2026, 12, 15)),
        ("by the middle of December", date(2026, 12, 15)),
        ("end of the week", date(2026, 11, 13)),
        ("end of next week", date(2026, 11, 20)),
        ("end of the quarter", date(2026, 12, 31)),
        ("by the end of Q4", date(2026, 12, 31)),
        ("end of Q1", date(2027, 3, 31)),
        ("EOY", date(2026, 12, 31)),
        ("by the end of this year", date(2026, 12, 31)),
        ("end of 2027", date(2027, 12, 31)),
        ("year-end", date(2026, 12, 31)),
        ("11月底前", date(2026, 11, 30)),
        ("十二月底", date(2026, 12, 31)),
        ("12月中旬前", date(2026, 12, 15)),
        ("12月下旬", date(2026, 12, 31)),
        ("12月上旬", date(2026, 12, 10)),
        ("年底前", date(2026, 12, 31)),
        ("今年年底", date(2026, 12, 31)),
        ("明年底", date(2027, 12, 31)),
        ("2027年底前", date(2027, 12, 31)),
        ("季度末", date(2026, 12, 31)),
        ("第四季度末", date(2026, 12, 31)),
        ("Q4末", date(2026, 12, 31)),
    ],
)
def test_the_end_or_the_middle_of_a_period_is_one_day(text: str, day: date) -> None:
    assert read_day(text, THURSDAY) == day


def test_the_end_of_next_month_crosses_the_year() -> None:
    assert (
        read_day("end of next month", date(2026, 12, 5)) == read_day("下月底", date(2026, 12, 5)) == date(2027, 1, 31)
    )


def test_a_day_long_past_is_next_years_and_a_near_one_is_asked_about() -> None:
    edge = THURSDAY - timedelta(days=180)  # 16 May

    assert read_day("16 May", THURSDAY) == edge
    assert read_day("15 May", THURSDAY) == date(2027, 5, 15)
    assert read_day("12 May", THURSDAY) == read_day("May 12", THURSDAY) == date(2027, 5, 12)
    assert read_day("5月12日", THURSDAY) == date(2027, 5, 12)
    assert read_day("5 Nov", THURSDAY) == date(2026, 11, 5)
    assert read_day("12 May 2026", THURSDAY) == date(2026, 5, 12)


def test_a_leap_day_is_found_in_the_year_that_has_it() -> None:
    assert read_day("29 Feb", date(2027, 11, 12)) == date(2028, 2, 29)
    assert read_day("29 Feb", THURSDAY) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "soon",
        "12",
        "12.11",
        "12/11",
        "11-12",
        "31 Nov",
        "2026-02-30",
        "2026-13-01",
        "0 Dec",
        "二十三十月一日",
        "may",
        "Mon 20 Nov",
        "Mon Fri 20 Nov",
        "12 Dec because of the fair",
        "Mei Friday",
        "+2x",
        "+2",
        "3 weeks",
        "next",
        "周",
        "until",
        "20 Nov" + " " * 80,
    ],
)
def test_what_is_no_sure_day_is_not_read(text: str) -> None:
    assert read_day(text, THURSDAY) is None


DECEMBER = (date(2026, 12, 3), date(2026, 12, 14))


@pytest.mark.parametrize(
    "text",
    [
        "3-14 Dec",
        "3 – 14 Dec",
        "3rd-14th Dec",
        "Dec 3-14",
        "3 Dec - 14 Dec",
        "3 Dec—14 Dec",
        "3 Dec 14 Dec",
        "3 to 14 Dec",
        "from 3 Dec to 14 Dec",
        "from 3 Dec until 14 December",
        "between 3 and 14 Dec",
        "3 Dec - 14 Dec 2026",
        "12月3日-14日",
        "12月3-14日",
        "１２月３日－１４日",
        "12月3日～14日",
        "12月3日到12月14日",
        "从12月3日至14日",
        "十二月三日到十四日",
        "2026-12-03 2026-12-14",
        "2026-12-03 - 2026-12-14",
        "2026-12-03-2026-12-14",
        "3.12. - 14.12.",
        "3.-14.12.",
        "2026年12月3日-14日",
    ],
)
def test_a_period(text: str) -> None:
    assert read_period(text, THURSDAY) == DECEMBER


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("until Friday", THURSDAY, date(2026, 11, 13)),
        ("到周五", THURSDAY, date(2026, 11, 13)),
        ("till 3 Dec", THURSDAY, date(2026, 12, 3)),
        ("Mon-Wed", date(2026, 11, 16), date(2026, 11, 18)),
        ("Fri-Mon", date(2026, 11, 13), date(2026, 11, 16)),
        ("周一到周三", date(2026, 11, 16), date(2026, 11, 18)),
        ("下周一到周三", date(2026, 11, 16), date(2026, 11, 18)),
        ("下周一到下周三", date(2026, 11, 16), date(2026, 11, 18)),
        ("today to tomorrow", THURSDAY, date(2026, 11, 13)),
        ("tomorrow - +2w", date(2026, 11, 13), date(2026, 11, 26)),
        ("Fri - 20 Nov", date(2026, 11, 13), date(2026, 11, 20)),
        ("Fri", date(2026, 11, 13), date(2026, 11, 13)),
        ("2026-12-03", date(2026, 12, 3), date(2026, 12, 3)),
        ("12月3日", date(2026, 12, 3), date(2026, 12, 3)),
        ("28 Dec - 3 Jan", date(2026, 12, 28), date(2027, 1, 3)),
        ("12月28日到1月3日", date(2026, 12, 28), date(2027, 1, 3)),
        ("28 Dec - 3 Jan 2028", date(2027, 12, 28), date(2028, 1, 3)),
        ("3-14 Dec 2027", date(2027, 12, 3), date(2027, 12, 14)),
        ("3 Dec 2027 - 14 Dec", date(2027, 12, 3), date(2027, 12, 14)),
    ],
)
def test_a_period_is_read_from_its_first_day_on(text: str, first: date, last: date) -> None:
    assert read_period(text, THURSDAY) == (first, last)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("14 Dec - 3 Dec", date(2026, 12, 14), date(2026, 12, 3)),
        ("14-3 Dec", date(2026, 12, 14), date(2026, 12, 3)),
        ("until 5 Nov", THURSDAY, date(2026, 11, 5)),
    ],
)
def test_the_order_is_kept_where_the_last_day_comes_first(text: str, first: date, last: date) -> None:
    assert read_period(text, THURSDAY) == (first, last)


@pytest.mark.parametrize(
    "text", ["", "3-14", "Mon Wed", "3 Dec -", "- 3 Dec", "until", "from", "3-31 Nov", "1-2-3 Dec", "a - b"]
)
def test_what_is_no_period_is_not_read(text: str) -> None:
    assert read_period(text, THURSDAY) is None


TOKENS = (
    "3",
    "14",
    "Dec",
    "12月",
    "3日",
    "-",
    "–",
    "to",
    "到",
    "周五",
    "next",
    "下周",
    "Fri",
    "2026-12-03",
    "+2w",
    ".",
    " ",
    "until",
)
TYPED = st.one_of(st.text(max_size=40), st.lists(st.sampled_from(TOKENS), max_size=7).map("".join))


@settings(max_examples=200, deadline=None)
@given(text=TYPED, today=st.dates())
@example("+999w", date.max)
@example("下月底", date.max)
@example("next week", date.max)
@example("29 Feb", date.max)
@example("昨天", date.min)
@example("28 Dec - 3 Jan 0001", date(2026, 1, 1))
def test_reading_never_fails(text: str, today: date) -> None:
    day, period = read_day(text, today), read_period(text, today)

    if day is not None:
        assert period is not None
        assert day in period


@settings(max_examples=100, deadline=None)
@given(day=st.dates(date(1, 1, 1)), today=st.dates())
def test_a_day_written_in_full_is_itself_whatever_day_it_is(day: date, today: date) -> None:
    chinese = f"{day.year:04}年{day.month}月{day.day}日"

    assert read_day(day.isoformat(), today) == read_day(chinese, today) == day


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("next week", (date(2026, 11, 16), date(2026, 11, 20))),
        ("下周", (date(2026, 11, 16), date(2026, 11, 20))),
        ("下个星期", (date(2026, 11, 16), date(2026, 11, 20))),
        ("all of next week", (date(2026, 11, 16), date(2026, 11, 20))),
        ("this week", (date(2026, 11, 12), date(2026, 11, 13))),
        ("这周", (date(2026, 11, 12), date(2026, 11, 13))),
        ("下周五", (date(2026, 11, 20), date(2026, 11, 20))),
    ],
)
def test_a_week_is_a_period_from_monday_to_friday(text: str, period: tuple[date, date]) -> None:
    assert read_period(text, date(2026, 11, 12)) == period


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("31 Feb", True),
        ("by 31 Feb", True),
        ("2月31日 前", True),
        ("2026-02-30", True),
        ("Mon 13 Nov", True),
        ("28 Feb", False),
        ("13 Nov", False),
        ("12/11", False),
        ("2.30", False),
        ("soon", False),
    ],
)
def test_a_day_of_no_calendar_is_known_as_one(text: str, expected: bool) -> None:
    assert no_such_day(text, date(2026, 11, 12)) is expected
