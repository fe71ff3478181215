"""What stands beside the words of a key result in its line is taken off, wherever it stands."""

from datetime import date
from decimal import Decimal

import pytest

from bot.okr.line_parts import LineParts, bracketed, line_parts, owners_named

TODAY = date(2026, 11, 12)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("NPS to 45, weight 2, committed, due: 15 Dec", LineParts("NPS to 45", "15 Dec", Decimal(2), True)),
        ("NPS to 45 (weight: 0.5; stretch)", LineParts("NPS to 45", "", Decimal("0.5"), False)),
        ("NPS 到 45，权重：2，承诺型，截止：12月15日", LineParts("NPS 到 45", "12月15日", Decimal(2), True)),
        ("NPS to 45, due: some day", LineParts("NPS to 45, due: some day")),
        ("Cut the weight of 2 parts to 1,250 g", LineParts("Cut the weight of 2 parts to 1,250 g")),
        ("Committed customers from 3 to 9", LineParts("Committed customers from 3 to 9")),
        ("committed", LineParts("committed")),
    ],
)
def test_weight_day_and_promise(text: str, parts: LineParts) -> None:
    assert line_parts(text, TODAY) == parts


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("NPS (Owner: Bob) to 45", ("NPS to 45", ("Bob",))),
        ("NPS to 45, owners: Bob and Li; by May", ("NPS to 45; by May", ("Bob", "Li"))),
        ("NPS 到 45，负责人：小林、小王", ("NPS 到 45", ("小林", "小王"))),
        ("NPS to 45 Owner: <@U1|bob>", ("NPS to 45 <@U1|bob>", ())),
        ("NPS to 45 (owner Zoe)", ("NPS to 45", ("Zoe",))),
        ("NPS to 45 (owner Zoe, by 18 Dec)", ("NPS to 45 (by 18 Dec)", ("Zoe",))),
        ("NPS to 45, owned by Bob and Zoe", ("NPS to 45", ("Bob", "Zoe"))),
        ("NPS 到 45（负责人小林）", ("NPS 到 45", ("小林",))),
        ("NPS 到 45，负责人培训到位", ("NPS 到 45，负责人培训到位", ())),
        ("Homes (owner occupied) from 5 to 9", ("Homes (owner occupied) from 5 to 9", ())),
        ("Home owners: from 5 to 9", ("Home owners: from 5 to 9", ())),
    ],
)
def test_owners_in_words(text: str, found: tuple[str, tuple[str, ...]]) -> None:
    assert owners_named(text) == found


def test_what_may_be_a_name() -> None:
    assert list(bracketed("NPS (Bob) to 45")) == [("Bob", "NPS to 45")]
    assert list(bracketed("NPS to 45, owner Bob")) == [("Bob", "NPS to 45")]
    assert list(bracketed("NPS to 45 — Bob")) == [("Bob", "NPS to 45")]
    assert list(bracketed("NPS to 45 owned by Bob by 15 Dec")) == [("Bob", "NPS to 45 by 15 Dec")]
    assert list(bracketed("NPS (30%) to 45, Bob")) == []


@pytest.mark.parametrize(
    "sign", ["(", ", ", "owner: ", "owner: a", " - ", "due: ", "weight ", "| a ", "(owner A", " owned by a"]
)
def test_long_lines_cost_no_time(sign: str) -> None:
    text = sign * 2000
    owners_named(text)
    line_parts(text, TODAY)
    list(bracketed(text))
