"""A person's working days: what ages a key result, and what does not (spec/03 §7.1)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

Period = tuple[date, date]
"""First and last day, both included."""

MONDAY_TO_FRIDAY = frozenset(range(5))
SEARCH_DAYS = 400
"""How far the next or previous working day is looked for; beyond it there is none."""

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class StandIn:
    """From `first` to `last`, both included, the clock runs on the delegate's `calendar` (spec/03 §7.1)."""

    first: date
    last: date
    calendar: WorkCalendar


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Which days count for one person and one KR; all periods include both their ends (spec/03 §7.1).

    A working day is one of `working_days` (0 is Monday), not in `off`; a day in `make_up` works whatever
    its weekday, and also when a general holiday list has it as a holiday (调休: the decree is the more
    precise of the two). Days inside `away`, the company's `freeze` or the KR's `paused` never count.
    With a delegate, an away period belongs in `stand_ins` and the delegate's calendar decides.
    """

    working_days: frozenset[int] = MONDAY_TO_FRIDAY
    off: frozenset[date] = frozenset()
    make_up: frozenset[date] = frozenset()
    away: tuple[Period, ...] = ()
    freeze: tuple[Period, ...] = ()
    paused: tuple[Period, ...] = ()
    stand_ins: tuple[StandIn, ...] = ()

    def is_working(self, day: date) -> bool:
        """True where `day` counts."""
        # Asked some hundred times for each key result that is planned: most have no such periods.
        if (self.freeze and _within(day, self.freeze)) or (self.paused and _within(day, self.paused)):
            return False
        for stand_in in self.stand_ins:
            if stand_in.first <= day <= stand_in.last:
                return stand_in.calendar.is_working(day)
        if self.away and _within(day, self.away):
            return False
        return day in self.make_up or (day.weekday() in self.working_days and day not in self.off)

    def count(self, after: date, until: date) -> int:
        """How many working days d have `after < d <= until`; 0 where the span is empty."""
        is_working, day_of = self.is_working, date.fromordinal
        return sum(map(is_working, map(day_of, range(after.toordinal() + 1, until.toordinal() + 1))))

    def next_working(self, day: date) -> date | None:
        """The first working day after `day`; None if there is none within 400 days."""
        return self._nearest(day, _DAY)

    def previous_working(self, day: date) -> date | None:
        """The last working day before `day`; None if there is none within 400 days."""
        return self._nearest(day, -_DAY)

    def without_stand_ins(self) -> WorkCalendar:
        """The same calendar as if nobody stood in for anybody."""
        return replace(self, stand_ins=()) if self.stand_ins else self

    def without_absence(self) -> WorkCalendar:
        """The same calendar as if its person were never away."""
        return replace(self, away=(), stand_ins=()) if self.away or self.stand_ins else self

    def with_pauses(self, pauses: Iterable[Period]) -> WorkCalendar:
        """The same calendar for a KR that was paused in these periods as well."""
        return replace(self, paused=(*self.paused, *pauses))

    def _nearest(self, day: date, step: timedelta) -> date | None:
        candidate = day
        for _ in range(SEARCH_DAYS):
            candidate += step
            if self.is_working(candidate):
                return candidate
        return None


def _within(day: date, periods: tuple[Period, ...]) -> bool:
    return any(first <= day <= last for first, last in periods)
