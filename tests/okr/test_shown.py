"""How figures are rounded for people (spec/03 §5, §6.2)."""

from decimal import Decimal

import pytest

from bot.okr.exact import above, at_least, clip, compare
from bot.okr.shown import rounded, shown_heading, shown_score, two_decimals
from tests.okr.krs import maybe


@pytest.mark.parametrize(
    ("figure", "text"),
    [
        pytest.param("0.53", "0.53", id="as it is"),
        pytest.param("0.125", "0.13", id="half goes up, not to even"),
        pytest.param("0.135", "0.14", id="half goes up"),
        pytest.param("0.1249", "0.12", id="below half goes down"),
        pytest.param("0.5349999999999999999999999999", "0.54", id="a division that meant 0.535"),
        pytest.param("-0.133", "-0.13", id="below zero"),
        pytest.param("-0.001", "0.00", id="no negative zero"),
        pytest.param("1", "1.00", id="whole"),
    ],
)
def test_two_decimals_half_up(figure: str, text: str) -> None:
    assert two_decimals(Decimal(figure)) == text


def test_other_numbers_of_decimals() -> None:
    assert rounded(Decimal("34615.38"), 0) == 34615
    assert str(rounded(Decimal("29.56044"), 1)) == "29.6"


def test_a_figure_of_forty_digits_is_rounded_and_not_refused() -> None:
    assert rounded(Decimal("9" * 40 + ".126")) == Decimal("9" * 40 + ".13")


@pytest.mark.parametrize(
    ("raw", "score", "text"),
    [
        pytest.param(None, None, "–", id="nothing read"),
        pytest.param("0.53", "0.53", "0.53", id="on the way"),
        pytest.param("1", "1", "1.00", id="full"),
        pytest.param("1.2", "1", "1.00 (120%)", id="overshoot keeps its true figure"),
        pytest.param("1.004", "1", "1.00", id="overshoot too small to show"),
        pytest.param("-0.15", "0", "0.00", id="below the start"),
    ],
)
def test_a_score(raw: str | None, score: str | None, text: str) -> None:
    assert shown_score(maybe(raw), maybe(score)) == text


@pytest.mark.parametrize(
    ("heading", "text"),
    [
        pytest.param(None, "–", id="none"),
        pytest.param("0.837", "0.84", id="between"),
        pytest.param("1", "1.00", id="exactly one"),
        pytest.param("1.001", "1.00+", id="just above one"),
        pytest.param("1.0000000001", "1.00", id="one, within the tolerance"),
        pytest.param("-0.2", "0.00", id="below zero"),
    ],
)
def test_a_heading(heading: str | None, text: str) -> None:
    assert shown_heading(maybe(heading)) == text


def test_figures_within_a_billionth_are_equal() -> None:
    assert compare(Decimal("0.6"), Decimal("0.6000000009")) == 0
    assert compare(Decimal("0.6"), Decimal("0.600000002")) == -1
    assert compare(Decimal("0.600000002"), Decimal("0.6")) == 1
    assert at_least(Decimal("0.5999999999"), Decimal("0.6"))
    assert not above(Decimal("0.6000000001"), Decimal("0.6"))


def test_clipping_keeps_a_score_between_0_and_1() -> None:
    assert [clip(Decimal(figure)) for figure in ("-0.3", "0.4", "1.4")] == [0, Decimal("0.4"), 1]
