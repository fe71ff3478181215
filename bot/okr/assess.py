"""Everything derived about one key result on one day: what board, digest, prompt and `/okr why` show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bot.okr.exact import ZERO, above
from bot.okr.freshness import Freshness, freshness_of, limits_of, number_age_of
from bot.okr.heading import data_heading, is_early
from bot.okr.model import (
    DEFAULT_THRESHOLDS,
    Band,
    CheckIn,
    Commitment,
    Current,
    FreshnessState,
    KeyResult,
    KRType,
    ScoreMode,
    Status,
    StatusReason,
    Tag,
    Thresholds,
)
from bot.okr.pace import expected_score, expected_value, reading_day
from bot.okr.ranges import distance, is_inside, is_maintained
from bot.okr.scoring import is_reached, previous_score, score_of
from bot.okr.stalled import is_stalled
from bot.okr.status import StatusFacts, band_of_heading, has_fallen_back, owner_band, status_of, tags_of
from bot.okr.workdays import WorkCalendar


@dataclass(frozen=True, slots=True)
class Assessment:
    """A KR as it stands on `today`; every figure follows from `kr` and `current` (spec/11 check 20).

    `heading` is the data's; `shown_heading` may be the owner's self-score instead (`heading_from_owner`).
    `owner_band` is what the owner judged, `owner_band_age` how many working days ago, `owner_band_valid` whether
    that is recent enough to count. `reached` says that rule 1 applies, also where a dark KR does not show it.
    `capped_from` is the colour that rule 8 took back. `number_age` is set only where the number is older than
    two cadences. `gap_value` is in the metric's unit, positive where the value falls short in the KR's direction
    of what was expected on the day it was measured; for a maintained range it is the way back into the range.
    """

    kr: KeyResult
    current: Current
    today: date
    raw: Decimal | None
    score: Decimal | None
    previous_score: Decimal | None
    reading_on: date | None
    pace_at_reading: Decimal | None
    pace_today: Decimal | None
    heading: Decimal | None
    shown_heading: Decimal | None
    heading_from_owner: bool
    data_band: Band | None
    owner_band: Band | None
    owner_band_valid: bool
    owner_band_age: int | None
    status: Status
    reason: StatusReason
    capped_from: Band | None
    needs_reason: bool
    tags: tuple[Tag, ...]
    freshness: Freshness
    number_age: int | None
    expected_value_at_reading: Decimal | None
    gap_value: Decimal | None
    in_range: bool | None
    reached: bool
    past_due: bool
    thresholds: Thresholds = DEFAULT_THRESHOLDS
    score_mode: ScoreMode = ScoreMode.FORECAST

    @property
    def gap_score(self) -> Decimal | None:
        """Expected score − score on the day of the reading; orders the digest's Short block (spec/08 §13.2)."""
        return None if self.score is None or self.pace_at_reading is None else self.pace_at_reading - self.score


def assess(
    kr: KeyResult,
    current: Current,
    calendar: WorkCalendar,
    today: date,
    *,
    published_on: date | None = None,
    recent: Sequence[CheckIn] = (),
    thresholds: Thresholds = DEFAULT_THRESHOLDS,
    score_mode: ScoreMode = ScoreMode.FORECAST,
) -> Assessment:
    """The KR as it stands on `today` (spec/03 §5-7).

    `calendar` is the lead owner's; `recent` are the last check-ins, four substantive ones are enough, and only tell
    whether the KR is stalled; `published_on` starts the clock of a KR that was never updated.
    """
    result = score_of(kr, current)
    before = previous_score(kr, current)
    day = reading_day(kr, current)
    pace = None if day is None else expected_score(kr, day)
    pace_today = expected_score(kr, today)
    heading = data_heading(kr, current, thresholds)
    from_owner = heading is None and score_mode is ScoreMode.FORECAST and current.self_score is not None
    reached = is_reached(kr, current, today)
    fresh = freshness_of(kr, current, calendar, today, published_on=published_on, done=reached, thresholds=thresholds)
    data = None if heading is None else band_of_heading(kr.commitment, heading, thresholds)
    owner = owner_band(kr, current, thresholds, score_mode)
    limits = limits_of(kr.cadence, done=reached, thresholds=thresholds)
    owner_age = None if current.band_on is None else calendar.count(current.band_on, today)
    valid = owner is not None and owner_age is not None and owner_age <= limits.due
    fell_back = has_fallen_back(before, result.score)
    past_due = today > kr.due
    verdict = status_of(
        StatusFacts(
            data=data,
            owner=owner if valid else None,
            note=current.band_note,
            blocked=current.blocked,
            fell_back=fell_back,
            below_start=result.raw is not None and above(ZERO, result.raw),
            reached=reached,
            past_due=past_due,
            committed=kr.commitment is Commitment.COMMITTED,
            early=pace_today is not None and is_early(pace_today, thresholds),
            dark=fresh.too_old,
        )
    )
    weighed = verdict.status in _WEIGHED
    return Assessment(
        kr=kr,
        current=current,
        today=today,
        raw=result.raw,
        score=result.score,
        previous_score=before,
        reading_on=day,
        pace_at_reading=pace,
        pace_today=pace_today,
        heading=heading,
        shown_heading=current.self_score if from_owner else heading,
        heading_from_owner=from_owner,
        data_band=data,
        owner_band=owner,
        owner_band_valid=valid,
        owner_band_age=owner_age,
        status=verdict.status,
        reason=verdict.reason,
        capped_from=verdict.capped_from,
        needs_reason=verdict.needs_reason,
        tags=tags_of(
            kr,
            blocked=current.blocked,
            stale=fresh.state is FreshnessState.STALE,
            stalled=is_stalled(kr, current, recent),
            fell_back=fell_back,
            owner_differs=weighed and valid and data is not None and owner is not data,
        ),
        freshness=fresh,
        number_age=number_age_of(kr, current, calendar, today),
        expected_value_at_reading=None if day is None else expected_value(kr, day),
        gap_value=gap_value(kr, current),
        in_range=is_inside(kr, current.value) if kr.type is KRType.RANGE and current.value is not None else None,
        reached=reached,
        past_due=past_due,
        thresholds=thresholds,
        score_mode=score_mode,
    )


def gap_value(kr: KeyResult, current: Current) -> Decimal | None:
    """How far the value falls short of what was expected on its day, in the metric's unit (spec/08 §13.2).

    Positive is short in the KR's direction, negative is beyond. For a range the distances outside it are compared,
    for a maintained one with none. None without a reading or where no value is expected.
    """
    if current.value is None or current.measured_on is None or not kr.is_number:
        return None
    if is_maintained(kr):
        return distance(kr, current.value)
    expected = expected_value(kr, current.measured_on)
    if expected is None:
        return None
    if kr.type is KRType.RANGE:
        return distance(kr, current.value) - distance(kr, expected)
    return current.value - expected if kr.type is KRType.DECREASE else expected - current.value


_WEIGHED = (Status.AHEAD, Status.ON_TRACK, Status.AT_RISK, Status.OFF_TRACK)
