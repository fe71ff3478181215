"""Numbers typed into their own fields of the update form."""

from dataclasses import replace
from decimal import Decimal

import pytest

from bot.okr.replies import Ask, Code, parse_confidence_field, parse_number_field, parse_score_field
from tests.okr.replies.contexts import context


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("M", "45k", "45000"),
        ("M", "$45,000.50", "45000.5"),
        ("M", "about 45k", "45000"),
        ("M", "45k/60k", "45000"),
        ("A", "31%", "31"),
        ("A", "31,5", "31.5"),
        ("R", "0.7", "0.7"),
        ("R", ".65", "0.65"),
        ("I", "seven", "7"),
        ("V", "3.5 weeks", "3.5"),
        ("L", "0.6 s", "600"),
        ("Z", "１．２万", "12000"),
        ("Z", "1.2w", "12000"),
        ("G", "十二万", "120000"),
        ("EU", "1.250", "1250"),
        ("P", "-5k", "-5000"),
        ("MP", "70%", "51000"),
        ("BL", "0.12", "0.12"),
        ("BL", "12%", "12"),
    ],
)
def test_a_value_in_its_field_is_read(name: str, text: str, value: str) -> None:
    against = context(name)
    assert parse_number_field(text, against.key_results[0], against) == Decimal(value)


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("M", "", Code.Q_NUMBER),
        ("M", "soon", Code.Q_NUMBER),
        ("M", "45k or 46k", Code.Q_RANGE),
        ("M", "45k 46k", Code.Q_NUMBER),
        ("M", "450000", Code.Q_OUTLIER),
        ("M", "0.7", Code.Q_OUTLIER),
        ("M", "1", Code.Q_OUTLIER),
        ("M", "€45k", Code.Q_CURRENCY),
        ("M", "70%", Code.Q_PERCENT_MEANS),
        ("M", "150%", Code.Q_OUT_OF_RANGE),
        ("M", "+4k", Code.Q_DELTA),
        ("BL", "1.250", Code.Q_SEPARATOR),
        ("B", "7", Code.Q_NUMBER),
    ],
)
def test_what_is_no_value_says_what_is_wrong(name: str, text: str, code: Code) -> None:
    against = context(name)
    given = parse_number_field(text, against.key_results[0], against)
    assert isinstance(given, Ask)
    assert given.code is code
    assert given.label == against.key_results[0].label


def test_a_percentage_that_means_landing_is_no_value() -> None:
    against = replace(context("M"), percent_means="landing")
    given = parse_number_field("70%", against.key_results[0], against)
    assert isinstance(given, Ask)
    assert given.code is Code.Q_NUMBER


@pytest.mark.parametrize(
    ("text", "score"),
    [
        ("0.7", "0.7"),
        ("0,7", "0.7"),
        (".7", "0.7"),
        ("1", "1"),
        ("0", "0"),
        ("1.0", "1"),
        ("70%", "0.7"),
        ("七成", "0.7"),
        ("7/10", "0.7"),
    ],
)
def test_a_self_score_in_its_field_is_read(text: str, score: str) -> None:
    assert parse_score_field(text) == Decimal(score)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("7", Code.Q_OUT_OF_RANGE),
        ("-0.1", Code.Q_OUT_OF_RANGE),
        ("1.1", Code.Q_OUT_OF_RANGE),
        ("110%", Code.Q_OUT_OF_RANGE),
        ("", Code.Q_NUMBER),
        ("high", Code.Q_NUMBER),
        ("0.7 0.8", Code.Q_NUMBER),
        ("$0.7", Code.Q_NUMBER),
    ],
)
def test_what_is_no_self_score_says_so(text: str, code: Code) -> None:
    given = parse_score_field(text)
    assert isinstance(given, Ask)
    assert given.code is code


@pytest.mark.parametrize(
    ("text", "likely"),
    [
        ("7", "7"),
        ("7.5", "7.5"),
        ("7/10", "7"),
        ("70%", "7"),
        ("七成", "7"),
        ("0.7", "7"),
        ("0", "0"),
        ("1", "1"),
        ("10", "10"),
    ],
)
def test_a_likelihood_in_its_field_is_read(text: str, likely: str) -> None:
    assert parse_confidence_field(text) == Decimal(likely)


@pytest.mark.parametrize(
    ("text", "code"), [("11", Code.Q_OUT_OF_RANGE), ("11/10", Code.Q_OUT_OF_RANGE), ("hm", Code.Q_NUMBER)]
)
def test_what_is_no_likelihood_says_so(text: str, code: Code) -> None:
    given = parse_confidence_field(text)
    assert isinstance(given, Ask)
    assert given.code is code
