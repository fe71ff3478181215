"""The arithmetic behind an assessment: what `/okr why` puts into words (spec/06 §11.6).

Nothing here is computed a second way: every line holds the figures that went in, as they stand on the KR, beside
the figure that came out, so that whoever reads it can do the sum again (spec/11 check 20).
"""

from bot.okr.assess import Assessment
from bot.okr.exact import ZERO
from bot.okr.explanation import (
    BandLine,
    BaselineScore,
    BinaryScore,
    CountedFrom,
    DividedHeading,
    EnterRangeScore,
    Explanation,
    FreshnessLine,
    HeadingLine,
    HeldHeading,
    HeldRangeScore,
    LineScore,
    NoHeading,
    NothingRead,
    OwnerCounts,
    OwnerLine,
    PaceLine,
    ScoreLine,
    StepsScore,
    VerdictLine,
    WithoutHeading,
)
from bot.okr.freshness import limits_of
from bot.okr.heading import is_early
from bot.okr.model import Band, Judgement, KRType, ScoreMode, Status, StatusReason
from bot.okr.pace import expected_score, expected_value, profile_of, steps_due_weight, time_fraction
from bot.okr.ranges import distance
from bot.okr.scoring import done_weight, score_points, segment_of_value, time_in_range
from bot.okr.status import edges_of, is_reason, note_length, owner_landing


def explain(assessment: Assessment) -> Explanation:
    """The sums behind each figure of `assessment` (spec/06 §11.6, spec/11 check 20)."""
    return Explanation(
        kr=assessment.kr,
        score=_score_line(assessment),
        pace=_pace_line(assessment),
        heading=_heading_line(assessment),
        owner=_owner_line(assessment),
        freshness=_freshness_line(assessment),
        verdict=VerdictLine(
            assessment.status,
            assessment.reason,
            assessment.capped_from,
            assessment.previous_score,
            assessment.tags,
        ),
    )


def _score_line(it: Assessment) -> ScoreLine:
    kr, current = it.kr, it.current
    if it.raw is None or it.score is None:
        return NothingRead()
    if kr.is_binary:
        return BinaryScore(current.done, current.done_on, it.score)
    if kr.type is KRType.MILESTONE:
        done = sum(step.number in current.steps_done for step in kr.steps)
        total = sum((step.weight for step in kr.steps), ZERO)
        return StepsScore(done, len(kr.steps), done_weight(kr, current), total, current.done, it.score)
    if kr.type is KRType.BASELINE:
        return BaselineScore(current.value, current.measured_on, it.score)
    if current.value is None:
        return NothingRead()
    time = time_in_range(kr, current)
    if time is not None:
        return HeldRangeScore(
            value=current.value,
            range_lo=kr.range_lo,
            range_hi=kr.range_hi,
            days_inside=time.inside,
            days_counted=time.counted,
            now_inside=time.now_inside,
            share=time.share,
            strict=kr.strict,
            ever_outside=current.ever_out_of_range,
            score=it.score,
        )
    if kr.type is KRType.RANGE and kr.baseline is not None:
        return EnterRangeScore(
            value=current.value,
            range_lo=kr.range_lo,
            range_hi=kr.range_hi,
            distance=distance(kr, current.value),
            full_distance=distance(kr, kr.baseline),
            raw=it.raw,
            score=it.score,
        )
    points = score_points(kr)
    if points is None:
        return NothingRead()
    (from_value, from_score), (to_value, to_score) = segment_of_value(points, current.value)
    anchored = kr.anchors is not None
    return LineScore(current.value, from_value, from_score, to_value, to_score, anchored, it.raw, it.score)


def _pace_line(it: Assessment) -> PaceLine | None:
    day = it.reading_on or it.today
    pace = expected_score(it.kr, day)
    if pace is None:
        return None
    all_days = (it.kr.due - it.kr.start).days
    by_steps = it.kr.type is KRType.MILESTONE
    return PaceLine(
        day=day,
        when_read=it.reading_on is not None,
        days=min(all_days, max(0, (day - it.kr.start).days)),
        all_days=all_days,
        fraction=time_fraction(it.kr, day),
        profile=profile_of(it.kr),
        due_weight=steps_due_weight(it.kr, day) if by_steps else None,
        total_weight=sum((step.weight for step in it.kr.steps), ZERO) if by_steps else None,
        pace=pace,
        expected_value=expected_value(it.kr, day),
    )


