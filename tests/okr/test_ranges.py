"""How far a value lies from a range (spec/03 §5.3)."""

import pytest

from bot.okr.ranges import distance, is_inside, is_maintained, starts_outside
from tests.okr.krs import dec, moving, ranged


@pytest.mark.parametrize(
    ("lo", "hi", "value", "far"),
    [
        pytest.param("70", "80", "65", "5", id="below"),
        pytest.param("70", "80", "70", "0", id="on the lower bound"),
        pytest.param("70", "80", "80", "0", id="on the upper bound"),
        pytest.param("70", "80", "84.5", "4.5", id="over"),
        pytest.param("70", None, "500", "0", id="no upper bound"),
        pytest.param(None, "80", "-500", "0", id="no lower bound"),
    ],
)
def test_the_distance_outside(lo: str | None, hi: str | None, value: str, far: str) -> None:
    kr = ranged(lo, hi)
    assert distance(kr, dec(value)) == dec(far)
    assert is_inside(kr, dec(value)) is (far == "0")


@pytest.mark.parametrize(
    ("baseline", "enters"), [("76", False), (None, False), ("80", False), ("60", True), ("90", True)]
)
def test_a_range_is_entered_from_outside_and_held_otherwise(baseline: str | None, enters: bool) -> None:
    kr = ranged("70", "80", baseline)
    assert starts_outside(kr) is enters
    assert is_maintained(kr) is not enters


def test_other_types_neither_enter_nor_hold() -> None:
    assert not starts_outside(moving("1", "2"))
    assert not is_maintained(moving("1", "2"))
