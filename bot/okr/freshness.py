"""How old what we know is: fresh, due, stale, dark, or a quiet feed (spec/03 §7)."""

from dataclasses import dataclass
from datetime import date

from bot.okr.model import (
    DEFAULT_THRESHOLDS,
    Cadence,
    Current,
    FreshnessState,
    KeyResult,
    KRState,
    Thresholds,
)
from bot.okr.workdays import WorkCalendar

WEEKLY_DAYS = 5
BIWEEKLY_DAYS = 10
NUMBER_CADENCES = 2
"""A number is old after so many cadences (spec/03 §7.3)."""

_NOT_AGEING = (KRState.DRAFT, KRState.DROPPED, KRState.CLOSED)


@dataclass(frozen=True, slots=True)
class Limits:
    """Ages in working days: fresh up to `fresh`, due up to `due`, stale up to `stale`, then dark (spec/03 §7.2)."""

    fresh: int
    due: int
    stale: int

    @property
    def stale_from(self) -> int:
        return self.due + 1

    @property
    def dark_from(self) -> int:
        return self.stale + 1


@dataclass(frozen=True, slots=True)
class Freshness:
    """State of a KR's knowledge. `age` in working days since `counted_from`; both None for a KR that does not age.

    `updated_on` is the last substantive update, None if there was none. `too_old` greys the colour: the KR is
    dark, or its feed has been quiet for as long as that (spec/03 §6.5, rule 9).
    """

    state: FreshnessState
    age: int | None
    updated_on: date | None
    counted_from: date | None = None
    too_old: bool = False


def limits_of(cadence: Cadence, *, done: bool = False, thresholds: Thresholds = DEFAULT_THRESHOLDS) -> Limits:
    """The limits of a cadence; a done KR is asked every second week and has the biweekly ones (spec/03 §7.2, §7.4)."""
    days = BIWEEKLY_DAYS if done or cadence is Cadence.BIWEEKLY else WEEKLY_DAYS
    return Limits(fresh=days, due=days + thresholds.grace_days, stale=days * thresholds.dark_factor)


def freshness_of(
    kr: KeyResult,
    current: Current,
    calendar: WorkCalendar,
    today: date,
    *,
    published_on: date | None = None,
    done: bool = False,
    thresholds: Thresholds = DEFAULT_THRESHOLDS,
) -> Freshness:
    """The age of the last substantive update on the owner's calendar, and what it means (spec/03 §7.1-7.3).

    The clock starts at the later of KR start and publish day, so what was read before does not age before the KR
    is live. Automated KRs are measured by their last reading: beyond `auto_max_age_days` the feed is quiet, which
    is nobody's silence, so they never become due, stale or dark. Draft, dropped and closed KRs do not age.
    """
    if kr.state in _NOT_AGEING:
        return Freshness(FreshnessState.FRESH, None, current.updated_on)
    live_from = max(kr.start, published_on or kr.start)
    limits = limits_of(kr.cadence, done=done, thresholds=thresholds)
    counted_from = max(current.updated_on or live_from, live_from)
    age = calendar.count(counted_from, today)
    if not kr.is_automated:
        state = _state(age, limits)
        return Freshness(state, age, current.updated_on, counted_from, state is FreshnessState.DARK)
    read_from = max(current.measured_on or live_from, live_from)
    feed_age = calendar.count(read_from, today)
    quiet = feed_age > kr.auto_max_age_days
    state = FreshnessState.FEED_QUIET if quiet else FreshnessState.FRESH
    return Freshness(state, feed_age, current.updated_on, read_from, quiet and age > limits.stale)


def number_age_of(kr: KeyResult, current: Current, calendar: WorkCalendar, today: date) -> int | None:
    """The age of a number that only self-scores have kept company for more than two cadences, else None.

    In working days since it was measured (spec/03 §7.3).
    """
    if not kr.is_number or kr.is_automated or kr.state in _NOT_AGEING:
        return None
    if current.measured_on is None or current.updated_on is None or current.updated_on <= current.measured_on:
        return None
    age = calendar.count(max(current.measured_on, kr.start), today)
    return age if age > NUMBER_CADENCES * limits_of(kr.cadence).fresh else None


def _state(age: int, limits: Limits) -> FreshnessState:
    if age <= limits.fresh:
        return FreshnessState.FRESH
    if age <= limits.due:
        return FreshnessState.DUE
    return FreshnessState.STALE if age <= limits.stale else FreshnessState.DARK
