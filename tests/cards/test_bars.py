"""Bars of text say how values went, wherever no picture can stand."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.cards.bars import BARS, sparkline, thinned
from bot.cards.model import Point


def test_bars_rise_from_the_lowest_to_the_highest() -> None:
    assert sparkline([Decimal(one) for one in range(8)]) == BARS
    assert sparkline([Decimal(5), Decimal(5)]) == "▄▄"
    assert sparkline([Decimal(5)]) == sparkline([]) == ""


@settings(max_examples=100, deadline=None)
@given(st.lists(st.decimals(-(10**9), 10**9, places=3), min_size=2, max_size=8))
def test_bars_keep_the_order_of_the_values(values: list[Decimal]) -> None:
    bars = sparkline(values)

    assert len(bars) == len(values)
    for one, two in zip(range(len(values)), range(1, len(values)), strict=False):
        if values[one] <= values[two]:
            assert bars[one] <= bars[two]


@given(st.integers(2, 200), st.integers(2, 30))
def test_thinned_points_begin_and_end_as_all_of_them(many: int, most: int) -> None:
    points = [Point(date(2026, 1, 1) + timedelta(days=n), Decimal(n)) for n in range(many)]

    shown = thinned(points, most)

    assert (shown[0], shown[-1]) == (points[0], points[-1])
    assert len(shown) == min(many, most) == len(set(shown))
    assert list(shown) == sorted(shown, key=lambda point: point.on)
