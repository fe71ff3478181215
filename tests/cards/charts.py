"""Charts to try things on."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from bot.cards.model import Aim, Chart, Point, Series

FIRST = date(2026, 10, 1)


def series(name: str, *values: str, every: int = 7) -> Series:
    return Series(name, tuple(Point(FIRST + timedelta(days=every * n), Decimal(one)) for n, one in enumerate(values)))


CHART = Chart(
    title="KR2 Self-serve renewals",
    caption="20% → 28% · 1 Oct - 22 Oct · expected 26.9% by then",
    alt="KR2: 28% on 22 Oct; expected 26.9% by then; from 20% to 50%",
    unit="%",
    readings=series("Readings", "20", "22", "27", "28"),
    expected=Series("Pace", (Point(FIRST, Decimal(20)), Point(date(2026, 12, 31), Decimal(50)))),
    aim=Aim("Target", Decimal(50), Decimal(50)),
)
RANGE = replace(CHART, expected=None, aim=Aim("Range", Decimal(21), Decimal(25)))
OPEN = replace(CHART, expected=None, aim=Aim("Range", None, Decimal(25)))
LEVEL = replace(CHART, readings=series("Readings", "99.9", "99.9"), expected=None, aim=None)
FALLING = replace(CHART, unit="$", readings=series("Readings", "-20000", "-45000", "-123456.78"))
DAILY = replace(CHART, readings=series("Readings", *(str(20 + n % 9) for n in range(100)), every=1))
CHINESE = replace(CHART, title="KR2 自助续费", unit="人", readings=series("读数", "12000", "12001"))
EVERY = {
    "target": CHART,
    "range": RANGE,
    "open": OPEN,
    "level": LEVEL,
    "falling": FALLING,
    "daily": DAILY,
    "chinese": CHINESE,
    "bitcoin": replace(CHART, unit="₿"),
    "two neighbours": replace(CHART, readings=series("Readings", "1", "2", every=1), expected=None, aim=None),
}
each_chart = pytest.mark.parametrize("chart", EVERY.values(), ids=EVERY)
