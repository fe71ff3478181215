"""Three weeks of reasons against the pace: what counts as one, and what breaks the row (spec/03 §6.4)."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from bot.okr.history import History
from bot.okr.model import Band, Cadence, CheckIn, CheckInKind, KeyResult, KRType, PaceProfile, Reading
from bot.okr.slow_start import is_overridden, looks_slow, may_start_slowly

KR = KeyResult(
    id=1,
    team_key="GRO",
    number=1,
    title="Renewals",
    short_title="Renewals",
    type=KRType.INCREASE,
    start=date(2026, 10, 1),
    due=date(2026, 12, 31),
    baseline=Decimal(20),
    target=Decimal(50),
)
REASON = "two hotels sign soon"
THURSDAYS = (date(2026, 11, 12), date(2026, 11, 19), date(2026, 11, 26))


def row(number: int, day: date, **said: Any) -> CheckIn:
    told: dict[str, Any] = {"self_score": Decimal("0.7"), "note": REASON} | said
    at = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    return CheckIn(id=number, kr_id=1, by_id=1, at=at, on=day, kind=CheckInKind.UPDATE, **told)


def readings(value: str = "27") -> list[Reading]:
    return [Reading(Decimal(value), datetime(2026, 11, 10, tzinfo=UTC), date(2026, 11, 10), id=1)]


HOPEFUL = [row(number, day) for number, day in enumerate(THURSDAYS, 1)]


def test_three_weeks_of_reasons_look_slow() -> None:
    assert looks_slow(KR, History(readings(), HOPEFUL))


@pytest.mark.parametrize(
    "rows",
    [
        HOPEFUL[:2],
        HOPEFUL[1:],
        [HOPEFUL[0], HOPEFUL[2]],
        [HOPEFUL[0], replace(HOPEFUL[1], note=None), HOPEFUL[2]],
        [HOPEFUL[0], replace(HOPEFUL[1], note="soon"), HOPEFUL[2]],
        [HOPEFUL[0], replace(HOPEFUL[1], self_score=Decimal("0.3")), HOPEFUL[2]],
        [HOPEFUL[0], HOPEFUL[1], replace(HOPEFUL[2], undone=True)],
        [HOPEFUL[0], HOPEFUL[1], replace(HOPEFUL[2], kind=CheckInKind.SKIP)],
        [*HOPEFUL, row(4, THURSDAYS[2], note=None, supersedes_id=3)],
        [],
    ],
    ids=["two", "two-late", "gap", "no-note", "short-note", "gloomier", "undone", "skipped", "corrected", "nothing"],
)
def test_what_breaks_the_row(rows: list[CheckIn]) -> None:
    assert not looks_slow(KR, History(readings(), rows))


def test_a_heading_that_is_green_needs_no_other_pace() -> None:
    assert not looks_slow(KR, History(readings("40"), HOPEFUL))


def test_the_newest_word_of_a_week_is_what_counts() -> None:
    first = row(9, date(2026, 11, 17), note=None)

    assert looks_slow(KR, History(readings(), [*HOPEFUL, first]))


def test_a_reason_added_to_what_was_said_counts() -> None:
    bare = replace(HOPEFUL[2], note=None)
    completed = row(4, THURSDAYS[2], supersedes_id=3)

    assert looks_slow(KR, History(readings(), [*HOPEFUL[:2], bare, completed]))


def test_every_second_week_counts_its_own_weeks() -> None:
    biweekly = replace(KR, cadence=Cadence.BIWEEKLY)
    rows = [row(1, date(2026, 10, 29)), row(2, THURSDAYS[0]), row(3, THURSDAYS[2])]
    early = [Reading(Decimal(22), datetime(2026, 10, 28, tzinfo=UTC), date(2026, 10, 28), id=1)]

    assert looks_slow(biweekly, History(early, rows))
    assert not looks_slow(biweekly, History(early, rows[1:]))


@pytest.mark.parametrize(
    ("kr", "may"),
    [
        (KR, True),
        (replace(KR, pace=PaceProfile.SLOW_START), False),
        (replace(KR, pace=PaceProfile.STEPS), False),
        (replace(KR, type=KRType.MILESTONE), False),
        (replace(KR, type=KRType.BASELINE), False),
    ],
)
def test_only_a_number_on_a_straight_line_may_start_slowly(kr: KeyResult, may: bool) -> None:
    assert may_start_slowly(kr) is may


@pytest.mark.parametrize(
    ("data", "owner", "note", "overridden"),
    [
        (Band.OFF_TRACK, Band.AT_RISK, REASON, True),
        (Band.AT_RISK, Band.AHEAD, REASON, True),
        (Band.ON_TRACK, Band.AHEAD, REASON, False),
        (Band.AT_RISK, Band.AT_RISK, REASON, False),
        (Band.AT_RISK, Band.ON_TRACK, None, False),
        (None, Band.ON_TRACK, REASON, False),
        (Band.AT_RISK, None, REASON, False),
    ],
)
def test_what_overrides_a_heading(data: Band | None, owner: Band | None, note: str | None, overridden: bool) -> None:
    assert is_overridden(data, owner, note) is overridden
