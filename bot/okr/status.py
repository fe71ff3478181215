"""The colour of a key result: bands, and the rule that weighs owner against data (spec/03 §6.3, §6.5)."""

import re
from dataclasses import dataclass
from decimal import Decimal

from bot.okr.exact import at_least
from bot.okr.heading import is_early
from bot.okr.model import (
    DEFAULT_THRESHOLDS,
    Band,
    Bands,
    Commitment,
    Current,
    Judgement,
    KeyResult,
    ScoreMode,
    Status,
    StatusReason,
    Tag,
    Thresholds,
)
from bot.okr.pace import expected_score, time_fraction

SELF_SCORE_AHEAD = Decimal("0.9")
LATE_FRACTION = Decimal("0.85")
"""From here on a stretch KR needs more confidence for the same colour (spec/03 §6.3)."""
FELL_BACK = Decimal("0.10")
NOTE_CHARACTERS = 10
"""A reason has at least 10 characters or 5 汉字 (spec/03 §6.5, rule 6)."""

_HANZI = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


def edges_of(commitment: Commitment, thresholds: Thresholds = DEFAULT_THRESHOLDS) -> Bands:
    """The lower edges for headings."""
    return thresholds.committed if commitment is Commitment.COMMITTED else thresholds.stretch


def band_of_heading(commitment: Commitment, heading: Decimal, thresholds: Thresholds = DEFAULT_THRESHOLDS) -> Band:
    """The band of a heading; lower edges belong to the better band (spec/03 §6.3)."""
    edges = edges_of(commitment, thresholds)
    return _band(heading, edges.ahead, edges.on_track, edges.at_risk)


def band_of_self_score(
    commitment: Commitment, self_score: Decimal, thresholds: Thresholds = DEFAULT_THRESHOLDS
) -> Band:
    """The band of an owner's landing, 0-1. A committed KR is never ahead by being said so (spec/03 §6.3).

    On track and at risk share their edges with the headings, so a workspace tunes both at once.
    """
    edges = edges_of(commitment, thresholds)
    ahead = None if commitment is Commitment.COMMITTED else max(SELF_SCORE_AHEAD, edges.on_track)
    return _band(self_score, ahead, edges.on_track, edges.at_risk)


def band_of_confidence(commitment: Commitment, confidence: Decimal, fraction: Decimal) -> Band:
    """The band of a likelihood of n/10, said when `fraction` of the time was over (spec/03 §6.3)."""
    if commitment is Commitment.COMMITTED:
        return _band(confidence, None, Decimal(9), Decimal(7))
    on_track = Decimal(7) if at_least(fraction, LATE_FRACTION) else Decimal(5)
    return _band(confidence, Decimal(9), on_track, Decimal(3))


def owner_band(
    kr: KeyResult,
    current: Current,
    thresholds: Thresholds = DEFAULT_THRESHOLDS,
    score_mode: ScoreMode = ScoreMode.FORECAST,
) -> Band | None:
    """The band of the newest check-in that judged: its status word, else self-score, else confidence (spec/03 §6.3).

    None where nobody judged, and in progress mode where there is no pace to divide the self-score by.
    """
    match current.band_from:
        case Judgement.STATUS:
            return current.status_said
        case Judgement.SELF_SCORE:
            landing = owner_landing(kr, current, thresholds, score_mode)
            return None if landing is None else band_of_self_score(kr.commitment, landing, thresholds)
        case Judgement.CONFIDENCE if current.confidence is not None and current.band_on is not None:
            return band_of_confidence(kr.commitment, current.confidence, time_fraction(kr, current.band_on))
        case _:
            return None


def owner_landing(
    kr: KeyResult,
    current: Current,
    thresholds: Thresholds = DEFAULT_THRESHOLDS,
    score_mode: ScoreMode = ScoreMode.FORECAST,
) -> Decimal | None:
    """Where the owner's self-score lands: itself, or in progress mode divided by the pace of its day (spec/03 §6.3)."""
    if current.self_score is None or score_mode is ScoreMode.FORECAST:
        return current.self_score
    pace = None if current.self_score_on is None else expected_score(kr, current.self_score_on)
    return None if pace is None or is_early(pace, thresholds) else current.self_score / pace


def is_reason(note: str | None) -> bool:
    """True where a note is long enough to give a reason; a 汉字 weighs two characters (spec/03 §6.5, rule 6)."""
    return note_length(note) >= NOTE_CHARACTERS


