"""Time zones by name and by city, and what was probably meant."""

import pytest

from bot.okr.localtime import zone
from bot.okr.zone_names import near_zones, read_zone


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Europe/Madrid", "Europe/Madrid"),
        ("europe/madrid", "Europe/Madrid"),
        ("Madrid", "Europe/Madrid"),
        ("new york", "America/New_York"),
        ("上海", "Asia/Shanghai"),
        ("Beijing", "Asia/Shanghai"),
        ("utc", "UTC"),
    ],
)
def test_a_zone_that_is_meant(text: str, expected: str) -> None:
    assert read_zone(text) == expected
    assert zone(expected).key == expected


@pytest.mark.parametrize("text", ["", "Europe/Madrd", "nowhere", "x" * 200, "../../etc/passwd", "Etc/GMT+5"])
def test_what_is_no_zone(text: str) -> None:
    assert read_zone(text) is None


def test_what_was_probably_meant() -> None:
    assert near_zones("Europe/Madrd")[0] == "Europe/Madrid"
    assert near_zones("Berln")[0] == "Europe/Berlin"
    assert list(near_zones("qqqqqqq")) == []
    assert len(near_zones("san juan")) <= 3
