"""How a key result or an objective ended: exceeded, met or missed (spec/03 §8.4)."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from bot.okr.exact import ONE, ZERO, above, at_least
from bot.okr.model import DEFAULT_THRESHOLDS, Commitment, KeyResult, KRType, Outcome, Thresholds


@dataclass(frozen=True, slots=True)
class EndedPart:
    """What an objective's outcome needs to know of one KR."""

    outcome: Outcome
    commitment: Commitment = Commitment.STRETCH


def kr_outcome(kr: KeyResult, score: Decimal | None, thresholds: Thresholds = DEFAULT_THRESHOLDS) -> Outcome:
    """The outcome of a final score; a KR that was never read counts 0 (spec/03 §8.4).

    Committed, binary and baseline KRs are met at 1 and missed below; the others have the workspace's two lines.
    """
    final = score if score is not None else ZERO
    if kr.commitment is Commitment.COMMITTED or kr.is_binary or kr.type is KRType.BASELINE:
        return Outcome.MET if at_least(final, ONE) else Outcome.MISSED
    return _by_lines(final, thresholds)


def objective_outcome(
    score: Decimal | None, parts: Iterable[EndedPart], thresholds: Thresholds = DEFAULT_THRESHOLDS
) -> Outcome | None:
    """The same bands on the objective score; with a missed committed KR not better than met (spec/03 §8.4).

    None for an objective without KRs.
    """
    if score is None:
        return None
    outcome = _by_lines(score, thresholds)
    broken = any(part.commitment is Commitment.COMMITTED and part.outcome is Outcome.MISSED for part in parts)
    return Outcome.MET if broken and outcome is Outcome.EXCEEDED else outcome


def _by_lines(score: Decimal, thresholds: Thresholds) -> Outcome:
    if above(score, thresholds.outcome_exceeded):
        return Outcome.EXCEEDED
    return Outcome.MET if at_least(score, thresholds.outcome_met) else Outcome.MISSED
