"""How key results and objectives end (spec/03 §8.4)."""

from decimal import Decimal

import pytest

from bot.okr.model import Commitment, KeyResult, KRType, Outcome, Thresholds
from bot.okr.outcome import EndedPart, kr_outcome, objective_outcome
from tests.okr.krs import a_kr, binary, dec, maybe, moving, ranged, stepped

STRETCH = moving("0", "1")
COMMITTED = moving("0", "1", commitment=Commitment.COMMITTED)
E, M, N = Outcome.EXCEEDED, Outcome.MET, Outcome.MISSED


@pytest.mark.parametrize(
    ("kr", "score", "outcome"),
    [
        pytest.param(STRETCH, "0.59", N, id="0.59 missed"),
        pytest.param(STRETCH, "0.60", M, id="0.60 met"),
        pytest.param(STRETCH, "0.80", M, id="0.80 met"),
        pytest.param(STRETCH, "0.81", E, id="0.81 exceeded"),
        pytest.param(STRETCH, None, N, id="never read"),
        pytest.param(ranged("1", "2", "0"), "0.81", E, id="a range like a number"),
        pytest.param(stepped("1"), "0.7", M, id="steps like a number"),
        pytest.param(COMMITTED, "0.80", N, id="committed 0.80 missed"),
        pytest.param(COMMITTED, "1", M, id="committed full"),
        pytest.param(COMMITTED, "0.9999999999", M, id="committed, full within the tolerance"),
        pytest.param(binary(), "1", M, id="binary done"),
        pytest.param(binary(), "0", N, id="binary open"),
        pytest.param(a_kr(KRType.BASELINE), "1", M, id="baseline found"),
        pytest.param(a_kr(KRType.BASELINE), "0", N, id="baseline not found"),
    ],
)
def test_the_outcome_of_a_key_result(kr: KeyResult, score: str | None, outcome: Outcome) -> None:
    assert kr_outcome(kr, maybe(score)) is outcome


def test_a_workspace_may_move_the_outcome_lines() -> None:
    lines = Thresholds(outcome_met=Decimal("0.7"), outcome_exceeded=Decimal("0.9"))
    assert [kr_outcome(STRETCH, dec(score), lines) for score in ("0.69", "0.9", "0.91")] == [N, M, E]


@pytest.mark.parametrize(
    ("score", "parts", "outcome"),
    [
        pytest.param("0.59", [], N, id="below"),
        pytest.param("0.60", [], M, id="on the lower line"),
        pytest.param("0.85", [EndedPart(M)], E, id="above"),
        pytest.param("0.85", [EndedPart(N, Commitment.COMMITTED)], M, id="a missed committed KR: no better than met"),
        pytest.param("0.85", [EndedPart(N)], E, id="a missed stretch KR does not hold it back"),
        pytest.param("0.40", [EndedPart(N, Commitment.COMMITTED)], N, id="missed stays missed"),
        pytest.param(None, [], None, id="no key results"),
    ],
)
def test_the_outcome_of_an_objective(score: str | None, parts: list[EndedPart], outcome: Outcome | None) -> None:
    assert objective_outcome(maybe(score), parts) is outcome
