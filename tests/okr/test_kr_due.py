"""The last day of a key result is read out of its line; what may be several days is asked about (spec/04 §9.1)."""

from datetime import date

import pytest

from bot.okr.kr_due import due_in, is_no_day_to_come

TODAY = date(2026, 11, 12)
LAST = date(2026, 12, 30)


def due(text: str) -> tuple[str, date | None] | None:
    found = due_in(text, TODAY, "2026 Q4", LAST)
    return None if found is None else (found.words, found.day)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Raise NPS from 30 to 45 by 15 Dec", date(2026, 12, 15)),
        ("Raise NPS by 15 Dec from 30 to 45", date(2026, 12, 15)),
        ("Raise NPS from 30 to 45 by the 15th of December", date(2026, 12, 15)),
        ("By 15 December, raise NPS from 30 to 45", date(2026, 12, 15)),
        ("Raise NPS from 30 to 45 by end of November", date(2026, 11, 30)),
        ("Raise NPS from 30 to 45 by the end of November.", date(2026, 11, 30)),
        ("Raise NPS from 30 to 45 (by mid December)", date(2026, 12, 15)),
        ("Raise NPS from 30 to 45, end of November", date(2026, 11, 30)),
        ("Hire 5 engineers by the end of Q4", LAST),
        ("Hire 5 engineers by Q4", LAST),
        ("Hire 5 engineers by the end of the quarter", LAST),
        ("Hire 5 engineers by the end of Q1", date(2027, 3, 31)),
        ("Hire 5 engineers by end of year", date(2026, 12, 31)),
        ("Hire 5 engineers by Friday", date(2026, 11, 13)),
        ("Hire 5 engineers, due: Dec 15, 2026", date(2026, 12, 15)),
        ("Hire 5 engineers by 20/12 (owner Pau)", date(2026, 12, 20)),
        ("Hire 5 engineers by 12/20/2026", date(2026, 12, 20)),
        ("Hire 5 engineers 📅 Dec 15", date(2026, 12, 15)),
        ("Hire 5 engineers - 20/12", date(2026, 12, 20)),
        ("上线小程序（12/15前）", date(2026, 12, 15)),
        ("11月底前把复购率从5%提高到15%", date(2026, 11, 30)),
        ("把复购率从5%提高到15%，12月15日前", date(2026, 12, 15)),
        ("在十二月中旬前上线小程序", date(2026, 12, 15)),
        ("年底前上线小程序", date(2026, 12, 31)),
        ("上线小程序，截止：年底", date(2026, 12, 31)),
        ("月底前上线小程序", date(2026, 11, 30)),
        ("季度末前上线小程序", LAST),
        ("周五前上线小程序", date(2026, 11, 13)),
    ],
)
def test_a_day_has_one_reading(text: str, day: date) -> None:
    found = due(text)

    assert found is not None
    assert found[1] == day


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Write 10 posts before Christmas", "Christmas"),
        ("Write 10 posts by November", "November"),
        ("Write 10 posts by early December", "early December"),
        ("Write 10 posts by 12/11", "12/11"),
        ("Write 10 posts by 31 Feb", "31 Feb"),
        ("Launch it by Q2", "Q2"),
        ("Write 10 posts by 1/12 (owner Pau)", "1/12"),
        ("Write 10 posts - 1/12", "1/12"),
        ("Write 10 posts next week", "next week"),
        ("Write 10 posts by last Monday", "last Monday"),
        ("上线小程序，12/11前", "12/11前"),
        ("春节前上线小程序", "春节前"),
        ("12月前上线小程序", "12月前"),
    ],
)
def test_what_may_be_several_days_is_named(text: str, words: str) -> None:
    assert due(text) == (words, None)


@pytest.mark.parametrize(
    "text",
    [
        "Grow revenue by 10%", "Cut costs by 5", "Lower refund rate from 0.5% to 0.2%", "Answer 90% within 2 days",
        "完成年底盘点", "Sign 5 customers, 3 of them in Spain", "复购率从 5% 提高到 15%", "Cut costs by 4",
        "Raise sign-ups by summer interns from 5 to 10", "Train the staff (12/15)", "Raise the rating from 3/5 to 4/5",
    ],
)  # fmt: skip
def test_other_words_name_no_day(text: str) -> None:
    assert due(text) is None


@pytest.mark.parametrize(
    ("words", "is_none"),
    [("31 Feb", True), ("30/2", True), ("last Monday", True), ("1/12", False), ("Christmas", False)],
)
def test_what_is_no_day_to_come_is_told_from_what_may_be_several(words: str, is_none: bool) -> None:
    assert is_no_day_to_come(words, TODAY) is is_none