def note_length(note: str | None) -> int:
    """The length of a note in characters, each 汉字 as two; runs of blanks count once."""
    text = " ".join((note or "").split())
    return len(text) + len(_HANZI.findall(text))


@dataclass(frozen=True, slots=True)
class StatusFacts:
    """What the status rule weighs (spec/03 §6.5). `owner` is None unless the owner's band is still valid."""

    data: Band | None = None
    owner: Band | None = None
    note: str | None = None
    blocked: bool = False
    fell_back: bool = False
    below_start: bool = False
    reached: bool = False
    past_due: bool = False
    committed: bool = False
    early: bool = False
    dark: bool = False


@dataclass(frozen=True, slots=True)
class StatusVerdict:
    """`capped_from` is the colour that rule 8 took back; `needs_reason` says that rule 7 applies."""

    status: Status
    reason: StatusReason
    capped_from: Band | None = None
    needs_reason: bool = False


def status_of(facts: StatusFacts) -> StatusVerdict:
    """The nine rules of spec/03 §6.5, in order; dark comes last and beats all."""
    verdict = _colour(facts)
    if facts.dark:
        return StatusVerdict(Status.NO_SIGNAL, StatusReason.DARK)
    return verdict


def tags_of(
    kr: KeyResult, *, blocked: bool, stale: bool, stalled: bool, fell_back: bool, owner_differs: bool
) -> tuple[Tag, ...]:
    """The tags beside the status, in their fixed order (spec/03 §6.5)."""
    shown = {
        Tag.BLOCKED: blocked,
        Tag.STALE: stale,
        Tag.STALLED: stalled,
        Tag.FELL_BACK: fell_back,
        Tag.OWNER_DIFFERS: owner_differs,
        Tag.AUTOMATED: kr.is_automated,
        Tag.BINARY: kr.is_binary,
    }
    return tuple(tag for tag in Tag if shown[tag])


def has_fallen_back(before: Decimal | None, score: Decimal | None) -> bool:
    """True where the score fell by 0.10 or more since the previous reading (spec/03 §6.5, rule 8)."""
    return before is not None and score is not None and at_least(before - score, FELL_BACK)


def _band(figure: Decimal, ahead: Decimal | None, on_track: Decimal, at_risk: Decimal) -> Band:
    if ahead is not None and at_least(figure, ahead):
        return Band.AHEAD
    if at_least(figure, on_track):
        return Band.ON_TRACK
    return Band.AT_RISK if at_least(figure, at_risk) else Band.OFF_TRACK


def _colour(facts: StatusFacts) -> StatusVerdict:
    if facts.reached:
        return StatusVerdict(Status.DONE, StatusReason.REACHED)
    if facts.past_due:
        return StatusVerdict(Status.MISSED if facts.committed else Status.TO_SCORE, StatusReason.PAST_DUE)
    weighed = _weighed(facts.data, facts.owner, facts.note)
    if weighed is None:
        return StatusVerdict(Status.NO_SIGNAL, StatusReason.TOO_EARLY if facts.early else StatusReason.NO_DATA)
    band, reason = weighed
    needs_reason = reason is StatusReason.OWNER_WITHOUT_REASON
    cap = _cap(facts)
    if cap is not None and band.rank < Band.AT_RISK.rank:
        return StatusVerdict(Status.AT_RISK, cap, capped_from=band, needs_reason=needs_reason)
    return StatusVerdict(Status(band.value), reason, needs_reason=needs_reason)


def _weighed(data: Band | None, owner: Band | None, note: str | None) -> tuple[Band, StatusReason] | None:
    """Rules 3 to 7: a gloomier owner is believed, a rosier one with a reason; None where there is neither band."""
    if data is None:
        return None if owner is None else (owner, StatusReason.OWNER_ONLY)
    if owner is None:
        return data, StatusReason.DATA_ONLY
    if owner is data:
        return data, StatusReason.AGREE
    if owner.rank > data.rank:
        return owner, StatusReason.OWNER_MORE_CAUTIOUS
    if is_reason(note):
        return owner, StatusReason.OWNER_HAS_REASON
    return data, StatusReason.OWNER_WITHOUT_REASON


def _cap(facts: StatusFacts) -> StatusReason | None:
    """Rule 8: why the colour may not be better than at risk."""
    if facts.blocked:
        return StatusReason.BLOCKED
    if facts.fell_back:
        return StatusReason.FELL_BACK
    return StatusReason.BELOW_START if facts.below_start else None
