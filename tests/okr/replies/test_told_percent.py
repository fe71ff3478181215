"""The percentage behind a value: found again in what was typed, never guessed (spec/07 §12.2)."""

from decimal import Decimal

import pytest

from bot.okr.model import KRType
from bot.okr.replies import ReplyKR, ToldPercent, told_percent

MRR = ReplyKR(
    "KR1", "GRO-1", "MRR", "MRR", (), KRType.INCREASE, unit="$", baseline=Decimal(30000), target=Decimal(60000)
)
CALLS = ReplyKR("KR4", "GRO-4", "Calls", "Calls", (), KRType.DECREASE, baseline=Decimal(400), target=Decimal(200))
RATE = ReplyKR("KR2", "GRO-2", "Rate", "Rate", (), KRType.INCREASE, unit="%", baseline=Decimal(20), target=Decimal(50))
RUN = ReplyKR("KR5", "GRO-5", "Run", "Run", (), KRType.INCREASE, unit="km", baseline=Decimal(0), target=Decimal(1000))


@pytest.mark.parametrize(
    ("text", "kr", "value", "told"),
    [
        ("70%", MRR, "51000", ToldPercent(Decimal(70), "way")),
        ("KR1 70% of the way", MRR, "51000", ToldPercent(Decimal(70), "way")),
        ("70%\nof target", MRR, "42000", ToldPercent(Decimal(70), "target")),
        ("七成", MRR, "51000", ToldPercent(Decimal(70), "way")),
        ("70%", MRR, "45000", None),
        ("51k", MRR, "51000", None),
        ("", MRR, "51000", None),
        ("50% of the way", CALLS, "300", ToldPercent(Decimal(50), "way")),
        ("64%", RUN, "640", ToldPercent(Decimal(64), "target")),
        ("31%", RATE, "31", None),
        ("50% of the way", RATE, "35", ToldPercent(Decimal(50), "way")),
        ("KR1 70%, KR2 31%", MRR, "51000", ToldPercent(Decimal(70), "way")),
    ],
)
def test_what_a_value_was_computed_from(text: str, kr: ReplyKR, value: str, told: ToldPercent | None) -> None:
    assert told_percent(text, kr, Decimal(value)) == told


def test_without_ends_nothing_is_computed() -> None:
    endless = ReplyKR("KR1", "GRO-1", "A", "A", (), KRType.INCREASE)

    assert told_percent("70%", endless, Decimal(70)) is None