def _heading_line(it: Assessment) -> HeadingLine:
    if it.heading is None or it.data_band is None or it.raw is None or it.pace_at_reading is None:
        return _no_heading(it)
    band = _band_line(it, it.data_band)
    time = time_in_range(it.kr, it.current)
    if time is None:
        return DividedHeading(it.raw, it.pace_at_reading, it.heading, band)
    fraction = time_fraction(it.kr, it.reading_on or it.today)
    lost = it.kr.strict and it.current.ever_out_of_range
    return HeldHeading(fraction, time.share, time.now_inside, lost, it.heading, band)


def _no_heading(it: Assessment) -> NoHeading:
    pace = it.pace_at_reading if it.reading_on is not None else it.pace_today
    if pace is None:
        why = WithoutHeading.BY_TYPE
    elif is_early(pace, it.thresholds):
        why = WithoutHeading.TOO_EARLY
    else:
        why = WithoutHeading.NOTHING_READ
    from_owner = it.shown_heading if it.heading_from_owner else None
    return NoHeading(why, pace, it.thresholds.early_pace, from_owner, it.current.confidence)


def _band_line(it: Assessment, band: Band) -> BandLine:
    edges = edges_of(it.kr.commitment, it.thresholds)
    match band:
        case Band.AHEAD:
            return BandLine(band, edges.ahead, below=False)
        case Band.ON_TRACK:
            return BandLine(band, edges.on_track, below=False)
        case Band.AT_RISK:
            return BandLine(band, edges.at_risk, below=False)
        case Band.OFF_TRACK:
            return BandLine(band, edges.at_risk, below=True)


def _owner_line(it: Assessment) -> OwnerLine | None:
    current = it.current
    if current.band_from is None or current.band_on is None:
        return None
    by_score = current.band_from is Judgement.SELF_SCORE
    by_confidence = current.band_from is Judgement.CONFIDENCE
    progress = by_score and it.score_mode is ScoreMode.PROGRESS
    return OwnerLine(
        judgement=current.band_from,
        status_said=current.status_said,
        self_score=current.self_score if by_score else None,
        confidence=current.confidence if by_confidence else None,
        said_on=current.band_on,
        pace=expected_score(it.kr, current.self_score_on) if progress and current.self_score_on else None,
        landing=owner_landing(it.kr, current, it.thresholds, it.score_mode) if by_score else None,
        band=it.owner_band,
        age=it.owner_band_age,
        note=current.band_note,
        note_length=note_length(current.band_note),
        is_reason=is_reason(current.band_note),
        valid_until_age=limits_of(it.kr.cadence, done=it.reached, thresholds=it.thresholds).due,
        counts=_owner_counts(it),
    )


_DECIDED = (Status.DONE, Status.MISSED, Status.TO_SCORE)


def _owner_counts(it: Assessment) -> OwnerCounts:
    if it.reason is StatusReason.DARK:
        return OwnerCounts.DARK
    if it.status in _DECIDED:
        return OwnerCounts.DECIDED
    if it.owner_band is None:
        return OwnerCounts.TOO_EARLY  # progress mode only: no pace yet to divide by
    if not it.owner_band_valid:
        return OwnerCounts.TOO_OLD
    if it.data_band is None:
        return OwnerCounts.ALONE
    if it.owner_band is it.data_band:
        return OwnerCounts.AGREES
    if it.owner_band.rank > it.data_band.rank:
        return OwnerCounts.MORE_CAUTIOUS
    return OwnerCounts.WITHOUT_REASON if it.needs_reason else OwnerCounts.HAS_REASON


def _freshness_line(it: Assessment) -> FreshnessLine:
    fresh = it.freshness
    limits = limits_of(it.kr.cadence, done=it.reached, thresholds=it.thresholds)
    automated = it.kr.is_automated
    last = it.current.measured_on if automated else it.current.updated_on
    if last is None or last != fresh.counted_from:
        counted_from = CountedFrom.GOING_LIVE
    else:
        counted_from = CountedFrom.READING if automated else CountedFrom.UPDATE
    return FreshnessLine(
        state=fresh.state,
        age=fresh.age,
        since=fresh.counted_from,
        counted_from=counted_from,
        due_from=limits.fresh + 1,
        stale_from=limits.stale_from,
        dark_from=limits.dark_from,
        max_age_days=it.kr.auto_max_age_days if automated else None,
        number_age=it.number_age,
    )
