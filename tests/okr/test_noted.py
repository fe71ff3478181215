"""A line that somebody notes: its words, its key result, its day and whom it names, in any order."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.okr.noted import Noted, read_noted

TODAY = date(2026, 11, 12)
FRIDAY, THURSDAY = date(2026, 11, 13), date(2026, 11, 19)
KEYS = ("GRO", "SUP")
LI = "\ue0000\ue001"


@pytest.mark.parametrize(
    ("line", "noted"),
    [
        ("call GC", Noted("call GC")),
        ('"call GC"', Noted("call GC")),
        (f'"call GC" {LI} by Fri KR2', Noted("call GC", "KR2", FRIDAY, 0)),
        (f'KR2 by Fri {LI} "call GC"', Noted("call GC", "KR2", FRIDAY, 0)),
        ("KR2: call GC Fri", Noted("call GC", "KR2", FRIDAY)),
        ("by Fri call GC → KR2", Noted("call GC", "KR2", FRIDAY)),
        ("call GC before Fri (KR2)", Noted("call GC", "KR2", FRIDAY)),
        ("write tests for GRO-2", Noted("write tests", "GRO-2")),
        ("周五前找法务 → KR4", Noted("找法务", "KR4", FRIDAY)),
        ("找法务，周五前", Noted("找法务", None, FRIDAY)),
        ("结对改订单表单 周四 → KR4", Noted("结对改订单表单", "KR4", THURSDAY)),
        ("“下周三前上线” KR2", Noted("下周三前上线", "KR2")),
        ("call GC about KR2 pricing", Noted("call GC about KR2 pricing", "KR2")),
        ("compare what KR2 and KR3 need", Noted("compare what KR2 and KR3 need")),
        ("move to utf-8", Noted("move to utf-8")),
        ("plan the party for Friday", Noted("plan the party for Friday")),
        ("修复周五的问题", Noted("修复周五的问题")),
        (f"ask {LI} about pricing", Noted(f"ask {LI} about pricing")),
        ('"a" or "b" decide', Noted('"a" or "b" decide')),
        ('say "hi" to all by Fri', Noted('say "hi" to all', None, FRIDAY)),
        ('"call GC', Noted("call GC")),
        ("send it by 1 Nov", Noted("send it", None, date(2026, 11, 1))),
        ("cut it by 12/11", Noted("cut it by 12/11", unread_day="12/11")),
        ("raise to 50 by 20", Noted("raise to 50 by 20")),
        ("KR2", Noted("", "KR2")),
        ("Fri", Noted("", None, FRIDAY)),
        ('""', Noted("")),
        ("", Noted("")),
        ("🍵", Noted("🍵")),
    ],
)
def test_a_line_is_read(line: str, noted: Noted) -> None:
    assert read_noted(line, TODAY, KEYS) == noted


def test_a_day_and_a_person_belong_to_the_words_of_a_win() -> None:
    assert read_noted(f"shipped on Friday with {LI} KR2", TODAY, KEYS, days=False) == Noted(
        f"shipped on Friday with {LI}", "KR2"
    )


_PARTS = st.sampled_from(
    ["KR2", "→", '"', "“", "by", "Fri", "周五前", "GRO-2", LI, "call", "GC", "(", ",", "12/11", "x"]
)


@given(st.one_of(st.text(max_size=200), st.lists(_PARTS, max_size=20).map(" ".join), st.lists(_PARTS).map("".join)))
def test_reading_never_fails_and_adds_no_words(line: str) -> None:
    noted = read_noted(line, TODAY, KEYS)

    assert noted.text in " ".join(line.split())


def test_a_huge_line_is_read_in_no_time() -> None:
    assert read_noted("call " * 400 + "KR2", TODAY, KEYS).label == "KR2"
