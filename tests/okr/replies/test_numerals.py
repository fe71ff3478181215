"""Digits with their separators, and Chinese numerals (spec/05 §10.3)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.okr.replies.numerals import read_chinese, read_digits, read_english, tidy


@pytest.mark.parametrize(
    ("raw", "dot", "comma", "unknown"),
    [
        ("1250", ["1250"], ["1250"], ["1250"]),
        ("1 250", ["1250"], ["1250"], ["1250"]),
        ("1'250", ["1250"], ["1250"], ["1250"]),
        ("1,250.5", ["1250.5"], ["1250.5"], ["1250.5"]),
        ("1.250,5", ["1250.5"], ["1250.5"], ["1250.5"]),
        ("1,250", ["1250"], ["1.25", "1250"], ["1250", "1.25"]),
        ("1.250", ["1.25", "1250"], ["1250"], ["1.25", "1250"]),
        ("0,7", ["0.7"], ["0.7"], ["0.7"]),
        ("12,5", ["12.5"], ["12.5"], ["12.5"]),
        ("0.7", ["0.7"], ["0.7"], ["0.7"]),
        ("1,250,000", ["1250000"], ["1250000"], ["1250000"]),
        ("1,250,5", [], [], []),
        ("1.25.5", [], [], []),
        ("0,700", ["0.7"], ["0.7"], ["0.7"]),
        (".65", ["0.65"], ["0.65"], ["0.65"]),
        ("1 250,5", ["1250.5"], ["1250.5"], ["1250.5"]),
        ("1" * 16, [], [], []),
    ],
)
def test_separators_are_read_by_the_persons_style(
    raw: str, dot: list[str], comma: list[str], unknown: list[str]
) -> None:
    assert [*map(Decimal, dot)] == list(read_digits(raw, "dot"))
    assert [*map(Decimal, comma)] == list(read_digits(raw, "comma"))
    assert [*map(Decimal, unknown)] == list(read_digits(raw, "unknown"))


@pytest.mark.parametrize(
    ("numeral", "number"),
    [
        ("一万二", "12000"),
        ("两万", "20000"),
        ("零点七", "0.7"),
        ("十二", "12"),
        ("二十", "20"),
        ("一百二", "120"),
        ("一百零二", "102"),
        ("三千零五", "3005"),
        ("两万五千", "25000"),
        ("一亿二千万", "120000000"),
        ("二〇", "20"),
        ("七", "7"),
    ],
)
def test_a_chinese_numeral_is_read(numeral: str, number: str) -> None:
    assert read_chinese(numeral) == Decimal(number)


@pytest.mark.parametrize("words", ["万一", "一点", "千万", "二五", "一二三", "", "零五"])
def test_what_only_looks_like_a_numeral_is_none(words: str) -> None:
    assert read_chinese(words) is None


def test_english_number_words_go_to_twelve() -> None:
    assert read_english("Seven!") == 7
    assert read_english("thirteen") is None


@given(st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**9), max_value=10**9))
def test_tidying_changes_the_writing_not_the_number(number: Decimal) -> None:
    assert tidy(number) == number
    assert "E" not in str(tidy(number))
    assert not ("." in str(tidy(number)) and str(tidy(number)).endswith("0"))


@given(st.integers(min_value=0, max_value=10**9))
def test_grouped_digits_are_the_same_number_in_each_style(number: int) -> None:
    grouped = f"{number:,}"
    assert Decimal(number) in read_digits(grouped, "dot")
    assert Decimal(number) in read_digits(grouped.replace(",", "."), "comma")
    assert Decimal(number) in read_digits(grouped.replace(",", " "), "unknown")
