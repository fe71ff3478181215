"""Times of day as people type them."""

from datetime import time

import pytest

from bot.okr.clock_words import read_time


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("9:30", time(9, 30)),
        ("09.30", time(9, 30)),
        ("9.30am", time(9, 30)),
        ("9 AM", time(9)),
        ("9 p.m.", time(21)),
        ("12am", time(0)),
        ("12pm", time(12)),
        ("0930", time(9, 30)),
        ("17", time(17)),
        ("15h30", time(15, 30)),
        ("noon", time(12)),
        ("24:00", time(0)),
        ("上午9点半", time(9, 30)),
        ("上午九点半", time(9, 30)),
        ("下午3点", time(15)),
        ("晚上8点30分", time(20, 30)),
        ("下午三点一刻", time(15, 15)),
        ("十二点", time(12)),
        ("下午3:45", time(15, 45)),
        ("９：３０", time(9, 30)),
    ],
)
def test_a_time_that_is_read(text: str, expected: time) -> None:
    assert read_time(text) == expected


@pytest.mark.parametrize("text", ["", " ", "25:00", "9:61", "13pm", "0am", "half past", "-9", "9:3", "9" * 50, "点"])
def test_what_is_no_time(text: str) -> None:
    assert read_time(text) is None
