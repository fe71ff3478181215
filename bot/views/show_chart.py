"""What `/okr show` draws: the readings of a key result against its pace (spec/06 §11.1, spec/03 §6.1)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bot.cards.model import Aim, Chart, Point, Series
from bot.okr.model import KeyResult, KRType
from bot.okr.pace import expected_value, pace_line
from bot.okr.scoring import score_points
from bot.views.team import KRView
from storage import models as m

DRAWN = 100
"""Readings at most: a quarter of a feed that reads every day."""

Values = tuple[tuple[date, Decimal], ...]
"""(day, value), the oldest first, each day once."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """Readings, what was expected of them, and where they should be in the end."""

    readings: Values
    expected: Values
    """Empty where no single value is expected."""
    low: Decimal | None
    high: Decimal | None
    """The target is both; a range has one or two ends."""
    start: Decimal | None
    """The baseline, where the way leads from there to a target."""
    expected_then: str
    """What was expected on the day of the last reading, in words; empty where nothing was."""
    age: int
    """The owner's working days since the last reading."""
    picture: str = ""
    """Where its picture can be fetched; empty where nowhere."""

    @property
    def target(self) -> Decimal | None:
        """The one value to reach; None for a range."""
        return self.high if self.low == self.high else None


def drawn(view: KRView, readings: Sequence[m.Reading], written: Callable[[Decimal], str]) -> Drawn | None:
    """The chart of a key result; None where fewer than two days were read, and for one that has no values.

    `written` says an expected value in words.
    """
    values = _values(view.kr, readings)
    if not values:
        return None
    low, high = _aim(view.kr)
    last = values[-1][0]
    expected = expected_value(view.kr, last)
    return Drawn(
        readings=values,
        expected=pace_line(view.kr),
        low=low,
        high=high,
        start=view.kr.baseline if low is not None and low == high else None,
        expected_then="" if expected is None else written(expected),
        age=view.calendar.count(last, view.today) if last < view.today else 0,
    )


def chart_without_words(kr: KeyResult, readings: Sequence[m.Reading]) -> Chart | None:
    """The same as far as a picture shows it; None where nothing is drawn."""
    values, expected, (low, high) = _values(kr, readings), pace_line(kr), _aim(kr)
    if not values:
        return None
    return Chart(
        title="",
        caption="",
        alt="",
        unit=kr.unit,
        readings=_series(values),
        expected=_series(expected) if len(expected) > 1 else None,
        aim=None if low is None and high is None else Aim("", low, high),
    )


def _series(values: Values) -> Series:
    return Series("", tuple(Point(on, value) for on, value in values))


def _values(kr: KeyResult, readings: Sequence[m.Reading]) -> Values:
    """Empty where there is nothing to draw: fewer than two days, or no values at all."""
    values = sorted({one.day: one.value for one in readings}.items())  # the last of a day is the one that counts
    return () if kr.type is KRType.MILESTONE or len(values) < 2 else tuple(values)


def _aim(kr: KeyResult) -> tuple[Decimal | None, Decimal | None]:
    if kr.type is KRType.RANGE:
        return kr.range_lo, kr.range_hi
    points = score_points(kr)
    target = points[-1][0] if points is not None else kr.target
    return target, target
